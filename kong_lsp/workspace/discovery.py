"""Which plugin trees a root holds, and which of them a rock packages.

All functions here look at a listing, never at the disk.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kong_lsp.workspace.snapshot import PluginTree
from kong_lsp.workspace.survey import join

if TYPE_CHECKING:
    from kong_lsp.workspace.survey import Survey

_NATURAL = re.compile(r"((?:.*/)?kong/plugins/([^/]+))/(.+)\.lua")
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


def keyed_trees(survey: Survey, lua: Sequence[str], root: str) -> list[PluginTree]:
    """The trees that a rockspec's keys name: ``src/handler.lua`` as ``kong.plugins.x.handler``."""
    trees = []
    taken = set()
    for key, folder in survey.places:
        head, _, name = key.rpartition(".")
        if head != "kong.plugins" or name in taken or folder.endswith(f"kong/plugins/{name}"):
            continue
        prefix = folder + "/" if folder else ""
        own = [path for path in lua if path.startswith(prefix)]
        if folder == survey.base:
            own = [path for path in own if path[len(prefix) :].split("/")[0] not in _NOT_SHIPPED]
        if own:
            taken.add(name)
            modules = lua_modules(own, folder, root)
            trees.append(PluginTree(name, join(root, folder), modules, aliased=True))
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
    taken = {tree.folder[len(root) + 1 :] for tree in known} - {""}
    trees = []
    for path in lua:
        if not path.endswith("/handler.lua"):
            continue
        folder = path[: -len("/handler.lua")]
        name = folder.rpartition("/")[2]
        if folder + "/schema.lua" not in files or name in _NAMELESS:
            continue
        if taken.isdisjoint(_upwards(folder)):
            own = [each for each in lua if each.startswith(folder + "/")]
            modules = lua_modules(own, folder, root)
            trees.append(PluginTree(name, f"{root}/{folder}", modules, aliased=True))
    return trees


def bare_trees(lua: Sequence[str], root: str) -> list[PluginTree]:
    """What could be plugins whose folder is not named as they are: ``handler.lua`` and
    ``schema.lua`` in the root itself, or in its ``src`` or ``plugin``; called like the nearest
    folder above with a name of its own, the root at last."""
    files = set(lua)
    trees = []
    for path in lua:
        folder, _, file = path.rpartition("/")
        above = folder.split("/")
        if file != "handler.lua" or join(folder, "schema.lua") not in files:
            continue
        if above[-1] not in _NAMELESS or not _NOT_SHIPPED.isdisjoint(above):
            continue
        named = [each for each in above if each not in _NAMELESS]
        name = named[-1] if named else root.rpartition("/")[2]
        prefix = folder + "/" if folder else ""
        own = [each for each in lua if each.startswith(prefix)]
        own = [each for each in own if each[len(prefix) :].split("/")[0] not in _NOT_SHIPPED]
        modules = lua_modules(own, folder, root)
        trees.append(PluginTree(name, join(root, folder), modules, aliased=True))
    return trees


def own_name(tree: PluginTree, requires: Iterable[str]) -> str | None:
    """What the files of a bare tree call it by what they require: ``kong.plugins.NAME.access``
    where it has an ``access.lua``."""
    parts = [each.split(".", 3) for each in requires if each.startswith("kong.plugins.")]
    names = Counter(part[2] for part in parts if len(part) == 4 and part[3] in tree.modules)
    return names.most_common(1)[0][0] if names else None


def _upwards(folder: str) -> Iterator[str]:
    """``a/b/c``, ``a/b``, ``a``."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def packaged(
    survey: Survey, trees: Mapping[str, Sequence[PluginTree]], root: str
) -> tuple[PluginTree, ...]:
    """The trees that a rock packages, of ``trees`` by name: one for each plugin that its
    modules name, where it has most of its files, else the one nearest below its base."""
    base = join(root, survey.base) + "/"
    found = []
    for name in sorted(survey.plugins.keys() & trees.keys()):
        candidates = trees[name]
        if len(candidates) == 1 and candidates[0].folder.startswith(base):
            found.append(candidates[0])
            continue
        if len(candidates) > 1 or not candidates[0].folder.startswith(base):
            beginning = f"kong.plugins.{name}."
            paths = [path for module, path in survey.ships.items() if module.startswith(beginning)]
            scores = [
                sum(path.startswith(tree.folder + "/") for path in paths) for tree in candidates
            ]
            best = max(scores)
            if best:
                found.append(candidates[scores.index(best)])
                continue
        below = [tree for tree in candidates if (tree.folder + "/").startswith(base)]
        if below:
            found.append(min(below, key=lambda tree: tree.folder.count("/")))
    return tuple(found)
