"""Kong's releases, by minor version, from 0.1 to the development branch.

The list is that of the final tags of Kong/kong; a patch release loads what its minor
release loads. (0.29, 0.30 and 0.33 are Enterprise-era tags and not among them.)
"""

from __future__ import annotations

import re
from typing import NamedTuple

_VERSION = re.compile(r"\s*v?(\d+)(?:\.(\d+))?")
_MINORS = {0: 15, 1: 5, 2: 8, 3: 9}


class Release(NamedTuple):
    """One minor release; releases compare by age, ``master`` last."""

    number: tuple[int, int]
    name: str

    def __str__(self) -> str:
        return self.name


RELEASES: tuple[Release, ...] = (
    *(
        Release((major, minor), f"{major}.{minor}")
        for major, last in _MINORS.items()
        for minor in range(1 if major == 0 else 0, last + 1)
    ),
    Release((99, 0), "master"),
)
"""Oldest first."""

MASTER = RELEASES[-1]
NEWEST = RELEASES[-2]
_BY_NAME = {release.name: release for release in RELEASES}


def find(text: str) -> Release | None:
    """The release that ``text`` names: ``"3.9"``, ``"3.9.1"``, ``"3.4.3.5"``, ``"0.11-x"``.

    ``"3"`` is the newest 3.x. A version newer than all that are known (an Enterprise
    3.10, say) is ``master``. None for ``"auto"``, ``"latest"`` and what is no version.
    """
    if text in _BY_NAME:
        return _BY_NAME[text]
    match = _VERSION.match(text)
    if match is None:
        return None
    major = int(match[1])
    if match[2] is None:
        of_major = [release for release in RELEASES if release.number[0] == major]
        return of_major[-1] if of_major else None
    number = (major, int(match[2]))
    return MASTER if number > NEWEST.number else _BY_NAME.get(f"{number[0]}.{number[1]}")


def between(since: str, until: str | None = None) -> tuple[Release, ...]:
    """The releases from ``since`` to ``until``, both included; to the last where None."""
    first, last = RELEASES.index(_BY_NAME[since]), MASTER if until is None else _BY_NAME[until]
    return RELEASES[first : RELEASES.index(last) + 1]
