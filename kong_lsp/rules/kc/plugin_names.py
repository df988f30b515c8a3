"""Which names of plugins a configuration file may use: what the KC rules agree on.

Each name is judged once, by one rule: a rock's name is KC303's, a misspelt one KC301's, one
that is right and not loaded KC302's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from kong_lsp.config.facts import EnabledList, Item, Role
from kong_lsp.config.model import Config
from kong_lsp.kong import bundled
from kong_lsp.kong.releases import Release
from kong_lsp.spelling import distance
from kong_lsp.workspace import link
from kong_lsp.workspace.snapshot import Root, Snapshot

RUN: frozenset[Role] = frozenset(("plugin", "ordering"))
"""The roles of a plugin that Kong is to know; KongPlugin resources, filters and what the
file itself defines are others."""

KEYWORDS = ("bundled", "off")
WRAPPING = "\"'[]"
"""What Kong takes for part of a name, and who wrote it round a list did not mean so."""

_ODD = re.compile(r"[\s\"'\[\]{};]")
_ROCK_PREFIX = re.compile(r"(?:kong-plugin-|lua-kong-)(.+)")


class Meant(NamedTuple):
    """What a name should be: the plugins of the ``rock`` that it is the name of, or the
    nearest name that exists. ``sure`` where nothing else can be meant."""

    plugins: tuple[str, ...]
    rock: bool
    sure: bool


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What the names in one file are judged by.

    ``lists`` are the file's own that its Kong reads. ``loaded`` are the plugins that are
    enabled for it, also those whose item in the list is misspelt: that is told there.
    """

    root: Root
    release: Release
    names: link.Names
    enabled: link.Enabled
    lists: tuple[EnabledList, ...]
    loaded: frozenset[str]

    def is_loaded(self, name: str) -> bool:
        """Whether a plugin is enabled, as far as one can know."""
        if name in self.loaded or not self.enabled.complete:
            return True
        why = self.names.origins.get(name)
        if why is None:
            return self.names.open
        return why in ("enterprise", "other") and any(
            "bundled" in each.enabled.names or each.enabled.key == "custom_plugins"
            for each in self.enabled.lists
        )

    def is_unknown(self, name: str) -> bool:
        """Whether no plugin of this name exists for this Kong."""
        return self.names.origins.get(name, "other") == "other"


@lru_cache(maxsize=4)
def view(snapshot: Snapshot, config: Config) -> View:
    """Work it out; kept for the other rules that ask for the same file."""
    root = next(root for root in snapshot.roots if config in root.configs)
    names = link.names_for(root)
    release = link.release_for(root, config)
    enabled = link.enabled_for(root, config)
    loaded = set(enabled.names)
    for name in enabled.names - names.origins.keys():
        right = meant(names, name)
        if right is not None:
            loaded.update(right.plugins)
            if "bundled" in right.plugins:
                loaded.update(link.bundled_in(root, release))
    lists = tuple(each for each in config.enabled if link.read(each, release))
    return View(root, release, names, enabled, lists, frozenset(loaded))


@lru_cache(maxsize=4096)
def meant(names: link.Names, name: str) -> Meant | None:
    """What a name that no plugin has should be; None where that cannot be told."""
    if names.origins.get(name, "other") != "other" or name in KEYWORDS:
        return None
    if not name or _ODD.search(name):
        return None
    if name in names.packages:
        plugins = names.packages[name]
        return Meant(plugins, rock=True, sure=len(plugins) == 1)
    known = [each for each, why in names.origins.items() if why != "other"]
    prefixed = _ROCK_PREFIX.fullmatch(name)
    if prefixed and prefixed[1] in known:
        return Meant((prefixed[1],), rock=False, sure=True)
    near = _near(name, [*known, *KEYWORDS[:1]])
    if near is None:
        return None
    own = names.origins.get(near) not in ("bundled", "enterprise")
    return Meant((near,), rock=False, sure=own or _bare(near) == _bare(name))


def _near(name: str, candidates: list[str]) -> str | None:
    """The one name that ``name`` is a misspelling of.

    Case, ``-`` and ``_`` count as nothing, otherwise one letter may be wrong, two in long
    names. Names that differ in digits (``jwt2``) or are short are names of their own.
    """
    plain = _plain(name)
    best: list[str] = []
    fewest = 0 if len(plain) < 4 else 1 if len(plain) < 8 else 2
    for candidate in candidates:
        against = _plain(candidate)
        if len(against) < 4 and against != plain:
            continue
        wrong = distance(plain, against, fewest)
        if wrong > fewest or (wrong and _digits(plain) != _digits(against)):
            continue
        if wrong < fewest:
            fewest, best = wrong, [candidate]
        else:
            best.append(candidate)
    return best[0] if len(best) == 1 else None


def _plain(name: str) -> str:
    return name.casefold().replace("_", "-")


def _bare(name: str) -> str:
    return _plain(name).replace("-", "")


def _digits(name: str) -> str:
    return re.sub(r"\D", "", name)


def items(lists: tuple[EnabledList, ...]) -> Iterator[tuple[EnabledList, int, Item]]:
    """The items of lists that may be names: known, well formed, and no keyword."""
    for each in lists:
        for index, item in enumerate(each.items):
            text = item.text
            if text and not item.templated and text not in KEYWORDS and not _ODD.search(text):
                yield each, index, item


def lacks(view: View, name: str) -> Literal["handler", "schema"] | None:
    """The module without which Kong does not load a plugin whose folder is here.

    None too for a plugin that may come from elsewhere: one of Kong's own, of a plugin
    server, of a rock that lists the module, one whose module some tool makes, or that a
    Dockerfile or a volume takes from another folder.
    """
    trees = [tree for tree in view.root.plugins if tree.name == name]
    if not trees or view.names.open or bundled.bundled_in(name) or name in bundled.enterprise():
        return None
    if any(name in config.puts for config in view.root.configs):
        return None
    needed: tuple[Literal["handler", "schema"], ...] = ("handler", "schema")
    for tail in needed if view.release.number >= (0, 9) else needed[:1]:
        module = f"kong.plugins.{name}.{tail}"
        below = f".{tail}"  # what lies in a folder may be copied to where it belongs
        if any(each == tail or each.endswith(below) for tree in trees for each in tree.modules):
            continue
        if any(module in rock.provides or module in rock.listed for rock in view.root.rocks):
            continue
        made = (f"{tree.folder[len(view.root.path) + 1 :]}/{tail}." for tree in trees)
        beginnings = tuple(made)
        if not any(path.startswith(beginnings) for path in view.root.listing.files):
            return tail
    return None


def text_of(snapshot: Snapshot, config: Config) -> str:
    """The text of a configuration file; O(size), so only for a finding."""
    if config.file_tree is not None:
        return config.file_tree.text
    return snapshot.text(config.path) or ""
