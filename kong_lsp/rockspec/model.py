"""What a rockspec says: the fields that others ask for, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kong_lsp.syntax.lua.evaluate import Evaluation, evaluate
from kong_lsp.syntax.lua.pieces import changes
from kong_lsp.syntax.lua.values import NIL, UNKNOWN, Entry, Key, Nil, Table, Text, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kong_lsp.syntax.lua.tree import Tree

DEFAULT_FORMAT = "1.0"
"""What LuaRocks assumes where ``rockspec_format`` is absent."""

_MARKER = re.compile(
    r"\$\{?\{?[A-Za-z_]|@[A-Za-z_][\w-]*@|\{\{|\}\}|\{%|<%|%%[A-Za-z_]+%%|__[A-Z][A-Z_]*__"
)
_ROCKSPEC = re.compile(r"(?:^|/)(?:[^/]*\.)?rockspec$")


class ModuleEntry(NamedTuple):
    """One entry of ``build.modules``.

    ``name`` is None where the key is no string or not known, ``path`` where the value is
    no string or not known. ``overwritten`` tells that a later entry has the same key.
    """

    name: str | None
    path: str | None
    entry: Entry
    overwritten: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Rockspec:
    """What one rockspec says. A value that is unknown or of a wrong type is None.

    ``fields`` are the top-level entries by name. ``modules`` are the entries of
    ``build.modules`` as written, in order; ``installs`` those of ``build.install.lua``;
    ``platform_modules`` those of ``build.platforms.NAME.modules``. ``dependencies`` are
    the strings LuaRocks would read, in order. ``complete`` tells that all of the text
    could be read, so that a field that is not in ``fields`` is really absent.
    """

    tree: Tree
    evaluation: Evaluation
    fields: Mapping[str, Entry]
    format: str
    package: Text | None
    version: Text | None
    build: Table | None
    build_type: str | None
    modules_table: Table | None
    modules: tuple[ModuleEntry, ...]
    installs: tuple[ModuleEntry, ...]
    platform_modules: Mapping[str, tuple[ModuleEntry, ...]]
    dependencies: tuple[Text, ...]
    complete: bool

    def get(self, *path: str) -> Value:
        """The value of a field, such as ``get("source", "url")``; NIL where absent,
        UNKNOWN where that cannot be known."""
        first, *rest = path
        entry = self.fields.get(first)
        value: Value = entry.value if entry is not None else NIL if self.complete else UNKNOWN
        for key in rest:
            if not isinstance(value, Table):
                return value if isinstance(value, Nil | Unknown) else NIL
            value = value.get(key)
        return value


def read(tree: Tree, before: Rockspec | None = None) -> Rockspec:
    """Read a rockspec, whatever its text. ``before`` is what was read before the last
    edit: what is the same is taken over from it."""
    evaluation = evaluate(tree)
    fields = evaluation.globals
    build = _table(fields.get("build"))
    modules = _table(build.entries.get("modules")) if build else None
    install = _table(build.entries.get("install")) if build else None
    dependencies = _table(fields.get("dependencies"))
    rockspec_format = _text(fields.get("rockspec_format"))
    build_type = _text(build.entries.get("type")) if build else None
    return Rockspec(
        tree=tree,
        evaluation=evaluation,
        fields=fields,
        format=rockspec_format.value if rockspec_format else DEFAULT_FORMAT,
        package=_text(fields.get("package")),
        version=_text(fields.get("version")),
        build=build,
        build_type=build_type.value if build_type else None,
        modules_table=modules,
        modules=_modules(modules, before),
        installs=_modules(_table(install.entries.get("lua")) if install else None),
        platform_modules=_platforms(build) if build else {},
        dependencies=tuple(
            entry.value for entry in dependencies.array() if isinstance(entry.value, Text)
        )
        if dependencies
        else (),
        complete=not evaluation.failures and not evaluation.damaged,
    )


def is_rockspec(path: str) -> bool:
    """Whether LuaRocks would take a file of this name for a rockspec."""
    return _ROCKSPEC.search(path) is not None


def has_marker(text: str) -> bool:
    """Whether ``text`` holds what some tool will replace: ``$version``, ``@VERSION@``,
    ``{{ version }}`` and the like."""
    return _MARKER.search(text) is not None


def is_template(path: str, rockspec: Rockspec) -> bool:
    """Whether a rockspec is made from this file and LuaRocks never reads it itself: its
    name says so (``x.rockspec.in``, ``x-$version.rockspec``), or its name fields do."""
    name = path.rpartition("/")[2]
    if not is_rockspec(name) or has_marker(name):
        return True
    return any(
        text is not None and has_marker(text.value) for text in (rockspec.package, rockspec.version)
    )


def _table(entry: Entry | None) -> Table | None:
    return entry.value if entry is not None and isinstance(entry.value, Table) else None


def _text(entry: Entry | None) -> Text | None:
    return entry.value if entry is not None and isinstance(entry.value, Text) else None


def _modules(table: Table | None, before: Rockspec | None = None) -> tuple[ModuleEntry, ...]:
    if table is None:
        return ()
    written, final = table.written, table.entries
    earlier = before.modules_table if before is not None else None
    if (
        before is not None
        and earlier is not None
        and len(written) == len(final) == len(earlier.written) == len(earlier.entries)
    ):
        modules = list(before.modules)
        for index in changes(written, earlier.written):
            modules[index] = _module(written[index], final)
        return tuple(modules)
    return tuple([_module(entry, final) for entry in written if not isinstance(entry.value, Nil)])


def _module(entry: Entry, final: Mapping[Key, Entry]) -> ModuleEntry:
    key, value = entry.key, entry.value
    name = key.value if isinstance(key, Text) else None
    path = value.value if isinstance(value, Text) else None
    return ModuleEntry(name, path, entry, name is not None and final.get(name) is not entry)


def _platforms(build: Table) -> dict[str, tuple[ModuleEntry, ...]]:
    platforms = _table(build.entries.get("platforms"))
    found = {}
    for name, entry in platforms.entries.items() if platforms else ():
        override = _table(entry)
        modules = _table(override.entries.get("modules")) if override else None
        if isinstance(name, str) and modules:
            found[name] = _modules(modules)
    return found
