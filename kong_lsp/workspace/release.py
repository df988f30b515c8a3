"""Which Kong the files of a root are for, when the user does not say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from kong_lsp.kong.releases import MASTER, NEWEST, RELEASES, Release, find
from kong_lsp.workspace.survey import lays_out

if TYPE_CHECKING:
    from kong_lsp.config.model import Config
    from kong_lsp.rockspec.model import Rockspec

T = TypeVar("T")

_DEEPEST = 3
_TELLING = re.compile(
    r"(?:.*dockerfile.*|.*compose.*\.ya?ml|makefile|pongorc|\.travis\.yml|\.gitlab-ci\.yml|\.env)$",
    re.IGNORECASE,
)
_ENDS = (".yml", ".yaml", "akefile", "pongorc", ".env")
_IMAGE = r"(?<![\w./-])(?:docker\.io/)?(?:library/)?(?:kong/)?kong(?:-gateway)?:(\d+\.\d+)"
_VARIABLE = r"\bKONG_(?:VERSION|TAG|IMAGE_TAG)\b[\"']?\s*[:=]\s*[\"']?(?:kong:)?(\d+\.\d+)"
_KONG = re.compile(r"\s*kong\b(?![-/])", re.IGNORECASE)
_OF_KONG = re.compile(r"kong(?:-gateway|-ee|-ce)?[-_]v?([0-3](?:\.\d+){1,3})", re.IGNORECASE)
_FULL = re.compile(r"v?([0-3](?:\.\d+){2,3})")
_CHARTS = ("helm", "kubernetes")
"""Kinds of files that lie in folders named by the version of a chart."""


class Telling(NamedTuple):
    """What a Dockerfile, a compose file, a CI file or a pongorc says: the releases that it
    names, and whether it copies something into ``kong/plugins``."""

    releases: tuple[Release, ...]
    lays_out: bool


def tells(path: str) -> bool:
    """Whether a file of this name may say which Kong it is for."""
    if not path.endswith(_ENDS) and "ockerfile" not in path:
        return False
    if path.count("/") > _DEEPEST:
        return False
    return ".github/workflows/" in path or _TELLING.match(path.rpartition("/")[2]) is not None


def told(text: str) -> Telling:
    """Read such a file."""
    found = (find(each[1]) for rule in (_IMAGE, _VARIABLE) for each in re.finditer(rule, text))
    return Telling(tuple(release for release in found if release is not None), lays_out(text))


def choose(
    rockspecs: Iterable[Rockspec], named: Iterable[Release], oldest: Release | None = None
) -> Release | None:
    """The newest release that files name and the rockspecs' ``kong`` dependencies allow,
    else the newest that is allowed; None where nothing says which, as ``kong >= 0.10`` does
    not: every later major release is allowed, and was not there when it was written. Kong's
    own rockspec says its own. ``oldest`` is the first that reads the declarative files that
    are there."""
    rockspecs = tuple(rockspecs)
    own = [
        find(rockspec.version.value if rockspec.version else "") or MASTER
        for rockspec in rockspecs
        if rockspec.package is not None and rockspec.package.value == "kong"
    ]
    if own:
        return max(own)
    every = [release for release in RELEASES if release is not MASTER]
    allowed = every
    for rockspec in rockspecs:
        for dependency in rockspec.dependencies:
            if _KONG.match(dependency.value):
                kept = _allowed(dependency.value, rockspec.format, allowed)
                allowed = kept or allowed
    if oldest is not None:
        allowed = [release for release in allowed if release >= oldest] or allowed
    fitting = [release for release in named if release in allowed or release is MASTER]
    if not fitting and NEWEST in allowed and allowed[0].number[0] < NEWEST.number[0]:
        return None
    return max(fitting or allowed, default=NEWEST)


def of_file(config: Config, asked: Release | None, otherwise: T) -> Release | T:
    """The release that one file is for: what the user asked for, else what the file itself or
    its folder says, else ``otherwise``."""
    return asked or said_by(config) or otherwise


def said_by(config: Config) -> Release | None:
    """The newest Kong image that a file names, else the release that one of its folders is
    named by; None where neither says which."""
    found = [release for image in config.images if (release := find(image)) is not None]
    if found:
        return max(found)
    release = None if config.kind in _CHARTS else of_folder(config.path)
    version = find(config.format_version or "")
    if release is None or config.kind != "declarative":
        return release
    return None if release.number < max((1, 1), version.number if version else (0, 0)) else release


@lru_cache(maxsize=4096)
def of_folder(path: str) -> Release | None:
    """The release that the innermost of a file's folders is named by: ``kong-3.4.2``,
    ``kong-2.8``, or a whole version (``2.3.1``, ``2.8.4.10`` of Kong Enterprise) beside a
    folder, or a ``kong.conf``, that is named for Kong; beside others it is the version of an
    API or of a plugin."""
    names = path.split("/")
    if not path.endswith(".conf"):
        names[-1] = ""
    if "charts" in names:
        return None
    for index in range(len(names) - 2, -1, -1):
        match = _OF_KONG.fullmatch(names[index])
        beside = "/".join(names[max(index - 1, 0) : index + 2]).lower()
        if match is None and "kong" in beside and "plugin" not in beside:
            match = _FULL.fullmatch(names[index])
        found = None if match is None else find(match[1])
        if found is not None:
            return found
    return None


def _allowed(text: str, rockspec_format: str, releases: list[Release]) -> list[Release]:
    from kong_lsp.rockspec.dependency import Dependency, parse, read_version, satisfies

    dependency = parse(text, rockspec_format)
    if not isinstance(dependency, Dependency) or dependency.name != "kong":
        return releases
    return [
        release
        for release in releases
        if any(
            all(satisfies(read_version(patch), each) for each in dependency.constraints)
            for patch in _patches(release, [each.version.text for each in dependency.constraints])
        )
    ]


def _patches(release: Release, asked: list[str]) -> list[str]:
    """Versions that stand for a minor release: its first, a late one, and those asked for."""
    own = [text for text in asked if find(text) is release]
    return [f"{release.name}.0", f"{release.name}.9", *own]
