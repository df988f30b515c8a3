"""One judgement: what it is for and what it may cost."""

from __future__ import annotations

from dataclasses import dataclass, field

from kong_lsp.kong.releases import NEWEST, Release
from kong_lsp.kong.schema.values import Key, Path
from kong_lsp.syntax.lua.patterns import Budget

_MAX_DEPTH = 60
_STEPS = 500_000
_PATTERN_STEPS = 100_000


class Exhausted(Exception):
    """The bounds of steps or depth are met: nothing more is judged."""


@dataclass(slots=True)
class Run:
    """One judgement: for which Kong, what may still be spent, what was left to functions.

    ``opaque`` has the places at which a function would decide. ``filled``: the defaults of
    what is judged are filled in already, those of its records included.
    """

    release: Release = NEWEST
    steps: int = _STEPS
    patterns: Budget = field(default_factory=lambda: Budget(_PATTERN_STEPS))
    opaque: list[Path] = field(default_factory=list)
    path: list[Key] = field(default_factory=list)
    depth: int = 0
    filled: bool = False

    def step(self) -> None:
        """Take one step; raises Exhausted."""
        self.steps -= 1
        if self.steps < 0 or self.depth > _MAX_DEPTH:
            raise Exhausted

    def since(self, major: int, minor: int) -> bool:
        """Whether the release is that one or newer."""
        return self.release.number >= (major, minor)
