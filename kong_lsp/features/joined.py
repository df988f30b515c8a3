"""What stands before a literal that is joined to something with ``..``."""

from __future__ import annotations

from dataclasses import replace

from kong_lsp.features.cursor import Cursor
from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.evaluate import evaluate
from kong_lsp.syntax.lua.tree import Tree, parse
from kong_lsp.syntax.lua.values import Text
from kong_lsp.text import Edit, Span

_PLAIN = (nodes.Local, nodes.Assign)


def value_before(tree: Tree, place: Cursor) -> str | None:
    """The value of the operands before the literal at the cursor; None where it is not known."""
    if place.joined is None or not place.quote:
        return None
    text = tree.text
    lines = []
    at = 0
    for piece in tree.pieces:
        at += piece.length
        if at > place.joined.start:
            break
        if isinstance(piece.node, _PLAIN) and piece.children is None:
            lines.append(piece.text)
    code = "".join(lines) + "\nreturn " + text[slice(*place.joined)]
    found = evaluate(parse(code)).returned
    return found.value if isinstance(found, Text) else None


def as_one(place: Cursor, value: str) -> Cursor:
    """The cursor as if the whole were one literal; its word starts where that would."""
    start = place.word.start - len(value)
    return replace(
        place,
        word=Span(start, place.word.end),
        typed=value + place.typed,
        alone=False,
        joined=None,
    )


def within(edit: Edit, word: Span, value: str) -> Edit | None:
    """An edit of that whole as one of the literal; None if it does not begin like it."""
    extra = word.start - edit.span.start
    if extra <= 0:
        return edit
    if not edit.text.startswith(value[len(value) - extra :]):
        return None
    return Edit(Span(word.start, edit.span.end), edit.text[extra:])
