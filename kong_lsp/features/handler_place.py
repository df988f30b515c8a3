"""What a place in a handler.lua is for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kong_lsp.features.handler_words import FIELDS
from kong_lsp.features.lua_place import LuaPlace, lua_place, returned
from kong_lsp.kong.releases import Release
from kong_lsp.plugin.contract import PHASES

_MADE = re.compile(r"^local\s+(\w+)\s*=\s*(?:\{|[\w.]+:extend\b)", re.MULTILINE)
_FILTERS = frozenset(("header_filter", "body_filter"))


@dataclass(slots=True)
class HandlerPlace:
    """A place in a handler. ``name`` is the variable that is returned, "" where there is none;
    ``there`` are the names that it has already; ``is_class`` tells one made by ``extend``."""

    at: LuaPlace
    release: Release
    name: str
    there: frozenset[str]
    is_class: bool

    @property
    def in_table(self) -> bool:
        """Whether a key of the handler's own table is written."""
        at = self.at
        if len(at.tables) != 1 or at.where != "key" or at.inside:
            return False
        table = at.tables[0]
        return table.before == "return " or (bool(self.name) and table.key == self.name)

    @property
    def is_entry(self) -> bool:
        """Whether an entry of the handler is named: a key of its table, or after its dot."""
        return self.in_table or (self.at.chain == self.name != "" and not self.at.quote)

    def phases(self) -> Iterator[str]:
        """The phases of the release that the handler lacks and may have."""
        for name, since in PHASES.items():
            if name in self.there or self.release.number < since:
                continue
            if name == "response" and self.there & _FILTERS:
                continue
            if name not in _FILTERS or "response" not in self.there:
                yield name

    def fields(self) -> Iterator[str]:
        """PRIORITY and VERSION, where the handler lacks them."""
        yield from (name for name in FIELDS if name not in self.there)


def handler_place(text: str, offset: int, release: Release) -> HandlerPlace | None:
    """The place at ``offset`` of a handler's text; None in a comment."""
    at = lua_place(text, offset)
    if at is None:
        return None
    made = _MADE.search(text)
    name = returned(text) or (made[1] if made else "")
    rest = text[: at.word.start] + text[at.word.end :]
    named = re.findall(rf"\b{name}\s*[.:]\s*(\w+)\s*[(=]", rest) if name else []
    keys = re.findall(r"\b([a-z_]+)\s*=\s*function\b|\b(PRIORITY|VERSION)\s*=", rest)
    there = {*named, *(one or other for one, other in keys)}
    is_class = bool(name) and re.search(rf"\b{name}\s*=\s*[\w.]+:extend\b", text) is not None
    return HandlerPlace(at, release, name, frozenset(there), is_class)
