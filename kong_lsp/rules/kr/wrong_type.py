"""A field holds a value of the wrong type.

## What it does
Holds the type of every field against LuaRocks' list: strings, tables, and one boolean.

## Why it matters
LuaRocks refuses the file: `Type mismatch on field dependencies: expected a table`. A number
as `rockspec_format` crashes it. `modules` that are no table pass, and crash the build.

## Example
```lua
-- rock: acme
dependencies = "lua ~> 5.1"
build = { type = "builtin", modules = {} }
```

## Use instead
```lua
-- rock: acme
dependencies = { "lua ~> 5.1" }
build = { type = "builtin", modules = {} }
```

## Fix
Safe: a number where a string belongs is quoted, a string where a list of strings belongs is
put into one. Where that gives no name LuaRocks would know, it is only offered.

## If this still fails
Versions and tags are strings: `tag = "1.0"`. LuaRocks 3.12 and later no longer look inside
`platforms`, `copy_directories`, `supported_platforms` and `labels`, and fail later.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.rockspec import schema
from kong_lsp.rockspec.format import LENIENT, Complaint, kind_of
from kong_lsp.rockspec.forms import quoted
from kong_lsp.rockspec.layout import source
from kong_lsp.rules.kr.rockspec_words import edit_fix, of_code, span_of
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.lua.values import Nil, Num, Table, Text, Unknown
from kong_lsp.text import Edit
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KR006", "wrong-type", Severity.ERROR)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each value of a type that LuaRocks refuses."""
    for complaint in of_code(rock, "KR006"):
        message = complaint.message + "."
        if complaint.lenient:
            message += LENIENT
        yield rule.finding(
            rock.path,
            span_of(rock, complaint.place),
            message,
            fixes=tuple(_fixes(rock, complaint)),
        )
    yield from _modules(rock)


def _modules(rock: Rock) -> Iterator[Finding]:
    build = rock.rockspec.build
    entry = build.entries.get("modules") if build else None
    if entry is None or isinstance(entry.value, Table | Nil | Unknown):
        return
    if rock.rockspec.build_type in ("none", "make", "cmake", "command"):
        return
    yield rule.finding(
        rock.path,
        span_of(rock, entry.value_at),
        f"build.modules must be a table, not a {kind_of(entry.value)}: `luarocks lint` lets it"
        " pass, and the build crashes.",
        severity=Severity.WARNING,
    )


def _fixes(rock: Rock, complaint: Complaint) -> Iterator[Fix]:
    entry = complaint.entry
    if entry is None:
        return
    tree = rock.rockspec.tree
    span = tree.span(entry.value_at)
    written = source(tree)[span.start : span.end]
    field = schema.FIELDS.get(complaint.field)
    if isinstance(entry.value, Num) and (field is None or field.type == "string"):
        if complaint.field == "rockspec_format" and written not in schema.FORMATS:
            return
        if complaint.field in ("version", "package") or "expected a table" in complaint.words:
            return
        if complaint.field.startswith(("dependencies", "build_dep", "test_dep")):
            return
        edits = (Edit(span, quoted(written)),)
        named = complaint.field.endswith((".url", ".type")) or "platforms" in complaint.field
        title = f"Quote it: {quoted(written)}"
        yield from edit_fix(rock, title, edits, "unsafe" if named else "safe")
    elif isinstance(entry.value, Text) and entry.value.value and field is not None:
        items = field.items
        if items is None or items.type != "string":
            return
        used = rock.rockspec.format
        fits = items.shape is None or schema.fits(items.shape, entry.value.value, used)
        edits = (Edit(span, f"{{ {written} }}"),)
        yield from edit_fix(rock, "Put it into a list", edits, "safe" if fits else "unsafe")
