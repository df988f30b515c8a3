"""A handler has no PRIORITY, or one that Kong refuses.

## What it does
Evaluates `handler.lua` without running it and looks at `PRIORITY`: from Kong 3.0 on it must be a
finite whole number. Negative ones are fine. Where the value depends on what only a running Kong
knows, nothing is said.

## Why it matters
Kong 3 stops at start: `Plugin "acme" cannot be loaded because its PRIORITY field is not a valid
integer number, got: "nil".` Older ones took 0.

## Example
```lua
-- file: kong/plugins/acme/handler.lua
local Acme = {}
Acme.VERSION = "1.0.0"

function Acme:access(conf) end

return Acme
-- schema: kong/plugins/acme/schema.lua
```

## Use instead
```lua
-- file: kong/plugins/acme/handler.lua
local Acme = {}
Acme.VERSION = "1.0.0"
Acme.PRIORITY = 1000

function Acme:access(conf) end

return Acme
-- schema: kong/plugins/acme/schema.lua
```

## Fix
Safe where a number stands in quotes. To add `PRIORITY = 1000` is a guess, which `kong-lsp fix`
makes only with `--unsafe`: plugins of higher priority run first.

## If this still fails
The priorities of Kong's own plugins are listed in its documentation; choose yours among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kong_lsp.finding import Finding, Fix, Severity, change
from kong_lsp.plugin.contract import is_priority, is_strict
from kong_lsp.rules.kp.plugin_words import shown
from kong_lsp.rules.kp.table_edits import add_entry
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.lua.operations import parse_number
from kong_lsp.syntax.lua.values import Nil, Num, Text, Unknown
from kong_lsp.text import Edit
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.sources import PluginSource

if TYPE_CHECKING:
    from kong_lsp.plugin.handler import Handler

rule = Rule("KP201", "missing-priority", Severity.ERROR)


def check(snapshot: Snapshot, plugin: PluginSource) -> Iterator[Finding]:
    """The handler's PRIORITY."""
    handler = plugin.handler_to_check
    if handler is None or not is_strict(plugin.kong):
        return
    value = handler.get("PRIORITY")
    if isinstance(value, Unknown) or (isinstance(value, Num) and is_priority(value.value)):
        return
    got = shown(value)
    if got is None:
        return
    path, span = handler.value_place("PRIORITY") or (handler.path, handler.program.returned)
    fixes = _add(handler) if isinstance(value, Nil) else ()
    if isinstance(value, Text) and path == handler.path:
        number = parse_number(value.value)
        literal = None if value.literal is None else handler.program.locate(value.literal)
        if number is not None and is_priority(number) and literal == (path, span):
            edit = Edit(span, value.value.strip())
            fixes = (Fix("Take the quotes away", (change(path, edit),)),)
    what = "has no PRIORITY" if isinstance(value, Nil) else "has an invalid PRIORITY"
    yield rule.finding(
        path,
        span,
        f'The handler {what}: Kong {plugin.kong} stops with "Plugin "{plugin.name}" cannot be '
        f'loaded because its PRIORITY field is not a valid integer number, got: "{got}"."',
        fixes=fixes,
    )


def _add(handler: Handler) -> tuple[Fix, ...]:
    edit = add_entry(handler.program, handler.program.value, "PRIORITY = 1000")
    if edit is None:
        return ()
    return (Fix("Add PRIORITY = 1000", (change(handler.path, edit),), "unsafe"),)
