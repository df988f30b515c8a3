"""Where a piece of a YAML tree is, at the cost of the pieces around it."""

from __future__ import annotations

from collections.abc import Iterable

from kong_lsp.syntax.yaml.pieces import Piece, Run
from kong_lsp.syntax.yaml.tree import At, Tree
from kong_lsp.text import Span

_FEW = 16
"""So many pieces are rather asked one by one."""


def span(tree: Tree, piece: Piece, start: int, end: int) -> Span:
    """The span of a range of a piece; an ``end`` of -1 is that of the piece's value."""
    base = start_of(tree, piece)
    if end < 0 and piece.value is not None:
        return tree.span(At(piece, piece.value, base))
    return Span(base + start, base + end)


def starts_of(tree: Tree, pieces: Iterable[Piece]) -> dict[int, int]:
    """The offset at which each of many pieces starts, by its ``id``: one walk for all."""
    wanted = set(map(id, pieces))
    found: dict[int, int] = {}
    if id(tree.stream) in wanted:
        found[id(tree.stream)] = 0
    _find(tree.stream, 0, wanted, found)
    return found


def _find(piece: Piece, at: int, wanted: set[int], found: dict[int, int]) -> None:
    at += len(piece.head)
    for run in piece.runs or ():
        start = at
        at += run.length
        if wanted.isdisjoint(_inside(run)):
            continue
        for child in run.pieces:
            if id(child) in wanted:
                found[id(child)] = start
            if child.runs:
                _find(child, start, wanted, found)
            start += child.length


def start_of(tree: Tree, piece: Piece) -> int:
    """The offset at which ``piece`` starts.

    Each run remembers which pieces are in it, so that after an edit only the way to the
    piece is walked.
    """
    at, inside = 0, tree.stream
    while inside is not piece:
        at += len(inside.head)
        at, inside = _holding(inside.runs or (), at, piece)
    return at


def _holding(runs: tuple[Run, ...], at: int, piece: Piece) -> tuple[int, Piece]:
    wanted = id(piece)
    for run in runs:
        if len(run.pieces) <= _FEW or wanted in _inside(run):
            for child in run.pieces:
                if child is piece or any(wanted in _inside(inner) for inner in child.runs or ()):
                    return at, child
                at += child.length
        at += run.length
    raise KeyError(piece.kind)


def _inside(run: Run) -> set[int]:
    known: set[int] | None = run.memo.get("inside")
    if known is None:
        known = run.memo["inside"] = set(map(id, run.pieces))
        for piece in run.pieces:
            for inner in piece.runs or ():
                known |= _inside(inner)
    return known
