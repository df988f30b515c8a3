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

    def add_further(self, path: str) -> None:
        """Read the folder ``path`` so that its plugins count as known; nothing is to be told
        of its own files."""
        path = _trimmed(path)
        if path not in self._roots:
            self.further.add(path)
            self.add_root(path, whole=True)

    def add_root(self, path: str, *, whole: bool = False, exclude: tuple[str, ...] = ()) -> None:
        """Work in the folder ``path``. It is walked if a cheap look finds something of
        ours in it, or if ``whole`` says so; never a home folder or the whole disk. Folders
        that the globs ``exclude`` mean are not entered."""
        path = _trimmed(path)
        if path in self._roots and self._roots[path].given:
            return
        root = self._roots[path] = LiveRoot(path, self._log, given=True)
        root.exclude = exclude
        if files.may_walk(path):
            if whole or _look(path) or any(_within(each, path) for each in self._open):
                root.walk()
        else:
            self._log(f"{path}: not walked: it is too large a folder to work in")
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
        """The folders that were added, in their order."""
        return tuple(path for path, root in self._roots.items() if root.given)

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
        root = self._root_for(path)
        if root is not None:
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
        root = self._root_of(path)
        if root is not None:
            root.open(path, changed)

    def close(self, path: str) -> None:
        """The file at ``path`` is what the disk says again."""
        if self._open.pop(path, None) is None:
            return
        self._snapshot = None
        root = self._root_of(path)
        if root is None:
            return
        root.close(path)
        if not root.given and not any(_within(each, root.path) for each in self._open):
            del self._roots[root.path]

    def saved(self, path: str) -> None:
        """The file at ``path`` was written; it may be new."""
        self.disk_changed([path])

    def disk_changed(self, paths: Iterable[str]) -> None:
        """Files or folders were made, written or deleted."""
        for path in paths:
            for root in self._roots.values():
                if _within(path, root.path) and root.disk_changed(path):
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
        return [
            root if root.path in self.further else replace(root, elsewhere=names) for root in roots
        ]

    def _root_of(self, path: str) -> LiveRoot | None:
        holding = [root for root in self._roots.values() if _within(path, root.path)]
        return max(holding, key=lambda root: len(root.path), default=None)

    def _root_for(self, path: str) -> LiveRoot | None:
        """The root of a file that is opened: a new one where none holds it or may be walked."""
        root = self._root_of(path)
        if root is not None and root.active:
            return root
        if not model.is_rockspec(path) and not self._configures(path):
            return root
        if root is None or not files.may_walk(root.path):
            folder = project_of(path)
            if root is None or folder != root.path:
                root = self._roots[folder] = LiveRoot(folder, self._log, given=False)
        if files.may_walk(root.path):
            root.walk()
        return root

    def _configures(self, path: str) -> bool:
        """Whether an open file may be Kong's configuration."""
        known = self._open[path]
        if not isinstance(known, str):
            return True
        return not path.endswith((".yml", ".yaml")) and sniff.text_looks_ours(path, known)

    def _reopen(self) -> None:
        """Give each open buffer to the root that it belongs to now."""
        self._snapshot = None
        for root in self._roots.values():
            root.opened.clear()
        for path, known in self._open.items():
            holder = self._root_for(path)
            if holder is not None:
                holder.open(path, known)
        for root in list(self._roots.values()):
            if not root.given and not root.opened:
                del self._roots[root.path]


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


def _is_named(name: str) -> bool:
    ours = name.startswith(("kong", "deck"))
    return ours and (name == "kong.conf" or sniff.named_for_kong(name))
