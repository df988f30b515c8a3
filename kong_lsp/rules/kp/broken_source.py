"""A plugin's file is no Lua.

## What it does
Reads `handler.lua`, `schema.lua` and `daos.lua`, and the plugin's modules that they require, as
LuaJIT 2.1 does. A missing comma, brace, quote or `end` is told where the file breaks off. Of a
handler that looks sound at a glance only brackets and blocks are counted.

## Why it matters
Kong does not start: `error loading module 'kong.plugins.acme.handler' from file '…'`, and what
Lua says of the line. An optional file, such as `daos.lua`, stops it as well.

## Example
```lua
-- file: kong/plugins/acme/handler.lua
local Acme = { PRIORITY = 1000 VERSION = "1.0.0" }

function Acme:access(conf) end

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
Safe: puts in the missing comma, brace or quote, or takes out what is too much, where the file is
Lua again with that.

## If this still fails
Look at the line above: Lua notices what is missing only at the next word. Kong runs on LuaJIT,
which is Lua 5.1: `//`, `|` and `<const>` are newer.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from kong_lsp.finding import Finding, Fix, Severity, TextChange
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.lua.pieces import Piece, Repair
from kong_lsp.syntax.lua.tree import Tree
from kong_lsp.syntax.lua.values import Place
from kong_lsp.text import Edit
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.sources import PluginSource

rule = Rule("KP211", "broken-source", Severity.ERROR)


def check(snapshot: Snapshot, plugin: PluginSource) -> Iterator[Finding]:
    """The first place in each file at which Lua gives up."""
    names = {path: tail for tail, path in plugin.tree.modules.items()}
    trees: dict[str, Tree] = {}
    for source in (plugin.handler_to_check, plugin.schema, plugin.daos):
        if source is not None:
            trees |= source.program.files
    for path, tree in trees.items():
        problems = tree.all_problems()
        if not problems or path not in names:
            continue
        piece, problem = problems[0]
        module = f"{plugin.tree.key_prefix}.{names[path]}"
        yield rule.finding(
            path,
            tree.span(Place(piece, problem.start, problem.end)),
            f"Kong stops with \"error loading module '{module}' from file '{basename(path)}'\": "
            f"{problem.message}.",
            fixes=_fixes(path, tree, piece, problem.repair),
        )


def _fixes(path: str, tree: Tree, piece: Piece, repair: Repair | None) -> tuple[Fix, ...]:
    if repair is None:
        return ()
    edit = Edit(tree.span(Place(piece, repair.start, repair.end)), repair.text)
    if tree.edited(edit).all_problems():
        return ()
    return (Fix(repair.title, (TextChange(path, (edit,)),), "safe"),)
