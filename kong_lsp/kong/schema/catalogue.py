"""The schemas of Kong's own plugins and entities, as Kong 2.8 and 3.0 to 3.9 have them.

Facts only, read from ``kong_lsp/kong/data/catalogue-*.json`` on first need; ``packing`` says
what these hold, ``kong-lsp catalogue`` writes them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from kong_lsp.kong.releases import NEWEST, Release, between
from kong_lsp.kong.schema.fields import Check, Record, read, read_field
from kong_lsp.kong.schema.values import UNKNOWN, Function

_FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "data")
_NESTED = ("elements", "keys", "values")
_STREAM = ("sources", "destinations")
_NAMED = ("fields", "shorthand_fields")


@dataclass(frozen=True, slots=True)
class Handler:
    """What a bundled plugin's handler declares."""

    priority: int | float | None
    version: str | None
    phases: tuple[str, ...]


RELEASES = between("2.8", NEWEST.name)
"""The releases whose schemas are known, oldest first."""


@cache
def _data(release: Release) -> dict[str, Any]:
    path = os.path.join(_FOLDER, f"catalogue-{release.name}.json")
    with open(path, encoding="utf-8") as file:
        data: dict[str, Any] = json.load(file)
    return data


def names(release: Release) -> tuple[str, ...]:
    """The plugins whose schema is known for a known release."""
    return tuple(_data(release)["plugins"])


def handler(release: Release, plugin: str) -> Handler | None:
    """The handler of a bundled plugin."""
    found = _data(release)["plugins"].get(plugin)
    if found is None or not found.get("handler"):
        return None
    priority, version, phases = found["handler"]
    if isinstance(priority, str):
        priority = float(priority)
    return Handler(priority, version, tuple(phases or ()))


def format_versions(release: Release) -> tuple[str, ...]:
    """The values of ``_format_version`` that a known release takes."""
    return tuple(_data(release)["format_versions"])


def declarative_entities(release: Release) -> tuple[str, ...]:
    """The entities that a declarative file may have at top level, parents first."""
    return tuple(_data(release)["declarative"])


def entity_names(release: Release) -> tuple[str, ...]:
    """All entities of a known release, plugins' own included."""
    return tuple(_data(release)["entities"])


@lru_cache(maxsize=1024)  # more than all plugins of all releases
def plugin(release: Release, name: str, *, dbless: bool = False) -> Record | None:
    """The schema of a bundled plugin; ``dbless``: as a Kong without a database has it."""
    found = _data(release)["plugins"].get(name)
    return None if found is None else _record(release, name, found, dbless=dbless)


@cache
def entity(
    release: Release, name: str, *, dbless: bool = False, expressions: bool = False
) -> Record | None:
    """The schema of an entity; that of ``plugins`` and ``vaults`` by name of each of them.

    ``expressions``: ``routes`` as with ``router_flavor = expressions``; before 3.7, where
    that flavour has fields of its own, only what all flavours share is judged.
    """
    found = _data(release)["entities"].get(name)
    if found is None:
        return None
    record = _record(release, name, found, dbless=dbless)
    if name == "plugins":
        return replace(record, subschemas=_Plugins(release, dbless=dbless))
    if name == "routes" and expressions:
        return _with_expressions(release, record)
    if name in ("vaults", "vaults_beta"):
        vaults = _data(release)["vaults"].items()
        return replace(
            record,
            subschemas={key: _record(release, key, part, dbless=dbless) for key, part in vaults},
        )
    return record


def _with_expressions(release: Release, record: Record) -> Record:
    """3.9.1 kong/db/schema/entities/routes.lua and routes_subschemas.lua."""
    if release.number < (3, 7):
        return replace(record, open=True, checks=[], subschema_key=None)
    priority = {"type": "integer", "required": True, "default": 0, "between": [0, 2**46 - 1]}
    added = {"expression": read_field({"type": "string"}), "priority": read_field(priority)}
    return replace(
        record,
        fields={**record.fields, **added},
        subschemas={
            name: replace(
                part,
                fields={key: own for key, own in part.fields.items() if key not in _STREAM},
                checks=[_or_expression(check) for check in part.checks],
            )
            for name, part in (record.subschemas or {}).items()
        },
    )


def _or_expression(check: Check) -> Check:
    if not isinstance(check.argument, Mapping):
        return check
    argument = {
        key: [*value, "expression"] if key.endswith("then_at_least_one_of") else value
        for key, value in check.argument.items()
    }
    return replace(check, argument=argument)


def with_plugins(record: Record, plugins: Mapping[str, Record]) -> Record:
    """The entity ``plugins`` with the schemas of a workspace's own plugins, which win."""
    if not plugins:
        return record
    return replace(record, subschemas=_Joined(plugins, record.subschemas or {}))


class _Plugins(Mapping[str, Record]):
    """The schemas of all bundled plugins, each read on first need."""

    def __init__(self, release: Release, *, dbless: bool) -> None:
        self.release = release
        self.dbless = dbless

    def __getitem__(self, name: str) -> Record:
        found = plugin(self.release, name, dbless=self.dbless)
        if found is None:
            raise KeyError(name)
        return found

    def __contains__(self, name: object) -> bool:
        return name in _data(self.release)["plugins"]

    def __iter__(self) -> Any:
        return iter(_data(self.release)["plugins"])

    def __len__(self) -> int:
        return len(_data(self.release)["plugins"])


class _Joined(Mapping[str, Record]):
    """Two mappings as one; the first wins."""

    def __init__(self, first: Mapping[str, Record], second: Mapping[str, Record]) -> None:
        self.first = first
        self.second = second

    def __getitem__(self, name: str) -> Record:
        return self.first[name] if name in self.first else self.second[name]

    def __iter__(self) -> Any:
        yield from self.first
        yield from (name for name in self.second if name not in self.first)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def definition(
    release: Release, name: str, *, kind: str = "plugins", dbless: bool = False
) -> dict[str, Any] | None:
    """The schema of a bundled plugin, or of one of the ``entities``, in Kong's own form."""
    found = _data(release)[kind].get(name)
    if found is None:
        return None
    return {"name": name, **_unpacked(found, _data(release)["shared"], dbless=dbless)}


def _record(release: Release, name: str, packed: dict[str, Any], *, dbless: bool) -> Record:
    return read({"name": name, **_unpacked(packed, _data(release)["shared"], dbless=dbless)})


def _unpacked(packed: Any, shared: list[Any], *, dbless: bool) -> dict[str, Any]:
    table: dict[str, Any] = dict(shared[packed] if isinstance(packed, int) else packed)
    for key in _NESTED:
        if key in table:
            table[key] = _unpacked(table[key], shared, dbless=dbless)
    for key in _NAMED:
        if key in table:
            table[key] = [
                {name: _unpacked(part, shared, dbless=dbless)} for name, part in table[key].items()
            ]
    if "subschemas" in table:
        table["subschemas"] = {
            name: _unpacked(part, shared, dbless=dbless)
            for name, part in table["subschemas"].items()
        }
    if "entity_checks" in table:
        table["entity_checks"] = [{name: _check(part)} for name, part in table["entity_checks"]]
    for key in ("custom_validator", "func"):
        if key in table:
            table[key] = _function(table[key])
    paths = table.get("deprecation", {}).get("replaced_with")
    if paths:
        replaced = [{"path": path} for path in paths]
        table["deprecation"] = {**table["deprecation"], "replaced_with": replaced}
    for key in table.pop("unknown", ()):
        table[key] = UNKNOWN
    if table.pop("open", False):
        table["fields"] = [*table.get("fields", ()), UNKNOWN]
    without = table.pop("when_database_off", None)
    if dbless and without:
        table |= without
    return table


def _check(argument: Any) -> Any:
    if not isinstance(argument, dict):
        return argument
    argument = dict(argument)
    if "field_sources" in argument:
        argument["fn"] = Function()
    for key in ("if_match", "then_match", "else_match"):
        match = argument.get(key)
        if isinstance(match, dict) and "custom_validator" in match:
            argument[key] = {**match, "custom_validator": _function(match["custom_validator"])}
    return argument


def _function(name: object) -> Function:
    return Function(name if isinstance(name, str) else None)
