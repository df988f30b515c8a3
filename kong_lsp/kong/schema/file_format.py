"""What a declarative configuration file may hold, from the schemas of its entities.

After kong/db/schema/others/declarative_config.lua: every entity at top level, and nested along
the foreign keys of others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from kong_lsp.kong.releases import NEWEST, Release
from kong_lsp.kong.schema import catalogue
from kong_lsp.kong.schema.fields import Field, Record, read_field
from kong_lsp.kong.schema.values import text

_COMMENT = {"type": "string"}
_IGNORE = {"type": "array", "elements": {"type": "any"}}

Plugins = Mapping[str, Record]


@dataclass(frozen=True, slots=True)
class Format:
    """What a declarative file may hold in one release.

    ``written`` is its schema with foreign keys as names, ``filled`` that with foreign keys as
    ``{id = …}``; ``children`` has, by entity, the entities that may be nested in it with the
    foreign key that they lose by it.
    """

    release: Release
    written: Record
    filled: Record
    entities: Mapping[str, Record]
    children: Mapping[str, Mapping[str, str]]


def file_format(
    release: Release = NEWEST,
    plugins: Plugins | None = None,
    *,
    dbless: bool = True,
    expressions: bool = False,
) -> Format:
    """The format of a release that the catalogue knows (``catalogue.RELEASES``).

    ``plugins`` has schemas of plugins that are not Kong's own; ``expressions`` is the router's
    flavour.
    """
    base = _format(release, dbless, expressions)
    return _with_plugins(base, plugins) if plugins else base


@cache
def _format(release: Release, dbless: bool, expressions: bool) -> Format:
    found = {
        name: record
        for name in catalogue.declarative_entities(release)
        if (record := catalogue.entity(release, name, dbless=dbless, expressions=expressions))
    }
    return _built(release, found)


def _with_plugins(base: Format, plugins: Plugins) -> Format:
    found = dict(base.entities)
    found["plugins"] = catalogue.with_plugins(found["plugins"], plugins)
    return _built(base.release, found)


def _built(release: Release, found: dict[str, Record]) -> Format:
    children: dict[str, dict[str, str]] = {name: {} for name in found}
    for name in reversed(found):
        for key, target in foreign_keys(found[name]).items():
            if target in children:
                children[target][name] = key
    nested = _nested(found, children, _cut)
    tops = {
        name: _with_children(_by_name(record), children[name], nested)
        for name, record in found.items()
    }
    return Format(
        release,
        _top(release, tops),
        _top(release, _nested(found, children, lambda record: record)),
        found,
        children,
    )


def _nested(
    found: dict[str, Record],
    children: Mapping[str, Mapping[str, str]],
    shape: Callable[[Record], Record],
) -> dict[str, Record]:
    records: dict[str, Record] = {}
    for name in reversed(found):
        records[name] = _with_children(shape(found[name]), children[name], records)
    return dict(reversed(records.items()))


@lru_cache(maxsize=1024)
def foreign_keys(record: Record) -> Mapping[str, str]:
    """The foreign keys of an entity, with the entities that they name."""
    return {
        key: text(own.attributes.get("reference"))
        for key, own in record.fields.items()
        if own.type == "foreign"
    }


def _cut(record: Record) -> Record:
    """An entity within another: its foreign keys may not be given."""
    changes = {"eq": None, "default": None, "required": False}
    return _changed(record, lambda own: replace(own, attributes={**own.attributes, **changes}))


def _by_name(record: Record) -> Record:
    """An entity at top level: its foreign keys are names or ids."""
    return _changed(record, lambda own: replace(own, type="string", validators=None))


def _changed(record: Record, change: Callable[[Field], Field]) -> Record:
    fields = {
        key: change(own) if own.type == "foreign" else own for key, own in record.fields.items()
    }
    return replace(record, fields=fields)


def _with_children(
    record: Record, children: Mapping[str, str], records: Mapping[str, Record]
) -> Record:
    fields = {
        **record.fields,
        "_comment": read_field(_COMMENT),
        "_ignore": read_field(_IGNORE),
    }
    for name in children:
        fields[name] = _list_of(records[name])
    return replace(record, fields=fields)


def _list_of(record: Record) -> Field:
    return Field("array", {}, elements=Field("record", {}, record=record))


def _top(release: Release, records: Mapping[str, Record]) -> Record:
    versions = list(catalogue.format_versions(release))
    fields = {
        "_format_version": read_field({"type": "string", "required": True, "one_of": versions}),
        "_transform": read_field({"type": "boolean"}),
        "_comment": read_field(_COMMENT),
        "_ignore": read_field(_IGNORE),
        **{name: _list_of(record) for name, record in records.items()},
    }
    return Record(fields=fields)
