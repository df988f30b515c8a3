"""What is being written at the cursor, however broken the text is.

Only the tokens before the cursor are looked at, one pass of the scanner over them: what
follows is not written yet, or not meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from kong_lsp.syntax.lua.scanner import Token, scan
from kong_lsp.text import Span

Where = Literal["key", "value"]

_REST = {"string": re.compile(r"[\w./@+~:-]*"), "name": re.compile(r"\w*")}
_COMMENT = re.compile(r"--(?:\[(=*)\[[\s\S]*?(?:\]\1\]|(?P<long>\Z))|[^\r\n]*(?P<line>\Z)?)")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a table, or at the top level where ``table`` is empty.

    ``table`` are the keys from the top level to the table, ``"[]"`` for a list item.
    ``where`` tells whether a key or a value is being written; ``key`` is the key of that
    value, if it has one. ``word`` is what of it is there, without its quotes, and
    ``typed`` the part of it before the cursor. ``quote`` is the quote it began with, or
    "", and ``closed`` tells that it has its closing quote. ``start`` is where the key or
    value starts, its quote or bracket included, and ``stop`` where what the editor may
    have closed by itself ends; nothing else follows on the line where ``alone``.
    ``comma`` is where a separator is missing before it, and ``separated`` tells that one
    follows. ``siblings`` are the keys before it in its table. ``joined`` is the expression
    before it in a concatenation, whose last operand it is.
    """

    table: tuple[str, ...]
    where: Where
    key: str | None
    word: Span
    typed: str
    quote: str
    closed: bool
    start: int
    stop: int
    alone: bool
    bracket: bool
    comma: int | None
    separated: bool
    siblings: frozenset[str]
    joined: Span | None = None


@dataclass(slots=True)
class _Table:
    """A table that is open at the cursor: its own key, and how far its last field is."""

    name: str
    key: str | None = None
    assigned: bool = False
    names: set[str] = field(default_factory=set)


def cursor(text: str, offset: int) -> Cursor | None:
    """What is being written at ``offset``; None in a comment, or where anything may come."""
    tokens = scan(text[:offset])
    last = tokens[-1] if tokens else None
    after = last.end if last is not None else 0
    if last is not None and last.type in ("BAD_COMMENT", "BAD_LONG_STRING"):
        return None
    if in_comment(text[after:offset]):
        return None
    quote = ""
    typed = ""
    if last is not None and last.end == offset and last.type == "BAD_STRING":
        quote, typed = last.text[0], last.text[1:]
        tokens.pop()
    elif last is not None and last.end == offset and last.type in ("NAME", "NUMBER"):
        typed = last.text
        tokens.pop()
    elif last is not None and last.end == offset and last.type == "STRING":
        return None
    begin = offset - len(typed) - len(quote)
    joined = None
    if tokens and tokens[-1].type == "CONCAT":
        first = _operands(tokens)
        joined = Span(tokens[first].start, tokens[-1].start)
        begin = joined.start
        del tokens[first:]
    bracket = bool(tokens) and tokens[-1].type == "LSQB"
    opening = tokens.pop() if bracket else None
    tables = _walk(tokens)
    if tables is None:
        return None
    table = tables[-1]
    before = tokens[-1] if tokens else None
    start = begin if opening is None else opening.start
    continues = before is not None and before.type in ("ASSIGN", "CONCAT", "OR", "AND")
    if continues and before is not None and before.type != "ASSIGN":
        return None
    where: Where = "value" if continues and not bracket else "key"
    separated = before is None or before.type in ("COMMA", "SEMICOLON", "LBRACE")
    if where == "key" and not separated and not _fresh(text, start, before):
        return None
    comma = None if separated or where == "value" or len(tables) == 1 or not before else before.end
    end, closed = _rest(text, offset, quote)
    stop = end + closed
    if bracket and text[stop : stop + 1] == "]":
        stop += 1
    line_end = re.compile(r"[^\r\n]*").match(text, stop)
    rest = line_end.group().strip() if line_end else ""
    return Cursor(
        table=tuple(each.name for each in tables[1:]),
        where=where,
        key=table.key if where == "value" else None,
        word=Span(offset - len(typed), end),
        typed=typed,
        quote=quote,
        closed=closed,
        start=start,
        stop=stop,
        alone=not rest or rest[0] in ",;}" or rest.startswith("--"),
        bracket=bracket,
        comma=comma,
        separated=rest[:1] in (",", ";"),
        siblings=frozenset(table.names),
        joined=joined,
    )


def _operands(tokens: list[Token]) -> int:
    """The index of the first token of the expression that the tokens end in."""
    depth = 0
    for index in range(len(tokens) - 1, -1, -1):
        kind = tokens[index].type
        depth += (kind in ("RPAR", "RSQB", "RBRACE")) - (kind in ("LPAR", "LSQB", "LBRACE"))
        if depth < 0 or (not depth and kind in ("ASSIGN", "COMMA", "SEMICOLON", "RETURN")):
            return index + 1
    return 0


def in_comment(gap: str) -> bool:
    """Whether what stands between a token and the cursor ends in a comment."""
    found = _COMMENT.finditer(gap)
    return any(each["long"] is not None or each["line"] is not None for each in found)


def _fresh(text: str, begin: int, before: Token | None) -> bool:
    """Whether a line end lies between the token before and what is written now."""
    return before is None or any(end in text[before.end : begin] for end in "\r\n")


def _rest(text: str, offset: int, quote: str) -> tuple[int, bool]:
    """Where the word goes on to after the cursor, and whether its quote is closed there."""
    match = _REST["string" if quote else "name"].match(text, offset)
    end = match.end() if match else offset
    return end, bool(quote) and text[end : end + 1] == quote


def _walk(tokens: list[Token]) -> list[_Table] | None:
    """The tables that are open after ``tokens``; None inside calls and functions."""
    tables = [_Table("")]
    closers: list[str] = []
    others = 0
    before: Token | None = None
    older: list[Token] = []
    for token in tokens:
        table = tables[-1]
        kind = token.type
        if kind == "LBRACE":
            name = table.key if table.assigned else None
            tables.append(_Table("[]" if name is None else name))
            closers.append("{")
        elif kind in ("LPAR", "LSQB"):
            closers.append(token.text)
            others += kind == "LPAR"
        elif kind in ("RBRACE", "RPAR", "RSQB"):
            opening = {"}": "{", ")": "(", "]": "["}[token.text]
            while closers and closers[-1] != opening and opening == "{":
                others -= closers.pop() == "("
            if closers and closers[-1] == opening:
                closers.pop()
                others -= opening == "("
                if opening == "{" and len(tables) > 1:
                    tables.pop()
        elif kind in ("COMMA", "SEMICOLON") and (not closers or closers[-1] == "{"):
            table.key, table.assigned = None, False
        elif kind == "ASSIGN":
            table.key = _key(older, before)
            table.assigned = True
            if table.key is not None:
                table.names.add(table.key)
        older = [*older[-2:], token]
        before = token
    if others:
        return None
    return tables


def _key(older: list[Token], before: Token | None) -> str | None:
    """The key that an ``=`` after these tokens assigns to."""
    if before is None:
        return None
    if before.type == "NAME":
        return before.text
    if before.type == "RSQB" and len(older) == 3 and older[0].type == "LSQB":
        token = older[1]
        return token.text[1:-1] if token.type == "STRING" else None
    return None
