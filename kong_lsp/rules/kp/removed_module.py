"""A plugin requires a module that Kong no longer has.

## What it does
Follows the requires of the modules that Kong loads of the plugin, and knows until which release
Kong had each of its own: `kong.plugins.base_plugin`, `kong.singletons` (2.8),
`kong.tools.responses`, `kong.dao.errors` (0.15) and two hundred more. Requires inside `pcall`
may fail and are passed over.

## Why it matters
Kong stops when it loads the file: `module 'kong.plugins.base_plugin' not found`.

## Example
```lua
-- file: kong/plugins/acme/handler.lua
local BasePlugin = require "kong.plugins.base_plugin"

local Acme = BasePlugin:extend()

Acme.PRIORITY = 1000
Acme.VERSION = "1.0.0"

function Acme:new()
  Acme.super.new(self, "acme")
end

function Acme:access(conf)
  Acme.super.access(self)
  kong.service.request.set_header("x-acme", "1")
end

return Acme
-- schema: kong/plugins/acme/schema.lua
```

## Use instead
```lua
-- file: kong/plugins/acme/handler.lua
local Acme = {}

Acme.PRIORITY = 1000
Acme.VERSION = "1.0.0"

function Acme:access(conf)
  kong.service.request.set_header("x-acme", "1")
end

return Acme
-- schema: kong/plugins/acme/schema.lua
```

## Fix
Safe for `kong.plugins.base_plugin`, whose handler becomes a plain table without the calls of
`super`, and for `kong.singletons` where only what the global `kong` has is used of it. Other
modules have no mechanical replacement.

## If this still fails
Set `kong_version` if the plugin is for an older Kong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity, change
from kong_lsp.rules.kp.plugin_words import is_here, loaded_files
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.lua.requires import Require
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.sources import PluginSource

rule = Rule("KP203", "removed-module", Severity.ERROR)

_OF_KONG = frozenset(
    ("db", "cache", "core_cache", "configuration", "worker_events", "cluster_events", "router")
)
_SUPER = re.compile(
    r"(?m)^[ \t]*\w+\.super\.\w+\s*\(\s*self\s*(?:,[^()\r\n]*)?\)[ \t]*(?:;[ \t]*)?(?:--[^\r\n]*)?(?:\r?\n|\Z)"
)
_HEAD = re.compile(r"\bfunction\b[^()\r\n]*\([^()\r\n]*\)[ \t]*\r?\n\Z")


def check(snapshot: Snapshot, plugin: PluginSource) -> Iterator[Finding]:
    """Each place that requires such a module."""
    root = snapshot.root_of_source(plugin)
    for path in loaded_files(root, plugin):
        for require in root.lua[path].requires:
            module = require.module
            if module is None or require.protected or module in root.modules:
                continue
            from kong_lsp.kong import removed

            last = removed.last(module)
            if last is None or plugin.kong <= last or is_here(root, module):
                continue
            better = removed.instead(module)
            hint = f" Use {better}." if better else ""
            yield rule.finding(
                path,
                require.span,
                f"Kong {plugin.kong} has no {module}: the last release that had it is {last}. It "
                f"stops with \"module '{module}' not found\".{hint}",
                fixes=tuple(_fixes(snapshot, path, require)),
                tags=("deprecated",),
            )


def _fixes(snapshot: Snapshot, path: str, require: Require) -> Iterator[Fix]:
    text = snapshot.text(path)
    if text is None:
        return
    if require.module == "kong.plugins.base_plugin":
        edits = _without_parent(text, require)
        if edits:
            title = "Make the handler a plain table"
            yield Fix(title, (change(path, *edits),))
    elif require.module == "kong.singletons" and _is_global_enough(text, require):
        edit = Edit(require.call, "kong")
        yield Fix("Use the global kong", (change(path, edit),))


def _without_parent(text: str, require: Require) -> tuple[Edit, ...]:
    """The edits that free a handler of BasePlugin; none where something of it would remain."""
    start = text.rfind("\n", 0, require.call.start) + 1
    statement = re.compile(r"[ \t]*local[ \t]+(\w+)[ \t]*=[ \t]*").fullmatch(
        text, start, require.call.start
    )
    rest = re.compile(r"[ \t]*(?:;[ \t]*)?(?:\r?\n|\Z)").match(text, require.call.end)
    if statement is None or rest is None:
        return ()
    name = statement[1]
    end = rest.end()
    blank = re.compile(r"[ \t]*\r?\n").match(text, end)
    if blank and (start == 0 or text[:start].endswith(("\n\n", "\n\r\n"))):
        end = blank.end()
    edits = [Edit(Span(start, end), "")]
    edits += [
        Edit(Span(*match.span()), "{}")
        for match in re.finditer(rf"\b{name}\s*:\s*extend\s*\(\s*\)", text)
    ]
    for match in _constructors(text):
        edits.append(Edit(Span(*match), ""))
    taken = [edit.span for edit in edits]
    for found in _SUPER.finditer(text):
        if not any(span.start <= found.start() < span.end for span in taken):
            start, end = found.span()
            opened = _HEAD.search(text, text.rfind("\n", 0, max(0, start - 1)) + 1, start)
            blank = re.compile(r"[ \t]*\r?\n").match(text, end)
            edits.append(Edit(Span(start, blank.end() if opened and blank else end), ""))
    edits.sort(key=lambda edit: edit.span)
    left, at = "", 0
    for edit in edits:
        left += text[at : edit.span.start] + edit.text
        at = edit.span.end
    left += text[at:]
    if re.search(rf"\b{name}\b|\.super\b", re.sub(r"--[^\r\n]*", "", left)):
        return ()
    return tuple(edits)


def _constructors(text: str) -> Iterator[tuple[int, int]]:
    """Each ``function X:new(…) X.super.new(self, …) end`` that does nothing else."""
    body = _SUPER.pattern.removeprefix("(?m)^")
    whole = re.compile(
        r"(?m)^function[ \t]+\w+[.:]new\s*\([^()]*\)[ \t]*\r?\n(?:[ \t]*\r?\n)*"
        + body
        + r"(?:[ \t]*\r?\n)*[ \t]*end[ \t]*(?:\r?\n|\Z)(?:[ \t]*\r?\n)?"
    )
    for match in whole.finditer(text):
        yield match.span()


def _is_global_enough(text: str, require: Require) -> bool:
    """Whether all that is used of kong.singletons the global ``kong`` has as well."""
    start = text.rfind("\n", 0, require.call.start) + 1
    before = re.search(r"\b(\w+)[ \t]*=[ \t]*\Z", text[start : require.call.start])
    after = re.compile(r"\s*\.\s*(\w+)").match(text, require.call.end)
    if after is not None:
        return after[1] in _OF_KONG
    if before is None:
        return False
    uses = re.findall(rf"(?<![\w.:]){before[1]}\b(?!\s*=)\s*(?:\.\s*(\w+))?", text)
    return all(use in _OF_KONG for use in uses)
