"""How an entry of a block collection begins: its key or dash, and where its value's entries are."""

from __future__ import annotations

import re
from typing import NamedTuple

from kong_lsp.syntax.yaml import templates
from kong_lsp.syntax.yaml.leaves import misplaced, no_colon
from kong_lsp.syntax.yaml.nodes import Mapping, Scalar, Sequence
from kong_lsp.syntax.yaml.pieces import Block, Kind, Piece, Problem, Run, container

_PLAIN = r"""(?:[^\s\-?:,\[\]{}#&*!|>'"%@`]|[-?:](?=[^\s,\[\]{}]))(?:(?![ \t]\#|:[ \t])[^\r\n])*?"""
_COLON = r"(?<![ \t])[ \t]*:"
"""A colon behind a key: blanks are gone through once, and not again from each of them."""
_KEY = rf"""(?:{_PLAIN}|"[^"\\\r\n]*"|'[^'\r\n]*'){_COLON}(?=[ \t\r\n]|\Z)"""
SKIP = r"(?: *(?:\#[^\n]*)?\n| *\r\n)*"
"""Blank lines and comments."""

STARTS = re.compile(rf"-(?=[ \t\r\n]|\Z)|{_KEY}")
"""How entries that stand on a line of their own begin."""

ITEM = re.compile(r"-(?=[ \t\r\n]|\Z)")
_SWALLOWED = re.compile(r"[-:](?=[ \t\r\n]|\Z)|[|>]")
_NESTED = rf"[ \t]*(?:[ \t]\#[^\n]*)?\r?\n{SKIP}(?P<indent> *)(?P<child>-(?=[ \t\r\n]|\Z)|{_KEY})"
_PAIR_HEAD = re.compile(rf"(?P<key>{_PLAIN}|\"[^\"\\\r\n]*\"|'[^'\r\n]*'){_COLON}{_NESTED}")
WEAK_HEAD = re.compile(rf"(?P<key>[\w./-]+){_NESTED}")
"""A key that lacks its colon, above entries."""

_ITEM_HEAD = re.compile(rf"-{_NESTED}")
_COMPACT_HEAD = re.compile(rf"-(?P<indent> +)(?P<child>-(?=[ \t\r\n]|\Z)|{_KEY})")
_LATER = rf"(?<![ \t])[ \t]*\r?\n{SKIP}(?P<same> *)(?P<later>-(?=[ \t\r\n]|\Z)|{_KEY})"
_FIRST = rf"(?P<child>[^\s#\[\]{{}},|>&*!'\"-][^\r\n]*?){_LATER}"
_BELOW = rf"[ \t]*(?:[ \t]\#[^\n]*)?\r?\n{SKIP}(?P<indent> *){_FIRST}"
_BROKEN_FIRST_HEADS = (
    re.compile(rf"-(?P<indent> +){_FIRST}"),
    re.compile(rf"-{_BELOW}"),
    re.compile(rf"(?P<key>{_PLAIN}|\"[^\"\\\r\n]*\"|'[^'\r\n]*'){_COLON}{_BELOW}"),
)
"""Heads of entries whose value's first line is no entry, but a later one is."""


class Head(NamedTuple):
    """The head of an entry that is cut: its key, and what its children are and where."""

    kind: Kind
    key: Scalar | None
    block: Block
    inner: int
    begin: int
    start: int
    compact: bool
    problems: tuple[Problem, ...]


def read_head(
    hidden: str, shown: str, at: int, content: int, own: int, end: int, weak: str
) -> Head | None:
    """The head of the entry at ``at``; None where its value is no block collection.

    ``weak`` allows for a key without its colon ("colon") or for a broken first line of
    the value too ("any").
    """
    problems: tuple[Problem, ...] = ()
    compact = None
    is_item = ITEM.match(hidden, content, end) is not None
    if is_item:
        match = compact = _COMPACT_HEAD.match(hidden, content, end)
        if match is None:
            match = _ITEM_HEAD.match(hidden, content, end)
    else:
        match = _PAIR_HEAD.match(hidden, content, end)
        if match is None and weak:
            match = WEAK_HEAD.match(hidden, content, end)
            if match is not None:
                problems = (no_colon(match.start("key") - at, match.end("key") - at),)
    later = "child"
    if match is None and weak == "any":
        match, compact = _broken_first(hidden, content, end, own)
        later = "later"
    if match is None:
        return None
    block: Block = "item" if ITEM.match(hidden, match.start(later), end) else "pair"
    inner = own + 1 + len(match["indent"]) if compact else len(match["indent"])
    if inner < own or (inner == own and (is_item or block == "pair")):
        return None
    start = match.start("child")
    return Head(
        "item" if is_item else "pair",
        None if is_item else _key(match, at, shown),
        block,
        inner,
        start if compact else match.start("indent"),
        start,
        compact is not None,
        problems,
    )


def headed(
    head: Head,
    text: str,
    runs: tuple[Run, ...],
    at: int,
    content: int,
    own: int,
    pad: int,
    column: int,
    block: Block,
    templated: bool,
    beyond: int | None,
) -> Piece:
    """The entry with this head, whose children are in ``runs``; ``text`` is the head as written,
    from ``at`` on; the rest as in ``Builder``."""
    place = content - at
    out = misplaced(head.kind, own, column, block, place, place + 1)
    return container(
        head.kind, text, runs, "", block=head.block, column=own, inner=head.inner, pad=pad,
        key=head.key, value=cut_value(head.block, head.start - at),
        problems=(*head.problems, *out), templated=templated, sound=beyond is None,
        beyond=beyond or 0,
    )  # fmt: skip


def with_head(piece: Piece, text: str, column: int, block: Block) -> Piece | None:
    """A cut piece with another head; None where its children would then be others."""
    line = _first_line(piece)
    shown = text + line
    hidden = templates.hide(shown)
    content = piece.column - piece.pad
    weak = "colon" if piece.column == column else ""
    head = read_head(hidden, shown, 0, content, piece.column, len(shown), weak)
    if (
        head is None
        or piece.runs is None
        or (head.kind, head.block, head.inner) != (piece.kind, piece.block, piece.inner)
        or head.begin != len(text)
    ):
        return None
    templated = templates.has_hidden(hidden[: head.begin])
    return headed(
        head, text, piece.runs, 0, content, piece.column, piece.pad, column, block, templated, None
    )


def _first_line(piece: Piece) -> str:
    """The first line of the first child."""
    line = ""
    while piece.runs and "\n" not in line:
        piece = piece.runs[0].pieces[0]
        line += piece.head
    return line[: line.find("\n") + 1] or line


def _broken_first(
    hidden: str, content: int, end: int, own: int
) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    """The head of an entry whose value's first line is broken; and again if it is compact."""
    for pattern in _BROKEN_FIRST_HEADS:
        match = pattern.match(hidden, content, end)
        if match is not None:
            compact = pattern is _BROKEN_FIRST_HEADS[0]
            margin = own + 1 + len(match["indent"]) if compact else len(match["indent"])
            if len(match["same"]) == margin:
                return match, match if compact else None
    return None, None


def starts_block(text: str, column: int, block: Block) -> bool:
    """Whether ``text`` starts with an entry that makes a collection of this kind here."""
    hidden = templates.hide(text)
    if hidden[:column].strip(" ") or not STARTS.match(hidden, column):
        return False
    return bool(ITEM.match(hidden, column)) == (block == "item")


def is_swallowed(piece: Piece, *, by_pair: bool) -> bool:
    """Whether an entry before this piece would take it in: any one, or only a pair."""
    match = _SWALLOWED.match(piece.head, piece.column - piece.pad)
    return match is not None and (by_pair or match[0] in "|>")


def _key(match: re.Match[str], at: int, shown: str) -> Scalar:
    start, end = match.span("key")
    written = shown[start:end]
    templated = templates.has_hidden(match["key"])
    quote = written[0] if written[0] in "\"'" and match["key"][0] in "\"'" else ""
    value = written[1:-1] if quote else written
    return Scalar(start - at, end - at, value, quote, None, None, templated)


def cut_value(block: Block, start: int) -> Mapping | Sequence:
    """What stands for a value whose entries are children: a collection with nothing in it."""
    kind = Sequence if block == "item" else Mapping
    return kind(start, start, None, False, None, None)
