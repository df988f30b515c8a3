"""A plugin's files in memory, evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from kong_lsp.kong.releases import NEWEST, Release, find
from kong_lsp.plugin.data import plain
from kong_lsp.plugin.handler import Handler, read_handler
from kong_lsp.plugin.schema import Schema, read_schema
from kong_lsp.syntax.lua.tree import Tree, parse
from kong_lsp.text import Span

PREFIX = "kong.plugins.acme."


class Memory:
    """Files of the plugin ``acme`` by what follows ``kong.plugins.acme.``."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = {f"/{tail}.lua": dedent(text) for tail, text in files.items()}
        self.trees = {path: parse(text) for path, text in self.files.items()}

    def find(self, module: str) -> str | None:
        """The file of a module."""
        path = f"/{module.removeprefix(PREFIX)}.lua"
        return path if module.startswith(PREFIX) and path in self.files else None

    def tree(self, path: str) -> Tree | None:
        """What a file holds."""
        return self.trees.get(path)

    def at(self, place: tuple[str, Span] | None) -> str | None:
        """``/schema.lua:host``: the file, and what is written at the place."""
        return None if place is None else f"{place[0]}:{self.files[place[0]][slice(*place[1])]}"


def release(name: str) -> Release:
    """A release by name."""
    found = find(name)
    assert found is not None
    return found


def schema(text: str, kong: Release = NEWEST, **others: str) -> tuple[Schema, Memory]:
    """A ``schema.lua``, evaluated, and its files."""
    memory = Memory({"schema": text, **others})
    return read_schema("acme", "/schema.lua", kong, memory), memory


def handler(text: str, kong: Release = NEWEST, **others: str) -> tuple[Handler, Memory]:
    """A ``handler.lua``, evaluated, and its files."""
    memory = Memory({"handler": text, **others})
    return read_handler("/handler.lua", kong, memory), memory


def returned(text: str, kong: Release = NEWEST, **others: str) -> object:
    """What a file returns, as plain data."""
    return plain(schema(text, kong, **others)[0].program.value)
