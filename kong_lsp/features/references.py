"""Every place that names a plugin, a KongPlugin resource or an entity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kong_lsp.features.config_definition import nearest
from kong_lsp.features.config_places import named_at, places_of
from kong_lsp.features.locate import all_modules, module_at
from kong_lsp.features.plugin_facts import context_of
from kong_lsp.text import Span
from kong_lsp.workspace import link
from kong_lsp.workspace.snapshot import Root, Snapshot

PREFIX = "kong.plugins."


class Place(NamedTuple):
    """A place in a file."""

    path: str
    span: Span


def references(
    snapshot: Snapshot, path: str, offset: int, *, declaration: bool
) -> tuple[Place, ...]:
    """All places that name what is named at ``offset``: in configuration files of every
    kind, and of a plugin in rockspecs too. ``declaration``: its definition as well."""
    asked = context_of(snapshot, path, offset)
    if asked is not None:
        named = named_at(asked.config, offset)
        if named is not None and named.kind != "plugin":
            seen: dict[Place, None] = {}
            for configs in nearest(asked.root, asked.config, named):
                for config in configs:
                    for each in places_of(config, named.kind, named.name):
                        if declaration or not each.defined:
                            seen[Place(config.path, each.span)] = None
            return tuple(sorted(seen))
        if named is not None:
            return _sorted(asked.root, named.name, declaration=declaration)
    root, name = _asked_elsewhere(snapshot, path, offset)
    if root is None or name is None:
        return ()
    return _sorted(root, name, declaration=declaration)


def _sorted(root: Root, name: str, *, declaration: bool) -> tuple[Place, ...]:
    return tuple(sorted(set(_of_plugin(root, name, declaration=declaration))))


def _asked_elsewhere(snapshot: Snapshot, path: str, offset: int) -> tuple[Root | None, str | None]:
    """The plugin whose module a rockspec lists, or Lua requires, at ``offset``."""
    rock = snapshot.rock_at(path)
    if rock is not None:
        entry = module_at(rock, offset)
        return snapshot.root(rock), _plugin(entry.name) if entry is not None else None
    root = snapshot.root_of(path)
    file = root.lua.get(path) if root is not None else None
    for require in file.requires if file is not None else ():
        if require.call.start <= offset <= require.call.end:
            return root, _plugin(require.module)
    return None, None


def _plugin(module: str | None) -> str | None:
    if module is None or not module.startswith(PREFIX):
        return None
    return module[len(PREFIX) :].partition(".")[0]


def _of_plugin(root: Root, name: str, *, declaration: bool) -> Iterator[Place]:
    if declaration:
        tree = link.names_for(root).trees.get(name)
        handler = tree.modules.get("handler") if tree is not None else None
        if handler is not None:
            yield Place(handler, Span(0, 0))
    for config in root.configs:
        for each in places_of(config, "plugin", name):
            if declaration or not each.defined:
                yield Place(config.path, each.span)
    for rock in root.rocks:
        for item in all_modules(rock.rockspec):
            if _plugin(item.name) == name:
                entry = item.entry
                at = entry.key_at if entry.key_at is not None else entry.at
                yield Place(rock.path, rock.rockspec.tree.span(at))
