"""Plugin schemas in the form of Kong 0.x: ``{no_consumer, fields = {name = {…}}, self_check}``.

Native up to 0.14; from 0.15 to 2.8 Kong turns one (any without ``name``) into a new one
(2.8.5 kong/db/schema/plugin_loader.lua:87), from 3.0 on it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from kong_lsp.kong.schema.values import UNKNOWN, Function, as_mapping, is_table, text

TYPES = ("string", "number", "boolean", "array", "table", "url", "timestamp")
"""The types a legacy field may have; one without is a string."""

ATTRIBUTES = (
    "type",
    "required",
    "default",
    "enum",
    "func",
    "regex",
    "unique",
    "immutable",
    "schema",
    "new_type",
)
"""The attributes a legacy field may have; ``regex`` keeps 0.15 to 2.8 from loading it."""

_RESTRICTIONS = {"no_route": "routes", "no_service": "services", "no_consumer": "consumers"}
_MAX_DEPTH = 20


class NotConverted(Exception):
    """Kong 0.15 to 2.8 does not load it; the text is Kong's. ``path`` leads to the field."""

    def __init__(self, message: str, path: tuple[str, ...]) -> None:
        super().__init__(message)
        self.path = path


def is_legacy(definition: object) -> bool:
    """Whether Kong 0.15 to 2.8 takes it for one of the old form."""
    return isinstance(definition, Mapping) and "name" not in definition


def convert(name: str, definition: Mapping[str, object]) -> dict[str, object]:
    """The new form of a legacy schema, as Kong makes it. Raises NotConverted.

    Functions are dropped, as Kong drops them: ``self_check`` and ``func`` are not run.
    """
    config: dict[str, object] = {
        "type": "record",
        "required": True,
        "fields": _fields(definition.get("fields"), (), 0),
    }
    fields: list[object] = [{"config": config}]
    for restriction, entity in _RESTRICTIONS.items():
        if definition.get(restriction):
            key = restriction.removeprefix("no_")
            fields.append({key: {"type": "foreign", "reference": entity, "eq": None}})
    return {
        "name": name,
        "fields": UNKNOWN if config["fields"] is UNKNOWN else fields,
        "entity_checks": definition.get("entity_checks", []),
    }


def _fields(fields: object, path: tuple[str, ...], depth: int) -> object:
    if not is_table(fields) or depth > _MAX_DEPTH:
        return UNKNOWN
    return [
        {text(name): _field(field, (*path, text(name)), depth)}
        for name, field in as_mapping(fields).items()
    ]


def _field(field: object, path: tuple[str, ...], depth: int) -> object:
    if not isinstance(field, Mapping):
        return UNKNOWN
    if "new_type" in field:
        return field["new_type"]
    new: dict[str, object] = {}
    elements: dict[str, object] = {}
    for key, value in field.items():
        match key:
            case "type":
                _set_type(new, elements, field, path)
            case "schema":
                _set_schema(new, value, path, depth)
            case "enum":
                (elements if field.get("type") == "array" else new)["one_of"] = value
            case "default" | "required" | "unique":
                new[key] = UNKNOWN if isinstance(value, Function) else value
            case "immutable" | "func":
                pass
            case _:
                raise NotConverted(f'unknown legacy field attribute: "{text(key)}"', path)
    if new.get("type") == "array":
        new["elements"] = elements
    if (new.get("type") == "map" and "keys" not in new) or (
        new.get("type") == "record" and "fields" not in new
    ):
        new |= {"type": "map", "keys": {"type": "string"}, "values": {"type": "string"}}
    new.setdefault("type", "string")
    return new


def _set_type(
    new: dict[str, object],
    elements: dict[str, object],
    field: Mapping[str, object],
    path: tuple[str, ...],
) -> None:
    kind = field["type"]
    schema = field.get("schema")
    match kind:
        case "url":
            new |= {"type": "string", "custom_validator": Function("url")}
        case "table" if isinstance(schema, Mapping) and schema.get("flexible"):
            new["type"] = "map"
        case "table":
            new["type"] = "record"
            new.setdefault("required", True)
        case "array":
            new["type"] = "array"
            elements["type"] = "string"
        case "string":
            new |= {"type": "string", "len_min": 0}
        case "number" | "boolean":
            new["type"] = kind
        case "timestamp":
            new["type"] = UNKNOWN
        case _ if kind is UNKNOWN or not isinstance(kind, str):
            new["type"] = UNKNOWN
        case _:
            raise NotConverted(f"unkown legacy field type: {kind}", path)


def _set_schema(new: dict[str, object], schema: object, path: tuple[str, ...], depth: int) -> None:
    if not isinstance(schema, Mapping):
        new["fields"] = UNKNOWN
        return
    fields = _fields(schema.get("fields"), path, depth + 1)
    if schema.get("flexible"):
        new["keys"] = {"type": "string"}
        new["values"] = {"type": "record", "required": True, "fields": fields}
        return
    new["fields"] = fields
    defaults: dict[str, object] = {}
    for entry in fields if isinstance(fields, list) else ():
        ((name, field),) = entry.items()
        if isinstance(field, Mapping) and field.get("default"):
            defaults[name] = field["default"]
    if defaults:
        new["default"] = defaults
