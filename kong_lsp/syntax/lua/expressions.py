"""Expressions of Lua to values, with the place where each part was written.

What depends on nothing but the text and a few variables is kept in ``Piece.memo``
together with the values of these variables, and used again while they are the same
objects: of a rockspec with 600 entries, an edit evaluates one entry anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.applying import apply, binary, concatenation, through_meta, unary
from kong_lsp.syntax.lua.effects import names_read, spoil
from kong_lsp.syntax.lua.kept import Kept, holds, keep, pay, spent
from kong_lsp.syntax.lua.machine import MAX_DEPTH, Endless, Frame, Machine, describe, nth
from kong_lsp.syntax.lua.methods import METHODS
from kong_lsp.syntax.lua.operations import (
    raw_key,
    truth,
    type_name,
)
from kong_lsp.syntax.lua.patterns import TooComplex
from kong_lsp.syntax.lua.pieces import changes
from kong_lsp.syntax.lua.strings import decode
from kong_lsp.syntax.lua.tree import Piece
from kong_lsp.syntax.lua.values import (
    NIL,
    UNKNOWN,
    Bool,
    Entry,
    Func,
    Key,
    Nil,
    Num,
    Part,
    Place,
    Table,
    Text,
    Unknown,
    Value,
)

_TRUE, _FALSE = Bool(True), Bool(False)


def value_of(machine: Machine, node: Any, frame: Frame) -> Value:
    """The one value of an expression. Raises TooComplex where a function's is nested too deeply."""
    machine.depth += 1
    try:
        if machine.depth > MAX_DEPTH:
            if machine.calls:
                raise TooComplex
            return UNKNOWN
        return _VISIT[type(node)](machine, node, frame)
    finally:
        machine.depth -= 1


def values_of(machine: Machine, expressions: Sequence[Any], frame: Frame) -> Sequence[Value]:
    """The values of a list of expressions; the last may give any number of them."""
    if not expressions:
        return ()
    values = [value_of(machine, node, frame) for node in expressions[:-1]]
    last = expressions[-1]
    if isinstance(last, nodes.Call | nodes.MethodCall | nodes.Vararg):
        more = _results(machine, last, frame)
        values += more
        return Endless(values) if isinstance(more, Endless) else values
    values.append(value_of(machine, last, frame))
    return values


def kept_values(machine: Machine, expressions: Sequence[Any], frame: Frame) -> Sequence[Value]:
    """``values_of`` the expressions of the frame's piece, from its memo where that holds."""
    if not expressions or isinstance(expressions[-1], nodes.Call | nodes.MethodCall | nodes.Vararg):
        return values_of(machine, expressions, frame)
    return [_kept_value(machine, node, at, frame) for at, node in enumerate(expressions)]


def _kept_value(machine: Machine, node: Any, index: int, frame: Frame) -> Value:
    memo = frame.piece.memo
    kept: Kept | None = memo.get(index)
    if kept is not None and holds(machine, kept.seen, frame):
        pay(machine, kept)
        value: Value = kept.value
        return value
    names = memo.get(("names", index), False)
    if names is False:
        names = memo[("names", index)] = names_read(node)
    if names is None:
        return value_of(machine, node, frame)
    before = spent(machine)
    value = value_of(machine, node, frame)
    memo[index] = keep(machine, frame, value, names, before)
    return value


# --- leaves --------------------------------------------------------------------------


def _name(machine: Machine, node: nodes.Name, frame: Frame) -> Value:
    return machine.read(node, frame)


def _constant(machine: Machine, node: nodes.Constant, frame: Frame) -> Value:
    return NIL if node.value is None else _TRUE if node.value else _FALSE


def _number(machine: Machine, node: nodes.Number, frame: Frame) -> Value:
    return UNKNOWN if node.value is None else Num(node.value)


def _string(machine: Machine, node: nodes.String, frame: Frame) -> Value:
    piece, start = frame.piece, node.start
    value, runs, _ = decode(node.text)
    parts = tuple(
        [
            Part(first, last, Place(piece, start + at, start + at + last - first))
            for first, last, at in runs
        ]
    )
    return Text(value, parts, Place(piece, start, node.end))


def bare_text(node: nodes.String | nodes.Name, name: str, piece: Piece) -> Text:
    """A name that stands for a string: ``build`` in ``x.build`` or ``{build = …}``."""
    return Text(name, (Part(0, len(name), Place(piece, node.start, node.end)),))


def _vararg(machine: Machine, node: nodes.Vararg, frame: Frame) -> Value:
    return nth(frame.varargs, 0)


def _function(machine: Machine, node: nodes.Function, frame: Frame) -> Value:
    return Func(node, frame.scope, frame.piece)


def _paren(machine: Machine, node: nodes.Paren, frame: Frame) -> Value:
    return value_of(machine, node.inner, frame)


# --- operators -----------------------------------------------------------------------


def _unary(machine: Machine, node: nodes.Unary, frame: Frame) -> Value:
    return unary(machine, node, value_of(machine, node.operand, frame), frame)


def _binary(machine: Machine, node: nodes.Binary, frame: Frame) -> Value:
    operator = node.operator
    if operator == "..":
        operands = _operands(node)
        values = [value_of(machine, operand, frame) for operand in operands]
        return concatenation(machine, operands, values, frame)
    left = value_of(machine, node.left, frame)
    if operator in ("and", "or"):
        known = truth(left)
        if known is None:
            spoil(machine, node.right, frame)
            return UNKNOWN
        return left if known is (operator == "or") else value_of(machine, node.right, frame)
    right = value_of(machine, node.right, frame)
    return binary(machine, node, left, right, frame)


def _operands(node: nodes.Binary) -> list[Any]:
    """What ``a .. b .. c`` puts together."""
    operands: list[Any] = []
    rest: Any = node
    while isinstance(rest, nodes.Binary) and rest.operator == "..":
        operands.append(rest.left)
        rest = rest.right
    operands.append(rest)
    return operands


# --- index and call ------------------------------------------------------------------


def _key(machine: Machine, node: nodes.Index, frame: Frame) -> Value:
    if node.dotted and isinstance(node.key, nodes.String):
        return bare_text(node.key, node.key.text, frame.piece)
    return value_of(machine, node.key, frame)


def index_parts(machine: Machine, node: nodes.Index, frame: Frame) -> tuple[Value, Value]:
    """The table and the key of an index expression."""
    return value_of(machine, node.object, frame), _key(machine, node, frame)


def _index(machine: Machine, node: nodes.Index, frame: Frame) -> Value:
    value, key = index_parts(machine, node, frame)
    return machine.index(value, key, node.object, frame)


def _call(machine: Machine, node: nodes.Call | nodes.MethodCall, frame: Frame) -> Value:
    return nth(_results(machine, node, frame), 0)


def _results(
    machine: Machine, node: nodes.Call | nodes.MethodCall | nodes.Vararg, frame: Frame
) -> Sequence[Value]:
    """All results of a call, or all extra arguments."""
    machine.depth += 1
    try:
        if isinstance(node, nodes.Vararg):
            return frame.varargs
        if machine.depth > MAX_DEPTH:
            if machine.calls:
                raise TooComplex
            return Endless([UNKNOWN])
        if isinstance(node, nodes.MethodCall):
            return _method_call(machine, node, frame)
        function = value_of(machine, node.function, frame)
        arguments = values_of(machine, node.arguments, frame)
        named = describe(node.function, frame)
        function, arguments = through_meta(function, arguments)
        if not isinstance(function, Func | Unknown):
            machine.fail_on("call", node.function, function, frame)
            return Endless([UNKNOWN])
        name = named.split("'", 1)[1][:-1] if named else "?"
        return apply(machine, function, arguments, node, frame, name=name)
    finally:
        machine.depth -= 1


def _method_call(machine: Machine, node: nodes.MethodCall, frame: Frame) -> Sequence[Value]:
    value = value_of(machine, node.object, frame)
    method = (
        METHODS.get(node.method, NIL)
        if isinstance(value, Text)
        else machine.index(value, Text(node.method), node.object, frame)
    )
    arguments = values_of(machine, node.arguments, frame)
    more = [value, *arguments]
    if isinstance(arguments, Endless):
        more = Endless(more)
    method, called_with = through_meta(method, more)
    if isinstance(method, Func | Unknown):
        return apply(machine, method, called_with, node, frame, name=node.method)
    at = nodes.Name(node.name_start, node.name_end, node.method)
    message = f"attempt to call method '{node.method}' (a {type_name(method)} value)"
    machine.fail(message, at, frame)
    return Endless([UNKNOWN])


# --- tables --------------------------------------------------------------------------


def _table(machine: Machine, node: nodes.Table, frame: Frame) -> Value:
    table = Table(Place(frame.piece, node.start, node.end))
    if node.fields is None:
        piece = frame.piece
        if not _patched(machine, table, frame):
            _children(machine, table, piece.children or (), frame)
            _keep_fields(table, piece)
        if _unreadable(piece):
            table.open = True
        return table
    position = 1.0
    for count, field in enumerate(node.fields, 1):
        last = count == len(node.fields)
        position = _field(machine, table, field, frame, position=position, last=last)
    return table


def _unreadable(piece: Piece) -> bool:
    return any(problem.kind != "separator" for problem in piece.problems)


class _Fields(NamedTuple):
    """The fields of a cut table, where each is a string under a string of its own."""

    pieces: tuple[Piece, ...]
    entries: dict[Key, Entry]
    written: list[Entry]


_MANY = 16
"""Tables with fewer fields are evaluated anew."""


def _keep_fields(table: Table, piece: Piece) -> None:
    """Keep what the next evaluation of a large table of nothing but strings can start from."""
    pieces = piece.children or ()
    if _MANY < len(pieces) == len(table.entries) and all(map(_plain, pieces)):
        piece.memo["fields"] = _Fields(pieces, table.entries, table.written)
        table.flat = True


def _plain(piece: Piece) -> nodes.Field | None:
    """The field that a piece is, if that needs nothing but its own text: ``["a"] = "b"``."""
    node = piece.node
    if (
        isinstance(node, nodes.Field)
        and isinstance(node.value, nodes.String)
        and isinstance(node.key, nodes.String if node.bracketed else nodes.Name)
        and not piece.problems
    ):
        return node
    return None


def _patched(machine: Machine, table: Table, frame: Frame) -> bool:
    """Fill a table from its fields of before, if few of them have changed and all are plain."""
    outer = frame.piece
    kept: _Fields | None = outer.memo.get("fields")
    pieces = outer.children or ()
    if kept is None or len(kept.pieces) != len(pieces):
        return False
    changed = changes(pieces, kept.pieces)
    if len(changed) > _MANY:
        return False
    fields = [node for index in changed if (node := _plain(pieces[index]))]
    if len(fields) < len(changed):
        return False
    entries, written = kept.entries.copy(), kept.written.copy()
    fresh = Table(table.at)
    for index, field in zip(changed, fields, strict=True):
        frame.piece = pieces[index]
        _field(machine, fresh, field, frame, position=1.0, last=False)
        written[index] = fresh.written[-1]
    frame.piece = outer
    before = [kept.written[index] for index in changed]
    if [raw_key(entry.key) for entry in fresh.written] == [raw_key(entry.key) for entry in before]:
        entries.update(fresh.entries)
    else:
        entries = {key: entry for entry in written if (key := raw_key(entry.key)) is not None}
    if len(entries) != len(written):
        return False
    table.entries, table.written, table.flat = entries, written, True
    outer.memo["fields"] = _Fields(pieces, entries, written)
    return True


def _children(machine: Machine, table: Table, pieces: Sequence[Piece], frame: Frame) -> None:
    outer = frame.piece
    entries, written = table.entries, table.written
    position = 1.0
    for piece in pieces:
        kept = piece.memo.get("entry")
        if kept is not None:
            entry, key, at, seen, fuel, memory = kept
            if at in (0.0, position) and (not seen or holds(machine, seen, frame)):
                if fuel or memory:
                    pay(machine, kept)
                written.append(entry)
                if key is None:
                    table.open = True
                else:
                    entries[key] = entry
                if at:
                    position += 1.0
                continue
        frame.piece = piece
        last = piece is pieces[-1]
        position = _child(machine, table, piece, frame, position=position, last=last)
    frame.piece = outer


def _child(
    machine: Machine, table: Table, piece: Piece, frame: Frame, *, position: float, last: bool
) -> float:
    """Evaluate a field that is a piece; what can be used again is kept in its memo."""
    node = piece.node
    if not isinstance(node, nodes.Field):
        table.open = True
        return position
    before, count = spent(machine), len(table.written)
    after = _field(machine, table, node, frame, position=position, last=last)
    if _unreadable(piece):
        table.open = True
    elif piece.children is None and len(table.written) == count + 1:
        entry = table.written[-1]
        if "names" not in piece.memo:
            read = (node.value, node.key) if node.bracketed else node.value
            piece.memo["names"] = names_read(read)
        names = piece.memo["names"]
        if names is not None and not isinstance(entry.value, Nil):
            at = position if after > position else 0.0
            key = raw_key(entry.key)
            kept = keep(machine, frame, entry, names, before, key=key, position=at)
            piece.memo["entry"] = kept
    return after


def _field(
    machine: Machine,
    table: Table,
    node: nodes.Field,
    frame: Frame,
    *,
    position: float,
    last: bool,
) -> float:
    """Evaluate one field into the table; the position of the next field without a key."""
    piece = frame.piece
    at = Place(piece, node.start, node.end)
    value_at = Place(piece, node.value.start, node.value.end)
    if node.key is None:
        if last and isinstance(node.value, nodes.Call | nodes.MethodCall | nodes.Vararg):
            values = _results(machine, node.value, frame)
            for value in values:
                machine.put(table, Entry(Num(position), value, None, value_at, at))
                position += 1.0
            if isinstance(values, Endless):
                table.open = True
            return position
        value = value_of(machine, node.value, frame)
        machine.put(table, Entry(Num(position), value, None, value_at, at))
        return position + 1.0
    key_at = Place(piece, node.key.start, node.key.end)
    key: Value
    if isinstance(node.key, nodes.Name) and not node.bracketed:
        key = bare_text(node.key, node.key.name, piece)
    else:
        key = value_of(machine, node.key, frame)
    value = value_of(machine, node.value, frame)
    put_at_key(machine, table, Entry(key, value, key_at, value_at, at), node.key, frame)
    return position


def put_at_key(machine: Machine, table: Table, entry: Entry, node: Any, frame: Frame) -> None:
    """Write an entry; a key that no table can have is a failure at ``node``, the key."""
    if isinstance(entry.key, Nil):
        machine.fail("table index is nil", node, frame)
    elif isinstance(entry.key, Num) and raw_key(entry.key) is None:
        machine.fail("table index is NaN", node, frame)
    else:
        machine.put(table, entry)


_VISIT: dict[type, Callable[[Machine, Any, Frame], Value]] = {
    nodes.Name: _name,
    nodes.Constant: _constant,
    nodes.Number: _number,
    nodes.String: _string,
    nodes.Vararg: _vararg,
    nodes.Table: _table,
    nodes.Function: _function,
    nodes.Unary: _unary,
    nodes.Binary: _binary,
    nodes.Paren: _paren,
    nodes.Index: _index,
    nodes.Call: _call,
    nodes.MethodCall: _call,
}
