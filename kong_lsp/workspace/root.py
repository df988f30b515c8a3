"""One root while it changes: which files were read, and which have to be read again."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Iterable
from dataclasses import replace
from posixpath import dirname
from typing import TYPE_CHECKING, NamedTuple

from kong_lsp.config import reading, sniff
from kong_lsp.rockspec import model
from kong_lsp.syntax.lua.tree import Tree, parse
from kong_lsp.workspace import files, release
from kong_lsp.workspace.index import Index
from kong_lsp.workspace.picture import Painter
from kong_lsp.workspace.snapshot import Flaw, Root
from kong_lsp.workspace.sources import Library

if TYPE_CHECKING:
    from kong_lsp.config.model import Config
    from kong_lsp.plugin.kong_source import KongSource
    from kong_lsp.syntax.yaml.tree import Tree as YamlTree


class Given(NamedTuple):
    """What the settings say of a root: the release of Kong or ``"auto"``, a Kong on the disk,
    plugins that exist."""

    kong_version: str = "auto"
    source: KongSource | None = None
    plugins: frozenset[str] = frozenset()

    @property
    def release(self) -> str:
        """The release that is meant, or ``"auto"``."""
        if self.kong_version == "auto" and self.source is not None and self.source.version:
            return self.source.release.name
        return self.kong_version


_logger = logging.getLogger(__name__)


class LiveRoot:
    """One root: what was read of it, and what has to be read again. ``given`` tells that the
    user works in it, and it is not only there for a file that was opened; ``exclude`` are globs
    of folders that are not entered."""

    def __init__(self, path: str, log: files.Log, *, given: bool) -> None:
        self.path = path
        self.given = given
        self.active = False
        self.opened: set[str] = set()
        self.exclude: tuple[str, ...] = ()
        self._log = log
        self._listing = files.EMPTY if files.may_walk(path) else files.UNWALKED
        self._index = Index()
        self._stale_lua: set[str] = set()
        self._trees: dict[str, Tree] = {}
        self._read: dict[str, model.Rockspec] = {}
        self._flaws: dict[str, Flaw] = {}
        self._telling: dict[str, release.Telling] = {}
        self._configs: dict[str, Config] = {}
        self._config_stamps: dict[str, tuple[int, int]] = {}
        self._stale_configs: set[str] = set()
        self._included: set[str] = set()
        self._kong_folders: set[str] = set()
        self._lua: list[str] = []
        self._library = Library()
        self._painter = Painter(path, self._listing, (), self._library)
        self._root: Root | None = None

    def unsettle(self) -> None:
        """Let ``root`` make a new picture."""
        self._root = None

    def walk(self) -> None:
        """Walk the root anew; texts are read by ``work``."""
        self.active = True
        self._relist(files.listing(self.path, self._log, exclude=self.exclude))
        self._stale_lua.update(self._absolute(self._lua))
        self._index.keep(self._absolute(self._lua))
        for path in [each for each in self._telling if each not in self.opened]:
            del self._telling[path]
        for path in self._absolute(filter(release.tells, self._listing.files)):
            self._tell(path)
        ours = filter(sniff.named_for_kong, self._listing.files)
        self._kong_folders = {dirname(path) for path in self._absolute(ours)}
        forms = filter(sniff.form_of, self._listing.files)
        self._stale_configs = set(self._absolute(forms)) - self.opened
        json = self._absolute(path for path in self._listing.files if path.endswith(".json"))
        self._stale_configs |= set(filter(self._is_beside, json)) - self.opened
        self._stale_configs |= self._included - self.opened
        gone = self._configs.keys() - self._stale_configs - self.opened
        for path in gone:
            del self._configs[path]
        for path in [each for each in self._trees if each not in self.opened]:
            self._forget(path)
        for path in self._absolute(filter(_is_rockspec, self._listing.files)):
            self._load(path)
        for path in self._absolute(filter(_is_rockspec, self._listing.folders)):
            if path.endswith(".rockspec"):
                self._flaws[path] = Flaw(path, "folder", "a folder, not a file")

    def _relist(self, listing: files.Listing) -> None:
        self._listing = listing
        self._lua = sorted(path for path in listing.files if path.endswith(".lua"))
        self._painter = Painter(self.path, listing, self._lua, self._library)
        self._root = None

    def _absolute(self, paths: Iterable[str]) -> list[str]:
        return [f"{self.path}/{path}" for path in paths]

    def _skips(self, inner: str) -> bool:
        folders = inner.split("/")[:-1]
        return any(each in files.SKIPPED for each in folders) or any(
            "/".join(folders[: end + 1]) in self._listing.unknown for end in range(len(folders))
        )

    def _folder(self, inner: str, *, exists: bool) -> bool:
        """Whether ``inner`` is a folder, or was one."""
        if exists:
            return inner in self._listing.folders
        return inner in self._listing.folders or os.path.isdir(f"{self.path}/{inner}")

    def _list(self, inner: str, *, exists: bool) -> None:
        """Take one file into the listing, or out of it."""
        changed = set(self._listing.files)
        folders = set(self._listing.folders)
        (changed.add if exists else changed.discard)(inner)
        folder = dirname(inner)
        while exists and folder:
            folders.add(folder)
            folder = dirname(folder)
        self._relist(replace(self._listing, files=changed, folders=folders))

    def _tells(self, path: str) -> bool:
        return release.tells(path[len(self.path) + 1 :])

    def _tell(self, path: str) -> None:
        """Read a file that may say which Kong is meant, unless a buffer hides it."""
        if path in self.opened:
            return
        text = files.read(path)[0]
        if text is None:
            self._telling.pop(path, None)
        else:
            self._telling[path] = release.told(text)

    def _forget(self, path: str) -> None:
        self._trees.pop(path, None)
        self._read.pop(path, None)
        self._flaws.pop(path, None)
        self._root = None

    def _load(self, path: str) -> None:
        """Read a rockspec from the disk, unless a buffer hides it."""
        if path in self.opened:
            return
        self._forget(path)
        text, kind, detail = files.read(path)
        if kind:
            self._flaws[path] = Flaw(path, kind, detail)
        if text is not None:
            self._trees[path] = parse(text)

    def config(self, path: str) -> Config | None:
        """What a configuration file said when it was last read."""
        return self._configs.get(path)

    def _read_config(self, path: str) -> None:
        """Look at a file of the disk again that may be Kong's configuration."""
        if path in self.opened:
            return
        try:
            status = os.stat(path)
        except OSError:
            self._configs.pop(path, None)
            return
        stamp = status.st_mtime_ns, status.st_size
        if self._config_stamps.get(path) == stamp:
            return
        self._config_stamps[path] = stamp
        form = self._form(path)
        data, kind, detail = files.read_bytes(path)
        self._flaws.pop(path, None)
        if form is None or not self._is_ours(path, form, data):
            self._configs.pop(path, None)
            return
        if data is not None:
            text, kind, detail = files.decoded(data)
            self._take_config(path, form, text)
        else:
            self._configs.pop(path, None)
        if kind:
            self._flaws[path] = Flaw(path, kind, detail)
            _logger.info("%s: %s", path, detail)

    def _is_ours(self, path: str, form: sniff.Form, data: bytes | None) -> bool:
        """Whether a file is Kong's: by what it holds, by its beginning where it is too large
        to read, by its name where it cannot be read."""
        if data is None:
            data = files.beginning(path)
        if data is None:
            return sniff.named_for_kong(path) or path.endswith("/kong.conf")
        return sniff.looks_ours(path, form, data)

    def _take_config(self, path: str, form: sniff.Form, known: str | YamlTree) -> None:
        config = reading.read(path, form, known, self._configs.get(path))
        if config is None:
            self._configs.pop(path, None)
        else:
            self._configs[path] = config
            for each in config.env_files:
                if sniff.form_of(each) is None and each not in self._included:
                    self._included.add(each)
                    self._stale_configs.add(each)

    def _form(self, path: str) -> sniff.Form | None:
        form = sniff.form_of(path, any_json=self._is_beside(path))
        return form or ("dotenv" if path in self._included else None)

    def _is_beside(self, path: str) -> bool:
        """Whether a JSON file is in a folder with a file that is named for Kong."""
        return path.endswith(".json") and dirname(path) in self._kong_folders

    def _open_config(self, path: str, known: str | YamlTree) -> None:
        """Take a buffer that may be Kong's configuration."""
        form = sniff.form_of(path, any_json=True)
        self._config_stamps.pop(path, None)
        if form is None or (isinstance(known, str) and not sniff.text_looks_ours(path, known)):
            self._configs.pop(path, None)
        else:
            self._take_config(path, form, known)

    def open(self, path: str, known: str | Tree | YamlTree) -> None:
        """A buffer is opened or changed."""
        self.opened.add(path)
        self._root = None
        if isinstance(known, Tree):
            self._flaws.pop(path, None)
            self._trees[path] = known
        elif path.endswith(".lua"):
            if not self.active or not isinstance(known, str):
                return
            self._index.open(path, known)
            inner = path[len(self.path) + 1 :]
            if inner not in self._listing.files and not self._skips(inner):
                self._list(inner, exists=True)
        else:
            if self._tells(path):
                text = known if isinstance(known, str) else known.text
                self._telling[path] = release.told(text)
            self._open_config(path, known)

    def close(self, path: str) -> None:
        """A buffer is closed."""
        self.opened.discard(path)
        self._root = None
        self._index.close(path)
        if not self.disk_changed(path):
            self._forget(path)

    def disk_changed(self, path: str) -> bool:
        """Look at one path of the disk again; False where it is none of ours."""
        if not self.active and not (
            files.may_walk(self.path) and (model.is_rockspec(path) or path.endswith("/handler.lua"))
        ):
            return False
        inner = path[len(self.path) + 1 :]
        if self._skips(inner):
            return False
        exists = os.path.isfile(path)
        if not self.active or not self._listing.complete or self._folder(inner, exists=exists):
            self.walk()
            return True
        self._root = None
        if exists != (inner in self._listing.files):
            self._list(inner, exists=exists)
        if path.endswith(".lua"):
            self._stale_lua.add(path)
        elif model.is_rockspec(path):
            if exists:
                self._load(path)
            elif path not in self.opened:
                self._forget(path)
        else:
            if self._tells(path):
                self._tell(path)
            if self._form(path):
                self._stale_configs.add(path)
            elif path not in self.opened:
                self._configs.pop(path, None)
        return True

    def work(self) -> Generator[None, None, None]:
        """Read what has to be read, in steps."""
        while self._stale_lua:
            self._root = None
            yield from self._index.refresh([self._stale_lua.pop()])
        while self._stale_configs:
            self._root = None
            self._read_config(self._stale_configs.pop())
            yield
        for path, tree in list(self._trees.items()):
            before = self._read.get(path)
            if before is None or before.tree is not tree:
                self._read[path] = model.read(tree, before)
                yield

    def root(self, given: Given) -> Root:
        """The picture of this root."""
        for _ in self.work():
            pass
        if self._root is None:
            self._index.settle()
            painted = self._painter.paint(
                {path: self._read[path] for path in sorted(self._trees)},
                self._telling,
                given.release,
                self._index,
                self._flaws,
                active=self.active,
                configs=self._all_configs(),
            )
            self._root = replace(painted, source=given.source, named=given.plugins)
        return self._root

    def _all_configs(self) -> tuple[Config, ...]:
        found = {**self._configs, **self._index.specs}
        return tuple(
            each for _, config in sorted(found.items()) for each in (config, *config.inner)
        )


def _is_rockspec(path: str) -> bool:
    return path.endswith("rockspec") and model.is_rockspec(path)
