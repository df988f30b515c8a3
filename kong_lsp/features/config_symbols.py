"""The outline of a configuration file, and what of it can be folded away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kong_lsp.config.declarative import COLLECTIONS
from kong_lsp.config.model import Config
from kong_lsp.features.folding import Fold
from kong_lsp.features.symbols import Kind, Symbol
from kong_lsp.syntax.yaml.nodes import Scalar, Sequence
from kong_lsp.syntax.yaml.tree import At, Tree
from kong_lsp.text import Span
from kong_lsp.workspace.snapshot import Snapshot

_LABELS = ("name", "username", "custom_id", "target", "prefix", "id")
_KINDS: dict[str, Kind] = {"null": "string", "bool": "boolean", "int": "number", "float": "number"}
_DEEPEST = 8
_LINE = re.compile(r"([ \t]*)(?:(#)|(?:-[ \t]+)*([^\s#])?)[^\n]*(?:\n|\Z)")


def config_symbols(snapshot: Snapshot, path: str) -> tuple[Symbol, ...] | None:
    """The entities of a declarative file, one inside the other, or the resources of a
    manifest; None for other files."""
    config = snapshot.config_at(path)
    if config is None or config.tree is None:
        return None
    if config.kind == "kubernetes":
        return tuple(_resources(config.tree))
    if config.kind not in ("declarative", "kong.yml"):
        return None
    root = next((root for root in config.tree.roots() if root is not None), None)
    return () if root is None else tuple(_entries(config.tree, root, 0))


def _entries(tree: Tree, at: At, depth: int) -> Iterator[Symbol]:
    """The keys of a file, or the lists of entities in an entity."""
    for key, value in tree.pairs(at):
        if not isinstance(key.node, Scalar):
            continue
        name = key.node.value
        listed = isinstance(value.node, Sequence)
        if depth and not (listed and name in COLLECTIONS):
            continue
        own = tree.span(key)
        span = Span(own.start, max(own.end, tree.span(value).end))
        children: tuple[Symbol, ...] = ()
        if listed and depth < _DEEPEST:
            kind: Kind = "module" if name == "plugins" else "table"
            children = tuple(_items(tree, value, kind, depth + 1))
        yield Symbol(name or "?", *_said(value), span, own, children)


def _said(value: At) -> tuple[Kind, str]:
    node = value.node
    if isinstance(node, Scalar):
        return _KINDS.get(node.type, "string"), node.value[:80]
    return "table", ""


def _items(tree: Tree, at: At, kind: Kind, depth: int) -> Iterator[Symbol]:
    for item in tree.items(at):
        span = tree.span(item)
        if isinstance(item.node, Scalar):
            yield Symbol(item.node.value or "?", "item", "", span, span, ())
            continue
        name, selection = _label(tree, item) or ("?", Span(span.start, span.start))
        yield Symbol(name, kind, "", span, selection, tuple(_entries(tree, item, depth)))


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


def _resources(tree: Tree) -> Iterator[Symbol]:
    for root in tree.roots():
        kind = root and tree.get(root, "kind")
        if root is None or not kind or not isinstance(kind.node, Scalar):
            continue
        metadata = tree.get(root, "metadata")
        name = metadata and tree.get(metadata, "name")
        span = tree.span(root)
        if name and isinstance(name.node, Scalar):
            yield Symbol(
                name.node.value or "?", "table", kind.node.value, span, tree.span(name), ()
            )
        else:
            yield Symbol(kind.node.value or "?", "table", "", span, tree.span(kind), ())


def config_folds(config: Config, text: str) -> tuple[Fold, ...]:
    """What of a YAML file can be folded, by its indentation, and runs of comment lines.
    Each goes to the end of the last line folded."""
    if config.tree is None:
        return ()
    found: list[Fold] = []
    opened: list[tuple[int, bool, int]] = []
    comment: Span | None = None
    last = 0
    for match in _LINE.finditer(text):
        start, end = match.span()
        stop = end - 1 if text.endswith("\n", start, end) else end
        if match[2]:
            comment = Span(comment.start if comment else start, stop)
            continue
        if comment is not None:
            found.append(Fold(comment, "comment"))
            comment = None
        if match[3] is None:
            continue
        column = len(match[1])
        dash = text.startswith("- ", start + column)
        while opened and _closes(opened[-1], column, dash=dash):
            found.append(Fold(Span(opened.pop()[2], last), "region"))
        opened.append((column, dash, stop))
        last = stop
    if comment is not None:
        found.append(Fold(comment, "comment"))
    found += [Fold(Span(start, last), "region") for _, _, start in opened]
    return tuple(sorted(fold for fold in found if "\n" in text[slice(*fold.span)]))


def _closes(above: tuple[int, bool, int], column: int, *, dash: bool) -> bool:
    """Whether a line ends what an earlier one has begun: an item may stand at the column of
    the key that its list is the value of."""
    return above[0] > column or (above[0] == column and (above[1] or not dash))
