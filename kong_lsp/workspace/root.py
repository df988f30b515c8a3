"""One root while it changes: which files were read, and which have to be read again."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Iterable, Mapping
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
        self.opened: dict[str, str | Tree | YamlTree] = {}
        self.exclude: tuple[str, ...] = ()
        self._saved: set[str] = set()  # what is open, and was on the disk since
        self._log = log
        self._listing = files.EMPTY if files.may_walk(path) else files.UNWALKED
        self._index = Index()
        self._stale_lua: set[str] = set()
        self._trees: dict[str, Tree] = {}
        self._read: dict[str, model.Rockspec] = {}
        self._flaws: dict[str, Flaw] = {}
        self._telling: dict[str, release.Telling] = {}
        self._configs: dict[str, Config] = {}
        self._config_stamps: dict[str, tuple[int, int, sniff.Form | None]] = {}
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
        for path in self._telling.keys() - self.opened.keys():
            del self._telling[path]
        for path in self._absolute(filter(release.tells, self._listing.files)):
            self._tell(path)
        ours = filter(sniff.named_for_kong, self._listing.files)
        self._kong_folders = {dirname(path) for path in self._absolute(ours)}
        forms = filter(sniff.form_of, self._listing.files)
        self._stale_configs = set(self._absolute(forms))
        json = self._absolute(path for path in self._listing.files if path.endswith(".json"))
        self._stale_configs |= set(filter(self._is_beside, json)) | self._included
        for path in self._configs.keys() - self._stale_configs - self.opened.keys():
            self._drop_config(path)
        for path in self._trees.keys() - self.opened.keys():
            self._forget(path)
        for path in self._flaws.keys() - self._stale_configs:
            del self._flaws[path]
        for path in self._absolute(filter(_is_rockspec, self._listing.files)):
            self._load(path)
        for path in self._absolute(filter(_is_rockspec, self._listing.folders)):
            if path.endswith(".rockspec"):
                self._flaws[path] = Flaw(path, "folder", "a folder, not a file")
        for path, known in list(self.opened.items()):
            self.open(path, known)

    def _relist(self, listing: files.Listing) -> None:
        self._listing = listing
        self._lua = sorted(path for path in listing.files if path.endswith(".lua"))
        self._painter = Painter(self.path, listing, self._lua, self._library)
        self._root = None

    def _absolute(self, paths: Iterable[str]) -> list[str]:
        return [f"{self.path}/{path}" for path in paths]

    def _skips(self, inner: str) -> bool:
        folders = inner.split("/")[:-1]
        if not files.SKIPPED.isdisjoint(folders):
            return True
        above = ["/".join(folders[: end + 1]) for end in range(len(folders))]
        return not self._listing.unknown.isdisjoint(above) or any(
            files.matches(glob, f"{self.path}/{folder}/")
            for glob in self.exclude
            for folder in above
        )

    def _moves(self, path: str) -> bool:
        """Whether a path of the disk is or was a folder, so that more than itself changes."""
        inner = path[len(self.path) + 1 :]
        return (
            not _within(path, self.path)
            or inner in self._listing.folders
            or inner in self._listing.unknown
            or os.path.isdir(path)
        )

    def _is_there(self, path: str) -> bool:
        """Whether there is such a file. A new Lua file counts before it is saved; one that the
        disk has lost does not, though it is open."""
        if os.path.isfile(path):
            if path in self.opened:
                self._saved.add(path)
            return True
        return path in self.opened and path.endswith(".lua") and path not in self._saved

    def _list(self, paths: Iterable[str]) -> None:
        """Take files into the listing, or out of it."""
        listed = set(self._listing.files)
        folders = set(self._listing.folders)
        for path in paths:
            inner = path[len(self.path) + 1 :]
            folder = dirname(inner)
            if self._is_there(path):
                listed.add(inner)
                while folder:
                    folders.add(folder)
                    folder = dirname(folder)
            else:
                listed.discard(inner)
                while folder and not os.path.isdir(f"{self.path}/{folder}"):
                    folders.discard(folder)
                    folder = dirname(folder)
        if listed != self._listing.files or folders != self._listing.folders:
            self._relist(replace(self._listing, files=listed, folders=folders))

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
        if not os.path.lexists(path):
            return
        text, kind, detail = files.read(path)
        if kind:
            self._flaws[path] = Flaw(path, kind, detail)
        if text is not None:
            self._trees[path] = parse(text)

    def config(self, path: str) -> Config | None:
        """What a configuration file said when it was last read."""
        return self._configs.get(path)

    def _read_config(self, path: str) -> None:
        """Look again at a file that may be Kong's configuration."""
        if path in self.opened:
            self.open(path, self.opened[path])
            return
        form = self._form(path)
        try:
            status = os.stat(path)
        except OSError:
            self._drop_config(path)
            return
        stamp = status.st_mtime_ns, status.st_size, form
        if self._config_stamps.get(path) == stamp:
            return
        data, kind, detail = files.read_bytes(path)
        if form is None or not self._is_ours(path, form, data):
            self._drop_config(path)
        else:
            self._flaws.pop(path, None)
            config = None
            if data is not None:
                text, kind, detail = files.decoded(data)
                config = reading.read(path, form, text, self._configs.get(path))
            self._keep_config(path, config)
            if kind:
                self._flaws[path] = Flaw(path, kind, detail)
                _logger.info("%s: %s", path, detail)
        self._config_stamps[path] = stamp

    def _is_ours(self, path: str, form: sniff.Form, data: bytes | None) -> bool:
        """Whether a file is Kong's: by what it holds, by its beginning where it is too large
        to read, by its name where it cannot be read."""
        if data is None:
            data = files.beginning(path)
        if data is None:
            return sniff.named_for_kong(path) or path.endswith("/kong.conf")
        return sniff.looks_ours(path, form, data)

    def _keep_config(self, path: str, config: Config | None) -> None:
        """Let this be what a file says, and read the files that it includes."""
        before = self._configs.pop(path, None)
        if config is not None:
            self._configs[path] = config
        if _included(before) != _included(config):
            now = {path for config in self._configs.values() for path in _included(config)}
            self._stale_configs |= now ^ self._included
            self._included = now

    def _drop_config(self, path: str) -> None:
        self._config_stamps.pop(path, None)
        if not model.is_rockspec(path):
            self._flaws.pop(path, None)
        self._keep_config(path, None)

    def _form(self, path: str) -> sniff.Form | None:
        form = sniff.form_of(path, any_json=self._is_beside(path))
        return form or ("dotenv" if path in self._included else None)

    def _is_beside(self, path: str) -> bool:
        """Whether a JSON file is in a folder with a file that is named for Kong."""
        return path.endswith(".json") and dirname(path) in self._kong_folders

    def _open_config(self, path: str, known: str | YamlTree) -> None:
        """Take a buffer that may be Kong's configuration."""
        form = sniff.form_of(path, any_json=True) or self._form(path)
        self._config_stamps.pop(path, None)
        if form is None or (
            isinstance(known, str)
            and not sniff.looks_ours(path, form, known.encode("utf-8", "surrogatepass"))
        ):
            self._drop_config(path)
        else:
            self._keep_config(path, reading.read(path, form, known, self._configs.get(path)))

    def open(self, path: str, known: str | Tree | YamlTree) -> None:
        """A buffer is opened or changed."""
        self.opened[path] = known
        self._root = None
        if isinstance(known, Tree):
            self._flaws.pop(path, None)
            self._trees[path] = known
        elif path.endswith(".lua"):
            if not self.active or not isinstance(known, str):
                return
            self._index.open(path, known)
            inner = path[len(self.path) + 1 :]
            if not self._skips(inner) and self._is_there(path) and inner not in self._listing.files:
                self._list([path])
        else:
            if self._tells(path):
                text = known if isinstance(known, str) else known.text
                self._telling[path] = release.told(text)
            self._open_config(path, known)

    def close(self, path: str) -> None:
        """A buffer is closed."""
        del self.opened[path]
        self._saved.discard(path)
        self._root = None
        self._index.close(path)
        if not self.active or not self.disk_changed([path]):
            self._index.remove(path)
            self._telling.pop(path, None)
            self._drop_config(path)
            self._forget(path)

    def hold(self, buffers: Mapping[str, str | Tree | YamlTree]) -> None:
        """These buffers are open, and no others."""
        for path in self.opened.keys() - buffers.keys():
            self.close(path)
        for path, known in buffers.items():
            self.open(path, known)

    def disk_changed(self, paths: Iterable[str]) -> bool:
        """Look at paths of the disk again; False where none is ours."""
        cut = len(self.path) + 1
        ours = [path for path in paths if not self._skips(path[cut:])]
        if not ours:
            return False
        self._root = None
        for path in ours:
            self._index.doubt(path)
            self._config_stamps.pop(path, None)
        if not self._listing.complete or any(map(self._moves, ours)):
            self.walk()
            return True
        self._list(ours)
        for path in ours:
            self._look_at(path)
        return True

    def _look_at(self, path: str) -> None:
        if path.endswith(".lua"):
            self._stale_lua.add(path)
        elif model.is_rockspec(path):
            self._load(path)
        else:
            if self._tells(path):
                self._tell(path)
            if sniff.named_for_kong(path):
                self._look_beside(dirname(path))
            self._stale_configs.add(path)

    def _look_beside(self, folder: str) -> None:
        """Look again at what a file that is named for Kong tells of the others in its folder."""
        cut = len(self.path) + 1
        inner = folder[cut:]
        beside = [f"{self.path}/{path}" for path in self._listing.files if dirname(path) == inner]
        if any(map(sniff.named_for_kong, beside)):
            self._kong_folders.add(folder)
        else:
            self._kong_folders.discard(folder)
        self._stale_configs.update(path for path in beside if path.endswith(".json"))

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


def _included(config: Config | None) -> set[str]:
    """The files of environment variables that one includes, and no other name tells of."""
    files = config.env_files if config is not None else ()
    return {path for path in files if sniff.form_of(path) is None}


def _within(path: str, folder: str) -> bool:
    return path.startswith(folder + "/")


def _is_rockspec(path: str) -> bool:
    return path.endswith("rockspec") and model.is_rockspec(path)
