"""What the schemas of a Kong on the disk define: its plugins, entities and vaults, as plain data.

Read by the static evaluator; nothing of that Kong runs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kong_lsp.kong.schema import catalogue, kong_functions
from kong_lsp.kong.schema.packing import NESTED, pack
from kong_lsp.kong.schema.values import UNKNOWN, as_sequence
from kong_lsp.plugin.daos import read_daos
from kong_lsp.plugin.handler import read_handler
from kong_lsp.plugin.kong_tree import KongTree
from kong_lsp.plugin.schema import read_schema
from kong_lsp.syntax.lua.values import Num, Text

_ENTITIES = "kong.db.schema.entities"
_FOR_HANDLERS = ("kong.meta", "kong.plugins.", "kong.llm.")
_ORDER = (
    "init_worker",
    "configure",
    "certificate",
    "rewrite",
    "access",
    "response",
    "header_filter",
    "body_filter",
    "log",
    "preread",
)
_FORMATS = re.compile(r"_format_version\s*=\s*\{[^}]*one_of\s*=\s*\{([^}]*)\}")


def _settings(database: str) -> dict[str, str]:
    return {
        "database": database,
        "role": "traditional",
        "router_flavor": "traditional_compatible",
    }


def whole(tree: KongTree) -> dict[str, Any]:
    """The catalogue in the form that ``catalogue`` reads, as JSON takes it. A bundled plugin
    whose schema cannot be read is not in it."""
    plugins = {name: found for name in tree.bundled if (found := _plugin(tree, name))}
    entities = dict(_entities(tree))
    return pack(
        tree.version or "",
        _format_versions(tree),
        _parents_first(tree, entities),
        {"plugins": plugins, "entities": entities, "vaults": dict(_vaults(tree))},
    )


# Plugins


def plugin(tree: KongTree, name: str, *, dbless: bool = False) -> dict[str, Any] | None:
    """The definition of a plugin's schema; None where the tree has none that can be read."""
    path = tree.file(name, "schema")
    if path is None:
        return None
    settings = _settings("off" if dbless else "postgres")
    converted = read_schema(name, path, tree.release, tree, settings).converted
    if not isinstance(converted, dict):
        return None
    return _named(tree, converted, name)


def _named(tree: KongTree, definition: Mapping[str, Any], place: str) -> dict[str, Any]:
    if tree.is_strange:
        return dict(definition)
    return kong_functions.named(definition, place, tree.release)


def _plugin(tree: KongTree, name: str) -> dict[str, Any] | None:
    found = plugin(tree, name)
    if found is None:
        return None
    handled = handler(tree, name)
    return {
        **_either(found, plugin(tree, name, dbless=True)),
        "handler": handled and [_finite(handled.priority), handled.version, handled.phases],
    }


def _finite(number: float | None) -> float | str | None:
    """Infinity, which JSON does not have, as ``"inf"``."""
    return number if number is None or math.isfinite(number) else "inf"


def handler(tree: KongTree, name: str) -> catalogue.Handler | None:
    """What the handler of a plugin declares; None where there is none that can be read."""
    path = tree.file(name, "handler")
    if path is None:
        return None
    found = read_handler(path, tree.release, _OfHandler(tree), _settings("postgres"))
    if found.table is None:
        return None
    priority, version = found.get("PRIORITY"), found.get("VERSION")
    number = priority.value if isinstance(priority, Num) else None
    return catalogue.Handler(
        int(number) if number is not None and number.is_integer() else number,
        version.value if isinstance(version, Text) else None,
        tuple(sorted(found.phases, key=_ORDER.index)),
    )


class _OfHandler:
    """The files of Kong that say something of a handler itself; the rest is work in vain."""

    def __init__(self, tree: KongTree) -> None:
        self.tree = tree.tree
        self._find = tree.find

    def find(self, module: str) -> str | None:
        """As ``KongTree.find``."""
        return self._find(module) if module.startswith(_FOR_HANDLERS) else None


# Entities


def _entities(tree: KongTree) -> Iterator[tuple[str, dict[str, Any]]]:
    """The entities of Kong itself, then those of its plugins."""
    for name in tree.names("CORE_ENTITIES"):
        found = [_entity(tree, name, database) for database in ("postgres", "off")]
        if found[0] is not None:
            yield name, _either(found[0], found[1])
    for plugin_name in tree.bundled:
        path = tree.file(plugin_name, "daos")
        if path is None:
            continue
        for _, entity in read_daos(path, tree.release, tree).entities():
            called = entity.get("name")
            if isinstance(called, str):
                yield called, {**_named(tree, entity, called), "plugin": plugin_name}


def _entity(tree: KongTree, name: str, database: str) -> dict[str, Any] | None:
    found = tree.value(f"{_ENTITIES}.{name}", tree.release, _settings(database))
    if not isinstance(found, dict):
        return None
    subschemas = tree.value(f"{_ENTITIES}.{name}_subschemas", tree.release, _settings(database))
    if isinstance(subschemas, Mapping):
        found = {**found, "subschemas": subschemas}
    return _named(tree, found, name)


def _vaults(tree: KongTree) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in tree.names("BUNDLED_VAULTS") or ("env",):
        found = tree.value(f"kong.vaults.{name}.schema", tree.release)
        if isinstance(found, dict):
            yield name, found


def _format_versions(tree: KongTree) -> list[str]:
    path = tree.find("kong.db.schema.others.declarative_config")
    lua = None if path is None else tree.tree(path)
    found = None if lua is None else _FORMATS.search(lua.text)
    return re.findall(r'"([^"]+)"', found[1]) if found else []


def _parents_first(tree: KongTree, entities: Mapping[str, dict[str, Any]]) -> list[str]:
    """The entities that a declarative file may hold, as Kong sorts them: those that others
    refer to before these, else workspaces, Kong's own, the plugins'; then by name
    (kong/db/schema/topological_sort.lua and kong/db/utils.lua, backwards as there)."""
    core = tree.names("CORE_ENTITIES")
    names = sorted(
        entities.keys() - {"tags"},
        key=lambda name: (name == "workspaces", name in core, [-ord(each) for each in name]),
    )
    children: dict[str, list[str]] = {name: [] for name in names}
    for name in names:
        for target in _references(entities[name]):
            children.get(target, []).append(name)
    order: dict[str, None] = {}
    entered: set[str] = set()

    def visit(name: str) -> None:
        if name not in entered:
            entered.add(name)
            for child in children[name]:
                visit(child)
            order[name] = None

    for name in names:
        visit(name)
    return list(reversed(order))


def _references(entity: Mapping[str, Any]) -> Iterator[str]:
    for entry in as_sequence(entity.get("fields")) or ():
        for field in entry.values() if isinstance(entry, Mapping) else ():
            if isinstance(field, Mapping) and isinstance(field.get("reference"), str):
                yield field["reference"]


# With and without a database


def _either(one: Any, other: Any) -> Any:
    """The definition ``one``; where that of a Kong without a database, ``other``, differs in
    attributes of a field, these are the field's ``when_database_off``."""
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [_either(*pair) for pair in zip(one, other, strict=True)]
    if not isinstance(one, dict) or not isinstance(other, dict):
        return one
    merged = {key: _either(part, other.get(key)) for key, part in one.items()}
    if isinstance(one.get("type"), str):
        differs = {
            key: part
            for key, part in other.items()
            if key not in NESTED and one.get(key, UNKNOWN) != part
        }
        if differs:
            merged["when_database_off"] = differs
    return merged
