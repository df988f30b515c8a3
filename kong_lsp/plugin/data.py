"""Lua values as the plain data of ``kong.schema``, and the way back to their places."""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.kong.schema.values import UNKNOWN, Function, Path
from kong_lsp.plugin.environment import NULL
from kong_lsp.plugin.libraries import Opaque
from kong_lsp.plugin.program import Program
from kong_lsp.syntax.lua.values import Bool, Entry, Func, Nil, Num, Table, Text, Value
from kong_lsp.text import Span

_MAX_DEPTH = 40
_MAX_SIZE = 20_000
"""Values that a definition may hold, those of a shared table counted at each use."""


def plain(value: Value) -> object:
    """A value as plain data; UNKNOWN for what is not known, or too large."""
    found, size = _Converter().convert(value, 0)
    return UNKNOWN if size > _MAX_SIZE else found


class _Converter:
    def __init__(self) -> None:
        self.known: dict[Table, tuple[object, int]] = {}

    def convert(self, value: Value, depth: int) -> tuple[object, int]:
        """The data, and how many values it holds."""
        match value:
            case Text(text):
                return text, 1
            case Num(number):
                return int(number) if number.is_integer() else number, 1
            case Bool(known):
                return known, 1
            case Nil():
                return UNKNOWN, 1
            case Func():
                if value is NULL:
                    return None, 1
                return Function(value.body.name if isinstance(value.body, Opaque) else None), 1
            case Table():
                return self.table(value, depth)
        return UNKNOWN, 1

    def table(self, table: Table, depth: int) -> tuple[object, int]:
        known = self.known.get(table)
        if known is not None:
            return known
        self.known[table] = UNKNOWN, 1
        if depth < _MAX_DEPTH:
            self.known[table] = self.entries(table, depth + 1)
        return self.known[table]

    def entries(self, table: Table, depth: int) -> tuple[object, int]:
        listed = table.array()
        is_list = len(listed) == len(table.entries)
        if table.open and not (is_list and listed):
            return UNKNOWN, 1
        size = 1
        if is_list:
            found: list[object] = []
            for entry in listed:
                part, count = self.convert(entry.value, depth)
                found.append(part)
                size += count
            return ([*found, UNKNOWN] if table.open else found), min(size, _MAX_SIZE + 1)
        mapping: dict[object, object] = {}
        for key, entry in table.entries.items():
            name: object = int(key) if isinstance(key, float) and key.is_integer() else key
            if not isinstance(name, str | int | float):
                return UNKNOWN, 1
            mapping[name], count = self.convert(entry.value, depth)
            size += count
        return mapping, min(size, _MAX_SIZE + 1)


def entries_at(value: Value, path: Path) -> Iterator[Entry]:
    """The entries that a path of keys leads through, as far as there are any."""
    for key in path:
        if not isinstance(value, Table):
            return
        entry = value.entries.get(float(key) if isinstance(key, int) else key)
        if entry is None:
            return
        yield entry
        value = entry.value


def locate(program: Program, path: Path, *, key: bool = False) -> tuple[str, Span] | None:
    """Where the value at ``path`` is written: the value itself where it stands on one line,
    else its key; the nearest thing round it that a file of the workspace has written.

    ``key``: the key in any case.
    """
    entries = list(entries_at(program.value, path))
    exact = len(entries) == len(path)
    for entry in reversed(entries):
        found = _of_entry(program, entry, key=key or not exact)
        if found is not None:
            return found
        exact = False
    return None


def _of_entry(program: Program, entry: Entry, *, key: bool) -> tuple[str, Span] | None:
    by_key = None if entry.key_at is None else program.locate(entry.key_at)
    by_value = program.locate(entry.value_at)
    if isinstance(entry.value, Table | Func):
        key = True
    if by_key is not None and (key or by_value is None):
        return by_key
    if isinstance(entry.value, Table) and entry.key_at is None:
        first = next(iter(entry.value.entries.values()), None)
        if first is not None and first.key_at is not None:
            return program.locate(first.key_at) or by_value
    return by_value
