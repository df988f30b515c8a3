"""Pieces of YAML text, and the problems of those that do not parse."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from kong_lsp.syntax.yaml.nodes import Alias, Node
from kong_lsp.syntax.yaml.stencils import Stencil

Kind = Literal["stream", "document", "pair", "item", "root", "stray"]

Block = Literal["pair", "item", "document", "root", ""]

RUN_LENGTH = 48
"""The pieces of a container are kept in runs of at most twice as many."""


class Problem(NamedTuple):
    """Why Kong could not load the text; ``start`` and ``end`` count from the piece.

    ``kind`` is "quote" or "bracket" (not closed), "colon" (a key without one), "value" (one
    with a colon in it), "indentation", "tab", "character", "alias" (names no anchor), "escape",
    "depth" or "syntax".
    ``message`` has libyaml's words, which are those of Kong.
    """

    kind: str
    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Some neighbouring pieces. ``overhang`` is how far beyond its end text was looked at.

    ``gives`` are the anchors in it and ``needs`` the aliases that it does not name before;
    ``memo`` is for what readers of the tree derive from these pieces alone.
    """

    pieces: tuple[Piece, ...]
    length: int
    flawed: bool
    overhang: int
    gives: frozenset[str]
    needs: frozenset[str]
    memo: dict[Any, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Piece:
    """An entry of a block mapping or sequence, or what holds entries. Never changed; not
    ``frozen``, which would make it three times as slow to make.

    - "stream": the whole text; its children are documents.
    - "document": ``head`` is all before its first entry (markers, comments), ``tail`` all
      after its last (``...``). ``value`` is its root mapping or sequence.
    - "pair", "item": one entry, with the blank lines and comments after it. Where it is
      cut, ``value.nodes`` is None and the entries of its value are the children.
    - "root": the content of a document that is no block mapping or sequence.
    - "stray": text that is no entry of the collection it stands in; ``value`` is what it
      would be alone.

    A leaf has its text in ``head`` and ``runs`` is None. ``column`` is that of its first
    character that is no blank, ``pad`` that of its start (not 0 after a ``- ``). ``block``
    is what the children are and ``inner`` their column. ``sound`` is false where the piece
    is cut only because it does not parse: then no part of it can be cut anew alone.
    ``beyond`` is how much of the text after it was looked at. A leaf with a ``stencil`` has
    the ``values`` of its slots, and makes its nodes when they are asked for.
    """

    kind: Kind
    head: str
    runs: tuple[Run, ...] | None
    tail: str
    length: int
    column: int
    pad: int
    block: Block
    inner: int
    sound: bool
    nodes: tuple[Node | None, Node | None] | None
    problems: tuple[Problem, ...]
    flawed: bool
    templated: bool
    beyond: int
    anchors: tuple[tuple[str, Node], ...]
    aliases: tuple[Alias, ...]
    gives: frozenset[str]
    needs: frozenset[str]
    stencil: Stencil | None = None
    values: tuple[str, ...] = ()
    memo: dict[Any, Any] = field(default_factory=dict)

    @property
    def key(self) -> Node | None:
        """The key of a pair."""
        return (self.nodes or self._made())[0]

    @property
    def value(self) -> Node | None:
        """The value of an entry, or the root of a document."""
        return (self.nodes or self._made())[1]

    def _made(self) -> tuple[Node | None, Node | None]:
        assert self.stencil is not None
        self.nodes = self.stencil.nodes(self.values)
        return self.nodes

    @property
    def children(self) -> tuple[Piece, ...]:
        """The pieces that this one is cut into; O(children)."""
        return tuple(piece for run in self.runs or () for piece in run.pieces)

    @property
    def text(self) -> str:
        """The whole text of the piece."""
        if self.runs is None:
            return self.head
        parts = [self.head]
        _write(self.runs, parts)
        parts.append(self.tail)
        return "".join(parts)


def _write(runs: tuple[Run, ...], parts: list[str]) -> None:
    for run in runs:
        for piece in run.pieces:
            parts.append(piece.head)
            if piece.runs is not None:
                _write(piece.runs, parts)
                parts.append(piece.tail)


_NONE: frozenset[str] = frozenset()


def make_run(pieces: tuple[Piece, ...]) -> Run:
    """A run of these pieces."""
    length = overhang = 0
    flawed = False
    gives = needs = _NONE
    for piece in pieces:
        length += piece.length
        flawed = flawed or piece.flawed
        if piece.beyond:
            overhang = max(overhang, length + piece.beyond)
        if piece.needs:
            needs |= piece.needs - gives
        if piece.gives:
            gives |= piece.gives
    return Run(pieces, length, flawed, max(0, overhang - length), gives, needs)


def make_runs(pieces: list[Piece] | tuple[Piece, ...]) -> tuple[Run, ...]:
    """Runs of these pieces, in order."""
    count = len(pieces)
    if count <= 2 * RUN_LENGTH:
        return (make_run(tuple(pieces)),) if pieces else ()
    return tuple(
        make_run(tuple(pieces[at : at + RUN_LENGTH])) for at in range(0, count, RUN_LENGTH)
    )


def container(
    kind: Kind,
    head: str,
    runs: tuple[Run, ...],
    tail: str,
    *,
    block: Block,
    column: int = 0,
    inner: int = 0,
    sound: bool = True,
    beyond: int = 0,
    pad: int = 0,
    key: Node | None = None,
    value: Node | None = None,
    problems: tuple[Problem, ...] = (),
    templated: bool = False,
) -> Piece:
    """A piece that is cut into ``runs``."""
    length = len(head)
    furthest = 0
    flawed = bool(problems)
    gives = needs = _NONE
    for run in runs:
        length += run.length
        flawed = flawed or run.flawed
        if run.overhang:
            furthest = max(furthest, length + run.overhang)
        if run.needs:
            needs |= run.needs - gives
        if run.gives:
            gives |= run.gives
    length += len(tail)
    beyond = max(beyond, furthest - length)
    return Piece(
        kind, head, runs, tail, length, column, pad, block, inner, sound, (key, value), problems,
        flawed, templated, beyond, (), (), gives, needs,
    )  # fmt: skip
