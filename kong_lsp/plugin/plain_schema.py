"""Definitions that Kong's metaschema surely takes, told without it.

Most fields of most schemas are of a few plain kinds; where all of them are, the metaschema,
which costs ten times as much, need not be asked.
"""

from __future__ import annotations

from collections.abc import Mapping

_FLAGS = frozenset(("required", "referenceable", "encrypted", "unique"))
_SCALARS = {"string": str, "number": (int, float), "integer": int, "boolean": bool}
_DEEPEST = 12


def is_plainly_sound(definition: object) -> bool:
    """Whether every Kong from 2.8 on surely takes the definition of a plugin's schema."""
    if not isinstance(definition, Mapping) or definition.keys() != {"name", "fields"}:
        return False
    name, fields = definition["name"], definition["fields"]
    if not isinstance(name, str) or not name or not isinstance(fields, list):
        return False
    for entry in fields:
        if not isinstance(entry, Mapping) or entry.keys() != {"config"}:
            return False
        if not _is_record(entry["config"], 0):
            return False
    return True


def _is_record(field: object, depth: int) -> bool:
    return isinstance(field, Mapping) and field.get("type") == "record" and _is_sound(field, depth)


def _is_sound(field: object, depth: int) -> bool:
    if not isinstance(field, Mapping) or depth > _DEEPEST:
        return False
    kind = field.get("type")
    wanted = {"type", "required"}
    if kind == "record":
        return field.keys() <= {*wanted, "fields"} and _are_sound(field.get("fields"), depth)
    if kind in ("array", "set"):
        wanted.add("elements")
        nested = _is_sound(field.get("elements"), depth + 1)
        return field.keys() <= wanted and _has_flags(field) and nested
    if not isinstance(kind, str) or kind not in _SCALARS:
        return False
    allowed = {"type", "default", *_FLAGS}
    if kind == "boolean":
        allowed -= {"unique", "referenceable", "encrypted"}
    if not field.keys() <= allowed or not _has_flags(field):
        return False
    default = field.get("default")
    if "default" not in field:
        return True
    if kind != "boolean" and isinstance(default, bool):
        return False
    return isinstance(default, _SCALARS[kind]) and default != ""  # type: ignore[arg-type]


def _are_sound(fields: object, depth: int) -> bool:
    return isinstance(fields, list) and all(
        isinstance(entry, Mapping)
        and len(entry) == 1
        and all(isinstance(name, str) for name in entry)
        and all(_is_sound(field, depth + 1) for field in entry.values())
        for entry in fields
    )


def _has_flags(field: Mapping[object, object]) -> bool:
    return all(isinstance(field[name], bool) for name in _FLAGS if name in field)
