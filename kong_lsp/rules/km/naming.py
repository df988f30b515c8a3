"""Names of modules: what a misnamed key of ``build.modules`` is meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from kong_lsp.kong import bundled, modules
from kong_lsp.kong.releases import Release
from kong_lsp.spelling import distance, nearest
from kong_lsp.workspace.snapshot import PluginTree, Rock, Root

PREFIX = "kong.plugins."

_ODD = r"[/\\\t ]|\.(?:\.|lua$|$)|^\."
_SIGNS = ("/", "\\", " ", "\t", "..", ".\n", "\n.", ".lua\n")
_OWN = re.compile(r"^kong\.plugins\.([^.\n]+)\.(.+)$", re.MULTILINE)
_NAMELESS = ("kong.plugins.handler", "kong.plugins.schema")

_ONE_WORD = ("plugins", "kong-plugins", "kong_plugins", "kongplugins")
_NO_SOURCE = r"(?:^|/)(?:spec|specs|test|tests|t|examples?)/|_spec\.lua$|(?:^|/)\.[^/]"
_IN_PATH = re.compile(r"(?:^|/)kong/plugins/([^/]+)/(.+?)(?:/init)?\.lua$")


class Meant(NamedTuple):
    """What a key should be, and why: ``spelling`` of anything but the plugin's name, or
    ``plugin`` where near-equal names of one plugin are mixed."""

    name: str
    why: Literal["spelling", "plugin"]


def split(module: str) -> tuple[str, str]:
    """The plugin's name and the tail of ``kong.plugins.NAME.TAIL``; empty where there is none."""
    if not module.startswith(PREFIX):
        return "", ""
    plugin, _, tail = module[len(PREFIX) :].partition(".")
    return plugin, tail


def is_of(module: str, path: str) -> bool:
    """Whether a file is not in the folder of another plugin than the module's."""
    in_path = _IN_PATH.search(path)
    return in_path is None or in_path[1] == split(module)[0]


def near_module(module: str, names: Iterable[str]) -> str | None:
    """The one name that differs from ``module`` in one segment, and in that by little."""
    segments = module.split(".")
    found: dict[str, str] = {}
    for name in names:
        others = name.split(".")
        if len(others) == len(segments):
            pairs = [pair for pair in zip(segments, others, strict=True) if pair[0] != pair[1]]
            if len(pairs) == 1 and nearest(*pairs[0][:1], pairs[0][1:]) is not None:
                found[name] = pairs[0][1]
    return next(iter(found)) if len(found) == 1 else None


def is_source(path: str) -> bool:
    """Whether a Lua file is one that a rock would ship, and no test or example."""
    return re.search(_NO_SOURCE, path) is None


class Names(NamedTuple):
    """The names that a rock lists: the plugins they are of, the tails of those, the names
    that are no plugin's modules, and those that look misnamed by themselves."""

    plugins: tuple[str, ...]
    tails: frozenset[str]
    others: tuple[str, ...]
    odd: tuple[str, ...]


def names_of(listed: Iterable[str]) -> Names:
    """Take the listed names apart."""
    return _names("\n".join(listed) + "\n")


@lru_cache(maxsize=64)
def _names(text: str) -> Names:
    own = _OWN.findall(text)
    names = text[:-1].split("\n")
    odd = []
    if any(sign in text for sign in _SIGNS):
        odd = [name for name in names if re.search(_ODD, name)]
    others: list[str] = []
    if len(own) < len(names):
        others = [name for name in names if not _OWN.match(name)]
        odd += [name for name in others if _is_near(name)]
    plugins = dict.fromkeys([plugin for plugin, _ in own])
    return Names(tuple(plugins), frozenset([tail for _, tail in own]), tuple(others), tuple(odd))


def _is_near(name: str) -> bool:
    """Whether a name that is no plugin's module is meant to be one."""
    first, _, rest = name.partition(".")
    return near_prefix(first, rest.partition(".")[0]) or name in _NAMELESS


def meant_keys(rock: Rock, root: Root) -> dict[str, Meant]:
    """The misnamed keys of a rock. Empty for nearly every rock, and then cheap."""
    listed = rock.listed
    names = names_of(listed)
    odd = dict.fromkeys(names.odd)
    wrong_tails = {tail for tail in names.tails if near_tail(root.kong, tail)}
    if wrong_tails:
        ends = tuple(f".{tail}" for tail in wrong_tails)
        near = [name for name in listed if name.endswith(ends)]
        odd.update((name, None) for name in near if split(name)[1] in wrong_tails)
    trees = {tree.name: tree for tree in root.plugins} if names.others else {}
    for name in names.others:
        entry = listed.get(name)
        if entry is not None and "kong/plugins/" in (entry.path or ""):
            odd[name] = None
    for plugin in trees:
        odd.update((f"{plugin}.{tail}", None) for tail in ("handler", "schema"))

    found: dict[str, Meant] = {}
    for name in odd:
        if name not in listed:
            continue
        better = _better(rock, root, name, trees)
        if better != name and better.startswith(PREFIX) and better not in listed:
            found[name] = Meant(better, "spelling")
    if len(names.plugins) > 1:
        _mixed(rock, root, names.plugins, found)
    return found


@lru_cache(maxsize=4096)
def near_prefix(first: str, second: str) -> bool:
    """Whether a key that begins with these two segments is meant to begin with
    ``kong.plugins``."""
    if first == "kong" and second == "plugins":
        return False
    low, low_second = first.lower(), second.lower()
    if low in _ONE_WORD:
        return True
    wrong = distance(low, "kong", 1), distance(low_second, "plugins", 2)
    return wrong in ((0, 0), (0, 1), (0, 2), (1, 0))


@lru_cache(maxsize=8192)
def near_tail(release: Release, tail: str) -> str | None:
    """The tail that ``tail`` is likely meant to be; None for what is right, or a helper's."""
    if tail.startswith("migrations."):
        old = [row.tail for row in modules.table(release) if row.tail.startswith("migrations.")]
        if tail in old or modules.loads(release, tail):
            return None
        return nearest(tail, [name for name in old if "*" not in name])
    return modules.near_miss(release, tail)


def _better(rock: Rock, root: Root, name: str, trees: Mapping[str, PluginTree]) -> str:
    """What the key ``name`` should be."""
    entry = rock.listed[name]
    plain = re.sub(r"[/\\]", ".", name.strip())
    plain = re.sub(r"\s+", "", plain)
    plain = re.sub(r"\.{2,}", ".", plain).strip(".")
    plain = plain.removesuffix(".lua")
    in_path = _IN_PATH.search(entry.path or "")
    first, _, rest = plain.partition(".")
    second, _, after = rest.partition(".")
    if near_prefix(first, second):
        plain = PREFIX + (rest if first.lower() in _ONE_WORD else after)
    elif in_path and not plain.startswith(PREFIX):
        plugin, tail = in_path[1], in_path[2].replace("/", ".")
        if plain.rpartition(".")[2] == tail.rpartition(".")[2] and not plain.startswith("kong."):
            plain = f"{PREFIX}{plugin}.{tail}"
    first, _, rest = plain.partition(".")
    if first in trees and rest in ("handler", "schema") and rest in trees[first].modules:
        return f"{PREFIX}{first}.{rest}"
    plugin, tail = split(plain)
    if plugin and not tail and in_path and in_path[2] in ("handler", "schema"):
        return f"{PREFIX}{in_path[1]}.{in_path[2]}"
    if not tail:
        return plain
    near = near_tail(root.kong, tail)
    if near and not _is_used(rock, root, name):
        right = f"{PREFIX}{plugin}.{near}"
        if right not in rock.listed:
            return right
    return plain


def _is_used(rock: Rock, root: Root, module: str) -> bool:
    """Whether some module of the tree requires ``module`` under just this name."""
    return bool(root.requirers.get(module))


def _mixed(rock: Rock, root: Root, plugins: tuple[str, ...], found: dict[str, Meant]) -> None:
    """Add the keys whose plugin is a near-equal of another plugin of the same rock."""
    listed: Mapping[str, object] = rock.listed
    right = {*listed, *(key.name for key in found.values())} if found else listed
    partial = [
        plugin
        for plugin in plugins
        if (f"{PREFIX}{plugin}.handler" not in right or f"{PREFIX}{plugin}.schema" not in right)
        and not bundled.bundled_in(plugin)
    ]
    trees = {tree.name for tree in root.plugins}
    for plugin in partial:
        near = [other for other in plugins if other != plugin and _near_plugin(plugin, other)]
        if len(near) != 1:
            continue
        own = [name for name in listed if split(name)[0] == plugin]
        others = [name for name in listed if split(name)[0] == near[0]]
        mine = (plugin in trees, len(own), plugin in rock.path)
        theirs = (near[0] in trees, len(others), near[0] in rock.path)
        if mine >= theirs or {split(name)[1] for name in own} & {split(name)[1] for name in others}:
            continue
        for name in own:
            tail = split(found[name].name if name in found else name)[1]
            better = f"{PREFIX}{near[0]}.{tail}"
            if better not in right:
                found[name] = Meant(better, "plugin")


@lru_cache(maxsize=16384)
def _near_plugin(one: str, other: str) -> bool:
    """Whether two names of plugins are likely one name, written in two ways."""
    plain, against = (name.casefold().replace("-", "_") for name in (one, other))
    if plain == against:
        return True
    limit = 2 if min(len(plain), len(against)) >= 8 else 1
    return min(len(plain), len(against)) >= 4 and distance(plain, against, limit) <= limit
