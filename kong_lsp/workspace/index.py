"""Which Lua file of a root requires what, kept up to date file by file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from kong_lsp.config import reading
from kong_lsp.finding import SUPPRESSION
from kong_lsp.plugin.migrations import is_migrations_index, migrations_index
from kong_lsp.syntax.lua.requires import scan
from kong_lsp.workspace.files import read
from kong_lsp.workspace.snapshot import Flaw, LuaFile, Requirer

if TYPE_CHECKING:
    from kong_lsp.config.model import Config

Stamp = tuple[int, int] | None


def lua_file(path: str, text: str) -> LuaFile:
    """What the text of a Lua file says."""
    requires = scan(text) if "require" in text else ()
    migrations = migrations_index(text) if is_migrations_index(path) else None
    return LuaFile(path, requires, migrations, SUPPRESSION in text)


class Index:
    """The Lua files of one root. An open buffer's text hides the file on the disk.

    ``files`` and ``requirers`` are replaced, never changed, so that a snapshot may keep
    them; both cost what was changed since. ``specs`` are the tests that start Kong.
    ``stamps`` holds another number for each text of a file, ``version`` another one
    whenever any text has changed.
    """

    def __init__(self) -> None:
        self.files: Mapping[str, LuaFile] = {}
        self.requirers: Mapping[str, tuple[Requirer, ...]] = {}
        self.flaws: dict[str, Flaw] = {}
        self.specs: dict[str, Config] = {}
        self.stamps: dict[str, int] = {}
        self.version = 0
        self._stamps: dict[str, Stamp] = {}
        self._changed: dict[str, LuaFile | None] = {}
        self._open: dict[str, str] = {}

    def keep(self, paths: Iterable[str]) -> None:
        """Forget all files but these."""
        kept = set(paths)
        for path in self._stamps.keys() - kept - self._open.keys():
            self.remove(path)

    def refresh(self, paths: Iterable[str]) -> Iterator[None]:
        """Read the files that are new or were written since; yields after each one read."""
        for path in paths:
            if path in self._open:
                continue
            try:
                status = os.stat(path)
            except OSError:
                self.remove(path)
                continue
            stamp = status.st_mtime_ns, status.st_size
            if self._stamps.get(path) == stamp:
                continue
            text, kind, detail = read(path)
            self._set(path, text, stamp)
            self.flaws.pop(path, None)
            if kind:
                self.flaws[path] = Flaw(path, kind, detail)
            yield

    def open(self, path: str, text: str) -> None:
        """Take a buffer's text for the file, until ``close``."""
        self._open[path] = text
        self.flaws.pop(path, None)
        self._set(path, text, None)

    def close(self, path: str) -> None:
        """Let the file be what the disk says again; ``refresh`` must follow."""
        self._open.pop(path, None)
        self._stamps[path] = None

    def doubt(self, path: str) -> None:
        """Read the file again, whatever its date; ``refresh`` must follow."""
        if path in self._stamps:
            self._stamps[path] = None

    def text(self, path: str) -> str | None:
        """The text of a file of the root: the open buffer's, else the disk's."""
        known = self._open.get(path)
        if known is not None:
            return known
        text = read(path)[0]
        if path in self.stamps:
            self.stamps[path] = hash(text)  # it may have changed since, and nobody told yet
        return text

    def remove(self, path: str) -> None:
        """The file is gone."""
        self._stamps.pop(path, None)
        self.flaws.pop(path, None)
        self.specs.pop(path, None)
        if self.stamps.pop(path, None) is not None:
            self.version += 1
        if path in self.files or path in self._changed:
            self._changed[path] = None

    def _set(self, path: str, text: str | None, stamp: Stamp) -> None:
        self._stamps[path] = stamp
        content = hash(text)
        if self.stamps.get(path) != content:
            self.stamps[path] = content
            self.version += 1
        file = LuaFile(path, ()) if text is None else lua_file(path, text)
        spec = None
        if text is not None and ("_spec.lua" in path or "/spec/" in path):
            spec = reading.read_spec(path, text)
        if spec is not None:
            self.specs[path] = spec
        else:
            self.specs.pop(path, None)
        known = self._changed.get(path, self.files.get(path))
        if known is None or _said(known) != _said(file):
            self._changed[path] = file

    def settle(self) -> None:
        """Take over what changed into ``files`` and ``requirers``."""
        if not self._changed:
            return
        files = dict(self.files)
        requirers: dict[str, tuple[Requirer, ...]] = dict(self.requirers)
        stale: set[str] = set()
        fresh: dict[str, list[Requirer]] = {}
        for path, file in self._changed.items():
            old = files.pop(path, None)
            if old is not None:
                stale.update(each.module for each in old.requires if each.module is not None)
            if file is not None:
                files[path] = file
                for each in file.requires:
                    if each.module is not None:
                        fresh.setdefault(each.module, []).append(Requirer(path, each))
        for module in stale:
            kept = tuple(each for each in requirers[module] if each.path not in self._changed)
            if kept:
                requirers[module] = kept
            else:
                del requirers[module]
        for module, found in fresh.items():
            merged = (*requirers.get(module, ()), *found)
            requirers[module] = tuple(sorted(merged, key=lambda each: (each.path, each[1].span)))
        self.files, self.requirers = files, requirers
        self._changed = {}


def _said(file: LuaFile) -> tuple[object, ...]:
    return file.requires, file.migrations, file.suppresses
