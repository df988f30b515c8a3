"""The entities of a declarative file: their ids, references and uniqueness."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from hashlib import sha1
from typing import NamedTuple

from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema.faults import Violation
from kong_lsp.kong.schema.fields import Record
from kong_lsp.kong.schema.file_format import Format, foreign_keys
from kong_lsp.kong.schema.run import Exhausted
from kong_lsp.kong.schema.values import (
    MISSING,
    UNKNOWN,
    Key,
    Path,
    as_sequence,
    entries,
    is_table,
)

_NAMESPACE = uuid.UUID("fd02801f-0957-4a15-a55a-c8d9606f30b5")
_MAX_DEPTH = 12
_MAX_ITEMS = 100_000


@cache
def _namespace(entity: str) -> bytes:
    return uuid.uuid5(_NAMESPACE, entity).bytes


def _derived_id(entity: str, name: str) -> str:
    """What Kong makes of a name: a UUID of version 5 (RFC 4122), as ``uuid.uuid5`` in a third
    of its time."""
    given = _namespace(entity) + name.encode("utf-8", "surrogatepass")
    digits = sha1(given, usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


class Item(NamedTuple):
    """One entity of the file, with the key of the entity it is nested in."""

    entity: str
    value: Mapping[Key, object]
    path: Path
    parent_field: str | None = None
    parent: Item | None = None


class Links:
    """The entities of a file whose fields are in order, and their ids."""

    def __init__(self, form: Format) -> None:
        self.form = form
        self.ids: dict[Path, str | None] = {}
        self.loose = False
        self.left = _MAX_ITEMS

    def items(
        self, holder: Mapping[Key, object], path: Path = (), parent: Item | None = None
    ) -> Iterator[Item]:
        """All entities, those nested in one after it. Raises Exhausted past the bounds of work."""
        inside = self.form.children[parent.entity] if parent else self.form.entities
        for name in inside if len(holder) > 1 else holder:
            if name not in holder or name not in inside:
                continue
            field = self.form.children[parent.entity][str(name)] if parent else None
            for index, value in enumerate(as_sequence(holder[name]) or (), 1):
                if isinstance(value, (dict, Mapping)) and len(path) < _MAX_DEPTH:
                    self.left -= 1
                    if self.left < 0:
                        raise Exhausted
                    item = Item(str(name), value, (*path, name, index), field, parent)
                    yield item
                    yield from self.items(value, item.path, item)

    def id_of(self, item: Item) -> str | None:
        """The primary key that Kong gives it, None where that is random."""
        if item.path not in self.ids:
            self.ids[item.path] = self._id_of(item)
        return self.ids[item.path]

    def _id_of(self, item: Item) -> str | None:
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
        return _derived_id(item.entity, name)

    def _cache_key(self, item: Item, record: Record) -> str | None:
        workspace = _workspace(item)
        if workspace is None:
            return None
        parts = [item.entity, workspace]
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

    def _key(self, item: Item, record: Record) -> str | None:
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
        workspace = _workspace(item)
        return None if workspace is None else f"{given}:{workspace}"


Mark = tuple[str, str, str]


class Facts(NamedTuple):
    """What some entities declare and name, apart from the rest of their file.

    ``known`` are their names and ids by entity, ``loose`` the entities of which there may be
    others. ``marks`` is what each declares that may be there once, with the paths of the
    entity and of the field; ``references`` are field, entity, name and path of what they name.
    """

    known: frozenset[tuple[str, str]]
    loose: frozenset[Key]
    marks: tuple[tuple[Mark, Path, Path], ...]
    declared: frozenset[Mark]
    references: tuple[tuple[str, str, str, Path], ...]
    named: frozenset[tuple[str, str]]


def facts(document: Mapping[Key, object], form: Format) -> Facts:
    """The facts of the entities in a file, or in a part of it. Raises Exhausted."""
    links = Links(form)
    known: set[tuple[str, str]] = set()
    loose: set[Key] = {name for name, part in document.items() if part is UNKNOWN}
    marks: list[tuple[Mark, Path, Path]] = []
    references: list[tuple[str, str, str, Path]] = []
    for item in links.items(document):
        record = form.entities[item.entity]
        own = links.id_of(item)
        for name in (own, item.value.get("id"), item.value.get(record.endpoint_key or "id")):
            if isinstance(name, str):
                known.add((item.entity, name))
            elif name is UNKNOWN:
                loose.add(item.entity)
        for key, part in item.value.items():
            if part is UNKNOWN:
                loose.add(key)
        marks += _marks(item, record, own)
        references += _references(item, record)
    return Facts(
        frozenset(known),
        frozenset(loose),
        tuple(marks),
        frozenset(mark for mark, _, _ in marks),
        tuple(references),
        frozenset((target, given) for _, target, given, _ in references),
    )


def _workspace(item: Item) -> str | None:
    """The workspace that an entity says it is in, ``*`` where it says none; None where that is
    not known (3.9.1 ``declarative_config.lua``, ``ws_id_for``)."""
    given = item.value.get("ws_id")
    if given is None:
        return "*"
    return given if isinstance(given, str) else None


@lru_cache(maxsize=1024)
def _unique(record: Record) -> tuple[str, ...]:
    """The fields that no two entities may share, the one they are named by first."""
    fields = [
        key
        for key, own in record.fields.items()
        if own.attributes.get("unique") and own.type == "string"
    ]
    return tuple(sorted(fields, key=lambda key: key != record.endpoint_key))


def _marks(item: Item, record: Record, own_id: str | None) -> Iterator[tuple[Mark, Path, Path]]:
    everywhere = _workspace(item) == "*"
    for key in _unique(record):
        if not (everywhere or record.fields[key].attributes.get("unique_across_ws")):
            continue  # others of its name may be in other workspaces
        given = item.value.get(key)
        if isinstance(given, str):
            yield (item.entity, key, given), item.path, (*item.path, key)
    if own_id is not None:
        yield (item.entity, "primary key", own_id), item.path, item.path


def _references(item: Item, record: Record) -> Iterator[tuple[str, str, str, Path]]:
    for field, target in foreign_keys(record).items():
        given = item.value.get(field)
        if given is None:
            continue
        if isinstance(given, (dict, Mapping)):
            given = given.get("id")
        if isinstance(given, str) and item.parent_field != field:
            yield field, target, given, (*item.path, field)


def problems(parts: Sequence[tuple[Facts, int]], release: Release) -> Iterator[Violation]:
    """What is declared twice, and what is named and nowhere declared.

    ``parts`` are the facts of a file's parts, in order, each with the number of entities of
    its list that stand before it. Cheap where nothing is wrong.
    """
    if release.number >= (3, 4):
        declared = frozenset[Mark]().union(*(part.declared for part, _ in parts))
        if len(declared) < sum(len(part.marks) for part, _ in parts):
            yield from _repeated(parts)
    known = frozenset[tuple[str, str]]().union(*(part.known for part, _ in parts))
    loose = frozenset[Key]().union(*(part.loose for part, _ in parts))
    for part, before in parts:
        if part.named <= known:
            continue
        for field, target, given, path in part.references:
            if target not in loose and (target, given) not in known:
                message = f"invalid reference '{field}: {given}' (no such entry in '{target}')"
                moved = _moved(path, before)
                yield Violation(moved, message, "reference", (), moved)


def _repeated(parts: Sequence[tuple[Facts, int]]) -> Iterator[Violation]:
    seen: set[Mark] = set()
    told: Path = ()
    for part, before in parts:
        for mark, path, place in part.marks:
            moved = _moved(path, before)
            if moved == told:
                continue
            if mark in seen:
                told = moved
                entity, key, given = mark
                message = (
                    f"uniqueness violation: '{entity}' entity with {key} set to '{given}' "
                    "already declared"
                )
                yield Violation(moved, message, "unique", (), _moved(place, before))
            seen.add(mark)


def _moved(path: Path, before: int) -> Path:
    index = path[1]
    return (path[0], index + before, *path[2:]) if before and isinstance(index, int) else path


def filled(document: dict[Key, object], form: Format, *, loose: bool) -> dict[Key, object]:
    """A copy with ids, and with foreign keys as Kong's second look at a file has them.

    ``loose``: a name that is not in the document is taken for one that is elsewhere.
    """
    links = Links(form)
    links.loose = loose
    by_name: dict[str, dict[str, str]] = {name: {} for name in form.entities}
    for item in links.items(document):
        own = _some_id(links, item)
        by_name[item.entity][own] = own
        name = item.value.get(form.entities[item.entity].endpoint_key or "")
        if isinstance(name, str):
            by_name[item.entity][name] = own
    return _filled_in(document, Item("", document, ()), links, by_name)


def _some_id(links: Links, item: Item) -> str:
    return links.id_of(item) or str(uuid.uuid5(_NAMESPACE, repr(item.path)))


def _filled_in(
    value: Mapping[Key, object],
    holder: Item,
    links: Links,
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
            item = Item(name, dict(part), (*holder.path, name, index), field, parent)
            new = _filled_in(part, item, links, by_name)
            _fill_keys(new, item, links, by_name)
            listed.append(new)
        if as_sequence(found[name]) is not None:
            found[name] = listed
    return found


def _fill_keys(
    new: dict[Key, object],
    item: Item,
    links: Links,
    by_name: Mapping[str, Mapping[str, str]],
) -> None:
    record = links.form.entities[item.entity]
    if record.primary_key == ("id",) and record.fields["id"].attributes.get("uuid"):
        new.setdefault("id", _some_id(links, item))
    if item.parent is not None and item.parent_field and not new.get(item.parent_field):
        new[item.parent_field] = {"id": _some_id(links, item.parent)}
    for field, target in foreign_keys(record).items():
        given = new.get(field)
        if isinstance(given, str) and (links.loose or given in by_name.get(target, {})):
            new[field] = {"id": by_name.get(target, {}).get(given, str(_NAMESPACE))}
