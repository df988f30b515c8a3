"""A handler has no VERSION, or one that Kong refuses.

## What it does
From Kong 3.0 on a handler's `VERSION` must be a string that holds one to three numbers: `1.0.0`,
`v1.2` or `1.0.0-rc1`. Anything else is reported, and so is a handler without one. A value that
only a running Kong knows is passed over.

## Why it matters
Kong 3 stops at start: `Plugin "acme" cannot be loaded because its VERSION field does not follow
the "x.y.z" format, got: "nil".`

## Example
```lua
-- file: kong/plugins/acme/handler.lua
return { PRIORITY = 1000, VERSION = "1.0.0.1" }
-- schema: kong/plugins/acme/schema.lua
```

## Use instead
```lua
-- file: kong/plugins/acme/handler.lua
return { PRIORITY = 1000, VERSION = "1.0.1" }
-- schema: kong/plugins/acme/schema.lua
```

## Fix
Safe where the rockspec tells the version, or where a number lacks its quotes. Any other version
is a guess, which `kong-lsp fix` makes only with `--unsafe`.

## If this still fails
`VERSION = kong.meta.version` is Kong's own version, which has four numbers in Kong Enterprise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kong_lsp.finding import Finding, Fix, Severity, change
from kong_lsp.plugin.contract import is_strict, is_version
from kong_lsp.rules.kp.plugin_words import packaging, shown
from kong_lsp.rules.kp.table_edits import add_entry
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.lua.values import Nil, Num, Text, Unknown
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.sources import PluginSource

if TYPE_CHECKING:
    from kong_lsp.plugin.handler import Handler

rule = Rule("KP202", "invalid-version", Severity.ERROR)

_FOUR = re.compile(r"([0-9]+\.[0-9]+\.[0-9]+)(?:\.[0-9]+)+")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def check(snapshot: Snapshot, plugin: PluginSource) -> Iterator[Finding]:
    """The handler's VERSION."""
    handler = plugin.handler_to_check
    if handler is None or not is_strict(plugin.kong):
        return
    value = handler.get("VERSION")
    if isinstance(value, Unknown) or (isinstance(value, Text) and is_version(value.value)):
        return
    got = shown(value)
    if got is None:
        return
    path, span = handler.value_place("VERSION") or (handler.path, handler.program.returned)
    if isinstance(value, Nil):
        fixes = tuple(_add(snapshot, plugin, handler))
        what = "has no VERSION"
    else:
        fixes = tuple(_change(handler, path, span)) if isinstance(value, Text | Num) else ()
        what = "has an invalid VERSION"
    yield rule.finding(
        path,
        span,
        f'The handler {what}: Kong {plugin.kong} stops with "Plugin "{plugin.name}" cannot be '
        f'loaded because its VERSION field does not follow the "x.y.z" format, got: "{got}"."',
        fixes=fixes,
    )


def _add(snapshot: Snapshot, plugin: PluginSource, handler: Handler) -> Iterator[Fix]:
    version = _released(snapshot, plugin)
    edit = add_entry(handler.program, handler.program.value, f'VERSION = "{version or "1.0.0"}"')
    if edit is not None:
        title = f'Add VERSION = "{version or "1.0.0"}"'
        yield Fix(title, (change(handler.path, edit),), "safe" if version else "unsafe")


def _released(snapshot: Snapshot, plugin: PluginSource) -> str | None:
    """The version of the rock that packages the plugin, without its revision."""
    for rock in packaging(snapshot, plugin):
        version = rock.rockspec.version
        if rock.held and version is not None:
            text = version.value.rpartition("-")[0]
            if re.fullmatch(r"[0-9]+(\.[0-9]+){0,2}", text):
                return text
    return None


def _change(handler: Handler, path: str, span: Span) -> Iterator[Fix]:
    tree = handler.program.tree
    if path != handler.path or tree is None:
        return
    text = tree.text[slice(*span)]
    four = _FOUR.fullmatch(text[1:-1])
    if four and text[0] in "'\"":
        edit = Edit(Span(span.start + 1, span.end - 1), four[1])
        yield Fix(f'Change to "{four[1]}"', (change(path, edit),), "unsafe")
    elif _PLAIN.fullmatch(text):
        yield Fix(f'Change to "{text}"', (change(path, Edit(span, f'"{text}"')),))
