"""The state of one evaluation: variables, budgets, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Any, NamedTuple

from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.methods import LONGEST, METHODS, Failed, Unsure
from kong_lsp.syntax.lua.operations import raw_key, type_name
from kong_lsp.syntax.lua.patterns import Budget
from kong_lsp.syntax.lua.scanner import scan
from kong_lsp.syntax.lua.strings import decode
from kong_lsp.syntax.lua.tree import Piece, Tree
from kong_lsp.syntax.lua.values import (
    NIL,
    UNKNOWN,
    Entry,
    Func,
    Nil,
    Place,
    Table,
    Text,
    Unknown,
    Value,
)

FUEL = 40_000
"""Steps for all loops, calls and patterns together: some 50 ms. What is straight costs none."""

MEMORY = 1 << 24
"""Bytes of long strings that may be built."""

MAX_DEPTH = 150
"""Nested expressions and blocks; Python's own limit is 1,000 frames."""


class Failure(NamedTuple):
    """A run-time error: ``message`` in LuaJIT's words, without the position.

    ``hang`` tells that evaluation would never end; LuaRocks would then say nothing.
    """

    message: str
    at: Place
    hang: bool = False


class Flow(IntEnum):
    """How a statement ends. After ``UNSURE`` it is not known what is executed next."""

    NEXT = 0
    BREAK = 1
    RETURN = 2
    GOTO = 3
    UNSURE = 4


class Cell:
    """A local variable."""

    __slots__ = ("owner", "value")

    def __init__(self, value: Value, owner: Frame) -> None:
        self.value = value
        self.owner = owner


Scope = Mapping[str, Cell]


class Frame:
    """A call of a function, or the chunk. ``scope`` is never changed, only replaced."""

    __slots__ = ("label", "piece", "results", "scope", "varargs")

    def __init__(self, piece: Piece, scope: Scope, varargs: Sequence[Value] = ()) -> None:
        self.piece = piece
        self.scope = scope
        self.varargs = varargs
        self.results: Sequence[Value] = ()
        self.label = ""

    def declare(self, name: str, value: Value) -> Cell:
        """A new local variable, visible from here on."""
        cell = Cell(value, self)
        self.scope = {**self.scope, name: cell}
        return cell


class Endless(list[Value]):
    """Results of which not even the number is known: those past the end are Unknown."""


def nth(values: Sequence[Value], index: int) -> Value:
    """Value ``index`` of a list of results."""
    if index < len(values):
        return values[index]
    return UNKNOWN if isinstance(values, Endless) else NIL


class Machine:
    """What evaluation changes. ``run_function`` executes the body of a function of the file."""

    def __init__(
        self,
        tree: Tree,
        given: Mapping[str, Value],
        run_function: Callable[[Machine, nodes.Function, Frame], Flow],
        budget: Budget | None = None,
    ) -> None:
        self.tree = tree
        self.given = given
        self.run_function = run_function
        self.budget = budget or Budget(FUEL)
        self.memory = MEMORY
        self.depth = 0
        self.calls = 0
        self.globals: dict[str, Entry] = {}
        self.written: list[Entry] = []
        self.reads: dict[str, Place] = {}
        self.failures: dict[tuple[int, int, int, str], Failure] = {}
        self.borders: dict[Table, float] = {}
        self.guards = 0
        self._damaged: frozenset[str] | None = None

    @property
    def damaged(self) -> frozenset[str]:
        """Every name that occurs in text that could not be read."""
        if self._damaged is None:
            self._damaged = frozenset(_damaged_names(self.tree.pieces))
        return self._damaged

    def produce(self, size: int) -> None:
        """Account for a new string; raises Unsure when it, or all of them, are too long."""
        if size > 256:
            self.memory -= size
            if size > LONGEST or self.memory < 0:
                raise Unsure

    def call(self, function: Value, arguments: Sequence[Value]) -> Sequence[Value]:
        """Call a function of the file, or a method of strings. Raises Unsure where that is too
        deep or no function, and what the function raises."""
        if not isinstance(function, Func) or self.depth > MAX_DEPTH:
            raise Unsure
        if function.piece is None:
            built_in: Sequence[Value] = function.body(self, arguments)
            return built_in
        body: nodes.Function = function.body
        self.budget.spend(2 + (body.end - body.start) // 8)
        frame = Frame(function.piece, function.scope)
        scope = dict(function.scope)
        for index, name in enumerate(body.parameters):
            scope[name] = Cell(nth(arguments, index), frame)
        frame.scope = scope
        if body.vararg:
            rest = arguments[len(body.parameters) :]
            frame.varargs = Endless(rest) if isinstance(arguments, Endless) else rest
        self.calls += 1
        try:
            flow = self.run_function(self, body, frame)
        finally:
            self.calls -= 1
        if flow is Flow.RETURN:
            return frame.results
        return () if flow is Flow.NEXT else Endless([UNKNOWN])

    # Variables -------------------------------------------------------------------

    def find(self, name: str, scope: Scope) -> Value | None:
        """The value of a variable; None for a global that nothing defines."""
        cell = scope.get(name)
        if cell is not None:
            return cell.value
        entry = self.globals.get(name)
        if entry is not None:
            return entry.value
        value = self.given.get(name)
        if value is None and name in self.damaged:
            return UNKNOWN
        return value

    def read(self, node: nodes.Name, frame: Frame) -> Value:
        """The value of a variable; an undefined global is nil, and remembered."""
        value = self.find(node.name, frame.scope)
        if value is None:
            self.reads.setdefault(node.name, Place(frame.piece, node.start, node.end))
            return NIL
        return value

    def assign_global(self, name: str, entry: Entry) -> None:
        """Set a global."""
        self.written.append(entry)
        if isinstance(entry.value, Nil):
            self.globals.pop(name, None)
        else:
            self.globals[name] = entry

    def forget(self, name: nodes.Name, frame: Frame) -> None:
        """Make a variable Unknown."""
        cell = frame.scope.get(name.name)
        if cell is not None:
            cell.value = UNKNOWN
            return
        at = Place(frame.piece, name.start, name.end)
        self.globals[name.name] = Entry(Text(name.name), UNKNOWN, at, at, at, True)

    # Tables ----------------------------------------------------------------------

    def put(self, table: Table, entry: Entry) -> None:
        """Write an entry whose key is neither nil nor NaN."""
        table.own()
        table.written.append(entry)
        key = raw_key(entry.key)
        if key is None:
            table.open = True
        elif isinstance(entry.value, Nil):
            table.entries.pop(key, None)
            self.borders.pop(table, None)
        else:
            table.entries[key] = entry

    def open(self, value: Value) -> None:
        """Make a table, and all that it holds, open: someone unknown may change it."""
        stack = [value]
        seen: set[Table] = set()
        while stack:
            table = stack.pop()
            if isinstance(table, Table) and table not in seen:
                seen.add(table)
                table.open = True
                stack += [entry.value for entry in table.entries.values()]

    # Failures --------------------------------------------------------------------

    def fail(self, message: str, node: Any, frame: Frame, *, hang: bool = False) -> None:
        """Record a run-time error at a node; evaluation goes on. Within a protected call
        (``guards``) raises Failed instead: what comes after the error is not executed."""
        if self.guards:
            raise Failed(message)
        at = Place(frame.piece, node.start, node.end)
        key = (id(frame.piece), node.start, node.end, message)
        self.failures.setdefault(key, Failure(message, at, hang))

    def fail_on(self, doing: str, node: Any, value: Value, frame: Frame) -> None:
        """``attempt to index global 'x' (a nil value)``: the value of ``node`` does not allow it."""
        named = describe(node, frame)
        kind = type_name(value)
        what = f"{named} (a {kind} value)" if named else f"a {kind} value"
        self.fail(f"attempt to {doing} {what}", node, frame)

    def index(self, value: Value, key: Value, node: Any, frame: Frame) -> Value:
        """``value[key]``, where ``node`` is the expression of ``value``."""
        if isinstance(value, Table):
            raw = raw_key(key)
            if raw is None:
                return UNKNOWN if isinstance(key, Unknown) else NIL
            found = value.get(raw)
            if value.meta is not None and isinstance(found, Nil):
                return self._inherited(value, key, node, frame)
            return found
        if isinstance(value, Text):
            if isinstance(key, Text):
                return METHODS.get(key.value, NIL)
            return UNKNOWN if isinstance(key, Unknown) else NIL
        if not isinstance(value, Unknown):
            self.fail_on("index", node, value, frame)
        return UNKNOWN

    def _inherited(self, table: Table, key: Value, node: Any, frame: Frame) -> Value:
        """What the metatable gives for a key that a table lacks."""
        for _ in range(MAX_DEPTH):
            index = NIL if table.meta is None else table.meta.get("__index")
            if isinstance(index, Func):
                try:
                    return nth(self.call(index, [table, key]), 0)
                except Unsure:
                    return UNKNOWN
                except Failed as error:
                    self.fail(str(error), node, frame)
                    return UNKNOWN
            if not isinstance(index, Table):
                return index if isinstance(index, Nil) else UNKNOWN
            raw = raw_key(key)
            found = UNKNOWN if raw is None else index.get(raw)
            if not isinstance(found, Nil):
                return found
            table = index
        return UNKNOWN


def describe(node: Any, frame: Frame) -> str | None:
    """How LuaJIT names an operand: ``local 'x'``, ``field 'y'``; None where it does not."""
    while True:
        if isinstance(node, nodes.Paren):
            node = node.inner
        elif isinstance(node, nodes.Binary) and node.operator in ("and", "or"):
            node = node.right
        else:
            break
    if isinstance(node, nodes.Name):
        cell = frame.scope.get(node.name)
        if cell is None:
            return f"global '{node.name}'"
        return f"{'local' if cell.owner is frame else 'upvalue'} '{node.name}'"
    if isinstance(node, nodes.Index) and isinstance(node.key, nodes.String):
        return f"field '{node.key.text if node.dotted else decode(node.key.text).value}'"
    return None


def _damaged_names(pieces: Sequence[Piece]) -> Iterator[str]:
    for piece in pieces:
        if not piece.flawed:
            continue
        if any(problem.kind != "separator" for problem in piece.problems):
            names = piece.memo.get("damaged")
            if names is None:
                tokens = scan(piece.text, whole=False)
                names = frozenset(token.text for token in tokens if token.type == "NAME")
                piece.memo["damaged"] = names
            yield from names
        else:
            yield from _damaged_names(piece.children or ())
