"""The syntax tree of Lua.

``start`` and ``end`` of a node count code points from the start of the *piece*
that holds it, as if the children of that piece's cut table were not there
(``tree.Piece`` explains), so a node never changes when its surroundings do.

Nodes are named tuples, not frozen dataclasses: at each start those would cost 15 ms more to
make. A node is a tuple, then: what tells a node from a tuple of nodes looks at the class.
"""

from __future__ import annotations

from typing import NamedTuple


class Name(NamedTuple):
    start: int
    end: int
    name: str


class Constant(NamedTuple):
    """``nil``, ``true``, ``false``."""

    start: int
    end: int
    value: bool | None


class Number(NamedTuple):
    """A number; ``value`` is None for what only LuaJIT's FFI has (``1LL``, ``2i``)."""

    start: int
    end: int
    value: float | None


class String(NamedTuple):
    """A string literal. ``text`` is as written, quotes or long brackets included."""

    start: int
    end: int
    text: str


class Vararg(NamedTuple):
    start: int
    end: int


class Field(NamedTuple):
    """One entry of a table: ``[key] = value``, ``name = value`` or ``value``.

    ``key`` is a ``Name`` for the second form, and ``bracketed`` tells the first
    from it. Without a key it is None.
    """

    start: int
    end: int
    key: Expression | None
    value: Expression
    bracketed: bool


class Table(NamedTuple):
    """A table constructor. ``fields`` is None where they are the piece's children."""

    start: int
    end: int
    fields: tuple[Field, ...] | None


class Function(NamedTuple):
    """A function body; ``vararg`` tells whether it takes ``...``."""

    start: int
    end: int
    parameters: tuple[str, ...]
    vararg: bool
    body: tuple[Statement, ...]


class Unary(NamedTuple):
    """``operator`` is ``-``, ``not`` or ``#``."""

    start: int
    end: int
    operator: str
    operand: Expression


class Binary(NamedTuple):
    start: int
    end: int
    operator: str
    left: Expression
    right: Expression


class Paren(NamedTuple):
    """``( inner )``: cuts a call's results to one."""

    start: int
    end: int
    inner: Expression


class Index(NamedTuple):
    """``object[key]``; for ``object.name`` the key is a ``String`` without quotes
    (``text`` is the bare name) and ``dotted`` is true."""

    start: int
    end: int
    object: Expression
    key: Expression
    dotted: bool


class Call(NamedTuple):
    start: int
    end: int
    function: Expression
    arguments: tuple[Expression, ...]


class MethodCall(NamedTuple):
    """``object:method(arguments)``; the method's name lies at ``name_start``..``name_end``."""

    start: int
    end: int
    object: Expression
    method: str
    name_start: int
    name_end: int
    arguments: tuple[Expression, ...]


class Local(NamedTuple):
    start: int
    end: int
    names: tuple[Name, ...]
    values: tuple[Expression, ...]


class LocalFunction(NamedTuple):
    start: int
    end: int
    name: Name
    function: Function


class Assign(NamedTuple):
    start: int
    end: int
    targets: tuple[Expression, ...]
    values: tuple[Expression, ...]


class FunctionStatement(NamedTuple):
    """``function a.b.c() … end``; for ``a.b:c`` the function's first parameter is ``self``."""

    start: int
    end: int
    target: Expression
    function: Function


class CallStatement(NamedTuple):
    start: int
    end: int
    call: Expression


class Do(NamedTuple):
    start: int
    end: int
    body: tuple[Statement, ...]


class While(NamedTuple):
    start: int
    end: int
    condition: Expression
    body: tuple[Statement, ...]


class Repeat(NamedTuple):
    start: int
    end: int
    body: tuple[Statement, ...]
    condition: Expression


class If(NamedTuple):
    """``branches`` are (condition, body) in order; ``otherwise`` is the else block."""

    start: int
    end: int
    branches: tuple[tuple[Expression, tuple[Statement, ...]], ...]
    otherwise: tuple[Statement, ...]


class NumericFor(NamedTuple):
    start: int
    end: int
    name: Name
    first: Expression
    last: Expression
    step: Expression | None
    body: tuple[Statement, ...]


class GenericFor(NamedTuple):
    start: int
    end: int
    names: tuple[Name, ...]
    values: tuple[Expression, ...]
    body: tuple[Statement, ...]


class Return(NamedTuple):
    start: int
    end: int
    values: tuple[Expression, ...]


class Break(NamedTuple):
    start: int
    end: int


class Goto(NamedTuple):
    start: int
    end: int
    label: str


class Label(NamedTuple):
    start: int
    end: int
    label: str


Expression = (
    Name
    | Constant
    | Number
    | String
    | Vararg
    | Table
    | Function
    | Unary
    | Binary
    | Paren
    | Index
    | Call
    | MethodCall
)
Statement = (
    Local
    | LocalFunction
    | Assign
    | FunctionStatement
    | CallStatement
    | Do
    | While
    | Repeat
    | If
    | NumericFor
    | GenericFor
    | Return
    | Break
    | Goto
    | Label
)
Node = Expression | Statement | Field
