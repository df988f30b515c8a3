"""Lua that only some of the Luas LuaRocks runs on can load.

## What it does
Finds what LuaJIT (which comes with Kong) and Lua 5.1 (which most distributions run LuaRocks
on) judge differently: `goto`, a byte-order mark, a first line with `#`, names with letters
that are not ASCII, numbers such as `1LL`, and escapes that one of them does not know.

## Why it matters
The rockspec installs on your machine and fails on another: `unexpected symbol near '#'`,
`'=' expected near 'done'`, `invalid escape sequence`. `\\x41`, `\\u{41}` and `\\z` load on both
and mean different strings.

## Example
```lua
-- rock: acme
local tag = "\\x31.0"
build = { type = "builtin", modules = {} }
```

## Use instead
```lua
-- rock: acme
local tag = "1.0"
build = { type = "builtin", modules = {} }
```

## Fix
Safe for a byte-order mark, which is removed, and for `\\x41`, which becomes `\\065`.

## If this still fails
Write other characters of a string as they are, in UTF-8, or as `\\ddd` in decimal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.rules.kr.rockspec_words import edit_fix, templated
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.lua.pieces import Piece, has_oddity
from kong_lsp.syntax.lua.scanner import scan
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KR015", "unportable-syntax", Severity.WARNING)

_ESCAPE = r"\\(x[0-9A-Fa-f]{2}|u\{[0-9A-Fa-f]+\}|z|[0-9]{1,3}|\r\n|[\s\S])"
_KNOWN = frozenset("abfnrtv\\\"'\r\n")
_UNDECODED = re.compile("[\ud800-\udfff]")
"""What stands for bytes that are not UTF-8: of a binary file, nearly each would be a finding."""
_NUMBER = r"(?i)(?:.*(?:ll|i)|0b.*|0x.*[.p].*)"


class _Oddity(NamedTuple):
    start: int
    end: int
    message: str
    instead: str | None = None


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each place that LuaJIT and Lua 5.1 judge differently."""
    tree = rock.rockspec.tree
    head = tree.pieces[0].head if tree.pieces else tree.tail
    found = [*_first_line(head), *_in_pieces(tree.pieces, 0)]
    if not found or templated(rock):
        return
    for start, end, message, instead in found:
        fixes: tuple[Fix, ...] = ()
        if instead is not None:
            title = "Remove the byte-order mark" if not instead else f"Change to {instead}"
            fixes = edit_fix(rock, title, (Edit(Span(start, end), instead),))
        yield rule.finding(rock.path, Span(start, end), message, fixes=fixes)


def _first_line(text: str) -> Iterator[_Oddity]:
    if text.startswith("\ufeff"):
        yield _Oddity(
            0, 1, "Lua 5.1 refuses a byte-order mark: unexpected symbol near '\\xEF'.", ""
        )
    elif text.startswith("#") and not text.startswith("#!"):
        end = re.match(r"[^\r\n]*", text)
        yield _Oddity(
            0,
            end.end() if end else 1,
            "Lua 5.1 refuses this line: unexpected symbol near '#'. Comments start with --.",
        )


def _in_pieces(pieces: tuple[Piece, ...], start: int) -> Iterator[_Oddity]:
    for piece in pieces:
        if piece.odd:
            yield from _shifted(_oddities(piece.head, whole=not start), start)
            if piece.children is not None:
                yield from _in_pieces(piece.children, start + len(piece.head))
                yield from _shifted(_oddities(piece.tail), start + piece.length - len(piece.tail))
        start += piece.length


def _shifted(found: tuple[_Oddity, ...], by: int) -> Iterator[_Oddity]:
    for start, end, message, instead in found:
        yield _Oddity(start + by, end + by, message, instead)


@lru_cache(maxsize=8192)
def _oddities(text: str, *, whole: bool = False) -> tuple[_Oddity, ...]:
    """The oddities of a text; ``whole`` tells that it begins the file."""
    return tuple(_scanned(text, whole=whole)) if has_oddity(text) else ()


def _scanned(text: str, *, whole: bool) -> Iterator[_Oddity]:
    for token in scan(text, whole=whole):
        kind, written, start, end, _ = token
        if kind == "NAME" and not written.isascii() and not _UNDECODED.search(written):
            message = f"Lua 5.1 refuses names with letters that are not ASCII: {written}."
            yield _Oddity(start, end, message)
        elif kind in ("GOTO", "LABEL"):
            yield _Oddity(start, end, f"Lua 5.1 has no goto: '=' expected near '{written}'.")
        elif kind == "NUMBER" and re.fullmatch(_NUMBER, written):
            message = f"Lua 5.1 refuses this number: malformed number near '{written}'."
            yield _Oddity(start, end, message)
        elif kind == "STRING" and "\\" in written:
            yield from _escapes(written, start)


def _escapes(written: str, base: int) -> Iterator[_Oddity]:
    for match in re.finditer(_ESCAPE, written):
        escape = match[1]
        start, end = base + match.start(), base + match.end()
        if escape[0].isdigit() or escape[0] in _KNOWN:
            continue
        if len(escape) > 1 or escape == "z":
            instead = None
            if escape[0] == "x":
                instead = f"\\{int(escape[1:], 16):03d}"
            message = f"Lua 5.1 does not know \\{escape[0]} and drops the backslash."
            yield _Oddity(start, end, message, instead)
        else:
            message = (
                f"LuaJIT refuses this: invalid escape sequence near '\\{escape}'. Lua 5.1 drops"
                " the backslash."
            )
            yield _Oddity(start, end, message)
