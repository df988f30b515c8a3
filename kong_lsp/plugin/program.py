"""A Lua file of a plugin and what it requires, evaluated together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kong_lsp.kong.releases import Release
from kong_lsp.plugin.environment import Arguments, global_variables
from kong_lsp.plugin.libraries import library
from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.evaluate import Failure, evaluate
from kong_lsp.syntax.lua.machine import Machine
from kong_lsp.syntax.lua.operations import results
from kong_lsp.syntax.lua.patterns import Budget
from kong_lsp.syntax.lua.tree import Tree
from kong_lsp.syntax.lua.values import UNKNOWN, Bool, Nil, Place, Text, Value
from kong_lsp.text import Span

FUEL = 15_000
"""Steps for all loops and calls of a file and of what it requires: some 30 ms."""

MAX_FILES = 30
MAX_DEPTH = 8


class Sources(Protocol):
    """The files of a workspace."""

    def find(self, module: str) -> str | None:
        """The file of a module, None where the workspace does not have it."""

    def tree(self, path: str) -> Tree | None:
        """What a file holds; None where it cannot be read."""


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """``value`` is what the file returns, UNKNOWN where it does not parse.

    ``files`` are all that were evaluated, the file itself first; ``consulted`` the modules
    that were asked for, with the file of each, None where the workspace has none.
    """

    path: str
    value: Value
    failures: tuple[Failure, ...]
    reads: tuple[tuple[str, Place], ...]
    files: dict[str, Tree]
    consulted: dict[str, str | None]

    @property
    def tree(self) -> Tree | None:
        """The file itself."""
        return self.files.get(self.path)

    @property
    def returned(self) -> Span:
        """The name that the file returns; the word ``return`` where it is no name."""
        tree = self.tree
        for piece in reversed(tree.pieces if tree is not None else ()):
            if tree is not None and isinstance(piece.node, nodes.Return):
                start, end = piece.node.start, piece.node.start + len("return")
                if piece.node.values and isinstance(piece.node.values[0], nodes.Name):
                    start, end = piece.node.values[0].start, piece.node.values[0].end
                return tree.span(Place(piece, start, end))
        return Span(0, 0)

    def locate(self, place: Place) -> tuple[str, Span] | None:
        """The file and the span of a place; None for what no file of the workspace wrote."""
        for path, tree in self.files.items():
            try:
                return path, tree.span(place)
            except KeyError:
                continue
        return None


def is_sound(tree: Tree) -> bool:
    """Whether all of a file parses."""
    return tree.sound and not any(piece.flawed for piece in tree.pieces)


def run(
    path: str,
    release: Release,
    sources: Sources,
    *,
    alone: bool = False,
    settings: Mapping[str, str] | None = None,
) -> Program:
    """Evaluate the file at ``path``. Never raises, and takes a bounded time.

    ``alone``: what it requires of the workspace is left Unknown; ``settings``: all that
    ``kong.configuration`` has, where that is known.
    """
    return _Run(release, sources, alone=alone, settings=settings).program(path)


class _Run:
    def __init__(
        self,
        release: Release,
        sources: Sources,
        *,
        alone: bool,
        settings: Mapping[str, str] | None,
    ) -> None:
        self.alone = alone
        self.settings = settings
        self.release = release
        self.sources = sources
        self.budget = Budget(FUEL)
        self.loaded: dict[str, Value] = {}
        self.files: dict[str, Tree] = {}
        self.consulted: dict[str, str | None] = {}
        self.failures: list[Failure] = []
        self.reads: list[tuple[str, Place]] = []
        self.depth = 0

    def program(self, path: str) -> Program:
        value = self.file(path)
        return Program(
            path, value, tuple(self.failures), tuple(self.reads), self.files, self.consulted
        )

    def file(self, path: str) -> Value:
        tree = self.sources.tree(path)
        if tree is None or path in self.files or len(self.files) >= MAX_FILES:
            return UNKNOWN
        self.files[path] = tree
        if not is_sound(tree):
            return UNKNOWN
        self.depth += 1
        evaluation = evaluate(tree, global_variables(self.require, self.settings), self.budget)
        self.depth -= 1
        self.failures += evaluation.failures
        if not self.depth:
            self.reads += evaluation.reads
        return UNKNOWN if self.budget.left < 0 else evaluation.returned

    def require(self, machine: Machine, arguments: Arguments) -> Sequence[Value]:
        name = results(arguments, 0)
        if not isinstance(name, Text):
            return [UNKNOWN]
        module = name.value
        if module not in self.loaded:
            self.loaded[module] = UNKNOWN
            self.loaded[module] = self.load(module)
        return [self.loaded[module]]

    def load(self, module: str) -> Value:
        path = self.consulted[module] = self.sources.find(module)
        if path is None:
            return library(module, self.release)
        if self.alone or self.depth >= MAX_DEPTH:
            return UNKNOWN
        value = self.file(path)
        return Bool(True) if isinstance(value, Nil) else value
