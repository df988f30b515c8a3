"""A dependency on Lua that can never hold.

## What it does
Compares the constraints on `lua` with what LuaRocks provides for the LuaJIT that Kong runs
on: `5.1-1`.

## Why it matters
LuaRocks stops with `Could not satisfy dependency lua >= 5.1.5: No results matching query were
found for Lua 5.1`: to it Lua has no third number.

## Example
```lua
-- rock: acme
dependencies = { "lua >= 5.1.5" }
build = { type = "builtin", modules = {} }
```

## Use instead
```lua
-- rock: acme
dependencies = { "lua ~> 5.1" }
build = { type = "builtin", modules = {} }
```

## Fix
Safe: the constraints become `~> 5.1`, which is what Kong has.

## If this still fails
`> 5.1` excludes 5.1 itself; `lua 5.1 or later` asks for three versions at once, one of them
called "or".
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Severity
from kong_lsp.rockspec import style
from kong_lsp.rockspec.dependency import LUA, Dependency, parse, satisfies
from kong_lsp.rules.kr.rockspec_words import edit_fix, span_of
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.lua.values import Table, Text
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KR010", "unsatisfiable-dependency", Severity.WARNING)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each constraint on ``lua`` that no LuaJIT meets."""
    rockspec = rock.rockspec
    field = rockspec.fields.get("dependencies")
    if field is None or not isinstance(field.value, Table):
        return
    for entry in field.value.array():
        text = entry.value
        read = parse(text.value, rockspec.format) if isinstance(text, Text) else None
        if not isinstance(read, Dependency) or not isinstance(text, Text) or read.name != "lua":
            continue
        broken = next((each for each in read.constraints if not satisfies(LUA, each)), None)
        if broken is None:
            continue
        right = f"{text.value[: read.name_end]} ~> 5.1"
        yield rule.finding(
            rock.path,
            span_of(rock, text.place(broken.start, broken.end) or entry.value_at),
            f"Could not satisfy dependency {text.value}: the Lua that Kong runs on is 5.1-1 to"
            f" LuaRocks, which {text.value[broken.start : broken.end]!r} never matches.",
            fixes=edit_fix(
                rock, f'Change to "{right}"', style.change_value(rockspec.tree, entry, right)
            ),
        )
