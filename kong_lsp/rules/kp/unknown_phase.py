"""A handler has a function that Kong never calls, and whose name is near to a phase's.

## What it does
Evaluates `handler.lua` without running it and compares the names of the handler's functions with
those of the phases, those that a called function or a required module sets too. It is silent where
the phase itself is there, and where the function is used.

## Why it matters
Kong calls phases by their names and passes other functions over, without a word: the plugin
loads and does nothing.

## Example
```lua
-- file: kong/plugins/acme/handler.lua
local Acme = { PRIORITY = 1000, VERSION = "1.0.0" }

function Acme:acess(conf) end

return Acme
-- schema: kong/plugins/acme/schema.lua
```

## Use instead
```lua
-- file: kong/plugins/acme/handler.lua
local Acme = { PRIORITY = 1000, VERSION = "1.0.0" }

function Acme:access(conf) end

return Acme
-- schema: kong/plugins/acme/schema.lua
```

## Fix
Safe: the function gets the name of the phase.

## If this still fails
`certificate` and `rewrite` run for plugins that are configured globally only, `preread` for
streams only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kong_lsp.finding import Finding, Fix, Severity, change
from kong_lsp.plugin.contract import meant_phase
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.lua.values import Text
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.sources import PluginSource

if TYPE_CHECKING:
    from kong_lsp.plugin.handler import Handler

rule = Rule("KP204", "unknown-phase", Severity.WARNING)


def check(snapshot: Snapshot, plugin: PluginSource) -> Iterator[Finding]:
    """Each function whose name is near to that of a phase."""
    handler = plugin.handler_to_check
    if handler is None or handler.program.tree is None:
        return
    functions = handler.functions
    for name in functions:
        near = meant_phase(name, plugin.kong.number)
        if near is None or near in functions:
            continue
        place = _place(handler, name)
        word = re.compile(rf"\b{re.escape(name)}\b")
        uses = sum(len(word.findall(tree.text)) for tree in handler.program.files.values())
        if place is None or uses > 1:
            continue
        path, span = place
        yield rule.finding(
            path,
            span,
            f'Kong never calls {name}: no phase has this name. Did you mean "{near}"?',
            fixes=(Fix(f'Change to "{near}"', (change(path, Edit(span, near)),)),),
        )


def _place(handler: Handler, name: str) -> tuple[str, Span] | None:
    """Where the name itself is written, without quotes."""
    entry = handler.entry(name)
    key = None if entry is None else entry.key
    at = key.place(0, len(name)) if isinstance(key, Text) else None
    return None if at is None else handler.program.locate(at)
