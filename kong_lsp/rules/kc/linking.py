"""What the entities of a file say of each other: references, and what may be there once.

Worked out for each run of entities once, so that another name costs little in a large file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from kong_lsp.kong.schema.faults import Violation
from kong_lsp.kong.schema.fields import Record
from kong_lsp.kong.schema.file_format import Format
from kong_lsp.kong.schema.links import Facts, facts
from kong_lsp.kong.schema.links import problems as link_problems
from kong_lsp.kong.schema.run import Exhausted
from kong_lsp.kong.schema.values import (
    UNKNOWN,
    Key,
    as_sequence,
    is_table,
)
from kong_lsp.rules.kc.target import Target


@dataclass(slots=True, eq=False)
class Links:
    """What some neighbouring entities say of each other: hashed by identity, see ``same``."""

    items: tuple[object, ...]
    memo: dict[str, tuple[Format, Facts]] = field(default_factory=dict)

    def facts(self, entity: str, form: Format) -> Facts:
        """That as facts; ``entity`` is what they are. Raises Exhausted."""
        known = self.memo.get(entity)
        if known is None or known[0] is not form:
            document: dict[Key, object] = {entity: [unfold(item) for item in self.items]}
            known = self.memo[entity] = form, facts(document, form)
        return known[1]


@lru_cache(maxsize=4096)
def same(items: tuple[object, ...]) -> Links:
    """The links of these items; one object for equal ones."""
    return Links(items)


Lists = tuple[tuple[str, tuple[Links, ...] | None], ...]
"""What a file's entities say of each other; None for a list that is not known."""


@lru_cache(maxsize=16)
def refused_links(links: Lists, target: Target) -> tuple[Violation, ...]:
    """What is named and not there, or there twice; nothing where decK reads the file, which
    may know the names from elsewhere."""
    if target.deck:
        return ()
    try:
        found = [list(_problems_of(links, form)) for form in target.forms]
    except Exhausted:
        return ()
    shared = [{(one.place, one.kind) for one in part} for part in found]
    return tuple(one for one in found[-1] if all((one.place, one.kind) in s for s in shared))


def _problems_of(links: Lists, form: Format) -> Iterator[Violation]:
    parts: list[tuple[Facts, int]] = []
    order = list(form.entities)
    for name, listed in sorted(links, key=lambda pair: order.index(pair[0])):
        before = 0
        if listed is None:
            parts.append((facts({name: UNKNOWN}, form), 0))
        for part in listed or ():
            parts.append((part.facts(name, form), before))
            before += len(part.items)
    return link_problems(parts, form.release)


def items_of(parts: tuple[Links, ...]) -> list[object]:
    """All items, in order."""
    return [item for part in parts for item in part.items]


def unfold(item: object) -> object:
    """What ``_linking`` made, as an entity again; one that is not known names anything."""
    own, below = item if isinstance(item, tuple) else (None, ())
    entity: dict[Key, object] = {"id": UNKNOWN, "name": UNKNOWN} if own is None else _thawed(own)
    for name, parts in below:
        entity[name] = [unfold(each) for each in items_of(parts)]
    return entity


def _thawed(own: tuple[tuple[str, object], ...]) -> dict[Key, object]:
    found: dict[Key, object] = {}
    for name, value in own:
        if isinstance(value, tuple) and value[0] == "list":
            found[name] = [{} if each is None else _thawed(each) for each in value[1]]
        elif isinstance(value, tuple):
            found[name] = {"id": value[1]}
        else:
            found[name] = value
    return found


def linking(form: Format, entity: str, value: object) -> tuple[tuple[str, object], ...] | None:
    """What of an entity others may name or it names, as something that can be hashed."""
    record = form.entities.get(entity)
    if record is None or not isinstance(value, Mapping):
        return None
    found: list[tuple[str, object]] = []
    if entity == "plugins" and any(_is_foreign(key, record) for key in value):
        found.append(("id", UNKNOWN))
    for name in _linking_fields(record):
        if name not in value:
            continue
        given = value[name]
        if isinstance(given, Mapping):
            found.append((name, ("id", given["id"]) if isinstance(given.get("id"), str) else None))
        elif not is_table(given):
            found.append((name, given))
    for name in form.children.get(entity, ()):
        given = value.get(name)
        listed = as_sequence(given)
        if given is UNKNOWN:
            found.append((name, UNKNOWN))
        elif listed:
            below = tuple(linking(form, name, part) for part in listed)
            found.append((name, ("list", below)))
    return tuple(found)


def _is_foreign(key: Key, record: Record) -> bool:
    """Whether a plugin may stand once for each value of a key that Kong does not have: a
    newer Kong, or Kong Enterprise, scopes plugins by more (``consumer_group``, ``model``)."""
    return key not in record.fields and not str(key).startswith("_")


@lru_cache(maxsize=256)
def _linking_fields(record: Record) -> tuple[str, ...]:
    unique = [
        name
        for name, own in record.fields.items()
        if own.type == "foreign" or (own.type == "string" and own.attributes.get("unique"))
    ]
    named = (*record.primary_key, record.endpoint_key or "id", *record.cache_key, "ws_id")
    return tuple(dict.fromkeys((*named, *unique)))
