"""LuaRocks cannot load the rockspec: it is no Lua.

## What it does
Reads the rockspec as LuaJIT 2.1 does. A missing comma, brace or quote is named where it is
missing; what comes after it is still understood.

## Why it matters
LuaRocks stops with `Error: Could not load rockspec file FILE (Error loading file: …)`, often
with the number of a line far below the mistake.

## Example
```lua
-- rock: acme
build = {
  type = "builtin"
  modules = {},
}
```

## Use instead
```lua
-- rock: acme
build = {
  type = "builtin",
  modules = {},
}
```

## Fix
Safe: puts in the missing comma, brace or quote, or takes out what is too much.

## If this still fails
Look at the line above: Lua notices a missing comma only at the next entry. Rockspecs are Lua
5.1: `//`, `|` and `<const>` are newer.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Severity
from kong_lsp.rules.rockspec_words import edit_fix, templated
from kong_lsp.rules.rule import Rule
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KR001", "syntax-error", Severity.ERROR)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each place where the text is no Lua."""
    tree = rock.rockspec.tree
    problems = tree.all_problems()
    if not problems or templated(rock):
        return
    for piece, problem in problems:
        start = tree.start_of(piece)
        repair = problem.repair
        edits: tuple[Edit, ...] = ()
        if repair is not None:
            where = Span(
                start + piece.shift(repair.start),
                start + piece.shift(repair.end, is_end=repair.end > repair.start),
            )
            edits = (Edit(where, repair.text),)
        yield rule.finding(
            rock.path,
            Span(start + piece.shift(problem.start), start + piece.shift(problem.end, is_end=True)),
            f"LuaRocks cannot load this file: {problem.message}.",
            fixes=edit_fix(rock, repair.title if repair else "", edits),
        )
