"""A whole declarative file judged in one go, as Kong without a database does.

kong-lsp itself judges entity by entity and keeps what it found: the same parts, put together
for the verdicts of Kong that are known of whole files.
"""

from __future__ import annotations

from collections.abc import Mapping

from kong_lsp.kong.schema.declarative import _first_or_nulls, _migrated
from kong_lsp.kong.schema.faults import Violation
from kong_lsp.kong.schema.file_format import Format
from kong_lsp.kong.schema.judge import validate
from kong_lsp.kong.schema.links import facts, filled, problems
from kong_lsp.kong.schema.run import Exhausted
from kong_lsp.kong.schema.values import UNKNOWN, Key, as_mapping, is_table


def judge_file(document: object, form: Format) -> list[Violation]:
    """What Kong refuses of a file's content: fields first, else references and uniqueness."""
    if document is UNKNOWN:
        return []
    if not is_table(document):
        return [Violation((), "expected an object", "type", (), ())]
    document = _migrated(as_mapping(document), form.release)
    return _fields(document, form) or judge_links(document, form)


def judge_links(document: Mapping[Key, object], form: Format) -> list[Violation]:
    """What Kong refuses of references between entities, and of what must be there once."""
    try:
        return list(problems([(facts(document, form), 0)], form.release))
    except Exhausted:
        return []


def _fields(document: dict[Key, object], form: Format) -> list[Violation]:
    written = validate(form.written, document, form.release, fill_in=False)
    if not written:
        return []
    try:
        copy = filled(document, form, loose=False)
    except Exhausted:
        return []
    return _first_or_nulls(written, validate(form.filled, copy, form.release, fill_in=False))
