"""What YAML says as the plain data that schemas judge, and where a part of that is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from collections.abc import Sequence as Sequence_
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from kong_lsp.config import walk
from kong_lsp.config.walk import Spot
from kong_lsp.kong.schema.values import UNKNOWN, Key, Path
from kong_lsp.syntax.yaml.nodes import (
    Alias,
    Node,
    Scalar,
    Sequence,
    plain_data,
    plain_type,
)
from kong_lsp.syntax.yaml.pieces import Piece
from kong_lsp.syntax.yaml.stencils import Stencil
from kong_lsp.syntax.yaml.tree import Tree

_MOST_NODES = 200_000
_DEEPEST = 60
_MADE = re.compile(
    r"\$\{|\$\(|\{\{|\{%|<%|@[A-Z_]+@|__[A-Z][A-Z_]*__|^\$[A-Za-z_]\w*$|\$[A-Z][A-Z0-9_]{2,}"
)
_MADE_LINE = re.compile(r"(?m)^[ \t]*(?:\{\{|\{%|\$\{).*(?:\}|%\})[ \t]*\r?$")


class TooMuch(Exception):
    """The value is larger than what is judged."""


@dataclass(slots=True)
class Reading:
    """One value while it is read.

    ``flawed``: part of it does not parse; ``open``: a template makes entries that are not
    known; ``shared``: it has parts that an alias takes from elsewhere. Sequences that are the
    content of the pieces ``apart`` (by ``id``) are left out.
    """

    tree: Tree
    apart: frozenset[int] = frozenset()
    flawed: bool = False
    open: bool = False
    shared: bool = False
    left: int = _MOST_NODES
    seen: set[int] = field(default_factory=set)

    def value(self, given: Spot | None, depth: int = 0) -> object:
        """The value, UNKNOWN where a template stands. Raises TooMuch."""
        self.left -= 1
        if self.left < 0 or depth > _DEEPEST:
            raise TooMuch
        spot = self.resolved(given)
        if spot is None:
            return UNKNOWN
        node, piece = spot
        if id(piece) not in self.seen:
            self.seen.add(id(piece))
            self._look(piece)
        if isinstance(node, Scalar):
            return scalar(node)
        if isinstance(node, Sequence):
            return [self.value(item, depth + 1) for item in walk.items(spot)]
        found: dict[Key, object] = {}
        merged: list[object] = []
        for key, below in walk.entries(spot):
            name = key_of(key)
            if name is None:
                self.open = True
            elif name == "<<" and is_merge(key):
                part = self.value(below, depth + 1)
                merged += part if isinstance(part, list) else [part]
            elif id(below.piece) not in self.apart or not is_cut_list(below):
                found[name] = self.value(below, depth + 1)
        for part in merged:
            if not isinstance(part, dict):
                self.open = True
                continue
            for name, each in part.items():
                found.setdefault(name, each)
        return found

    def resolved(self, spot: Spot | None) -> Spot | None:
        """What an alias names; any other spot as it is."""
        if spot is None or not isinstance(spot.node, Alias):
            return spot
        self.shared = True
        return walk.resolved(self.tree, spot)

    def _look(self, piece: Piece) -> None:
        if piece.problems or any(child.kind == "stray" for child in piece.children):
            self.flawed = True
        if "{" in piece.head and _MADE_LINE.search(piece.head):
            self.open = True
        if piece.tail and _MADE_LINE.search(piece.tail):
            self.open = True


class Slot(str):
    """A value of a stencil's slot, where other texts of the stencil have others."""

    __slots__ = ("number",)
    number: int


def outline(stencil: Stencil, values: Sequence_[str]) -> object:
    """The value of a text of this stencil, with a ``Slot`` for what stands in each. Raises
    TooMuch where it is more than the sum of its parts (merge keys), or too deep."""

    def drawn(node: Node | None, depth: int) -> object:
        if depth > _DEEPEST or node is None or isinstance(node, Alias):
            raise TooMuch
        if isinstance(node, Scalar):
            index = stencil.slot(node)
            if index is None:
                return scalar(node)
            slot = Slot(values[index])
            slot.number = index
            return slot
        if isinstance(node, Sequence):
            return [drawn(item, depth + 1) for item in node.nodes or ()]
        found: dict[Key, object] = {}
        for key, below in node.pairs:
            name = _key_of(key) if isinstance(key, Scalar) else None
            if name is None or name == "<<":
                raise TooMuch
            found[name] = drawn(below, depth + 1)
        return found

    return drawn(stencil.value, 0)


def data_of(text: str) -> object:
    """What the value of a slot says to Kong, if no tool makes it."""
    return text if plain_type(text) == "str" else plain_data(text)


def holds_made(piece: Piece) -> bool:
    """Whether some tool makes the value of a slot of a piece."""
    if "__" not in piece.head and "@" not in piece.head:
        return False
    return any(_MADE.search(value) for value in piece.values)


def filler(outline: object, *, words: bool = False) -> Callable[[Sequence_[str]], object]:
    """What makes a part of an outline with other values in its slots. ``words``: they are
    taken as they are written, whatever they say."""
    if isinstance(outline, Slot):
        number = outline.number
        return itemgetter(number) if words else lambda values: data_of(values[number])
    if next(slots_of(outline), None) is None:
        return lambda _: outline
    if isinstance(outline, dict):
        values_of = filler(list(outline.values()), words=words)
        return lambda values: dict(zip(outline, values_of(values), strict=True))  # type: ignore[call-overload]
    assert isinstance(outline, (list, tuple))
    kind = type(outline)
    parts = [
        (None, part) if next(slots_of(part), None) is None else (filler(part, words=words), None)
        for part in outline
    ]
    return lambda values: kind([made(values) if made is not None else part for made, part in parts])


def slots_of(outline: object) -> Iterator[int]:
    """The slots in a part of an outline."""
    if isinstance(outline, Slot):
        yield outline.number
    elif isinstance(outline, (list, tuple, dict)):
        for part in outline.values() if isinstance(outline, dict) else outline:
            yield from slots_of(part)


def is_cut_list(spot: Spot) -> bool:
    """Whether it is a sequence whose items are pieces of their own."""
    return isinstance(spot.node, Sequence) and spot.node.nodes is None


def scalar(node: Scalar) -> object:
    """What a scalar says to Kong; UNKNOWN where some tool makes it."""
    if node.templated or _MADE.search(node.value):
        return UNKNOWN
    return node.data


def key_of(spot: Spot) -> Key | None:
    """A key as Kong's reader has it; None where it is not known."""
    return _key_of(spot.node) if isinstance(spot.node, Scalar) else None


@lru_cache(maxsize=4096)
def _key_of(node: Scalar) -> Key | None:
    data = scalar(node)
    if data is UNKNOWN:
        return None
    return data if node.type == "int" and isinstance(data, int) else node.value


def is_merge(key: Spot) -> bool:
    """Whether a key is ``<<``, which takes in the entries of other mappings."""
    return isinstance(key.node, Scalar) and key.node.value == "<<" and not key.node.style


class Found(NamedTuple):
    """Where a path leads.

    ``key`` and ``value`` are what is written there; where nothing is, ``value`` is None.
    ``holder`` is the innermost mapping or sequence on the way that is written, ``name``
    its key, ``beside`` its own keys, ``rest`` what of the path is not. ``shared``: an alias
    led there.
    """

    key: Spot | None
    value: Spot | None
    holder: Spot | None
    name: Spot | None
    rest: Path
    shared: bool
    beside: Collection[Key] = ()


class Layer(NamedTuple):
    """A mapping that gives entries of a value, and whether it stands elsewhere."""

    spot: Spot
    shared: bool


class Entries(NamedTuple):
    """What is in a mapping or sequence ``spot``: ``keys`` are its entries by key, the last of
    each, ``merged`` the values of its ``<<``."""

    spot: Spot
    keys: dict[Key, tuple[Spot, Spot]]
    merged: tuple[Spot, ...]
    items: tuple[Spot, ...]


Known = dict[walk.Identity, Entries]


def find(
    tree: Tree,
    spot: Spot,
    path: Path,
    more: dict[Path, Spot] | None = None,
    known: Known | None = None,
) -> Found:
    """Where ``path`` leads from ``spot``. ``more`` has, by path, mappings whose entries
    count where the value itself does not have them. ``known`` keeps what was gone through for
    the next call."""
    known = {} if known is None else known
    key: Spot | None = None
    name: Spot | None = None
    layers = [Layer(spot, False)]
    for index, step in enumerate(path):
        layers = list(_layers(tree, layers, known))
        extra = (more or {}).get(path[:index])
        if extra is not None:
            layers += _layers(tree, [Layer(extra, True)], known)
        inside = _step(layers, step, known)
        if inside is None:
            holder, shared = layers[0] if layers else (None, False)
            beside = _entries(holder, known).keys if holder else ()
            return Found(None, None, holder, name or key, path[index:], shared, beside)
        holder_layer, key, below = inside
        if index < len(path) - 1:
            name = key or name
            layers = [Layer(below, holder_layer.shared)]
        else:
            holder, shared = holder_layer
            beside = _entries(holder, known).keys
            return Found(key, below, holder, name, (), shared, beside)
    return Found(None, spot, spot, None, (), False, _entries(spot, known).keys)


def _entries(spot: Spot, known: Known) -> Entries:
    identity = walk.identity(spot)
    found = known.get(identity)
    if found is None:
        keys: dict[Key, tuple[Spot, Spot]] = {}
        merged = []
        for key, value in walk.entries(spot):
            if is_merge(key):
                merged.append(value)
            elif (name := key_of(key)) is not None:
                keys[name] = key, value
        found = Entries(spot, keys, tuple(merged), tuple(walk.items(spot)))
        known[identity] = found
    return found


def _layers(tree: Tree, given: list[Layer], known: Known) -> Iterator[Layer]:
    """The mappings that give the entries, each once: what is in it again says no more."""
    seen: set[walk.Identity] = set()
    waiting = given[::-1]
    while waiting:
        spot, shared = waiting.pop()
        named = walk.resolved(tree, spot)
        if named is None or walk.identity(named) in seen:
            continue
        seen.add(walk.identity(named))
        yield Layer(named, shared or named is not spot)
        for value in _entries(named, known).merged[::-1]:
            below = walk.resolved(tree, value)
            parts = walk.items(below) if below and isinstance(below.node, Sequence) else (value,)
            waiting += [Layer(part, True) for part in parts][::-1]


def _step(layers: list[Layer], step: Key, known: Known) -> tuple[Layer, Spot | None, Spot] | None:
    for layer in layers:
        entries = _entries(layer.spot, known)
        if isinstance(layer.spot.node, Sequence) and isinstance(step, int):
            if 0 < step <= len(entries.items):
                return layer, None, entries.items[step - 1]
        elif step in entries.keys:
            return layer, *entries.keys[step]
    return None
