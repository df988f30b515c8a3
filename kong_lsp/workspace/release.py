"""Which Kong the files of a root are for, when the user does not say."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
    """The release that one file is for: what the user asked for, else the newest Kong image
    that the file itself names, else ``otherwise``."""
    if asked is not None:
        return asked
    found = [release for image in config.images if (release := find(image)) is not None]
    return max(found) if found else otherwise


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
