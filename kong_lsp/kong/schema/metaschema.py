"""Whether a schema definition is itself valid: what stops Kong from loading a plugin.

After kong/db/schema/metaschema.lua of 2.8 to 3.9: a plugin's schema is held against
``MetaSubSchema``, an entity's (daos.lua) against ``MetaSchema``. A Kong older than 2.8 is
judged as 2.8, one newer than 3.9 as 3.9.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from kong_lsp.kong.releases import NEWEST, Release, find
from kong_lsp.kong.schema import metaschema_checks
from kong_lsp.kong.schema.entity_checks import CHECKS
from kong_lsp.kong.schema.faults import Violation
from kong_lsp.kong.schema.fields import TYPES, Field, Record, read
from kong_lsp.kong.schema.judge import validate
from kong_lsp.kong.schema.metaschema_checks import ONLY_ON, entries_of
from kong_lsp.kong.schema.values import (
    UNKNOWN,
    Function,
    Path,
    text,
)

_OLDEST = find("2.8") or NEWEST
_STRINGS = {"type": "array", "elements": {"type": "string"}}
_BOOLEAN = {"type": "boolean"}
_STRING = {"type": "string"}
_ANY = {"type": "any"}
_FUNCTION = {"type": "function"}

_PLUGIN_FIELDS: dict[str, tuple[str, tuple[int, int], tuple[int, int]]] = {
    "id": ("string", (0, 15), (99, 0)),
    "name": ("string", (0, 15), (99, 0)),
    "instance_name": ("string", (3, 2), (99, 0)),
    "created_at": ("integer", (0, 15), (99, 0)),
    "updated_at": ("integer", (3, 3), (99, 0)),
    "route": ("foreign", (0, 15), (99, 0)),
    "service": ("foreign", (0, 15), (99, 0)),
    "consumer": ("foreign", (0, 15), (99, 0)),
    "config": ("record", (0, 15), (99, 0)),
    "protocols": ("set", (1, 1), (99, 0)),
    "enabled": ("boolean", (0, 15), (99, 0)),
    "tags": ("set", (1, 1), (99, 0)),
    "run_on": ("string", (0, 15), (1, 5)),
    "api": ("foreign", (0, 15), (0, 15)),
}
"""The fields of the entity ``plugins``: type, first and last release."""


def check_plugin(definition: object, release: Release = NEWEST) -> list[Violation]:
    """What keeps Kong from loading a plugin's schema.

    ``path`` is as Kong gives it (the name of a field alone, however deep it is), ``place`` is
    where in the definition.
    """
    return _check(_plugin_meta, definition, release)


def check_entity(definition: object, release: Release = NEWEST) -> list[Violation]:
    """What keeps Kong from loading an entity's schema."""
    return _check(_entity_meta, definition, release)


def _check(
    meta: Callable[[Release], Record], definition: object, release: Release
) -> list[Violation]:
    if definition is UNKNOWN or not isinstance(definition, Mapping):
        return []
    release = min(max(release, _OLDEST), NEWEST)
    return validate(meta(release), definition, release, fill_in=False)


def of_plugins(release: Release = NEWEST) -> Record:
    """The metaschema that a plugin's schema is held against."""
    return _plugin_meta(min(max(release, _OLDEST), NEWEST))


def keys_at(place: Path, release: Release = NEWEST, *, entity: bool = False) -> tuple[str, ...]:
    """The keys that the table at a place of a definition may have; () where any may, or none.

    ``entity``: of an entity's definition, else of a plugin's.
    """
    meta = _entity_meta if entity else _plugin_meta
    own: Field | None = Field("record", {}, record=meta(min(max(release, _OLDEST), NEWEST)))
    for key in place:
        if own is None:
            return ()
        if own.type == "record":
            own = own.record.fields.get(str(key)) if own.record is not None else None
        else:
            own = own.values if own.type == "map" else own.elements
    return () if own is None or own.record is None else tuple(own.record.fields)


def plugin_fields(release: Release = NEWEST) -> tuple[str, ...]:
    """The fields that a plugin's schema may define."""
    return tuple(
        name
        for name, (_, since, until) in _PLUGIN_FIELDS.items()
        if since <= release.number <= until
    )


def allowed_on(attribute: str) -> tuple[str, ...]:
    """The types of field that an attribute may stand on."""
    return ONLY_ON.get(attribute, TYPES)


def check_fields_of_plugin(definition: object, release: Release = NEWEST) -> list[Violation]:
    """The fields of a plugin's schema that the entity ``plugins`` has not, or with another type.

    Kong says so after the metaschema (kong/db/schema/init.lua ``new_subschema``).
    """
    return list(_against_plugins(definition, release))


def _against_plugins(definition: object, release: Release) -> Iterator[Violation]:
    name = text(definition.get("name")) if isinstance(definition, Mapping) else ""
    for place, field_name, field in entries_of(definition, ()):
        known = _PLUGIN_FIELDS.get(field_name)
        words = None
        kind = field.get("type") if isinstance(field, Mapping) else UNKNOWN
        if known is None and release.number >= (3, 3) and field_name == "consumer_group":
            continue
        if known is None or not known[1] <= release.number <= known[2]:
            words = "cannot create a new field"
        elif kind not in (known[0], UNKNOWN) and not (
            known[0] == "record" and kind == "json" and release.number >= (3, 5)
        ):
            words = "cannot change type in a specialized field"
        if words:
            message = f"error in definition of '{name}': {field_name}: {words}"
            yield Violation((field_name,), message, "schema", (), place)


# The metaschema itself, as a definition


def _validators(release: Release) -> dict[str, Any]:
    number = "number" if release.number >= (3, 4) else "integer"
    pattern = {
        "type": "array",
        "elements": _record({"pattern": {"type": "string", "required": True}, "err": _STRING}),
    }
    return {
        "between": {"type": "array", "elements": {"type": number}, "len_eq": 2},
        "eq": _ANY,
        "ne": _ANY,
        "gt": {"type": "number"},
        "len_eq": {"type": "integer"},
        "len_min": {"type": "integer"},
        "len_max": {"type": "integer"},
        "match": _STRING,
        "not_match": _STRING,
        "match_all": pattern,
        "match_none": pattern,
        "match_any": _record({"patterns": {**_STRINGS, "required": True}, "err": _STRING}),
        "starts_with": _STRING,
        "one_of": {"type": "array", "elements": _ANY},
        "not_one_of": {"type": "array", "elements": _ANY},
        "contains": _ANY,
        "is_regex": _BOOLEAN,
        "timestamp": _BOOLEAN,
        "uuid": _BOOLEAN,
        "custom_validator": _FUNCTION,
        "mutually_exclusive_subsets": {"type": "array", "elements": _STRINGS},
    }


def _record(fields: Mapping[str, Any], checks: tuple[Any, ...] = ()) -> dict[str, Any]:
    listed = [{name: field} for name, field in fields.items()]
    return {"type": "record", "fields": listed, "entity_checks": list(checks)}


def _plain_attributes(release: Release) -> dict[str, Any]:
    number = release.number
    types = TYPES if number >= (3, 5) else tuple(kind for kind in TYPES if kind != "json")
    found: dict[str, Any] = {
        "type": {"type": "string", "one_of": types, "required": True},
        "required": _BOOLEAN,
        "reference": _STRING,
        "auto": _BOOLEAN,
        "unique": _BOOLEAN,
        "unique_across_ws": _BOOLEAN,
        "on_delete": {"type": "string", "one_of": ["restrict", "cascade", "null"]},
        "default": {"type": "self"},
        "abstract": _BOOLEAN,
        "generate_admin_api": _BOOLEAN,
        "immutable": _BOOLEAN,
        "err": _STRING,
        "encrypted": _BOOLEAN,
        "referenceable": _BOOLEAN,
    }
    if number < (3, 0):
        found["legacy"] = _BOOLEAN
    if number >= (3, 4):
        found["description"] = {"type": "string", "len_min": 10, "len_max": 500}
    if number >= (3, 5):
        found["json_schema"] = _json_schema()
    if number >= (3, 6):
        found["examples"] = {"type": "array", "elements": _ANY}
    if number >= (3, 7):
        found["deprecation"] = _deprecation(release)
    if number >= (3, 8):
        found["transient"] = _BOOLEAN
    return found


def _json_schema() -> dict[str, Any]:
    dynamic = ["namespace", "parent_subschema_key"]
    return _record(
        {
            "namespace": {"type": "string", "one_of": ["proxy-wasm-filters"]},
            "parent_subschema_key": _STRING,
            "optional": _BOOLEAN,
            "inline": {**_ANY, "custom_validator": Function("json_schema")},
            "default": {**_ANY, "custom_validator": Function("json_schema")},
        },
        (
            {"at_least_one_of": ["inline", *dynamic]},
            {"mutually_required": dynamic},
            {"mutually_exclusive_sets": {"set1": ["inline"], "set2": [*dynamic, "optional"]}},
        ),
    )


def _deprecation(release: Release) -> dict[str, Any]:
    required = {"type": "string", "required": True}
    fields: dict[str, Any] = {
        "message": required,
        "removal_in_version": required,
        "old_default": _ANY,
    }
    if release.number >= (3, 8):
        path = {**_STRINGS, "len_min": 1, "required": True}
        target = _record({"path": path, "reverse_mapping_function": _FUNCTION})
        fields["replaced_with"] = {"type": "array", "elements": target}
    return _record(fields)


@cache
def _field_fields(release: Release) -> list[dict[str, Any]]:
    """The attributes of a field; the list holds itself, as fields hold fields."""
    plain = {**_plain_attributes(release), **_validators(release)}
    fields: list[dict[str, Any]] = [
        {name: {**field, "nilable": not field.get("required")}} for name, field in plain.items()
    ]
    nested = {"type": "record", "fields": fields}
    checks = _entity_checks(release, fields)
    fields += [
        {"elements": nested},
        {"keys": nested},
        {"values": nested},
        {"fields": _fields_array(fields)},
        {"entity_checks": checks},
    ]
    if release.number < (3, 0):
        fields.append({"shorthands": _shorthands()})
    fields.append({"shorthand_fields": _shorthand_fields(release, fields)})
    return fields


_ACROSS = (
    {
        "conditional": {
            "if_field": "unique_across_ws",
            "if_match": {"eq": True},
            "then_field": "unique",
            "then_match": {"eq": True, "required": True},
        }
    },
)


def _entry_list(values: dict[str, Any]) -> dict[str, Any]:
    entry = {"type": "map", "keys": _STRING, "values": values, "required": True, "len_eq": 1}
    return {"type": "array", "elements": entry}


def _fields_array(fields: list[dict[str, Any]]) -> dict[str, Any]:
    return _entry_list({"type": "record", "fields": fields, "entity_checks": list(_ACROSS)})


def _shorthands() -> dict[str, Any]:
    return {**_entry_list(_FUNCTION), "nilable": True}


def _shorthand_fields(release: Release, fields: list[dict[str, Any]]) -> dict[str, Any]:
    """``translate_backwards`` came with 3.6; 3.9 lacks it, and what is to be 3.10 has it."""
    (own_type,) = (entry["type"] for entry in fields if "type" in entry)
    types = [kind for kind in own_type["one_of"] if kind not in ("record", "foreign", "function")]
    shorthand = [
        {"type": {**own_type, "one_of": types}},
        *(entry for entry in fields if "type" not in entry),
        {"func": {"type": "function", "required": True}},
    ]
    if release.number >= (3, 6):
        shorthand.append({"translate_backwards": {**_STRINGS}})
    values = {"type": "record", "fields": shorthand, "entity_checks": list(_ACROSS)}
    return {**_entry_list(values), "nilable": True}


def _entity_checks(release: Release, fields: list[dict[str, Any]]) -> dict[str, Any]:
    nested = {"type": "record", "fields": fields}
    match = _record(
        {
            "required": _BOOLEAN,
            "elements": nested,
            "keys": nested,
            "values": nested,
            **_validators(release),
        }
    )
    custom: dict[str, Any] = {"field_sources": _STRINGS, "fn": _FUNCTION}
    if release.number >= (3, 2):
        custom |= {"run_with_missing_fields": _BOOLEAN, "run_with_invalid_fields": _BOOLEAN}
    checkers: dict[str, Any] = {
        "at_least_one_of": _STRINGS,
        "conditional_at_least_one_of": _record(
            {
                "if_field": _STRING,
                "if_match": match,
                "then_at_least_one_of": _STRINGS,
                "then_err": _STRING,
                "else_match": match,
                "else_then_at_least_one_of": _STRINGS,
                "else_then_err": _STRING,
            }
        ),
        "only_one_of": _STRINGS,
        "distinct": _STRINGS,
        "conditional": _record(
            {
                "if_field": _STRING,
                "if_match": match,
                "then_field": _STRING,
                "then_match": match,
                "then_err": _STRING,
            }
        ),
        "custom_entity_check": _record(custom),
        "mutually_required": _STRINGS,
        "mutually_exclusive": _STRINGS,
        "mutually_exclusive_sets": _record({"set1": _STRINGS, "set2": _STRINGS}),
    }
    entry = _record(checkers, ({"only_one_of": list(CHECKS)},))
    return {"type": "array", "elements": entry, "nilable": True}


def _transformations(release: Release) -> dict[str, Any]:
    entry = _record(
        {
            "input": {**_STRINGS, "required": release.number < (3, 3)},
            "needs": _STRINGS,
            "on_write": _FUNCTION,
            "on_read": _FUNCTION,
        },
        ({"at_least_one_of": ["on_write", "on_read"]},),
    )
    return {"type": "array", "nilable": True, "elements": entry}


def _common(release: Release) -> dict[str, Any]:
    fields = _field_fields(release)
    found: dict[str, Any] = {
        "fields": _fields_array(fields),
        "entity_checks": _entity_checks(release, fields),
    }
    if release.number < (3, 0):
        found["shorthands"] = _shorthands()
    found["shorthand_fields"] = _shorthand_fields(release, fields)
    found["transformations"] = _transformations(release)
    found["check"] = {**_FUNCTION, "nilable": True}
    return found


@cache
def _plugin_meta(release: Release) -> Record:
    fields = {"name": {"type": "string", "required": True}, **_common(release)}
    return read({**_record(fields), "check": metaschema_checks.check_fields}, entity=False)


@cache
def _entity_meta(release: Release) -> Record:
    fields: dict[str, Any] = {
        "name": {"type": "string", "required": True},
        "primary_key": {**_STRINGS, "required": True},
    }
    for name in ("workspaceable", "ttl", "db_export", "generate_admin_api"):
        fields[name] = {**_BOOLEAN, "nilable": True}
    for name in (
        "endpoint_key",
        "subschema_key",
        "subschema_error",
        "admin_api_name",
        "admin_api_nested_name",
        "dao",
    ):
        fields[name] = {**_STRING, "nilable": True}
    fields["cache_key"] = {**_STRINGS, "nilable": True}
    if release.number >= (3, 0):
        fields["table_name"] = {**_STRING, "nilable": True}
    else:
        fields["legacy"] = {**_BOOLEAN, "nilable": True}
    definition = {
        **_record({**fields, **_common(release)}),
        "check": metaschema_checks.check_entity,
    }
    return read(definition, entity=False)
