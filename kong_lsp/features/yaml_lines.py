"""Lines of YAML, read one by one: what each opens, whatever the lines around it are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_KEY = re.compile(
    r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|(?:[^\s"'#\[\]{},&*!|>%@`?-]|[?-](?=\S))"""
    r"""(?:(?![ \t]\#)[^\n])*?)(?<![ \t])[ \t]*:(?=[ \t\r\n]|\Z)"""
)
_PROPERTIES = re.compile(r"(?:[&!][^\s]*[ \t]+)*")
_COMMENT = re.compile(r"(?:^|[ \t])#.*", re.DOTALL)


class Line(NamedTuple):
    """``dashes`` and ``column`` are columns; ``column`` is that of the content, or of the
    end of a line without any. ``key`` is the key that it begins with, without quotes, and
    ``value`` the offset in the line of what follows the colon."""

    dashes: tuple[int, ...]
    column: int
    key: str | None
    key_end: int
    value: int

    @property
    def first(self) -> int:
        """The column of the first thing in it."""
        return self.dashes[0] if self.dashes else self.column


def read_line(line: str) -> Line:
    """What a line without its end says."""
    at = _blanks(line, 0)
    dashes = []
    while line.startswith("-", at) and line[at + 1 : at + 2] in ("", " ", "\t", "\r"):
        dashes.append(at)
        at = _blanks(line, at + 1)
    match = _KEY.match(line, at)
    if match is None:
        return Line(tuple(dashes), at, None, at, at)
    return Line(tuple(dashes), at, unquoted(match[1]), match.end(1), _blanks(line, match.end()))


def _blanks(line: str, at: int) -> int:
    while line[at : at + 1] in (" ", "\t"):
        at += 1
    return at


def is_silent(line: str) -> bool:
    """Whether a line has nothing but blanks and a comment."""
    return line.lstrip()[:1] in ("", "#")


def is_marker(line: str) -> bool:
    """Whether a line begins or ends a document."""
    return line.startswith(("---", "...")) and line[3:4] in ("", " ", "\t", "\r")


def scalar(text: str) -> str:
    """The scalar that the rest of a line is, without quotes, anchor, tag and comment."""
    text = text[_PROPERTIES.match(text).end() :]  # type: ignore[union-attr]
    if text[:1] in ("'", '"'):
        end = text.find(text[0], 1)
        return text[1:end] if end > 0 else text[1:].rstrip()
    return _COMMENT.sub("", text).rstrip(" \t\r")


def opens_text(text: str) -> bool:
    """Whether the rest of a line begins a block scalar."""
    text = text[_PROPERTIES.match(text).end() :]  # type: ignore[union-attr]
    return text[:1] in ("|", ">")


def unquoted(text: str) -> str:
    """A key without its quotes."""
    return text[1:-1] if text[:1] in ("'", '"') else text.rstrip()


def line_start(text: str, offset: int) -> int:
    """Where the line of an offset begins."""
    return text.rfind("\n", 0, offset) + 1


def line_at(text: str, start: int) -> str:
    """The line that begins at ``start``, without its end."""
    end = text.find("\n", start)
    return text[start:] if end < 0 else text[start:end].rstrip("\r")


def keys_around(text: str, start: int, column: int) -> dict[str, str]:
    """The keys of the mapping at ``column`` that the line at ``start`` is in, each with the
    scalar beside it; the cost is that of the lines of the mapping."""
    found: dict[str, str] = {}
    for line in _upward(text, start):
        read = read_line(line)
        if read.key is not None and read.column == column:
            found.setdefault(read.key, scalar(line[read.value :]))
        if read.first < column:
            break
    end = text.find("\n", start)
    while end >= 0:
        line = line_at(text, end + 1)
        end = text.find("\n", end + 1)
        if is_silent(line):
            continue
        read = read_line(line)
        if read.first < column or is_marker(line):
            break
        if read.key is not None and read.column == column and not read.dashes:
            found.setdefault(read.key, scalar(line[read.value :]))
    return found


def _upward(text: str, start: int) -> Iterator[str]:
    """The line at ``start`` and those before it in its document."""
    while True:
        line = line_at(text, start)
        if is_marker(line):
            return
        if not is_silent(line):
            yield line
        if not start:
            return
        start = line_start(text, start - 1)
