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
(``cut``), by rules that hold for no correct program, so
that a correct text is cut the same way with and without them. Only a bracket or block
that its own closer does not close needs the whole text (``Tree.sound`` is then false).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import accumulate

from kong_lsp.syntax.lua.cut import Cutter, Reuse, ends_statement
from kong_lsp.syntax.lua.pieces import CLOSERS, Piece, Problem, Repair, has_oddity
from kong_lsp.syntax.lua.scanner import scan
from kong_lsp.syntax.lua.values import Place
from kong_lsp.text import Edit, Span

__all__ = ["Piece", "Problem", "Repair", "Tree", "parse"]


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A whole Lua text. ``tail`` is what follows the last statement: blanks, comments.

    ``sound`` is false where some bracket or block is not closed by its own closer: then
    a border may hang on text far away.
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
        known = self._starts
        if id(piece) not in known:
            found = _start_of(self.pieces, 0, piece) if len(known) < _FEW else None
            if found is None:
                _place(self.pieces, 0, known)
            else:
                known[id(piece)] = found
        return known[id(piece)]

    def span(self, place: Place) -> Span:
        """The span of a place in a piece of this tree."""
        piece, start, end = place
        base = self.start_of(piece)
        return Span(base + piece.shift(start), base + piece.shift(end, is_end=start < end))

    def at(self, offset: int) -> list[Piece]:
        """The pieces that hold ``offset``, outermost first; a border belongs to the later one."""
        found: list[Piece] = []
        children: tuple[Piece, ...] | None = self.pieces
        starts = list(accumulate((piece.length for piece in self.pieces), initial=0))
        while children:
            index = bisect_right(starts, offset) - 1
            if not 0 <= index < len(children):
                break
            piece = children[index]
            found.append(piece)
            offset -= starts[index] + len(piece.head)
            if offset < 0:
                break
            children, starts = piece.children, piece.starts
        return found

    def all_problems(self) -> list[tuple[Piece, Problem]]:
        """Every problem with its piece, in the order of the text."""
        found: list[tuple[Piece, Problem]] = []
        for before, piece in zip((None, *self.pieces), self.pieces, strict=False):
            if before is not None and before.first.type == "RETURN":
                first = piece.first
                message = f"'<eof>' expected near '{first.text}'"
                found.append((piece, Problem("syntax", message, first.start, first.end)))
            _gather((piece,), found)
        return found

    def edited(self, edit: Edit) -> Tree:
        """The tree of the text after ``edit``; what ``parse`` gives for that text.

        An edit inside one piece that stays one piece costs that piece; any other one
        costs a scan of the text, and the pieces whose text is unchanged are kept.
        """
        if self.sound:
            starts = list(accumulate((piece.length for piece in self.pieces), initial=0))
            done = _edited(self.pieces, starts, edit.span.start, edit.span.end, edit.text)
            if done is not None:
                length = self.length + len(edit.text) - (edit.span.end - edit.span.start)
                return Tree(done[0], self.tail, True, length)
        text = self.text
        reuse: Reuse = {}
        _collect(self.pieces, reuse)
        return _parse(text[: edit.span.start] + edit.text + text[edit.span.end :], reuse)


_FEW = 16
"""So many pieces of a tree are looked for one by one; after that, all are placed at once."""

_WORTH_RECUTTING = 2_000
"""A container longer than this is not cut anew alone: the whole text costs little more."""


def parse(text: str) -> Tree:
    """The tree of ``text``. Never raises: what is wrong is a problem of a piece."""
    return _parse(text, {})


def _parse(text: str, reuse: Reuse) -> Tree:
    tokens = scan(text)
    cutter = Cutter(text, tokens, reuse)
    cutter.run()
    if cutter.unclosed is not None:
        cutter = Cutter(text, tokens, reuse, recover_from=cutter.unclosed)
        cutter.run()
        cutter.sound = False
    return Tree(tuple(cutter.done), text[cutter.end :], cutter.sound, len(text))


def _start_of(pieces: tuple[Piece, ...], start: int, wanted: Piece) -> int | None:
    """Where ``wanted`` starts, if it is one of ``pieces`` or in one; the first is at ``start``."""
    for piece in pieces:
        if piece is wanted:
            return start
        if piece.children:
            first = start + len(piece.head)
            if wanted in piece.children:
                return first + piece.starts[piece.children.index(wanted)]
            found = _start_of(piece.children, first, wanted)
            if found is not None:
                return found
        start += piece.length
    return None


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


def _collect(pieces: tuple[Piece, ...], reuse: Reuse) -> None:
    for piece in pieces:
        if piece.children is None:
            lacks = any(problem.kind == "separator" for problem in piece.problems)
            reuse.setdefault((piece.kind, piece.head, lacks), []).append(piece)
        else:
            _collect(piece.children, reuse)


# --- edits ---------------------------------------------------------------------------


def _edited(
    pieces: tuple[Piece, ...], starts: list[int], start: int, end: int, text: str
) -> tuple[tuple[Piece, ...], int] | None:
    """``pieces`` with the edit done inside one of them, and the index of that; None where it
    touches a border.

    ``starts``, ``start`` and ``end`` count from the start of the first piece.
    """
    index = bisect_right(starts, start) - 1
    if not 0 <= index < len(pieces):
        return None
    piece, begin = pieces[index], starts[index]
    if piece.kind == "statement" and start == begin:
        return None
    if end >= begin + piece.length - (1 if piece.separator else 0) and not (
        piece.separator and end == begin + piece.length - 1
    ):
        return None
    if index and pieces[index - 1].kind == "field" and not pieces[index - 1].separator:
        return None
    edited = _edited_inside(piece, start - begin, end - begin, text)
    if edited is None and piece.children is not None and piece.length > _WORTH_RECUTTING:
        return None
    if edited is None:
        whole = piece.text
        new = whole[: start - begin] + text + whole[end - begin :]
        edited = _recut(piece, new)
        if edited is None or not _fits(pieces, index, edited):
            return None
    return (*pieces[:index], edited, *pieces[index + 1 :]), index


def _edited_inside(piece: Piece, start: int, end: int, text: str) -> Piece | None:
    """The piece after an edit of one of its children, without parsing itself anew."""
    if not piece.children:
        return None
    head = len(piece.head)
    inner = piece.length - head - len(piece.tail)
    if start < head or end > head + inner:
        return None
    starts = piece.starts
    done = _edited(piece.children, starts, start - head, end - head, text)
    if done is None:
        return None
    children, index = done
    child = children[index]
    more = len(text) - (end - start)
    memo: dict[str, object] = {
        "starts": [*starts[: index + 1], *(begin + more for begin in starts[index + 1 :])]
    }
    if "fields" in piece.memo:
        memo["fields"] = piece.memo["fields"]
    flawed, odd = bool(piece.problems) or child.flawed, child.odd
    if piece.flawed and not flawed:
        flawed = any(each.flawed for each in children)
    if piece.odd and not odd:
        odd = has_oddity(piece.head + piece.tail) or any(each.odd for each in children)
    return replace(
        piece,
        children=children,
        length=piece.length + more,
        flawed=flawed,
        odd=odd,
        memo=memo,
    )


def _recut(piece: Piece, text: str) -> Piece | None:
    """The one piece of the same kind that ``text`` is; None where it is not one."""
    tokens = scan(text, whole=False)
    if not tokens or tokens[-1].end != len(text) or tokens[-1].type.startswith("BAD_"):
        return None
    reuse: Reuse = {}
    _collect((piece,), reuse)
    cutter = Cutter(text, tokens, reuse, kind=piece.kind)
    cutter.run()
    if not cutter.sound or len(cutter.done) != 1:
        return None
    edited = cutter.done[0]
    if edited.kind != piece.kind or edited.separator != piece.separator:
        return None
    return edited


def _fits(pieces: tuple[Piece, ...], index: int, piece: Piece) -> bool:
    """Whether the borders of ``piece`` would be found between its neighbours."""
    if piece.kind == "field":
        return bool(piece.separator) or index + 1 == len(pieces)
    if index and not _border(pieces[index - 1], piece):
        return False
    return index + 1 == len(pieces) or _border(piece, pieces[index + 1])


def _border(before: Piece, after: Piece) -> bool:
    if before.separator or before.last.type in CLOSERS or after.first.type in CLOSERS:
        return bool(before.separator)
    if after.first.type == "DO":
        return False
    return ends_statement(before.last, after.first, None)
