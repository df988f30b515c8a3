"""A dependency that LuaRocks cannot read.

## What it does
Reads each string in `dependencies`, `build_dependencies` and `test_dependencies` as LuaRocks
does: a name, then constraints such as `>= 1.0, < 2.0`.

## Why it matters
LuaRocks refuses the file: `Parse error processing dependency 'lua >> 5.1': Failed to parse
constraint …`.

## Example
```lua
-- rock: acme
dependencies = { "lua-cjson ^2.1" }
build = { type = "builtin", modules = {} }
```

## Use instead
```lua
-- rock: acme
dependencies = { "lua-cjson ~> 2.1" }
build = { type = "builtin", modules = {} }
```

## Fix
Safe where a newer `rockspec_format` reads it. An operator of another package manager (`^`,
`=>`, `===`, `&&`) can be changed to what LuaRocks has for it.

## If this still fails
The operators are `==`, `~=`, `<`, `>`, `<=`, `>=` and `~>`. A name with a slash needs
`rockspec_format = "3.0"`. There is no "or", and no way to name a URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.rockspec import style
from kong_lsp.rockspec.dependency import Dependency, parse
from kong_lsp.rockspec.format import LENIENT, Complaint
from kong_lsp.rockspec.model import has_marker
from kong_lsp.rules.kr.rockspec_words import edit_fix, of_code, span_of
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.lua.values import Text
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KR008", "invalid-dependency", Severity.ERROR)

_ELSEWHERE = (
    (re.compile(r"\^\s*"), "~> "),
    (re.compile(r"\s*&&\s*"), ", "),
    (re.compile(r"=>"), ">="),
    (re.compile(r"=<"), "<="),
    (re.compile(r"===+"), "=="),
    (re.compile(r">>+"), ">"),
    (re.compile(r"<<+"), "<"),
    (re.compile(r"\s*\((.*)\)\s*$"), r" \1"),
    (re.compile(r"\.\*"), ""),
    (re.compile(r"\s*:\s*"), " "),
    (re.compile(r"\+[A-Za-z0-9.]+"), ""),
)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each dependency that LuaRocks refuses."""
    for complaint in of_code(rock, "KR008"):
        value = complaint.entry.value if complaint.entry else None
        if isinstance(value, Text) and has_marker(value.value):
            continue
        message = complaint.message + "."
        if complaint.lenient:
            message += LENIENT
        yield rule.finding(
            rock.path,
            span_of(rock, complaint.place),
            message,
            fixes=tuple(_fixes(rock, complaint)),
        )


def _fixes(rock: Rock, complaint: Complaint) -> Iterator[Fix]:
    entry = complaint.entry
    rockspec = rock.rockspec
    if complaint.needs:
        title = f'Set rockspec_format = "{complaint.needs}"'
        edits = style.set_field(rockspec, "rockspec_format", complaint.needs)
        yield from edit_fix(rock, title, edits)
    if entry is None or not isinstance(entry.value, Text):
        return
    right = entry.value.value
    for pattern, replacement in _ELSEWHERE:
        right = pattern.sub(replacement, right)
    if right != entry.value.value and isinstance(parse(right, rockspec.format), Dependency):
        edits = style.change_value(rockspec.tree, entry, right)
        yield from edit_fix(rock, f'Change to "{right}"', edits, "unsafe")
