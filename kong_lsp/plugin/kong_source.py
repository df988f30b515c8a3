"""The plugins of the Kong that a user works with, from its source tree or installation."""

from __future__ import annotations

import os
from functools import cached_property, lru_cache

from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema.catalogue import Handler
from kong_lsp.kong.schema.fields import Record, read
from kong_lsp.plugin import kong_catalogue
from kong_lsp.plugin.kong_tree import KongTree, folder_of

_TOLD_BY = ("kong/meta.lua", "kong/constants.lua", "kong/plugins")


class KongSource:
    """What a Kong on the disk has; each plugin is read when it is first asked for, and kept.

    Ask for those in ``names`` only: others would be kept too, for as many names as are typed.
    """

    def __init__(self, tree: KongTree) -> None:
        self.tree = tree
        self._records: dict[tuple[str, bool], Record | None] = {}
        self._handlers: dict[str, Handler | None] = {}

    @property
    def version(self) -> str | None:
        """``"3.11.0"``; None where it does not tell."""
        return self.tree.version

    @property
    def release(self) -> Release:
        """The release of that version."""
        return self.tree.release

    @cached_property
    def bundled(self) -> frozenset[str]:
        """The plugins that ``plugins = bundled`` loads."""
        return frozenset(self.tree.bundled)

    @cached_property
    def names(self) -> frozenset[str]:
        """These, and those that were installed beside them."""
        return self.bundled | frozenset(self.tree.installed)

    def has(self, module: str) -> bool:
        """Whether it has a file for ``kong.plugins.…``."""
        return self.tree.path(module) is not None

    def record(self, name: str, *, dbless: bool = False) -> Record | None:
        """The schema of a plugin, for a Kong with or without a database; None where it has
        none that can be read."""
        if (name, dbless) not in self._records:
            found = kong_catalogue.plugin(self.tree, name, dbless=dbless)
            self._records[name, dbless] = None if found is None else read(found)
        return self._records[name, dbless]

    def handler(self, name: str) -> Handler | None:
        """What the handler of a plugin declares."""
        if name not in self._handlers:
            self._handlers[name] = kong_catalogue.handler(self.tree, name)
        return self._handlers[name]


def source_at(path: str) -> KongSource | None:
    """The Kong at ``path``, as ``folder_of`` finds it; the same object while its version, its
    list of plugins and their folder stay."""
    folder = folder_of(path)
    return None if folder is None else _source(folder, tuple(map(_changed, _told_by(folder))))


def _told_by(folder: str) -> list[str]:
    return [os.path.join(folder, name) for name in _TOLD_BY]


def _changed(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=8)
def _source(folder: str, _: tuple[int, ...]) -> KongSource:
    return KongSource(KongTree(folder))
