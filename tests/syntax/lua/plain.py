"""Values of Lua as plain Python, for comparing them whole."""

from __future__ import annotations

from typing import Any

from kong_lsp.syntax.lua.evaluate import Evaluation, evaluate
from kong_lsp.syntax.lua.tree import Tree, parse
from kong_lsp.syntax.lua.values import Bool, Entry, Nil, Num, Place, Table, Text, Unknown, Value


def plain(value: Value) -> Any:
    """A value; ``...`` stands for Unknown, and the key ``...`` in a table for "open"."""
    if isinstance(value, Text | Num | Bool):
        return value.value
    if isinstance(value, Nil):
        return None
    if isinstance(value, Unknown):
        return ...
    if isinstance(value, Table):
        found = {key: plain(entry.value) for key, entry in value.entries.items()}
        return {**found, ...: ...} if value.open else found
    return "function"


def say(text: str) -> dict[str, Any]:
    """What the globals of a text are."""
    return {name: plain(entry.value) for name, entry in evaluate(parse(text)).globals.items()}


def failures(text: str) -> list[tuple[str, str]]:
    """The messages of the run-time errors of a text, and what each is about."""
    tree = parse(text)
    return [
        (failure.message, text[slice(*tree.span(failure.at))])
        for failure in evaluate(tree).failures
    ]


def outline(tree: Tree, found: Evaluation) -> Any:
    """Everything that an evaluation says, with absolute places."""

    def place(at: Place | None) -> Any:
        return None if at is None else tuple(tree.span(at))

    def value(item: Value, outer: tuple[int, ...] = ()) -> Any:
        if isinstance(item, Text):
            parts = [(start, end, place(at)) for start, end, at in item.parts]
            return (item.value, parts, place(item.literal))
        if isinstance(item, Table):
            if id(item) in outer:
                return "itself"
            inner = (*outer, id(item))
            kept = [(repr(key), entry(kept, inner)) for key, kept in item.entries.items()]
            return (item.open, kept, [entry(each, inner) for each in item.written])
        return repr(plain(item))

    def entry(item: Entry, outer: tuple[int, ...] = ()) -> Any:
        places = (place(item.key_at), place(item.value_at), place(item.at))
        return (value(item.key, outer), value(item.value, outer), places, item.late)

    return (
        [(name, entry(item)) for name, item in found.globals.items()],
        [entry(item) for item in found.written],
        [(name, place(at)) for name, at in found.reads],
        [(failure.message, place(failure.at), failure.hang) for failure in found.failures],
        sorted(found.damaged),
        value(found.returned),
    )
