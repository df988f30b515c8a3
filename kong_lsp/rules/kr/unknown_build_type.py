"""A build type that is not LuaRocks' own.

## What it does
Compares `build.type` with what LuaRocks has: `builtin`, `make`, `cmake`, `command` and
`none`. Silent where the rockspec lists the rock that brings the type.

## Why it matters
`luarocks lint` lets it pass. The build then looks for a rock of that name: `Could not satisfy
dependency luarocks-build-buitin`.

## Example
```lua
-- rock: acme
build = { type = "buitin", modules = {} }
```

## Use instead
```lua
-- rock: acme
build = { type = "builtin", modules = {} }
```

## Fix
Safe where a known type is near.

## If this still fails
Where you mean a type of somebody else's, list its rock in `build_dependencies`
(`rockspec_format = "3.0"`).
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Severity
from kong_lsp.rockspec import schema, style
from kong_lsp.rockspec.dependency import Dependency, parse
from kong_lsp.rockspec.model import has_marker
from kong_lsp.rules.kr.rockspec_words import edit_fix, span_of
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.syntax.lua.values import Table, Text
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KR013", "unknown-build-type", Severity.WARNING)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """The build type, where LuaRocks would have to fetch it."""
    rockspec = rock.rockspec
    kind = rockspec.build_type
    build = rockspec.build
    if kind is None or build is None or kind in schema.BUILD_TYPES or has_marker(kind):
        return
    wanted = f"luarocks-build-{kind}"
    if wanted in _listed(rock):
        return
    entry = build.entries["type"]
    near = nearest(kind, [each for each in schema.BUILD_TYPES if each != "module"])
    hint = f' Did you mean "{near}"?' if near else f" List {wanted} in build_dependencies."
    fixes = (
        edit_fix(rock, f'Change to "{near}"', style.change_value(rockspec.tree, entry, near))
        if near
        else ()
    )
    yield rule.finding(
        rock.path,
        span_of(rock, entry.value_at),
        f'LuaRocks has no build type "{kind}" and looks for a rock that brings it: Could not'
        f" satisfy dependency {wanted}.{hint}",
        fixes=fixes,
    )


def _listed(rock: Rock) -> set[str]:
    """The names of the rocks that this one needs for its build or anyway."""
    found = set()
    for name in ("dependencies", "build_dependencies"):
        entry = rock.rockspec.fields.get(name)
        if entry is not None and isinstance(entry.value, Table):
            for item in entry.value.array():
                read = parse(item.value.value) if isinstance(item.value, Text) else None
                if isinstance(read, Dependency):
                    found.add(read.name)
    return found
