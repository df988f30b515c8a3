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
from kong_lsp.kong.schema.entity_checks import CHECKS
from kong_lsp.kong.schema.faults import Errors, Fault, Violation
from kong_lsp.kong.schema.fields import TYPES, Record, read
from kong_lsp.kong.schema.judge import validate
from kong_lsp.kong.schema.run import Run
from kong_lsp.kong.schema.values import (
    MISSING,
    UNKNOWN,
    Function,
    Key,
    Path,
    as_sequence,
    is_table,
    text,
)

_OLDEST = find("2.8") or NEWEST
_STRINGS = {"type": "array", "elements": {"type": "string"}}
_BOOLEAN = {"type": "boolean"}
_STRING = {"type": "string"}
_ANY = {"type": "any"}
_FUNCTION = {"type": "function"}

_NEEDS = {
    "array": ("elements",),
    "set": ("elements",),
    "map": ("keys", "values"),
    "record": ("fields",),
    "json": ("json_schema",),
}
_ONLY_ON: dict[str, tuple[str, ...]] = {
    "between": ("integer", "number"),
    "len_eq": ("array", "set", "string", "map"),
    "match": ("string",),
    "one_of": ("string", "number", "integer"),
    "contains": ("array", "set"),
    "is_regex": ("string",),
    "timestamp": ("number", "integer"),
    "uuid": ("string",),
    "legacy": ("string",),
    "unique": ("string", "number", "integer", "foreign"),
    "unique_across_ws": ("string", "number", "integer", "foreign"),
    "abstract": ("string", "number", "integer", "record", "array", "set", "map"),
    "json_schema": ("json",),
    "transient": ("string", "number", "integer", "array", "set", "boolean"),
}
"""The types that an attribute may stand on, where not on all."""

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


def attributes(release: Release = NEWEST) -> tuple[str, ...]:
    """The attributes that a field may have."""
    fields = _field_fields(min(max(release, _OLDEST), NEWEST))
    return tuple(name for entry in fields for name in entry)


def allowed_on(attribute: str) -> tuple[str, ...]:
    """The types of field that an attribute may stand on."""
    return _ONLY_ON.get(attribute, TYPES)


def check_fields_of_plugin(definition: object, release: Release = NEWEST) -> list[Violation]:
    """The fields of a plugin's schema that the entity ``plugins`` has not, or with another type.

    Kong says so after the metaschema (kong/db/schema/init.lua ``new_subschema``).
    """
    return list(_against_plugins(definition, release))


def _against_plugins(definition: object, release: Release) -> Iterator[Violation]:
    name = text(definition.get("name")) if isinstance(definition, Mapping) else ""
    for place, field_name, field in _entries(definition, ()):
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


def _entries(holder: object, path: Path) -> Iterator[tuple[Path, str, object]]:
    listed = as_sequence(holder.get("fields")) if isinstance(holder, Mapping) else None
    for index, entry in enumerate(listed or (), 1):
        if isinstance(entry, Mapping) and len(entry) == 1:
            ((name, field),) = entry.items()
            if isinstance(name, str):
                yield (*path, "fields", index, name), name, field


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
    fields.append({"shorthand_fields": _shorthand_fields(fields)})
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


def _shorthand_fields(fields: list[dict[str, Any]]) -> dict[str, Any]:
    (own_type,) = (entry["type"] for entry in fields if "type" in entry)
    types = [kind for kind in own_type["one_of"] if kind not in ("record", "foreign", "function")]
    shorthand = [
        {"type": {**own_type, "one_of": types}},
        *(entry for entry in fields if "type" not in entry),
        {"func": {"type": "function", "required": True}},
    ]
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
    found["shorthand_fields"] = _shorthand_fields(fields)
    found["transformations"] = _transformations(release)
    found["check"] = {**_FUNCTION, "nilable": True}
    return found


@cache
def _plugin_meta(release: Release) -> Record:
    fields = {"name": {"type": "string", "required": True}, **_common(release)}
    return read({**_record(fields), "check": check_fields}, entity=False)


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
    definition = {**_record({**fields, **_common(release)}), "check": _check_entity}
    return read(definition, entity=False)


# What the metaschema checks by functions of its own


def _check_entity(run: Run, schema: Mapping[Key, object], errors: Errors) -> None:
    names = {name: field for _, name, field in _entries(schema, ())}
    if schema.get("fields") is UNKNOWN:
        return
    endpoint = schema.get("endpoint_key")
    if isinstance(endpoint, str) and endpoint not in names:
        errors["endpoint_key"] = Fault("value must be a field name", "schema")
    cache_key = as_sequence(schema.get("cache_key"))
    if cache_key:
        found = [names.get(key) if isinstance(key, str) else UNKNOWN for key in cache_key]
        if None in found:
            errors["cache_key"] = Fault("values must be field names", "schema")
        elif len(found) == 1 and isinstance(found[0], Mapping) and not found[0].get("unique"):
            words = "a field used as a single cache key must be unique"
            errors["cache_key"] = Fault(words, "schema")
    key = schema.get("subschema_key")
    if isinstance(key, str):
        own = names.get(key)
        if own is None:
            errors["subschema_key"] = Fault("value must be a field name", "schema")
        elif isinstance(own, Mapping) and own.get("type") not in ("string", "set", UNKNOWN):
            errors["subschema_key"] = Fault("must be a string or set field", "schema")
    if schema.get("ttl") and "ttl" in names:
        words = "ttl is a reserved field name when ttl is enabled"
        errors["ttl"] = Fault(words, "schema")
    check_fields(run, schema, errors)


def check_fields(run: Run, schema: Mapping[Key, object], errors: Errors, path: Path = ()) -> None:
    """``check_fields`` of the metaschema: each field's type, its attributes, what it needs."""
    run.step()
    _check_transformations(schema, errors)
    for index, entry in enumerate(as_sequence(schema.get("fields")) or (), 1):
        place = (*path, "fields", index)
        if entry is UNKNOWN:
            continue
        if not is_table(entry):
            words = "each entry in fields must be a sub-table"
            errors["fields"] = Fault(words, "schema", (), place)
            break
        if not entry:
            errors["fields"] = Fault("field entry table is empty", "schema", (), place)
            break
        if not isinstance(entry, Mapping):
            continue
        name, field = next(iter(entry.items()))
        if isinstance(field, Mapping):
            _check_field(run, field, errors, schema, (*place, name))
        elif field is not UNKNOWN:
            errors[name] = Fault(f"'{text(name)}' must be a table", "schema", (), (*place, name))


def _check_transformations(schema: Mapping[Key, object], errors: Errors) -> None:
    for index, item in enumerate(as_sequence(schema.get("transformations")) or (), 1):
        for side in ("input", "needs"):
            listed = as_sequence(item.get(side)) if isinstance(item, Mapping) else None
            for number, name in enumerate(listed or (), 1):
                if isinstance(name, str) and not has_field(schema, name):
                    part = errors.setdefault("transformations", {})
                    fault = Fault(
                        f"invalid field name: {name}",
                        "schema",
                        (),
                        ("transformations", index, side, number),
                    )
                    for key in (side, index):
                        part = part.setdefault(key, {}) if isinstance(part, dict) else {}
                    if isinstance(part, dict):
                        part[number] = fault


def has_field(schema: object, name: str) -> bool:
    """Whether a definition has the field with a dotted name; True where it cannot be known."""
    if not isinstance(schema, Mapping) or as_sequence(schema.get("fields")) is None:
        return not isinstance(schema, Mapping) or schema.get("fields", UNKNOWN) is UNKNOWN
    head, _, rest = name.partition(".")
    for entry in as_sequence(schema.get("fields")) or ():
        if not isinstance(entry, Mapping):
            return True
        if head in entry:
            own = entry[head]
            foreign = isinstance(own, Mapping) and own.get("type") in ("foreign", UNKNOWN)
            return not rest or foreign or has_field(own, rest)
    return False


def _check_field(
    run: Run,
    field: Mapping[Key, object],
    errors: Errors,
    parent: Mapping[Key, object],
    place: Path,
) -> None:
    """The field at a place; Kong reports it under the name of the field that holds it."""
    run.step()
    name = next(key for key in place[::-1] if key not in ("elements", "keys", "values"))
    kind = field.get("type")
    if kind is UNKNOWN:
        return
    if not kind:
        errors[name] = Fault("missing type declaration", "schema", (), place)
        return
    if not (kind == "record" and field.get("abstract")):
        for wanted in _NEEDS.get(str(kind), ()):
            if not field.get(wanted) and field.get(wanted) != {} and field.get(wanted) != []:
                words = f"field of type '{text(kind)}' must declare '{wanted}'"
                errors[name] = Fault(words, "schema", (), place)
    for attribute in field:
        if kind not in _ONLY_ON.get(str(attribute), (kind,)) and (
            attribute not in ("json_schema", "transient", "legacy") or _has(run, str(attribute))
        ):
            words = f"field of type '{text(kind)}' cannot have attribute '{attribute}'"
            errors[name] = Fault(words, "schema", (), (*place, attribute))
    for side in ("elements", "keys", "values"):
        nested = field.get(side, MISSING)
        if isinstance(nested, Mapping):
            _check_field(run, nested, errors, field, (*place, side))
        elif nested not in (MISSING, UNKNOWN, False) and nested is not None and nested != []:
            errors[name] = Fault(f"'{side}' must be a table", "schema", (), (*place, side))
    if kind == "json":
        _check_json(field, errors, parent, place)
    if "fields" in field and isinstance(field, Mapping):
        check_fields(run, field, errors, place)


def _has(run: Run, attribute: str) -> bool:
    return attribute in attributes(run.release)


def _check_json(
    field: Mapping[Key, object],
    errors: Errors,
    parent: Mapping[Key, object],
    place: Path,
) -> None:
    options = field.get("json_schema")
    key = options.get("parent_subschema_key") if isinstance(options, Mapping) else None
    if not isinstance(key, str):
        return
    words = "value must be a field name of the parent schema"
    for _, other, own in _entries(parent, ()):
        if other == key:
            if not isinstance(own, Mapping) or own.get("type") in ("string", UNKNOWN):
                return
            words = "value must be a string field of the parent schema"
    where = (*place, "json_schema", "parent_subschema_key")
    errors[place[-1]] = {"json_schema": {"parent_subschema_key": Fault(words, "schema", (), where)}}
