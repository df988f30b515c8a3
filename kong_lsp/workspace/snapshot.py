"""What is known at one moment: an immutable picture that rules and features read.

Every path in it is absolute with ``/``, except in ``Listing``, which holds paths
relative to its root.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from kong_lsp.workspace.files import Listing, Reader

if TYPE_CHECKING:
    from kong_lsp.kong.releases import Release
    from kong_lsp.rockspec.model import ModuleEntry, Rockspec
    from kong_lsp.syntax.lua.requires import Require

FlawKind = Literal["unreadable", "huge", "folder", "encoding"]


class Flaw(NamedTuple):
    """A file that could not be read as it should.

    ``unreadable``: the system refused (``detail`` says why); ``huge``: over
    ``files.MAX_BYTES``, not read; ``folder``: a folder named like a file we read;
    ``encoding``: not UTF-8, read all the same with each bad byte as a surrogate.
    """

    path: str
    kind: FlawKind
    detail: str


@dataclass(frozen=True, slots=True, eq=False)
class LuaFile:
    """A Lua file and the modules that it requires, in order of the text."""

    path: str
    requires: tuple[Require, ...]


class Requirer(NamedTuple):
    """One ``require`` of a module: where it is written."""

    path: str
    require: Require


@dataclass(frozen=True, slots=True, eq=False)
class PluginTree:
    """The sources of one plugin in one folder.

    ``modules`` maps what follows ``kong.plugins.NAME.`` (``"handler"``,
    ``"migrations.init"``) to the file; ``x/init.lua`` is there as ``x.init`` and as
    ``x`` unless ``x.lua`` exists, which Lua would load first. ``aliased`` tells a tree
    whose folder is no ``kong/plugins/NAME``: the rockspec's own keys gave the name.
    """

    name: str
    folder: str
    modules: Mapping[str, str]
    aliased: bool = False

    @property
    def key_prefix(self) -> str:
        """``kong.plugins.NAME``, the beginning of its modules' names."""
        return f"kong.plugins.{self.name}"


@dataclass(frozen=True, slots=True, eq=False)
class Rock:
    """A rockspec and what it means on the disk it lies on.

    ``base`` is the folder that its module paths are relative to. Where ``held`` is
    false (a template, an old release, a tree that is laid out anew before the build)
    nothing of it may be compared with the tree: ``ships`` and ``plugins`` are still
    what is there. ``listed`` maps a module's name to the entry that LuaRocks would
    use; ``ships`` a listed Lua module's name to its existing file. ``sources`` are the
    folders from which the listed modules' names count (``""``-less absolute paths):
    ``require "a.b"`` of an unlisted module is looked for at ``SOURCE/a/b.lua``.
    """

    rockspec: Rockspec
    path: str
    base: str
    held: bool
    listed: Mapping[str, ModuleEntry]
    ships: Mapping[str, str]
    plugins: tuple[PluginTree, ...]
    sources: tuple[str, ...]
    why_not_held: str = ""

    def place_of(self, module: str) -> tuple[str, ...]:
        """The files in which this rock's own ``module`` could be, likeliest first."""
        tail = module.replace(".", "/")
        found = []
        for plugin in self.plugins:
            prefix = plugin.key_prefix + "."
            if plugin.aliased and module.startswith(prefix):
                inner = module[len(prefix) :].replace(".", "/")
                found += [f"{plugin.folder}/{inner}.lua", f"{plugin.folder}/{inner}/init.lua"]
        for source in self.sources:
            found += [f"{source}/{tail}.lua", f"{source}/{tail}/init.lua"]
        return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Root:
    """One folder that the user works in.

    ``lua`` maps each Lua file's path to what it requires; ``requirers`` a module's name
    to the places that require it; ``modules`` the name of each module of a plugin tree
    to its file (the first of several trees of one plugin). All three stay the same
    objects while only rockspecs change. ``active`` is false for a root that holds
    neither rockspecs nor plugin files: nothing in it was read.
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

    def exists(self, path: str) -> bool | None:
        """Whether a file is at ``path``, by exact case; None where that is not known."""
        if not path.startswith(self.path + "/"):
            return None
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


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """All roots at one moment."""

    roots: tuple[Root, ...]
    reader: Reader

    def rocks(self) -> Iterator[Rock]:
        """Every rock of every root, in the order of their paths."""
        for root in self.roots:
            yield from root.rocks

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
        """The root that ``rock`` belongs to."""
        for root in self.roots:
            if rock in root.rocks:
                return root
        raise LookupError(rock.path)

    def exists(self, path: str) -> bool | None:
        """Whether a file is at ``path``, by exact case; None where that is not known
        (outside every root, behind a link, past the cap, in a skipped folder)."""
        root = self.root_of(path)
        return None if root is None else root.exists(path)

    def text(self, path: str) -> str | None:
        """The text of a file: the open buffer's, else the disk's; None if unreadable."""
        rock = self.rock_at(path)
        return rock.rockspec.tree.text() if rock is not None else self.reader.text(path)
