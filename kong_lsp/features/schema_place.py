"""What a place in a schema.lua is for, by Kong's metaschema."""

from __future__ import annotations

from dataclasses import dataclass

from kong_lsp.features.lua_place import LuaPlace, OpenTable, lua_place, returned
from kong_lsp.features.schema_words import ARGUMENTS, ATTRIBUTES, CHECKS, TOP, Word
from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema import metaschema, typedefs
from kong_lsp.kong.schema.fields import Field
from kong_lsp.kong.schema.values import UNKNOWN

_TELLING = frozenset(("type", "elements", "required", "fields", "default", "one_of"))
"""Attributes by which the definition of a field is known."""


@dataclass(slots=True)
class SchemaPlace:
    """A place in a schema, and what the metaschema wants there.

    ``own`` is what the innermost table is, None where that is not known; ``child`` what the
    value at the cursor is. ``typedefs`` is the variable that holds them. ``kind`` is the type
    of the field that the innermost table defines, "" where it says none.
    """

    at: LuaPlace
    release: Release
    own: Field | None
    child: Field | None
    typedefs: str
    kind: str

    @property
    def is_field(self) -> bool:
        """Whether the innermost table defines a field."""
        return is_definition(self.own)

    @property
    def is_top(self) -> bool:
        """Whether it is the schema itself."""
        return self.own is not None and self.own.record is metaschema.of_plugins(self.release)

    @property
    def in_top_fields(self) -> bool:
        """Whether it is an entry of the schema's own ``fields``."""
        tables = self.at.tables
        return len(tables) == 3 and tables[1].key == "fields" and tables[2].key == ""

    @property
    def words(self) -> dict[str, Word]:
        """What is known of the keys of the innermost table."""
        own = self.own
        if own is None or own.record is None:
            return {}
        if self.is_top:
            return TOP
        if self.is_field or "custom_validator" in own.record.fields:
            return ATTRIBUTES
        return CHECKS if "conditional" in own.record.fields else ARGUMENTS

    @property
    def of_typedefs(self) -> bool:
        """Whether the word is the name of a typedef."""
        return bool(self.typedefs) and self.at.chain == self.typedefs


def is_definition(own: Field | None) -> bool:
    """Whether a part of the metaschema is the definition of a field."""
    return own is not None and own.record is not None and "type" in own.record.fields


def schema_place(text: str, offset: int, release: Release) -> SchemaPlace | None:
    """The place at ``offset`` of a schema's text; None where nothing of it may stand."""
    at = lua_place(text, offset)
    if at is None:
        return None
    own = _own(at, text, release)
    child = None
    if own is not None and at.where == "value":
        child = _step(own, at.key)
    innermost = at.tables[-1] if at.tables else None
    place = SchemaPlace(at, release, own, child, typedefs.variable(text) or "", "")
    if innermost is not None and place.is_field:
        place.kind = _kind(innermost, place.typedefs, release)
    return place


def _kind(table: OpenTable, variable: str, release: Release) -> str:
    """The type of the field that a table defines."""
    kind = table.text("type")
    chain = table.before.rstrip("( ").split(".")
    if kind is None and variable and chain[:1] == [variable] and len(chain) == 2:
        kind = str((typedefs.definition(chain[1], release) or {}).get("type", ""))
    return kind or ""


def _own(at: LuaPlace, text: str, release: Release) -> Field | None:
    """What the metaschema wants of the innermost table."""
    if not at.tables:
        return None
    own = _root(at, text, release)
    for table in at.tables[1:]:
        own = None if own is None else _step(own, table.key)
    return own


def _root(at: LuaPlace, text: str, release: Release) -> Field | None:
    """What the outermost table is: by what it is given to, else by what it holds."""
    table = at.tables[0]
    top = Field("record", {}, record=metaschema.of_plugins(release))
    fields = _step(top, "fields")
    entry = None if fields is None else fields.elements
    definition = None if entry is None else entry.values
    if not at.inside and (table.before == "return " or (table.key and returned(text) == table.key)):
        return top
    if table.before.startswith("table.insert("):
        return entry
    if table.before.endswith((".define", ".define(")) or "typedefs." in table.before:
        return definition
    named = {*table.values}
    if len(at.tables) == 1 and at.assigned:
        named.add(text[slice(*at.word)])
    if {"name", "fields"} <= named:
        return top
    if named & _TELLING:
        return definition
    if table.key.endswith("fields") or _is_list_of_fields(at):
        return fields
    if table.key.endswith("checks"):
        return _step(top, "entity_checks")
    if len(at.tables) > 1 and at.tables[1].key and at.tables[1].values.keys() & _TELLING:
        return entry
    return definition if len(at.tables) == 1 and not named else None


def _is_list_of_fields(at: LuaPlace) -> bool:
    """``{ { name = { …``: a list of tables with one named table each."""
    return len(at.tables) > 2 and at.tables[1].key == "" and at.tables[2].key != ""


def _step(own: Field, key: str) -> Field | None:
    """What is below a part of the metaschema; ``key`` is "" for an item of a list."""
    if own.type == "record" and own.record is not None:
        return own.record.fields.get(key)
    if own.type in ("array", "set"):
        return own.elements if not key else None
    return own.values if own.type == "map" and key else None


def known_options(own: Field) -> tuple[str, ...]:
    """The strings that a part of the metaschema accepts, () for any."""
    options = own.get("one_of")
    if options is UNKNOWN or not isinstance(options, list | tuple):
        return ()
    return tuple(option for option in options if isinstance(option, str))
