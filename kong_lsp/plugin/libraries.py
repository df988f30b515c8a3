"""What Kong's own modules, and a few others, give to a plugin's file that requires them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema import typedefs
from kong_lsp.kong.schema.values import Function
from kong_lsp.plugin.environment import NOWHERE, NULL, Arguments, function, put, table_of
from kong_lsp.syntax.lua.machine import Machine
from kong_lsp.syntax.lua.methods import Failed, Unsure
from kong_lsp.syntax.lua.operations import results
from kong_lsp.syntax.lua.values import (
    UNKNOWN,
    Bool,
    Entry,
    Func,
    Nil,
    Num,
    Table,
    Text,
    Unknown,
    Value,
)

NO_TYPEDEF = "schema typedef error: definition {} does not exist"
"""What Kong raises for a typedef that it lacks."""

_CLASSES = frozenset(("kong.plugins.base_plugin", "kong.vendor.classic", "classic"))
_COPIES = frozenset(("deep_copy", "cycle_aware_deep_copy", "deepcopy"))
_OF_ENTERPRISE = frozenset(("no_consumer_group",))
_MOST_COPIED = 5_000


class Opaque:
    """The body of a function of Kong's; ``name`` as ``kong.schema.functions`` knows it."""

    def __init__(self, name: str | None) -> None:
        self.name = name

    def __call__(self, machine: Machine, arguments: Arguments) -> list[Value]:
        raise Unsure


def library(module: str, release: Release) -> Value:
    """What ``require`` gives for a module that is not in the workspace; mostly Unknown."""
    if module == typedefs.MODULE:
        return _typedefs(release)
    if module == "kong.db.schema":
        return table_of({"define": function(_define)}, partial=True)
    if module in _CLASSES:
        return _class()
    if module in ("cjson", "cjson.safe"):
        return table_of({"null": NULL, "empty_array": UNKNOWN}, partial=True)
    if module in ("kong.tools.table", "kong.tools.utils", "pl.tablex"):
        copies: dict[str, Value] = {name: function(_deep_copy) for name in _COPIES}
        return table_of(
            {
                **copies,
                "shallow_copy": function(_shallow_copy),
                "copy": function(_shallow_copy) if module == "pl.tablex" else UNKNOWN,
                "table_merge": function(_merge),
                "table_contains": UNKNOWN,
            },
            partial=True,
        )
    if module in ("table.clone", "table.new"):
        if module == "table.clone":
            return function(_shallow_copy)
        return function(lambda machine, arguments: [Table(NOWHERE)])
    found = typedefs.library(module, release)
    if found is None:
        return UNKNOWN
    parts = {name: _callable(value_of(part)) for name, part in found.items()}
    return table_of(parts, partial=True)


def value_of(data: Any) -> Value:
    """Plain data of the schema language as a Lua value, written nowhere."""
    match data:
        case bool():
            return Bool(data)
        case int() | float():
            return Num(float(data))
        case str():
            return Text(data)
        case None:
            return NULL
        case Function():
            return function(Opaque(data.name))
        case list():
            table = Table(NOWHERE)
            for number, part in enumerate(data, 1):
                put(table, Num(float(number)), value_of(part))
            return table
        case Mapping():
            table = Table(NOWHERE)
            for key, part in data.items():
                put(table, Text(key) if isinstance(key, str) else Num(float(key)), value_of(part))
            return table
    return UNKNOWN


def _typedefs(release: Release) -> Table:
    """The typedefs of a release; each is made when it is first asked for."""
    known = Table(NOWHERE)

    def find(machine: Machine, arguments: Arguments) -> list[Value]:
        name = results(arguments, 1)
        if not isinstance(name, Text) or name.value in _OF_ENTERPRISE:
            raise Unsure
        if not typedefs.available(name.value, release):
            raise Failed(NO_TYPEDEF.format(name.value))
        found = _callable(value_of(typedefs.definition(name.value, release)))
        put(known, name, found)
        return [found]

    known.meta = table_of({"__index": function(find)})
    return known


def _callable(value: Value) -> Value:
    if isinstance(value, Table):
        value.meta = _DEFINED
    return value


def _define(machine: Machine, arguments: Arguments) -> list[Value]:
    return [_callable(results(arguments, 0))]


def _complete(machine: Machine, arguments: Arguments) -> list[Value]:
    """``typedefs.url { required = true }``: the argument, with what it lacks filled in."""
    own, given = results(arguments, 0), results(arguments, 1)
    if isinstance(given, Nil):
        given = Table(NOWHERE)
    if not isinstance(given, Table) or not isinstance(own, Table):
        raise Unsure
    given.open = given.open or own.open
    machine.budget.spend(len(own.entries))
    given.own()
    for key, entry in own.entries.items():
        if key not in given.entries:
            given.entries[key] = entry
    return [given]


_DEFINED = table_of({"__call": function(_complete)})


def _deep_copy(machine: Machine, arguments: Arguments) -> list[Value]:
    copies: dict[Table, Table] = {}

    def copied(value: Value, depth: int) -> Value:
        if not isinstance(value, Table):
            return value
        if value in copies:
            return copies[value]
        if depth > 50 or len(copies) > _MOST_COPIED:
            raise Unsure
        new = copies[value] = Table(value.at, open=value.open, meta=value.meta)
        machine.budget.spend(4 + 2 * len(value.entries))
        for key, entry in value.entries.items():
            new.entries[key] = _moved(entry, copied(entry.value, depth + 1))
        return new

    if isinstance(results(arguments, 0), Unknown):
        raise Unsure
    return [copied(results(arguments, 0), 0)]


def _moved(entry: Entry, value: Value) -> Entry:
    return Entry(entry.key, value, entry.key_at, entry.value_at, entry.at, entry.late)


def _shallow_copy(machine: Machine, arguments: Arguments) -> list[Value]:
    value = results(arguments, 0)
    if not isinstance(value, Table):
        raise Unsure
    machine.budget.spend(1 + len(value.entries))
    return [Table(value.at, dict(value.entries), [], value.open, value.meta)]


def _merge(machine: Machine, arguments: Arguments) -> list[Value]:
    merged = Table(NOWHERE)
    for value in arguments[:2]:
        if not isinstance(value, Table):
            raise Unsure
        machine.budget.spend(1 + len(value.entries))
        merged.entries.update(value.entries)
        merged.open = merged.open or value.open
    return [merged]


def _class() -> Table:
    """A class of the ``classic`` kind: ``extend`` makes a class that inherits from it."""
    base = Table(NOWHERE, open=True)

    def extend(machine: Machine, arguments: Arguments) -> list[Value]:
        parent = results(arguments, 0)
        made = Table(NOWHERE)
        put(made, Text("super"), parent if isinstance(parent, Table) else base)
        made.meta = table_of({"__index": parent if isinstance(parent, Table) else base})
        return [made]

    put(base, Text("extend"), function(extend))
    return base


def is_class(value: Value) -> bool:
    """Whether a table was made by ``extend``: Kong up to 1.1 takes no other handler."""
    if not isinstance(value, Table):
        return False
    parent = value.get("super")
    return isinstance(parent, Table) and isinstance(parent.get("extend"), Func)


def is_root_class(value: Value) -> bool:
    """Whether it is a class of Kong's own, which has neither priority nor version."""
    extend = value.get("extend") if isinstance(value, Table) else None
    return isinstance(extend, Func) and extend.piece is None
