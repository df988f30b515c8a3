"""What is being written at the cursor of a YAML file, however broken the text is.

Lines are read upwards from the cursor, those alone that it is nested in: where the tree
of the text knows that nothing before it matters, that is passed over, so that the place
in a file does not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kong_lsp.features.yaml_flow import Flow, Frame, flow_at
from kong_lsp.features.yaml_lines import (
    Line,
    is_marker,
    is_silent,
    keys_around,
    line_at,
    line_start,
    opens_text,
    read_line,
)
from kong_lsp.syntax.yaml.tree import Tree
from kong_lsp.text import Span

Where = Literal["key", "value", "item"]

_WORD = re.compile(r"[\w./-]*")
_COLON = re.compile(r"[\"']?[ \t]*:(?=[ \t\r\n]|\Z)")
_PLAIN = re.compile(r"(?:(?:[^ \t\r\n]|\r(?!\n))+|[ \t]+(?=[^ \t\r\n#]|\r(?!\n)))*")


class Level(NamedTuple):
    """An entry that the cursor is in: ``key`` of a mapping, None for an item of a list.
    It stands at ``column`` of the line at ``line``, or in the bracket ``frame``."""

    key: str | None
    line: int
    column: int
    frame: Frame | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a mapping or a list.

    ``levels`` are what it is in, outermost first. ``where`` tells what is being written: a
    ``key``, the ``value`` of ``key``, or an ``item``, which may become a mapping. ``word``
    is what of it is there, without quotes, ``typed`` its part before the cursor, ``quote``
    the quote it began with and ``closed`` whether that is closed. ``colon``: a colon
    follows. ``column`` and ``line`` are where a key or an item starts; in ``flow`` they
    mean nothing.
    """

    text: str
    levels: tuple[Level, ...]
    where: Where
    key: str | None
    word: Span
    typed: str
    quote: str
    closed: bool
    colon: bool
    line: int
    column: int
    frame: Frame | None

    @property
    def path(self) -> tuple[str | None, ...]:
        """The keys from the root to where the cursor is, None for an item."""
        return tuple(level.key for level in self.levels)

    @property
    def flow(self) -> bool:
        """Whether it is in brackets."""
        return self.frame is not None

    def siblings(self) -> dict[str, str]:
        """The keys of the mapping at the cursor with the scalars beside them."""
        if self.frame is not None:
            return self.frame.keys if self.frame.bracket == "{" else {}
        return keys_around(self.text, self.line, self.column)

    def beside(self, depth: int) -> dict[str, str]:
        """The same of the mapping that holds the entry ``levels[depth]``."""
        level = self.levels[depth]
        if level.frame is not None:
            return level.frame.keys
        return keys_around(self.text, level.line, level.column)

    def within(self, depth: int) -> dict[str, str]:
        """The same of the mapping that is the value of ``levels[depth]``."""
        return self.beside(depth + 1) if depth + 1 < len(self.levels) else self.siblings()


def yaml_cursor(text: str, offset: int, tree: Tree | None) -> Cursor | None:
    """What is being written at ``offset``; None in a comment or a block scalar. ``tree`` is
    that of the text, where there is one."""
    if tree is not None and tree.length != len(text):
        tree = None
    start = line_start(text, offset)
    begin = start
    if tree is not None:
        chain = tree.at(offset)
        begin = line_start(text, chain[-1][1]) if chain else 0
    elif any(bracket in text[:offset] for bracket in "[{"):
        begin = 0
    flow = flow_at(text, begin, offset)
    if flow is not None:
        return _in_flow(text, offset, flow, tree)
    return _in_block(text, start, offset, tree)


def _in_block(text: str, start: int, offset: int, tree: Tree | None) -> Cursor | None:
    line = line_at(text, start)
    column = offset - start
    before = line[:column]
    read = read_line(before)
    if re.search(r"(?:^|\s)#", before):
        last = max(before.rfind('"'), before.rfind("'"))
        if last < 0 or "#" not in before[last:]:
            return None
    if read.key is not None and column < read.value:
        read = read._replace(value=column)
    if read.key is not None and column <= read.key_end:
        read = Line(read.dashes, read.column, None, read.column, read.column)
    if before.endswith(":") and read.key is not None:
        return None  # a blank comes first
    if before.endswith("-") and read.dashes and read.column == column:
        return None
    begin = read.column if read.key is None else read.value
    at = min(read.column, column)
    levels = _levels(text, start, Line(read.dashes, at, read.key, 0, 0), tree)
    if levels is None:
        return None
    quote = before[begin : begin + 1]
    if quote not in ("'", '"'):
        quote = ""
    word_start = start + begin + len(quote)
    typed = before[begin + len(quote) :]
    if quote and quote in typed:
        return None
    if read.key is None:
        match = _WORD.match(text, offset)
        end = match.end() if match else offset
        colon = _COLON.match(text, end) is not None
        closed = bool(quote) and text[end : end + 1] == quote
    else:
        end, closed = _value_end(text, offset, start + len(line), quote)
        colon = False
    where: Where = "value" if read.key is not None else "item" if read.dashes else "key"
    span = Span(word_start, end)
    return Cursor(text, levels, where, read.key, span, typed, quote, closed, colon, start, at, None)


def _value_end(text: str, offset: int, line_end: int, quote: str) -> tuple[int, bool]:
    if quote:
        end = text.find(quote, offset, line_end)
        return (line_end, False) if end < 0 else (end, True)
    match = _PLAIN.match(text, offset)
    return (match.end() if match else offset), False


def _in_flow(text: str, offset: int, flow: Flow, tree: Tree | None) -> Cursor | None:
    outer = flow.frames[0]
    start = line_start(text, outer.start)
    read = read_line(line_at(text, start)[: outer.start - start])
    levels = _levels(text, start, read, tree)
    if levels is None:
        return None
    found = list(levels)
    if read.key is not None:
        found.append(Level(read.key, start, read.column))
    for frame, key in zip(flow.frames, flow.keys, strict=True):
        found.append(Level(key, start, 0, frame))
    last = flow.frames[-1]
    key = flow.keys[-1]
    where: Where = "item" if last.bracket == "[" else "key" if key is None else "value"
    if last.bracket == "{":
        found.pop()
    closed = bool(flow.quote) and text[flow.end : flow.end + 1] == flow.quote
    return Cursor(
        text=text,
        levels=tuple(found),
        where=where,
        key=key if where == "value" else None,
        word=Span(flow.start, flow.end),
        typed=text[flow.start : offset],
        quote=flow.quote,
        closed=closed,
        colon=_COLON.match(text, flow.end) is not None,
        line=start,
        column=0,
        frame=last,
    )


def _levels(text: str, start: int, own: Line, tree: Tree | None) -> tuple[Level, ...] | None:
    """What the content of the line at ``start`` is in; None inside a block scalar."""
    found: list[Level] = []
    limit = own.column
    """Keys and dashes before this column hold what was found so far."""
    same = 0
    """1 below an item: its list may stand at the column of its key."""
    for dash in reversed(own.dashes):
        found.append(Level(None, start, dash))
        limit, same = dash, 1
    floor = start
    while start > 0 and (limit or same):
        if tree is not None and start <= floor:
            start, floor = _passed(tree, start, limit, same)
            if start <= 0:
                break
        start = line_start(text, start - 1)
        line = line_at(text, start)
        if is_marker(line):
            break
        if is_silent(line):
            continue
        read = read_line(line)
        if read.key is not None and read.column < limit + same:
            if opens_text(line[read.value :]):
                return None
            found.append(Level(read.key, start, read.column))
            limit, same = read.column, 0
        elif read.dashes and read.dashes[-1] < limit and opens_text(line[read.column :]):
            return None
        for dash in reversed(read.dashes):
            if dash < limit:
                found.append(Level(None, start, dash))
                limit, same = dash, 1
    return tuple(reversed(found))


def _passed(tree: Tree, start: int, limit: int, same: int) -> tuple[int, int]:
    """A place from which to go on upwards, and down to where that holds: entries that
    cannot hold what was found are passed over."""
    chain = tree.at(start)
    for piece, at in chain:
        if not piece.runs or at + len(piece.head) >= start:
            continue
        if piece.inner >= limit + (same if piece.block == "pair" else 0):
            return at + len(piece.head), at + len(piece.head)
    return start, chain[-1][1] if chain else 0
