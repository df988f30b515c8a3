"""What is written at the cursor of a plugin's Lua file, however broken the text is.

The tokens of the text are walked once. A bracket that is not closed costs what follows it up
to the next ``local`` or ``return``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from kong_lsp.features.cursor import in_comment
from kong_lsp.syntax.lua.scanner import Token, scan
from kong_lsp.text import Span

_TEXT = re.compile(r"[\w./+~:-]*")
_REST = re.compile(r"[^\r\n]*")
_CLOSES = {"RBRACE": "{", "RPAR": "(", "RSQB": "["}
_OPENS = {"LBRACE": "{", "LPAR": "(", "LSQB": "["}
_BLOCKS = frozenset(("FUNCTION", "IF", "DO", "REPEAT"))
_STARTS = frozenset(("LOCAL", "RETURN", "FOR", "WHILE", "IF", "REPEAT", "DO", "THEN", "ELSE"))
_ENDS = frozenset(
    ("STRING", "NAME", "NUMBER", "TRUE", "FALSE", "NIL", "END", "CLOSED", "RBRACE", "RPAR", "RSQB")
)
_CLOSED = Token("CLOSED", "", 0, 0, False)
_RETURNED = re.compile(r"^return\s+(\w+)\s*(?:;\s*)?\Z", re.MULTILINE)
_DEEPEST = 200
"""More brackets and blocks in each other than this are not read; Lua takes no more either."""
_MOST = 24
"""Of a longer field or statement the tokens in its middle are forgotten."""


def returned(text: str) -> str | None:
    """The variable that a file returns in its last line."""
    found = _RETURNED.search(text, text.rfind("\nreturn") + 1)
    return found[1] if found is not None else None


@dataclass(slots=True)
class OpenTable:
    """A table whose constructor is open at the cursor.

    ``key`` is what it is the value of: a field's name, the variable of a statement, "" for an
    item of a list. ``before`` is what is written between that and its brace (``typedefs.url``,
    ``return``, ``table.insert(fields,``), without blanks. ``values`` maps the keys of the
    table, those after the cursor too, to their values as written, ``""`` for a table.
    ``number`` counts its items from one to that at the cursor.
    """

    start: int
    key: str = ""
    before: str = ""
    values: dict[str, str] = field(default_factory=dict)
    number: int = 1

    def text(self, key: str) -> str | None:
        """The string that a key has for its value."""
        found = self.values.get(key, "")
        return found[1:-1] if found[:1] in ('"', "'") else None


@dataclass(slots=True)
class LuaPlace:
    """A place in a Lua file: the innermost table, or a statement where ``tables`` is empty.

    ``word`` is the name at the cursor, or what of a string is there, without its quotes, and
    ``typed`` the part before the cursor. ``lead`` is what stands before it in its field or
    statement, ``key`` the key that it is a value of; a field or statement begins with the word
    where ``where`` is "key". ``after`` is the rest of its line. ``comma`` is where a separator
    is missing before it. ``inside`` tells a function's body or head, ``names_function`` that the
    word is, or belongs to, the name in that head.
    """

    tables: tuple[OpenTable, ...]
    where: Literal["key", "value"]
    key: str
    word: Span
    typed: str
    quote: str
    closed: bool
    lead: tuple[Token, ...]
    after: str
    comma: int | None
    inside: bool
    names_function: bool

    @property
    def assigned(self) -> bool:
        """Whether ``=`` follows the word."""
        return self.after[:1] == "=" and self.after[1:2] != "="

    @property
    def chain(self) -> str:
        """The names before the word that it is indexed by: ``typedefs`` in ``typedefs.x``."""
        found = ""
        for token in reversed(self.lead):
            if token.type not in ("NAME", "DOT", "COLON"):
                break
            if token.type == "NAME" and found and found[0] not in ".:":
                break
            found = token.text + found
        return found[:-1] if found[-1:] in (".", ":") else ""

    @property
    def starts(self) -> int:
        """Where the word starts, its quote included."""
        return self.word.start - len(self.quote)

    @property
    def stops(self) -> int:
        """Where it ends, its closing quote included."""
        return self.word.end + self.closed


class Word(NamedTuple):
    """What of a name or string is there; ``span`` without its quotes."""

    span: Span
    quote: str
    closed: bool


class _Frame:
    """A bracket, a block or the file; ``lead`` are the tokens of its current field or
    statement, ``headed`` tells that a function's parameters are there."""

    __slots__ = ("headed", "kind", "lead", "table")

    def __init__(self, kind: str, table: OpenTable | None = None) -> None:
        self.kind = kind
        self.table = table
        self.lead: list[Token] = []
        self.headed = False

    def add(self, token: Token) -> None:
        self.lead.append(token)
        if len(self.lead) > 2 * _MOST:
            del self.lead[_MOST // 2 : -_MOST // 2]


def lua_place(text: str, offset: int) -> LuaPlace | None:
    """What is at ``offset``; None in a comment, a number or a long string, and where the text
    is nested more deeply than Lua takes it."""
    tokens = scan(text)
    index = next((i for i, token in enumerate(tokens) if token.end >= offset), len(tokens))
    at = tokens[index] if index < len(tokens) and tokens[index].start < offset else None
    if at is None and in_comment(text[tokens[index - 1].end if index else 0 : offset]):
        return None
    after = index
    quote, span, closed = "", Span(offset, offset), False
    if at is None:
        if index < len(tokens) and tokens[index][:1] == ("NAME",) and tokens[index].start == offset:
            span, after = Span(offset, tokens[index].end), index + 1
    elif at.type in ("STRING", "BAD_STRING") and not (at.type == "STRING" and offset == at.end):
        quote = at.text[0]
        match = _TEXT.match(text, offset)
        end = match.end() if match is not None else offset
        closed = at.type == "STRING" and end == at.end - 1
        span, after = Span(at.start + 1, end), index + 1
    elif at.text.isidentifier():
        span, after = Span(at.start, at.end), index + 1
    elif at.type in ("NUMBER", "LONG_STRING", "BAD_LONG_STRING", "BAD_COMMENT"):
        return None
    else:
        index += 1
        after = index
    walk = _Walk()
    for token in tokens[:index]:
        walk.take(token)
        if len(walk.frames) > _DEEPEST:
            return None
    comma = walk.begin(tokens[index - 1] if index else None, text[: span.start - len(quote)])
    place = _place(walk, text, offset, Word(span, quote, closed), comma)
    frame = next(each for each in reversed(walk.frames) if each.kind not in ("(", "["))
    if frame.table is not None:
        if place.where == "key" and place.assigned:
            frame.lead = [Token("NAME", "", 0, 0, False)]
        walk.finish(frame, frame.table, tokens[after:])
    return place


def _place(walk: _Walk, text: str, offset: int, word: Word, comma: int | None) -> LuaPlace:
    tables: list[OpenTable] = []
    inside = False
    for frame in walk.frames:
        if frame.kind == "FUNCTION":
            tables, inside = [], True
        elif frame.table is not None:
            tables.append(frame.table)
    innermost = walk.frames[-1]
    lead = walk.lead_to_table()
    rest = _REST.match(text, word.span.end + word.closed)
    return LuaPlace(
        tables=tuple(tables),
        where="value" if lead else "key",
        key=_key_of(lead),
        word=word.span,
        typed=text[word.span.start : offset],
        quote=word.quote,
        closed=word.closed,
        lead=tuple(lead),
        after=rest[0].strip() if rest is not None else "",
        comma=comma,
        inside=inside,
        names_function=innermost.kind == "FUNCTION" and not innermost.headed,
    )


def _key_of(lead: Sequence[Token]) -> str:
    """The key or variable that the tokens of a field or statement assign to."""
    for index, token in enumerate(lead):
        if token.type == "ASSIGN" and index:
            before = lead[index - 1]
            if before.type in ("NAME", "KEY"):
                return before.text
    return ""


def _written(lead: Sequence[Token]) -> str:
    """What follows the ``=`` of a field, without blanks."""
    start = next((i + 1 for i, token in enumerate(lead) if token.type == "ASSIGN"), 0)
    return "".join(token.text + " " * (token.type in ("RETURN", "LOCAL")) for token in lead[start:])


class _Walk:
    def __init__(self) -> None:
        self.frames = [_Frame("")]

    def lead_to_table(self) -> list[Token]:
        """What is written from the start of the field or statement, through brackets."""
        found: list[Token] = []
        for frame in reversed(self.frames):
            found += reversed(frame.lead)
            if frame.kind not in ("(", "["):
                break
            found.append(Token("LPAR", frame.kind, 0, 0, False))
        return found[::-1]

    def begin(self, before: Token | None, text: str) -> int | None:
        """Start the word's own field where it cannot go on with what is before it; where a
        comma is missing then."""
        frame = self.frames[-1]
        if before is None or frame.kind == "(" or not frame.lead:
            return None
        if before.type not in _ENDS or not any(end in text[before.end :] for end in "\r\n"):
            return None
        if frame.kind == "{":
            self.end_field(frame)
            return before.end
        frame.lead = []
        return None

    def take(self, token: Token) -> None:
        kind = token.type
        if kind in ("LOCAL", "RETURN"):
            while self.frames[-1].kind in ("{", "(", "["):
                self.frames.pop()
        frame = self.frames[-1]
        if kind == "LBRACE":
            lead = self.lead_to_table()
            self.frames.append(_Frame("{", OpenTable(token.start, _key_of(lead), _written(lead))))
        elif kind in _OPENS:
            self.frames.append(_Frame(_OPENS[kind]))
        elif kind in _CLOSES:
            self.close(_CLOSES[kind])
        elif kind in ("END", "UNTIL"):
            self.end_block()
        elif kind in ("COMMA", "SEMICOLON") and frame.kind == "{":
            self.end_field(frame)
        elif kind in ("COMMA", "SEMICOLON") and frame.kind not in ("(", "["):
            if kind == "SEMICOLON":
                frame.lead = []
        else:
            if frame.kind == "{":
                if kind == "ASSIGN" and any(each.type == "ASSIGN" for each in frame.lead):
                    name = frame.lead.pop()
                    self.end_field(frame)
                    frame.lead = [name]
            elif frame.kind not in ("(", "[") and (kind in _STARTS or self.restarts(token)):
                frame.lead = []
            frame.add(token)
            if kind in _BLOCKS:
                self.frames.append(_Frame(kind))

    def restarts(self, token: Token) -> bool:
        """Whether a name begins a statement: it follows what ends one, on another line."""
        lead = self.frames[-1].lead
        return (
            token.type in ("NAME", "FUNCTION")
            and token.fresh
            and bool(lead)
            and lead[-1].type in _ENDS
        )

    def end_field(self, frame: _Frame) -> None:
        table = frame.table
        if table is None:
            return
        key = _key_of(frame.lead)
        if key:
            table.values[key] = _written(frame.lead)
        elif frame.lead:
            table.number += 1
        frame.lead = []

    def close(self, kind: str) -> None:
        """Close the innermost bracket of a kind, and what is left open in it."""
        depth = next(
            (n for n in range(len(self.frames) - 1, 0, -1) if self.frames[n].kind == kind), 0
        )
        blocks = any(frame.kind in _BLOCKS for frame in self.frames[depth + 1 :])
        if not depth or (blocks and kind != "{"):
            return
        closed = self.frames[depth]
        if kind == "{":
            self.end_field(closed)
        del self.frames[depth:]
        lead = closed.lead
        if kind == "[" and len(lead) == 1 and lead[0].type == "STRING":
            self.frames[-1].add(lead[0]._replace(type="KEY", text=lead[0].text[1:-1]))
        else:
            self.frames[-1].add(_CLOSED)
            self.frames[-1].headed = True

    def end_block(self) -> None:
        for depth in range(len(self.frames) - 1, 0, -1):
            if self.frames[depth].kind in _BLOCKS:
                del self.frames[depth:]
                self.frames[-1].add(Token("END", "", 0, 0, False))
                return

    def finish(self, frame: _Frame, table: OpenTable, tokens: Sequence[Token]) -> None:
        """Read on to the end of a table."""
        number = table.number
        for token in tokens:
            self.take(token)
            if frame not in self.frames or len(self.frames) > _DEEPEST:
                break
        else:
            self.end_field(frame)
        table.number = number
