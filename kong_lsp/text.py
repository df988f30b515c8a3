"""Text as an editor holds it: spans, edits, and a document of lines.

Inside kong-lsp a position is an *offset*: the number of code points before it,
from 0. Lines, columns and the UTF-8, UTF-16 and UTF-32 columns of the protocol
exist only in ``server`` and ``report``, which ask a ``Document`` for them.

A line ends at ``\\n``, ``\\r\\n`` or ``\\r`` and nowhere else (Language Server
Protocol 3.17, "Text Documents"); ``str.splitlines`` also cuts at U+2028, form
feed and others, which would shift every position after one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import Literal, NamedTuple

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_BLOCK_LINES = 512


class Span(NamedTuple):
    """A half-open range of code points: ``start`` included, ``end`` not."""

    start: int
    end: int


class Edit(NamedTuple):
    """Replace what ``span`` covers by ``text``."""

    span: Span
    text: str


class Position(NamedTuple):
    """A line and a column, both from 0; the column counts code points."""

    line: int
    column: int


def split_lines(text: str) -> list[str]:
    """Cut ``text`` into lines that keep their ends; ``"".join`` gives it back."""
    return _LINE.findall(text)


def newline_of(text: str) -> str:
    """The line end that a text uses."""
    if "\r\n" in text:
        return "\r\n"
    return "\r" if "\r" in text and "\n" not in text else "\n"


def apply_edits(text: str, edits: tuple[Edit, ...]) -> str:
    """Apply edits whose spans do not overlap; equal starts keep their order."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: edit.span.start):
        parts += text[at : edit.span.start], edit.text
        at = edit.span.end
    return "".join((*parts, text[at:]))


def to_units(line: str, column: int, encoding: Encoding) -> int:
    """The column of the protocol (code units of ``encoding``) for a code-point column."""
    if encoding == "utf-32" or line.isascii():
        return min(column, len(line))
    head = line[:column]
    if encoding == "utf-8":
        return len(head.encode("utf-8", "surrogatepass"))
    return len(head.encode("utf-16-le", "surrogatepass")) // 2


def from_units(line: str, units: int, encoding: Encoding) -> int:
    """The code-point column for a column of the protocol.

    A column past the line's end means its end; one inside a character means its start.
    """
    if encoding == "utf-32" or line.isascii():
        return max(0, min(units, len(line)))
    units = max(0, units)
    if encoding == "utf-8":
        data = line.encode("utf-8", "surrogatepass")
        while units < len(data) and data[units] & 0xC0 == 0x80:
            units -= 1
        return len(data[:units].decode("utf-8", "surrogatepass"))
    data = line.encode("utf-16-le", "surrogatepass")
    low = data[2 * units + 1 : 2 * units + 2]
    high = data[2 * units - 1 : 2 * units] if units else b""
    if low and high and 0xDC <= low[0] <= 0xDF and 0xD8 <= high[0] <= 0xDB:
        units -= 1
    return len(data[: 2 * units].decode("utf-16-le", "surrogatepass"))


class Document:
    """A text as blocks of lines, edited in place.

    Each block knows how many code points it holds, so an edit, an offset and a
    position cost the same in a file of 50,000 lines as in one of 500.
    """

    def __init__(self, text: str) -> None:
        self._blocks: list[list[str]] = []
        self._sizes: list[int] = []
        self._ends: tuple[list[int], list[int]] | None = None
        self._fill(0, split_lines(text))

    def _fill(self, at: int, lines: list[str]) -> None:
        self._ends = None
        step = len(lines) if len(lines) <= 2 * _BLOCK_LINES else _BLOCK_LINES
        blocks = [lines[i : i + step] for i in range(0, len(lines), step or 1)]
        self._blocks[at:at] = blocks
        self._sizes[at:at] = [sum(map(len, block)) for block in blocks]

    @property
    def text(self) -> str:
        """The whole text; O(size), so not for the path of a keystroke."""
        return "".join("".join(block) for block in self._blocks)

    def __len__(self) -> int:
        """The number of code points."""
        return sum(self._sizes)

    @property
    def line_count(self) -> int:
        """The number of lines; a text that ends in a line end has an empty last line."""
        count = sum(map(len, self._blocks))
        return count + 1 if not count or self._blocks[-1][-1].endswith(("\n", "\r")) else count

    def _block_ends(self) -> tuple[list[int], list[int]]:
        """How many lines, and how many code points, there are up to the end of each block."""
        if self._ends is None:
            self._ends = list(accumulate(map(len, self._blocks))), list(accumulate(self._sizes))
        return self._ends

    def line(self, number: int) -> str:
        """Line ``number`` (from 0) with its end; empty past the last line."""
        lines, _ = self._block_ends()
        at = bisect_right(lines, number)
        if at == len(lines):
            return ""
        return self._blocks[at][number - lines[at]]

    def offset(self, position: Position) -> int:
        """The offset of a position; past a line's end, the end before its line end."""
        line, column = position
        start = 0
        for block, size in zip(self._blocks, self._sizes, strict=True):
            if line < len(block):
                content = block[line].rstrip("\r\n")
                return start + sum(map(len, block[:line])) + max(0, min(column, len(content)))
            line -= len(block)
            start += size
        return start

    def position(self, offset: int) -> Position:
        """The position of an offset; past the end, the end."""
        offset = max(0, offset)
        lines, sizes = self._block_ends()
        at = bisect_right(sizes, offset)
        if at < len(sizes):
            block = self._blocks[at]
            line = lines[at] - len(block)
            rest = offset - sizes[at] + self._sizes[at]
            for text in block:
                if rest < len(text):
                    return Position(line, rest)
                rest -= len(text)
                line += 1
        last = self.line_count - 1
        return Position(last, len(self.line(last)))

    def slice(self, span: Span) -> str:
        """The text that ``span`` covers."""
        parts: list[str] = []
        start = 0
        for block, size in zip(self._blocks, self._sizes, strict=True):
            if start >= span.end:
                break
            if start + size > span.start:
                text = "".join(block)
                parts.append(text[max(0, span.start - start) : span.end - start])
            start += size
        return "".join(parts)

    def edit(self, edit: Edit) -> None:
        """Apply one edit in place, re-cutting only the blocks that it touches."""
        span = edit.span
        start = first = 0
        while first < len(self._blocks) and start + self._sizes[first] < span.start:
            start += self._sizes[first]
            first += 1
        # A block that ends in "\r" may continue in the next one with "\n", and the
        # last line before the edit may grow: both join the region that is cut anew.
        last = first
        end = start
        while last < len(self._blocks) and end <= span.end:
            end += self._sizes[last]
            last += 1
        text = "".join("".join(block) for block in self._blocks[first:last])
        changed = text[: span.start - start] + edit.text + text[span.end - start :]
        while last < len(self._blocks) and not changed.endswith("\n"):
            changed += "".join(self._blocks[last])
            last += 1
        if first and self._blocks[first - 1][-1].endswith("\r") and changed.startswith("\n"):
            first -= 1
            changed = "".join(self._blocks[first]) + changed
        del self._blocks[first:last], self._sizes[first:last]
        self._fill(first, split_lines(changed))


def smallest_edit(old: str, new: str) -> Edit:
    """The one edit that makes ``new`` of ``old``, without the ends that both share."""
    shortest = min(len(old), len(new))
    head = _shared(old, new, shortest)
    tail = _shared(old[::-1], new[::-1], shortest - head)
    return Edit(Span(head, len(old) - tail), new[head : len(new) - tail])


def _shared(left: str, right: str, limit: int) -> int:
    """How many characters both begin with, at most ``limit``."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
