"""How a table constructor is laid out: where its fields begin and end, and what is between."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kong_lsp.syntax.lua.scanner import scan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kong_lsp.syntax.lua.pieces import Piece
    from kong_lsp.syntax.lua.tree import Tree
    from kong_lsp.syntax.lua.values import Place

_LINE_REST = re.compile(
    r"[ \t]*(?:--\[(=*)\[(?:(?!\]\1\])[^\r\n])*\]\1\][ \t]*)*(?:--(?!\[=*\[)[^\r\n]*)?(?=[\r\n]|$)"
)
_BLANKS = re.compile(r"[ \t]*")


_ROUND = 2
"""So many fields on either side of one tell how it stands."""


class Slot(NamedTuple):
    """One field as written: ``start`` to ``end`` without its separator, ``stop`` after it."""

    start: int
    end: int
    stop: int
    separator: str


class Layout(NamedTuple):
    """A table constructor: ``open`` is the offset after its ``{``, ``close`` that of its ``}``.

    ``starts`` gives the index of the field that starts at an offset.
    """

    text: str
    open: int
    close: int
    slots: tuple[Slot, ...]
    starts: dict[int, int]

    def gap(self, index: int) -> str:
        """What is between field ``index`` and the field or brace before it."""
        start = self.slots[index - 1].stop if index else self.open
        return self.text[start : self.slots[index].start]

    @property
    def one_line(self) -> bool:
        """Whether the whole constructor is on one line."""
        return not has_newline(self.text[self.open : self.close])


def has_newline(text: str) -> bool:
    """Whether ``text`` goes on to another line."""
    return "\n" in text or "\r" in text


def line_start(text: str, offset: int) -> int:
    """Where the line of ``offset`` starts."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """Where the line of ``offset`` ends, before its line end."""
    while offset < len(text) and text[offset] not in "\r\n":
        offset += 1
    return offset


def after_line_end(text: str, offset: int) -> int:
    """Where the next line starts, for the ``offset`` of a line end."""
    if text.startswith("\r\n", offset):
        return offset + 2
    return min(offset + 1, len(text))


def indent_at(text: str, offset: int) -> str:
    """The blanks that the line of ``offset`` starts with."""
    match = _BLANKS.match(text, line_start(text, offset))
    return match.group() if match else ""


def rest_is_comment(text: str, offset: int) -> bool:
    """Whether only blanks and comments follow on the line."""
    return _LINE_REST.match(text, offset) is not None


@lru_cache(maxsize=8)
def source(tree: Tree) -> str:
    """The text of a tree, kept while one rockspec's fixes are made."""
    return tree.text


@lru_cache(maxsize=8)
def layout(tree: Tree, place: Place) -> Layout | None:
    """The layout of the table constructor at ``place``; None where its brace is not closed."""
    text = source(tree)
    start, end = tree.span(place)
    if end - start < 2 or text[start] != "{" or text[end - 1] != "}":
        return None
    piece = place.piece
    if piece.children is not None and place.start == len(piece.head) - 1:
        slots = _of_children(piece.children, start + 1)
    else:
        slots = _of_tokens(text, start + 1, end - 1)
    starts = {slot.start: index for index, slot in enumerate(slots)}
    return Layout(text, start + 1, end - 1, slots, starts)


def layout_round(tree: Tree, place: Place, field: Piece) -> tuple[Layout, int] | None:
    """The layout of the table constructor at ``place`` as if it held no more than ``field``
    and its neighbours, and what to add to its offsets for those of the file; None where
    ``field`` is not a piece of it. Its text is that round the field alone."""
    piece = place.piece
    children = piece.children or ()
    if field not in children or place.start != len(piece.head) - 1:
        return None
    brace = place.end - 1 - len(piece.head)
    if piece.tail[brace : brace + 1] != "}":
        return None
    index = children.index(field)
    begin, end = max(0, index - _ROUND), index + _ROUND + 1
    head = piece.head if begin == 0 else ""
    inner = "".join([child.text for child in children[begin:end]])
    close = len(head) + len(inner) + brace
    text = head + inner + (piece.tail if end >= len(children) else "")
    first = max(0, index - 1)
    offset = len(head) + piece.starts[first] - piece.starts[begin]
    slots = _of_children(children[first : index + 2], offset)
    shape = Layout(text, offset, close, slots, {slot.start: i for i, slot in enumerate(slots)})
    return shape, tree.start_of(field) - piece.starts[index] + piece.starts[begin] - len(head)


def _of_children(children: Iterable[Piece], offset: int) -> tuple[Slot, ...]:
    slots = []
    for child in children:
        stop = offset + child.length
        node = child.node
        if node is None:
            end = stop - len(child.separator)
        elif child.children is None:
            end = offset + node.end
        else:
            end = offset + child.shift(node.end, is_end=True)
        slots.append(Slot(offset + child.first.start, end, stop, child.separator))
        offset = stop
    return tuple(slots)


def _of_tokens(text: str, start: int, end: int) -> tuple[Slot, ...]:
    slots: list[Slot] = []
    depth = 0
    first: int | None = None
    last = start
    for token in scan(text[start:end], whole=False):
        kind = token.type
        if depth == 0 and kind in ("COMMA", "SEMICOLON"):
            if first is not None:
                slots.append(Slot(first, last, start + token.end, token.text))
            first = None
            continue
        if first is None:
            first = start + token.start
        last = start + token.end
        if kind in ("LBRACE", "LPAR", "LSQB", "FUNCTION", "IF", "DO", "REPEAT"):
            depth += 1
        elif kind in ("RBRACE", "RPAR", "RSQB", "END", "UNTIL"):
            depth -= 1
    if first is not None:
        slots.append(Slot(first, last, last, ""))
    return tuple(slots)
