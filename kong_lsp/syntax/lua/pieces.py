"""Pieces of Lua text, and the problems of those that do not parse."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, compress, count
from operator import is_not
from typing import Any, Literal, NamedTuple

from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.scanner import Token

Kind = Literal["statement", "field"]

MAX_DEPTH = 190
"""LuaJIT refuses more nested levels (lj_def.h, LJ_MAX_XLEVEL 200)."""

CLOSERS = frozenset({"RBRACE", "END", "UNTIL", "ELSE", "ELSEIF"})
"""Tokens that close a block or a table."""

OPEN_BLOCK = frozenset({"FUNCTION", "IF", "DO", "REPEAT"})
"""Tokens that open a block; ``while`` and ``for`` open theirs with ``do``."""

_OPENS = OPEN_BLOCK | {"LPAR", "LSQB", "LBRACE"}
_CLOSES = frozenset({"RPAR", "RSQB", "RBRACE", "END", "UNTIL"})


class Repair(NamedTuple):
    """Text to put in, relative to the piece, that a problem asks for."""

    title: str
    start: int
    end: int
    text: str


class Problem(NamedTuple):
    """Why LuaRocks could not load the text; ``start`` and ``end`` count from the piece.

    ``kind`` is "syntax", "separator" (a comma is missing after the piece), "string" (a
    quote is missing), "unclosed" (a brace or ``end`` is missing), "stray" (something
    is closed that was not open) or "depth".
    """

    kind: str
    message: str
    start: int
    end: int
    repair: Repair | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A statement or a table's field, with the blanks and comments before it.

    ``head`` is the text up to the ``{`` of its cut table and ``tail`` the text from the
    last child on; a leaf has all its text in ``head``. ``separator`` is the ``,`` or
    ``;`` that ends it, or "". ``node`` is None where the piece does not parse. A node's
    position from ``len(head)`` on lies in the tail: the children do not count. ``flawed``
    and ``odd`` tell of the piece and all in it: that some of it does not parse, and that some of
    it may be read in one way by LuaJIT and in another by Lua 5.1.

    ``memo`` is what was worked out of it: ``"starts"`` (see ``starts``), and what the evaluator
    keeps, of which ``"fields"`` goes to the piece that an edit of a child makes of this one.
    """

    kind: Kind
    head: str
    children: tuple[Piece, ...] | None
    tail: str
    length: int
    separator: str
    first: Token
    last: Token
    node: nodes.Statement | nodes.Field | None
    problems: tuple[Problem, ...]
    flawed: bool
    odd: bool
    memo: dict[Any, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole text of the piece."""
        if self.children is None:
            return self.head
        inner = [c.head if c.children is None else c.text for c in self.children]
        return f"{self.head}{''.join(inner)}{self.tail}"

    @property
    def starts(self) -> list[int]:
        """Where each child starts, counted from the first one, and where the last one ends."""
        starts: list[int] | None = self.memo.get("starts")
        if starts is None:
            lengths = (child.length for child in self.children or ())
            starts = self.memo["starts"] = list(accumulate(lengths, initial=0))
        return starts

    def shift(self, position: int, *, is_end: bool = False) -> int:
        """A node's position as a count from the start of the piece, children included."""
        if self.children is None or position < len(self.head) + is_end:
            return position
        return position + self.length - len(self.head) - len(self.tail)


def changes(now: Sequence[object], before: Sequence[object]) -> list[int]:
    """The indexes at which two sequences of one length hold different objects."""
    return list(compress(count(), map(is_not, now, before)))


_ODD = re.compile(
    r"[^\x00-\x7f]|\bgoto\b|::|\\[^abfnrtv\\\"'0-9\r\n]|(?i:\d(?:u?ll|i)\b|\b0b[01]"
    r"|\b0x[0-9a-f]*[.p])"
)


def has_oddity(text: str) -> bool:
    """Whether LuaJIT and Lua 5.1 may read a text in two ways; false where they surely do not."""
    return _ODD.search(text) is not None


_TOO_LARGE = re.compile(r"\\(?:\D|(\d{1,3}))")


def make_piece(
    kind: Kind,
    head: str,
    children: tuple[Piece, ...] | None,
    tail: str,
    length: int,
    tokens: list[Token],
    lacks: bool,
    unclosed: Problem | None,
) -> Piece:
    """Parse the tokens of one piece; a cut table's content is left out of them."""
    from kong_lsp.syntax.lua.parser import Refusal, parse_tokens

    problems: list[Problem] = []
    first, last = tokens[0], tokens[-1]
    separator = ""
    content = tokens
    if last.type == "SEMICOLON" or (kind == "field" and last.type == "COMMA"):
        separator = last.text
        content = tokens[:-1]
    node: Any = None
    if not content:
        problems.append(
            Problem("syntax", f"unexpected symbol near '{separator}'", last.start, last.end)
        )
    elif len(content) == 1 and first.type in CLOSERS:
        problems.append(_stray(first))
    elif (deep := _too_deep(content)) is not None:
        message = "chunk has too many syntax levels"
        problems.append(Problem("depth", message, deep.start, deep.end))
    else:
        node = parse_tokens(kind, content)
        if isinstance(node, Refusal):
            problems.append(_refused(node, content))
            node = None
    for token in content:
        if token.type == "STRING" and "\\" in token.text:
            problems += _too_large(token)
    if lacks and node is not None and content[-1].type != "BAD_STRING":
        end = content[-1].end
        message = "'}' expected: a comma is missing after this entry"
        repair = Repair("Insert the missing comma", end, end, ",")
        problems.append(Problem("separator", message, max(end - 1, first.start), end, repair))
    if unclosed:
        problems.append(unclosed)
    flawed = bool(problems) or any(child.flawed for child in children or ())
    odd = has_oddity(head) or has_oddity(tail) or any(child.odd for child in children or ())
    return Piece(
        kind,
        head,
        children,
        tail,
        length,
        separator,
        first,
        last,
        node,
        tuple(problems),
        flawed,
        odd,
    )


def _too_deep(tokens: list[Token]) -> Token | None:
    """The token at which Lua would give up for too many nested levels."""
    if len(tokens) < MAX_DEPTH:
        return None
    depth = 0
    for token in tokens:
        if token.type in _OPENS:
            depth += 1
            if depth > MAX_DEPTH:
                return token
        elif token.type in _CLOSES:
            depth -= 1
    return None


def _too_large(string: Token) -> Iterator[Problem]:
    """Escapes that stand for no byte: ``\\256``."""
    for match in _TOO_LARGE.finditer(string.text):
        if match[1] and int(match[1]) > 255:
            at = string.start + match.start()
            message = f"escape sequence too large near '{match[0]}'"
            yield Problem("syntax", message, at, at + len(match[0]))


def _refused(refusal: Any, tokens: list[Token]) -> Problem:
    token: Token | None = refusal.token
    last = tokens[-1]
    if token is None:
        return Problem("syntax", refusal.message, last.start, last.end)
    if token.type == "BAD_STRING":
        quote = token.text[0]
        body = token.text.rstrip()
        at = token.start + (len(body) - 1 if body.endswith((",", ";")) else len(body))
        repair = Repair("Close the string", at, at, quote)
        return Problem("string", refusal.message, token.start, token.end, repair)
    return Problem("syntax", refusal.message, token.start, token.end)


def _stray(closer: Token) -> Problem:
    message = f"'<eof>' expected near '{closer.text}'"
    repair = Repair(f"Remove '{closer.text}'", closer.start, closer.end, "")
    return Problem("stray", message, closer.start, closer.end, repair)
