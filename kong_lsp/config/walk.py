"""Ways through a YAML tree that do not mind how it is cut into pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from kong_lsp.config.draft import LISTS, Draft, Locate, Written
from kong_lsp.config.facts import At, EnabledList, Item, Source
from kong_lsp.config.places import start_of
from kong_lsp.syntax.yaml import tree as yaml
from kong_lsp.syntax.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, plain_type
from kong_lsp.syntax.yaml.pieces import Piece
from kong_lsp.syntax.yaml.tree import Tree


class Spot(NamedTuple):
    """A node and the piece that its offsets count from."""

    node: Node
    piece: Piece


Identity = tuple[int, int, type[Node]]


def identity(spot: Spot) -> Identity:
    """What tells a mapping or sequence from all others of its tree. Where aliases lead to one
    again and again, it need not be gone through each time."""
    return id(spot.piece), spot.node.start, type(spot.node)


Resolve = Callable[[Spot], "Spot | None"]
"""From an alias to what it names; any other spot is given back."""


def content(piece: Piece) -> Spot | None:
    """The value of an entry, or the root of a document."""
    return None if piece.value is None else Spot(piece.value, piece)


def entries(spot: Spot | None) -> Iterator[tuple[Spot, Spot]]:
    """Key and value of each entry of a mapping, duplicates kept; nothing for what is none."""
    if spot is None or not isinstance(spot.node, Mapping):
        return
    if spot.node.nodes is not None:
        for key, value in spot.node.pairs:
            yield Spot(key, spot.piece), Spot(value, spot.piece)
        return
    for child in spot.piece.children:
        if child.kind == "pair" and child.key is not None and child.value is not None:
            yield Spot(child.key, child), Spot(child.value, child)


def items(spot: Spot | None) -> Iterator[Spot]:
    """The items of a sequence; nothing for what is none."""
    if spot is None or not isinstance(spot.node, Sequence):
        return
    if spot.node.nodes is not None:
        for node in spot.node.nodes:
            yield Spot(node, spot.piece)
        return
    for child in spot.piece.children:
        if child.kind == "item" and child.value is not None:
            yield Spot(child.value, child)


def fields(spot: Spot | None) -> dict[str, tuple[Spot, Spot]]:
    """The entries of a mapping by key; of duplicates the last, as Kong's reader has it."""
    found = {}
    for key, value in entries(spot):
        if isinstance(key.node, Scalar):
            found[key.node.value] = key, value
    return found


def field(spot: Spot | None, *path: str) -> Spot | None:
    """The value under a path of keys; None where there is none."""
    for name in path:
        found = None
        for key, value in entries(spot):
            if isinstance(key.node, Scalar) and key.node.value == name:
                found = value
        spot = found
        if spot is None:
            return None
    return spot


def text(spot: Spot | None) -> str | None:
    """What a scalar says; None for what is none, is null, or has a template in it."""
    if spot is None or not isinstance(spot.node, Scalar) or spot.node.templated:
        return None
    return None if spot.node.type == "null" else spot.node.value


def plain_text(text: str) -> str | None:
    """What ``text`` gives for an untagged plain scalar."""
    return None if plain_type(text) == "null" else text


def raw(spot: Spot | None) -> str | None:
    """What a scalar says, templates as they are written; None for what is none."""
    if spot is None or not isinstance(spot.node, Scalar):
        return None
    return "" if spot.node.type == "null" else spot.node.value


def at(spot: Spot) -> At:
    """The place of a node; of a quoted scalar, inside its quotes."""
    node, piece = spot
    if isinstance(node, Scalar) and node.style in {"'", '"'} and node.end - node.start > 1:
        return At(piece, node.start + 1, node.end - 1)
    return whole(spot)


def whole(spot: Spot) -> At:
    """The place of a node, quotes included."""
    node, piece = spot
    cut = isinstance(node, Mapping | Sequence) and node.nodes is None
    return At(piece, node.start, -1 if cut else node.end)


def locate(spot: Spot) -> Locate:
    """From characters of a scalar's value to their places; to the whole scalar where they
    are not written one for one (escapes, folded lines)."""
    inner = at(spot)
    value = spot.node.value if isinstance(spot.node, Scalar) else ""
    if inner.end - inner.start != len(value):
        return lambda *_: inner
    return lambda start, end: At(inner.piece, inner.start + start, inner.start + end)


def written(key: Spot, value: Spot, name: str | None = None) -> Written:
    """A setting as an entry of a mapping has it."""
    if name is None:
        name = raw(key) or ""
    return Written(name, raw(value), at(key), locate(value), value)


def setting(draft: Draft, name: str, given: Written, value: Spot, source: Source) -> None:
    """Take in a setting whose value may be a list, in YAML or in one string."""
    if isinstance(value.node, Sequence):
        listed(draft, name, given, value, source)
    elif isinstance(value.node, Scalar):
        draft.set(name, given, source)


def listed(draft: Draft, name: str, given: Written, value: Spot, source: Source) -> None:
    """Take in a list of plugins that is written as a YAML list."""
    key = LISTS.get(name)
    if key is None:
        return
    found = []
    made = False
    for each in items(value):
        known = text(each)
        made = made or known is None
        found.append(Item(known or "", at(each), known or "", known is None))
    draft.enabled.append(
        EnabledList(
            key,
            given.name,
            given.key_at,
            "list",
            tuple(found),
            whole(value),
            source,
            templated=made,
            node=value,
        )
    )


def roots(tree: Tree) -> list[Spot]:
    """The root node of every document that has one."""
    return [Spot(at.node, at.piece) for at in tree.roots() if at is not None]


def resolved(tree: Tree, spot: Spot) -> Spot | None:
    """What an alias names; any other spot as it is."""
    if not isinstance(spot.node, Alias):
        return spot
    named = tree.resolve(yaml.At(spot.piece, spot.node, start_of(tree, spot.piece)))
    return None if named is None else Spot(named.node, named.piece)
