"""What a schema definition says, in a form that values can be held against.

A definition is Kong's own, as plain data: ``{"name": …, "fields": [{"config": {…}}]}``, with
``values.Function`` for a function and ``values.UNKNOWN`` for what is not known. Reading never
raises: what Kong's metaschema would refuse (``metaschema``) is read as unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kong_lsp.kong.schema.values import MISSING, UNKNOWN, Key, Path, as_sequence

TYPES = (
    "array",
    "set",
    "string",
    "number",
    "boolean",
    "integer",
    "foreign",
    "map",
    "record",
    "function",
    "json",
)
"""The types a field may have (kong/db/schema/init.lua, ``Schema.valid_types``)."""

_NESTED = frozenset({"type", "elements", "keys", "values", "fields", "entity_checks"})
_MAX_DEPTH = 60


@dataclass(slots=True, eq=False)
class Field:
    """One field, element, key or value. Never changed once read.

    ``type`` is UNKNOWN where the definition does not tell. ``attributes`` has the rest as it
    was written: ``required``, ``default``, ``one_of`` … ``validators`` is ``judge``'s.
    """

    type: object
    attributes: dict[str, object]
    elements: Field | None = None
    keys: Field | None = None
    values: Field | None = None
    record: Record | None = None
    validators: list[tuple[str, object]] | None = field(default=None, repr=False)

    def get(self, name: str) -> object:
        """An attribute, MISSING where it has none."""
        return self.attributes.get(name, MISSING)

    @property
    def required(self) -> bool:
        """Whether null is refused; False where that is not known."""
        return self.attributes.get("required") is True

    def overlaid(self, other: Field) -> Field:
        """This field with the attributes of ``other`` instead of its own where it has them."""
        return Field(
            self.type if other.type is UNKNOWN else other.type,
            {**self.attributes, **other.attributes},
            other.elements or self.elements,
            other.keys or self.keys,
            other.values or self.values,
            other.record or self.record,
        )


@dataclass(slots=True, eq=False)
class Check:
    """One entity check: its name, its argument as written, the matches it names.

    ``memo`` is for what ``entity_checks`` works out once.
    """

    name: str
    argument: object
    matches: dict[str, Field]
    memo: dict[object, Any] = field(default_factory=dict, repr=False)


@dataclass(slots=True, eq=False)
class Record:
    """The fields of a record, an entity or a plugin. Never changed once read.

    ``open``: some of its fields are not known, so an unknown key is not judged.
    ``subschemas`` refines the fields by the value of ``subschema_key`` (a plugin's ``name``);
    None: which there are is not known, and such values are not judged. ``accepted`` is
    ``judge``'s.
    """

    name: str | None = None
    fields: dict[str, Field] = field(default_factory=dict)
    open: bool = False
    checks: list[Check] = field(default_factory=list)
    shorthands: dict[str, Field] = field(default_factory=dict)
    transformations: list[Mapping[str, object]] = field(default_factory=list)
    subschema_key: str | None = None
    subschema_error: str | None = None
    subschemas: Mapping[str, Record] | None = None
    check: object = MISSING
    ttl: bool = False
    primary_key: tuple[str, ...] = ("id",)
    endpoint_key: str | None = None
    cache_key: tuple[str, ...] = ()
    accepted: dict[object, tuple[Path, ...]] = field(default_factory=dict, init=False, repr=False)

    def subschema(self, value: Mapping[Key, object]) -> Record | None:
        """The one that ``value`` selects."""
        if self.subschema_key is None or self.subschemas is None:
            return None
        key = value.get(self.subschema_key)
        for name in [key] if isinstance(key, str) else as_sequence(key) or []:
            if isinstance(name, str) and name in self.subschemas:
                return self.subschemas[name]
        return None

    def each(self, subschema: Record | None = None) -> Iterator[tuple[str, Field]]:
        """The fields in order, as the subschema refines them."""
        for name, own in self.fields.items():
            yield name, (subschema.fields.get(name, own) if subschema else own)


def read(definition: object, *, entity: bool = True) -> Record:
    """Read a schema definition.

    ``entity``: as Kong reads those of entities and plugins, where a record within a record is
    required unless it says otherwise (kong/db/schema/entity.lua).
    """
    return _Reader().record(definition, entity, 0)


def read_field(definition: object) -> Field:
    """Read the definition of one field."""
    return _Reader().field(definition, False, 0)


class _Reader:
    """Remembers what it has read: a definition may hold one table twice, or itself."""

    def __init__(self) -> None:
        self.seen: dict[tuple[int, bool], tuple[object, Field]] = {}

    def record(self, raw: object, entity: bool, depth: int) -> Record:
        record = Record()
        self.fill(record, raw, entity, depth)
        return record

    def fill(self, record: Record, raw: object, entity: bool, depth: int) -> None:
        if not isinstance(raw, Mapping):
            record.open = True
            return
        entries = as_sequence(raw.get("fields"))
        if entries is None:
            record.open = True
        for entry in entries or ():
            if not isinstance(entry, Mapping) or len(entry) != 1:
                record.open = True
                continue
            ((name, definition),) = entry.items()
            if isinstance(name, str):
                record.fields[name] = self.field(definition, entity, depth + 1)
        record.checks = list(self.checks(raw.get("entity_checks"), depth))
        for entry in as_sequence(raw.get("shorthand_fields")) or ():
            if isinstance(entry, Mapping) and len(entry) == 1:
                ((name, definition),) = entry.items()
                record.shorthands[name] = self.field(definition, False, depth + 1)
            else:
                record.open = True
        if any(raw.get(name) is UNKNOWN for name in ("entity_checks", "shorthand_fields")):
            record.open = True
        if raw.get("shorthands"):
            record.open = True
        record.transformations = [
            item
            for item in as_sequence(raw.get("transformations")) or ()
            if isinstance(item, Mapping)
        ]
        record.name = _string(raw.get("name"))
        record.subschema_key = _string(raw.get("subschema_key"))
        record.subschema_error = _string(raw.get("subschema_error"))
        record.check = raw.get("check", MISSING)
        record.ttl = raw.get("ttl") is True
        record.primary_key = _strings(raw.get("primary_key")) or ("id",)
        record.endpoint_key = _string(raw.get("endpoint_key"))
        record.cache_key = _strings(raw.get("cache_key"))
        subschemas = raw.get("subschemas")
        if isinstance(subschemas, Mapping):
            record.subschemas = {
                name: self.record(definition, entity, depth + 1)
                for name, definition in subschemas.items()
            }

    def checks(self, raw: object, depth: int) -> Iterator[Check]:
        for entry in as_sequence(raw) or ():
            if isinstance(entry, Mapping):
                for name, argument in entry.items():
                    matches = {
                        key: self.field(part, False, depth + 1)
                        for key, part in (argument.items() if isinstance(argument, Mapping) else ())
                        if key in ("if_match", "then_match", "else_match")
                    }
                    yield Check(name, argument, matches)
                    break

    def field(self, raw: object, entity: bool, depth: int) -> Field:
        if not isinstance(raw, Mapping) or depth > _MAX_DEPTH:
            return Field(UNKNOWN, {})
        known = self.seen.get((id(raw), entity))
        if known is not None:
            return known[1]
        kind = raw.get("type", UNKNOWN)
        found = Field(kind, {key: part for key, part in raw.items() if key not in _NESTED})
        self.seen[id(raw), entity] = raw, found
        if "elements" in raw:
            found.elements = self.field(raw["elements"], False, depth + 1)
        if "keys" in raw:
            found.keys = self.field(raw["keys"], False, depth + 1)
        if "values" in raw:
            found.values = self.field(raw["values"], False, depth + 1)
        if kind == "record":
            if entity and "abstract" not in raw:
                found.attributes.setdefault("required", True)
            if "fields" in raw:
                found.record = Record()
                self.fill(found.record, raw, entity, depth)
        return found


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _strings(value: object) -> tuple[str, ...]:
    return tuple(part for part in as_sequence(value) or () if isinstance(part, str))
