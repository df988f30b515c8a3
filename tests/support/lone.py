"""A rockspec by itself: what rules that look at no other file need."""

from __future__ import annotations

from kong_lsp.rockspec import model
from kong_lsp.syntax.lua.tree import parse
from kong_lsp.workspace.snapshot import Rock


def lone_rock(path: str, text: str) -> Rock:
    """The rock of a rockspec with nothing around it."""
    return Rock(
        rockspec=model.read(parse(text)),
        path=path,
        base=path.rpartition("/")[0],
        held=True,
        not_held=None,
        listed={},
        complete=True,
        detected=False,
        ships={},
        files=frozenset(),
        unfound=(),
        apart=(),
        provides={},
        plugins=(),
        places=(),
        sources=(),
        handled=(),
    )
