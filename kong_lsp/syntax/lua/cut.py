"""Cuts Lua tokens into pieces, whatever the text.

Borders are decided from two neighbouring tokens alone (``ends_statement``,
``_ends_field``), by rules that hold in no correct program, so that a correct text is
cut the same way with and without them.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from kong_lsp.syntax.lua.pieces import (
    CLOSERS,
    MAX_DEPTH,
    OPEN_BLOCK,
    Kind,
    Piece,
    Problem,
    Repair,
    make_piece,
)
from kong_lsp.syntax.lua.scanner import Token

MAX_CUT_DEPTH = 40
"""A table nested deeper than this is no longer cut into pieces."""

Reuse = dict[tuple[Kind, str, bool], list[Piece]]
"""Leaf pieces that may be used again: by kind, text, and whether a comma is missing."""


_VALUE_ENDS = frozenset(
    "NAME STRING LONG_STRING NUMBER BAD_NUMBER BAD_STRING NIL TRUE FALSE VARARG RPAR RBRACE RSQB"
    " END".split()
)
_STATEMENT_ENDS = _VALUE_ENDS | {"BREAK", "LABEL", "RETURN"}
_ALWAYS_STARTS = frozenset({"LOCAL", "RETURN", "BREAK", "WHILE", "REPEAT", "FOR", "IF"})
_STARTS_AFTER_VALUE = frozenset({"NAME", "FUNCTION", "GOTO", "LABEL"})
_NEVER_BEFORE_STATEMENT = frozenset({"COMMA", "DOT", "COLON", "LOCAL", "FOR", "FUNCTION", "GOTO"})
_LITERAL_ENDS = frozenset(
    "STRING LONG_STRING NUMBER BAD_NUMBER BAD_STRING RBRACE NIL TRUE FALSE END".split()
)
_STARTS_FIELD = frozenset({"NAME", "NUMBER", "NIL", "TRUE", "FALSE", "FUNCTION"})
_STARTS_LITERAL = frozenset({"STRING", "LONG_STRING", "BAD_STRING", "LBRACE", "LSQB"})


def ends_statement(before: Token, token: Token, following: Token | None) -> bool:
    """Whether a statement ends between two neighbours outside all brackets and blocks.

    ``following`` tells whether ``token`` is assigned to; without it only what needs no
    third token is decided.
    """
    kind = token.type
    if kind in _ALWAYS_STARTS:
        return True
    if before.type == "RETURN":
        return False
    if before.type in _STATEMENT_ENDS and kind in _STARTS_AFTER_VALUE:
        return True
    return (
        kind == "NAME"
        and token.fresh
        and before.type not in _NEVER_BEFORE_STATEMENT
        and following is not None
        and following.type == "ASSIGN"
    )


class _Open:
    """A piece that is being cut: where it starts, and its cut table so far."""

    __slots__ = ("begin", "children", "closed", "cut_at", "first", "loops")

    def __init__(self, begin: int, first: int) -> None:
        self.begin = begin
        self.first = first
        self.children: tuple[Piece, ...] = ()
        self.cut_at = -1
        self.closed = False
        self.loops = False


class _Frame:
    """An open bracket or block. Where its content is ``cut``, ``pieces`` are its pieces
    so far and ``open`` the one that is not finished yet."""

    __slots__ = ("cut", "index", "open", "pieces", "type")

    def __init__(self, type_: str, index: int, *, cut: bool = False) -> None:
        self.type = type_
        self.index = index
        self.cut = cut
        self.open: _Open | None = None
        self.pieces: list[Piece] = []


class Cutter:
    """Cuts tokens into pieces in one pass.

    ``done`` are the pieces, ``end`` the offset after them, ``sound`` tells that every
    bracket and block was closed by its own closer, ``unclosed`` is the index of the
    outermost one that nothing closes. From the token ``recover_from``
    on, a statement that starts at the margin closes everything that is open.
    """

    def __init__(
        self,
        text: str,
        tokens: list[Token],
        reuse: Reuse,
        *,
        kind: Kind = "statement",
        recover_from: int | None = None,
    ) -> None:
        self.text = text
        self.tokens = tokens
        self.reuse = reuse
        self.recover_from = len(tokens) if recover_from is None else recover_from
        self.kind: Kind = kind
        self.end = 0
        self.frames = [_Frame("", -1, cut=True)]
        self.done = self.frames[0].pieces
        self.unclosed: int | None = None
        self.sound = True
        self.margin = 0
        self._line_starts: list[int] = []

    def run(self) -> None:
        for index, token in enumerate(self.tokens):
            self._step(index, token)
        if len(self.frames) > 1:
            self.unclosed = self.frames[1].index
            self.sound = False
            self._close_all(len(self.tokens))
        self._finish(len(self.tokens))

    # One token -------------------------------------------------------------------

    def _step(self, index: int, token: Token) -> None:
        kind = token.type
        frame = self.frames[-1]
        if index > self.recover_from and len(self.frames) > 1 and self._at_margin(index):
            self._close_all(index)
            self._finish(index)
            frame = self.frames[-1]
        elif token.fresh and frame.type in ("LPAR", "LSQB") and self._starts_entry(index):
            self.sound = False
            while self.frames[-1].type in ("LPAR", "LSQB"):
                self.frames.pop()
            frame = self.frames[-1]
        if kind in CLOSERS or kind in ("RPAR", "RSQB"):
            self._closer(index, token)
            return
        if frame.cut and frame.open is not None:
            self._border(index, token, frame.open)
        if frame.cut and frame.open is None:
            self._begin(index)
        if kind in {"COMMA", "SEMICOLON"}:
            if frame.type == "LSQB":
                self.sound = False
                self.frames.pop()
                frame = self.frames[-1]
            if frame.cut and (self._in_table() or kind == "SEMICOLON"):
                self._finish(index + 1)
        elif len(self.frames) > MAX_DEPTH:
            pass
        elif kind == "LBRACE":
            self._open_table(index)
        elif kind in ("LPAR", "LSQB"):
            self.frames.append(_Frame(kind, index))
        elif kind in OPEN_BLOCK:
            if kind == "DO" and frame.open is not None:
                frame.open.loops = False
            self.frames.append(_Frame(kind, index))
        elif kind in {"WHILE", "FOR"} and frame.open is not None:
            frame.open.loops = True

    def _in_table(self) -> bool:
        return len(self.frames) > 1 or self.kind == "field"

    def _begin(self, index: int) -> None:
        self.frames[-1].open = _Open(self.end, index)
        token = self.tokens[index]
        if len(self.frames) == 1 and token.fresh:
            self.margin = self._column(token)

    def _column(self, token: Token) -> int:
        return token.start - self.text.rfind("\n", 0, token.start) - 1

    def _border(self, index: int, token: Token, current: _Open) -> None:
        """Finish the piece before ``token`` where a border lies between."""
        before = self.tokens[index - 1]
        if self._in_table():
            if _ends_field(before, token) or (
                token.fresh
                and before.type in ("NAME", "RPAR", "RSQB", "ASSIGN")
                and self._starts_entry(index)
            ):
                self._finish(index, lacks=before.type != "ASSIGN")
            return
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        if token.type == "DO":
            if not current.loops and before.type in _STATEMENT_ENDS:
                self._finish(index)
        elif ends_statement(before, token, following):
            self._finish(index)

    def _starts_entry(self, index: int) -> bool:
        """Whether ``name =`` or ``[…] =`` starts at ``index``."""
        tokens = self.tokens
        kind = tokens[index].type
        if kind == "NAME":
            return (
                index + 1 < len(tokens)
                and tokens[index + 1].type == "ASSIGN"
                and (index == 0 or tokens[index - 1].type not in _NEVER_BEFORE_STATEMENT)
            )
        if kind != "LSQB":
            return False
        for ahead in range(index + 1, min(index + 16, len(tokens) - 1)):
            if tokens[ahead].fresh:
                return False
            if tokens[ahead].type == "RSQB":
                return tokens[ahead + 1].type == "ASSIGN"
        return False

    def _at_margin(self, index: int) -> bool:
        """Whether a statement starts at ``index``, no further right than the open one."""
        token = self.tokens[index]
        if not token.fresh or self._column(token) > self.margin:
            return False
        return token.type in _ALWAYS_STARTS or (token.type == "NAME" and self._starts_entry(index))

    # Brackets --------------------------------------------------------------------

    def _open_table(self, index: int) -> None:
        current = self.frames[-1].open
        cut = current is not None and current.cut_at < 0 and len(self.frames) <= MAX_CUT_DEPTH
        if cut and current is not None:
            current.cut_at = index
            self.end = self.tokens[index].end
        self.frames.append(_Frame("LBRACE", index, cut=cut))

    def _closer(self, index: int, token: Token) -> None:
        kind = token.type
        depth = len(self.frames) - 1
        while depth > 0 and not _closes(kind, self.frames[depth].type):
            if kind in ("RPAR", "RSQB") and self.frames[depth].type not in ("LPAR", "LSQB"):
                depth = 0
                break
            if kind in ("END", "UNTIL", "ELSE", "ELSEIF") and self.frames[depth].type == "LBRACE":
                depth = 0
                break
            depth -= 1
        if depth == 0:
            self._stray(index, token)
            return
        if kind in ("ELSE", "ELSEIF"):
            del self.frames[depth + 1 :]
            return
        while len(self.frames) - 1 > depth:
            self._pop(index, closed=False)
        self._pop(index, closed=True)

    def _pop(self, index: int, *, closed: bool) -> None:
        """Close the innermost frame before the token at ``index``."""
        self.sound = self.sound and closed
        self._finish(index)
        frame = self.frames.pop()
        current = self.frames[-1].open
        if frame.cut and current is not None:
            current.children = tuple(frame.pieces)
            current.closed = closed

    def _close_all(self, index: int) -> None:
        while len(self.frames) > 1:
            self._pop(index, closed=False)

    def _stray(self, index: int, token: Token) -> None:
        self.sound = False
        frame = self.frames[-1]
        if len(self.frames) == 1 and token.type in CLOSERS:
            self._finish(index)
            self._begin(index)
            self._finish(index + 1)
        elif frame.cut and frame.open is None:
            self._begin(index)

    # Pieces ----------------------------------------------------------------------

    def _finish(self, stop: int, *, lacks: bool = False) -> None:
        """End the open piece of the innermost cut frame before token ``stop``."""
        frame = self.frames[-1]
        current = frame.open
        if current is None:
            return
        frame.open = None
        tokens = self.tokens[current.first : stop]
        end = tokens[-1].end
        kind: Kind = "field" if self._in_table() else "statement"
        if current.cut_at < 0:
            piece = self._leaf(kind, current, tokens, end, lacks)
        else:
            piece = self._container(kind, current, tokens, stop, lacks)
        frame.pieces.append(piece)
        self.end = end

    def _leaf(
        self, kind: Kind, current: _Open, tokens: list[Token], end: int, lacks: bool
    ) -> Piece:
        text = self.text[current.begin : end]
        kept = self.reuse.get((kind, text, lacks))
        if kept:
            return kept.pop()
        base = current.begin
        moved = [
            Token(type_, shown, start - base, stop - base, fresh)
            for type_, shown, start, stop, fresh in tokens
        ]
        return make_piece(kind, text, None, "", len(text), moved, lacks, None)

    def _container(
        self, kind: Kind, current: _Open, tokens: list[Token], stop: int, lacks: bool
    ) -> Piece:
        end = tokens[-1].end
        brace = self.tokens[current.cut_at]
        children = current.children
        inner = sum(child.length for child in children)
        head = self.text[current.begin : brace.end]
        tail = self.text[brace.end + inner : end]
        base = current.begin
        moved: list[Token] = []
        for index, (type_, shown, start, until, fresh) in enumerate(tokens, current.first):
            if index < current.cut_at:
                moved.append(Token(type_, shown, start - base, until - base, fresh))
            elif index == current.cut_at:
                moved.append(Token(type_, _cut(), start - base, until - base, fresh))
            elif start >= brace.end + inner:
                moved.append(Token(type_, shown, start - base - inner, until - base - inner, fresh))
        unclosed = None
        if not current.closed:
            at = len(head) + len(tail)
            moved.insert(
                next((i for i, t in enumerate(moved) if t.start >= len(head)), len(moved)),
                Token("RBRACE", "}", len(head), at, False),
            )
            line = self._line(brace.start)
            unclosed = Problem(
                "unclosed",
                f"'}}' expected (to close '{{' at line {line}) near '{self._near(stop)}'",
                len(head) + len(tail),
                len(head) + len(tail),
                self._closed_by(tokens[-1], at, self._closing(current, end)),
            )
        return make_piece(kind, head, children, tail, end - base, moved, lacks, unclosed)

    def _line(self, offset: int) -> int:
        """The line of an offset, from 1."""
        if not self._line_starts:
            self._line_starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        return bisect_right(self._line_starts, offset)

    def _near(self, stop: int) -> str:
        following = self.tokens[stop].text if stop < len(self.tokens) else "<eof>"
        return following.split("\n")[0][:40]

    def _closed_by(self, last: Token, at: int, closing: str) -> Repair | None:
        """What closes a table at ``at``, unless it would be part of the token before it."""
        goes_on = last.type in ("BAD_COMMENT", "BAD_LONG_STRING")
        if goes_on or (last.type == "BAD_STRING" and closing[0] not in "\r\n"):
            return None
        return Repair("Close the brace", at, at, closing)

    def _closing(self, current: _Open, end: int) -> str:
        """The text that closes the open piece's table: in line with the piece itself."""
        first = self.tokens[current.first]
        if "\n" not in self.text[first.start : end]:
            return " }"
        number = self._line(first.start)
        line = self._line_starts[number - 1]
        indent = re.compile(r"[ \t]*").match(self.text, line).group()  # type: ignore[union-attr]
        newline = "\r\n" if self.text[: self.text.find("\n")].endswith("\r") else "\n"
        comma = "," if len(self.frames) > 1 else ""
        return f"{newline}{indent}}}{comma}"


def _closes(closer: str, opener: str) -> bool:
    if closer == "RBRACE":
        return opener == "LBRACE"
    if closer == "RPAR":
        return opener == "LPAR"
    if closer == "RSQB":
        return opener == "LSQB"
    if closer == "UNTIL":
        return opener == "REPEAT"
    if closer in ("ELSE", "ELSEIF"):
        return opener == "IF"
    return opener in ("FUNCTION", "IF", "DO")


def _ends_field(before: Token, token: Token) -> bool:
    """Whether two neighbours in a table can only belong to two fields (a comma is missing)."""
    if before.type not in _VALUE_ENDS:
        return False
    if token.type in _STARTS_FIELD:
        return True
    return before.type in _LITERAL_ENDS and token.type in _STARTS_LITERAL


def _cut() -> str:
    from kong_lsp.syntax.lua.parser import CUT

    return CUT
