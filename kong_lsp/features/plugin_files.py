"""Completion and hover in the Lua files of plugins: which file it is decides."""

from __future__ import annotations

from kong_lsp.features.completion import Item
from kong_lsp.features.hover import Hover
from kong_lsp.workspace.snapshot import Root, Snapshot
from kong_lsp.workspace.sources import PluginSource


def lua_completion(snapshot: Snapshot, path: str, text: str, offset: int) -> list[Item]:
    """The proposals at ``offset`` of the Lua file at ``path``, best first."""
    root = snapshot.root_of(path)
    if root is None or not path.endswith(".lua"):
        return []
    from kong_lsp.features.require_completion import require_completion

    found = require_completion(root, path, text, offset)
    if found is not None:
        return found
    source = _source_of(root, path)
    if source is None:
        return []
    if path == source.tree.modules.get("handler"):
        from kong_lsp.features.handler_completion import handler_completion

        return handler_completion(root, source, text, offset)
    if _is_of_schema(source, path, text):
        from kong_lsp.features.schema_completion import schema_completion

        return schema_completion(source, path, text, offset)
    return []


def lua_hover(snapshot: Snapshot, path: str, text: str, offset: int) -> Hover | None:
    """What is known of the place at ``offset`` of the Lua file at ``path``."""
    root = snapshot.root_of(path)
    source = None if root is None or not path.endswith(".lua") else _source_of(root, path)
    if source is None:
        return None
    if path == source.tree.modules.get("handler"):
        from kong_lsp.features.handler_hover import handler_hover

        return handler_hover(source, text, offset)
    if _is_of_schema(source, path, text):
        from kong_lsp.features.schema_hover import schema_hover

        return schema_hover(text, offset, source.kong)
    return None


def _source_of(root: Root, path: str) -> PluginSource | None:
    for source in root.plugin_sources:
        if path in source.tree.modules.values():
            return source
    return None


def _is_of_schema(source: PluginSource, path: str, text: str) -> bool:
    """Whether a file is the plugin's schema, or a part of it."""
    if path == source.tree.modules.get("schema"):
        return True
    return "kong.db.schema" in text and path != source.tree.modules.get("daos")
