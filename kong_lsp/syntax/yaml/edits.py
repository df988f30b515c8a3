"""Edits of a tree of pieces: only what an edit can change is cut anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kong_lsp.syntax.yaml import cut, heads
from kong_lsp.syntax.yaml.cut import LEAF_LENGTH, Builder, Overflow, Reuse
from kong_lsp.syntax.yaml.pieces import Piece, Run, container, make_runs
from kong_lsp.text import Edit

_Rest = Callable[[], Iterator[str]]


def edited(stream: Piece, edit: Edit) -> Piece:
    """The stream of the text after ``edit``.

    It costs the smallest piece around the edit, where that stays a piece; then the
    piece around it; and a cut of the whole text at worst, which keeps the leaves whose
    text is the same.
    """
    (start, end), text = edit
    if not stream.head or start > 0:
        try:
            changed = _edited_stream(stream, start, end, text)
        except Overflow:
            changed = None
        if changed is not None:
            return changed
    whole = stream.text
    reuse: Reuse = {}
    for document in stream.children:
        cut.collect(document.runs or (), document.inner, document.block, reuse)
    return Builder(whole[:start] + text + whole[end:], reuse).stream()


def _edited_stream(stream: Piece, start: int, end: int, text: str) -> Piece | None:
    """The stream after an edit inside one of its documents; None where it crosses them."""
    place = _locate(stream, start, end, final=True)
    if place is None:
        return None
    run, index, begin, document = place
    last = run == len(stream.runs or ()) - 1 and document is (stream.runs or ())[run].pieces[-1]
    if start == begin and begin > len(stream.head):
        return None
    if end == begin + document.length and not last:
        return None
    inside = _edited(document, -1, start - begin, end - begin, text, _nothing, final=last)
    if inside is None:
        old = document.text
        new = old[: start - begin] + text + old[end - begin :]
        reuse: Reuse = {}
        cut.collect(document.runs or (), document.inner, document.block, reuse)
        again = Builder(new, reuse).stream()
        pieces = again.children
        if len(pieces) != 1 or again.head or not _same_borders(document, pieces[0]):
            return None
        if not last and not new.endswith("\n"):
            return None
        inside = pieces[0]
    return _replaced(stream, run, index, run, index, [inside])


def _same_borders(before: Piece, after: Piece) -> bool:
    """Whether the documents around would start where they start after such a change."""
    old, new = before.text, after.text
    return (
        "..." not in old + new
        and bool(cut.MARKER.match(old)) == bool(cut.MARKER.match(new))
        and "%" not in (old[:1] + new[:1])
        and "\n%" not in old
        and "\n%" not in new
        and bool(after.runs)
        and bool(before.runs)
    )


def _nothing() -> Iterator[str]:
    return iter(())


def _locate(
    piece: Piece, start: int, end: int, *, final: bool
) -> tuple[int, int, int, Piece] | None:
    """The one child that an edit is in: its run, its index there, its start, itself."""
    at = len(piece.head)
    runs = piece.runs or ()
    for number, run in enumerate(runs):
        after = at + run.length
        if start < after or (final and number == len(runs) - 1 and start == after):
            for index, child in enumerate(run.pieces):
                stop = at + child.length
                if start < stop or (index == len(run.pieces) - 1 and start == stop):
                    if start < at or end > stop:
                        return None
                    return number, index, at, child
                at = stop
        at = after
    return None


def _edited(
    piece: Piece, column: int, start: int, end: int, text: str, rest: _Rest, *, final: bool
) -> Piece | None:
    """``piece`` after an edit of some of its entries; None where it must be cut anew.

    ``start`` and ``end`` count from its start, ``column`` is that of the collection it
    stands in, ``final`` tells that nothing follows it in the text.
    """
    runs = piece.runs
    head = len(piece.head)
    inner_end = piece.length - len(piece.tail)
    final = final and not piece.tail
    if not runs or not piece.sound or start < head or end > inner_end:
        return None
    if end == inner_end and not final:
        return None
    changed = len(text) - (end - start)
    if piece.kind != "document" and piece.length + changed <= LEAF_LENGTH:
        return None
    first = _Cursor(runs, head)
    if not first.seek(start, stop=start):
        return None
    alone = first.copy()
    child, begin = alone.piece, alone.at
    single = end < begin + child.length or (final and alone.is_last)
    if single and child.runs and start > begin:
        following = _following(alone, rest)
        last = final and alone.is_last
        edited = _edited_head(child, piece, start - begin, end - begin, text)
        margin = 0 if child.pad else piece.inner
        if edited and alone.is_first and not heads.starts_block(edited.head, margin, piece.block):
            return None
        edited = edited or _edited(
            child, piece.inner, start - begin, end - begin, text, following, final=last
        )
        if edited is not None:
            return _replaced(piece, alone.run, alone.index, alone.run, alone.index, [edited])
    if start < begin + (child.column - child.pad) + 2 and not first.back():
        first = alone
    while first.reached(start):
        if not first.back_to(start):
            return None
    last_one = first.copy()
    parts = [last_one.piece.text]
    while not (end < last_one.at + last_one.piece.length or (final and last_one.is_last)):
        if not last_one.forward():
            return None
        parts.append(last_one.piece.text)
    old = "".join(parts)
    begin = first.at
    new = old[: start - begin] + text + old[end - begin :]
    return _recut(piece, column, first, last_one, new, rest, final=final)


def _edited_head(piece: Piece, parent: Piece, start: int, end: int, text: str) -> Piece | None:
    """A cut piece after an edit of its key, or of remarks after it; its children stay."""
    head = piece.head
    changed = len(text) - (end - start)
    if (
        not piece.sound
        or start < piece.column - piece.pad + 2
        or end >= len(head)
        or piece.length + changed <= LEAF_LENGTH
        or "\n" in head[start:end] + text
        or cut.has_odd_break(head[start:end] + text)
        or "\r" in head[max(0, start - 1) : end + 1] + text
    ):
        return None
    return heads.with_head(piece, head[:start] + text + head[end:], parent.inner, parent.block)


def _recut(
    piece: Piece,
    column: int,
    first: _Cursor,
    last: _Cursor,
    new: str,
    rest: _Rest,
    *,
    final: bool,
) -> Piece | None:
    """``piece`` with the text of its children ``first`` to ``last`` replaced by ``new``."""
    at_start = first.is_first
    at_end = final and last.is_last
    if not new or (not at_end and not new.endswith("\n")):
        return None
    if cut.has_marker(new) or cut.has_odd_break(new) or "\n%" in new or new[0] == "%":
        return None
    pad = first.piece.pad
    if at_start and not heads.starts_block(new, 0 if pad else piece.inner, piece.block):
        return None
    reuse: Reuse = {}
    for run in range(first.run, last.run + 1):
        pieces = first.runs[run].pieces
        low = first.index if run == first.run else 0
        high = last.index + 1 if run == last.run else len(pieces)
        cut.collect((Run(pieces[low:high], 0, False, 0, _NONE, _NONE),), piece.inner,
                    piece.block, reuse)  # fmt: skip
    more = not at_end
    builder = Builder(new, reuse, _following(last, rest), more=more)
    block = piece.block
    children = builder.entries(0, piece.inner, block, len(new), pad)
    after = last.copy()
    if children and after.forward() and _takes_in(children[-1], after.piece, piece):
        return None
    margin = min(piece.column, column)
    beside = piece.kind == "pair" and piece.inner == margin
    for child in children:
        if child.column <= margin and not (
            beside and child.column == margin and child.kind == "item"
        ):
            return None
    return _replaced(piece, first.run, first.index, last.run, last.index, children)


def _takes_in(last: Piece, following: Piece, container: Piece) -> bool:
    """Whether an entry would not end before the piece that follows it."""
    if last.column < container.inner and following.column > last.column:
        return True
    by_pair = last.kind != "item" and container.block == "pair" and last.column == container.inner
    return heads.is_swallowed(following, by_pair=by_pair)


_NONE: frozenset[str] = frozenset()


class _Cursor:
    """A child among runs, with its start."""

    __slots__ = ("at", "index", "run", "runs", "starts")

    def __init__(self, runs: tuple[Run, ...], at: int) -> None:
        self.runs = runs
        self.run = self.index = 0
        self.at = at

    def copy(self) -> _Cursor:
        other = _Cursor(self.runs, self.at)
        other.run, other.index = self.run, self.index
        return other

    @property
    def piece(self) -> Piece:
        return self.runs[self.run].pieces[self.index]

    @property
    def is_first(self) -> bool:
        return self.run == 0 and self.index == 0

    @property
    def is_last(self) -> bool:
        return self.run == len(self.runs) - 1 and self.index == len(self.runs[-1].pieces) - 1

    def seek(self, offset: int, *, stop: int) -> bool:
        """Go to the child that holds ``offset`` (the last one at the very end); False where
        text before it was read with what stands at ``stop``, in another run."""
        at = self.at
        last = len(self.runs) - 1
        furthest = 0
        for number, run in enumerate(self.runs):
            after = at + run.length
            if offset < after or number == last:
                if furthest > stop:
                    return False
                self.run, self.at = number, at
                break
            if run.overhang:
                furthest = max(furthest, after + run.overhang)
            at = after
        pieces = self.runs[self.run].pieces
        for index, child in enumerate(pieces):
            if offset < self.at + child.length or index == len(pieces) - 1:
                self.index = index
                break
            self.at += child.length
        return True

    def reached(self, offset: int) -> bool:
        """Whether an earlier child of this run was read with what stands at ``offset``."""
        at = self.at
        for child in reversed(self.runs[self.run].pieces[: self.index]):
            if child.beyond and at + child.beyond >= offset:
                return True
            at -= child.length
        return False

    def back_to(self, offset: int) -> bool:
        """Go back to the first child of this run that was read with ``offset``."""
        at = self.at
        best = None
        for index in range(self.index - 1, -1, -1):
            child = self.runs[self.run].pieces[index]
            if child.beyond and at + child.beyond >= offset:
                best = index, at - child.length
            at -= child.length
        if best is None:
            return False
        self.index, self.at = best
        return True

    def back(self) -> bool:
        if self.is_first:
            return False
        if self.index:
            self.index -= 1
        else:
            self.run -= 1
            self.index = len(self.runs[self.run].pieces) - 1
        self.at -= self.piece.length
        return True

    def forward(self) -> bool:
        if self.is_last:
            return False
        self.at += self.piece.length
        if self.index + 1 < len(self.runs[self.run].pieces):
            self.index += 1
        else:
            self.run += 1
            self.index = 0
        return True


def _following(cursor: _Cursor, rest: _Rest) -> _Rest:
    """The text after a child, then that after its container."""

    def parts() -> Iterator[str]:
        after = cursor.copy()
        while after.forward():
            yield after.piece.text
        yield from rest()

    return parts


def _replaced(
    piece: Piece, run: int, index: int, last_run: int, last_index: int, children: list[Piece]
) -> Piece:
    """``piece`` with new children from (run, index) to (last_run, last_index)."""
    runs = piece.runs or ()
    pieces = [
        *runs[run].pieces[:index],
        *children,
        *runs[last_run].pieces[last_index + 1 :],
    ]
    new = (*runs[:run], *make_runs(pieces), *runs[last_run + 1 :])
    return container(
        piece.kind, piece.head, new, piece.tail, block=piece.block, column=piece.column,
        inner=piece.inner, sound=piece.sound, pad=piece.pad, key=piece.key, value=piece.value,
        problems=piece.problems, templated=piece.templated,
    )  # fmt: skip
