"""Lua text as a tree of pieces, kept up to date by edits.

A *piece* is a statement of the chunk, or a field of a table constructor that stands
directly in a piece. It is what a mistake can damage, and what an edit re-parses: a
piece that does not parse is one problem with its place, and its neighbours keep their
trees. The first table constructor of a piece is *cut*: its fields are pieces again, so
a rockspec's ``build = { modules = { … } }`` is three levels of pieces.

The tree is persistent: a piece is never changed, only replaced, together with the
pieces around it. So a piece knows its length and not its place; ``Tree.span`` and
``Tree.start_of`` add up.

Where the text is broken, borders are decided from two neighbouring tokens alone
(``_ends_statement``, ``_ends_field``), by rules that hold for no correct program, so
that a correct text is cut the same way with and without them. Only a brace or block
that nothing closes needs the whole text (``Tree.sound`` is then false).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any, Literal, NamedTuple

from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.scanner import Token, scan
from kong_lsp.syntax.lua.values import Place
from kong_lsp.text import Edit, Span

Kind = Literal["statement", "field"]

MAX_DEPTH = 190
"""LuaJIT refuses more nested levels (lj_def.h, LJ_MAX_XLEVEL 200)."""

MAX_CUT_DEPTH = 40
"""A table nested deeper than this is no longer cut into pieces."""


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
    position from ``len(head)`` on lies in the tail: the children do not count.
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
    memo: dict[Any, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole text of the piece."""
        if self.children is None:
            return self.head
        return self.head + "".join(child.text for child in self.children) + self.tail

    def shift(self, position: int, *, is_end: bool = False) -> int:
        """A node's position as a count from the start of the piece, children included."""
        if self.children is None or position < len(self.head) + is_end:
            return position
        return position + self.length - len(self.head) - len(self.tail)


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A whole Lua text. ``tail`` is what follows the last statement: blanks, comments.

    ``sound`` is false where a brace or a block is never closed.
    """

    pieces: tuple[Piece, ...]
    tail: str
    sound: bool
    length: int
    _starts: dict[int, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(piece.text for piece in self.pieces) + self.tail

    def start_of(self, piece: Piece) -> int:
        """The offset at which a piece of this tree starts."""
        if not self._starts:
            _place(self.pieces, 0, self._starts)
        return self._starts[id(piece)]

    def span(self, place: Place) -> Span:
        """The span of a place in a piece of this tree."""
        piece, start, end = place
        base = self.start_of(piece)
        return Span(base + piece.shift(start), base + piece.shift(end, is_end=start < end))

    def at(self, offset: int) -> list[Piece]:
        """The pieces that hold ``offset``, outermost first; a border belongs to the later one."""
        found: list[Piece] = []
        children: tuple[Piece, ...] | None = self.pieces
        start = 0
        while children:
            index, start = _child_at(children, start, offset)
            if index is None:
                break
            found.append(children[index])
            start += len(children[index].head)
            if offset < start:
                break
            children = children[index].children
        return found

    def all_problems(self) -> list[tuple[Piece, Problem]]:
        """Every problem with its piece, in the order of the text."""
        found: list[tuple[Piece, Problem]] = []
        _gather(self.pieces, found)
        return found

    def edited(self, edit: Edit) -> Tree:
        """The tree of the text after ``edit``; what ``parse`` gives for that text.

        An edit inside one piece that stays one piece costs that piece; any other one
        costs a scan of the text, and the pieces whose text is unchanged are kept.
        """
        if self.sound:
            pieces = _edited(self.pieces, edit.span.start, edit.span.end, edit.text, None)
            if pieces is not None:
                length = self.length + len(edit.text) - (edit.span.end - edit.span.start)
                return Tree(pieces, self.tail, True, length)
        text = self.text
        reuse: dict[tuple[Kind, str, bool], list[Piece]] = {}
        _collect(self.pieces, reuse)
        return _parse(text[: edit.span.start] + edit.text + text[edit.span.end :], reuse)


def parse(text: str) -> Tree:
    """The tree of ``text``. Never raises: what is wrong is a problem of a piece."""
    return _parse(text, {})


def _parse(text: str, reuse: dict[tuple[Kind, str, bool], list[Piece]]) -> Tree:
    tokens = scan(text)
    cutter = _Cutter(text, tokens, reuse)
    cutter.run()
    if cutter.unclosed is not None:
        cutter = _Cutter(text, tokens, reuse, recover_from=cutter.unclosed)
        cutter.run()
        return Tree(tuple(cutter.done), text[cutter.end :], False, len(text))
    return Tree(tuple(cutter.done), text[cutter.end :], True, len(text))


def _place(pieces: tuple[Piece, ...], start: int, starts: dict[int, int]) -> None:
    for piece in pieces:
        starts[id(piece)] = start
        if piece.children:
            _place(piece.children, start + len(piece.head), starts)
        start += piece.length


def _gather(pieces: tuple[Piece, ...], found: list[tuple[Piece, Problem]]) -> None:
    for piece in pieces:
        if piece.flawed:
            split = len(piece.head) if piece.children is not None else piece.length + 1
            found += [(piece, problem) for problem in piece.problems if problem.start < split]
            _gather(piece.children or (), found)
            found += [(piece, problem) for problem in piece.problems if problem.start >= split]


def _collect(pieces: tuple[Piece, ...], reuse: dict[tuple[Kind, str, bool], list[Piece]]) -> None:
    for piece in pieces:
        if piece.children is None:
            lacks = any(problem.kind == "separator" for problem in piece.problems)
            reuse.setdefault((piece.kind, piece.head, lacks), []).append(piece)
        else:
            _collect(piece.children, reuse)


def _child_at(
    children: tuple[Piece, ...], start: int, offset: int
) -> tuple[int | None, int]:
    """The index and start of the child that holds ``offset``; None where none does."""
    starts = list(accumulate((child.length for child in children), initial=start))
    index = bisect_right(starts, offset) - 1
    return (index, starts[index]) if 0 <= index < len(children) else (None, start)


# --- edits ---------------------------------------------------------------------------


def _edited(
    pieces: tuple[Piece, ...], start: int, end: int, text: str, parent: Piece | None
) -> tuple[Piece, ...] | None:
    """``pieces`` with the edit done inside one of them; None where it touches a border.

    ``start`` and ``end`` count from the start of the first piece.
    """
    index, begin = _child_at(pieces, 0, start)
    if index is None:
        return None
    piece = pieces[index]
    if piece.kind == "statement" and start == begin:
        return None
    if end >= begin + piece.length - (1 if piece.separator else 0) and not (
        piece.separator and end == begin + piece.length - 1
    ):
        return None
    if index and pieces[index - 1].kind == "field" and not pieces[index - 1].separator:
        return None
    edited = _edited_inside(piece, start - begin, end - begin, text)
    if edited is None:
        whole = piece.text
        new = whole[: start - begin] + text + whole[end - begin :]
        edited = _recut(piece, new)
        if edited is None or not _fits(pieces, index, edited):
            return None
    return (*pieces[:index], edited, *pieces[index + 1 :])


def _edited_inside(piece: Piece, start: int, end: int, text: str) -> Piece | None:
    """The piece after an edit of one of its children, without parsing itself anew."""
    if not piece.children:
        return None
    head = len(piece.head)
    inner = piece.length - head - len(piece.tail)
    if start < head or end > head + inner:
        return None
    children = _edited(piece.children, start - head, end - head, text, piece)
    if children is None:
        return None
    return replace(
        piece,
        children=children,
        length=piece.length + len(text) - (end - start),
        flawed=bool(piece.problems) or any(child.flawed for child in children),
        memo={},
    )


def _recut(piece: Piece, text: str) -> Piece | None:
    """The one piece of the same kind that ``text`` is; None where it is not one."""
    tokens = scan(text, whole=False)
    if not tokens or tokens[-1].end != len(text) or tokens[-1].type.startswith("BAD_"):
        return None
    reuse: dict[tuple[Kind, str, bool], list[Piece]] = {}
    _collect((piece,), reuse)
    cutter = _Cutter(text, tokens, reuse, kind=piece.kind)
    cutter.run()
    if cutter.unclosed is not None or cutter.strayed or len(cutter.done) != 1:
        return None
    edited = cutter.done[0]
    if edited.kind != piece.kind or edited.separator != piece.separator:
        return None
    return edited


def _fits(pieces: tuple[Piece, ...], index: int, piece: Piece) -> bool:
    """Whether the borders of ``piece`` would be found between its neighbours."""
    if piece.kind == "field":
        return True
    if index and not _border(pieces[index - 1], piece):
        return False
    return index + 1 == len(pieces) or _border(piece, pieces[index + 1])


def _border(before: Piece, after: Piece) -> bool:
    if before.separator or before.last.type in _STRAY or after.first.type in _STRAY:
        return bool(before.separator)
    if after.first.type == "DO":
        return False
    return _ends_statement(before.last, after.first, None)


# --- cutting ---------------------------------------------------------------------------

_OPEN_BLOCK = frozenset({"FUNCTION", "IF", "DO", "REPEAT"})
_OPENS = _OPEN_BLOCK | {"LPAR", "LSQB", "LBRACE"}
_CLOSES = frozenset({"RPAR", "RSQB", "RBRACE", "END", "UNTIL"})
_STRAY = frozenset({"RBRACE", "END", "UNTIL", "ELSE", "ELSEIF"})
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


def _ends_statement(before: Token, token: Token, following: Token | None) -> bool:
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


class _Frame:
    """An open bracket or block; ``children`` is a list where its content is cut in pieces."""

    __slots__ = ("children", "index", "piece_from", "type")

    def __init__(self, type_: str, index: int, children: list[Piece] | None) -> None:
        self.type = type_
        self.index = index
        self.children = children
        self.piece_from = index + 1


class _Open:
    """A piece that is being cut: where it starts, and its cut table so far."""

    __slots__ = ("begin", "children", "cut_at", "cut_end", "first", "loops")

    def __init__(self, begin: int, first: int) -> None:
        self.begin = begin
        self.first = first
        self.children: tuple[Piece, ...] | None = None
        self.cut_at = -1
        self.cut_end = -1
        self.loops = False


class _Cutter:
    """Cuts tokens into pieces in one pass.

    ``done`` are the pieces, ``end`` the offset after them, ``unclosed`` the index of
    the outermost bracket or block that is never closed. From the token ``recover_from``
    on, a statement that starts at the margin closes everything that is open.
    """

    def __init__(
        self,
        text: str,
        tokens: list[Token],
        reuse: dict[tuple[Kind, str, bool], list[Piece]],
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
        self.done: list[Piece] = []
        self.frames: list[_Frame] = [_Frame("", -1, self.done)]
        self.open: list[_Open | None] = [None]
        self.unclosed: int | None = None
        self.strayed = False
        self.margin = 0

    def run(self) -> None:
        for index, token in enumerate(self.tokens):
            self._step(index, token)
        if len(self.frames) > 1:
            self.unclosed = self.frames[1].index
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
            while self.frames[-1].type in ("LPAR", "LSQB"):
                self.frames.pop()
            frame = self.frames[-1]
        if kind in _STRAY or kind in ("RPAR", "RSQB"):
            self._closer(index, token)
            return
        if frame.children is not None and self.open[-1] is not None:
            self._border(index, token)
        if frame.children is not None and self.open[-1] is None:
            self._begin(index)
        if kind == "COMMA" or kind == "SEMICOLON":
            if frame.type == "LSQB":
                self.frames.pop()
                frame = self.frames[-1]
            if frame.children is not None and (self._in_table() or kind == "SEMICOLON"):
                self._finish(index + 1)
        elif len(self.frames) > MAX_DEPTH:
            pass
        elif kind == "LBRACE":
            self._open_table(index)
        elif kind in ("LPAR", "LSQB"):
            self.frames.append(_Frame(kind, index, None))
        elif kind in _OPEN_BLOCK:
            current = self.open[-1]
            if kind == "DO" and current is not None and frame.children is not None:
                current.loops = False
            self.frames.append(_Frame(kind, index, None))
        elif kind in ("WHILE", "FOR") and frame.children is not None:
            current = self.open[-1]
            if current is not None:
                current.loops = True

    def _in_table(self) -> bool:
        return len(self.frames) > 1 or self.kind == "field"

    def _begin(self, index: int) -> None:
        self.open[-1] = _Open(self.end, index)
        token = self.tokens[index]
        if len(self.frames) == 1 and token.fresh:
            self.margin = self._column(token)

    def _column(self, token: Token) -> int:
        return token.start - self.text.rfind("\n", 0, token.start) - 1

    def _border(self, index: int, token: Token) -> None:
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
        current = self.open[-1]
        if token.type == "DO" and current is not None:
            if not current.loops and before.type in _STATEMENT_ENDS:
                self._finish(index)
        elif _ends_statement(before, token, following):
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
        current = self.open[-1]
        frame = self.frames[-1]
        cut = (
            frame.children is not None
            and current is not None
            and current.cut_at < 0
            and len(self.frames) <= MAX_CUT_DEPTH
        )
        if cut and current is not None:
            current.cut_at = index
            self.open.append(None)
            self.end = self.tokens[index].end
        self.frames.append(_Frame("LBRACE", index, [] if cut else None))

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
        frame = self.frames[-1]
        if frame.children is not None:
            self._finish(index)
            self.open.pop()
            current = self.open[-1]
            assert current is not None
            current.children = tuple(frame.children)
            current.cut_end = index if closed else -1
        self.frames.pop()

    def _close_all(self, index: int) -> None:
        while len(self.frames) > 1:
            self._pop(index, closed=False)

    def _stray(self, index: int, token: Token) -> None:
        self.strayed = True
        if self.frames[-1].children is None:
            return
        if len(self.frames) == 1 and token.type in _STRAY:
            if self.open[-1] is not None:
                self._finish(index)
            self._begin(index)
            self._finish(index + 1)
        elif self.open[-1] is None:
            self._begin(index)

    # Pieces ----------------------------------------------------------------------

    def _finish(self, stop: int, *, lacks: bool = False) -> None:
        """End the open piece of the innermost cut frame before token ``stop``."""
        current = self.open[-1]
        if current is None:
            return
        self.open[-1] = None
        children = self.frames[-1].children
        assert children is not None
        tokens = self.tokens[current.first : stop]
        end = tokens[-1].end
        kind: Kind = "field" if self._in_table() else "statement"
        if current.cut_at < 0:
            piece = self._leaf(kind, current, tokens, end, lacks)
        else:
            piece = self._container(kind, current, tokens, end, lacks)
        children.append(piece)
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
        return _piece(kind, text, None, "", len(text), moved, lacks, None)

    def _container(
        self, kind: Kind, current: _Open, tokens: list[Token], end: int, lacks: bool
    ) -> Piece:
        brace = self.tokens[current.cut_at]
        children = current.children or ()
        inner = sum(child.length for child in children)
        head = self.text[current.begin : brace.end]
        tail = self.text[brace.end + inner : end]
        base = current.begin
        moved: list[Token] = []
        for index, (type_, shown, start, stop, fresh) in enumerate(tokens, current.first):
            if index < current.cut_at:
                moved.append(Token(type_, shown, start - base, stop - base, fresh))
            elif index == current.cut_at:
                moved.append(Token(type_, _cut(), start - base, stop - base, fresh))
            elif start >= brace.end + inner:
                moved.append(Token(type_, shown, start - base - inner, stop - base - inner, fresh))
        unclosed = None
        if current.cut_end < 0:
            at = len(head) + len(tail)
            moved.insert(
                next((i for i, t in enumerate(moved) if t.start >= len(head)), len(moved)),
                Token("RBRACE", "}", len(head), at, False),
            )
            line = self.text.count("\n", 0, brace.start) + 1
            unclosed = Problem(
                "unclosed",
                f"'}}' expected (to close '{{' at line {line}) near '{self._near(end)}'",
                len(head) + len(tail),
                len(head) + len(tail),
                Repair("Close the brace", at, at, self._closing(current, end)),
            )
        return _piece(kind, head, children, tail, end - base, moved, lacks, unclosed)

    def _near(self, end: int) -> str:
        following = next((token.text for token in self.tokens if token.start >= end), "<eof>")
        return following.split("\n")[0][:40]

    def _closing(self, current: _Open, end: int) -> str:
        """The text that closes the open piece's table: in line with the piece itself."""
        first = self.tokens[current.first]
        if "\n" not in self.text[first.start : end]:
            return " }"
        line = self.text.rfind("\n", 0, first.start) + 1
        indent = re.match(r"[ \t]*", self.text[line:]).group()  # type: ignore[union-attr]
        newline = "\r\n" if "\r\n" in self.text else "\n"
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


_TOO_LARGE = re.compile(r"\\(?:\D|(\d{1,3}))")


def _piece(
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
    elif (deep := _too_deep(content)) is not None:
        message = "chunk has too many syntax levels"
        problems.append(Problem("depth", message, deep.start, deep.end))
    else:
        node = parse_tokens(kind, content)
        if isinstance(node, Refusal):
            problems.append(_refused(node, content, head))
            node = None
    for token in content:
        if token.type == "STRING" and "\\" in token.text:
            for match in _TOO_LARGE.finditer(token.text):
                if match[1] and int(match[1]) > 255:
                    at = token.start + match.start()
                    message = f"escape sequence too large near '{match[0]}'"
                    problems.append(Problem("syntax", message, at, at + len(match[0])))
    if lacks and content[-1].type != "BAD_STRING":
        end = content[-1].end
        message = "'}' expected: a comma is missing after this entry"
        repair = Repair("Insert the missing comma", end, end, ",")
        problems.append(Problem("separator", message, max(end - 1, first.start), end, repair))
    if unclosed:
        problems.append(unclosed)
    flawed = bool(problems) or any(child.flawed for child in children or ())
    return Piece(
        kind, head, children, tail, length, separator, first, last, node, tuple(problems), flawed
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


def _refused(refusal: Any, tokens: list[Token], head: str) -> Problem:
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
    if len(tokens) == 1 and token.type in _STRAY:
        message = f"'<eof>' expected near '{token.text}'"
        repair = Repair(f"Remove '{token.text}'", token.start, token.end, "")
        return Problem("stray", message, token.start, token.end, repair)
    return Problem("syntax", refusal.message, token.start, token.end)
