"""What LuaRocks' builtin build makes of ``build.modules`` (``luarocks/build/builtin.lua``)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from kong_lsp.syntax.lua.values import Entry, Nil, Table, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Collection

    from kong_lsp.rockspec.model import ModuleEntry, Rockspec

Kind = Literal["lua", "c", "skipped", "crash", "unknown"]

_SKIPPED_ROOTS = frozenset({"spec", ".luarocks", "lua_modules", "test.lua", "tests.lua"})
_EXTENSION = re.compile(r"\.([^.]+)$")


class Effect(NamedTuple):
    """What the build does with one entry.

    ``lua``: copies ``sources[0]`` to ``installs`` below the tree's ``share/lua/5.1``, where
    ``require(module)`` finds it. ``c``: compiles ``sources``. ``skipped``: nothing, and says
    nothing. ``crash``: LuaRocks stops for ``why``. ``unknown``: the entry could not be read.
    """

    kind: Kind
    installs: str = ""
    module: str = ""
    sources: tuple[str, ...] = ()
    why: str = ""


class Detected(NamedTuple):
    """What format 3.0 builds where ``build.modules`` is absent: modules by name, programs
    and folders to copy. Paths are relative to the rock's folder."""

    modules: dict[str, str]
    programs: tuple[str, ...]
    copied: tuple[str, ...]


def effect(entry: ModuleEntry) -> Effect:
    """What the builtin build does with an entry of ``build.modules``."""
    key, value = entry.entry.key, entry.entry.value
    if isinstance(key, Unknown) or isinstance(value, Unknown):
        return Effect("unknown")
    if not isinstance(key, Text):
        return Effect("crash", why="the entry has no module name")
    name = key.value
    if not name or name.endswith("."):
        return Effect("crash", why="the module's name is empty or ends in a dot")
    if isinstance(value, Text):
        extension = _EXTENSION.search(value.value)
        if extension and extension[1] == "lua":
            installs = installed_path(name, value.value)
            return Effect("lua", installs, _required_as(installs), (value.value,))
        return Effect("c", module=name, sources=(value.value,))
    if isinstance(value, Table):
        return _compiled(name, value)
    return Effect("skipped", why="LuaRocks passes over a value that is no path")


def installed_path(name: str, path: str) -> str:
    """Where a Lua module lands below ``share/lua/5.1``: the key decides, not the file's
    name, except that ``init.lua`` stays one."""
    folders, dot, last = name.rpartition(".")
    folder = folders.replace(".", "/") + "/" if dot else ""
    base = path.replace("\\", "/").rstrip("/").rpartition("/")[2]
    if base == "init.lua" and last != "init":
        return _normal(f"{folder}{last}/init.lua")
    return _normal(f"{folder}{last}.lua")


def _required_as(installed: str) -> str:
    module = installed.removesuffix(".lua").replace("/", ".")
    return module.removesuffix(".init")


def _normal(path: str) -> str:
    return "/".join(part for part in path.split("/") if part)


def _compiled(name: str, value: Table) -> Effect:
    sources: tuple[Entry, ...] = tuple(value.array())
    if not sources:
        given = value.entries.get("sources")
        if given is None or isinstance(given.value, Nil):
            if value.open:
                return Effect("unknown")
            why = f"error in rockspec: module '{name}' entry has no 'sources' list"
            return Effect("crash", why=why)
        sources = tuple(given.value.array()) if isinstance(given.value, Table) else (given,)
    texts = [source.value for source in sources if isinstance(source.value, Text)]
    return Effect("c", module=name, sources=tuple(text.value for text in texts))


def builds_modules(rockspec: Rockspec) -> bool | None:
    """Whether ``build.modules`` is looked at; None for a build type of somebody else's."""
    kind = rockspec.build_type
    if kind is None:
        build = rockspec.get("build")
        given = rockspec.get("build", "type")
        if isinstance(build, Unknown) or not isinstance(given, Nil):
            return None
        return True
    if kind in ("builtin", "module"):
        return True
    return False if kind in ("none", "make", "cmake", "command") else None


def detects_modules(rockspec: Rockspec) -> bool:
    """Whether LuaRocks finds the modules itself: format 3.0 with no ``build.modules``."""
    return (
        rockspec.format >= "3.0"
        and builds_modules(rockspec) is True
        and isinstance(rockspec.get("build", "modules"), Nil)
    )


def detect(files: Collection[str]) -> Detected:
    """What LuaRocks finds by itself among ``files``, paths relative to the rock's folder."""
    roots = {path.partition("/")[0] for path in files if "/" in path}
    source = next((root + "/" for root in ("src", "lua", "lib") if root in roots), "")
    modules = {}
    for path in sorted(files):
        if not path.startswith(source):
            continue
        inner = path[len(source) :]
        if inner.partition("/")[0] in _SKIPPED_ROOTS:
            continue
        stem, dot, extension = inner.rpartition(".")
        if dot and extension in ("lua", "c"):
            modules[stem.replace("/", ".").strip(".")] = path
    folders = {path.rpartition("/")[0] for path in files}
    binary = next((name for name in ("src/bin", "bin") if name in folders), None)
    programs = [path for path in sorted(files) if path.rpartition("/")[0] == binary]
    copied = [name for name in ("doc", "docs", "samples", "tests") if name in roots]
    return Detected(modules, tuple(programs), tuple(copied))
