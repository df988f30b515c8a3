"""Where what is under the cursor is."""

from __future__ import annotations

from typing import NamedTuple

from kong_lsp.features.locate import file_of, module_at
from kong_lsp.text import Span
from kong_lsp.workspace.snapshot import Root, Snapshot


class Target(NamedTuple):
    """A place in a file, and what in the asking text points to it."""

    path: str
    span: Span
    origin: Span


def definition(snapshot: Snapshot, path: str, offset: int) -> tuple[Target, ...]:
    """The file of the module entry at ``offset``; in Lua, of the module that is required
    there, or the rockspec's entry for it where its file is not known."""
    rock = snapshot.rock_at(path)
    if rock is None:
        return _of_require(snapshot, path, offset)
    entry = module_at(rock, offset)
    if entry is None or entry.path is None:
        return ()
    file = file_of(rock, entry.path)
    if not snapshot.exists(file):
        return ()
    return (Target(file, Span(0, 0), rock.rockspec.tree.span(entry.entry.at)),)


def _of_require(snapshot: Snapshot, path: str, offset: int) -> tuple[Target, ...]:
    root = snapshot.root_of(path)
    file = root.lua.get(path) if root is not None else None
    if root is None or file is None:
        return ()
    for require in file.requires:
        if require.module is not None and require.call.start <= offset <= require.call.end:
            return _of_module(root, require.module, require.span)
    return ()


def _of_module(root: Root, module: str, origin: Span) -> tuple[Target, ...]:
    for rock in root.rocks:
        if (found := root.find(rock, module)) is not None:
            return (Target(found, Span(0, 0), origin),)
    if (found := root.modules.get(module)) is not None:
        return (Target(found, Span(0, 0), origin),)
    return tuple(
        Target(rock.path, rock.rockspec.tree.span(rock.listed[module].entry.at), origin)
        for rock in root.rocks
        if module in rock.listed
    )
