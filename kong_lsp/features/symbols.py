"""The outline of a rockspec."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kong_lsp.features.locate import key_text
from kong_lsp.syntax.lua.values import Bool, Entry, Nil, Num, Table, Text
from kong_lsp.text import Span
from kong_lsp.workspace.snapshot import Rock, Snapshot

Kind = Literal["table", "string", "number", "boolean", "module", "item"]

MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Symbol:
    """One field: ``span`` is all of it, ``selection`` its key (or value, without a key)."""

    name: str
    kind: Kind
    detail: str
    span: Span
    selection: Span
    children: tuple[Symbol, ...]


def symbols(snapshot: Snapshot, path: str) -> tuple[Symbol, ...]:
    """The fields of a rockspec, one inside the other, in the order of the text."""
    rock = snapshot.rock_at(path)
    if rock is None:
        return ()
    return _level(rock, rock.rockspec.evaluation.written, (), MAX_DEPTH)


def _level(
    rock: Rock, entries: Iterable[Entry], above: tuple[str, ...], depth: int
) -> tuple[Symbol, ...]:
    tree = rock.rockspec.tree
    found = []
    for entry in entries:
        if isinstance(entry.value, Nil):
            continue
        span = tree.span(entry.at)
        at = tree.span(entry.key_at) if entry.key_at is not None else tree.span(entry.value_at)
        name = key_text(entry)
        children: tuple[Symbol, ...] = ()
        if isinstance(entry.value, Table) and depth:
            children = tuple(
                child
                for child in _level(rock, entry.value.written, (*above, name), depth - 1)
                if span.start <= child.span.start and child.span.end <= span.end
            )
        kind, detail = _kind(entry, above)
        inside = span.start <= at.start and at.end <= span.end
        found.append(Symbol(name or "?", kind, detail, span, at if inside else span, children))
    return tuple(sorted(found, key=lambda item: item.span))


def _kind(entry: Entry, above: tuple[str, ...]) -> tuple[Kind, str]:
    value = entry.value
    if isinstance(value, Text):
        kind: Kind = "module" if above[-1:] == ("modules",) else "string"
        return (kind if entry.key_at is not None else "item"), value.value
    if isinstance(value, Num):
        return "number", f"{value.value:g}"
    if isinstance(value, Bool):
        return "boolean", str(value.value).lower()
    return "table", ""
