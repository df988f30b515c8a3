"""Rename a plugin: in rockspecs, sources, tests and configurations, folders included."""

from __future__ import annotations

import re
from typing import NamedTuple

from kong_lsp.features.locate import all_modules
from kong_lsp.features.plugin_names import (
    Computed,
    Places,
    in_config,
    places,
    qualified,
    tree_of,
)
from kong_lsp.finding import Change, RenameFile, TextChange
from kong_lsp.kong import bundled
from kong_lsp.rockspec import model
from kong_lsp.syntax.lua.tree import parse
from kong_lsp.text import Edit, Span, apply_edits, split_lines
from kong_lsp.workspace.link import names_for
from kong_lsp.workspace.snapshot import PluginTree, Rock, Root, Snapshot

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_MEANS_ELSE = frozenset("bundled off on all none null true false yes no y n path name init".split())
_WORD = re.compile(r"[\w-]+")


class Refused(Exception):
    """What cannot be renamed safely; the message says why and what helps."""


class Renamed(NamedTuple):
    """What is renamed: the name, and where it stands at the cursor."""

    name: str
    span: Span


def prepare(snapshot: Snapshot, path: str, offset: int, *, moves: bool) -> Renamed | None:
    """The name of a plugin at ``offset``; None where none is.

    ``moves`` tells whether the client can move files. Raises ``Refused`` where the plugin
    cannot be renamed.
    """
    root = snapshot.root_of(path)
    text = snapshot.text(path) if root is not None else None
    if root is None or text is None:
        return None
    word = next((m for m in _WORD.finditer(text) if m.start() <= offset <= m.end()), None)
    if word is None:
        return None
    name, span = word[0], Span(*word.span())
    tree = tree_of(root, name)
    if tree is None:
        _refuse_others(snapshot, root, path, text, Renamed(name, span))
        return None
    found = _places(snapshot, root, tree)
    if span not in found.spans.get(path, ()):
        return None
    _refuse_bundled(root, name)
    if found.folders and not moves:
        folders = ", ".join(_short(root, folder) for folder in sorted(found.folders))
        raise Refused(
            f"with the plugin {folders} would have to be renamed, and this editor does not let"
            " a server rename files"
        )
    return Renamed(name, span)


def rename(
    snapshot: Snapshot, path: str, offset: int, new: str, *, moves: bool
) -> tuple[Change, ...]:
    """All that changes when the plugin at ``offset`` is called ``new``: texts first, then
    files and folders. Raises ``Refused``."""
    target = prepare(snapshot, path, offset, moves=moves)
    root = snapshot.root_of(path)
    tree = None if root is None or target is None else tree_of(root, target.name)
    if root is None or target is None or tree is None:
        raise Refused("there is no name of a plugin here")
    if new == target.name:
        return ()
    check_name(new, root)
    found = _places(snapshot, root, tree)
    changes = list(edits(root, found, new, texts(snapshot, found)))
    for folder in found.folders:
        moved = folder[: -len(target.name)] + new
        if moved[len(root.path) + 1 :] in root.listing.folders or root.exists(moved):
            raise Refused(f"{_short(root, moved)} is there already")
        changes.append(RenameFile(folder, moved))
    return tuple(changes)


def check_name(new: str, root: Root | None) -> None:
    """Raise ``Refused`` where a plugin cannot be called ``new``, in ``root`` or anywhere."""
    if not _NAME.fullmatch(new) or new.lower() in _MEANS_ELSE:
        raise Refused(
            f"a plugin cannot be called {new!r}: take letters, digits, - and _, a letter first"
        )
    if new in bundled.ever_bundled():
        raise Refused(f"{new} is the name of a plugin that comes with Kong: take another")
    if new in bundled.enterprise():
        raise Refused(f"{new} is the name of a plugin of Kong Enterprise: take another")
    if root is not None and new in names_for(root) and not _was(root, new):
        raise Refused(f"there is a plugin called {new} already")


def _was(root: Root, name: str) -> bool:
    """Whether only rockspecs of earlier versions have a plugin of this name: it was renamed."""
    listing = [rock for rock in root.rocks if name in rock.handled]
    return names_for(root).origins[name] == "rock" and all(
        rock.not_held == "old" for rock in listing
    )


def texts(snapshot: Snapshot, found: Places) -> dict[str, str]:
    """The texts of the files in which a plugin is named."""
    return {path: snapshot.text(path) or "" for path in found.spans}


def edits(root: Root, found: Places, new: str, known: dict[str, str]) -> list[Change]:
    """The texts with ``new`` in all places; a rockspec whose ``package`` changes by that
    gets the file name that goes with it. Raises ``Refused`` where more would change."""
    changes: list[Change] = []
    moved: list[Change] = []
    rocks = {rock.path: rock for rock in root.rocks}
    for path, spans in sorted(found.spans.items()):
        made = tuple(Edit(span, new) for span in sorted(spans))
        changes.append(TextChange(path, made))
        if (rock := rocks.get(path)) is not None:
            moved += _package(root, rock, apply_edits(known[path], made))
    return changes + moved


def _package(root: Root, rock: Rock, text: str) -> list[Change]:
    before, after = rock.rockspec, model.read(parse(text))
    if _url(before) != _url(after):
        raise Refused(
            f"{_short(root, rock.path)} puts its source.url together with the plugin's name:"
            " write the url as one string first"
        )
    if len([*all_modules(before)]) != len([*all_modules(after)]):
        raise Refused(f"{_short(root, rock.path)} cannot be edited safely")
    if before.package is None or after.package is None:
        return []
    old, new = before.package.value.lower(), after.package.value.lower()
    folder, _, name = rock.path.rpartition("/")
    if old == new or not name.lower().startswith(old + "-"):
        return []
    return [RenameFile(rock.path, f"{folder}/{new}{name[len(old) :]}")]


def _url(rockspec: model.Rockspec) -> object:
    return getattr(rockspec.get("source", "url"), "value", None)


def _places(snapshot: Snapshot, root: Root, tree: PluginTree) -> Places:
    try:
        return places(snapshot, root, tree)
    except Computed as error:
        line = len(split_lines((snapshot.text(error.path) or "")[: error.offset] + "x"))
        raise Refused(
            f"the plugin's name is put together in {_short(root, error.path)}, line {line}:"
            " write it as one string first"
        ) from None


def _refuse_others(snapshot: Snapshot, root: Root, path: str, text: str, target: Renamed) -> None:
    """Say why a plugin that is named here, but has not one tree of sources, stays."""
    name, span = target
    config = snapshot.config_at(path)
    named = list(qualified(text, root, name, ()))
    try:
        named += in_config(config, name, text) if config is not None else ()
    except Computed:
        return
    if span not in named or name in _MEANS_ELSE:
        return
    _refuse_bundled(root, name)
    if any(tree.name == name for tree in root.plugins):
        raise Refused(f"there are several folders with the sources of {name}")
    raise Refused(f"the sources of {name} are not in this workspace")


def _refuse_bundled(root: Root, name: str) -> None:
    if name in bundled.plugins(root.kong) or name in bundled.ever_bundled():
        raise Refused(f"{name} is a plugin that comes with Kong: its name is not yours to change")
    if name in bundled.enterprise():
        raise Refused(f"{name} is a plugin of Kong Enterprise: its name is not yours to change")


def _short(root: Root, path: str) -> str:
    return path[len(root.path) + 1 :]
