"""A whole declarative configuration file, as Kong without a database judges it.

After kong/db/schema/others/declarative_config.lua: entities at top level and nested along
their foreign keys, held against the schema once as written and, where that fails, once more
with the foreign keys filled in; then references and uniqueness.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from kong_lsp.kong.releases import NEWEST, Release
from kong_lsp.kong.schema import catalogue
from kong_lsp.kong.schema.faults import Violation
from kong_lsp.kong.schema.fields import Field, Record, read_field
from kong_lsp.kong.schema.judge import validate
from kong_lsp.kong.schema.run import Exhausted, Run
from kong_lsp.kong.schema.values import (
    MISSING,
    UNKNOWN,
    Key,
    Path,
    as_mapping,
    as_sequence,
    entries,
    is_table,
    text,
)

_NAMESPACE = uuid.UUID("fd02801f-0957-4a15-a55a-c8d9606f30b5")
_PLAIN_PATH = re.compile(r"[a-zA-Z0-9.\-_~/%]*")
_COMMENT = {"type": "string"}
_IGNORE = {"type": "array", "elements": {"type": "any"}}
_MAX_DEPTH = 12
_MAX_ITEMS = 100_000

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
    """The format of a release that the catalogue knows (``catalogue.around``).

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
        for key, target in _foreign(found[name]).items():
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


def _foreign(record: Record) -> dict[str, str]:
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


def judge_file(document: object, form: Format, *, run: Run | None = None) -> list[Violation]:
    """What Kong refuses of a file's content: fields first, else references and uniqueness."""
    if document is UNKNOWN:
        return []
    if not is_table(document):
        return [Violation((), "expected an object", "type", (), ())]
    document = _migrated(as_mapping(document), form.release)
    return _fields(document, form, run, loose=False) or judge_links(document, form)


def judge_entity(
    entity: str, value: object, form: Format, *, run: Run | None = None
) -> list[Violation]:
    """What Kong refuses of one entity at top level, apart from the rest of its file.

    Paths start at the entity; references to what the file has elsewhere are let be.
    """
    if entity not in form.entities:
        return []
    found = _fields({entity: [value]}, form, run, loose=True)
    return [
        replace(one, path=one.path[2:], place=one.place[2:])
        for one in found
        if one.path[:2] == (entity, 1)
    ]


def judge_links(document: Mapping[Key, object], form: Format) -> list[Violation]:
    """What Kong refuses of references between entities, and of what must be there once."""
    try:
        return list(_Links(form).problems(document))
    except Exhausted:
        return []


def _fields(
    document: dict[Key, object], form: Format, run: Run | None, *, loose: bool
) -> list[Violation]:
    written = validate(form.written, document, form.release, fill_in=False, run=run)
    if loose:
        written = [one for one in written if one.path != ("_format_version",)]
    if not written:
        return []
    try:
        copy = _filled(document, form, loose=loose)
    except Exhausted:
        return []
    filled = validate(form.filled, copy, form.release, fill_in=False)
    if loose:
        filled = [one for one in filled if one.path != ("_format_version",)]
    if not filled:
        return []
    places = {violation.path for violation in filled}
    nulls = [one for one in written if one.kind == "null" and one.path not in places]
    return [*filled, *nulls]


def _migrated(document: dict[Key, object], release: Release) -> dict[Key, object]:
    """Kong 3.x turns the paths of a file of an older format into those of its own."""
    version = document.get("_format_version")
    if release.number < (3, 0) or version not in ("1.1", "2.1"):
        return document
    found = {**document, "routes": _migrated_routes(document.get("routes", MISSING))}
    services = as_sequence(document.get("services"))
    if services is not None:
        found["services"] = [
            {**service, "routes": _migrated_routes(service["routes"])}
            if isinstance(service, Mapping) and "routes" in service
            else service
            for service in services
        ]
    return {key: part for key, part in found.items() if part is not MISSING}


def _migrated_routes(routes: object) -> object:
    listed = as_sequence(routes)
    if listed is None:
        return routes
    found: list[object] = []
    for route in listed:
        paths = as_sequence(route.get("paths")) if isinstance(route, Mapping) else None
        if paths is None or not isinstance(route, Mapping):
            found.append(route)
            continue
        changed = [
            f"~{path}" if isinstance(path, str) and not _PLAIN_PATH.fullmatch(path) else path
            for path in paths
        ]
        found.append({**route, "paths": changed})
    return found


# Links between entities


@dataclass(frozen=True, slots=True)
class _Item:
    """One entity of the file, with the key of the entity it is nested in."""

    entity: str
    value: dict[Key, object]
    path: Path
    parent_field: str | None = None
    parent: _Item | None = None


class _Links:
    """References and uniqueness of a file whose fields are in order."""

    def __init__(self, form: Format) -> None:
        self.form = form
        self.ids: dict[Path, str | None] = {}
        self.loose = False
        self.left = _MAX_ITEMS

    def items(
        self, holder: Mapping[Key, object], path: Path = (), parent: _Item | None = None
    ) -> Iterator[_Item]:
        """All entities, those nested in one after it."""
        inside = self.form.children[parent.entity] if parent else dict.fromkeys(self.form.entities)
        for name, field in inside.items():
            for index, value in enumerate(as_sequence(holder.get(name)) or (), 1):
                if isinstance(value, Mapping) and len(path) < _MAX_DEPTH:
                    self.left -= 1
                    if self.left < 0:
                        raise Exhausted
                    item = _Item(name, dict(value), (*path, name, index), field, parent)
                    yield item
                    yield from self.items(value, item.path, item)

    def id_of(self, item: _Item) -> str | None:
        """The primary key that Kong gives it, None where that is random."""
        if item.path not in self.ids:
            self.ids[item.path] = self._id_of(item)
        return self.ids[item.path]

    def _id_of(self, item: _Item) -> str | None:
        record = self.form.entities[item.entity]
        if len(record.primary_key) != 1:
            return None
        key = record.primary_key[0]
        given = item.value.get(key)
        if given is not None:
            return given if isinstance(given, str) else None
        own = record.fields.get(key)
        if own is None or own.attributes.get("uuid") is not True:
            return None
        name = self._cache_key(item, record) if record.cache_key else self._key(item, record)
        if name is None:
            return None
        return str(uuid.uuid5(uuid.uuid5(_NAMESPACE, item.entity), name))

    def _cache_key(self, item: _Item, record: Record) -> str | None:
        parts = [item.entity, "*"]
        for key in record.cache_key:
            own, given = record.fields[key], item.value.get(key, MISSING)
            if own.attributes.get("auto") or given is UNKNOWN:
                return None
            if isinstance(given, str):
                parts.append(given)
            elif given is MISSING:
                if key == item.parent_field and item.parent is not None:
                    above = self.id_of(item.parent)
                    if above is None:
                        return None
                    parts.append(above)
                elif own.required:
                    return None
                else:
                    parts.append("")
        return ":".join(parts)

    def _key(self, item: _Item, record: Record) -> str | None:
        given = item.value.get(record.endpoint_key or "")
        if not isinstance(given, str):
            return None
        if record.fields[record.endpoint_key or ""].attributes.get("unique"):
            return given
        for key, own in record.fields.items():
            if own.type == "foreign" and own.attributes.get("on_delete") == "cascade":
                if item.parent is not None:
                    above = self.id_of(item.parent)
                else:
                    named = item.value.get(key)
                    above = named if isinstance(named, str) else None
                if above is None:
                    return None
                given += f":{above}"
        return f"{given}:*"

    def problems(self, document: Mapping[Key, object]) -> Iterator[Violation]:
        items = list(self.items(document))
        known: dict[str, set[str]] = {name: set() for name in self.form.entities}
        loose = {name for name, part in document.items() if part is UNKNOWN}
        for item in items:
            record = self.form.entities[item.entity]
            names = [item.value.get(key, MISSING) for key in ("id", record.endpoint_key or "id")]
            known[item.entity] |= {name for name in names if isinstance(name, str)}
            own = self.id_of(item)
            if own:
                known[item.entity].add(own)
            if UNKNOWN in names:
                loose.add(item.entity)
            loose |= {key for key, part in item.value.items() if part is UNKNOWN}
        if self.form.release.number >= (3, 4):
            yield from self._repeated(items)
        yield from self._dangling(items, known, loose)

    def _repeated(self, items: list[_Item]) -> Iterator[Violation]:
        seen: set[tuple[str, str, str]] = set()
        for item in items:
            record = self.form.entities[item.entity]
            fields = [
                key
                for key, own in record.fields.items()
                if own.attributes.get("unique") and own.type == "string"
            ]
            if record.endpoint_key in fields:
                fields.sort(key=lambda key: key != record.endpoint_key)
            found = [(key, item.value.get(key)) for key in fields]
            found.append(("primary key", self.id_of(item)))
            for key, given in found:
                if not isinstance(given, str):
                    continue
                mark = (item.entity, key, given)
                if mark in seen:
                    message = (
                        f"uniqueness violation: '{item.entity}' entity with {key} set to "
                        f"'{given}' already declared"
                    )
                    place = item.path if key == "primary key" else (*item.path, key)
                    yield Violation(item.path, message, "unique", (), place)
                    break
                seen.add(mark)

    def _dangling(
        self, items: list[_Item], known: Mapping[str, set[str]], loose: set[Key]
    ) -> Iterator[Violation]:
        for item in items:
            for field, target in _foreign(self.form.entities[item.entity]).items():
                given = item.value.get(field)
                if isinstance(given, Mapping):
                    given = given.get("id")
                if not isinstance(given, str) or target in loose or given in known.get(target, ()):
                    continue
                if item.parent_field == field:
                    continue
                message = f"invalid reference '{field}: {given}' (no such entry in '{target}')"
                path = (*item.path, field)
                yield Violation(path, message, "reference", (), path)


def _filled(document: dict[Key, object], form: Format, *, loose: bool) -> dict[Key, object]:
    """A copy with ids, and with foreign keys as Kong's second look at a file has them.

    ``loose``: a name that is not in the document is taken for one that is elsewhere.
    """
    links = _Links(form)
    links.loose = loose
    by_name: dict[str, dict[str, str]] = {name: {} for name in form.entities}
    for item in links.items(document):
        own = _some_id(links, item)
        by_name[item.entity][own] = own
        name = item.value.get(form.entities[item.entity].endpoint_key or "")
        if isinstance(name, str):
            by_name[item.entity][name] = own
    return _filled_in(document, _Item("", document, ()), links, by_name)


def _some_id(links: _Links, item: _Item) -> str:
    return links.id_of(item) or str(uuid.uuid5(_NAMESPACE, repr(item.path)))


def _filled_in(
    value: Mapping[Key, object],
    holder: _Item,
    links: _Links,
    by_name: Mapping[str, Mapping[str, str]],
) -> dict[Key, object]:
    form = links.form
    found = dict(value)
    inside: Mapping[str, str | None] = (
        form.children[holder.entity] if holder.entity else dict.fromkeys(form.entities)
    )
    for name, field in inside.items():
        if not is_table(found.get(name)) or len(holder.path) >= _MAX_DEPTH:
            continue
        listed: list[object] = []
        for index, part in entries(as_sequence(found[name]) or ()):
            if not isinstance(part, Mapping):
                listed.append(part)
                continue
            parent = holder if holder.entity else None
            item = _Item(name, dict(part), (*holder.path, name, index), field, parent)
            new = _filled_in(part, item, links, by_name)
            _fill_keys(new, item, links, by_name)
            listed.append(new)
        if as_sequence(found[name]) is not None:
            found[name] = listed
    return found


def _fill_keys(
    new: dict[Key, object],
    item: _Item,
    links: _Links,
    by_name: Mapping[str, Mapping[str, str]],
) -> None:
    record = links.form.entities[item.entity]
    if record.primary_key == ("id",) and record.fields["id"].attributes.get("uuid"):
        new.setdefault("id", _some_id(links, item))
    if item.parent is not None and item.parent_field and not new.get(item.parent_field):
        new[item.parent_field] = {"id": _some_id(links, item.parent)}
    for field, target in _foreign(record).items():
        given = new.get(field)
        if isinstance(given, str) and (links.loose or given in by_name.get(target, {})):
            new[field] = {"id": by_name.get(target, {}).get(given, str(_NAMESPACE))}
