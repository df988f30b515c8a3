"""A handler has `response` beside `header_filter` or `body_filter`.

## What it does
Evaluates `handler.lua` without running it and looks which phases it implements. `response` came
with Kong 2.2.

## Why it matters
Kong does not load such a plugin: `Plugin "acme" can't be loaded because it implements both
`response` and `header_filter` or `body_filter` methods.`

## Example
```lua
-- file: kong/plugins/acme/handler.lua
local Acme = { PRIORITY = 1000, VERSION = "1.0.0" }

function Acme:response(conf) end

function Acme:header_filter(conf) end

return Acme
-- schema: kong/plugins/acme/schema.lua
```

## Use instead
```lua
-- file: kong/plugins/acme/handler.lua
local Acme = { PRIORITY = 1000, VERSION = "1.0.0" }

function Acme:response(conf) end

return Acme
-- schema: kong/plugins/acme/schema.lua
```

## Fix
None: what the filters do has to move into `response`, which runs before anything is sent, or the
other way round.

## If this still fails
`response` buffers the whole answer of the upstream; the filters see it in pieces.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Related, Severity
from kong_lsp.plugin.contract import PHASES
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.sources import PluginSource

rule = Rule("KP205", "response-with-filters", Severity.ERROR)

_FILTERS = ("header_filter", "body_filter")


def check(snapshot: Snapshot, plugin: PluginSource) -> Iterator[Finding]:
    """The handler's phases."""
    handler = plugin.handler_to_check
    if handler is None or plugin.kong.number < PHASES["response"]:
        return
    phases = handler.phases
    filters = [name for name in _FILTERS if name in phases]
    place = handler.key_place("response")
    if "response" not in phases or not filters or place is None:
        return
    others = [(name, handler.key_place(name)) for name in filters]
    yield rule.finding(
        *place,
        f'Kong {plugin.kong} stops with "Plugin "{plugin.name}" can\'t be loaded because it '
        'implements both `response` and `header_filter` or `body_filter` methods."',
        related=tuple(Related(*other, f"{name} is here") for name, other in others if other),
    )
