"""String literals of Lua: what one means, and how to write one.

The escapes are LuaJIT 2.1's (lj_lex.c, ``lex_string``). A value is text; bytes that
are not UTF-8 are held as ``surrogateescape`` does, so ``to_bytes`` gives them back.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kong_lsp.text import Span

_LONG = re.compile(r"\[(=*)\[(\r\n|\n\r|\n|\r)?")
_LINE_END = re.compile(r"\r\n|\n\r|\r|\n")
_ESCAPE = re.compile(
    r"""\\(?:
        (?P<simple>[abfnrtv\\"'])
      | (?P<decimal>[0-9]{1,3})
      | x(?P<hex>[0-9A-Fa-f]{2})
      | u\{(?P<unicode>[0-9A-Fa-f]+)\}
      | z(?P<blanks>[ \t\n\r\v\f]*)
      | (?P<line>\r\n|\n\r|\r|\n)
      | (?P<other>[\s\S]?)
    )""",
    re.VERBOSE,
)
_SIMPLE = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, '"': 34, "'": 39}
_SHORT = {7: "a", 8: "b", 12: "f", 10: "n", 13: "r", 9: "t", 11: "v"}


class Run(NamedTuple):
    """Characters ``start`` to ``end`` of the value stand at ``at`` in the literal, unescaped."""

    start: int
    end: int
    at: int


class Decoded(NamedTuple):
    """What a literal means. ``invalid`` is the first escape that Lua refuses, in the literal."""

    value: str
    runs: tuple[Run, ...]
    invalid: Span | None


def to_bytes(value: str) -> bytes:
    """The bytes that Lua holds for ``value``."""
    try:
        return value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")


def from_bytes(data: bytes | bytearray) -> str:
    """The text for bytes that Lua holds."""
    return data.decode("utf-8", "surrogateescape")


def decode(literal: str) -> Decoded:
    """The value of a literal as written, quotes or long brackets included. Never raises."""
    if literal.startswith("["):
        return _decode_long(literal)
    body = literal[1:-1]
    if "\\" not in body:
        runs = (Run(0, len(body), 1),) if body else ()
        return Decoded(body, runs, None)
    return _decode_quoted(body)


def _decode_long(literal: str) -> Decoded:
    opening = _LONG.match(literal)
    if opening is None:
        return Decoded("", (), None)
    start = opening.end()
    body = literal[start : max(start, len(literal) - len(opening[1]) - 2)]
    value = ""
    runs: list[Run] = []
    last = 0
    for match in _LINE_END.finditer(body) if "\r" in body else ():
        if match[0] != "\n":
            if match.start() > last:
                runs.append(Run(len(value), len(value) + match.start() - last, start + last))
            value += body[last : match.start()] + "\n"
            last = match.end()
    if len(body) > last:
        runs.append(Run(len(value), len(value) + len(body) - last, start + last))
    return Decoded(value + body[last:], tuple(runs), None)


def _decode_quoted(body: str) -> Decoded:
    chunks: list[str] = []
    runs: list[Run] = []
    escaped = bytearray()
    invalid: Span | None = None
    length = last = 0
    for match in _ESCAPE.finditer(body):
        begin, end = match.span()
        if begin > last:
            if escaped:
                chunks.append(from_bytes(escaped))
                length += len(chunks[-1])
                escaped.clear()
            chunks.append(body[last:begin])
            runs.append(Run(length, length + begin - last, 1 + last))
            length += begin - last
        data = _escaped(match)
        if data is None:
            invalid = invalid or Span(1 + begin, 1 + end)
            data = match[0][1:].encode("utf-8", "surrogatepass")
        escaped += data
        last = end
    if escaped:
        chunks.append(from_bytes(escaped))
        length += len(chunks[-1])
    if len(body) > last:
        chunks.append(body[last:])
        runs.append(Run(length, length + len(body) - last, 1 + last))
    return Decoded("".join(chunks), tuple(runs), invalid)


def _escaped(match: re.Match[str]) -> bytes | None:
    """The bytes that an escape stands for; None where Lua refuses it."""
    kind = match.lastgroup
    text = match[kind] if kind else ""
    if kind == "simple":
        return bytes((_SIMPLE[text],))
    if kind == "decimal":
        return bytes((int(text),)) if int(text) < 256 else None
    if kind == "hex":
        return bytes((int(text, 16),))
    if kind == "unicode":
        code = int(text[-7:], 16) if not text[:-7].strip("0") else 0x110000
        if code >= 0x110000 or 0xD800 <= code < 0xE000:
            return None
        return chr(code).encode()
    if kind == "blanks":
        return b""
    if kind == "line":
        return b"\n"
    return None


def quote(value: str, quote_char: str = '"') -> str:
    """A literal in ``quote_char`` (``"`` or ``'``) that means ``value``."""
    written: list[str] = []
    for char in value:
        code = ord(char)
        if char in (quote_char, "\\"):
            written.append("\\" + char)
        elif code < 32 or code == 127:
            written.append("\\" + _SHORT.get(code, f"{code:03}"))
        elif 0xDC80 <= code <= 0xDCFF:
            written.append(f"\\{code - 0xDC00:03}")
        else:
            written.append(char)
    return quote_char + "".join(written) + quote_char
