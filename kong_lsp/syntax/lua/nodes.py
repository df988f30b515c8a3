"""The syntax tree of Lua.

``start`` and ``end`` of a node count code points from the start of the *piece*
that holds it, as if the children of that piece's cut table were not there
(``tree.Piece`` explains), so a node never changes when its surroundings do.

Nothing changes a node, yet the classes are not frozen: at each start that would cost
10 ms more to make them, and in each parse three times as long to make their objects.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, repr=False)
class Name:
    start: int
    end: int
    name: str


@dataclass(slots=True, repr=False)
class Constant:
    """``nil``, ``true``, ``false``."""

    start: int
    end: int
    value: bool | None


@dataclass(slots=True, repr=False)
class Number:
    """A number; ``value`` is None for what only LuaJIT's FFI has (``1LL``, ``2i``)."""

    start: int
    end: int
    value: float | None


@dataclass(slots=True, repr=False)
class String:
    """A string literal. ``text`` is as written, quotes or long brackets included."""

    start: int
    end: int
    text: str


@dataclass(slots=True, repr=False)
class Vararg:
    start: int
    end: int


@dataclass(slots=True, repr=False)
class Field:
    """One entry of a table: ``[key] = value``, ``name = value`` or ``value``.

    ``key`` is a ``Name`` for the second form, and ``bracketed`` tells the first
    from it. Without a key it is None.
    """

    start: int
    end: int
    key: Expression | None
    value: Expression
    bracketed: bool


@dataclass(slots=True, repr=False)
class Table:
    """A table constructor. ``fields`` is None where they are the piece's children."""

    start: int
    end: int
    fields: tuple[Field, ...] | None


@dataclass(slots=True, repr=False)
class Function:
    """A function body; ``vararg`` tells whether it takes ``...``."""

    start: int
    end: int
    parameters: tuple[str, ...]
    vararg: bool
    body: tuple[Statement, ...]


@dataclass(slots=True, repr=False)
class Unary:
    """``operator`` is ``-``, ``not`` or ``#``."""

    start: int
    end: int
    operator: str
    operand: Expression


@dataclass(slots=True, repr=False)
class Binary:
    start: int
    end: int
    operator: str
    left: Expression
    right: Expression


@dataclass(slots=True, repr=False)
class Paren:
    """``( inner )``: cuts a call's results to one."""

    start: int
    end: int
    inner: Expression


@dataclass(slots=True, repr=False)
class Index:
    """``object[key]``; for ``object.name`` the key is a ``String`` without quotes
    (``text`` is the bare name) and ``dotted`` is true."""

    start: int
    end: int
    object: Expression
    key: Expression
    dotted: bool


@dataclass(slots=True, repr=False)
class Call:
    start: int
    end: int
    function: Expression
    arguments: tuple[Expression, ...]


@dataclass(slots=True, repr=False)
class MethodCall:
    """``object:method(arguments)``; the method's name lies at ``name_start``..``name_end``."""

    start: int
    end: int
    object: Expression
    method: str
    name_start: int
    name_end: int
    arguments: tuple[Expression, ...]


@dataclass(slots=True, repr=False)
class Local:
    start: int
    end: int
    names: tuple[Name, ...]
    values: tuple[Expression, ...]


@dataclass(slots=True, repr=False)
class LocalFunction:
    start: int
    end: int
    name: Name
    function: Function


@dataclass(slots=True, repr=False)
class Assign:
    start: int
    end: int
    targets: tuple[Expression, ...]
    values: tuple[Expression, ...]


@dataclass(slots=True, repr=False)
class FunctionStatement:
    """``function a.b.c() … end``; for ``a.b:c`` the function's first parameter is ``self``."""

    start: int
    end: int
    target: Expression
    function: Function


@dataclass(slots=True, repr=False)
class CallStatement:
    start: int
    end: int
    call: Expression


@dataclass(slots=True, repr=False)
class Do:
    start: int
    end: int
    body: tuple[Statement, ...]


@dataclass(slots=True, repr=False)
class While:
    start: int
    end: int
    condition: Expression
    body: tuple[Statement, ...]


@dataclass(slots=True, repr=False)
class Repeat:
    start: int
    end: int
    body: tuple[Statement, ...]
    condition: Expression


@dataclass(slots=True, repr=False)
class If:
    """``branches`` are (condition, body) in order; ``otherwise`` is the else block."""

    start: int
    end: int
    branches: tuple[tuple[Expression, tuple[Statement, ...]], ...]
    otherwise: tuple[Statement, ...]


@dataclass(slots=True, repr=False)
class NumericFor:
    start: int
    end: int
    name: Name
    first: Expression
    last: Expression
    step: Expression | None
    body: tuple[Statement, ...]


@dataclass(slots=True, repr=False)
class GenericFor:
    start: int
    end: int
    names: tuple[Name, ...]
    values: tuple[Expression, ...]
    body: tuple[Statement, ...]


@dataclass(slots=True, repr=False)
class Return:
    start: int
    end: int
    values: tuple[Expression, ...]


@dataclass(slots=True, repr=False)
class Break:
    start: int
    end: int


@dataclass(slots=True, repr=False)
class Goto:
    start: int
    end: int
    label: str


@dataclass(slots=True, repr=False)
class Label:
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
