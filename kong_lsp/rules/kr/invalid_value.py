"""A value that LuaRocks cannot use.

## What it does
Checks `version` and `rockspec_format` against LuaRocks' patterns. Warns of an address without
a protocol, or with one that LuaRocks does not know, and of unknown platforms.

## Why it matters
LuaRocks refuses the file: `Type mismatch on field version: invalid value '1.0' does not match
'[%w.]+-[%d]+'`. At an address without a protocol only `luarocks make` still works; a misspelt
platform keeps the rock from being installed anywhere.

## Example
```lua
-- file: acme-1.0-1.rockspec
package = "acme"
version = "1.0"
source = { url = "git+https://example.com/acme.git" }
description = { license = "MIT" }
build = { type = "builtin", modules = {} }
```

## Use instead
```lua
-- file: acme-1.0-1.rockspec
package = "acme"
version = "1.0-1"
source = { url = "git+https://example.com/acme.git" }
description = { license = "MIT" }
build = { type = "builtin", modules = {} }
```

## Fix
Safe: `version` is taken from the file's name where that is well formed; a near platform or
protocol is put in. Otherwise a revision, `-1`, is offered.

## If this still fails
A version is letters, digits and dots, one dash, digits: `1.0beta1-1`, not `1.0-beta-1`.
LuaRocks knows the formats 1.0, 1.1, 3.0 and, from 3.12 on, 3.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.rockspec import schema, style
from kong_lsp.rockspec.format import LENIENT, Complaint
from kong_lsp.rockspec.model import has_marker
from kong_lsp.rules.kr.rockspec_words import edit_fix, name_parts, of_code, span_of
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.syntax.lua.values import Place, Table, Text
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KR007", "invalid-value", Severity.ERROR)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each string that LuaRocks cannot use."""
    for complaint in of_code(rock, "KR007"):
        value = complaint.entry.value if complaint.entry else None
        if isinstance(value, Text) and has_marker(value.value):
            continue
        message = complaint.message + "."
        if complaint.lenient:
            message += LENIENT
        severity = Severity.INFORMATION if _is_kongs_own(rock, complaint) else rule.severity
        yield rule.finding(
            rock.path,
            span_of(rock, complaint.place),
            message,
            severity=severity,
            fixes=tuple(_fixes(rock, complaint)),
        )
    yield from _newest_format(rock)
    yield from _address(rock)
    yield from _platforms(rock)


def _is_kongs_own(rock: Rock, complaint: Complaint) -> bool:
    """Kong's own ``kong-latest.rockspec``, whose name and version a script rewrites."""
    return complaint.field == "version" and basename(rock.path) == "kong-latest.rockspec"


def _fixes(rock: Rock, complaint: Complaint) -> Iterator[Fix]:
    entry = complaint.entry
    rockspec = rock.rockspec
    if entry is None or not isinstance(entry.value, Text):
        return
    if complaint.field == "version":
        told = name_parts(rock.path)
        package = rockspec.package.value.lower() if rockspec.package else None
        if told is not None and told[0] == package:
            edits = style.change_value(rockspec.tree, entry, told[1])
            yield from edit_fix(rock, f'Change to "{told[1]}"', edits)
        elif schema.fits("version", entry.value.value + "-1", "1.0"):
            edits = style.change_value(rockspec.tree, entry, entry.value.value + "-1")
            yield from edit_fix(rock, f'Change to "{entry.value.value}-1"', edits, "unsafe")
    elif complaint.field == "rockspec_format":
        edits = style.change_value(rockspec.tree, entry, "3.0")
        yield from edit_fix(rock, 'Change to "3.0"', edits)


def _newest_format(rock: Rock) -> Iterator[Finding]:
    entry = rock.rockspec.fields.get("rockspec_format")
    if entry is not None and rock.rockspec.format == "3.1" and isinstance(entry.value, Text):
        yield rule.finding(
            rock.path,
            span_of(rock, entry.value_at),
            "LuaRocks before 3.12 refuses this: Rockspec format 3.1 is not supported, please"
            " upgrade LuaRocks.",
            severity=Severity.INFORMATION,
        )


def _address(rock: Rock) -> Iterator[Finding]:
    source = rock.rockspec.fields.get("source")
    table = source.value if source else None
    entry = table.entries.get("url") if isinstance(table, Table) else None
    if entry is None or not isinstance(entry.value, Text) or has_marker(entry.value.value):
        return
    address = entry.value.value
    protocol, colon, rest = address.partition("://")
    tree = rock.rockspec.tree
    if not colon:
        message = (
            f'No protocol in "{address}": LuaRocks takes it for a file of its own machine'
            ' (File not found). Write "git+https://…".'
        )
        fixes: tuple[Fix, ...] = ()
        if address.startswith("git@") and ":" in address:
            right = "git+ssh://" + address.replace(":", "/", 1)
            fixes = edit_fix(rock, f'Change to "{right}"', style.change_value(tree, entry, right))
        yield _warning(rock, entry.value_at, message, fixes)
    elif protocol not in schema.PROTOCOLS:
        near = nearest(protocol, schema.PROTOCOLS)
        hint = f' Did you mean "{near}"?' if near else ""
        right = f"{near}://{rest}"
        fixes = (
            edit_fix(rock, f'Change to "{near}"', style.change_value(tree, entry, right))
            if near
            else ()
        )
        message = f"LuaRocks stops with: Unknown protocol {protocol}.{hint}"
        yield _warning(rock, entry.value_at, message, fixes)


def _platforms(rock: Rock) -> Iterator[Finding]:
    listed = rock.rockspec.fields.get("supported_platforms")
    if listed is None or not isinstance(listed.value, Table):
        return
    for entry in listed.value.array():
        if not isinstance(entry.value, Text):
            continue
        sign = "!" if entry.value.value.startswith("!") else ""
        name = entry.value.value[len(sign) :]
        if name in schema.PLATFORMS or has_marker(name):
            continue
        near = nearest(name, schema.PLATFORMS)
        hint = f' Did you mean "{near}"?' if near else ""
        fixes = (
            edit_fix(
                rock,
                f'Change to "{sign}{near}"',
                style.change_value(rock.rockspec.tree, entry, f"{sign}{near}"),
            )
            if near
            else ()
        )
        message = f'LuaRocks knows no platform "{name}".{hint}'
        yield _warning(rock, entry.value_at, message, fixes)


def _warning(rock: Rock, place: Place, message: str, fixes: tuple[Fix, ...]) -> Finding:
    return rule.finding(
        rock.path, span_of(rock, place), message, severity=Severity.WARNING, fixes=fixes
    )
