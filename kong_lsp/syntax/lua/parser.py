"""Tokens of one piece to one node, by the Lark grammar ``grammars/lua.lark``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from lark import Lark, UnexpectedToken
from lark.lexer import Lexer

from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.grammar import load

if TYPE_CHECKING:
    from kong_lsp.syntax.lua.scanner import Token

# Lua 5.1, lparser.c, "priority": left and right; right below left means right-associative.
_PRIORITY = {
    "or": (1, 1),
    "and": (2, 2),
    "<": (3, 3),
    ">": (3, 3),
    "<=": (3, 3),
    ">=": (3, 3),
    "~=": (3, 3),
    "==": (3, 3),
    "..": (5, 4),
    "+": (6, 6),
    "-": (6, 6),
    "*": (7, 7),
    "/": (7, 7),
    "%": (7, 7),
    "^": (10, 9),
}
_UNARY = 8


class Refusal(NamedTuple):
    """Why the tokens are no statement or field: Lua's words, and the token they are about.

    ``token`` is None where the end of the piece came too early.
    """

    message: str
    token: Token | None


class NoLexer(Lexer):
    """Stands where Lark wants a lexer: the tokens are fed to it one by one."""

    def __init__(self, conf: Any) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any) -> Any:
        return iter(())


class _Refused(Exception):
    def __init__(self, message: str, token: Token | None) -> None:
        self.refusal = Refusal(message, token)


class _Unary(NamedTuple):
    """An operator before its operand, until the precedence of the chain is settled."""

    token: Token
    operand: Any


class _Otherwise(NamedTuple):
    block: tuple[Any, ...]


CUT = "{…"
"""The text of a ``{`` whose table's fields are pieces of their own."""


def parse_tokens(kind: str, tokens: list[Token]) -> Any:
    """The node of a piece of ``kind`` ("statement" or "field"), or a ``Refusal``."""
    session = _lark().parse_interactive(start=kind)
    feed = session.parser_state.feed_token
    token: Token | None = None
    try:
        for token in tokens:
            feed(token)  # type: ignore[arg-type]
        token = None
        return session.feed_eof()  # type: ignore[no-untyped-call]
    except UnexpectedToken:
        accepted = session.accepts()  # type: ignore[no-untyped-call]
        return Refusal(_message(accepted, token), token)
    except _Refused as error:
        return error.refusal


def _message(accepted: set[str], token: Token | None) -> str:
    """What Lua would say of ``token``: it names one expected token, or none."""
    if token is not None and token.type in _BAD:
        return f"{_BAD[token.type]} near '{token.text.split(chr(10))[0][:40]}'"
    near = f"near '{token.text}'" if token else "near the end of this statement"
    for terminal, shown in _EXPECTED:
        if terminal in accepted and len(accepted - {terminal} - _CONTINUES) == 0:
            return f"'{shown}' expected {near}"
    if accepted and accepted <= {"NAME", "FUNCTION"}:
        return f"'<name>' expected {near}"
    return f"unexpected symbol {near}"


_BAD = {
    "BAD_STRING": "unfinished string",
    "BAD_LONG_STRING": "unfinished long string",
    "BAD_COMMENT": "unfinished long comment",
    "BAD_NUMBER": "malformed number",
    "BAD_CHARACTER": "unexpected symbol",
}
_CONTINUES = frozenset(
    "OR AND LT GT LE GE NE EQ CONCAT PLUS MINUS STAR SLASH PERCENT CARET LPAR LBRACE LSQB"
    " STRING LONG_STRING COLON DOT COMMA SEMICOLON $END".split()
)
_EXPECTED = (
    ("ASSIGN", "="),
    ("RSQB", "]"),
    ("RPAR", ")"),
    ("RBRACE", "}"),
    ("THEN", "then"),
    ("DO", "do"),
    ("END", "end"),
    ("IN", "in"),
)


@cache
def _lark() -> Lark:
    return load(
        "lua",
        start=["statement", "field"],
        lexer=NoLexer,
        transformer=_Builder(),
        maybe_placeholders=False,
    )


def _settle(item: Any) -> Any:
    """An operand whose leading operators apply to it alone."""
    if not isinstance(item, _Unary):
        return item
    operators: list[Token] = []
    while isinstance(item, _Unary):
        operators.append(item.token)
        item = item.operand
    for token in reversed(operators):
        item = nodes.Unary(token.start, item.end, token.text, item)
    return item


def _reduce(values: list[Any], operators: list[tuple[Any, bool]]) -> None:
    token, unary = operators.pop()
    right = values.pop()
    if unary:
        values.append(nodes.Unary(token.start, right.end, token.text, right))
    else:
        left = values.pop()
        values.append(nodes.Binary(left.start, right.end, token.text, left, right))


def _call_arguments(items: list[Any]) -> tuple[tuple[Any, ...], int]:
    last = items[-1]
    if len(items) == 1:
        return (last,), last.end
    return (items[1] if len(items) == 3 else ()), last.end


class _Builder:
    """Called by Lark for each rule, with the children in order; makes ``nodes``."""

    def statement(self, items: list[Any]) -> Any:
        return items[0]

    field = statement

    def name(self, items: list[Any]) -> nodes.Name:
        token = items[0]
        return nodes.Name(token.start, token.end, token.text)

    def constant(self, items: list[Any]) -> nodes.Constant:
        token = items[0]
        value = {"nil": None, "true": True, "false": False}[token.text]
        return nodes.Constant(token.start, token.end, value)

    def number(self, items: list[Any]) -> nodes.Number:
        token = items[0]
        return nodes.Number(token.start, token.end, _number(token.text))

    def string(self, items: list[Any]) -> nodes.String:
        token = items[0]
        return nodes.String(token.start, token.end, token.text)

    def vararg(self, items: list[Any]) -> nodes.Vararg:
        return nodes.Vararg(items[0].start, items[0].end)

    def function(self, items: list[Any]) -> nodes.Function:
        return _function(items[0].start, items[1])

    def body(self, items: list[Any]) -> list[Any]:
        return items

    def parameters(self, items: list[Any]) -> tuple[tuple[str, ...], bool]:
        names = tuple(token.text for token in items if token.type == "NAME")
        return names, items[-1].type == "VARARG"

    def paren(self, items: list[Any]) -> nodes.Paren:
        return nodes.Paren(items[0].start, items[2].end, _settle(items[1]))

    def index(self, items: list[Any]) -> nodes.Index:
        return nodes.Index(items[0].start, items[3].end, items[0], _settle(items[2]), False)

    def dotted(self, items: list[Any]) -> nodes.Index:
        name = items[2]
        key = nodes.String(name.start, name.end, name.text)
        return nodes.Index(items[0].start, name.end, items[0], key, True)

    def call(self, items: list[Any]) -> nodes.Call:
        arguments, end = _call_arguments(items[1:])
        return nodes.Call(items[0].start, end, items[0], arguments)

    def method_call(self, items: list[Any]) -> nodes.MethodCall:
        arguments, end = _call_arguments(items[3:])
        name = items[2]
        return nodes.MethodCall(
            items[0].start, end, items[0], name.text, name.start, name.end, arguments
        )

    def unary(self, items: list[Any]) -> _Unary:
        return _Unary(items[0], items[1])

    def chain(self, items: list[Any]) -> Any:
        values: list[Any] = []
        operators: list[tuple[Any, bool]] = []
        for place, item in enumerate(items):
            if place % 2:
                left = _PRIORITY[item.text][0]
                while operators and _right(operators[-1]) >= left:
                    _reduce(values, operators)
                operators.append((item, False))
            else:
                while isinstance(item, _Unary):
                    operators.append((item.token, True))
                    item = item.operand
                values.append(item)
        while operators:
            _reduce(values, operators)
        return values[0]

    def exps(self, items: list[Any]) -> tuple[Any, ...]:
        return tuple(map(_settle, items[::2]))

    def names(self, items: list[Any]) -> tuple[nodes.Name, ...]:
        return tuple(nodes.Name(token.start, token.end, token.text) for token in items[::2])

    def targets(self, items: list[Any]) -> tuple[Any, ...]:
        targets = tuple(items[::2])
        for target in targets:
            if not isinstance(target, nodes.Name | nodes.Index):
                raise _Refused("syntax error: this cannot be assigned to", None)
        return targets

    def entry(self, items: list[Any]) -> nodes.Field:
        value = _settle(items[-1])
        first = items[0]
        if len(items) == 5:
            return nodes.Field(first.start, value.end, _settle(items[1]), value, True)
        if len(items) == 3:
            key = nodes.Name(first.start, first.end, first.text)
            return nodes.Field(key.start, value.end, key, value, False)
        return nodes.Field(value.start, value.end, None, value, False)

    def table(self, items: list[Any]) -> nodes.Table:
        fields = tuple(item for item in items if isinstance(item, nodes.Field))
        cut = items[0].type == "LBRACE" and items[0].text == CUT
        return nodes.Table(items[0].start, items[-1].end, None if cut else fields)

    def block(self, items: list[Any]) -> tuple[Any, ...]:
        return tuple(item for item in items if getattr(item, "type", "") != "SEMICOLON")

    def local(self, items: list[Any]) -> nodes.Local:
        names = items[1]
        values = items[3] if len(items) > 2 else ()
        end = (values or names)[-1].end
        return nodes.Local(items[0].start, end, names, values)

    def local_function(self, items: list[Any]) -> nodes.LocalFunction:
        name = nodes.Name(items[2].start, items[2].end, items[2].text)
        function = _function(items[1].start, items[3])
        return nodes.LocalFunction(items[0].start, function.end, name, function)

    def assign(self, items: list[Any]) -> nodes.Assign:
        targets, _, values = items
        return nodes.Assign(targets[0].start, values[-1].end, targets, values)

    def call_statement(self, items: list[Any]) -> nodes.CallStatement:
        call = items[0]
        if not isinstance(call, nodes.Call | nodes.MethodCall):
            raise _Refused("'=' expected near the end of this statement", None)
        return nodes.CallStatement(call.start, call.end, call)

    def function_name(self, items: list[Any]) -> tuple[Any, bool]:
        target: Any = nodes.Name(items[0].start, items[0].end, items[0].text)
        for token in items[2::2]:
            key = nodes.String(token.start, token.end, token.text)
            target = nodes.Index(target.start, token.end, target, key, True)
        return target, len(items) > 1 and items[-2].type == "COLON"

    def function_statement(self, items: list[Any]) -> nodes.FunctionStatement:
        target, method = items[1]
        function = _function(items[0].start, items[2], ("self",) if method else ())
        return nodes.FunctionStatement(items[0].start, function.end, target, function)

    def do_block(self, items: list[Any]) -> nodes.Do:
        return nodes.Do(items[0].start, items[2].end, items[1])

    def repeat_loop(self, items: list[Any]) -> nodes.Repeat:
        condition = _settle(items[3])
        return nodes.Repeat(items[0].start, condition.end, items[1], condition)

    def while_loop(self, items: list[Any]) -> nodes.While:
        return nodes.While(items[0].start, items[4].end, _settle(items[1]), items[3])

    def if_block(self, items: list[Any]) -> nodes.If:
        last = items[-2]
        branches = [(_settle(items[1]), items[3])]
        branches += [item for item in items[4:-1] if not isinstance(item, _Otherwise)]
        otherwise = last.block if isinstance(last, _Otherwise) else ()
        return nodes.If(items[0].start, items[-1].end, tuple(branches), otherwise)

    def elseif(self, items: list[Any]) -> tuple[Any, Any]:
        return _settle(items[1]), items[3]

    def otherwise(self, items: list[Any]) -> _Otherwise:
        return _Otherwise(items[1])

    def break_loop(self, items: list[Any]) -> nodes.Break:
        return nodes.Break(items[0].start, items[0].end)

    def return_values(self, items: list[Any]) -> nodes.Return:
        values = items[1] if len(items) > 1 else ()
        return nodes.Return(items[0].start, values[-1].end if values else items[0].end, values)

    def numeric_for(self, items: list[Any]) -> nodes.NumericFor:
        name = nodes.Name(items[1].start, items[1].end, items[1].text)
        step = _settle(items[7]) if len(items) > 9 else None
        return nodes.NumericFor(
            items[0].start,
            items[-1].end,
            name,
            _settle(items[3]),
            _settle(items[5]),
            step,
            items[-2],
        )

    def generic_for(self, items: list[Any]) -> nodes.GenericFor:
        return nodes.GenericFor(items[0].start, items[6].end, items[1], items[3], items[5])

    def goto(self, items: list[Any]) -> nodes.Goto:
        return nodes.Goto(items[0].start, items[1].end, items[1].text)

    def label(self, items: list[Any]) -> nodes.Label:
        token = items[0]
        return nodes.Label(token.start, token.end, token.text.strip(": \t"))


def _right(operator: tuple[Any, bool]) -> int:
    token, unary = operator
    return _UNARY if unary else _PRIORITY[token.text][1]


def _function(start: int, body: list[Any], extra: tuple[str, ...] = ()) -> nodes.Function:
    names, vararg = body[1] if len(body) == 5 else ((), False)
    return nodes.Function(start, body[-1].end, extra + names, vararg, body[-2])


def _number(text: str) -> float | None:
    lowered = text.lower()
    if lowered.endswith(("ll", "i")):
        return None
    if lowered.startswith("0b"):
        return float(int(lowered, 2))
    if lowered.startswith("0x"):
        try:
            return float.fromhex(lowered)
        except OverflowError:
            return float("inf")
    return float(lowered)
