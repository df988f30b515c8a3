"""YAML text as a tree of pieces, kept up to date by edits.

A *piece* is an entry of a block mapping or sequence: what a mistake can damage, and what
an edit composes anew (``cut`` says why that is the same as composing the whole). Large
entries are pieces of pieces: a dump of services is one pair whose items are pieces, each
of which may be cut again.

The tree is persistent: a piece is never changed, only replaced, together with the runs
and pieces around it. So a piece knows its length and not its place. ``At`` is a node
with its piece and that piece's place in one tree; readers walk from ``Tree.root`` with
``pairs`` and ``items``, which do not show where the text was cut, or walk the runs and
keep what they derive in ``memo``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kong_lsp.syntax.yaml import edits
from kong_lsp.syntax.yaml.compose import uses_libyaml
from kong_lsp.syntax.yaml.cut import Builder
from kong_lsp.syntax.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence
from kong_lsp.syntax.yaml.pieces import Piece, Problem, Run
from kong_lsp.text import Edit, Span

__all__ = [
    "Alias", "At", "Mapping", "Node", "Piece", "Problem", "Run", "Scalar", "Sequence", "Tree",
    "parse", "uses_libyaml",
]  # fmt: skip


class At(NamedTuple):
    """A node in one tree: ``base`` is the offset at which its piece starts."""

    piece: Piece
    node: Node
    base: int


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A whole YAML text: ``stream.children`` are its documents."""

    stream: Piece

    @property
    def text(self) -> str:
        """The whole text."""
        return self.stream.text

    @property
    def length(self) -> int:
        """The number of code points."""
        return self.stream.length

    @property
    def documents(self) -> list[tuple[Piece, int]]:
        """Each document with its offset; one that says nothing at all is left out."""
        return [
            (piece, start)
            for piece, start in _children(self.stream, 0)
            if piece.runs or piece.value is not None
        ]

    def root(self, document: tuple[Piece, int]) -> At | None:
        """The root node of a document; None where it could not be read."""
        piece, start = document
        if piece.block == "root":
            child, at = next(_children(piece, start))
            return None if child.value is None else At(child, child.value, at)
        return None if piece.value is None else At(piece, piece.value, start)

    def roots(self) -> list[At | None]:
        """The root node of every document."""
        return [self.root(document) for document in self.documents]

    def span(self, at: At) -> Span:
        """The span of a node; a cut collection ends with its last entry."""
        piece, node, base = at
        if piece.runs and node is piece.value:
            return Span(base + node.start, _end(piece, base))
        return Span(base + node.start, base + node.end)

    def at(self, offset: int) -> list[tuple[Piece, int]]:
        """The pieces that hold ``offset`` with their starts, the outermost (a document)
        first; a border belongs to the later one."""
        found: list[tuple[Piece, int]] = []
        piece, start = self.stream, 0
        while piece.runs:
            inner = _holding(piece, start, offset)
            if inner is None:
                break
            found.append(inner)
            piece, start = inner
        return found

    def path(self, offset: int) -> list[At]:
        """The nodes that hold ``offset``, keys and values, from the root in."""
        found: list[At] = []
        for piece, start in self.at(offset):
            for node in (piece.key, piece.value):
                if node is not None:
                    _path(self, At(piece, node, start), offset, found)
        return found

    def start_of(self, piece: Piece) -> int:
        """The offset at which a piece of this tree starts; O(runs). Raises KeyError for a piece
        of another tree."""
        if piece is self.stream:
            return 0
        found = _find(self.stream, 0, piece)
        if found is None:
            raise KeyError(piece.kind)
        return found

    def resolve(self, at: At) -> At | None:
        """What an alias names, or ``at`` itself where it is none; None where nothing is named."""
        seen = 0
        while isinstance(at.node, Alias):
            offset = at.base + at.node.start
            document = _holding(self.stream, 0, offset)
            named = document and _named(document[0], document[1], at.node.name, offset)
            seen += 1
            if named is None or seen > 1:
                return None
            at = named
        return at

    def pairs(self, at: At) -> Iterator[tuple[At, At]]:
        """Key and value of each entry of a mapping, as written; nothing for other nodes."""
        piece, node, base = at
        if not isinstance(node, Mapping):
            return
        if node.nodes is not None:
            for key, value in node.pairs:
                yield At(piece, key, base), At(piece, value, base)
            return
        for child, start in _children(piece, base):
            if child.kind == "pair" and child.key is not None and child.value is not None:
                yield At(child, child.key, start), At(child, child.value, start)

    def items(self, at: At) -> Iterator[At]:
        """The items of a sequence; nothing for other nodes."""
        piece, node, base = at
        if not isinstance(node, Sequence):
            return
        if node.nodes is not None:
            for item in node.nodes:
                yield At(piece, item, base)
            return
        for child, start in _children(piece, base):
            if child.kind == "item" and child.value is not None:
                yield At(child, child.value, start)

    def get(self, at: At, key: str) -> At | None:
        """The value of the last entry of a mapping with this key; aliases are resolved."""
        found = None
        for name, value in self.pairs(at):
            if isinstance(name.node, Scalar) and name.node.value == key:
                found = value
        return found and self.resolve(found)

    def all_problems(self) -> list[tuple[Piece, Problem, Span]]:
        """Every problem with its piece and its span in the text, in the order of the text.

        O(runs) where there are none.
        """
        found: list[tuple[Piece, Problem, Span]] = []
        for document, start in _children(self.stream, 0):
            if document.flawed:
                _gather(document, start, found)
            if document.needs:
                _unnamed(document, start, set(), found)
        found.sort(key=lambda entry: entry[2])
        return found

    def edited(self, edit: Edit) -> Tree:
        """The tree of the text after ``edit``; what ``parse`` gives for that text."""
        return Tree(edits.edited(self.stream, edit))


def parse(text: str) -> Tree:
    """The tree of ``text``. Never raises: what is wrong is a problem of a piece."""
    return Tree(Builder(text).stream())


# --- walking ---------------------------------------------------------------------------


def _children(piece: Piece, start: int) -> Iterator[tuple[Piece, int]]:
    start += len(piece.head)
    for run in piece.runs or ():
        for child in run.pieces:
            yield child, start
            start += child.length


def _holding(piece: Piece, start: int, offset: int) -> tuple[Piece, int] | None:
    """The child that holds ``offset``; at the very end the last one does."""
    start += len(piece.head)
    if offset < start or not piece.runs:
        return None
    last = None
    for run in piece.runs:
        if offset < start + run.length:
            for child in run.pieces:
                if offset < start + child.length:
                    return child, start
                start += child.length
        start += run.length
        last = run
    if last is not None and last.pieces and offset == start and not piece.tail:
        child = last.pieces[-1]
        return child, start - child.length
    return None


def _find(piece: Piece, start: int, wanted: Piece) -> int | None:
    inner = []
    for child, at in _children(piece, start):
        if child is wanted:
            return at
        if child.runs:
            inner.append((child, at))
    for child, at in inner:
        found = _find(child, at, wanted)
        if found is not None:
            return found
    return None


def _end(piece: Piece, base: int) -> int:
    """Where the last entry of a cut piece ends, without what follows it."""
    while True:
        last = None
        for run in piece.runs or ():
            last = run
        if last is None:
            node = piece.value or piece.key
            return base + (len(piece.head.rstrip()) if node is None else node.end)
        base += piece.length - len(piece.tail)
        piece = last.pieces[-1]
        base -= piece.length


def _path(tree: Tree, at: At, offset: int, found: list[At]) -> None:
    span = tree.span(at)
    if not span.start <= offset <= span.end:
        return
    found.append(at)
    piece, node, base = at
    if isinstance(node, (Mapping, Sequence)):
        for child in node.nodes or ():
            _path(tree, At(piece, child, base), offset, found)


def _gather(
    piece: Piece, start: int, found: list[tuple[Piece, Problem, Span]], repeated: int = 0
) -> None:
    """Gather problems; of neighbours that are all out of place, only the first is told."""
    found += [
        (piece, problem, _problem_span(piece, start, problem))
        for problem in piece.problems[repeated:]
    ]
    start += len(piece.head)
    before: Problem | None = None
    for run in piece.runs or ():
        at = start
        if run.flawed:
            for child in run.pieces:
                first = child.problems[0] if child.problems else None
                if child.flawed:
                    again = first and before and first.message == before.message
                    out = first is not None and first.message.startswith("did not find expected")
                    _gather(child, at, found, 1 if again and out else 0)
                before = first
                at += child.length
        else:
            before = None
        start += run.length


def _problem_span(piece: Piece, start: int, problem: Problem) -> Span:
    """Where a problem is; one from ``len(head)`` on in a cut piece is in its tail."""
    if piece.runs is not None and problem.start >= len(piece.head) and piece.tail:
        start += piece.length - len(piece.head) - len(piece.tail)
    return Span(start + problem.start, start + problem.end)


def _unnamed(
    piece: Piece, start: int, known: set[str], found: list[tuple[Piece, Problem, Span]]
) -> None:
    """Gather the aliases that name no anchor before them."""
    for alias in piece.aliases:
        if alias.name not in known:
            problem = Problem("alias", f"found undefined alias '{alias.name}'", *alias[:2])
            found.append((piece, problem, Span(start + alias.start, start + alias.end)))
    start += len(piece.head)
    for run in piece.runs or ():
        if run.needs and not run.needs <= known:
            inner = set(known)
            at = start
            for child in run.pieces:
                if child.needs and not child.needs <= inner:
                    _unnamed(child, at, set(inner), found)
                inner |= child.gives
                at += child.length
        if run.gives:
            known |= run.gives
        start += run.length


def _named(piece: Piece, start: int, name: str, before: int) -> At | None:
    """The last node anchored as ``name`` that begins before an offset."""
    found: At | None = None
    for anchor, node in piece.anchors:
        if anchor == name and start + node.start <= before:
            found = At(piece, node, start)
    start += len(piece.head)
    for run in piece.runs or ():
        if start > before:
            break
        if name in run.gives:
            at = start
            for child in run.pieces:
                if name in child.gives and at <= before:
                    found = _named(child, at, name, before) or found
                at += child.length
        start += run.length
    return found
