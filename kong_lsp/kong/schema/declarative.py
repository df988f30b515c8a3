"""A whole declarative configuration file, as Kong without a database judges it.

After kong/db/schema/others/declarative_config.lua: a file is held against the schema once as
written and, where that fails, once more with its foreign keys filled in; then come references
and uniqueness.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema.faults import Violation
from kong_lsp.kong.schema.file_format import Format
from kong_lsp.kong.schema.judge import validate
from kong_lsp.kong.schema.links import Links, filled
from kong_lsp.kong.schema.run import Exhausted, Run
from kong_lsp.kong.schema.values import (
    MISSING,
    UNKNOWN,
    Key,
    as_mapping,
    as_sequence,
    is_table,
)

_PLAIN_PATH = re.compile(r"[a-zA-Z0-9.\-_~/%]*")


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
        return list(Links(form).problems(document))
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
        copy = filled(document, form, loose=loose)
    except Exhausted:
        return []
    refused = validate(form.filled, copy, form.release, fill_in=False)
    if loose:
        refused = [one for one in refused if one.path != ("_format_version",)]
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
