"""What is known at one moment: an immutable picture that rules and features read.

Every path in it is absolute with ``/``, except in ``Listing``, which holds paths
relative to its root.

Nothing changes these objects, yet their classes are not frozen: at each start it would cost
twice as long to make them (``syntax/lua/nodes`` says more).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from posixpath import normpath
from typing import TYPE_CHECKING, Literal, NamedTuple

from kong_lsp.workspace.files import FlawKind, Listing, Reader

if TYPE_CHECKING:
    from kong_lsp.config.model import Config
    from kong_lsp.kong.releases import Release
    from kong_lsp.plugin.kong_source import KongSource
    from kong_lsp.plugin.migrations import Migration
    from kong_lsp.plugin.schema import Schema
    from kong_lsp.rockspec.model import ModuleEntry, Rockspec
    from kong_lsp.syntax.lua.requires import Require
    from kong_lsp.workspace.sources import OwnSchemas, PluginSource

NotHeld = Literal["template", "old", "laid-out", "foreign", "unknown"]


class Flaw(NamedTuple):
    """A file that could not be read as it should.

    ``unreadable``: the system refused (``detail`` says why); ``huge``: over
    ``files.MAX_BYTES``, not read; ``folder``: a folder named like a file we read;
    ``encoding``: not UTF-8, read all the same with each bad byte as a surrogate.
    """

    path: str
    kind: FlawKind
    detail: str


@dataclass(slots=True, eq=False, repr=False)
class LuaFile:
    """A Lua file and the modules that it requires, in order of the text.

    ``suppresses`` tells that some comment in it may switch rules off.

    ``migrations`` are the names that it lists, if it is the index of a plugin's
    migrations and they can be read.
    """

    path: str
    requires: tuple[Require, ...]
    migrations: tuple[Migration, ...] | None = None
    suppresses: bool = False


class Requirer(NamedTuple):
    """One ``require`` of a module: where it is written."""

    path: str
    require: Require


@dataclass(slots=True, eq=False, repr=False)
class PluginTree:
    """The sources of one plugin in one folder.

    ``modules`` maps what follows ``kong.plugins.NAME.`` (``"handler"``,
    ``"migrations.init"``) to the file; ``x/init.lua`` is there as ``x.init`` and as
    ``x`` unless ``x.lua`` exists, which Lua would load first. ``aliased`` tells a tree
    whose folder is no ``kong/plugins/NAME``: the rockspec's own keys gave the name, or the
    folder did. ``migrations`` are the names in its migrations index; None where there is
    no index, or where it cannot be read.
    """

    name: str
    folder: str
    modules: Mapping[str, str]
    aliased: bool = False
    migrations: tuple[Migration, ...] | None = None

    @property
    def key_prefix(self) -> str:
        """``kong.plugins.NAME``, the beginning of its modules' names."""
        return f"kong.plugins.{self.name}"


@dataclass(slots=True, eq=False, repr=False)
class Rock:
    """A rockspec and what it means on the disk it lies on.

    ``base`` is the folder that its module paths are relative to. Where ``held`` is false,
    for the reason ``not_held``, nothing of it may be compared with the tree; the other
    fields still say what is there:

    * ``template``: LuaRocks never reads this file, a rockspec is made from it;
    * ``old``: a newer release of the package is kept beside it, or its template;
    * ``laid-out``: a Dockerfile lays the tree out anew before the build;
    * ``foreign``: a makefile or a build back end that is not known installs the modules;
    * ``unknown``: the root was not walked.

    ``listed`` maps a module's name to the entry that LuaRocks would use (of
    ``build.modules``, ``build.install.lua`` and ``build.platforms``), and ``complete`` tells
    that nothing else is installed: no unknown key, no field that could not be read.
    ``detected`` tells that LuaRocks finds the modules by itself: nothing is listed then.
    ``ships`` maps a module's name to its Lua file, where that exists. ``provides`` maps
    each name that ``require`` would find once the rock is installed to the listed one
    (``a`` and ``a.init`` are one). ``plugins`` are the trees that the rock packages.
    ``files`` are the files of ``ships``; ``unfound`` the listed names without such a file, in
    their order; ``apart`` those whose path is not the name itself with slashes.
    ``places`` are pairs of a beginning of names and the folder where they go on:
    ``("kong.plugins.x", "/r/src")``, ``("", "/r")``, the most used first; ``sources`` are
    the folders of those whose beginning is empty: there a name is a path. ``handled`` are the
    names of the plugins whose handler is listed or provided, sorted.
    """

    rockspec: Rockspec
    path: str
    base: str
    held: bool
    not_held: NotHeld | None
    listed: Mapping[str, ModuleEntry]
    complete: bool
    detected: bool
    ships: Mapping[str, str]
    files: frozenset[str]
    unfound: tuple[str, ...]
    apart: Collection[str]
    provides: Mapping[str, str]
    plugins: tuple[PluginTree, ...]
    places: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    handled: tuple[str, ...]

    def file_of(self, path: str) -> str:
        """The absolute path that a listed path means."""
        return normpath(f"{self.base}/{path}" if not path.startswith("/") else path)

    def place_of(self, module: str) -> tuple[str, ...]:
        """The files in which this rock's own ``module`` could be, likeliest first."""
        found = []
        for beginning, folder in self.places:
            if not beginning:
                tail = module
            elif module.startswith(beginning + "."):
                tail = module[len(beginning) + 1 :]
            else:
                continue
            file = f"{folder}/{tail.replace('.', '/')}"
            found += [file + ".lua", file + "/init.lua"]
        return tuple(found)


@dataclass(slots=True, eq=False, repr=False)
class Root:
    """One folder that the user works in.

    ``lua`` maps each Lua file's path to what it requires; ``requirers`` a module's name
    to the places that require it; ``modules`` the name of each module of a plugin tree
    to its file (the first of several trees of one plugin). All three stay the same
    objects while only rockspecs change. ``active`` is false for a root that holds
    neither rockspecs nor plugin files: nothing in it was read. ``absent`` are files
    outside the root that some rockspec lists and that do not exist. ``kong`` is the
    release that they are for, ``guessed`` whether nothing says so and it is
    the newest, ``asked`` the one that the user set, None where that is
    ``"auto"``. ``configs`` are the configuration files of Kong, by path, each followed by the
    texts inside it that are such.
    ``plugin_sources`` are what the plugins' own files say; each is the same object while
    its files stay the same. ``elsewhere`` are the names of plugins in roots that are only
    there to be known. ``source`` is the Kong that the settings point at, ``named`` the
    plugins that they name. ``schemas`` are those of the plugins by name, the same object
    while they define the same.
    """

    path: str
    active: bool
    listing: Listing
    rocks: tuple[Rock, ...]
    plugins: tuple[PluginTree, ...]
    lua: Mapping[str, LuaFile]
    requirers: Mapping[str, tuple[Requirer, ...]]
    modules: Mapping[str, str]
    kong: Release
    flaws: tuple[Flaw, ...]
    absent: frozenset[str]
    asked: Release | None = None
    guessed: bool = False
    configs: tuple[Config, ...] = ()
    plugin_sources: tuple[PluginSource, ...] = ()
    schemas: OwnSchemas | None = None
    elsewhere: frozenset[str] = frozenset()
    source: KongSource | None = None
    named: frozenset[str] = frozenset()

    def schema_of(self, name: str, release: Release | None = None) -> Schema | None:
        """The schema of the root's own plugin ``name``, for a release, else for ``kong``."""
        return None if self.schemas is None else self.schemas.of(name, release or self.kong)

    def exists(self, path: str) -> bool | None:
        """Whether a file is at ``path``, by exact case; None where that is not known."""
        if not path.startswith(self.path + "/"):
            return False if path in self.absent else None
        return self.listing.has(path[len(self.path) + 1 :])

    def find(self, rock: Rock, module: str) -> str | None:
        """The file of ``module``, which ``rock`` may or may not list: listed first,
        then where the rock's sources would have it, then any plugin tree's."""
        shipped = rock.ships.get(module)
        if shipped is not None:
            return shipped
        for path in rock.place_of(module):
            if self.exists(path):
                return path
        return self.modules.get(module)


@dataclass(slots=True, eq=False, repr=False)
class Snapshot:
    """All roots at one moment."""

    roots: tuple[Root, ...]
    reader: Reader

    def rocks(self) -> Iterator[Rock]:
        """Every rock of every root, in the order of their paths."""
        for root in self.roots:
            yield from root.rocks

    def configs(self) -> Iterator[Config]:
        """Every configuration file of every root, in the order of their paths; without the
        texts inside them, which these know themselves."""
        for root in self.roots:
            yield from (config for config in root.configs if config.inside is None)

    def plugin_sources(self) -> Iterator[PluginSource]:
        """What the sources of every plugin of every root say."""
        for root in self.roots:
            yield from root.plugin_sources

    def root_of_source(self, source: PluginSource) -> Root:
        """The root that a plugin belongs to; raises LookupError for one of another snapshot."""
        for root in self.roots:
            if source in root.plugin_sources:
                return root
        raise LookupError(source.path)

    def config_at(self, path: str) -> Config | None:
        """What the configuration file at ``path`` says; None where it is none."""
        for root in self.roots:
            for config in root.configs:
                if config.path == path:
                    return config
        return None

    def rock_at(self, path: str) -> Rock | None:
        """The rock whose rockspec is the file at ``path``."""
        for root in self.roots:
            for rock in root.rocks:
                if rock.path == path:
                    return rock
        return None

    def root_of(self, path: str) -> Root | None:
        """The innermost root that holds ``path``."""
        holding = [root for root in self.roots if path.startswith(root.path + "/")]
        return max(holding, key=lambda root: len(root.path), default=None)

    def root(self, rock: Rock) -> Root:
        """The root that ``rock`` belongs to; raises LookupError for one of another snapshot."""
        for root in self.roots:
            if rock in root.rocks:
                return root
        raise LookupError(rock.path)

    def exists(self, path: str) -> bool | None:
        """Whether a file is at ``path``, by exact case; None where that is not known
        (outside every root, behind a link, past the cap, in a skipped folder)."""
        root = self.root_of(path)
        if root is not None:
            return root.exists(path)
        return False if any(path in root.absent for root in self.roots) else None

    def text(self, path: str) -> str | None:
        """The text of a file: the open buffer's, else the disk's; None if unreadable."""
        rock = self.rock_at(path)
        return rock.rockspec.tree.text if rock is not None else self.reader.text(path)
