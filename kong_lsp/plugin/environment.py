"""The globals of a plugin's file: Lua's own functions as far as their result is known.

Any other global (``ngx``, ``kong``, ``os``) is Unknown, and so is what comes of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import cast

from kong_lsp.syntax.lua.machine import Machine
from kong_lsp.syntax.lua.methods import METHODS, BadArgument, Failed, Unsure
from kong_lsp.syntax.lua.operations import (
    equal,
    length,
    number_text,
    raw_key,
    results,
    to_number,
    to_text,
    truth,
    type_name,
)
from kong_lsp.syntax.lua.tree import parse
from kong_lsp.syntax.lua.values import (
    NIL,
    UNKNOWN,
    Bool,
    Entry,
    Func,
    Key,
    Nil,
    Num,
    Place,
    Table,
    Text,
    Unknown,
    Value,
)

Arguments = Sequence[Value]
Body = Callable[[Machine, Arguments], Sequence[Value]]

NOWHERE = Place(parse("return").pieces[0], 0, 0)
"""The place of what no file of the workspace has written."""

_MOST_ENTRIES = 5_000


def function(body: Body) -> Func:
    """A function that is none of a file."""
    return Func(body, None, None)


def _null(machine: Machine, arguments: Arguments) -> list[Value]:
    raise Unsure


NULL = function(_null)
"""``ngx.null`` and ``cjson.null``: equal to themselves alone."""


def put(table: Table, key: Value, value: Value, at: Place = NOWHERE) -> None:
    """Set an entry, written at ``at``."""
    raw = raw_key(key)
    table.own()
    if raw is None:
        table.open = True
    elif isinstance(value, Nil):
        table.entries.pop(raw, None)
    else:
        table.entries[raw] = Entry(key, value, None, at, at, True)


def table_of(entries: dict[str, Value], *, partial: bool = False) -> Table:
    """A library: a table with these entries; ``partial`` if it has others."""
    table = Table(NOWHERE, open=partial)
    for name, value in entries.items():
        put(table, Text(name), value)
    return table


def place_of(value: Value) -> Place:
    """Where a value itself is written, if it tells."""
    if isinstance(value, Table):
        return value.at
    if isinstance(value, Text) and value.literal is not None:
        return value.literal
    return NOWHERE


class Globals(dict[str, Value]):
    """Global variables; one that is not among them is Unknown, not nil."""

    def get(self, key: str, default: object = None) -> Value:
        """The value of a global."""
        return super().get(key, UNKNOWN)


def global_variables(require: Body, settings: Mapping[str, str] | None = None) -> Globals:
    """A new environment, with the given ``require``; ``settings`` is what is known of the
    ``kong.configuration`` that a file sees, where anything is."""
    string = table_of({**METHODS})
    known = {} if settings is None else _node(settings)
    return Globals(
        {
            "require": function(require),
            "string": string,
            "table": table_of(
                {
                    "insert": function(_insert),
                    "concat": function(_concat),
                    "remove": function(_spoiling),
                    "sort": function(_sort),
                    "unpack": function(_unpack),
                    "new": function(lambda machine, arguments: [Table(NOWHERE)]),
                },
                partial=True,
            ),
            "math": table_of(
                {
                    "huge": Num(math.inf),
                    "floor": function(_floor),
                    "max": function(_largest),
                    "min": function(_least),
                    "pow": function(_power),
                },
                partial=True,
            ),
            "ngx": table_of({"null": NULL}, partial=True),
            "pairs": function(_pairs),
            "ipairs": function(_ipairs),
            "next": function(_next),
            "type": function(_type),
            "tostring": function(_tostring),
            "tonumber": function(_tonumber),
            "unpack": function(_unpack),
            "select": function(_select),
            "assert": function(_assert),
            "pcall": function(_pcall),
            "rawget": function(_rawget),
            "rawequal": function(
                lambda machine, given: [equal(results(given, 0), results(given, 1))]
            ),
            "setmetatable": function(_setmetatable),
            **known,
        }
    )


def _node(settings: Mapping[str, str]) -> dict[str, Value]:
    """What the files of a Kong see of it; that for HTTP, where it has a part for streams too."""
    told = table_of({name: Text(value) for name, value in settings.items()})
    subsystem = table_of({"subsystem": Text("http")}, partial=True)
    return {
        "kong": table_of({"configuration": told}, partial=True),
        "ngx": table_of({"null": NULL, "config": subsystem}, partial=True),
    }


def _table(machine: Machine, arguments: Arguments, number: int = 1) -> Table:
    value = results(arguments, number - 1)
    if isinstance(value, Table):
        return value
    if isinstance(value, Unknown):
        raise Unsure
    raise BadArgument(number, f"table expected, got {type_name(value)}")


def _closed(machine: Machine, arguments: Arguments) -> Table:
    table = _table(machine, arguments)
    if table.open or len(table.entries) > _MOST_ENTRIES:
        raise Unsure
    machine.budget.spend(len(table.entries))
    return table


def _spoiling(machine: Machine, arguments: Arguments) -> list[Value]:
    """What may change the tables that it gets, in a way that is not known."""
    for value in arguments:
        machine.open(value)
    raise Unsure


def _insert(machine: Machine, arguments: Arguments) -> list[Value]:
    table = _table(machine, arguments)
    count = length(table, machine.borders.get(table, 0.0))
    value = results(arguments, len(arguments) - 1)
    if not isinstance(count, Num) or len(arguments) not in (2, 3):
        return _spoiling(machine, arguments)
    machine.budget.spend(1)
    if len(arguments) == 2:
        put(table, Num(count.value + 1), value, place_of(value))
        machine.borders[table] = count.value + 1
        return []
    position = to_number(arguments[1])
    if position is None or not 1 <= position <= count.value + 1 or position % 1:
        return _spoiling(machine, arguments)
    machine.budget.spend(int(count.value))
    at = count.value
    table.own()
    while at >= position:
        table.entries[at + 1] = table.entries[at]
        at -= 1
    put(table, Num(position), value, place_of(value))
    return []


def _concat(machine: Machine, arguments: Arguments) -> list[Value]:
    table = _closed(machine, arguments)
    between = to_text(results(arguments, 1)) if len(arguments) > 1 else Text("")
    texts = [to_text(entry.value) for entry in table.array()]
    if between is None or None in texts or len(arguments) > 2:
        raise Unsure
    known = [text.value for text in texts if text is not None]
    size = sum(map(len, known)) + len(between.value) * len(known)
    machine.produce(size)
    machine.budget.spend(size // 256)
    return [Text(between.value.join(known))]


def _sort(machine: Machine, arguments: Arguments) -> list[Value]:
    table = _table(machine, arguments)
    values = [entry.value for entry in table.array()]
    if table.open or len(arguments) > 1 or not all(isinstance(each, Text) for each in values):
        return _spoiling(machine, arguments)
    texts = sorted(cast("list[Text]", values), key=lambda text: text.value)
    machine.budget.spend(len(texts))
    for number, text in enumerate(texts, 1):
        put(table, Num(float(number)), text, place_of(text))
    return []


def _unpack(machine: Machine, arguments: Arguments) -> list[Value]:
    if len(arguments) != 1:
        raise Unsure
    return [entry.value for entry in _closed(machine, arguments).array()]


def _floor(machine: Machine, arguments: Arguments) -> list[Value]:
    number = to_number(results(arguments, 0))
    if number is None or not math.isfinite(number):
        raise Unsure
    return [Num(float(math.floor(number)))]


def _numbers(arguments: Arguments) -> list[float]:
    numbers = [to_number(value) for value in arguments]
    known = [number for number in numbers if number is not None]
    if not numbers or len(known) != len(numbers):
        raise Unsure
    return known


def _largest(machine: Machine, arguments: Arguments) -> list[Value]:
    return [Num(max(_numbers(arguments)))]


def _least(machine: Machine, arguments: Arguments) -> list[Value]:
    return [Num(min(_numbers(arguments)))]


def _power(machine: Machine, arguments: Arguments) -> list[Value]:
    base, exponent = (to_number(results(arguments, number)) for number in (0, 1))
    if base is None or exponent is None:
        raise Unsure
    try:
        return [Num(math.pow(base, exponent))]
    except (OverflowError, ValueError):
        raise Unsure from None


def _walk(found: Iterator[list[Value]]) -> list[Value]:
    """The iterator of a generic ``for``, and nothing to start from."""
    return [function(lambda machine, arguments: next(found, [NIL])), NIL, NIL]


def _pairs(machine: Machine, arguments: Arguments) -> list[Value]:
    entries = list(_closed(machine, arguments).entries.values())
    return _walk([entry.key, entry.value] for entry in entries)


def _ipairs(machine: Machine, arguments: Arguments) -> list[Value]:
    values = [entry.value for entry in _closed(machine, arguments).array()]
    return _walk([Num(float(number)), value] for number, value in enumerate(values, 1))


def _next(machine: Machine, arguments: Arguments) -> list[Value]:
    table = _closed(machine, arguments)
    if not table.entries:
        return [NIL]
    if len(arguments) > 1 and not isinstance(arguments[1], Nil):
        raise Unsure
    entry = next(iter(table.entries.values()))
    return [entry.key, entry.value]


def _type(machine: Machine, arguments: Arguments) -> list[Value]:
    value = results(arguments, 0)
    if isinstance(value, Unknown) or value is NULL:
        raise Unsure
    return [Text(type_name(value))]


def _tostring(machine: Machine, arguments: Arguments) -> list[Value]:
    value = results(arguments, 0)
    match value:
        case Text():
            return [value]
        case Num(number):
            return [Text(number_text(number))]
        case Bool(known):
            return [Text("true" if known else "false")]
        case Nil():
            return [Text("nil")]
        case Table(meta=Table() as meta) if isinstance(meta.get("__tostring"), Func):
            return list(machine.call(meta.get("__tostring"), [value]))
    raise Unsure


def _tonumber(machine: Machine, arguments: Arguments) -> list[Value]:
    value = results(arguments, 0)
    if isinstance(value, Unknown) or len(arguments) > 1:
        raise Unsure
    number = to_number(value)
    return [NIL if number is None else Num(number)]


def _select(machine: Machine, arguments: Arguments) -> list[Value]:
    which = results(arguments, 0)
    if isinstance(which, Text) and which.value == "#":
        return [Num(len(arguments) - 1.0)]
    number = to_number(which)
    if number is None or number < 1 or number % 1:
        raise Unsure
    return list(arguments[int(min(number, len(arguments))) :])


def _assert(machine: Machine, arguments: Arguments) -> list[Value]:
    if truth(results(arguments, 0)) is False:
        raise Failed("assertion failed!")
    return list(arguments)


def _pcall(machine: Machine, arguments: Arguments) -> list[Value]:
    """A call that is known to succeed; what one that fails gives is not known."""
    machine.guards += 1
    try:
        given = machine.call(results(arguments, 0), arguments[1:])
    except Failed:
        raise Unsure from None
    finally:
        machine.guards -= 1
    if any(isinstance(value, Unknown) for value in given):
        raise Unsure
    return [Bool(True), *given]


def _rawget(machine: Machine, arguments: Arguments) -> list[Value]:
    key: Key | None = raw_key(results(arguments, 1))
    if key is None:
        raise Unsure
    return [_table(machine, arguments).get(key)]


def _setmetatable(machine: Machine, arguments: Arguments) -> list[Value]:
    table = _table(machine, arguments)
    meta = results(arguments, 1)
    if isinstance(meta, Unknown):
        table.open = True
    elif isinstance(meta, Table):
        table.meta = meta
        if meta.get("__newindex") is not NIL:
            table.open = True
    else:
        table.meta = None
    return [table]
