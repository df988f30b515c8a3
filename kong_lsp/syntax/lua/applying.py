"""Operators and functions applied to values: what comes of it, or LuaJIT's words for the failure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.effects import spoil_value
from kong_lsp.syntax.lua.machine import Endless, Frame, Machine
from kong_lsp.syntax.lua.methods import BadArgument, Failed, Unsure
from kong_lsp.syntax.lua.operations import (
    arithmetic,
    equal,
    join,
    length,
    less,
    to_number,
    to_text,
    truth,
)
from kong_lsp.syntax.lua.patterns import PatternError, TooComplex
from kong_lsp.syntax.lua.strings import to_bytes
from kong_lsp.syntax.lua.values import (
    UNKNOWN,
    Bool,
    Func,
    Nil,
    Num,
    Table,
    Text,
    Unknown,
    Value,
)

_TRUE, _FALSE = Bool(True), Bool(False)


def unary(machine: Machine, node: nodes.Unary, value: Value, frame: Frame) -> Value:
    """The result of ``not``, ``#`` or ``-`` on a value."""
    if node.operator == "not":
        known = truth(value)
        return UNKNOWN if known is None else _FALSE if known else _TRUE
    if isinstance(value, Unknown):
        return UNKNOWN
    if node.operator == "#":
        if isinstance(value, Text):
            return Num(float(len(to_bytes(value.value))))
        if isinstance(value, Table):
            counted = length(value, machine.borders.get(value, 0.0))
            if isinstance(counted, Num):
                machine.borders[value] = counted.value
            return counted
        machine.fail_on("get length of", node.operand, value, frame)
        return UNKNOWN
    number = to_number(value)
    if number is None:
        machine.fail_on("perform arithmetic on", node.operand, value, frame)
        return UNKNOWN
    return Num(-number)


def binary(machine: Machine, node: nodes.Binary, left: Value, right: Value, frame: Frame) -> Value:
    """The result of an operator on two values; not of ``and`` and ``or``, nor of ``..``."""
    operator = node.operator
    if operator == "==":
        return equal(left, right)
    if operator == "~=":
        same = equal(left, right)
        return Bool(not same.value) if isinstance(same, Bool) else UNKNOWN
    if operator in ("<", "<=", ">", ">="):
        if operator[0] == ">":
            left, right = right, left
        compared = less(left, right, or_equal=len(operator) == 2)
        if isinstance(compared, str):
            machine.fail(compared, node, frame)
            return UNKNOWN
        return compared
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNKNOWN
    first, second = to_number(left), to_number(right)
    if first is None:
        machine.fail_on("perform arithmetic on", node.left, left, frame)
    elif second is None:
        machine.fail_on("perform arithmetic on", node.right, right, frame)
    else:
        return Num(arithmetic(operator, first, second))
    return UNKNOWN


def concatenation(
    machine: Machine, operands: Sequence[Any], values: Sequence[Value], frame: Frame
) -> Value:
    """The result of ``a .. b .. c``; Lua puts them together at once."""
    texts = [to_text(value) for value in values]
    if None not in texts:
        known = [text for text in texts if text is not None]
        try:
            machine.produce(sum([len(text.value) for text in known]))
        except Unsure:
            return UNKNOWN
        return join(known)
    # LuaJIT goes from the right; of the last two it blames the left one first.
    order = [len(values) - 2, len(values) - 1, *range(len(values) - 3, -1, -1)]
    for index in order:
        if texts[index] is None and not isinstance(values[index], Unknown):
            machine.fail_on("concatenate", operands[index], values[index], frame)
            break
    return UNKNOWN


def through_meta(function: Value, arguments: Sequence[Value]) -> tuple[Value, Sequence[Value]]:
    """What is called, and with what, when ``function`` is: a table may be by its metatable."""
    if not isinstance(function, Table) or function.meta is None:
        return function, arguments
    found = function.meta.get("__call")
    if isinstance(found, Nil):
        return function, arguments
    more = [function, *arguments]
    return found, Endless(more) if isinstance(arguments, Endless) else more


def apply(
    machine: Machine,
    function: Value,
    arguments: Sequence[Value],
    node: Any,
    frame: Frame,
    *,
    name: str,
) -> Sequence[Value]:
    """The results of a call; ``name`` is what Lua would call the function in a message."""
    if isinstance(function, Func):
        if isinstance(arguments, Endless) and function.piece is None:
            for argument in arguments:
                spoil_value(machine, argument)
            return Endless([UNKNOWN])
        try:
            return machine.call(function, arguments)
        except BadArgument as error:
            number = error.number - isinstance(node, nodes.MethodCall)
            if number:
                machine.fail(f"bad argument #{number} to '{name}' ({error.reason})", node, frame)
            else:
                machine.fail(f"calling '{name}' on bad self ({error.reason})", node, frame)
        except (Failed, PatternError) as error:
            machine.fail(str(error), node, frame)
        except Unsure:
            pass
        except TooComplex:
            if function.piece is not None or any(isinstance(a, Func) for a in arguments):
                raise
            for argument in arguments:
                spoil_value(machine, argument)
        return Endless([UNKNOWN])
    for argument in arguments:
        spoil_value(machine, argument)
    return Endless([UNKNOWN])
