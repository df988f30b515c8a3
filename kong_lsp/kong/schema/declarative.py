"""The entities of a declarative configuration file, as Kong without a database judges them.

After kong/db/schema/others/declarative_config.lua: a file is held against the schema once as
written and, where that fails, once more with its foreign keys filled in. What it
checks last, references and uniqueness, ``links`` has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema.faults import Violation
from kong_lsp.kong.schema.fields import Field, Record
from kong_lsp.kong.schema.file_format import Format
from kong_lsp.kong.schema.judge import is_accepted, validate
from kong_lsp.kong.schema.links import filled
from kong_lsp.kong.schema.run import Exhausted, Run
from kong_lsp.kong.schema.shapes import lone
from kong_lsp.kong.schema.values import (
    MISSING,
    UNKNOWN,
    Key,
    as_sequence,
    is_table,
)

_PLAIN_PATH = re.compile(r"[a-zA-Z0-9.\-_~/%]*")


def judge_entity(
    entity: str,
    value: object,
    form: Format,
    *,
    inside: tuple[str, ...] = (),
    version: str | None = None,
    run: Run | None = None,
) -> list[Violation]:
    """What Kong refuses of one entity, apart from the rest of its file.

    ``inside`` are the entities that it is nested in, outermost first; ``version`` is the
    file's ``_format_version``. Paths start at the entity; references to what the file has
    elsewhere are let be.
    """
    written = _list_at(form.written, (*inside, entity))
    if written is None or value is UNKNOWN:
        return []
    document: dict[Key, object] = {entity: [value]}
    for name in reversed(inside):
        document = {name: [document]}
    document = _migrated({"_format_version": version, **document}, form.release)
    if run is None and _is_accepted(written, entity, _dig(document, inside), form):
        return []
    found = _judge_listed(written, entity, _dig(document, inside), form, run)
    own = _list_at(form.filled, (*inside, entity))
    if not found or own is None:
        return []
    try:
        copy = filled(document, form, loose=True)
    except Exhausted:
        return []
    again = _judge_listed(own, entity, _dig(copy, inside), form)
    return _first_or_nulls(found, again)


def lone_parts(
    entity: str, value: Mapping[Key, object], form: Format, inside: tuple[str, ...]
) -> list[tuple[Field, object]] | None:
    """The parts of an entity of which ``judge_entity`` says the same for all that their own
    field accepts, each with that field, as long as nothing is refused of the entity.

    None where nothing can be said before its values are known.
    """
    written = _list_at(form.written, (*inside, entity))
    record = written.elements.record if written and written.elements else None
    return None if record is None else lone(record, value)


def judge_top(value: Mapping[Key, object], form: Format) -> list[Violation]:
    """What Kong refuses of a file's own keys; ``value`` is the file without its entities."""
    return validate(form.written, dict(value), form.release, fill_in=False)


def _list_at(record: Record, names: tuple[str, ...]) -> Field | None:
    *parents, last = names
    for name in parents:
        own = record.fields.get(name)
        if own is None or own.elements is None or own.elements.record is None:
            return None
        record = own.elements.record
    return record.fields.get(last)


def _dig(document: Mapping[Key, object], names: tuple[str, ...]) -> Mapping[Key, object]:
    for name in names:
        part = (as_sequence(document[name]) or [{}])[0]
        document = part if isinstance(part, Mapping) else {}
    return document


def _is_accepted(own: Field, entity: str, holder: Mapping[Key, object], form: Format) -> bool:
    (value,) = as_sequence(holder[entity]) or (None,)
    record = own.elements.record if own.elements else None
    return record is not None and is_table(value) and is_accepted(record, value, form.release)


def _judge_listed(
    own: Field, entity: str, holder: Mapping[Key, object], form: Format, run: Run | None = None
) -> list[Violation]:
    record = Record(fields={entity: own})
    listed: dict[Key, object] = {entity: holder[entity]}
    return [
        replace(one, path=one.path[2:], place=one.place[2:])
        for one in validate(record, listed, form.release, fill_in=False, run=run)
    ]


def _first_or_nulls(written: list[Violation], refused: list[Violation]) -> list[Violation]:
    """The errors of Kong's second look, if it has some, and of the first what it hides."""
    if not refused:
        return []
    places = {violation.path for violation in refused}
    nulls = [one for one in written if one.kind == "null" and one.path not in places]
    return [*refused, *nulls]


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
