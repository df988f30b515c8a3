"""A plugin's code requires a module of a plugin that exists nowhere.

## What it does
Looks at every `require "kong.plugins.…"` in the files that the rock ships. The module may be
in the tree, in any rockspec of the workspace, in a rock that this one depends on, or in any
Kong release (for one that only an older Kong had, see KP203). If it is in none of them it is
reported. Requires inside `pcall` may fail and are passed over.

## Why it matters
Kong stops when it loads the file: `module 'kong.plugins.jwt.parser' not found`.

## Example
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
  ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
} }
-- file: kong/plugins/acme/handler.lua
local decoder = require "kong.plugins.jwt.parser"
return { PRIORITY = 1000, VERSION = "1.0.0", access = function() decoder:new() end }
-- schema: kong/plugins/acme/schema.lua
```

## Use instead
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
  ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
} }
-- file: kong/plugins/acme/handler.lua
local decoder = require "kong.plugins.jwt.jwt_parser"
return { PRIORITY = 1000, VERSION = "1.0.0", access = function() decoder:new() end }
-- schema: kong/plugins/acme/schema.lua
```

## Fix
Safe where one module of the rock is near to the name; not applied without `--unsafe` where
the plugin's own module of the same tail is meant, as after copying a file from another plugin.

## If this still fails
A module of another rock is known once that rock is among `dependencies`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity, TextChange
from kong_lsp.rules.km import shipping
from kong_lsp.rules.km.naming import PREFIX, near_module, split
from kong_lsp.rules.rule import Rule
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Requirer, Rock, Snapshot

rule = Rule("KM108", "unresolved-require", Severity.ERROR)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each place that requires such a module."""
    state = shipping.shipping(snapshot, rock)
    for module, requirers in state.unresolved.items():
        near = near_module(module, rock.listed)
        same_tail = [
            name
            for name in rock.listed
            if split(name)[1] == split(module)[1] and name.startswith(PREFIX)
        ]
        moved = same_tail[0] if len(same_tail) == 1 else None
        better = near or moved
        hint = f' Did you mean "{better}"?' if better else ""
        for requirer in requirers:
            fixes = (
                ()
                if better is None
                else tuple(respelt(requirer, module, better, is_safe=near is not None))
            )
            yield rule.finding(
                requirer.path,
                requirer.require.span,
                f"{module} exists nowhere: not on disk, not in a rockspec, not in any Kong. Kong "
                f"stops with \"module '{module}' not found\".{hint}",
                fixes=fixes,
            )


def respelt(requirer: Requirer, module: str, better: str, *, is_safe: bool) -> Iterator[Fix]:
    """Have it require ``better``: replace the part of the name that differs, where it is one literal."""
    span = requirer.require.span
    if span.end - span.start != len(module):
        return
    start = 0
    while start < min(len(module), len(better)) and module[start] == better[start]:
        start += 1
    end = 0
    while end < min(len(module), len(better)) - start and module[-1 - end] == better[-1 - end]:
        end += 1
    edit = Edit(Span(span.start + start, span.end - end), better[start : len(better) - end])
    change = TextChange(requirer.path, (edit,))
    yield Fix(f'Change to "{better}"', (change,), shipping.safe_if(is_safe))
