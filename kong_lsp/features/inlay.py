"""The values of computed keys and paths, to be shown between the lines."""

from __future__ import annotations

from typing import NamedTuple

from kong_lsp.features.locate import all_modules
from kong_lsp.syntax.lua.values import Text
from kong_lsp.text import Span
from kong_lsp.workspace.snapshot import Snapshot


class Hint(NamedTuple):
    """``text`` is to be shown at ``offset``."""

    offset: int
    text: str


def hints(snapshot: Snapshot, path: str, within: Span) -> tuple[Hint, ...]:
    """What each computed key, path and top-level string of a rockspec comes to."""
    rock = snapshot.rock_at(path)
    if rock is None:
        return ()
    rockspec = rock.rockspec
    places = [(entry.value, entry.value_at) for entry in rockspec.evaluation.written]
    for item in all_modules(rockspec):
        if item.entry.key_at is not None:
            places.append((item.entry.key, item.entry.key_at))
        places.append((item.entry.value, item.entry.value_at))
    found = []
    for value, place in places:
        if isinstance(value, Text) and value.literal != place:
            end = rockspec.tree.span(place).end
            if within.start <= end <= within.end:
                found.append(Hint(end, f'"{value.value}"'))
    return tuple(sorted(set(found)))
