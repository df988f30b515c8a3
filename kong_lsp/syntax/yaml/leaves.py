"""Leaves: entries that are composed in one, and what is wrong with them."""

from __future__ import annotations

import re

from kong_lsp.syntax.yaml.compose import Composed, Failure
from kong_lsp.syntax.yaml.nodes import Mapping, Node, Sequence
from kong_lsp.syntax.yaml.pieces import Block, Kind, Piece, Problem
from kong_lsp.syntax.yaml.stencils import Stencil

_NONE: frozenset[str] = frozenset()


def leaf(
    text: str, composed: Composed, own: int, column: int, pad: int, block: Block, beyond: int
) -> Piece:
    """The entry that all of ``text`` is, out of place or broken though it may be."""
    root, failure, anchors, aliases, bad, _ = composed
    kind: Kind = "stray"
    key: Node | None = None
    value: Node | None = root
    if block == "root":
        kind = "root"
    elif isinstance(root, Mapping) and not root.flow and root.nodes and len(root.nodes) == 2:
        kind = "pair"
        key, value = root.nodes
    elif isinstance(root, Sequence) and not root.flow and root.nodes and len(root.nodes) == 1:
        kind = "item"
        value = root.nodes[0]
    problems: list[Problem] = [
        Problem("character", "control characters are not allowed", at, at + 1) for at in bad
    ]
    if failure is not None:
        problems.append(_problem(failure, text))
    elif block != "root" and (kind != block or own != column):
        start = own - pad
        problems += misplaced(kind, own, column, block, start, word_end(text, start))
    gives = needs = _NONE
    if anchors:
        gives = frozenset(name for name, _ in anchors)
    if aliases:
        needs = frozenset(alias.name for alias in aliases)
    return Piece(
        kind, text, None, "", len(text), own, pad, "", 0, True, (key, value), tuple(problems),
        bool(problems), composed.templated, beyond, anchors, aliases, gives, needs,
    )  # fmt: skip


def stencilled(stencil: Stencil, values: tuple[str, ...], text: str, own: int, pad: int) -> Piece:
    """The leaf of a text of this stencil; nothing is wrong with it."""
    kind: Kind = "item" if stencil.key is None else "pair"
    return Piece(
        kind, text, None, "", len(text), own, pad, "", 0, True, None, (), False, False, 0, (), (),
        _NONE, _NONE, stencil, values,
    )  # fmt: skip


def misplaced(
    kind: Kind, own: int, column: int, block: Block, start: int, end: int
) -> list[Problem]:
    """What libyaml says of an entry that does not belong where it stands."""
    if kind == block and own == column:
        return []
    if block == "item":
        words = "did not find expected '-' indicator while parsing a block collection"
    elif kind == "stray":
        return [no_colon(start, end)]
    else:
        words = "did not find expected key while parsing a block mapping"
    return [Problem("indentation" if own != column else "syntax", words, start, end)]


def no_colon(start: int, end: int) -> Problem:
    """What libyaml says of a key without its colon."""
    message = "could not find expected ':' while scanning a simple key"
    return Problem("colon", message, start, end)


_KINDS = {
    "found unexpected end of stream": "quote",
    "did not find expected ',' or ']'": "bracket",
    "did not find expected ',' or '}'": "bracket",
    "could not find expected ':'": "colon",
    "mapping values are not allowed in this context": "indentation",
    "did not find expected key": "indentation",
    "did not find expected '-' indicator": "indentation",
    "found a tab character that violates indentation": "tab",
    "found a tab character where an indentation space is expected": "tab",
    "found unknown escape character": "escape",
    "exceeded maximum depth": "depth",
}
_WORD = re.compile(r"[^\s,\]}]*")
_LINE = re.compile(r"[^\r\n]*")
_VALUE = re.compile(r"\w[\"']?:[ \t]+[^\s#&*|>\"'\[{]")


def word_end(text: str, start: int) -> int:
    """Where the word at ``start`` ends; one character on at least."""
    return max(_WORD.match(text, start).end(), min(start + 1, len(text)))  # type: ignore[union-attr]


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, max(at, 0)), text.rfind("\r", 0, max(at, 0))) + 1


def _problem(failure: Failure, text: str) -> Problem:
    problem, context, at, began, at_end = failure
    kind = _KINDS.get(problem, "syntax")
    message = f"{problem} {context}" if context else problem
    if kind == "indentation" and _VALUE.search(text, _line_start(text, at), max(at, 0)):
        kind = "value"
    if 0 <= at < len(text) and text[at] == "\t" and kind == "syntax":
        kind = "tab"
    start, end = at, at
    if kind == "quote" or (at_end and began >= 0) or (kind == "colon" and began >= 0):
        start = began
        end = _LINE.match(text, start).end()  # type: ignore[union-attr]
        if text[start : start + 1] in {"[", "{"}:
            kind, end = "bracket", start + 1
    elif kind == "tab":
        tab = text.find("\t", _line_start(text, at), at + 1)
        start = at if tab < 0 else tab
        end = start + 1
    else:
        start = min(at, len(text.rstrip()))
        end = word_end(text, start)
    content = len(text.rstrip())
    if start >= content:
        start, end = max(0, content - 1), content
    return Problem(kind, message, start, max(start, min(end, len(text))))
