"""A Kong on the disk: its source tree, or the folder that it is installed in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property

from kong_lsp.kong.releases import MASTER, NEWEST, Release, find
from kong_lsp.kong.schema import typedefs
from kong_lsp.kong.schema.values import UNKNOWN
from kong_lsp.plugin.data import plain
from kong_lsp.plugin.libraries import library
from kong_lsp.plugin.program import run
from kong_lsp.syntax.lua.tree import Tree, parse
from kong_lsp.syntax.lua.values import Table, Unknown

_INSTALLED = os.path.join("share", "lua", "5.1")
_LARGEST = 1_000_000
_MOST_PLUGINS = 500
_OWN = frozenset(("kong.tools.redis.schema",))
"""Modules of which the tree knows more than ``libraries``."""


def folder_of(path: str) -> str | None:
    """The folder below which the modules of the Kong at ``path`` lie: ``path`` itself, where
    it is a checkout or ``…/lua/5.1``, the one that holds it, where it is ``…/kong``, or its
    ``share/lua/5.1``. None where no Kong is there."""
    path = os.path.normpath(path)
    folders = [path, os.path.join(path, _INSTALLED)]
    if os.path.basename(path) == "kong":
        folders.append(os.path.dirname(path))
    for folder in folders:
        if os.path.isfile(os.path.join(folder, "kong", "meta.lua")):
            return folder
    return None


class KongTree:
    """The files of one Kong, each read when it is first asked for.

    ``folder`` is what ``folder_of`` gives. What it says is never run, and never raises.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._trees: dict[str, Tree | None] = {}

    def find(self, module: str) -> str | None:
        """The file of a module of Kong; None for one that ``libraries`` knows better."""
        if not module.startswith("kong."):
            return None
        if module == typedefs.MODULE:
            return self.path(module) if self._has_typedefs else None
        if module not in _OWN and not isinstance(library(module, self.release), Unknown):
            return None
        return self.path(module)

    def tree(self, path: str) -> Tree | None:
        """What a file holds; None where it cannot be read, or is no text."""
        if path not in self._trees:
            self._trees[path] = _read(path)
        return self._trees[path]

    def path(self, module: str) -> str | None:
        """The file of a module, whoever knows better."""
        base = os.path.join(self.folder, *module.split("."))
        found = (path for path in (f"{base}.lua", f"{base}/init.lua") if os.path.isfile(path))
        return next(found, None)

    @cached_property
    def version(self) -> str | None:
        """What kong/meta.lua says, ``"3.9.1"``."""
        said = self.value("kong.meta", MASTER)
        version = said.get("_VERSION") if isinstance(said, Mapping) else None
        return version if isinstance(version, str) else None

    @cached_property
    def release(self) -> Release:
        """The release of that version, ``master`` where it is not told."""
        return find(self.version or "") or MASTER

    @property
    def is_strange(self) -> bool:
        """Whether it is a Kong whose functions and typedefs are not known by their names."""
        return self.release > NEWEST or os.path.isdir(
            os.path.join(self.folder, "kong", "enterprise_edition")
        )

    @cached_property
    def _has_typedefs(self) -> bool:
        """Whether its typedefs are others than those of ``libraries``, and can be read."""
        path = self.path(typedefs.MODULE)
        if path is None or not self.is_strange:
            return False
        return isinstance(run(path, self.release, self).value, Table)

    @cached_property
    def bundled(self) -> tuple[str, ...]:
        """The plugins that ``plugins = bundled`` means, sorted (kong/constants.lua); those
        that have a folder where that cannot be told."""
        said = self.value("kong.constants", self.release)
        names = said.get("BUNDLED_PLUGINS") if isinstance(said, Mapping) else None
        if not isinstance(names, Mapping):
            return self.installed
        return tuple(sorted(name for name in names if isinstance(name, str)))

    @cached_property
    def installed(self) -> tuple[str, ...]:
        """The plugins that have a folder in kong/plugins, sorted."""
        try:
            with os.scandir(os.path.join(self.folder, "kong", "plugins")) as entries:
                found = [entry.name for entry in entries if entry.is_dir()]
        except OSError:
            return ()
        return tuple(name for name in sorted(found)[:_MOST_PLUGINS] if self._has_handler(name))

    def _has_handler(self, name: str) -> bool:
        folder = os.path.join(self.folder, "kong", "plugins", name)
        return any(
            os.path.exists(os.path.join(folder, file))
            for file in ("handler.lua", "handler.ljbc", "handler")
        )

    def file(self, plugin: str, tail: str) -> str | None:
        """The file of a plugin's module, ``"schema"``."""
        return self.path(f"kong.plugins.{plugin}.{tail}")

    def value(
        self, module: str, release: Release, settings: Mapping[str, str] | None = None
    ) -> object:
        """What a module of Kong returns, as plain data with UNKNOWN in it."""
        path = self.path(module)
        if path is None:
            return UNKNOWN
        return plain(run(path, release, self, settings=settings).value)

    def names(self, key: str) -> tuple[str, ...]:
        """A list of names in kong/constants.lua, which may be a set of them besides."""
        said = self.value("kong.constants", self.release)
        listed = said.get(key, ()) if isinstance(said, Mapping) else ()
        listed = listed.values() if isinstance(listed, Mapping) else listed
        return tuple(name for name in listed if isinstance(name, str))


def _read(path: str) -> Tree | None:
    try:
        with open(path, encoding="utf-8", errors="strict") as file:
            text = file.read(_LARGEST + 1)
    except (OSError, ValueError):
        return None
    return None if len(text) > _LARGEST else parse(text)
