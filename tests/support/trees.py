"""Trees of files on the disk, and what a workspace sees in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kong_lsp.workspace.snapshot import Rock, Root
from kong_lsp.workspace.workspace import Workspace


def rockspec(modules: Mapping[str, str], package: str = "acme", version: str = "1.0-1") -> str:
    """A rockspec that lists ``modules``."""
    entries = "".join(f'  ["{name}"] = "{path}",\n' for name, path in modules.items())
    return (
        f'package = "{package}"\nversion = "{version}"\n'
        'source = { url = "git+https://example.com/r.git" }\n'
        f'build = {{ type = "builtin", modules = {{\n{entries}}} }}\n'
    )


def natural(plugin: str, *tails: str) -> dict[str, str]:
    """Modules of a plugin whose names are their paths."""
    names = [f"kong.plugins.{plugin}.{tail}" for tail in tails]
    return {name: name.replace(".", "/") + ".lua" for name in names}


def empty(*paths: str) -> dict[str, str]:
    """Files that return an empty table."""
    return dict.fromkeys(paths, "return {}\n")


def plant(folder: Path, files: Mapping[str, str]) -> str:
    """Write files below ``folder``; gives its path as a workspace knows it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return folder.as_posix()


def see(folder: Path, files: Mapping[str, str]) -> Root:
    """The one root of a workspace over these files."""
    workspace = Workspace()
    workspace.add_root(plant(folder, files), whole=True)
    (root,) = workspace.snapshot().roots
    return root


def only_rock(root: Root) -> Rock:
    """The one rock of a root."""
    (rock,) = root.rocks
    return rock
