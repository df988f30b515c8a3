"""How configuration files and plugins belong together: which list of plugins governs a
file, and which names of plugins exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from posixpath import basename, dirname
from typing import TYPE_CHECKING, Literal, NamedTuple

from kong_lsp.kong import bundled
from kong_lsp.kong.releases import Release
from kong_lsp.workspace.release import of_file

if TYPE_CHECKING:
    from kong_lsp.config.facts import EnabledList
    from kong_lsp.config.model import Config, Part
    from kong_lsp.workspace.snapshot import PluginTree, Rock, Root

Origin = Literal["tree", "rock", "bundled", "file", "installed", "named", "enterprise", "other"]
"""Why a plugin's name exists, the strongest reason first: its tree is in the workspace; a
rockspec lists its modules; this release bundles it; a configuration file defines it
(decK's ``custom_plugins``), has Helm or the operator install it or lays it into a container;
the settings name it; only Kong Enterprise has it; only other releases of Kong have it."""

_ON_THEIR_OWN = frozenset(("spec", "shell", "workflow", "terraform"))
"""Kinds of files that start a Kong of their own, or speak to one that may be any."""
_GOVERN_NOTHING = frozenset(("declarative", "spec", "shell", "workflow"))
_TESTS = frozenset(("spec", "test", "tests", "t", "fixtures"))
_MODELS = (".default", ".example", ".sample", ".dist", ".template", ".tpl", ".tmpl", ".j2")
"""Ends of the names of files that others are made from: Kong reads none of them."""

_ORDER = ("compose", "kubernetes", "helm", "dockerfile", "dotenv", "kong.conf", "kong.yml")


class Governing(NamedTuple):
    """A list of plugins and the file that holds it."""

    config: Config
    enabled: EnabledList


@dataclass(frozen=True, slots=True, eq=False)
class Enabled:
    """Which plugins are loaded for a file.

    ``lists`` govern it, the one to add a name to first; none where no list was found.
    ``names`` are all that some of them enables, ``bundled`` and ``off`` resolved;
    ``complete`` tells that nothing else is: every item is known, and some list there is.
    ``hidden`` are lists of files that those of the environment replace.
    """

    lists: tuple[Governing, ...]
    names: frozenset[str]
    complete: bool
    hidden: tuple[Governing, ...] = ()


NOTHING = Enabled((), frozenset(), False)


def enabled_for(root: Root, config: Config) -> Enabled:
    """Which plugins are loaded for the plugins that ``config`` uses.

    The lists of its own file count, else those in its folder, else those in the nearest
    folder above, up to the root. Of those the environment's replace those of files
    (``kong.conf``). Where several remain (two compose files, two services of one), a
    plugin that one of them enables is enabled.
    """
    governing = governs(root, config)
    if not governing:
        return NOTHING
    environment = [each for each in governing if each.enabled.source == "environment"]
    hidden = [each for each in governing if environment and each.enabled.source == "file"]
    effective = environment or governing
    defined = config.gather("link.defined", None, _defined)
    names = frozenset(name for name, why in defined if why == "file")
    for each in effective:
        names |= loads(root, each.enabled, release_for(root, each.config))
    complete = not any(each.enabled.templated for each in effective)
    return Enabled(tuple(effective), names, complete, tuple(hidden))


def governs(root: Root, config: Config) -> tuple[Governing, ...]:
    """All lists that govern ``config``, whether or not others replace them. A spec, which
    starts a Kong of its own, is governed by none but its own, and so is a script, which may
    call any; what one file holds together is by the lists of that file."""
    together = [config]
    if config.inner or config.inside is not None:
        together = [each for each in root.configs if each.path == config.path]
    own = tuple(Governing(part, each) for part in together for each in part.enabled)
    own = tuple(each for each in own if _reads(root, each))
    if own or config.kind in _ON_THEIR_OWN:
        return own
    folders = _folders(root)
    readers = _readers(root, config)
    folder = dirname(config.path)
    while True:
        found = [each for each in folders.get(folder, ()) if _reads(root, each)]
        if found or len(folder) <= len(root.path) or folder in readers:
            return tuple(sorted(found, key=_rank))
        folder = dirname(folder)


def _reads(root: Root, each: Governing) -> bool:
    return read(each.enabled, release_for(root, each.config))


def release_for(root: Root, config: Config) -> Release:
    """The release that a file is for: what the user set, else what the file itself or its
    folder says, else that of its root."""
    return of_file(config, root.asked, root.kong)


def certain_release(root: Root, config: Config) -> Release | None:
    """The same; None where nothing says which release it is."""
    return of_file(config, root.asked, None if root.guessed else root.kong)


def read_by_kong(root: Root, config: Config) -> Config | None:
    """The file that has Kong itself read a declarative file (``declarative_config``), by
    the name of that; None where none is known."""
    for other in root.configs:
        for setting in other.settings:
            if (
                setting.name == "declarative_config"
                and basename(setting.value or "") == config.name
            ):
                return other
    return None


def read(enabled: EnabledList, release: Release) -> bool:
    """Whether ``release`` reads a list of this key at all.

    ``plugins_available`` until 0.5, ``custom_plugins`` from 0.6 to 0.15, ``plugins`` from
    0.14 on (``facts/kong.md`` section 3).
    """
    number = release.number
    if enabled.key == "plugins_available":
        return number < (0, 6)
    if enabled.key == "custom_plugins":
        return (0, 6) <= number < (1, 0)
    return number >= (0, 14)


def bundled_in(root: Root, release: Release) -> frozenset[str]:
    """The plugins that ``bundled`` means: those of the Kong that the settings point at, else
    those of the release."""
    return root.source.bundled if root.source is not None else _bundled(release)


def kong_name(root: Root, release: Release) -> str:
    """What to call the Kong of a root: the release, or the version of the Kong that the
    settings point at."""
    return release.name if root.source is None else root.source.version or release.name


@cache
def _bundled(release: Release) -> frozenset[str]:
    return frozenset(bundled.plugins(release))


def loads(root: Root, enabled: EnabledList, release: Release) -> frozenset[str]:
    """The plugins that a list loads. ``off`` disables all of them as the first item, and
    is skipped elsewhere; ``custom_plugins`` adds to the bundled ones
    (3.9.3 ``conf_loader/init.lua`` 813-840, 0.13.1 ``conf_loader.lua`` 533-541)."""
    names = enabled.names
    own = frozenset(names) - {"", "off", "bundled"}
    if enabled.key == "custom_plugins":
        return own | bundled_in(root, release)
    if enabled.key == "plugins_available":
        return own
    if names[:1] == ("off",):
        return frozenset()
    return own | bundled_in(root, release) if "bundled" in names else own


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """The names of plugins that exist for a root, each with its origin.

    ``open`` tells that there may be others: a plugin server or wasm filters are set up.
    ``trees`` are the plugin trees by name. ``packages`` maps the name of each rock to the
    plugins that it ships, for who writes the one where the other belongs.
    """

    origins: Mapping[str, Origin]
    open: bool
    trees: Mapping[str, PluginTree]
    packages: Mapping[str, tuple[str, ...]]

    def __contains__(self, name: str) -> bool:
        return name in self.origins

    @property
    def own(self) -> tuple[str, ...]:
        """The names that the workspace itself brings, sorted."""
        brought = ("tree", "rock", "file", "installed", "named")
        return tuple(sorted(name for name, why in self.origins.items() if why in brought))


def names_for(root: Root) -> Names:
    """The names of plugins that exist for ``root``; the same object while nothing that
    they hang on has changed."""
    defined: frozenset[tuple[str, Origin]] = frozenset()
    for config in root.configs:
        defined |= config.gather("link.defined", None, _defined)
    beside = root.elsewhere if root.source is None else root.elsewhere | root.source.names
    beside = beside.union(*(config.puts | config.installs for config in root.configs))
    defined |= {(name, "installed") for name in beside}
    external = any(config.external for config in root.configs)
    packages = tuple(package_of(rock) for rock in root.rocks)
    return _names(
        root.plugins, packages, bundled_in(root, root.kong), root.named, defined, external
    )


def _defined(part: Part) -> frozenset[tuple[str, Origin]]:
    found: set[tuple[str, Origin]] = set()
    for name, role in part.names:
        if role in ("custom", "cloned"):
            found.add((name, "file"))
        elif role == "installed":
            found.add((name, "installed"))
    return frozenset(found)


def package_of(rock: Rock) -> tuple[str, tuple[str, ...]]:
    """The name of a rock, and of the plugins whose handler it ships."""
    written = rock.rockspec.package
    return written.value if written else "", rock.handled


@lru_cache(maxsize=16)
def _names(
    plugins: tuple[PluginTree, ...],
    packages: tuple[tuple[str, tuple[str, ...]], ...],
    kongs: frozenset[str],
    named: frozenset[str],
    defined: frozenset[tuple[str, Origin]],
    external: bool,
) -> Names:
    origins: dict[str, Origin] = dict.fromkeys(bundled.ever_bundled(), "other")
    origins.update(dict.fromkeys(bundled.enterprise(), "enterprise"))
    origins.update(dict.fromkeys(named, "named"))
    origins.update(defined)
    origins.update(dict.fromkeys(kongs, "bundled"))
    for _, shipped in packages:
        origins.update(dict.fromkeys(shipped, "rock"))
    trees: dict[str, PluginTree] = {}
    for tree in plugins:
        trees.setdefault(tree.name, tree)
    origins.update(dict.fromkeys(trees, "tree"))
    rocks = {package: shipped for package, shipped in packages if package and shipped}
    return Names(origins, external, trees, rocks)


def _folders(root: Root) -> Mapping[str, list[Governing]]:
    """All lists by the folder of their file; those of an ``env_file`` also by that of the
    compose file."""
    found: dict[str, list[Governing]] = {}
    by_path = {config.path: config for config in root.configs}
    for config in root.configs:
        if config.kind in _GOVERN_NOTHING or config.path.endswith(_MODELS):
            continue
        if config.kind == "kong.conf" and "kong" not in config.name and _is_test(root, config):
            continue
        folder = dirname(config.path)
        included = [by_path[path] for path in config.env_files if path in by_path]
        for each in (config, *(other for other in included if dirname(other.path) != folder)):
            lists = found.setdefault(folder, []) if each.enabled else []
            lists += [Governing(each, enabled) for enabled in each.enabled]
    return found


def _readers(root: Root, config: Config) -> frozenset[str]:
    """The folders of the files that have Kong read a declarative file of this name: what lies
    further up starts another Kong."""
    return frozenset(
        dirname(other.path)
        for other in root.configs
        for setting in other.settings
        if setting.name == "declarative_config" and basename(setting.value or "") == config.name
    )


def _is_test(root: Root, config: Config) -> bool:
    """Whether a file lies among tests: of many such files none is what all others run by."""
    return not _TESTS.isdisjoint(dirname(config.path)[len(root.path) + 1 :].split("/"))


def _rank(each: Governing) -> tuple[int, str]:
    order = _ORDER.index(each.config.kind) if each.config.kind in _ORDER else len(_ORDER)
    return order, each.config.path
