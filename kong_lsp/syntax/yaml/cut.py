"""Cuts YAML into pieces, left to right, so that each piece can be composed alone.

An entry of a block collection ends before the next line that is no further right, is
not blank and no comment. libyaml reads such an entry alone as it reads it in its place,
because when it reaches that line nothing is open: a plain scalar ends there, a block
scalar too. Only a quoted scalar or a flow collection may go on; then libyaml says
so by wanting more at the end of the entry, and reads on from there (``entry_end``).

Large entries whose value is a block collection are cut again. So is one that does not
parse: the mistake then costs the smallest entry around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from kong_lsp.syntax.yaml import stencils, templates
from kong_lsp.syntax.yaml.compose import Composed, Failure, compose, entry_end
from kong_lsp.syntax.yaml.heads import (
    ITEM,
    SKIP,
    STARTS,
    WEAK_HEAD,
    cut_value,
    headed,
    read_head,
)
from kong_lsp.syntax.yaml.leaves import leaf, stencilled, word_end
from kong_lsp.syntax.yaml.nodes import Node, Scalar
from kong_lsp.syntax.yaml.pieces import Block, Piece, Problem, Run, container, make_runs

LEAF_LENGTH = 2_400
"""An entry longer than this is cut into the entries of its value, where it can be."""

MAX_CUT_DEPTH = 40

Reuse = dict[tuple[str, int, int, str], list[Piece]]
"""Leaves that may be used again: by text, column, pad and what they stand in."""

_EXPLICIT = re.compile(r"\?(?=[ \t\r\n]|\Z)")
_BLANKS = re.compile(r" *")
_SKIP_LINES = re.compile(SKIP)
_BREAKS = ("\n", "\r", "\x85", "\u2028", "\u2029")
MARKER = re.compile(
    "(?:^|(?<=[\r\x85\u2028\u2029]))(?:---|\\.\\.\\.)(?=[ \t\r\n\x85\u2028\u2029]|\\Z)",
    re.MULTILINE,
)
# A comment takes the \r of its line end. If it could leave it too, n lines would be tried in
# 2**n ways before the next line fails.
_EMPTY = re.compile(r"(?:[ \t]*(?:#[^\n]*\n|\r?\n))*[ \t]*(?:#[^\n]*)?\Z")
_NOTHING = re.compile(r"(?: *(?:#[^\n]*\n|\r?\n))* *(?:#[^\n]*)?\Z")
"""As ``_EMPTY``, where libyaml allows for no tab."""
_PROLOGUE = re.compile(r"(?:[ \t]*(?:#[^\n]*\n|\r?\n)|%[^\n]*\n)*(?:[ \t]*(?:#[^\n]*)?|%[^\n]*)\Z")
_AFTER = re.compile(r"^(?:\.\.\.(?=[ \t\r\n]|\Z)|%[^\n]*)", re.MULTILINE)
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)


def has_odd_break(text: str) -> bool:
    """Whether a line ends otherwise than ``\\n``, as YAML 1.1 has it: such a text is not cut."""
    if not text.isascii() and ("\x85" in text or "\u2028" in text or "\u2029" in text):
        return True
    return "\r" in text and text.count("\r") != text.count("\r\n")


def has_marker(text: str) -> bool:
    """Whether a line may be ``---`` or ``...``."""
    if text.startswith(("---", "...", "\ufeff")):
        return True
    return any(end + "---" in text or end + "..." in text for end in _BREAKS)


class Overflow(Exception):
    """An entry goes on after the text that was given."""


@lru_cache(maxsize=256)
def _border(column: int, *, swallows: bool) -> re.Pattern[str]:
    """The end of the line before one that ends an entry at ``column``.

    The entry ``swallows`` items at its own column where it is a pair of a mapping: they
    are its value. So is the ``:`` of an explicit key.
    """
    less = rf" {{0,{column - 1}}}[^ \r\n#]|" if column else ""
    inside = r"[-:](?:[ \t\r\n]|\Z)|[|>]" if swallows else "[|>]"
    return re.compile(rf"\n(?:{less} {{{column}}}(?!{inside})[^ \r\n#])")


def _no_rest() -> Iterator[str]:
    return iter(())


class Builder:
    """Builds the pieces of one text. ``rest`` gives what follows it in its document."""

    def __init__(
        self,
        text: str,
        reuse: Reuse | None = None,
        rest: Callable[[], Iterator[str]] = _no_rest,
        *,
        more: bool = False,
    ) -> None:
        self.shown = text
        self.hidden = templates.hide(text)
        self.reuse = reuse or {}
        self.rest = rest
        self.more = more
        self.stop = len(text)
        self.depth = 0
        self.marked = has_marker(text)

    # Entries ---------------------------------------------------------------------

    def entries(self, at: int, column: int, block: Block, end: int, pad: int) -> list[Piece]:
        """The entries of a collection from ``at`` on, at least as far as ``end``."""
        pieces: list[Piece] = []
        while at < end:
            piece = self._entry(at, column, block, pad)
            pieces.append(piece)
            at += piece.length
            pad = 0
        return pieces

    def _end(self, after: int, column: int, *, swallows: bool) -> int:
        match = _border(column, swallows=swallows).search(self.hidden, after, self.stop)
        return match.start() + 1 if match else self.stop

    def _entry(self, at: int, column: int, block: Block, pad: int) -> Piece:
        hidden, shown = self.hidden, self.shown
        content = at if pad else _BLANKS.match(hidden, at).end()  # type: ignore[union-attr]
        own = pad or content - at
        is_item = ITEM.match(hidden, content, self.stop) is not None
        swallows = block == "pair" and not is_item
        margin = column
        if own < column:  # it belongs to no collection here: keep it in one piece
            margin, swallows = own, False
        end = self._end(at, margin, swallows=swallows)
        beyond = 0
        split = None
        before: tuple[int, str, Composed, Failure] | None = None
        while True:
            if before is None and end - at > LEAF_LENGTH:
                piece = self._cut(at, content, own, column, block, end, pad, swallows, beyond=None)
                if piece is not None:
                    return piece
            text = shown[at:end]
            kept = self.reuse.get((text, column, pad, block))
            if kept:
                return kept.pop()
            whole = hidden[at:end]
            if before is None and whole == text:
                split = stencils.split(text, column, pad, block)
                stencil = stencils.find(split)
                if stencil is not None:
                    return stencilled(stencil, split.values, text, own, pad)
            composed = compose(whole, text, pad)
            failure = composed.failure
            if before is not None and failure is not None and not failure.at_end:
                end, text, composed, failure = before  # what follows does not mend it
            elif failure is not None and failure.at_end:
                before = before or (end, text, composed, failure)
                ends, looked = entry_end(self._from(at, pad))
                beyond = at + looked - pad + 32
                if ends is not None:
                    further = self._further(at + ends - pad, margin, swallows=swallows)
                    beyond = max(beyond, further)
                    if further > end:
                        end = further
                        continue
                end, text, composed, failure = before
            break
        beyond = max(1, beyond - end) if failure is not None and failure.at_end else 0
        if failure is not None or (before is not None and end - at > LEAF_LENGTH):
            piece = self._cut(at, content, own, column, block, end, pad, swallows, beyond=beyond)
            if piece is not None:
                return piece
        piece = leaf(text, composed, own, column, pad, block, beyond)
        if (
            before is None
            and split
            and not (piece.flawed or piece.templated or piece.anchors or piece.aliases)
        ):
            stencils.learn(split, text, (piece.key, piece.value))
        return piece

    def _further(self, after: int, column: int, *, swallows: bool) -> int:
        """Where an entry that goes on until ``after`` ends."""
        end = self._end(after - 1, column, swallows=swallows) if after < self.stop else self.stop
        if end == self.stop and self.more:
            raise Overflow
        return end

    def _from(self, at: int, pad: int) -> Iterator[str]:
        if pad:
            yield " " * pad
        for begin in range(at, self.stop, 2048):
            yield self.hidden[begin : min(begin + 2048, self.stop)]
        for part in self.rest():
            yield templates.hide(part)

    def _cut(
        self,
        at: int,
        content: int,
        own: int,
        column: int,
        block: Block,
        end: int,
        pad: int,
        swallows: bool,
        *,
        beyond: int | None,
    ) -> Piece | None:
        """The entry with its value's entries as children; None where it cannot be cut.

        ``beyond`` is None unless it is cut for not being readable in one.
        """
        if self.depth >= MAX_CUT_DEPTH:
            return None
        weak = "any" if beyond is not None else "colon" if own == column else ""
        head = read_head(self.hidden, self.shown, at, content, own, end, weak)
        if head is None:
            return None
        inner = head.inner
        self.depth += 1
        children = self.entries(head.begin, inner, head.block, end, inner if head.compact else 0)
        reached = head.begin + sum(child.length for child in children)
        while reached > end:
            end = self._end(reached - 1, min(own, column), swallows=swallows)
            more = self.entries(reached, inner, head.block, end, 0)
            children += more
            reached += sum(child.length for child in more)
            if not more:
                break
        self.depth -= 1
        return headed(
            head, self.shown[at : head.begin], make_runs(children), at, content, own, pad, column,
            block, templates.has_hidden(self.hidden[at : head.begin]), beyond,
        )  # fmt: skip

    # Documents -------------------------------------------------------------------

    def stream(self) -> Piece:
        """The piece of the whole text."""
        text = self.shown
        head = "\ufeff" if text.startswith("\ufeff") else ""
        borders = self._document_borders(len(head))
        pieces = [
            self.document(begin, end)
            for begin, end in zip(borders, [*borders[1:], len(text)], strict=True)
        ]
        return container("stream", head, make_runs(pieces), "", block="document")

    def _document_borders(self, begin: int) -> list[int]:
        """Where documents start: at ``---``, or at the directives before it."""
        hidden = self.hidden
        borders = [begin]
        started = False
        ended: int | None = begin
        for match in MARKER.finditer(hidden, begin) if has_marker(hidden) else ():
            at = match.start()
            if hidden[at] == ".":
                ended = hidden.find("\n", at) + 1 or len(hidden)
                continue
            directive = None if ended is None else _DIRECTIVE.search(hidden, ended, at)
            if directive and _PROLOGUE.fullmatch(hidden, directive.start(), at):
                at = directive.start()
            if started or not _NOTHING.fullmatch(hidden, begin, at):
                borders.append(at)
            started = True
            ended = None
        return borders

    def document(self, begin: int, end: int) -> Piece:
        """The document that is all of the text from ``begin`` to ``end``."""
        hidden, shown = self.hidden, self.shown
        marker = None
        stop = end
        at = begin
        for match in MARKER.finditer(hidden, begin, end) if self.marked else ():
            if hidden[match.start()] == ".":
                stop = match.start()
                break
            if marker is None:
                marker = match
        odd = has_odd_break(hidden[begin:end])
        whole = odd
        if marker is not None:
            line_end = hidden.find("\n", marker.end(), stop) + 1 or stop
            whole = whole or not _EMPTY.fullmatch(hidden, marker.end(), line_end)
            whole = whole or _DIRECTIVE.search(hidden, begin, marker.start()) is not None
            at = begin if whole else line_end
        elif _DIRECTIVE.match(hidden, at):
            whole = True
        self.stop = stop
        tail = shown[stop:end]
        if not whole:
            first = _SKIP_LINES.match(hidden, at, stop).end()  # type: ignore[union-attr]
            if _NOTHING.fullmatch(hidden, first, stop):
                place = marker.end() - begin if marker else 0
                unknown = templates.has_hidden(hidden[begin:stop])
                empty = Scalar(place, place, "", "", None, None, unknown) if marker else None
                piece = _document(shown[begin:stop], [], tail, "", 0, empty, sound=False)
                if tail and not marker and begin <= 1 and not piece.problems:
                    words = "did not find expected node content while parsing a block node"
                    problem = Problem("syntax", words, len(piece.head), len(piece.head) + 3)
                    piece.problems, piece.flawed = (problem,), True
                return piece
            at = first
        if not whole:
            block = self._block(begin, at, stop, tail, forced=False)
            if block is not None:
                return block
        text = shown[at:stop]
        composed = compose(hidden[at:stop], text)
        if composed.root is None and composed.failure is None:
            return _document(shown[begin:stop], [], tail, "", 0, None, sound=False)
        if composed.failure is not None and not whole:
            block = self._block(begin, at, stop, tail, forced=True)
            if block is not None and block.flawed:
                return block
        root = leaf(text, composed, 0, 0, 0, "root", 0)
        return _document(shown[begin:at], [root], tail, "root", 0, None, sound=False)

    def _block(self, begin: int, at: int, stop: int, tail: str, *, forced: bool) -> Piece | None:
        """The document as a block collection; None where its first line is no entry.

        ``forced``: where any line at its margin is one.
        """
        hidden = self.hidden
        content = _BLANKS.match(hidden, at).end()  # type: ignore[union-attr]
        if forced:
            line = re.compile(rf"^( {{0,{content - at}}})(?:{STARTS.pattern})", re.MULTILINE)
            match = line.search(hidden, at, stop)
            if match is None:
                return None
            if not WEAK_HEAD.match(hidden, content, stop):
                content, column = match.end(1), len(match[1])
            else:
                column = content - at
        else:
            if not (STARTS.match(hidden, content, stop) or _EXPLICIT.match(hidden, content, stop)):
                return None
            column = content - at
        block: Block = "item" if ITEM.match(hidden, content, stop) else "pair"
        children = self.entries(at, column, block, stop, 0)
        value = cut_value(block, at + column - begin)
        head = self.shown[begin:at]
        return _document(head, children, tail, block, column, value, sound=not forced)


def _document(
    head: str,
    children: list[Piece],
    tail: str,
    block: Block,
    inner: int,
    value: Node | None,
    *,
    sound: bool,
) -> Piece:
    problems: tuple[Problem, ...] = ()
    if tail and not _EMPTY.fullmatch(_AFTER.sub("", tail)):
        at = len(head)
        words = "did not find expected <document start>"
        problems = (Problem("syntax", words, at, at + word_end(tail, 0)),)
    templated = templates.has_hidden(templates.hide(head))
    return container(
        "document", head, make_runs(children), tail, block=block, inner=inner, value=value,
        problems=problems, templated=templated, sound=sound,
    )  # fmt: skip


def leaf_key(piece: Piece, column: int, block: Block) -> tuple[str, int, int, str]:
    """Under which a leaf is found again (``Reuse``)."""
    return (piece.head, column, piece.pad, block)


def collect(runs: tuple[Run, ...], column: int, block: Block, reuse: Reuse) -> None:
    """Put the leaves whose reading hangs on nothing else into ``reuse``."""
    for run in runs:
        for piece in run.pieces:
            if piece.runs is not None:
                collect(piece.runs, piece.inner, piece.block, reuse)
            elif not piece.beyond:
                reuse.setdefault(leaf_key(piece, column, block), []).append(piece)
