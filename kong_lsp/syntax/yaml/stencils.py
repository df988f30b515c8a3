"""What texts share that differ in simple values alone, so that it is composed once.

Most entries of a dump are alike but for their names and numbers. A *slot* is a plain scalar
of one line, after ``- `` or ``: ``, whose characters mean nothing else to YAML; what is around
the slots is the *stencil*. Whatever stands in a slot, it is a scalar that ends with its line:
so libyaml reads all texts of a stencil alike. One of them is composed; the others are only
split, and have nodes when somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Container
from collections.abc import Sequence as Listed
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kong_lsp.syntax.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence

_MOST = 2_000
"""So many stencils are kept."""

_SAFE = r"[A-Za-z0-9_./+=~^*()|\\@-]"
# A value of more words, or longer ones, is no slot: each could begin one that is read to the end.
_SLOT = re.compile(
    rf" (?<=[:-] )([A-Za-z0-9_/.]{_SAFE}{{0,500}}(?:[ :]{_SAFE}{{1,500}}){{0,50}})(?=\r?\n)"
)
_GAP = "\x00"

Pair = tuple["Node | None", "Node | None"]


class Split(NamedTuple):
    """A text as ``shape`` (all that tells which stencil it is of) and the values of its slots."""

    shape: tuple[object, ...]
    values: tuple[str, ...]


def split(text: str, *place: object) -> Split:
    """``place`` is what else the reading of a text hangs on."""
    parts = _SLOT.split(text)
    return Split((_GAP.join(parts[::2]), len(parts), *place), tuple(parts[1::2]))


@dataclass(frozen=True, slots=True, eq=False)
class Stencil:
    """The key and value of one text, and which of their scalars are its slots.

    ``slots`` has the index of each by its offset. ``memo`` is for what readers derive from the
    stencil alone.
    """

    key: Node | None
    value: Node | None
    slots: dict[int, int]
    memo: dict[Any, Any] = field(default_factory=dict)

    def slot(self, node: Scalar) -> int | None:
        """The slot that a scalar of ``key`` or ``value`` is."""
        return self.slots.get(node.start) if node.end > node.start else None

    def nodes(self, values: Listed[str]) -> Pair:
        """The key and value of the text with these values."""
        filling = _Filling(self, values)
        return filling.moved(self.key), filling.moved(self.value)


class _Filling:
    """Copies nodes in the order of the text; ``shift`` is how far what follows has moved."""

    def __init__(self, stencil: Stencil, values: Listed[str]) -> None:
        self.stencil = stencil
        self.values = values
        self.shift = 0

    def moved(self, node: Node | None) -> Node | None:
        return None if node is None else self._moved(node)

    def _moved(self, node: Node) -> Node:
        start, end = node[0] + self.shift, node[1] + self.shift
        if isinstance(node, Scalar):
            slot = self.stencil.slot(node)
            if slot is None:
                return Scalar(start, end, *node[2:])
            value = self.values[slot]
            self.shift += start + len(value) - end
            return Scalar(start, start + len(value), value, "", None, None, False)
        if isinstance(node, Alias):
            return Alias(start, end, node.name)
        nodes = tuple([self._moved(child) for child in node.nodes or ()])
        if nodes and not node.flow:
            end = nodes[-1].end
        return type(node)(start, end, nodes, *node[3:])


_known: dict[tuple[object, ...], Stencil | None] = {}


def find(asked: Split) -> Stencil | None:
    """The stencil of a text, where another text of it was seen."""
    return _known.get(asked.shape)


def learn(asked: Split, text: str, pair: Pair) -> None:
    """Keep the stencil of a text that has this key and value, if it is seen again and each of
    its slots is a scalar."""
    if len(_known) >= _MOST:
        _known.clear()
    if asked.shape in _known:
        spans = {match.span(1): index for index, match in enumerate(_SLOT.finditer(text))}
        if sum(_count(node, spans) for node in pair if node) == len(spans):
            slots = {start: index for (start, _), index in spans.items()}
            _known[asked.shape] = Stencil(*pair, slots)
    else:
        _known[asked.shape] = None


def _count(node: Node, spans: Container[tuple[int, int]], *, flow: bool = False) -> int:
    """How many of the slots are scalars below a node; in brackets none may be."""
    if isinstance(node, Scalar):
        plain = not (node.style or node.tag or node.anchor or flow)
        return int(plain and node[:2] in spans)
    if isinstance(node, (Mapping, Sequence)):
        return sum(_count(part, spans, flow=node.flow or flow) for part in node.nodes or ())
    return 0
