"""The plugins and KongPlugin resources of a workspace, by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from kong_lsp.text import Span
from kong_lsp.workspace import link
from kong_lsp.workspace.snapshot import Rock, Snapshot

MOST = 200


class Found(NamedTuple):
    """A name and its place; ``inside`` is the rock, or the plugin that a resource sets up."""

    name: str
    kind: Literal["plugin", "resource"]
    inside: str
    path: str
    span: Span


def workspace_symbols(snapshot: Snapshot, query: str) -> list[Found]:
    """What has all characters of ``query`` in its name, in their order and in any case."""
    found = [each for each in _all(snapshot) if _fits(each.name.lower(), query.lower())]
    return sorted(found, key=lambda each: (each.name, each.path))[:MOST]


def _fits(name: str, query: str) -> bool:
    rest = iter(name)
    return all(character in rest for character in query if not character.isspace())


def _all(snapshot: Snapshot) -> Iterator[Found]:
    for root in snapshot.roots:
        packages = {name: package for rock in root.rocks for package, name in _ships(rock)}
        for tree in root.plugins:
            path = tree.modules.get("handler") or next(iter(tree.modules.values()), None)
            if path is not None:
                inside = packages.get(tree.name, "")
                yield Found(tree.name, "plugin", inside, path, Span(0, 0))
        for config in root.configs:
            if config.kind == "kubernetes":
                for each in config.definitions:
                    if each.kind == "resource":
                        span = config.span(each.at)
                        yield Found(each.name, "resource", each.value, config.path, span)


def _ships(rock: Rock) -> Iterator[tuple[str, str]]:
    package, names = link.package_of(rock)
    for name in names:
        yield package, name
