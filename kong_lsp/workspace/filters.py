"""The wasm filters that a root's Kong has: the ``.wasm`` files of the folder that
``wasm_filters_path`` names (3.4 and newer; a filter is named like its file)."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, dirname, normpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kong_lsp.config.model import Config
    from kong_lsp.workspace.snapshot import Root

BUNDLED = frozenset(("datakit",))
"""The filters that come with some Kong (3.7 and newer, ``wasm_filters = bundled``)."""


def filters_of(root: Root) -> dict[str, str] | None:
    """The filters by name with their files; None where the folder is not known, so that there
    may be any."""
    found: dict[str, str] = {}
    folders = list(_folders(root))
    for folder in folders:
        inner = None if folder is None else folder[len(root.path) + 1 :]
        if inner is None or (inner and inner not in root.listing.folders):
            return None
        for path in root.listing.below(inner, ".wasm"):
            if dirname(path) == inner:
                found[basename(path).removesuffix(".wasm")] = f"{root.path}/{path}"
    return found if folders else None


def _folders(root: Root) -> Iterator[str | None]:
    """The folder of each setting; None for one that is not in the root."""
    for config in root.configs:
        for setting in config.settings:
            if setting.name == "wasm_filters_path":
                folder = None if setting.value is None else _place(config, setting.value)
                inside = folder is not None and f"{folder}/".startswith(root.path + "/")
                yield folder if inside else None


def _place(config: Config, path: str) -> str:
    """Where on this disk a path is that Kong sees, by the volumes of a compose file."""
    for source, target in config.mounts:
        if f"{path}/".startswith(target.rstrip("/") + "/"):
            return normpath(source + path.rstrip("/")[len(target.rstrip("/")) :])
    return normpath(path if path.startswith("/") else f"{dirname(config.path)}/{path}")
