"""What of a rockspec can be folded away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from kong_lsp.syntax.lua.tree import Piece
from kong_lsp.text import Span
from kong_lsp.workspace.snapshot import Snapshot

_COMMENTS = re.compile(r"(?m)^[ \t]*--[^\r\n]*(?:(?:\r\n|\r|\n)[ \t]*--[^\r\n]*)+")


class Fold(NamedTuple):
    """``span`` goes from inside the line that stays to inside the last line folded."""

    span: Span
    kind: Literal["region", "comment"]


def folds(snapshot: Snapshot, path: str) -> tuple[Fold, ...]:
    """The tables of more than one line, and runs of comment lines."""
    rock = snapshot.rock_at(path)
    if rock is None:
        return ()
    text = rock.rockspec.tree.text
    found = [Fold(span, "region") for span in _tables(rock.rockspec.tree.pieces, 0)]
    found += [Fold(Span(*match.span()), "comment") for match in _COMMENTS.finditer(text)]
    return tuple(sorted(fold for fold in found if _lines(text, fold.span)))


def _tables(pieces: tuple[Piece, ...], start: int) -> Iterator[Span]:
    for piece in pieces:
        if piece.children is not None:
            inside = start + len(piece.head)
            closing = start + piece.length - len(piece.tail)
            brace = piece.tail.find("}")
            yield Span(inside, closing + max(0, brace))
            yield from _tables(piece.children, inside)
        start += piece.length


def _lines(text: str, span: Span) -> bool:
    return any(end in text[span.start : span.end] for end in "\r\n")
