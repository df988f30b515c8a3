"""What a Lua file says, without running it: a static, bounded evaluator.

A rockspec is executed by LuaRocks in an empty environment (core/persist.lua,
``run_file``): no global exists, not even ``string`` or ``pairs``, and reading one gives
nil. Methods of strings work. What cannot be known is ``UNKNOWN``, and what goes wrong is
recorded while evaluation goes on, so that one mistake does not hide the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.applying import apply
from kong_lsp.syntax.lua.effects import cannot_change, leaves, spoil
from kong_lsp.syntax.lua.expressions import (
    bare_text,
    index_parts,
    kept_values,
    put_at_key,
    value_of,
    values_of,
)
from kong_lsp.syntax.lua.machine import (
    FUEL,
    MAX_DEPTH,
    Failure,
    Flow,
    Frame,
    Machine,
    nth,
)
from kong_lsp.syntax.lua.operations import to_number, truth
from kong_lsp.syntax.lua.patterns import Budget, TooComplex
from kong_lsp.syntax.lua.tree import Piece, Tree
from kong_lsp.syntax.lua.values import (
    NIL,
    UNKNOWN,
    Entry,
    Func,
    Nil,
    Num,
    Place,
    Table,
    Unknown,
    Value,
)

__all__ = ["Evaluation", "Failure", "evaluate"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a file says.

    ``globals`` holds the last entry of every global that is set, ``written`` every
    assignment to a global in order, overwritten ones included. ``reads`` are the
    undefined globals that are read, each at its first read. ``damaged`` are the names
    that occur in text that does not parse: of these nothing may be said to be missing.
    ``returned`` is the first value that the file returns.
    """

    globals: dict[str, Entry]
    written: list[Entry]
    reads: list[tuple[str, Place]]
    failures: list[Failure]
    damaged: frozenset[str]
    returned: Value


def evaluate(
    tree: Tree, given: Mapping[str, Value] | None = None, budget: Budget | None = None
) -> Evaluation:
    """Evaluate a file whose environment holds the globals ``given``. Never raises.

    ``budget``: the steps that may be taken, where several files share them.
    """
    machine = Machine(tree, given or {}, _run_function, budget)
    returned: Value = NIL
    if tree.pieces:
        frame = Frame(tree.pieces[0], {})
        sure = _chunk(machine, tree.pieces, frame)
        returned = nth(frame.results, 0) if sure else UNKNOWN
    return Evaluation(
        machine.globals,
        machine.written,
        list(machine.reads.items()),
        list(machine.failures.values()),
        machine.damaged,
        returned,
    )


def _chunk(machine: Machine, pieces: Sequence[Piece], frame: Frame) -> bool:
    """Execute a file to its end; whether it is known where it returns."""
    sure = True
    index = 0
    while index < len(pieces):
        piece = frame.piece = pieces[index]
        index += 1
        node = piece.node
        if node is None:
            continue
        try:
            if isinstance(node, nodes.Local | nodes.Assign):
                _assignment(machine, node, frame, keep=True)
                continue
            flow = _statement(machine, node, frame)
        except (TooComplex, RecursionError):
            machine.depth = machine.calls = 0
            frame.piece = piece
            _spoil_piece(machine, piece, frame)
            continue
        if flow is Flow.RETURN and not isinstance(node, nodes.Return):
            return sure
        sure = sure and flow is not Flow.UNSURE
        if flow is Flow.GOTO:
            ahead = [
                at
                for at, later in enumerate(pieces)
                if isinstance(later.node, nodes.Label) and later.node.label == frame.label
            ]
            if ahead and ahead[0] >= index:
                index = ahead[0]
            elif ahead:
                for again in pieces[ahead[0] : index]:
                    frame.piece = again
                    _spoil_piece(machine, again, frame)
    return sure


def _spoil_piece(machine: Machine, piece: Piece, frame: Frame) -> None:
    if piece.node is not None:
        frame.piece = piece
        spoil(machine, piece.node, frame)
        if isinstance(piece.node, nodes.Local):
            for name in piece.node.names:
                frame.declare(name.name, UNKNOWN)
        elif isinstance(piece.node, nodes.LocalFunction):
            frame.declare(piece.node.name.name, UNKNOWN)
    for child in piece.children or ():
        _spoil_piece(machine, child, frame)
    frame.piece = piece


def _run_function(machine: Machine, function: nodes.Function, frame: Frame) -> Flow:
    flow = _statements(machine, function.body, frame)
    return flow if flow in (Flow.NEXT, Flow.RETURN) else Flow.UNSURE


# --- statements ----------------------------------------------------------------------


def _block(machine: Machine, body: Sequence[Any], frame: Frame) -> Flow:
    """Execute a block with variables of its own."""
    scope = frame.scope
    try:
        return _statements(machine, body, frame)
    finally:
        frame.scope = scope


def _statements(machine: Machine, body: Sequence[Any], frame: Frame) -> Flow:
    index = 0
    while index < len(body):
        flow = _statement(machine, body[index], frame)
        index += 1
        if flow is Flow.GOTO:
            for at in range(len(body)):
                node = body[at]
                if isinstance(node, nodes.Label) and node.label == frame.label:
                    break
            else:
                return flow
            if at < index:
                spoil(machine, tuple(body), frame)
                return Flow.UNSURE
            index = at
        elif flow is Flow.UNSURE:
            spoil(machine, tuple(body[index:]), frame)
            return flow
        elif flow is not Flow.NEXT:
            return flow
    return Flow.NEXT


def _statement(machine: Machine, node: Any, frame: Frame) -> Flow:
    machine.depth += 1
    try:
        if machine.depth > MAX_DEPTH:
            raise TooComplex
        return _EXECUTE[type(node)](machine, node, frame)
    finally:
        machine.depth -= 1


def _assignment(
    machine: Machine, node: nodes.Local | nodes.Assign, frame: Frame, *, keep: bool = False
) -> Flow:
    """``local …`` or ``… = …``; ``keep`` allows the memo of the piece, which is all of it."""
    targets: list[tuple[Value, Value] | None] = []
    if isinstance(node, nodes.Assign):
        targets = [
            index_parts(machine, target, frame) if isinstance(target, nodes.Index) else None
            for target in node.targets
        ]
    values = (kept_values if keep else values_of)(machine, node.values, frame)
    if isinstance(node, nodes.Local):
        for index, name in enumerate(node.names):
            frame.declare(name.name, nth(values, index))
        return Flow.NEXT
    at = Place(frame.piece, node.start, node.end)
    first = len(machine.written)
    for index in range(len(targets) - 1, -1, -1):
        source = node.values[min(index, len(node.values) - 1)]
        value_at = Place(frame.piece, source.start, source.end)
        target, value = node.targets[index], nth(values, index)
        _assign(machine, target, targets[index], value, frame, places=(value_at, at))
    machine.written[first:] = reversed(machine.written[first:])
    return Flow.NEXT


def _assign(
    machine: Machine,
    target: Any,
    parts: tuple[Value, Value] | None,
    value: Value,
    frame: Frame,
    *,
    places: tuple[Place, Place],
) -> None:
    """Set a variable, or an entry of a table (``parts``: table and key)."""
    if parts is None:
        cell = frame.scope.get(target.name)
        if cell is not None:
            cell.value = value
            return
        key_at = Place(frame.piece, target.start, target.end)
        key = bare_text(target, target.name, frame.piece)
        machine.assign_global(target.name, Entry(key, value, key_at, *places))
        return
    table, key_value = parts
    if isinstance(table, Table):
        key_at = Place(frame.piece, target.key.start, target.key.end)
        entry = Entry(key_value, value, key_at, *places, late=True)
        put_at_key(machine, table, entry, target.key, frame)
    elif not isinstance(table, Unknown):
        machine.fail_on("index", target.object, table, frame)


def _local_function(machine: Machine, node: nodes.LocalFunction, frame: Frame) -> Flow:
    cell = frame.declare(node.name.name, NIL)
    cell.value = Func(node.function, frame.scope, frame.piece)
    return Flow.NEXT


def _function(machine: Machine, node: nodes.FunctionStatement, frame: Frame) -> Flow:
    target = node.target
    parts = index_parts(machine, target, frame) if isinstance(target, nodes.Index) else None
    value = Func(node.function, frame.scope, frame.piece)
    at = Place(frame.piece, node.start, node.end)
    _assign(machine, target, parts, value, frame, places=(at, at))
    return Flow.NEXT


def _call(machine: Machine, node: nodes.CallStatement, frame: Frame) -> Flow:
    values_of(machine, (node.call,), frame)
    return Flow.NEXT


def _do(machine: Machine, node: nodes.Do, frame: Frame) -> Flow:
    return _block(machine, node.body, frame)


def _return(machine: Machine, node: nodes.Return, frame: Frame) -> Flow:
    frame.results = values_of(machine, node.values, frame)
    return Flow.RETURN


def _break(machine: Machine, node: nodes.Break, frame: Frame) -> Flow:
    return Flow.BREAK


def _goto(machine: Machine, node: nodes.Goto, frame: Frame) -> Flow:
    frame.label = node.label
    return Flow.GOTO


def _label(machine: Machine, node: nodes.Label, frame: Frame) -> Flow:
    return Flow.NEXT


def _if(machine: Machine, node: nodes.If, frame: Frame) -> Flow:
    for index, (condition, body) in enumerate(node.branches):
        known = truth(value_of(machine, condition, frame))
        if known is None:
            rest = (node.branches[index:], node.otherwise)
            return _unknown(machine, rest, frame, (*(b for _, b in rest[0]), rest[1]))
        if known:
            return _block(machine, body, frame)
    return _block(machine, node.otherwise, frame)


def _unknown(machine: Machine, code: Any, frame: Frame, bodies: Any) -> Flow:
    """Code of which it is not known whether it is executed; ``bodies`` are its blocks."""
    spoil(machine, code, frame)
    return Flow.UNSURE if leaves(bodies) else Flow.NEXT


# --- loops ---------------------------------------------------------------------------


def _while(machine: Machine, node: nodes.While, frame: Frame) -> Flow:
    def condition() -> bool | None:
        return truth(value_of(machine, node.condition, frame))

    known = condition()
    if known is False:
        return Flow.NEXT
    if known is None:
        return _after_unsure(machine, node, frame)

    def turn() -> tuple[Flow, bool | None]:
        flow = _block(machine, node.body, frame)
        return flow, condition() if flow is Flow.NEXT else True

    return _repeated(machine, node, frame, turn)


def _repeat(machine: Machine, node: nodes.Repeat, frame: Frame) -> Flow:
    def turn() -> tuple[Flow, bool | None]:
        scope = frame.scope
        try:
            flow = _statements(machine, node.body, frame)
            if flow is not Flow.NEXT:
                return flow, True
            known = truth(value_of(machine, node.condition, frame))
            return flow, None if known is None else not known
        finally:
            frame.scope = scope

    return _repeated(machine, node, frame, turn)


def _repeated(
    machine: Machine,
    node: nodes.While | nodes.Repeat,
    frame: Frame,
    turn: Callable[[], tuple[Flow, bool | None]],
) -> Flow:
    """Take turns as long as each says to go on."""
    cost = 2 + (node.end - node.start) // 8
    failures = len(machine.failures)
    endless = not leaves(node.body) and cannot_change(node.condition, node.body)
    spent = 0
    while True:
        flow, onward = turn()
        if flow is Flow.BREAK:
            return Flow.NEXT
        if flow in (Flow.RETURN, Flow.GOTO):
            return flow
        if flow is Flow.UNSURE or onward is None:
            return _after_unsure(machine, node, frame)
        if not onward:
            return Flow.NEXT
        if len(machine.failures) > failures:
            # Lua stops at the error, so what a further turn would do is of no interest.
            return _after_unsure(machine, node, frame)
        spent += cost
        if endless or spent > FUEL * 3 // 4:
            machine.fail("endless loop", node, frame, hang=True)
            return _after_unsure(machine, node, frame)
        machine.budget.spend(cost)


def _after_unsure(machine: Machine, node: Any, frame: Frame) -> Flow:
    """Go on after a loop of which it is not known how often it is executed."""
    spoil(machine, node, frame)
    out = leaves((node,))
    return Flow.UNSURE if out else Flow.NEXT


def _numeric_for(machine: Machine, node: nodes.NumericFor, frame: Frame) -> Flow:
    limits: list[float | None] = []
    for name, part in (("initial value", node.first), ("limit", node.last), ("step", node.step)):
        value: Value = Num(1.0) if part is None else value_of(machine, part, frame)
        limits.append(to_number(value))
        if limits[-1] is None and not isinstance(value, Unknown):
            machine.fail(f"'for' {name} must be a number", part, frame)
            return _after_unsure(machine, node, frame)
    first, last, step = limits
    if first is None or last is None or step is None:
        return _after_unsure(machine, node, frame)
    if not (first <= last if step >= 0 else first >= last):
        return Flow.NEXT
    if not leaves(node.body) and not _ends(first, last, step):
        machine.fail("endless loop", node, frame, hang=True)
        return _after_unsure(machine, node, frame)
    if not node.body:
        return Flow.NEXT
    failures = len(machine.failures)
    cost = 2 + (node.end - node.start) // 8
    counter = first
    while counter <= last if step >= 0 else counter >= last:
        machine.budget.spend(cost)
        flow = _turn(machine, node.body, ((node.name.name, Num(counter)),), frame)
        if flow is Flow.BREAK:
            return Flow.NEXT
        if flow in (Flow.RETURN, Flow.GOTO):
            return flow
        if flow is Flow.UNSURE or len(machine.failures) > failures:
            return _after_unsure(machine, node, frame)
        counter += step
    return Flow.NEXT


def _ends(first: float, last: float, step: float) -> bool:
    """Whether a numeric ``for`` ends within a time that someone would wait for."""
    if not step or math.isnan(step) or math.isinf(last - first):
        return False
    return abs((last - first) / step) < 1e12


def _generic_for(machine: Machine, node: nodes.GenericFor, frame: Frame) -> Flow:
    values = values_of(machine, node.values, frame)
    iterator, state, control = (nth(values, index) for index in range(3))
    if isinstance(iterator, Unknown):
        return _after_unsure(machine, node, frame)
    if not isinstance(iterator, Func):
        at = nodes.Break(node.values[0].start, node.values[0].end)
        machine.fail_on("call", at, iterator, frame)
        return _after_unsure(machine, node, frame)
    failures = len(machine.failures)
    cost = 2 + (node.end - node.start) // 8
    while True:
        machine.budget.spend(cost)
        results = apply(machine, iterator, (state, control), node, frame, name="?")
        control = nth(results, 0)
        if isinstance(control, Nil):
            return Flow.NEXT
        if isinstance(control, Unknown):
            return _after_unsure(machine, node, frame)
        named = [(name.name, nth(results, index)) for index, name in enumerate(node.names)]
        flow = _turn(machine, node.body, named, frame)
        if flow is Flow.BREAK:
            return Flow.NEXT
        if flow in (Flow.RETURN, Flow.GOTO):
            return flow
        if flow is Flow.UNSURE or len(machine.failures) > failures:
            return _after_unsure(machine, node, frame)


def _turn(
    machine: Machine, body: Sequence[Any], variables: Sequence[tuple[str, Value]], frame: Frame
) -> Flow:
    """One turn of a ``for`` loop, with fresh loop variables."""
    scope = frame.scope
    try:
        for name, value in variables:
            frame.declare(name, value)
        return _statements(machine, body, frame)
    finally:
        frame.scope = scope


_EXECUTE: dict[type, Callable[[Machine, Any, Frame], Flow]] = {
    nodes.Local: _assignment,
    nodes.LocalFunction: _local_function,
    nodes.Assign: _assignment,
    nodes.FunctionStatement: _function,
    nodes.CallStatement: _call,
    nodes.Do: _do,
    nodes.While: _while,
    nodes.Repeat: _repeat,
    nodes.If: _if,
    nodes.NumericFor: _numeric_for,
    nodes.GenericFor: _generic_for,
    nodes.Return: _return,
    nodes.Break: _break,
    nodes.Goto: _goto,
    nodes.Label: _label,
}
