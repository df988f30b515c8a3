"""A handler or a schema returns nothing.

## What it does
Evaluates `handler.lua` and `schema.lua` without running them, and looks at what they return. A file
that makes a table and ends without `return`, or that is empty, gives `require` nothing. Files that
use `module` or `package` are passed over.

## Why it matters
What `require` gives instead is `true`, and Kong does not start: `attempt to index local 'handler' (a
boolean value)`; of a schema, from 3.0 on, it says `expected an input table`.

## Example
```lua
-- file: kong/plugins/acme/handler.lua
local Acme = { PRIORITY = 1000, VERSION = "1.0.0" }

function Acme:access(conf) end
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
Where the file makes one table, or one that has functions, its `return` is added at the end. That is
a guess, which `kong-lsp fix` makes only with `--unsafe`.

## If this still fails
A `return` inside a function does not return from the file: it has to be the last statement of all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity, change
from kong_lsp.plugin.program import Program
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.tree import Tree
from kong_lsp.syntax.lua.values import Nil, Place
from kong_lsp.text import Edit, Span, newline_of
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.sources import PluginSource

rule = Rule("KP212", "missing-return", Severity.ERROR)

_OTHER_WAYS = re.compile(r"\b(?:module|package)\b")


def check(snapshot: Snapshot, plugin: PluginSource) -> Iterator[Finding]:
    """The two files that must return a table."""
    for kind, source in (("handler", plugin.handler_to_check), ("schema", plugin.schema)):
        tree = None if source is None else source.program.tree
        if source is None or tree is None or not isinstance(source.program.value, Nil):
            continue
        if _OTHER_WAYS.search(tree.text):
            continue
        said = f"attempt to index local '{kind}' (a boolean value)"
        if kind == "schema" and plugin.kong.number >= (3, 0):
            said = "expected an input table"
        name, span = _meant(tree)
        what = f'"return {name}"' if name else f"return and the {kind}'s table"
        yield rule.finding(
            source.program.path,
            span,
            f'This file returns nothing: Kong {plugin.kong} stops with "{said}". '
            f"Let it end in {what}.",
            fixes=_fixes(source.program, name),
        )


def _meant(tree: Tree) -> tuple[str, Span]:
    """The table that the file makes to be returned, of several the one that has functions; no
    name and the file's beginning where that cannot be told."""
    made: dict[str, Span] = {}
    furnished = set()
    for piece in tree.pieces:
        node = piece.node
        if isinstance(node, nodes.Local) and len(node.names) == len(node.values) == 1:
            name, value = node.names[0], node.values[0]
            if isinstance(value, nodes.Table) or (
                isinstance(value, nodes.MethodCall) and value.method == "extend"
            ):
                made[name.name] = tree.span(Place(piece, name.start, name.end))
        elif isinstance(node, nodes.FunctionStatement) and isinstance(node.target, nodes.Index):
            holder = node.target.object
            if isinstance(holder, nodes.Name):
                furnished.add(holder.name)
    names = [name for name in made if name in furnished] or list(made)
    return (names[0], made[names[0]]) if len(names) == 1 else ("", Span(0, 0))


def _fixes(program: Program, name: str) -> tuple[Fix, ...]:
    tree = program.tree
    if tree is None or not name:
        return ()
    text = tree.text
    newline = newline_of(text)
    end = len(text.rstrip())
    edit = Edit(Span(end, len(text)), f"{newline}{newline}return {name}{newline}")
    return (Fix(f"Add return {name}", (change(program.path, edit),), "unsafe"),)
