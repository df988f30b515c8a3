"""Kong's schema definitions as compact data, which ``catalogue`` reads.

A definition is as Kong's, but for

* ``fields`` and ``shorthand_fields``: a map in the order of the list; a number instead of a
  definition is its index in ``shared``; ``open``: there are others, which are not known;
* ``entity_checks``: pairs of name and argument;
* a function: its name in ``kong_lsp.kong.schema.functions``, or true;
* ``deprecation.replaced_with``: a list of paths;
* ``unknown``: the attributes whose values are not known;
* ``when_database_off``: attributes of a Kong without a database;
* ``handler``: priority, version, phases.

It holds facts only (names, types, defaults, limits), no sentences of Kong's.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from kong_lsp.kong.schema.values import UNKNOWN, Function, as_sequence

NESTED = ("fields", "shorthand_fields", "elements", "keys", "values", "entity_checks", "subschemas")
"""Attributes that hold definitions."""

_DROPPED = frozenset(
    "name description err examples dao table_name table_version core comment "
    "generate_admin_api admin_api_name admin_api_nested_name db_export workspaceable "
    "check entities".split()
)
_BELOW = ("elements", "keys", "values")
_NAMED = ("fields", "shorthand_fields", "subschemas")


def pack(
    version: str,
    format_versions: list[str],
    declarative: list[str],
    groups: Mapping[str, Mapping[str, dict[str, Any]]],
) -> dict[str, Any]:
    """A whole catalogue; ``groups`` has the definitions by name, of plugins, entities and vaults."""
    found = {
        group: {name: _definition(table) for name, table in tables.items()}
        for group, tables in groups.items()
    }
    shared = _Shared(table for tables in found.values() for table in tables.values())
    packed = {
        group: {name: shared.pack(table) for name, table in tables.items()}
        for group, tables in found.items()
    }
    return {
        "kong": version,
        "format_versions": format_versions,
        "declarative": declarative,
        "shared": shared.written,
        **packed,
    }


def _definition(table: Mapping[str, Any]) -> dict[str, Any]:
    """A plugin, an entity or a field."""
    found: dict[str, Any] = {}
    unknown: list[str] = []
    for key, part in table.items():
        if key in _DROPPED and not isinstance(part, Mapping):
            continue
        if part is UNKNOWN or (key == "one_of" and part == []):  # filled in by a running Kong
            unknown.append(key)
        elif key in _BELOW:
            found[key] = _definition(part)
        elif key in ("fields", "shorthand_fields"):
            entries = as_sequence(part) or []
            found[key] = dict(item for entry in entries for item in _fields(entry))
            if UNKNOWN in entries:
                found["open"] = True
        elif key == "subschemas":
            found[key] = {name: _definition(below) for name, below in part.items()}
        elif key == "entity_checks":
            checks = [_check(entry) for entry in as_sequence(part) or ()]
            found[key] = [check for check in checks if check is not None]
        elif key == "deprecation":
            found[key] = _deprecation(part)
        elif _is_known(part):
            found[key] = _plain(part)
        else:
            unknown.append(key)
    if unknown:
        found["unknown"] = unknown
    return found


def _is_known(part: Any) -> bool:
    if isinstance(part, Mapping):
        return all(map(_is_known, part.values()))
    return all(map(_is_known, part)) if isinstance(part, list) else part is not UNKNOWN


def _fields(entry: Any) -> Iterator[tuple[str, Any]]:
    for name, field in entry.items() if isinstance(entry, Mapping) else ():
        known = isinstance(field, Mapping)
        yield name, _definition(field) if known else {"unknown": ["type"]}


def _check(entry: Any) -> list[Any] | None:
    if not isinstance(entry, Mapping) or len(entry) != 1:
        return None
    ((name, argument),) = entry.items()
    if name == "custom_entity_check" and isinstance(argument, Mapping):
        argument = {key: part for key, part in argument.items() if key != "fn"}
    elif isinstance(argument, Mapping):
        argument = {key: part for key, part in argument.items() if not key.endswith("_err")}
    return [name, _plain(argument)] if _is_known(argument) else None


def _deprecation(part: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in part.items() if key not in ("message", "replaced_with")}
    listed = as_sequence(part.get("replaced_with")) or ()
    paths = [item["path"] for item in listed if isinstance(item, Mapping) and "path" in item]
    if paths:
        found["replaced_with"] = paths
    return {key: _plain(value) for key, value in found.items()}


def _plain(part: Any) -> Any:
    """A value as JSON has it, without the sentences."""
    if isinstance(part, Function):
        return part.name or True
    if isinstance(part, Mapping):
        return {
            key: _plain(value) for key, value in part.items() if key not in ("err", "description")
        }
    if isinstance(part, list):
        return [_plain(value) for value in part]
    return part


class _Shared:
    """Definitions that occur more than once, by number."""

    def __init__(self, tables: Iterator[dict[str, Any]]) -> None:
        self.counts: Counter[str] = Counter()
        self.numbers: dict[str, int] = {}
        self.written: list[Any] = []
        for table in tables:
            self.count(table)

    def count(self, table: dict[str, Any]) -> None:
        parts = [table[key] for key in _BELOW if key in table]
        for key in _NAMED:
            parts += table.get(key, {}).values()
        for below in parts:
            text = json.dumps(below)
            self.counts[text] += 1
            if self.counts[text] == 1:
                self.count(below)

    def pack(self, table: dict[str, Any]) -> dict[str, Any]:
        packed = dict(table)
        for key in _BELOW:
            if key in table:
                packed[key] = self.number(table[key])
        for key in _NAMED:
            if key in table:
                packed[key] = {name: self.number(below) for name, below in table[key].items()}
        return packed

    def number(self, table: dict[str, Any]) -> Any:
        text = json.dumps(table)
        if self.counts[text] < 2 or len(text) < 12:
            return self.pack(table)
        if text not in self.numbers:
            packed = self.pack(table)
            self.numbers[text] = len(self.written)
            self.written.append(packed)
        return self.numbers[text]
