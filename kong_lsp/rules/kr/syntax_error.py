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
Safe: puts in the missing comma, brace or quote, or takes out what is too much. Where that
would leave other mistakes, as in a file that is cut short, it is only offered; so are the later
ones of very many in a large file, which are not all tried out at once.

## If this still fails
Look at the line above: Lua notices a missing comma only at the next entry. Rockspecs are Lua
5.1: `//`, `|` and `<const>` are newer.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.rockspec.layout import source
from kong_lsp.rockspec.model import Rockspec
from kong_lsp.rules.kr.rockspec_words import edit_fix, templated
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.lua.evaluate import evaluate
from kong_lsp.syntax.lua.pieces import Piece, Problem
from kong_lsp.syntax.lua.tree import Tree
from kong_lsp.syntax.lua.values import Place
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KR001", "syntax-error", Severity.ERROR)

_TRIED = 300_000
"""A fix is tried on the whole file: so often that so many characters are read. What is not
tried is not safe."""


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each place where the text is no Lua."""
    tree = rock.rockspec.tree
    problems = tree.all_problems()
    if not problems or templated(rock):
        return
    spans = [tree.span(Place(piece, problem.start, problem.end)) for piece, problem in problems]
    text = source(tree)
    opened = dict(_opened(tree, text, problems, spans))
    told = set()
    tries = 1 + _TRIED // len(text)
    for (piece, problem), span in zip(problems, spans, strict=True):
        fixes: tuple[Fix, ...] = ()
        repair = problem.repair
        if opened and (line := _line(text, span.start)) in opened:
            if line in told:
                continue
            told.add(line)
            fixes = edit_fix(rock, "Open the string", (opened[line],), "safe")
        elif repair is not None:
            edit = Edit(tree.span(Place(piece, repair.start, repair.end)), repair.text)
            tries -= 1
            safe = tries >= 0 and _is_safe(rock.rockspec, problem, edit, len(problems))
            fixes = edit_fix(rock, repair.title, (edit,), "safe" if safe else "unsafe")
        yield rule.finding(
            rock.path,
            span,
            f"LuaRocks cannot load this file: {problem.message}.",
            fixes=fixes,
        )


def _opened(
    tree: Tree, text: str, problems: list[tuple[Piece, Problem]], spans: list[Span]
) -> Iterator[tuple[Span, Edit]]:
    """The lines whose only quote ends an entry that begins with none, and what opens it; only
    where the line is Lua with that."""
    tries = 1 + _TRIED // len(text)
    for (_, problem), span in zip(problems, spans, strict=True):
        quote = text[span.start : span.end].strip().rstrip(",;")
        if problem.kind != "string" or len(quote) != 1 or not tries:
            continue
        line = _line(text, span.start)
        written = text[line.start : line.end]
        begin = line.start + len(written) - len(written.lstrip())
        if begin == span.start or written.count('"') + written.count("'") != 1:
            continue
        tries -= 1
        edit = Edit(Span(begin, begin), quote)
        here = sum(line.start <= each.start < line.end for each in spans)
        if len(tree.edited(edit).all_problems()) == len(problems) - here:
            yield line, edit


def _line(text: str, offset: int) -> Span:
    """The line of an offset, without its end."""
    end = text.find("\n", offset)
    return Span(text.rfind("\n", 0, offset) + 1, len(text) if end < 0 else end)


def _is_safe(rockspec: Rockspec, problem: Problem, edit: Edit, problems: int) -> bool:
    """Whether the repair leaves fewer than so many problems, and shows none that were hidden."""
    tree = rockspec.tree.edited(edit)
    if len(tree.all_problems()) >= problems:
        return False
    if problem.kind == "separator":
        return True
    before, after = rockspec.evaluation, evaluate(tree)
    worse = len(after.reads) > len(before.reads) or len(after.failures) > len(before.failures)
    at_end = not source(rockspec.tree)[edit.span.end :].strip()
    cut_short = (at_end and problem.kind == "string") or not _has_all(rockspec)
    return not worse and not cut_short


def _has_all(rockspec: Rockspec) -> bool:
    """Whether the fields are there that every rockspec must have."""
    return all(name in rockspec.fields for name in ("package", "version", "source", "build"))
