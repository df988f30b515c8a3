"""The one thing that changes: roots, open buffers and settings, made into snapshots."""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import replace
from posixpath import dirname
from typing import TYPE_CHECKING

from kong_lsp.config import reading, sniff
from kong_lsp.rockspec import model
from kong_lsp.syntax.lua.tree import Tree, parse
from kong_lsp.text import Edit
from kong_lsp.workspace import files
from kong_lsp.workspace.root import Given, LiveRoot
from kong_lsp.workspace.snapshot import Root, Snapshot

if TYPE_CHECKING:
    from kong_lsp.syntax.yaml.tree import Tree as YamlTree

LOOK_ENTRIES = 5_000
"""A root in which nothing of ours is found among so many entries, those of the upper
folders first, is left alone until a file of ours is opened in it."""

LOOK_GLANCES = 50
"""So many compose files and Dockerfiles are looked into for that."""

_log = logging.getLogger(__name__)


class Workspace:
    """Roots and open buffers. Paths are absolute with ``/``; ``log`` is told what was
    left out (a cap, a folder that cannot be read)."""

    def __init__(self, log: files.Log = _log.warning) -> None:
        self._log = log
        self._roots: dict[str, LiveRoot] = {}
        self._open: dict[str, str | Tree | YamlTree] = {}
        self._given = Given()
        self._given_of: dict[str, Given] = {}
        self.further: set[str] = set()
        self._elsewhere: frozenset[str] = frozenset()
        self._snapshot: Snapshot | None = None

    def configure(
        self,
        *,
        kong_version: str,
        kong_source: str = "",
        plugins: Iterable[str] = (),
        root: str | None = None,
    ) -> None:
        """Set which Kong all roots are for, or this one: ``"3.9"``, or ``"auto"``; where one
        lies on the disk, whose plugins are then Kong's; plugins that exist besides."""
        source = None
        if kong_source:
            from kong_lsp.plugin.kong_source import source_at

            source = source_at(kong_source)
        given = Given(kong_version, source, frozenset(plugins))
        if root is not None:
            if given != self._given_of.get(root, self._given):
                self._given_of[root] = given
                self._unsettle()
        elif given != self._given or self._given_of:
            self._given = given
            self._given_of.clear()
            self._unsettle()

    def _unsettle(self) -> None:
        for root in self._roots.values():
            root.unsettle()
        self._snapshot = None

    @property
    def roots(self) -> list[str]:
        """The folders that are worked in."""
        return sorted(self._roots)

    def read_further(self, paths: Iterable[str]) -> None:
        """Read these folders and no others so that their plugins count as known; nothing is to
        be told of their own files."""
        wanted = dict.fromkeys(map(_trimmed, paths))
        for path in self.further - wanted.keys():
            self.further.discard(path)
            self.remove_root(path)
        for path in wanted:
            if path not in self._roots or not self._roots[path].given:
                self.further.add(path)
                self._add(path, whole=True)

    def add_root(self, path: str, *, whole: bool = False, exclude: tuple[str, ...] = ()) -> None:
        """Work in the folder ``path``. It is walked if a cheap look finds something of
        ours in it, or if ``whole`` says so; never a home folder or the whole disk. Folders
        that the globs ``exclude`` mean are not entered."""
        path = _trimmed(path)
        if path in self.further:
            self.further.discard(path)
            del self._roots[path]
        if path not in self._roots or not self._roots[path].given:
            self._add(path, whole=whole, exclude=exclude)

    def _add(self, path: str, *, whole: bool, exclude: tuple[str, ...] = ()) -> None:
        self._roots.pop(path, None)  # one that was not given comes after those that were
        root = self._roots[path] = LiveRoot(path, self._log, given=True)
        root.exclude = exclude
        if not files.may_walk(path):
            self._log(f"{path}: not walked: it is too large a folder to work in")
        elif whole or _look(path):
            root.walk()
        self._reopen()

    def exclude(self, path: str, globs: tuple[str, ...]) -> None:
        """Enter other folders of the root ``path`` than before."""
        root = self._roots[path]
        if globs != root.exclude:
            root.exclude = globs
            if root.active:
                root.walk()
            self._snapshot = None

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that the user works in, in their order."""
        return tuple(
            path for path, root in self._roots.items() if root.given and path not in self.further
        )

    def remove_root(self, path: str) -> None:
        """Forget the folder ``path``."""
        self._roots.pop(_trimmed(path), None)
        self._reopen()

    def text(self, path: str) -> str | None:
        """The text of a file, open ones first; nothing else is read for it."""
        return files.Reader(self._open).text(path)

    def open(self, path: str, text: str) -> None:
        """The file at ``path`` is ``text`` from now on, whatever the disk says."""
        self._snapshot = None
        root = self._root_of(path)
        known = root.config(path) if root is not None else None
        self._open[path] = (
            parse(text) if model.is_rockspec(path) else reading.opened(path, text, known)
        )
        self._give(path)

    def _give(self, path: str) -> None:
        """Give an open buffer to its root, and have one for it."""
        root = self._root_of(path)
        if (root is None or not root.active) and self._asks(path):
            self._reopen()
        elif root is not None:
            root.open(path, self._open[path])

    def configured(self, path: str) -> bool:
        """Whether a file was seen to be Kong's configuration, whatever its name."""
        root = self._root_of(path)
        return root is not None and root.config(path) is not None

    def change(self, path: str, edit: Edit) -> None:
        """Apply one edit to an open file."""
        self._snapshot = None
        known = self._open[path]
        if isinstance(known, Tree):
            changed: str | Tree | YamlTree = known.edited(edit)
        else:
            changed = reading.changed(path, known, edit)
        self._open[path] = changed
        self._give(path)

    def close(self, path: str) -> None:
        """The file at ``path`` is what the disk says again."""
        if self._open.pop(path, None) is None:
            return
        self._snapshot = None
        root = self._root_of(path)
        if root is None:
            return
        root.close(path)
        if not root.given:
            self._reopen()

    def saved(self, path: str) -> None:
        """The file at ``path`` was written; it may be new."""
        self.disk_changed([path])

    def disk_changed(self, paths: Iterable[str]) -> None:
        """Files or folders were made, written or deleted."""
        every = list(dict.fromkeys(paths))
        for root in self._roots.values():
            own = [
                path
                for path in every
                if _within(path, root.path) or path == root.path or _within(root.path, path)
            ]
            if not root.active:
                if files.may_walk(root.path) and any(map(_wakes, own)) and _look(root.path):
                    root.walk()
                    self._snapshot = None
            elif own and root.disk_changed(own):
                self._snapshot = None

    def rescan(self) -> None:
        """Walk all roots again, for a client that does not watch files."""
        self._snapshot = None
        for root in self._roots.values():
            if root.active:
                root.walk()

    def work(self) -> Generator[None, None, None]:
        """Do what ``snapshot`` would have to do first, in small steps."""
        for root in list(self._roots.values()):
            yield from root.work()

    def snapshot(self) -> Snapshot:
        """The picture of now. The same object as long as nothing has changed."""
        if self._snapshot is None:
            texts = {p: t for p, t in self._open.items() if not isinstance(t, Tree)}
            roots = [
                self._roots[path].root(self._given_of.get(path, self._given))
                for path in sorted(self._roots)
            ]
            if self.further:
                roots = self._with_names(roots)
            self._snapshot = Snapshot(_disjoint(roots), files.Reader(texts))
        return self._snapshot

    def _with_names(self, roots: list[Root]) -> list[Root]:
        names = frozenset(
            tree.name for root in roots if root.path in self.further for tree in root.plugins
        )
        if names != self._elsewhere:
            self._elsewhere = names
        return [
            root if root.path in self.further else replace(root, elsewhere=self._elsewhere)
            for root in roots
        ]

    def _root_of(self, path: str) -> LiveRoot | None:
        holding = [root for root in self._roots.values() if _within(path, root.path)]
        return max(holding, key=lambda root: len(root.path), default=None)

    def _asks(self, path: str) -> bool:
        """Whether an open file is to have a root, where none holds it or may be walked."""
        return model.is_rockspec(path) or self._configures(path)

    def _project(self, path: str) -> str | None:
        """The folder to work in for an open file that asks for one and is in none that the
        user works in."""
        given = any(
            root.given and _within(path, root.path) and files.may_walk(root.path)
            for root in self._roots.values()
        )
        return None if given or not self._asks(path) else project_of(path)

    def _configures(self, path: str) -> bool:
        """Whether an open file may be Kong's configuration."""
        known = self._open[path]
        return sniff.text_looks_ours(path, known if isinstance(known, str) else known.text)

    def _reopen(self) -> None:
        """Have a root for each open file that asks for one, and give each open buffer to the
        root that it belongs to now."""
        self._snapshot = None
        asked = {folder for path in self._open if (folder := self._project(path)) is not None}
        outer = {one for one in asked if not any(_within(one, other) for other in asked)}
        for path, root in list(self._roots.items()):
            if not root.given and path not in outer:
                del self._roots[path]
        for path in sorted(outer - self._roots.keys()):
            root = self._roots[path] = LiveRoot(path, self._log, given=False)
            if files.may_walk(path):
                root.walk()
        held: dict[str, dict[str, str | Tree | YamlTree]] = {path: {} for path in self._roots}
        for path, known in self._open.items():
            holder = self._root_of(path)
            if holder is None:
                continue
            held[holder.path][path] = known
            if not holder.active and self._asks(path) and files.may_walk(holder.path):
                holder.walk()
        for path, root in self._roots.items():
            root.hold(held[path])


def project_of(path: str) -> str:
    """The folder to work in for a single file: the nearest one above that is under
    version control, else the file's own."""
    own = folder = dirname(path)
    while files.may_walk(folder):
        if os.path.exists(f"{folder}/.git"):
            return folder
        folder = dirname(folder)
    return own


def _disjoint(roots: list[Root]) -> tuple[Root, ...]:
    """The roots with each rock and configuration file in the innermost root only."""
    found = []
    for root in roots:
        inner = [each.path for each in roots if each.active and _within(each.path, root.path)]
        if inner:
            rocks = (r for r in root.rocks if not any(_within(r.path, path) for path in inner))
            configs = (c for c in root.configs if not any(_within(c.path, path) for path in inner))
            root = replace(root, rocks=tuple(rocks), configs=tuple(configs))
        found.append(root)
    return tuple(found)


def _trimmed(path: str) -> str:
    return path.rstrip("/") or "/"


def _within(path: str, folder: str) -> bool:
    return path.startswith(folder + "/") or folder == "/"


def _look(root: str) -> bool:
    """Whether the upper folders of ``root`` hold a rockspec, plugin files, a file named as
    Kong's configuration (``kong.yml``, ``kong.conf``), or a compose file or Dockerfile that
    runs Kong; of those a few are looked into."""
    left = LOOK_ENTRIES
    glances = LOOK_GLANCES
    pending = deque([root])
    while pending and left > 0:
        folder = pending.popleft()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    left -= 1
                    name = entry.name
                    if entry.is_dir(follow_symlinks=False):
                        if name not in files.SKIPPED:
                            pending.append(entry.path)
                        if name == "plugins" and folder.endswith("/kong"):
                            return True
                    elif name == "handler.lua" or model.is_rockspec(name) or _is_named(name):
                        return True
                    elif glances and sniff.may_run_kong(name):
                        glances -= 1
                        if sniff.runs_kong(files.beginning(entry.path) or b""):
                            return True
        except OSError:
            continue
    return False


def _wakes(path: str) -> bool:
    """Whether a change of the disk may bring what ``_look`` looks for."""
    name = path.rpartition("/")[2]
    return (
        name == "handler.lua"
        or "/kong/plugins/" in path
        or model.is_rockspec(path)
        or _is_named(name)
        or sniff.may_run_kong(name)
        or os.path.isdir(path)
    )


def _is_named(name: str) -> bool:
    ours = name.startswith(("kong", "deck"))
    return ours and (name == "kong.conf" or sniff.named_for_kong(name))
