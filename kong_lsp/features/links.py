"""The paths in a rockspec that lead to a file."""

from __future__ import annotations

from typing import NamedTuple

from kong_lsp.features.locate import all_modules, file_of, text_span
from kong_lsp.syntax.lua.values import Text
from kong_lsp.text import Span
from kong_lsp.workspace.snapshot import Snapshot


class Link(NamedTuple):
    """``span`` leads to the file at ``target``, which exists."""

    span: Span
    target: str


def links(snapshot: Snapshot, path: str) -> tuple[Link, ...]:
    """Every link of a rockspec, in the order of its text."""
    rock = snapshot.rock_at(path)
    if rock is None:
        return ()
    found = []
    for item in (*all_modules(rock.rockspec), *rock.rockspec.installs):
        value = item.entry.value
        if isinstance(value, Text) and snapshot.exists(target := file_of(rock, value.value)):
            found.append(Link(text_span(rock.rockspec, value, item.entry.value_at), target))
    return tuple(sorted(found))
