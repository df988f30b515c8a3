"""Which settings of a configuration file Kong surely reads, and as which release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from kong_lsp.config.draft import LISTS
from kong_lsp.config.facts import Setting
from kong_lsp.config.model import Config
from kong_lsp.kong import settings
from kong_lsp.kong.releases import RELEASES, Release
from kong_lsp.workspace import link
from kong_lsp.workspace.snapshot import Snapshot

_WHOLE = ("kong.conf", "helm")
_SOME = ("compose", "dockerfile", "kubernetes", "dotenv")
"""Kinds whose variables may be those of other programs."""
FAR = frozenset((*LISTS, "declarative_config"))
"""Settings by which other files are judged: to change one may bring findings there."""


class Read(NamedTuple):
    """The settings of a file, but for the lists of plugins.

    ``release`` is the one that it is for. ``releases`` are all that it may be for: what all of
    them say is certain. ``scopes`` tells for each Kong of the file which settings it has.
    """

    release: Release
    releases: tuple[Release, ...]
    settings: tuple[Setting, ...]
    scopes: dict[str, frozenset[str]]


def read(snapshot: Snapshot, config: Config) -> Read | None:
    """The settings that Kong reads in a file; None where it has none.

    Variables count where Kong's environment surely is: beside another setting of Kong, in a
    ``.env`` file only where a compose file hands it over. Scripts set variables of their own.
    """
    if config.kind not in _WHOLE and config.kind not in _SOME:
        return None
    root = next(root for root in snapshot.roots if config in root.configs)
    release = link.release_for(root, config)
    if release.number < settings.FIRST or not config.settings:
        return None
    if config.kind == "dotenv" and not any(config.path in each.env_files for each in root.configs):
        return None
    certain = link.certain_release(root, config)
    every = tuple(each for each in RELEASES if each.number >= settings.FIRST)
    scopes: dict[str, Counter[str]] = {}
    for setting in config.settings:
        if settings.is_known(setting.name):
            scopes.setdefault(setting.scope, Counter())[setting.name] += 1
    for each in config.enabled:
        scopes.setdefault(each.scope, Counter())[each.key] += 1
    found = tuple(_sure(config, scopes))
    named = {scope: frozenset(names) for scope, names in scopes.items()}
    return Read(release, every if certain is None else (certain,), found, named)


def _sure(config: Config, scopes: dict[str, Counter[str]]) -> Iterator[Setting]:
    for setting in config.settings:
        if "." in setting.name:
            continue
        beside = scopes.get(setting.scope, Counter[str]()).total()
        own = 1 if settings.is_known(setting.name) else 0
        if config.kind in _WHOLE or beside > own:
            yield setting


def accepted(asked: Read, name: str, value: str | None, *, in_file: bool) -> bool:
    """Whether nothing is to be said of a setting with this value: it is known and sound."""
    known = settings.find(name, asked.release)
    if known is None or known.instead or value is None or keeps_quotes(name, value):
        return False
    if settings.taken_for(known, value) is not None:
        return False
    return settings.refusal(known, value, asked.release, in_file=in_file) is None


def keeps_quotes(name: str, value: str) -> bool:
    """Whether quotes around a whole value become a part of it, and hardly on purpose."""
    quoted = len(value) > 1 and value[0] in "\"'" and value[0] == value[-1]
    return quoted and not name.endswith("password")
