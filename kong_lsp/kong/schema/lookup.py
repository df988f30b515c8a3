"""What a schema offers: its fields by path, their defaults, an example.

For completion, hover and code actions; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kong_lsp.kong.releases import NEWEST, Release
from kong_lsp.kong.schema import pattern_example
from kong_lsp.kong.schema.faults import Violation
from kong_lsp.kong.schema.fields import Field, Record
from kong_lsp.kong.schema.judge import Refused, fill, judge_field, validate
from kong_lsp.kong.schema.run import Exhausted, Run
from kong_lsp.kong.schema.values import (
    MISSING,
    UNKNOWN,
    Key,
    Path,
    as_sequence,
    is_empty,
    is_number,
    is_table,
    text,
)

_MAX_DEPTH = 12
_CANDIDATES: tuple[object, ...] = (
    "example",
    "example.com",
    "http://example.com",
    "/example",
    "127.0.0.1",
    "127.0.0.0/8",
    "GET",
    "name:value",
    "user@example.com",
    "1.0.0",
    "00000000-0000-4000-8000-000000000000",
    "",
    "example-name",
    1,
    0,
    10,
    100,
    0.5,
    True,
    False,
)


def subfield(own: Field, key: Key) -> Field | None:
    """The field below one: a record's field or shorthand, an element, a map's value."""
    if own.record is not None and own.type == "record":
        return record_field(own.record, key)
    if own.type in ("array", "set"):
        return own.elements
    return own.values if own.type == "map" else None


def record_field(record: Record, key: Key) -> Field | None:
    """A record's field or shorthand field by name."""
    name = str(key)
    return record.fields.get(name) or record.shorthands.get(name)


def find(record: Record, path: Path, value: object = None) -> Field | None:
    """The field at a path; ``value``, where given, selects subschemas (a plugin's by name)."""
    if not path:
        return None
    own = None
    if isinstance(value, Mapping):
        subschema = record.subschema(value)
        own = subschema.fields.get(str(path[0])) if subschema else None
    own = own or record_field(record, path[0])
    for key in path[1:]:
        own = subfield(own, key) if own else None
    return own


def required(record: Record) -> tuple[str, ...]:
    """The fields that a value must give: required, and without a default of their own."""
    return tuple(name for name, own in record.fields.items() if _must_be_given(own))


def _must_be_given(own: Field, depth: int = 0) -> bool:
    if not own.required or own.get("default") is not MISSING or own.attributes.get("auto"):
        return False
    if own.type == "record" and own.record is not None and depth < _MAX_DEPTH:
        return any(_must_be_given(below, depth + 1) for below in own.record.fields.values())
    return True


def deprecated(own: Field) -> tuple[tuple[str, ...], ...] | None:
    """The paths of what replaces a deprecated field, maybe none; None where it is not."""
    deprecation = own.attributes.get("deprecation")
    if not isinstance(deprecation, Mapping):
        return None
    listed = as_sequence(deprecation.get("replaced_with")) or ()
    return tuple(
        tuple(map(text, as_sequence(item.get("path")) or ()))
        for item in listed
        if isinstance(item, Mapping)
    )


def options(own: Field) -> tuple[object, ...]:
    """The values that a field can have, where its schema lists them."""
    part = own.elements if own.type in ("array", "set") and own.elements else own
    listed = as_sequence(part.attributes.get("one_of"))
    if listed is not None and UNKNOWN not in listed:
        return tuple(listed)
    return (True, False) if part.type == "boolean" else ()


def limits(own: Field) -> str:
    """The limits of a field in a few words: ``0 to 65535, at most 32 characters``."""
    return ", ".join(_limits(own))


def _limits(own: Field) -> Iterator[str]:
    attributes = own.attributes
    listed = as_sequence(attributes.get("between"))
    if listed and len(listed) == 2 and all(is_number(bound) for bound in listed):
        yield f"{text(listed[0])} to {text(listed[1])}"
    if is_number(more := attributes.get("gt")):
        yield f"more than {text(more)}"
    unit = "characters" if own.type == "string" else "entries"
    for name, words in (("len_eq", "exactly"), ("len_min", "at least"), ("len_max", "at most")):
        length = attributes.get(name)
        if is_number(length) and length > 0:
            yield f"{words} {text(length)} {unit}"
    if isinstance(prefix := attributes.get("starts_with"), str):
        yield f"starts with {prefix}"
    if isinstance(pattern := attributes.get("match"), str):
        yield f"matches {pattern}"
    if attributes.get("uuid") is True:
        yield "a UUID"


def defaults(
    record: Record, value: Mapping[Key, object] | None = None, release: Release = NEWEST
) -> dict[Key, object]:
    """``value`` with its defaults filled in, as Kong fills them; without what stays null.

    What cannot be filled in is left as it is.
    """
    try:
        filled = fill(Run(release), record, value or {})
    except Exhausted:
        return dict(value or {})
    if isinstance(filled, Refused):
        return dict(value or {})
    auto = {name for name, own in record.fields.items() if own.attributes.get("auto")}
    return {
        key: _without_nulls(part)
        for key, part in filled.items()
        if part is not None and part is not UNKNOWN and (key not in auto or key in (value or {}))
    }


def _without_nulls(value: object, depth: int = 0) -> object:
    if depth > _MAX_DEPTH:
        return value
    if isinstance(value, dict):
        return {
            key: _without_nulls(part, depth + 1)
            for key, part in value.items()
            if part is not None and part is not UNKNOWN
        }
    return value


def example(record: Record, release: Release = NEWEST) -> dict[Key, object] | None:
    """A small value that Kong accepts: what must be given, and what entity checks ask for.

    None where none was found; a value that only a function can judge may still be refused.
    """
    run = Run(release)
    try:
        value = _example_record(run, record, 0)
        refused = validate(record, value, release)
        for _ in range(12):
            if not refused:
                return value
            _mend(run, record, value, refused[0])
            refused = validate(record, value, release)
    except Exhausted:
        return None
    return None


def _mend(run: Run, record: Record, value: dict[Key, object], refused: Violation) -> None:
    """Give the field that is refused, or the first empty one of those a check names."""
    top = refused.place
    places: list[Path] = [(*top, *name.split(".")) for name in refused.fields] or [top]
    for place in places:
        own = find(record, place, value)
        below: object = value
        for key in place[:-1]:
            below = below.setdefault(key, {}) if isinstance(below, dict) else None
        if own is None or not isinstance(below, dict) or place[-1] in below:
            continue
        below[place[-1]] = example_value(run, own, filled=True)
        return


def _example_record(run: Run, record: Record, depth: int) -> dict[Key, object]:
    return {
        name: example_value(run, own, depth + 1)
        for name, own in record.fields.items()
        if _must_be_given(own)
    }


def example_value(run: Run, own: Field, depth: int = 0, *, filled: bool = False) -> object:
    """A value of a field that its validators accept; one of its type where none is known.

    ``filled``: one that is not empty.
    """
    run.step()
    default = own.get("default")
    unknown = default is MISSING or default is UNKNOWN or default is None
    if not unknown and not (filled and (default is False or is_empty(default))):
        scalar = not is_table(default)
        if not scalar or judge_field(run, own, default) is None:
            return default
    if depth > _MAX_DEPTH:
        return None
    match own.type:
        case "record":
            return _example_record(run, own.record, depth) if own.record else {}
        case "array" | "set":
            return _example_elements(run, own, depth, 1 if filled else 0)
        case "map":
            if own.keys is None or own.values is None or not _least(own):
                return {}
            return {_key(run, own.keys, depth): example_value(run, own.values, depth + 1)}
        case "foreign":
            return {"id": _CANDIDATES[10]}
    return _example_scalar(run, own)


def _key(run: Run, keys: Field, depth: int) -> Key:
    found = example_value(run, keys, depth + 1)
    return found if isinstance(found, str | int) else "example"


def _least(own: Field) -> int:
    lengths = [own.attributes.get(name) for name in ("len_eq", "len_min")]
    return max([int(length) for length in lengths if is_number(length)], default=1)


def _example_elements(run: Run, own: Field, depth: int, least: int) -> list[object]:
    most = own.attributes.get("len_max")
    count = min(max(_least(own), least), 20, int(most) if is_number(most) else 20)
    wanted = own.attributes.get("contains", MISSING)
    if own.elements is None or count <= 0:
        return []
    listed = as_sequence(own.elements.attributes.get("one_of"))
    found = list(listed[:count]) if listed and UNKNOWN not in listed else []
    while len(found) < count:
        new = example_value(run, own.elements, depth + 1)
        if own.type == "set" and new in found:
            new = next(_others(run, own.elements, found), new)
        found.append(new)
    return found if wanted is MISSING or wanted in found else [wanted, *found[1:]]


def _others(run: Run, own: Field, found: list[object]) -> Iterator[object]:
    return (one for one in _CANDIDATES if one not in found and judge_field(run, own, one) is None)


def _example_scalar(run: Run, own: Field) -> object:
    attributes = own.attributes
    tried = [attributes["eq"]] if attributes.get("eq", UNKNOWN) is not UNKNOWN else []
    tried += [one for one in as_sequence(attributes.get("one_of")) or () if one is not UNKNOWN]
    bounds = as_sequence(attributes.get("between")) or []
    tried += [bound for bound in bounds if is_number(bound)]
    if is_number(more := attributes.get("gt")):
        tried.append(more + 1)
    if isinstance(prefix := attributes.get("starts_with"), str):
        tried += [prefix, prefix + "example"]
    tried += _CANDIDATES
    if own.type == "string":
        lengths = [attributes.get(name) for name in ("len_eq", "len_min", "len_max")]
        tried += pattern_example.texts(own, run.patterns)
        tried += ["a" * int(length) for length in lengths if is_number(length) and length < 10_000]
    for value in tried:
        if value is not None and judge_field(run, own, value) is None:
            return value
    return {"string": "example", "boolean": True, "number": 1, "integer": 1}.get(str(own.type))
