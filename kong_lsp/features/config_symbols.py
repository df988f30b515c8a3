"""The outline of a configuration file, and what of it can be folded away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from kong_lsp.config.declarative import COLLECTIONS
from kong_lsp.config.model import Config
from kong_lsp.features.symbols import Kind, Symbol
from kong_lsp.syntax.yaml.nodes import Scalar, Sequence
from kong_lsp.syntax.yaml.tree import At, Tree
from kong_lsp.text import Span, split_lines
from kong_lsp.workspace.snapshot import Snapshot

_LABELS = ("name", "username", "custom_id", "target", "prefix", "id")
_KINDS: dict[str, Kind] = {"null": "string", "bool": "boolean", "int": "number", "float": "number"}
_DEEPEST = 8
_LARGE = 200_000
"""A file of so many characters shows the lists at its top and their items alone: an editor
asks for the outline whenever the typing stops."""


def config_symbols(snapshot: Snapshot, path: str) -> tuple[Symbol, ...] | None:
    """The entities of a declarative file, one inside the other, or the resources of a
    manifest, and the configurations that stand in a file as text; None for other files."""
    config = snapshot.config_at(path)
    if config is None or config.tree is None:
        return None
    texts = [_text(each) for each in config.inner]
    if config.kind == "kubernetes":
        return tuple(_resources(config.tree, texts))
    if config.kind not in ("declarative", "kong.yml"):
        return tuple(texts) or None
    return tuple(_declared(config, config.tree))


def _declared(config: Config, tree: Tree) -> Iterator[Symbol]:
    """The entities of a declarative file or text; their places are in the file."""
    root = next((root for root in tree.roots() if root is not None), None)
    if root is not None:
        at = root._replace(base=root.base + config.base)
        yield from _entries(tree, at, 1 if tree.length > _LARGE else _DEEPEST, top=True)


def _text(config: Config) -> Symbol:
    """A configuration that stands in a file as text."""
    start = config.base
    length = 0 if config.inside is None else config.inside.end - config.inside.start
    children = () if config.tree is None else tuple(_declared(config, config.tree))
    return Symbol(
        config.name, "table", "", Span(start, start + length), Span(start, start), children
    )


def _entries(tree: Tree, at: At, left: int, *, top: bool = False) -> Iterator[Symbol]:
    """The keys at the top of a file, or the lists of entities in an entity, ``left`` of
    them one inside the other."""
    for key, value in tree.pairs(at):
        if not isinstance(key.node, Scalar):
            continue
        name = key.node.value
        listed = isinstance(value.node, Sequence)
        if not top and not (listed and name in COLLECTIONS):
            continue
        own = tree.span(key)
        span = Span(own.start, max(own.end, tree.span(value).end))
        children: tuple[Symbol, ...] = ()
        if listed and left:
            kind: Kind = "module" if name == "plugins" else "table"
            children = tuple(_items(tree, value, kind, left - 1))
        yield Symbol(name or "?", *_said(value), span, own, children)


def _said(value: At) -> tuple[Kind, str]:
    node = value.node
    if isinstance(node, Scalar):
        return _KINDS.get(node.type, "string"), node.value[:80]
    return "table", ""


def _items(tree: Tree, at: At, kind: Kind, left: int) -> Iterator[Symbol]:
    for item in tree.items(at):
        span = tree.span(item)
        if isinstance(item.node, Scalar):
            yield Symbol(item.node.value or "?", "item", "", span, span, ())
            continue
        name, selection = _label(tree, item) or ("?", Span(span.start, span.start))
        children = tuple(_entries(tree, item, left)) if left else ()
        yield Symbol(name, kind, "", span, selection, children)


def _label(tree: Tree, at: At) -> tuple[str, Span] | None:
    """What an entity is called by, and where."""
    found: dict[str, tuple[str, Span]] = {}
    for key, value in tree.pairs(at):
        if isinstance(key.node, Scalar) and isinstance(value.node, Scalar) and value.node.value:
            found.setdefault(key.node.value, (value.node.value[:80], tree.span(value)))
    for name in _LABELS:
        if name in found:
            return found[name]
    return next(iter(found.values()), None)


def _resources(tree: Tree, texts: list[Symbol]) -> Iterator[Symbol]:
    for root in tree.roots():
        kind = root and tree.get(root, "kind")
        if root is None or not kind or not isinstance(kind.node, Scalar):
            continue
        metadata = tree.get(root, "metadata")
        name = metadata and tree.get(metadata, "name")
        span = tree.span(root)
        label, detail, own = kind.node.value, "", kind
        if name and isinstance(name.node, Scalar):
            label, detail, own = name.node.value, kind.node.value, name
        inner = tuple(each for each in texts if span.start <= each.span.start < span.end)
        yield Symbol(label or "?", "table", detail, span, tree.span(own), inner)


class Lines(NamedTuple):
    """Lines to fold, from 0: the first one stays, the last one goes."""

    first: int
    last: int
    kind: Literal["region", "comment"]


def config_folds(text: str, most: int) -> list[Lines]:
    """What of a YAML file can be folded, by its indentation, and runs of comment lines;
    where that is more than ``most``, without the innermost ones."""
    found: list[tuple[int, Lines]] = []
    opened: list[tuple[int, bool, int]] = []
    comment = -1
    last = 0
    number = -1
    for number, line in enumerate(split_lines(text)):
        content = line.lstrip(" ")
        if content[:1] == "#":
            comment = number if comment < 0 else comment
            continue
        if comment >= 0:
            found.append((0, Lines(comment, number - 1, "comment")))
            comment = -1
        if not content or content.isspace():
            continue
        column = len(line) - len(content)
        dash = content[:2] == "- "
        while opened:
            above, listed, first = opened[-1]
            if above < column or (above == column and dash and not listed):
                break  # an item may stand at the column of the key of its list
            opened.pop()
            if last > first:
                found.append((len(opened), Lines(first, last, "region")))
        opened.append((column, dash, number))
        last = number
    if comment >= 0:
        found.append((0, Lines(comment, number, "comment")))
    found += [(depth, Lines(first, last, "region")) for depth, (_, _, first) in enumerate(opened)]
    found = [each for each in found if each[1].last > each[1].first]
    if len(found) > most:
        found = sorted(found, key=lambda each: each[0])[:most]
    return sorted(lines for _, lines in found)
