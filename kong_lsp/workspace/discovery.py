"""What a root holds: plugin trees, where a rockspec builds, and what is held to the tree.

All functions here are pure: they look at a listing, never at the disk.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from posixpath import dirname, normpath
from typing import TYPE_CHECKING, NamedTuple

from kong_lsp.rockspec.build import builds_modules
from kong_lsp.syntax.lua.values import UNKNOWN
from kong_lsp.workspace.snapshot import PluginTree

if TYPE_CHECKING:
    from kong_lsp.rockspec.model import ModuleEntry, Rockspec
    from kong_lsp.syntax.lua.tree import Piece
    from kong_lsp.workspace.files import Listing

_NATURAL = re.compile(r"((?:.*/)?kong/plugins/([^/]+))/(.+)\.lua")
SPEC_FOLDERS = ("rockspec", "rockspecs", "rocks", "luarocks")
"""Names of folders that hold rockspecs and not what they list."""

_NAMELESS = frozenset(
    ("src", "lua", "lib", "plugin", "plugins", "kong", "source", "core", "custom_plugins", "")
)
_NOT_SHIPPED = frozenset(
    (
        "spec",
        "specs",
        "test",
        "tests",
        "t",
        "doc",
        "docs",
        "example",
        "examples",
        "kong",
        "reference",
    )
)
_LAYING = re.compile(r"(?im)^\s*(?:run\b.*)?\b(?:copy|add|cp|mv|ln|mkdir|install)\b.*kong/plugins")


class Claim(NamedTuple):
    """What one rockspec says of the tree, before rockspecs are compared with each other."""

    base: str
    listed: Mapping[str, ModuleEntry]
    places: tuple[tuple[str, str], ...]


def normal(path: str) -> str:
    """A listed path in the form of a listing; most are in it already."""
    if path.startswith(("./", "../")) or "//" in path or "/." in path:
        return normpath(path)
    return path


def join(base: str, path: str) -> str:
    """``path`` below ``base``; either may be "", the folder where the other counts from."""
    return f"{base}/{path}" if base and path else base or path


def listed_modules(rockspec: Rockspec) -> tuple[dict[str, ModuleEntry], bool]:
    """Each module that the rock would install, and whether that is surely all of them."""
    builds = builds_modules(rockspec)
    listed: dict[str, ModuleEntry] = {}
    if builds:
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
    table = rockspec.modules_table
    open_ended = rockspec.get("build", "modules") is UNKNOWN if table is None else table.open
    return listed, not open_ended and rockspec.complete and not _lost(rockspec.tree.pieces)


def provided(listed: Mapping[str, ModuleEntry]) -> dict[str, str]:
    """Each name that ``require`` would find once installed, and the key that installs it."""
    names = {name: name for name in listed}
    for name, entry in listed.items():
        if name.endswith(".init"):
            names.setdefault(name[:-5], name)
        elif entry.path is not None and entry.path.endswith("/init.lua"):
            names.setdefault(name + ".init", name)
    return names


def _lost(pieces: Iterable[Piece]) -> bool:
    """Whether some statement or field could not be read at all."""
    return any(
        piece.flawed and (piece.node is None or _lost(piece.children or ())) for piece in pieces
    )


def base_of(folder: str, listed: Iterable[ModuleEntry], listing: Listing) -> str:
    """The folder that listed paths are relative to, for a rockspec in ``folder``.

    LuaRocks builds in the current folder. Of the rockspec's folder and those above it
    that is the one where most listed files exist, then where the longest beginnings of
    their folders do, then the nearest; a folder for rockspecs only is never preferred.
    """
    paths = [normal(entry.path) for entry in listed if entry.path is not None]
    candidates = [folder]
    while folder:
        folder = dirname(folder)
        candidates.append(folder)
    files = listing.files
    best, best_score = candidates[0], -1
    for candidate in candidates:
        prefix = candidate + "/" if candidate else ""
        score = sum(
            (normal(prefix + path) if path.startswith("../") else prefix + path) in files
            for path in paths
        )
        if score > best_score:
            best, best_score = candidate, score
        if score == len(paths):
            break
    if best_score > 0 or len(candidates) == 1:
        return best
    scores = [
        (sum(_depth(candidate, path, listing) for path in paths), candidate)
        for candidate in candidates
    ]
    top, nearest = max(scores, key=lambda score: score[0])
    if top > scores[0][0]:
        return nearest
    return candidates[candidates[0].rpartition("/")[2].lower() in SPEC_FOLDERS]


def _depth(base: str, path: str, listing: Listing) -> int:
    prefix = base + "/" if base else ""
    depth = 0
    end = path.find("/")
    while end > 0 and prefix + path[:end] in listing.folders:
        depth += 1
        end = path.find("/", end + 1)
    return depth


def places_of(listed: Mapping[str, ModuleEntry], base: str) -> tuple[tuple[str, str], ...]:
    """Where the names of modules meet folders: (beginning of the name, folder), by use.

    ``["kong.plugins.x.handler"] = "src/handler.lua"`` gives ``("kong.plugins.x", "src")``;
    names that are their paths give ``("", "")``. Folders are relative to the root.
    """
    found: Counter[tuple[str, str]] = Counter()
    for name, entry in listed.items():
        path = entry.path
        if path is None or not path.endswith(".lua"):
            continue
        if path == name.replace(".", "/") + ".lua":
            found["", ""] += 1
            continue
        path = normal(path)[:-4]
        if path.startswith("/"):
            continue
        names = name.split(".")
        folders = path.split("/")
        if folders[-1] == "init" and names[-1] != "init":
            folders.pop()
        before = len(names)
        while names and folders and names[-1] == folders[-1]:
            names.pop()
            folders.pop()
        if len(names) < before:
            found[".".join(names), "/".join(folders)] += 1
    if not found:
        found["", ""] = 1
    return tuple((name, join(base, folder)) for (name, folder), _ in found.most_common())


def lua_modules(paths: Iterable[str], folder: str, root: str) -> dict[str, str]:
    """Module tails of Lua files below ``folder`` (relative to the root) and their paths."""
    cut = len(folder) + 1 if folder else 0
    modules: dict[str, str] = {}
    packages: dict[str, str] = {}
    for path in paths:
        tail = path[cut:-4].replace("/", ".")
        full = f"{root}/{path}"
        modules[tail] = full
        if tail.endswith(".init"):
            packages[tail[:-5]] = full
    for tail, full in packages.items():
        modules.setdefault(tail, full)
    return modules


def natural_trees(lua: Sequence[str], root: str) -> list[PluginTree]:
    """The trees in folders ``kong/plugins/NAME``; ``lua`` are the Lua files, sorted."""
    groups: dict[tuple[str, str], list[str]] = {}
    for path in lua:
        if "kong/plugins/" in path and (match := _NATURAL.fullmatch(path)):
            groups.setdefault((match[1], match[2]), []).append(path)
    return [
        PluginTree(name, f"{root}/{folder}", lua_modules(paths, folder, root))
        for (folder, name), paths in groups.items()
        if name not in _NOT_SHIPPED or f"{folder}/handler.lua" in paths
    ]


def keyed_trees(claim: Claim, lua: Sequence[str], root: str) -> list[PluginTree]:
    """The trees that a rockspec's keys name: ``src/handler.lua`` as ``kong.plugins.x.handler``."""
    trees = []
    taken = set()
    for key, folder in claim.places:
        head, _, name = key.rpartition(".")
        if head != "kong.plugins" or name in taken or folder.endswith(f"kong/plugins/{name}"):
            continue
        prefix = folder + "/" if folder else ""
        own = [path for path in lua if path.startswith(prefix)]
        if folder == claim.base:
            own = [path for path in own if path[len(prefix) :].split("/")[0] not in _NOT_SHIPPED]
        if own:
            taken.add(name)
            trees.append(
                PluginTree(
                    name,
                    f"{root}/{folder}" if folder else root,
                    lua_modules(own, folder, root),
                    aliased=True,
                )
            )
    return trees


def wraps(tree: PluginTree, keyed: Iterable[tuple[str, str]]) -> bool:
    """Whether a tree is no more than the folder round a keyed one (name, folder):
    ``kong/plugins/x`` with all of the plugin in ``kong/plugins/x/src``."""
    return not tree.modules.keys() & {"handler", "schema"} and any(
        name == tree.name and folder.startswith(tree.folder + "/") for name, folder in keyed
    )


def loose_trees(lua: Sequence[str], known: Iterable[PluginTree], root: str) -> list[PluginTree]:
    """Folders ``NAME`` with ``handler.lua`` and ``schema.lua`` that no other tree has."""
    files = set(lua)
    taken = [tree.folder[len(root) + 1 :] for tree in known]
    trees = []
    for path in lua:
        if not path.endswith("/handler.lua"):
            continue
        folder = path[: -len("/handler.lua")]
        name = folder.rpartition("/")[2]
        if folder + "/schema.lua" not in files or name in _NAMELESS:
            continue
        if not any(folder == other or folder.startswith(other + "/") for other in taken if other):
            own = [each for each in lua if each.startswith(folder + "/")]
            modules = lua_modules(own, folder, root)
            trees.append(PluginTree(name, f"{root}/{folder}", modules, aliased=True))
    return trees


def packaged(
    claim: Claim,
    modules: Iterable[str],
    ships: Mapping[str, str],
    trees: Sequence[PluginTree],
    root: str,
) -> tuple[PluginTree, ...]:
    """Of several trees, those that a rock packages: one for each plugin that its modules
    name, where it has most of its files, else the one nearest below its base."""
    named: dict[str, list[str]] = {}
    for module in modules:
        if module.startswith("kong.plugins."):
            named.setdefault(module[13:].partition(".")[0], []).append(module)
    base = f"{root}/{claim.base}" if claim.base else root
    found = []
    for name, members in named.items():
        candidates = [tree for tree in trees if tree.name == name]
        paths = [ships[module] for module in members if module in ships]
        best, best_score = None, 0
        for tree in candidates:
            prefix = tree.folder + "/"
            score = sum(path.startswith(prefix) for path in paths)
            if score > best_score:
                best, best_score = tree, score
        if best is None:
            below = [tree for tree in candidates if (tree.folder + "/").startswith(base + "/")]
            best = min(below, key=lambda tree: tree.folder.count("/"), default=None)
        if best is not None:
            found.append(best)
    return tuple(found)


def laid_out_anew(claim: Claim, listing: Listing, scripts: Iterable[str]) -> bool:
    """Whether a Dockerfile (``scripts``: their texts) makes the tree that is listed.

    So it is taken where not one listed file exists, a script copies something into
    ``kong/plugins``, and each listed file is there under a shorter path.
    """
    paths = [normal(entry.path) for entry in claim.listed.values() if entry.path is not None]
    prefix = claim.base + "/" if claim.base else ""
    if not paths or any(prefix + path in listing.files for path in paths):
        return False
    for path in paths:
        rest = path
        while "/" in rest:
            rest = rest.partition("/")[2]
            if prefix + rest in listing.files or rest in listing.files:
                break
        else:
            return False
    return any(_LAYING.search(script) for script in scripts)
