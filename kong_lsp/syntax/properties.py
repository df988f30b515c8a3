"""kong.conf and the values of ``KONG_*`` variables, by Kong's own lexical rules.

Kong reads the file with Penlight's ``pl.config.read`` (``smart = false``) and then removes
comments from values itself, by rules that changed:

- to 0.10.3: from the first ``#`` on;
- 0.10.4 to 3.1: by the Lua pattern ``[^\\]#.-$``: from a ``#`` that no backslash precedes,
  *with the character before it*; so a value that begins with ``#`` is kept;
- from 3.2: by ``\\s*(?<!\\\\)#.*$``: nothing else is lost, a leading ``#`` empties the value.

``\\#`` stands for ``#`` from 0.10.4 on. In an environment variable a ``#`` is a comment
before 1.4 only. List items are not trimmed in 0.9. Quotes are never removed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from kong_lsp.text import Span

_SPACE = " \t\r\n\v\f"
_NOT_KEY = re.compile(r"[^0-9A-Za-z]")
_SKIPPED = re.compile(r"[ \t\r\v\f]*(?:[#;]|$)")
_CONTINUES = re.compile(r"\\[ \t\r\v\f]*$")
_SECTION = re.compile(r"\[([^\]]+)\]")
_NUMBER = re.compile(
    r"[+-]?(?:0[xX][0-9a-fA-F]+|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\Z"
)
_COMMENT_WITH_CHARACTER = re.compile(r"[^\\]#.*\Z", re.DOTALL)
_COMMENT = re.compile(r"(?<!\\)#")

Number = tuple[int, ...]
"""A release: ``(3, 9)`` is the newest 3.9, ``(0, 10, 3)`` a patch release."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a comma-separated value; ``span`` covers ``text`` as it is written."""

    text: str
    span: Span

    @property
    def quoted(self) -> bool:
        """Whether a quote is part of it, which Kong does not remove."""
        return self.text[:1] in _QUOTES or self.text[-1:] in _QUOTES

    @property
    def is_reference(self) -> bool:
        """Whether it is a vault reference, so that nobody can know the value."""
        return self.text.startswith("{vault://")


_QUOTES = frozenset("\"'")


@dataclass(frozen=True, slots=True)
class Value:
    """A value without comment and surrounding blanks, and its items.

    ``number`` is what Kong makes of a value that looks numeric.
    """

    text: str
    span: Span
    items: tuple[Item, ...]
    number: float | None

    @property
    def quoted(self) -> bool:
        """Whether quotes, which Kong keeps, are at the ends of it."""
        return self.text[:1] in _QUOTES or self.text[-1:] in _QUOTES


@dataclass(frozen=True, slots=True)
class Entry:
    """``key = value``. ``key`` has ``_`` for every character that is no letter or digit.

    ``lines`` covers its lines with their ends. ``section`` names the section that makes
    Kong ignore it; ``overridden`` tells that a later entry has the same key.
    """

    key: str
    written: str
    key_span: Span
    value: Value
    lines: Span
    section: str | None
    continued: bool
    overridden: bool


@dataclass(frozen=True, slots=True)
class Section:
    """``[name]``; ``name`` is None where the bracket is not closed, which fails in Kong."""

    name: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Properties:
    """All of a file, whose text is ``text``.

    ``strays`` are lines without ``=``, which Kong ignores; ``unfinished`` is a last line
    that ends in a backslash, which Kong loses.
    """

    entries: tuple[Entry, ...]
    sections: tuple[Section, ...]
    comments: tuple[Span, ...]
    strays: tuple[Span, ...]
    unfinished: Span | None
    text: str = ""

    def find(self, key: str) -> Entry | None:
        """The entry that sets ``key``, if one does."""
        for entry in reversed(self.entries):
            if entry.key == key and entry.section is None:
                return entry
        return None


class _Line:
    """A logical line: the text of one or more lines, and where each stretch comes from."""

    __slots__ = ("end", "froms", "offsets", "parts", "size", "start")

    def __init__(self, start: int) -> None:
        self.parts: list[str] = []
        self.size = 0
        self.offsets: list[int] = []
        self.froms: list[int] = []
        self.start = start
        self.end = start

    def add(self, text: str, offset: int) -> None:
        if text or not self.offsets:
            self.offsets.append(self.size)
            self.froms.append(offset)
            self.parts.append(text)
            self.size += len(text)

    @property
    def text(self) -> str:
        if len(self.parts) > 1:
            self.parts = ["".join(self.parts)]
        return self.parts[0]

    def span(self, start: int, end: int) -> Span:
        """Where the stretch from ``start`` to ``end`` of the logical line is."""
        if start >= end:
            at = self._place(start)
            return Span(at, at)
        return Span(self._place(start), self._place(end - 1) + 1)

    def _place(self, at: int) -> int:
        index = bisect_right(self.offsets, at) - 1
        return self.froms[index] + at - self.offsets[index]


def parse(text: str, release: Number) -> Properties:
    """What kong.conf says to this release. Never raises."""
    entries: list[Entry] = []
    sections: list[Section] = []
    comments: list[Span] = []
    strays: list[Span] = []
    section: str | None = None
    pending: _Line | None = None
    offset = 0
    for raw in text.split("\n"):
        line = raw
        begin, after = offset, offset + len(raw) + 1
        offset = after
        if begin == 0 and line.startswith("\ufeff"):
            line = line[1:]
            begin = 1
        if _SKIPPED.match(line):
            if line.strip(_SPACE):
                comments.append(_stripped(line, begin))
            continue
        logical = pending or _Line(begin)
        continues = _CONTINUES.search(line)
        logical.add(line[: continues.start()] if continues else line, begin)
        logical.end = min(after, len(text))
        if continues:
            pending = logical
            continue
        continued = pending is not None
        pending = None
        if logical.text.startswith("["):
            match = _SECTION.match(logical.text)
            section = _NOT_KEY.sub("_", match[1]) if match else None
            sections.append(Section(section, logical.span(0, len(logical.text.rstrip(_SPACE)))))
            section = section or ""
            continue
        entry = _entry(logical, release, section, continued=continued)
        if entry is None:
            strays.append(_stripped(logical.text, 0, logical))
        else:
            entries.append(entry)
    unfinished = None if pending is None else Span(pending.start, pending.end)
    return Properties(
        _overridden(entries), tuple(sections), tuple(comments), tuple(strays), unfinished, text
    )


def parse_variable(value: str, release: Number) -> Value:
    """What the value of a ``KONG_*`` variable says to this release; spans count from it."""
    line = _Line(0)
    line.add(value, 0)
    return _value(line, 0, release, variable=True)


def _overridden(entries: list[Entry]) -> tuple[Entry, ...]:
    seen: set[str] = set()
    found: list[Entry] = []
    for entry in reversed(entries):
        if entry.section is None and entry.key in seen:
            entry = replace(entry, overridden=True)
        elif entry.section is None:
            seen.add(entry.key)
        found.append(entry)
    return tuple(reversed(found))


def _stripped(text: str, offset: int, line: _Line | None = None) -> Span:
    start = len(text) - len(text.lstrip(_SPACE))
    end = len(text.rstrip(_SPACE))
    return line.span(start, end) if line else Span(offset + start, offset + end)


def _entry(line: _Line, release: Number, section: str | None, *, continued: bool) -> Entry | None:
    text = line.text
    start = len(text) - len(text.lstrip(_SPACE))
    equals = text.find("=", start)
    if equals < 0:
        return None
    written = text[start:equals].rstrip(_SPACE)
    value = len(text) - len(text[equals + 1 :].lstrip(_SPACE))
    return Entry(
        _NOT_KEY.sub("_", written),
        written,
        line.span(start, start + len(written)),
        _value(line, value, release, variable=False),
        Span(line.start, line.end),
        section,
        continued,
        overridden=False,
    )


def _value(line: _Line, start: int, release: Number, *, variable: bool) -> Value:
    text = line.text[start:]
    stop = len(text)
    if not variable or _before(release, (1, 4, 0)):
        stop = _without_comment(text, release)
    plain = variable and not _before(release, (1, 4, 0))
    escapes = not plain and not _before(release, (0, 10, 4))
    low, high = _trim(text, 0, stop)
    items: list[Item] = []
    at = low
    if low < high:
        trims = not _before(release, (0, 10, 0))
        for part in text[low:high].split(","):
            begin, end = _trim(text, at, at + len(part)) if trims else (at, at + len(part))
            items.append(
                Item(_unescaped(text[begin:end], escapes), _place(line, start, begin, end))
            )
            at += len(part) + 1
    shown = _unescaped(text[low:high], escapes)
    return Value(shown, _place(line, start, low, high), tuple(items), number(shown))


def _place(line: _Line, start: int, begin: int, end: int) -> Span:
    return line.span(start + begin, start + end)


def _unescaped(text: str, escapes: bool) -> str:
    return text.replace("\\#", "#") if escapes else text


def _trim(text: str, low: int, high: int) -> tuple[int, int]:
    while low < high and text[low] in _SPACE:
        low += 1
    while high > low and text[high - 1] in _SPACE:
        high -= 1
    return low, high


def _before(release: Number, other: Number) -> bool:
    return (release if len(release) > 2 else (*release, 99)) < other


def _without_comment(text: str, release: Number) -> int:
    """Where the value ends and its comment begins."""
    if _before(release, (0, 10, 4)):
        at = text.find("#")
        return len(text) if at < 0 else at
    text = text.rstrip(_SPACE)
    if _before(release, (3, 2, 0)):
        match = _COMMENT_WITH_CHARACTER.search(text)
        return match.start() if match else len(text)
    match = _COMMENT.search(text)
    return len(text[: match.start()].rstrip()) if match else len(text)


def number(text: str) -> float | None:
    """What Lua's ``tonumber`` makes of a value; None for what is no number."""
    if not _NUMBER.match(text):
        return None
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-")
    if digits[:2] in {"0x", "0X"}:
        return sign * float(int(digits[2:66], 16))
    return sign * float(digits)
