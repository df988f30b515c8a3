"""What the schemas say of a place in a configuration file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kong_lsp.config.model import Config
from kong_lsp.features.plugin_facts import Context, known_release, schema_for
from kong_lsp.features.yaml_cursor import Cursor
from kong_lsp.kong.deck import top_keys
from kong_lsp.kong.resources import RESOURCES, keys_of
from kong_lsp.kong.schema import lookup
from kong_lsp.kong.schema.fields import Field, Record, read_field
from kong_lsp.kong.schema.file_format import Format, file_format
from kong_lsp.kong.schema.values import MISSING, UNKNOWN, as_sequence, is_table

_STRING = {"type": "string"}
_NAMES = {"type": "array", "elements": _STRING}
_OPEN: dict[str, object] = {"type": "map", "keys": _STRING, "values": {"type": "any"}}
_ORDERING = {
    "type": "record",
    "fields": [
        {side: {"type": "record", "fields": [{"access": _NAMES}]}} for side in ("before", "after")
    ],
}
DECK_PLUGIN: Mapping[str, Field] = {
    "_config": read_field(_STRING),
    "ordering": read_field(_ORDERING),
}

_PACKAGED = ("service_packages", None, "versions", None, "implementation", "kong", "service")
"""The path to a service in one of decK's service packages."""

_NOT_WRITTEN = frozenset(("status", "run_on"))
"""Keys of a KongPlugin that are the controller's to write, or of Kong 1.x alone."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The field that a place is in, with what selects among its subschemas.

    ``plugin`` is the plugin whose entry or ``config`` it is in, ``inside`` the path below
    that entry (``("config", "redis")``). ``release`` is that of the schema's source, where
    Kong's own; ``top`` tells the root of the file.
    """

    own: Field
    plugin: str | None
    inside: tuple[str, ...]
    top: bool = False

    @property
    def fields(self) -> dict[str, Field]:
        """The keys that may stand here."""
        record = self.own.record
        return dict(record.fields) if record is not None and self.own.type == "record" else {}

    def find(self, key: str) -> Field | None:
        """The field of one key."""
        if self.own.record is not None and self.own.type == "record":
            return lookup.record_field(self.own.record, key)
        return self.own.values if self.own.type == "map" else None


def form_of(asked: Context) -> Format:
    """The format of a declarative file's release."""
    return file_format(known_release(asked.release), dbless=asked.config.dialect != "deck")


def shape_at(asked: Context, cursor: Cursor) -> Shape | None:
    """What the schemas say of the mapping or list at the cursor; None where they are silent."""
    if asked.config.kind == "declarative":
        return _declarative(asked, cursor)
    if asked.config.kind == "kubernetes":
        return _resource(asked, cursor)
    return _body(asked, cursor) if asked.config.kind == "admin" else None


def _declarative(asked: Context, cursor: Cursor) -> Shape | None:
    form = form_of(asked)
    top = form.written.fields
    if asked.config.dialect != "kong":
        top = {**top, **top_keys()}
    if not cursor.levels:
        return Shape(_record(top), None, (), top=True)
    own = top.get(cursor.levels[0].key or "")
    plugin: str | None = None
    inside: tuple[str, ...] = ()
    if cursor.path[:1] == ("_plugin_configs",):
        plugin = _shared_by(asked.config, cursor.path[1] or "") if len(cursor.path) > 1 else None
        found = _below_config(asked, cursor, plugin, 2)
        return found or (None if own is None else Shape(own, None, ()))
    path = cursor.path
    for depth, level in enumerate(cursor.levels):
        if depth:
            own = _step(own, level.key)
            if path[: len(_PACKAGED)] == _PACKAGED and depth + 1 == len(_PACKAGED):
                own = form.written.fields["services"].elements
            if own is None and level.key in form.written.fields:
                own = form.written.fields[level.key]
            if plugin is not None and level.key is not None:
                inside = (*inside, level.key)
        if own is not None and own.record is not None and own.record.subschema_key:
            chosen = cursor.within(depth).get(own.record.subschema_key)
            is_plugin = own.record.subschema_key == "name"
            if is_plugin:
                plugin, inside = chosen, ()
            own = _selected(asked, own.record, chosen, is_plugin=is_plugin)
    return None if own is None else Shape(own, plugin, inside)


def _step(own: Field | None, key: str | None) -> Field | None:
    if own is None:
        return None
    if key is None:
        return own.elements if own.type in ("array", "set") else None
    return None if own.type in ("array", "set") else lookup.subfield(own, key)


def _selected(asked: Context, record: Record, chosen: str | None, *, is_plugin: bool) -> Field:
    """An entity with the fields of the subschema that it selects."""
    fields = dict(record.fields)
    if is_plugin and asked.config.dialect != "kong":
        fields |= DECK_PLUGIN
    if chosen:
        sub = schema_for(asked, chosen) if is_plugin else None
        if sub is None and not is_plugin and record.subschema_key:
            sub = record.subschema({record.subschema_key: chosen})
        fields |= {} if sub is None else sub.fields
        if is_plugin and sub is None:
            fields["config"] = read_field(_OPEN)
    return _record(fields)


def _record(fields: Mapping[str, Field]) -> Field:
    return Field("record", {}, record=Record(fields=dict(fields)))


def _resource(asked: Context, cursor: Cursor) -> Shape | None:
    keys = cursor.within(-1) if not cursor.levels else cursor.beside(0)
    kind = keys.get("kind") or ""
    if kind not in RESOURCES:
        return None
    known = {name: own for name, own in keys_of(kind).items() if name not in _NOT_WRITTEN}
    known["ordering"] = DECK_PLUGIN["ordering"]
    if not cursor.levels:
        return Shape(_record(known), keys.get("plugin"), (), top=True)
    first = cursor.path[0] or ""
    if first == "config":
        return _below_config(asked, cursor, keys.get("plugin"), 1)
    own = known.get(first)
    for level in cursor.levels[1:]:
        own = _step(own, level.key)
    return None if own is None else Shape(own, keys.get("plugin"), ())


def _body(asked: Context, cursor: Cursor) -> Shape | None:
    """A place in the body of a request that sets up a plugin."""
    name = (cursor.beside(0) if cursor.levels else cursor.siblings()).get("name")
    if not cursor.levels:
        own = _selected(asked, form_of(asked).entities["plugins"], name, is_plugin=True)
        return Shape(own, name, (), top=True)
    return _below_config(asked, cursor, name, 1) if cursor.path[0] == "config" else None


def _below_config(asked: Context, cursor: Cursor, plugin: str | None, depth: int) -> Shape | None:
    """A place in a plugin's ``config``, whose own level is the one before ``depth``."""
    record = schema_for(asked, plugin) if plugin and len(cursor.levels) >= depth else None
    own = record.fields.get("config") if record is not None else None
    inside: tuple[str, ...] = ("config",)
    for level in cursor.levels[depth:]:
        own = _step(own, level.key)
        inside = inside if level.key is None else (*inside, level.key)
    return None if own is None else Shape(own, plugin, inside)


def _shared_by(config: Config, label: str) -> str | None:
    """The plugin that uses the ``_plugin_configs`` of a label."""
    from kong_lsp.config import walk

    for use in config.uses:
        if use.node is not None and walk.text(walk.field(use.node, "_config")) == label:
            return use.name
    return None


# --- in words


def is_given(own: Field) -> bool:
    """Whether people may write a field: not what Kong fills in, nor a foreign key that the
    place gives already."""
    return not own.attributes.get("auto") and own.attributes.get("eq", "") is not None


def must_be_given(name: str, record: Mapping[str, Field]) -> bool:
    """Whether a field is mandatory and has no default of its own."""
    return bool(lookup.required(Record(fields={name: record[name]})))


def type_of(own: Field) -> str:
    """The type of a field: ``array of strings``."""
    kind = own.type if isinstance(own.type, str) else ""
    if kind in ("array", "set") and own.elements is not None:
        inner = type_of(own.elements)
        return f"{kind} of {inner}s" if inner else kind
    if kind == "map" and own.values is not None:
        inner = type_of(own.values)
        return f"map of {inner}s" if inner else kind
    return "" if kind == "any" else kind


def default_of(own: Field) -> str | None:
    """The default of a field as YAML would have it in one line."""
    default = own.get("default")
    if default is MISSING or default is UNKNOWN or default is None:
        return None
    try:
        return default if isinstance(default, str) and default else json.dumps(default)
    except TypeError:
        return None


def detail(own: Field, *, mandatory: bool) -> str:
    """A field in one line."""
    return ", ".join(_details(own, mandatory=mandatory))


def _details(own: Field, *, mandatory: bool) -> Iterator[str]:
    if kind := type_of(own):
        yield kind
    if mandatory:
        yield "mandatory"
    default = default_of(own)
    if default is not None and len(default) <= 60:
        yield f"default {default}"
    if limits := lookup.limits(own):
        yield limits
    if lookup.deprecated(own) is not None:
        yield "deprecated"


def describe(name: str, own: Field, *, mandatory: bool = False) -> str:
    """A field as Markdown."""
    kind = type_of(own)
    lines = [f"**{name}**" + (f" — {kind}" if kind else ""), ""]
    if mandatory:
        lines.append("- mandatory")
    if (default := default_of(own)) is not None:
        lines.append(f"- default: `{default}`")
    if limits := lookup.limits(own):
        lines.append(f"- {limits}")
    part = own.elements if own.type in ("array", "set") and own.elements else own
    choices = as_sequence(part.attributes.get("one_of"))
    if choices and UNKNOWN not in choices:
        lines.append("- one of: " + ", ".join(f"`{choice}`" for choice in choices))
    if own.type == "record" and own.record is not None and own.record.fields:
        lines.append("- fields: " + ", ".join(f"`{key}`" for key in own.record.fields))
    if own.attributes.get("referenceable") is True:
        lines.append("- may be a reference to a vault: `{vault://…}`")
    if own.attributes.get("encrypted") is True:
        lines.append("- kept encrypted by Kong Enterprise")
    replaced = lookup.deprecated(own)
    if replaced is not None:
        instead = ", ".join(f"`{'.'.join(path)}`" for path in replaced)
        lines.append("- **deprecated**" + (f"; use {instead}" if instead else ""))
    return "\n".join(lines).rstrip()


def listed(value: object) -> bool:
    """Whether a value is a table, which has no place in one line."""
    return is_table(value)
