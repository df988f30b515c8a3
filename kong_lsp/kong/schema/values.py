"""Values as Kong's schema code sees them: Lua's tables, nulls and numbers as plain Python data.

A Lua table is a ``dict`` or a ``list`` (empty, they are one and the same), ``ngx.null`` is
None, an absent field is an absent key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Final, TypeGuard

Key = str | int
Path = tuple[Key, ...]
Table = Mapping[Key, object] | Sequence[object]

_NUMBERS = (int, float)
_TABLES = (dict, list, tuple)
_PLAIN = (str, int, float, NoneType)


class _Marker:
    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name

    def __copy__(self) -> _Marker:
        return self

    def __deepcopy__(self, memo: object) -> _Marker:
        return self


UNKNOWN: Final = _Marker("UNKNOWN")
"""A value, or a part of a schema, that only a running Kong knows: never judged.

Templates (``${VAR}``, ``{{ … }}``) in a configuration, results of functions in a schema."""

MISSING: Final = _Marker("MISSING")
"""Lua's nil: there is no such key."""


@dataclass(frozen=True, slots=True)
class Function:
    """A Lua function in a schema. ``name`` is one that ``functions`` knows, or None."""

    name: str | None = None


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether it is one of Lua's numbers (a boolean is not)."""
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def is_table(value: object) -> TypeGuard[Table]:
    """Whether it is a Lua table."""
    return isinstance(value, _TABLES)


def entries(table: Table) -> Iterator[tuple[Key, object]]:
    """The keys and values of a table; a list's keys count from 1."""
    if isinstance(table, Mapping):
        yield from table.items()
    else:
        yield from enumerate(table, 1)


def as_mapping(table: Table) -> dict[Key, object]:
    """A table as a new ``dict``."""
    return dict(table) if isinstance(table, dict) else dict(entries(table))


def as_sequence(value: object) -> list[object] | None:
    """The elements of an array without gaps; None for anything else."""
    if isinstance(value, list):
        return value.copy()
    if isinstance(value, _PLAIN):
        return None
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Mapping):
        if not value:
            return []
        if 1 not in value:
            return None
        found = [value.get(index, MISSING) for index in range(1, len(value) + 1)]
        return None if MISSING in found else found
    return None


def is_empty(value: object) -> bool:
    """Empty as entity checks see it: nil, null, ``""`` or a table without entries."""
    return value is None or value is MISSING or value == "" or (is_table(value) and not value)


def is_reference(value: object) -> bool:
    """Whether it is a reference to a vault, which stands for a value that is not known yet."""
    return isinstance(value, str) and value.startswith("{vault://") and value.endswith("}")


def equal(left: object, right: object, depth: int = 6) -> bool:
    """Lua's equality of what is no table, and equality of contents of tables."""
    if isinstance(left, str):
        return isinstance(right, str) and left == right
    if is_table(left) and is_table(right):
        ours, theirs = as_mapping(left), as_mapping(right)
        return ours.keys() == theirs.keys() and all(
            depth and equal(ours[key], theirs[key], depth - 1) for key in ours
        )
    if is_number(left) and is_number(right):
        return left == right
    return type(left) is type(right) and left == right


def text(value: object) -> str:
    """Lua's ``tostring``."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        try:
            return f"{float(value):.14g}"
        except OverflowError:
            return "inf"
    if value is None:
        return "null"
    return "table" if is_table(value) else "function"


def at(value: object, path: Sequence[str]) -> object:
    """The value at a path of keys; MISSING where there is none, UNKNOWN below an unknown one."""
    for name in path:
        if value is UNKNOWN:
            return UNKNOWN
        if not isinstance(value, Mapping):
            return MISSING
        value = value.get(name, MISSING)
    return value


def value_at(value: object, path: Path) -> object:
    """What stands at a path of keys and, in lists, of indices from 1; MISSING where nothing does."""
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step, MISSING)
        elif isinstance(value, list) and isinstance(step, int) and 0 < step <= len(value):
            value = value[step - 1]
        else:
            return MISSING
    return value


def holds_unknown(value: object) -> bool:
    """Whether a part of it is unknown, or there are too many to tell."""
    waiting = [value]
    for _ in range(2000):
        if not waiting:
            return False
        value = waiting.pop()
        if value is UNKNOWN:
            return True
        if is_table(value):
            waiting += [part for _, part in entries(value)]
    return True
