"""What the list of modules of one rockspec means on the disk.

A survey looks at names and paths only. After an edit it is made from the survey before,
so that a keystroke costs the entries that it changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from posixpath import dirname, normpath
from typing import TYPE_CHECKING, TypeVar

from kong_lsp.rockspec.build import builds_modules
from kong_lsp.syntax.lua.pieces import changes
from kong_lsp.syntax.lua.values import UNKNOWN

if TYPE_CHECKING:
    from kong_lsp.rockspec.model import ModuleEntry, Rockspec
    from kong_lsp.syntax.lua.tree import Piece
    from kong_lsp.workspace.files import Listing

SPEC_FOLDERS = ("rockspec", "rockspecs", "rocks", "luarocks")
"""Names of folders that hold rockspecs and not what they list."""

_FEW = 32
_NONE = object()
_LAYING = r"""(?imx)
    \b(?:copy|add|cp|mv|ln)\s+(?:-\S+\s+)*(?!\S*kong/plugins)[^\s&;|]+\s+
        (?:[^\s&;|]+\s+)*?\S*kong/plugins
    | \bmkdir\b[^&;|\n]*kong/plugins
    | ^\s*workdir\s+\S*kong/plugins"""
_BUILDING = r"(?im)^[^#\n]*(?:\bluarocks\s+(?:make|build|pack)\b|\.rockspec\b)"

Pairs = Mapping[str, "str | None"]
"""Names of modules and their paths as listed; None for what is no path or not known."""


def normal(path: str) -> str:
    """A listed path in the form of a listing; most are in it already."""
    if path.startswith(("./", "../")) or "//" in path or "/." in path:
        return normpath(path)
    return path


def join(base: str, path: str) -> str:
    """``path`` below ``base``; either may be "", the folder where the other counts from."""
    return f"{base}/{path}" if base and path else base or path


Listed = Mapping[str, "ModuleEntry"]


def is_complete(rockspec: Rockspec) -> bool:
    """Whether the rock would surely install nothing but ``listed_modules``."""
    table = rockspec.modules_table
    open_ended = rockspec.get("build", "modules") is UNKNOWN if table is None else table.open
    return not open_ended and rockspec.complete and not _lost(rockspec.tree.pieces)


def listed_after(
    rockspec: Rockspec, before: Rockspec, known: Listed
) -> tuple[Listed, list[str]] | None:
    """``listed_modules`` from those of the rockspec ``before`` an edit, and the names of those
    that it changed; None where more has changed than values of ``build.modules``."""
    modules, earlier = rockspec.modules, before.modules
    if len(modules) != len(earlier):
        return None
    for each in (rockspec, before):
        if each.platform_modules or each.installs or not builds_modules(each):
            return None
    changed = [(modules[index], earlier[index]) for index in changes(modules, earlier)]
    listed = dict(known)
    names = []
    for entry, old in changed:
        if entry.name is None or known.get(entry.name) is not old or entry.overwritten:
            return None
        listed[entry.name] = entry
        names.append(entry.name)
    return listed, names


def listed_modules(rockspec: Rockspec) -> Listed:
    """Each module that the rock would install, and its entry."""
    listed: dict[str, ModuleEntry] = {}
    if builds_modules(rockspec):
        for entries in rockspec.platform_modules.values():
            for entry in entries:
                if entry.name is not None:
                    listed[entry.name] = entry
        for entry in rockspec.modules:
            if entry.name is not None and not entry.overwritten:
                listed[entry.name] = entry
    for entry in rockspec.installs:
        if entry.name is not None and not entry.overwritten:
            listed.setdefault(entry.name, entry)
    return listed


def _lost(pieces: Iterable[Piece]) -> bool:
    """Whether some statement or field could not be read at all."""
    return any(
        piece.flawed and (piece.node is None or _lost(piece.children or ())) for piece in pieces
    )


class Survey:
    """``base`` and the folders of ``places`` are relative to the root, "" being itself.

    ``ships``, ``provides``, ``apart`` and ``places`` are those of ``Rock``. ``plugins`` counts the
    modules of each plugin that is named; ``outside`` maps the names of files outside the
    root to their absolute paths. ``scores`` (files that exist in each folder that could be
    the base), ``spots`` (uses of each of the ``places``) and ``inits`` (other names) are
    what the next survey starts from. A survey is not changed once it is made.
    """

    def __init__(
        self,
        folder: str,
        listing: Listing,
        root: str,
        pairs: Pairs,
        before: Survey | None = None,
        moved: Collection[str] | None = None,
    ) -> None:
        """Look for ``pairs``, listed by a rockspec in ``folder`` (relative to the root).

        ``before`` is a survey of the same folder and listing to start from, and ``moved`` the
        names whose paths have changed since, if that is known and nothing else has.
        """
        self.pairs = pairs
        self._listing = listing
        self._root = root
        self._folders = [folder]
        while folder:
            folder = dirname(folder)
            self._folders.append(folder)
        changed: Collection[str] = pairs.keys()
        gone: Collection[str] = ()
        if before is not None:
            old = before.pairs
            lost: Collection[str]
            new, lost = moved, ()
            if new is None:
                new = [name for name, path in pairs.items() if old.get(name, _NONE) != path]
                lost = old.keys() - pairs.keys()
            if len(new) + len(lost) > _FEW:
                before = None
            else:
                changed, gone = new, lost
        self.scores: list[int] = list(before.scores) if before else [0] * len(self._folders)
        self.spots: Counter[tuple[str, str]] = Counter(before.spots if before else ())
        self.inits: dict[str, str] = dict(before.inits) if before else {}
        self.apart: set[str] = set(before.apart) if before else set()
        self.plugins: Counter[str] = Counter(before.plugins if before else ())
        if before is not None:
            for name in (*gone, *changed):
                if name in before.pairs:
                    self._count(name, before.pairs[name], -1)
        for name in changed:
            self._count(name, pairs[name], 1)

        self.base = self._base()
        if before is not None and before.base != self.base:
            changed, gone, before = pairs.keys(), (), None
        self.ships: dict[str, str] = dict(before.ships) if before else {}
        self.outside: dict[str, str] = dict(before.outside) if before else {}
        for name in (*gone, *changed):
            self.ships.pop(name, None)
            self.outside.pop(name, None)
        for name in changed:
            self._find(name, pairs[name])
        spots = sorted(self.spots.items(), key=lambda each: (-each[1], each[0])) or [(("", ""), 1)]
        self.places = tuple((name, join(self.base, folder)) for (name, folder), _ in spots)
        self.provides: Mapping[str, str] = before.provides if before else {}
        if before is None or moved is None or self.inits != before.inits:
            provides = dict(zip(pairs, pairs, strict=True))
            for name, other in self.inits.items():
                provides.setdefault(other, name)
            self.provides = provides

    def _count(self, name: str, path: str | None, sign: int) -> None:
        """Take an entry into the figures, or out of them."""
        if name.startswith("kong.plugins."):
            _add(self.plugins, name[13:].partition(".")[0], sign)
        self.apart.discard(name)
        if path is None:
            return
        other = None
        if name.endswith(".init"):
            other = name[:-5]
        elif path.endswith("/init.lua"):
            other = name + ".init"
        if other is not None and sign > 0:
            self.inits[name] = other
        else:
            self.inits.pop(name, None)
        for index, folder in enumerate(self._folders):
            if _below(folder, path) in self._listing.files:
                self.scores[index] += sign
        spot = _spot(name, path)
        if spot is not None:
            _add(self.spots, spot, sign)
        if spot != ("", "") and sign > 0:
            self.apart.add(name)

    def _find(self, name: str, path: str | None) -> None:
        if path is None:
            return
        file = _below(self.base, path)
        if file.startswith(("/", "../")):
            full = normpath(f"{self._root}/{file}" if file[0] == "." else file)
            if full.startswith(self._root + "/"):
                file = full[len(self._root) + 1 :]
            else:
                self.outside[name] = full
        if path.endswith(".lua") and file in self._listing.files:
            self.ships[name] = f"{self._root}/{file}"

    def _base(self) -> str:
        """The folder that listed paths are relative to.

        LuaRocks builds in the current folder. Of the rockspec's folder and those above it
        that is the one where most listed files exist, then where the longest beginnings of
        their folders do, then the nearest; but not a folder for rockspecs.
        """
        folders = self._folders
        most = max(self.scores)
        if most > 0 or len(folders) == 1:
            return folders[self.scores.index(most)]
        paths = [path for path in self.pairs.values() if path is not None]
        depths = [sum(self._depth(folder, path) for path in paths) for folder in folders]
        if max(depths) > depths[0]:
            return folders[depths.index(max(depths))]
        return folders[folders[0].rpartition("/")[2].lower() in SPEC_FOLDERS]

    def _depth(self, base: str, path: str) -> int:
        """How many of the folders of a listed path exist."""
        file = _below(base, path)
        depth = 0
        end = file.find("/", len(base) + 1)
        while end > 0 and file[:end] in self._listing.folders:
            depth += 1
            end = file.find("/", end + 1)
        return depth

    def laid_out_anew(self) -> bool:
        """Whether no listed file exists, but for each one of its name in another folder."""
        paths = [path for path in self.pairs.values() if path is not None]
        if not paths or self.scores[self._folders.index(self.base)]:
            return False
        prefix = self.base + "/" if self.base else ""
        names = {file.rpartition("/")[2] for file in self._listing.files if file.startswith(prefix)}
        return all(path.rpartition("/")[2] in names for path in paths)


def lays_out(script: str) -> bool:
    """Whether a Dockerfile (or the like) copies something that is elsewhere into
    ``kong/plugins``, and builds a rock."""
    if "kong/plugins" not in script or not re.search(_BUILDING, script):
        return False
    return any(
        re.search(_LAYING, line) and not line.lstrip().startswith("#")
        for line in script.replace("\\\n", " ").splitlines()
    )


def _below(base: str, path: str) -> str:
    """The file of a listing that a listed path means in ``base``."""
    path = normal(path)
    if base and not path.startswith("/"):
        path = f"{base}/{path}"
        return normpath(path) if "/../" in path else path
    return path


def _spot(name: str, path: str) -> tuple[str, str] | None:
    """Where a module's name and its path meet: the beginning of the name, and the folder
    where they go on alike. ``kong.plugins.x.handler`` in ``src/handler.lua`` gives
    ``("kong.plugins.x", "src")``; a name that is its path gives ``("", "")``."""
    if not path.endswith(".lua") or path.startswith("/"):
        return None
    if path == name.replace(".", "/") + ".lua":
        return "", ""
    names = name.split(".")
    folders = normal(path)[:-4].split("/")
    if folders[-1] == "init" and names[-1] != "init":
        folders.pop()
    before = len(names)
    while names and folders and names[-1] == folders[-1]:
        names.pop()
        folders.pop()
    return (".".join(names), "/".join(folders)) if len(names) < before else None


_Key = TypeVar("_Key")


def _add(counter: Counter[_Key], key: _Key, number: int) -> None:
    counter[key] += number
    if not counter[key]:
        del counter[key]
