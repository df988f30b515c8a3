"""What code that is not executed could do: for branches whose condition is not known."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from functools import cache
from typing import Any

from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.machine import Frame, Machine
from kong_lsp.syntax.lua.operations import raw_key, to_text
from kong_lsp.syntax.lua.strings import decode
from kong_lsp.syntax.lua.values import (
    NIL,
    UNKNOWN,
    Entry,
    Func,
    Num,
    Place,
    Table,
    Text,
    Value,
)

_PURE = (
    nodes.Name,
    nodes.Constant,
    nodes.Number,
    nodes.String,
    nodes.Unary,
    nodes.Binary,
    nodes.Paren,
    nodes.MethodCall,
)
_LOOPS = (nodes.While, nodes.Repeat, nodes.NumericFor, nodes.GenericFor)


@cache
def _parts(kind: Hashable) -> tuple[str, ...]:
    """The attributes of a kind of node that may hold nodes; none for what is no node."""
    if not isinstance(kind, type) or kind.__module__ != nodes.__name__:
        return ()
    plain = ("start", "end", "name_start", "name_end")
    names: tuple[str, ...] = getattr(kind, "_fields", ())
    return tuple(name for name in names if name not in plain)


def walk(roots: Any, *, functions: bool = True) -> Iterator[Any]:
    """Every node below ``roots`` (a node or nested tuples of them), in the order of the text."""
    stack = [roots]
    while stack:
        item = stack.pop()
        if item.__class__ is tuple:
            stack += reversed(item)
            continue
        parts = _parts(item.__class__)
        if not parts and not isinstance(item, nodes.Break | nodes.Vararg):
            continue
        yield item
        if functions or not isinstance(item, nodes.Function):
            stack += [getattr(item, part) for part in reversed(parts)]


def names_read(expression: Any) -> tuple[str, ...] | None:
    """The variables that an expression reads, if it is a function of them alone; else None."""
    found: list[str] = []
    for node in walk(expression):
        if not isinstance(node, _PURE):
            return None
        if isinstance(node, nodes.Name):
            found.append(node.name)
    return tuple(found)


def leaves(body: Any) -> bool:
    """Whether a loop's body, or a branch, holds a way out of it other than its end."""
    if body.__class__ is tuple:
        return any(map(leaves, body))
    if isinstance(body, nodes.Break | nodes.Return | nodes.Goto):
        return True
    if isinstance(body, nodes.Do):
        return leaves(body.body)
    if isinstance(body, nodes.If):
        return leaves(tuple(branch for _, branch in body.branches)) or leaves(body.otherwise)
    return isinstance(body, _LOOPS) and any(
        isinstance(node, nodes.Return | nodes.Goto) for node in walk(body, functions=False)
    )


def cannot_change(condition: Any, body: Any) -> bool:
    """Whether nothing in a loop's body can change what its condition says."""
    names = names_read(condition)
    if names is None:
        return False
    if not names:
        return True
    for node in walk(body):
        if isinstance(node, nodes.Call | nodes.MethodCall):
            return False
        if isinstance(node, nodes.Assign):
            targets: Sequence[Any] = node.targets
        elif isinstance(node, nodes.Local):
            targets = node.names
        elif isinstance(node, nodes.FunctionStatement):
            targets = (node.target,)
        elif isinstance(node, nodes.LocalFunction):
            targets = (node.name,)
        else:
            continue
        if any(isinstance(target, nodes.Name) and target.name in names for target in targets):
            return False
    return True


def spoil(machine: Machine, code: Any, frame: Frame, _seen: set[int] | None = None) -> None:
    """Make Unknown what ``code`` (nodes) could assign, and open the tables it could change."""
    seen = set() if _seen is None else _seen
    for node in walk(code):
        if isinstance(node, nodes.Assign):
            for target in node.targets:
                _spoil_target(machine, target, node, frame)
        elif isinstance(node, nodes.FunctionStatement):
            _spoil_target(machine, node.target, node, frame)
        elif isinstance(node, nodes.Call | nodes.MethodCall):
            spoil_value(machine, _called(machine, node, frame), seen)
            for argument in node.arguments:
                spoil_value(machine, peek(machine, argument, frame), seen)
            if isinstance(node, nodes.MethodCall):
                machine.open(peek(machine, node.object, frame))


def spoil_value(machine: Machine, value: Value, _seen: set[int] | None = None) -> None:
    """Account for a value that someone unknown gets: a table to change, a function to call."""
    if isinstance(value, Table):
        machine.open(value)
    elif isinstance(value, Func) and value.piece is not None:
        seen = set() if _seen is None else _seen
        if id(value.body) not in seen:
            seen.add(id(value.body))
            spoil(machine, value.body.body, Frame(value.piece, value.scope), seen)


def _called(machine: Machine, node: Any, frame: Frame) -> Value:
    if isinstance(node, nodes.Call):
        return peek(machine, node.function, frame)
    value = peek(machine, node.object, frame)
    return value.get(node.method) if isinstance(value, Table) else UNKNOWN


def _spoil_target(machine: Machine, target: Any, statement: Any, frame: Frame) -> None:
    if isinstance(target, nodes.Name):
        machine.forget(target, frame)
    elif isinstance(target, nodes.Index):
        table = peek(machine, target.object, frame)
        if isinstance(table, Table):
            key = peek(machine, target.key, frame, bare=target.dotted)
            raw = raw_key(key)
            if raw is None:
                table.open = True
                return
            at = Place(frame.piece, statement.start, statement.end)
            key_at = Place(frame.piece, target.key.start, target.key.end)
            table.own()
            table.entries[raw] = Entry(key, UNKNOWN, key_at, at, at, True)


def peek(
    machine: Machine, node: Any, frame: Frame, *, bare: bool = False, _depth: int = 0
) -> Value:
    """The value of a simple expression, without any effect; Unknown of any other.

    ``bare`` tells that a string is the name after a dot.
    """
    depth = _depth + 1
    if depth > 50:
        return UNKNOWN
    if isinstance(node, nodes.Name):
        value = machine.find(node.name, frame.scope)
        return NIL if value is None else value
    if isinstance(node, nodes.String):
        return Text(node.text if bare else decode(node.text).value)
    if isinstance(node, nodes.Number):
        return UNKNOWN if node.value is None else Num(node.value)
    if isinstance(node, nodes.Paren):
        return peek(machine, node.inner, frame, _depth=depth)
    if isinstance(node, nodes.Function):
        return Func(node, frame.scope, frame.piece)
    if isinstance(node, nodes.Index):
        value = peek(machine, node.object, frame, _depth=depth)
        raw = raw_key(peek(machine, node.key, frame, bare=node.dotted, _depth=depth))
        return value.get(raw) if isinstance(value, Table) and raw is not None else UNKNOWN
    if isinstance(node, nodes.Binary) and node.operator == "..":
        left = to_text(peek(machine, node.left, frame, _depth=depth))
        right = to_text(peek(machine, node.right, frame, _depth=depth))
        return UNKNOWN if left is None or right is None else Text(left.value + right.value)
    return UNKNOWN
