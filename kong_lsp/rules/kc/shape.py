"""What is wrong with the shape of a value, whoever refuses it: unknown and missing keys,
types, words that are none of those allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from kong_lsp.kong.schema.fields import Field, Record
from kong_lsp.kong.schema.values import UNKNOWN, Path, as_sequence
from kong_lsp.spelling import nearest

_TYPES = {"record": "object", "map": "object", "set": "array"}


class Fault(NamedTuple):
    """What is wrong at a path.

    ``wanted`` is the type or the words that are allowed, ``given`` the type or the word that
    is there (types as JSON has them). ``better`` is what to write instead of the key or the
    value, where that is plain.
    """

    path: Path
    kind: Literal["unknown", "missing", "type", "word"]
    wanted: tuple[str, ...] = ()
    given: str = ""
    better: str | None = None


def faults(value: Mapping[object, object], record: Record, path: Path = ()) -> Iterator[Fault]:
    """What is wrong with an object. Null is as good as nothing, UNKNOWN is right."""
    given = {str(key): part for key, part in value.items() if part is not None}
    for key, part in given.items():
        own = record.fields.get(key)
        if own is not None:
            yield from faults_of(part, own, (*path, key))
        elif key != "<<":
            free = (name for name in record.fields if name not in given)
            yield Fault((*path, key), "unknown", better=nearest(key, free))
    for key, own in record.fields.items():
        if own.required and key not in given:
            yield Fault((*path, key), "missing")


def faults_of(value: object, own: Field, path: Path = ()) -> Iterator[Fault]:
    """What is wrong with a value."""
    if value is UNKNOWN or value is None or own.type == "any":
        return
    wanted, is_one = _TYPES.get(str(own.type), str(own.type)), _json_type(value)
    if wanted != is_one:
        is_boolean = wanted == "boolean" and value in ("true", "false")
        yield Fault(path, "type", (wanted,), is_one, str(value) if is_boolean else None)
        return
    words = tuple(str(each) for each in as_sequence(own.get("one_of")) or ())
    if words and isinstance(value, str) and value not in words:
        yield Fault(path, "word", words, value, nearest(value, words))
    elif isinstance(value, list) and own.elements is not None:
        for index, part in enumerate(value, 1):
            yield from faults_of(part, own.elements, (*path, index))
    elif isinstance(value, Mapping) and own.record is not None:
        yield from faults(value, own.record, path)
    elif isinstance(value, Mapping) and own.values is not None:
        for key, part in value.items():
            yield from faults_of(part, own.values, (*path, str(key)))


def _json_type(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) else "number"
    if isinstance(value, list):
        return "array"
    return "object" if isinstance(value, Mapping) else "string"


def dotted(path: Path) -> str:
    """``ordering.before[0]``: items are counted from 0, as others than Kong do."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step - 1}]"
        else:
            text += f".{step}" if text else str(step)
    return text
