"""What Kong's metaschema checks of a definition by functions of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kong_lsp.kong.schema.faults import Errors, Fault
from kong_lsp.kong.schema.run import Run
from kong_lsp.kong.schema.values import (
    MISSING,
    UNKNOWN,
    Key,
    Path,
    as_sequence,
    is_table,
    text,
)

_NEEDS = {
    "array": ("elements",),
    "set": ("elements",),
    "map": ("keys", "values"),
    "record": ("fields",),
    "json": ("json_schema",),
}
ONLY_ON: dict[str, tuple[str, ...]] = {
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


_SINCE = {"json_schema": (3, 5), "transient": (3, 8)}


def entries_of(holder: object, path: Path) -> Iterator[tuple[Path, str, object]]:
    """The place, name and definition of each field."""
    listed = as_sequence(holder.get("fields")) if isinstance(holder, Mapping) else None
    for index, entry in enumerate(listed or (), 1):
        if isinstance(entry, Mapping) and len(entry) == 1:
            ((name, field),) = entry.items()
            if isinstance(name, str):
                yield (*path, "fields", index, name), name, field


def check_entity(run: Run, schema: Mapping[Key, object], errors: Errors) -> None:
    """``check`` of the metaschema of entities: its keys name fields."""
    names = {name: field for _, name, field in entries_of(schema, ())}
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
        if kind not in ONLY_ON.get(str(attribute), (kind,)) and _has(run, str(attribute)):
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
    """Whether the release knows the attribute; it is an unknown field otherwise."""
    if attribute == "legacy":
        return not run.since(3, 0)
    return run.release.number >= _SINCE.get(attribute, (0, 0))


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
    for _, other, own in entries_of(parent, ()):
        if other == key:
            if not isinstance(own, Mapping) or own.get("type") in ("string", UNKNOWN):
                return
            words = "value must be a string field of the parent schema"
    where = (*place, "json_schema", "parent_subschema_key")
    errors[place[-1]] = {"json_schema": {"parent_subschema_key": Fault(words, "schema", (), where)}}
