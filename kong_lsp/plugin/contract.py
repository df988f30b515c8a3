"""What Kong wants of a handler: the functions that it calls, a priority, a version."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from kong_lsp.kong.releases import Release, find
from kong_lsp.spelling import distance

PHASES: dict[str, tuple[int, int]] = {
    "certificate": (0, 3),
    "rewrite": (0, 10),
    "access": (0, 1),
    "header_filter": (0, 1),
    "body_filter": (0, 1),
    "log": (0, 1),
    "init_worker": (0, 3),
    "preread": (0, 15),
    "response": (2, 2),
    "configure": (3, 5),
}
"""The phases, each with the first release that has it."""

_STRICT = find("3.0")


@lru_cache(maxsize=4096)
def meant_phase(name: str, release: tuple[int, int]) -> str | None:
    """The phase of a release that a name misspells: in case or underscores, or in one or two
    letters; None for a phase and for what is near to none or to two."""
    if name in PHASES or name.startswith("_"):
        return None
    phases = [phase for phase, since in PHASES.items() if release >= since]
    plain = _plain(name)
    for phase in phases:
        if plain == _plain(phase):
            return phase
    near = [
        phase for phase in phases if distance(plain, _plain(phase), _most(phase)) <= _most(phase)
    ]
    return near[0] if len(near) == 1 else None


def _most(phase: str) -> int:
    """How many letters of a phase may be wrong."""
    return 0 if len(phase) < 6 else 1 if len(phase) < 9 else 2


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def is_strict(release: Release) -> bool:
    """Whether a release refuses a handler without a sound PRIORITY and VERSION."""
    return _STRICT is not None and release >= _STRICT


def is_priority(number: float) -> bool:
    """Whether Kong 3 takes a number as priority: finite and whole."""
    return math.isfinite(number) and number == math.floor(number)


def is_version(version: str) -> bool:
    """Whether Kong 3 takes a string as version: its first run of digits and dots has one to
    three numbers (version.lua; a dot at the end is not judged)."""
    found = re.search(r"[0-9][0-9.]*", version)
    if found is None:
        return False
    parts = found[0].removesuffix(".").split(".")
    return "" not in parts and len(parts) <= 3
