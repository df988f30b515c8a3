"""A value held against a schema, as Kong does (kong/db/schema/init.lua, 2.8 to 3.9).

``validate`` is the way in. Defaults are filled in before a record is checked, nothing is
coerced, ``{vault://…}`` passes where a field is referenceable. What is UNKNOWN, in the value
or in the schema, and what a function decides is not judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial

from kong_lsp.kong.releases import NEWEST, Release
from kong_lsp.kong.schema.entity_checks import Scope, run_checks, run_transformations
from kong_lsp.kong.schema.faults import Errors, Fault, Violation, about_entry, below, flat
from kong_lsp.kong.schema.field_checks import (
    REQUIRED,
    SIMPLE,
    passes,
    run_validators,
    type_fault,
    worded,
)
from kong_lsp.kong.schema.fields import Field, Record, read_field
from kong_lsp.kong.schema.quick import quick_acceptor
from kong_lsp.kong.schema.run import Exhausted, Run
from kong_lsp.kong.schema.shapes import Probe, accepts_table, shape_of
from kong_lsp.kong.schema.shorthands import conflict, expand
from kong_lsp.kong.schema.values import (
    MISSING,
    UNKNOWN,
    Key,
    Table,
    as_mapping,
    as_sequence,
    entries,
    is_reference,
    is_table,
    text,
)

_UUID = "00000000-0000-4000-8000-000000000000"
_MOST_SHAPES = 4000

UNKNOWN_FIELD = Fault("unknown field", "unknown")
FOR_CHECK = Fault("field required for entity check", "required")
_ABSTRACT = Fault("error in schema definition: abstract field was not specialized", "schema")


def validate(
    record: Record,
    value: object,
    release: Release = NEWEST,
    *,
    fill_in: bool = True,
    run: Run | None = None,
) -> list[Violation]:
    """What Kong refuses of ``value``, in the order of the value and then of the schema.

    ``fill_in``: with defaults filled in first, as Kong does on insertion and for every record
    within another. Beyond the bounds of work the list is empty: not judged.
    """
    run = run or Run(release)
    try:
        return list(flat(judge(run, record, value, fill_in=fill_in)))
    except Exhausted:
        return []


def is_accepted(record: Record, value: Table, release: Release = NEWEST) -> bool:
    """Whether the value is like one that was accepted before: the shortest way to say so."""
    return (release.number, shape_of(_probe(release), record, as_mapping(value))) in record.accepted


def acceptor(own: Field, release: Release = NEWEST) -> Callable[[object], bool]:
    """What tells whether a field accepts a value, whatever stands beside it; of a record, only
    whether its function does."""
    if own.type == "record":
        probe = _probe(release)
        return lambda value: accepts_table(probe, own, value)
    quick = quick_acceptor(own)
    if quick is None:
        return lambda value: _accepts(Run(release, filled=True), own, value)
    return lambda value: quick(value) or _accepts(Run(release, filled=True), own, value)


def judge(run: Run, record: Record, value: object, *, fill_in: bool = True) -> Fault | Errors:
    """The errors of a record's value. Raises Exhausted."""
    if value is UNKNOWN:
        return {}
    if not is_table(value):
        return Fault("expected a record", "type")
    table = as_mapping(value)
    if not fill_in or run.filled:
        return judge_record(run, record, table)
    return _judge_unfilled(run, record, table)


def _judge_unfilled(run: Run, record: Record, table: dict[Key, object]) -> Errors:
    shape = shape_of(_probe(run.release), record, table)
    asked = (run.release.number, shape)
    if shape is not None and asked in record.accepted:
        run.opaque += [(*run.path, *place) for place in record.accepted[asked]]
        return {}
    filled = fill(run, record, table)
    if isinstance(filled, Refused):
        return filled.errors
    known = len(run.opaque)
    run.filled = True
    errors = judge_record(run, record, filled)
    run.filled = False
    if shape is not None and not errors:
        if len(record.accepted) >= _MOST_SHAPES:
            record.accepted.clear()
        depth = len(run.path)
        record.accepted[asked] = tuple(place[depth:] for place in run.opaque[known:])
    return errors


def _probe(release: Release) -> Probe:
    """What judges single values for ``shape_of``."""
    run = Run(release, filled=True)
    return Probe(partial(_accepts, run), lambda record: _defaults(record, release))


def _accepts(run: Run, own: Field, value: object) -> bool:
    quick = quick_acceptor(own)
    if quick is not None and quick(value):
        return True
    try:
        given = _adjust(run, own, value) if is_table(value) else value
        return judge_field(run, own, given) is None
    except Exhausted:
        return False


@lru_cache(maxsize=1024)
def _defaults(record: Record, release: Release) -> Mapping[Key, object] | None:
    try:
        found = fill(Run(release), record, {})
    except Exhausted:
        return None
    return None if isinstance(found, Refused) else found


class Refused:
    """Shorthand fields that are refused before anything else is looked at."""

    __slots__ = ("errors",)

    def __init__(self, errors: Errors) -> None:
        self.errors = errors


# Filling in


def fill(run: Run, record: Record, value: Mapping[Key, object]) -> dict[Key, object] | Refused:
    """The value with shorthands expanded, ``auto`` fields and defaults filled in.

    ``process_auto_fields`` of an insertion. What is filled in for ``auto`` are stand-ins.
    """
    run.step()
    data = dict(value)
    errors = _expand_shorthands(run, record, data)
    if errors:
        return Refused(errors)
    for name, own in record.each(record.subschema(data)):
        given = data.get(name, MISSING)
        if own.attributes.get("auto") is True:
            given = _auto(name, own, given)
        run.depth += 1
        filled = _adjust(run, own, given)
        run.depth -= 1
        if isinstance(filled, Refused):
            if run.since(3, 3):
                return Refused({name: filled.errors})
            filled = MISSING  # Kong before 3.3 drops the record, and says nothing of why
        if filled is MISSING:
            data.pop(name, None)
        else:
            data[name] = filled
    return data


def _auto(name: str, own: Field, given: object) -> object:
    if own.attributes.get("uuid"):
        return _UUID if given is MISSING else given
    if own.type == "string":
        return "auto" if given is MISSING else given
    if name in ("created_at", "updated_at") and given in (None, MISSING):
        return 1
    return 1 if name == "updated_at" else given


def _adjust(run: Run, own: Field, given: object) -> object:
    if given is UNKNOWN or own.attributes.get("abstract"):
        return given
    if own.type == "record":
        if given is not None and (given is not MISSING or own.required):
            absent = given is MISSING or given is False
            value = _missing(run, own, given) if absent else given
            if isinstance(value, Refused):
                return value
            if is_table(value):
                if own.record is None:
                    return value
                return fill(run, own.record, as_mapping(value))
            given = value
    elif is_table(given):
        given = _adjust_parts(run, own, given)
    return _missing(run, own, given) if given is MISSING else given


def _adjust_parts(run: Run, own: Field, given: Table) -> object:
    part = own.values if own.type == "map" else own.elements
    listed = as_sequence(given)
    if own.type in ("array", "set") and listed is not None:
        if own.type == "set":
            listed = _without_repeats(listed)
        given = listed
    if part is None or own.type not in ("array", "set", "map"):
        return given
    if part.type != "record" and part.elements is None and part.values is None:
        return given
    if own.type == "map" and not run.since(3, 0):
        return given
    adjusted: dict[Key, object] = {}
    for key, value in entries(given):
        run.step()
        filled = _adjust(run, part, value)
        adjusted[key] = value if isinstance(filled, Refused) else filled
    return list(adjusted.values()) if isinstance(given, list) else adjusted


def _without_repeats(listed: list[object]) -> list[object]:
    seen: set[object] = set()
    kept = []
    for value in listed:
        mark = (isinstance(value, bool), value)
        if is_table(value) or value is UNKNOWN or mark not in seen:
            kept.append(value)
        if not is_table(value):
            seen.add(mark)
    return kept


def _missing(run: Run, own: Field, given: object) -> object:
    default = own.get("default")
    if default is not MISSING:
        return default
    if own.attributes.get("nilable"):
        return given
    required = own.get("required")
    if required is UNKNOWN:
        return UNKNOWN
    if required is not True:
        return None
    if own.type == "record" and own.record is not None and not own.attributes.get("abstract"):
        run.step()
        return fill(run, own.record, {})
    return UNKNOWN if own.type is UNKNOWN else MISSING


def _expand_shorthands(run: Run, record: Record, data: dict[Key, object]) -> Errors:
    errors: Errors = {}
    for name, own in record.shorthands.items():
        value = data.get(name, MISSING)
        if value is MISSING:
            continue
        error = judge_field(run, own, value)
        if error is None and run.since(3, 8):
            error = conflict(name, own, value, data)
        if error is not None:
            errors[name] = error
            continue
        expand(run, record, name, data)
    return errors


# Judging


def judge_record(run: Run, record: Record, value: dict[Key, object]) -> Errors:
    """The errors of a record whose defaults are filled in. Raises Exhausted."""
    run.step()
    subschema = record.subschema(value)
    if record.subschema_key is not None and subschema is None:
        return _no_subschema(run, record, record.subschema_key, value)
    errors: Errors = {}
    for key in value:
        error = _judge_entry(run, record, subschema, key, value)
        if error is not None:
            errors[key] = below(error, key)
    for name, own in record.fields.items():
        if own.required and value.get(name, MISSING) in (None, MISSING):
            errors[name] = REQUIRED
    run_checks(Scope(run, record.fields, value, errors, record.open, judge_field), record.checks)
    if subschema is not None:
        fields = {**record.fields, **subschema.fields}
        run_checks(
            Scope(run, fields, value, errors, record.open or subschema.open, judge_field),
            subschema.checks,
        )
    _run_own_check(run, record, value, errors)
    run_transformations(record, value, errors)
    if subschema is not None:
        run_transformations(subschema, value, errors)
    return errors


def _no_subschema(run: Run, record: Record, key: str, value: Mapping[Key, object]) -> Errors:
    given = value.get(key, MISSING)
    if given is None or given is MISSING:
        return {key: REQUIRED}
    listed = as_sequence(given)
    if given is UNKNOWN or (listed and UNKNOWN in listed):
        return {}
    if record.subschemas is None:
        return _judge_types(record, value)
    first = listed[0] if listed else "nil" if is_table(given) else given
    words = record.subschema_error or "unknown type: %s"
    return {key: Fault(words.replace("%s", text(first)), "subschema")}


def _judge_types(record: Record, value: Mapping[Key, object]) -> Errors:
    """What no subschema changes: which fields there are and their types."""
    errors: Errors = {}
    for key, part in value.items():
        own = record.fields.get(str(key))
        if own is None and not record.open:
            errors[key] = UNKNOWN_FIELD
        elif own is not None and own.type in SIMPLE and part is not None and part is not UNKNOWN:
            error = type_fault(own, part)
            if error is not None:
                errors[key] = error
    return errors


def _judge_entry(
    run: Run, record: Record, subschema: Record | None, key: Key, value: Mapping[Key, object]
) -> Fault | Errors | None:
    part = value[key]
    own = record.fields.get(str(key))
    if own is not None and subschema is not None:
        own = subschema.fields.get(str(key), own)
    if (key == "ttl" and record.ttl) or (key == "updated_at" and run.since(3, 3)):
        return None
    if own is None:
        return None if record.open else UNKNOWN_FIELD
    if own.type == "json" or passes(own, part):
        return None
    run.path.append(key)
    run.depth += 1
    try:
        if own.type == "self":
            return judge_field(run, read_field(value), part)
        return judge_field(run, own, part)
    finally:
        run.depth -= 1
        run.path.pop()


def _run_own_check(run: Run, record: Record, value: Mapping[Key, object], errors: Errors) -> None:
    check = record.check
    if check is MISSING or check is None:
        return
    lacking = [
        name
        for name, own in record.fields.items()
        if name not in value and not own.attributes.get("nilable")
    ]
    for name in lacking:
        errors[name] = FOR_CHECK
    if not lacking and callable(check):
        own_check: Callable[[Run, Mapping[Key, object], Errors], None] = check
        own_check(run, value, errors)
    elif not lacking:
        run.opaque.append(tuple(run.path))


def judge_field(
    run: Run, own: Field, value: object, required: bool | None = None
) -> Fault | Errors | None:
    """The error of one field's value, None where it is accepted. Raises Exhausted."""
    run.step()
    if own.type is UNKNOWN or value is UNKNOWN:
        return None
    attributes = own.attributes
    wanted = attributes.get("eq", MISSING)
    if value is None:
        if attributes.get("ne", MISSING) is None:
            return worded(own, "value must not be null", "ne")
        if wanted not in (MISSING, UNKNOWN, None):
            return Fault(f"value must be {text(wanted)}", "eq")
        return REQUIRED if (own.required if required is None else required) else None
    if wanted is None:
        return worded(own, "value must be null", "null")
    if attributes.get("abstract"):
        return _ABSTRACT
    run.depth += 1
    error = _judge_type(run, own, value)
    run.depth -= 1
    if error is not None:
        return error
    if own.type == "string" and attributes.get("referenceable") is True and is_reference(value):
        return None
    return run_validators(run, own, value)


def _judge_type(run: Run, own: Field, value: object) -> Fault | Errors | None:
    match own.type:
        case "array" | "set":
            return _judge_elements(run, own, value)
        case "map":
            return _judge_map(run, own, value)
        case "record":
            if not is_table(value):
                return Fault("expected a record", "type")
            if own.record is None:
                return None
            return judge(run, own.record, value) or None
        case _:
            return type_fault(own, value)


def _judge_elements(run: Run, own: Field, value: object) -> Fault | Errors | None:
    listed = as_sequence(value)
    if listed is None:
        return Fault("expected an array" if own.type == "array" else "expected a set", "type")
    if own.elements is None:
        return None
    errors: Errors = {}
    for index, part in enumerate(listed, 1):
        run.path.append(index)
        error = judge_field(run, own.elements, part, required=True)
        run.path.pop()
        if error is not None:
            errors[index] = below(error, index)
    return errors or None


def _judge_map(run: Run, own: Field, value: object) -> Fault | Errors | None:
    if not is_table(value):
        return Fault("expected a map", "type")
    before = run.filled
    run.filled = before and run.since(3, 0)
    error = _judge_entries(run, own, value)
    run.filled = before
    return error


def _judge_entries(run: Run, own: Field, value: Table) -> Fault | Errors | None:
    for key, part in entries(value):
        for side, given in ((own.keys, key), (own.values, part)):
            run.path.append(key)
            error = judge_field(run, side, given, required=True) if side else None
            run.path.pop()
            if error is not None:
                return about_entry(error, key)
    return None
