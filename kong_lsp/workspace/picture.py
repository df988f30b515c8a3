"""From files that were read to the ``Root`` that rules see."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from posixpath import dirname
from typing import TYPE_CHECKING, NamedTuple

from kong_lsp.kong.releases import NEWEST, find
from kong_lsp.rockspec import build, model
from kong_lsp.rockspec.dependency import read_version
from kong_lsp.workspace import discovery, release
from kong_lsp.workspace.snapshot import Flaw, NotHeld, PluginTree, Rock, Root
from kong_lsp.workspace.sources import Library, is_test
from kong_lsp.workspace.survey import Survey, is_complete, join, listed_after, listed_modules

if TYPE_CHECKING:
    from kong_lsp.config.model import Config
    from kong_lsp.kong.releases import Release
    from kong_lsp.rockspec.model import ModuleEntry, Rockspec
    from kong_lsp.workspace.files import Listing
    from kong_lsp.workspace.index import Index


class _Read(NamedTuple):
    """A rockspec, and what it says of the tree."""

    rockspec: Rockspec
    listed: Mapping[str, ModuleEntry]
    survey: Survey
    complete: bool
    detected: dict[str, str] | None


class _Trees(NamedTuple):
    """All plugin trees of a root, by name too, and their modules by full name."""

    all: tuple[PluginTree, ...]
    named: dict[str, list[PluginTree]]
    modules: dict[str, str]


class Painter:
    """Makes the pictures of one root for as long as its listing stays.

    What an edit of one rockspec does not touch is taken over from the picture before:
    the other rocks, and the plugin trees while the keys name the same folders.
    """

    def __init__(self, path: str, listing: Listing, lua: Sequence[str], library: Library) -> None:
        self._path = path
        self._listing = listing
        self._lua = lua
        self._natural = discovery.natural_trees(lua, path)
        self._bare = discovery.bare_trees(lua, path)
        self._reads: dict[str, _Read] = {}
        self._rocks: dict[str, tuple[tuple[object, ...], Rock]] = {}
        self._named: tuple[object, ...] | None = None
        self._listed: tuple[object, ...] | None = None
        self._version = -1
        self._plain: tuple[PluginTree, ...] = ()
        self._trees = _Trees((), {}, {})
        self._own: tuple[_Trees, tuple[PluginTree, ...]] | None = None
        self._library = library
        self._configs: dict[str, tuple[Config, Release | None, Config]] = {}

    def paint(
        self,
        rockspecs: Mapping[str, Rockspec],
        telling: Mapping[str, release.Telling],
        kong: str,
        index: Index,
        flaws: Mapping[str, Flaw],
        *,
        active: bool,
        configs: tuple[Config, ...],
    ) -> Root:
        """The root with these files. ``telling`` is what others say of Kong."""
        reads = {}
        for path, rockspec in rockspecs.items():
            known = self._reads.get(path)
            if known is None or known.rockspec is not rockspec:
                known = self._read(path, rockspec, known)
            reads[path] = known
        self._reads = reads
        trees = self._trees_of(reads, index, configs)
        held = self._not_held(reads, telling, active=active)
        rocks = []
        kept = {}
        for path, read in reads.items():
            inputs = (read, trees, held[path])
            known_rock = self._rocks.get(path)
            if known_rock is None or any(
                one is not other for one, other in zip(known_rock[0], inputs, strict=True)
            ):
                known_rock = inputs, self._rock(path, read, held[path], trees)
            kept[path] = known_rock
            rocks.append(known_rock[1])
        self._rocks = kept
        named = [each for told in telling.values() for each in told.releases]
        named += filter(None, (find(image) for config in configs for image in config.images))
        asked = find(kong)
        said = asked or release.choose(rockspecs.values(), named, _oldest(configs))
        target = said or NEWEST
        ships = tuple(rock.ships for rock in rocks)
        sources = self._library.sources(self._sourced(trees), target, index, ships, trees.modules)
        all_flaws = {**index.flaws, **flaws}
        return Root(
            path=self._path,
            active=active,
            listing=self._listing,
            rocks=tuple(rocks),
            plugins=trees.all,
            lua=index.files,
            requirers=index.requirers,
            modules=trees.modules,
            kong=target,
            asked=asked,
            guessed=said is None,
            configs=self._fitted(configs, asked, said),
            plugin_sources=sources,
            schemas=self._library.schemas,
            flaws=tuple(all_flaws[path] for path in sorted(all_flaws)),
            absent=frozenset(
                file
                for read in reads.values()
                for file in read.survey.outside.values()
                if not os.path.exists(file)
            ),
        )

    def _fitted(
        self, configs: tuple[Config, ...], asked: Release | None, said: Release | None
    ) -> tuple[Config, ...]:
        """What the files say to the releases that they are for."""
        if not configs:
            return ()
        from kong_lsp.config.lexical import for_release

        found: list[Config] = []
        kept = {}
        for config in configs:
            if config.inside is not None:
                continue
            target = release.of_file(config, asked, said)
            known = self._configs.get(config.path)
            if known is None or known[:2] != (config, target):
                fitted = for_release(config, target)
                inner = tuple(for_release(each, target) for each in config.inner)
                if inner != config.inner:
                    fitted = replace(fitted, inner=inner)
                known = config, target, fitted
            kept[config.path] = known
            found += (known[2], *known[2].inner)
        self._configs = kept
        return tuple(found)

    def _read(self, path: str, rockspec: Rockspec, before: _Read | None) -> _Read:
        listed, survey = self._listed_in(path, rockspec, before)
        complete = is_complete(rockspec)
        detected = None
        if complete and build.detects_modules(rockspec):
            prefix = survey.base + "/" if survey.base else ""
            inner = [p[len(prefix) :] for p in self._listing.files if p.startswith(prefix)]
            detected = {
                name: f"{self._path}/{prefix}{file}"
                for name, file in build.detect(inner).modules.items()
                if file.endswith(".lua")
            }
        return _Read(rockspec, listed, survey, complete, detected)

    def _listed_in(
        self, path: str, rockspec: Rockspec, before: _Read | None
    ) -> tuple[Mapping[str, ModuleEntry], Survey]:
        """The modules that a rockspec lists, and their survey."""
        folder = dirname(path)[len(self._path) + 1 :]
        survey = before.survey if before is not None else None
        if before is not None and survey is not None:
            after = listed_after(rockspec, before.rockspec, before.listed)
            if after is not None:
                listed, changed = after
                moved = {name: listed[name].path for name in changed}
                if any(survey.pairs[name] != now for name, now in moved.items()):
                    pairs = {**survey.pairs, **moved}
                    survey = Survey(folder, self._listing, self._path, pairs, survey, moved)
                return listed, survey
        listed = listed_modules(rockspec)
        pairs = {name: entry.path for name, entry in listed.items()}
        if survey is None or survey.pairs != pairs:
            survey = Survey(folder, self._listing, self._path, pairs, survey)
        return listed, survey

    def _trees_of(
        self, reads: Mapping[str, _Read], index: Index, configs: tuple[Config, ...]
    ) -> _Trees:
        """All plugin trees; those of before while the same names have the same folders
        and the same migrations."""
        places = tuple((read.survey.base, read.survey.places) for read in reads.values())
        lone = (
            self._bare and not self._natural and not any(r.survey.plugins for r in reads.values())
        )
        named = places, tuple(self._named_bare(index, configs)) if lone else ()
        if named == self._named and index.version == self._version:
            return self._trees
        self._version = index.version
        if named != self._named:
            keyed = {
                (tree.name, tree.folder): tree
                for read in reads.values()
                for tree in discovery.keyed_trees(read.survey, self._lua, self._path)
            }
            trees = [tree for tree in self._natural if not discovery.wraps(tree, keyed)]
            trees += keyed.values()
            trees += discovery.loose_trees(self._lua, trees, self._path)
            if not trees:
                trees = [replace(self._bare[at], name=name) for at, name in named[1]]
            self._named, self._plain, self._listed = named, tuple(trees), None
        indexes = (index.files.get(tree.modules.get("migrations", "")) for tree in self._plain)
        listed = tuple(file.migrations if file is not None else None for file in indexes)
        if listed != self._listed:
            every = tuple(
                tree if migrations is None else replace(tree, migrations=migrations)
                for tree, migrations in zip(self._plain, listed, strict=True)
            )
            modules: dict[str, str] = {}
            by_name: dict[str, list[PluginTree]] = {}
            for tree in every:
                by_name.setdefault(tree.name, []).append(tree)
                for tail, file in tree.modules.items():
                    modules.setdefault(f"{tree.key_prefix}.{tail}", file)
            self._listed, self._trees = listed, _Trees(every, by_name, modules)
        return self._trees

    def _named_bare(self, index: Index, configs: tuple[Config, ...]) -> Iterator[tuple[int, str]]:
        """Which of the bare trees require something of Kong's, and their names: what they call
        themselves, else that by which a Dockerfile or a volume puts the only one in place."""
        puts: list[str] = sorted(frozenset().union(*(config.puts for config in configs)))
        for at, tree in enumerate(self._bare):
            files = (index.files.get(path) for path in dict.fromkeys(tree.modules.values()))
            requires = [each.module or "" for file in files if file for each in file.requires]
            if any(module.startswith("kong.") for module in requires):
                put = puts[0] if len(puts) == len(self._bare) == 1 else tree.name
                yield at, discovery.own_name(tree, requires) or put

    def _sourced(self, trees: _Trees) -> tuple[PluginTree, ...]:
        """The trees of plugins that are no fixtures of tests."""
        cut = len(self._path) + 1
        if self._own is None or self._own[0] is not trees:
            found = tuple(tree for tree in trees.all if not is_test(f"{tree.folder[cut:]}/"))
            self._own = trees, found
        return self._own[1]

    def _not_held(
        self, reads: Mapping[str, _Read], telling: Mapping[str, release.Telling], *, active: bool
    ) -> dict[str, NotHeld | None]:
        """Why each rockspec is not held to the tree; None for one that is."""
        found: dict[str, NotHeld | None] = {}
        newest: dict[tuple[str, str], tuple[tuple[float, ...], int]] = {}
        ages = {}
        for path, read in reads.items():
            rockspec = read.rockspec
            template = model.is_template(path, rockspec)
            found[path] = "template" if template else None
            ages[path] = age = _age(path, rockspec, template=template)
            for key in _families(path, read):
                newest[key] = max(newest.get(key, age), age)
        for path, read in reads.items():
            if found[path] is not None:
                continue
            if not active:
                found[path] = "unknown"
            elif any(newest[key] > ages[path] for key in _families(path, read)):
                found[path] = "old"
            elif build.builds_modules(read.rockspec) is None or read.rockspec.build_type in (
                "make",
                "cmake",
                "command",
            ):
                found[path] = "foreign"
            elif read.survey.laid_out_anew() and any(told.lays_out for told in telling.values()):
                found[path] = "laid-out"
        return found

    def _rock(self, path: str, read: _Read, not_held: NotHeld | None, trees: _Trees) -> Rock:
        survey = read.survey
        if read.detected is not None:
            pairs = {n: f[len(self._path) + 1 :] for n, f in read.detected.items()}
            survey = Survey("", self._listing, self._path, pairs)
        places = tuple((name, join(self._path, folder)) for name, folder in survey.places)
        return Rock(
            rockspec=read.rockspec,
            path=path,
            base=join(self._path, read.survey.base),
            held=not_held is None,
            not_held=not_held,
            listed=read.listed,
            complete=read.complete,
            detected=read.detected is not None,
            ships=survey.ships,
            files=frozenset(survey.ships.values()),
            unfound=_unfound(read.listed, survey.ships),
            apart=read.survey.apart,
            provides=survey.provides,
            plugins=discovery.packaged(survey, trees.named, self._path),
            places=places,
            sources=tuple(folder for beginning, folder in places if not beginning),
            handled=_handled(read.listed.keys() | survey.provides.keys()),
        )


def _handled(modules: Iterable[str]) -> tuple[str, ...]:
    beginning, end = "kong.plugins.", ".handler"
    found = [name for name in modules if name.endswith(end) and name.startswith(beginning)]
    return tuple(sorted(name[len(beginning) : -len(end)] for name in found))


def _unfound(listed: Mapping[str, object], ships: Mapping[str, str]) -> tuple[str, ...]:
    if ships.keys() == listed.keys():
        return ()
    return tuple([name for name in listed if name not in ships])


def _oldest(configs: tuple[Config, ...]) -> Release | None:
    """The oldest release that reads the ``_format_version`` of all declarative files
    (3.9.3 ``declarative_config.lua``: 3.0 needs Kong 3.0, 2.1 needs 2.1)."""
    versions = (find(config.format_version) for config in configs if config.format_version)
    return max((version for version in versions if version is not None), default=None)


def _families(path: str, read: _Read) -> Iterator[tuple[str, str]]:
    """The groups of which only the newest rockspec is held: one package, one folder."""
    package = _package(path, read.rockspec)
    yield package, "base " + read.survey.base
    yield package, "beside " + dirname(path)


def _package(path: str, rockspec: Rockspec) -> str:
    if rockspec.package is not None and not model.has_marker(rockspec.package.value):
        return rockspec.package.value.lower()
    name = path.rpartition("/")[2].removesuffix(".rockspec")
    return name.rsplit("-", 2)[0].lower()


def _age(path: str, rockspec: Rockspec, *, template: bool) -> tuple[tuple[float, ...], int]:
    """What to compare the versions of one package by; a template is newer than all."""
    if template:
        return (float("inf"),), 0
    if rockspec.version is not None:
        text = rockspec.version.value
    else:
        text = "-".join(path.rpartition("/")[2].removesuffix(".rockspec").split("-")[-2:])
    if text.startswith("latest"):
        return (float("inf"),), 0
    version = read_version(text)
    parts = list(version.parts)
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts), version.revision or 0
