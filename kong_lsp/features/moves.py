"""What must follow when Lua files are renamed or moved: rockspecs and ``require``s."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from posixpath import basename, relpath

from kong_lsp.features.locate import all_modules
from kong_lsp.features.plugin_names import Computed, places
from kong_lsp.features.rename import Refused, check_name, edits, texts
from kong_lsp.finding import Change, RenameFile, TextChange
from kong_lsp.rockspec import style
from kong_lsp.rockspec.forms import quoted, usual_quote
from kong_lsp.rockspec.model import ModuleEntry
from kong_lsp.syntax.lua.requires import Require
from kong_lsp.syntax.lua.values import Text
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import PluginTree, Rock, Root, Snapshot

_NATURAL = re.compile(r"(.*)/kong/plugins/.")
_LAST = re.compile(r"""\.\.\s*(["'])([^"'\\]+)\1\s*$""")

Moved = tuple[str, str]
"""The old and the new absolute path of a file or a folder."""


def follow(snapshot: Snapshot, moved: Iterable[Moved]) -> tuple[Change, ...]:
    """The edits that keep rockspecs and ``require``s true once these files are moved; all
    of them are of the files as they are called now."""
    changes: list[Change] = []
    for root in snapshot.roots:
        files: dict[str, str] = {}
        for old, new in moved:
            tree = _renamed_plugin(root, old, new)
            whole = _of_plugin(snapshot, root, tree, basename(new)) if tree else None
            if whole is None:
                files |= _files(root, old, new)
            else:
                changes += whole
        changes += _of_files(snapshot, root, files)
    return tuple(changes)


def _renamed_plugin(root: Root, old: str, new: str) -> PluginTree | None:
    """The tree of a plugin whose folder, named like it, gets another name."""
    for tree in root.plugins:
        if tree.folder == old and basename(old) == tree.name != basename(new):
            same_parent = old.rpartition("/")[0] == new.rpartition("/")[0]
            return tree if same_parent and _is_alone(root, tree) else None
    return None


def _is_alone(root: Root, tree: PluginTree) -> bool:
    """Whether no other folder holds a plugin of the same name."""
    return not any(other.name == tree.name and other is not tree for other in root.plugins)


def _of_plugin(snapshot: Snapshot, root: Root, tree: PluginTree, new: str) -> list[Change] | None:
    """The edits of a plugin that is renamed by its folder. Folders of tests stay: moving
    more than the user moved would surprise."""
    try:
        check_name(new, root)
        found = places(snapshot, root, tree, tests=False)
        changes = edits(root, found, new, texts(snapshot, found))
    except (Refused, Computed):
        return None
    return [change for change in changes if not isinstance(change, RenameFile)]


def _files(root: Root, old: str, new: str) -> dict[str, str]:
    """The Lua files that move with ``old``, which is a file or a folder."""
    inside = old[len(root.path) + 1 :] if old.startswith(root.path + "/") else ""
    if inside and root.listing.has(inside):
        return {old: new} if old.endswith(".lua") and new.endswith(".lua") else {}
    if not inside or inside not in root.listing.folders:
        return {}
    below = root.listing.below(inside, ".lua")
    return {f"{root.path}/{path}": f"{new}{path[len(inside) :]}" for path in below}


def _of_files(snapshot: Snapshot, root: Root, files: Mapping[str, str]) -> Iterator[Change]:
    if not files:
        return
    modules: dict[str, str] = {}
    for path in root.lua:
        if path in files:
            modules |= _renames([("", folder) for folder in _sources(root)], path, files[path])
    for rock in root.rocks:
        if rock.not_held == "old":
            continue
        made, named = _of_rock(rock, files)
        modules |= named
        if made:
            yield TextChange(rock.path, made)
    for path, file in sorted(root.lua.items()):
        wanted = [each for each in file.requires if each.module in modules]
        text = snapshot.text(path) if wanted else None
        if text is not None:
            yield TextChange(path, tuple(_required(text, each, modules) for each in wanted))


def _sources(root: Root) -> tuple[str, ...]:
    """The folders in which a module's name is its path."""
    found = [folder for rock in root.rocks for folder in rock.sources]
    for tree in root.plugins:
        tail = f"/kong/plugins/{tree.name}"
        if tree.folder.endswith(tail):
            found.append(tree.folder[: -len(tail)])
    return tuple(dict.fromkeys([*found, root.path]))


def _renames(where: Iterable[tuple[str, str]], old: str, new: str) -> dict[str, str]:
    """The names of the module in file ``old``, and what each becomes in file ``new``: by
    pairs of a beginning of names and the folder where they go on. What is in some
    ``kong/plugins`` before and after is named by that."""
    pairs = [(beginning, folder, folder) for beginning, folder in where]
    natural = [_NATURAL.match(path) for path in (old, new)]
    if natural[0] and natural[1]:
        pairs.insert(0, ("", natural[0][1], natural[1][1]))
    found: dict[str, str] = {}
    for beginning, here, there in pairs:
        if not old.startswith(here + "/") or not new.startswith(there + "/"):
            continue
        lead = beginning + "." if beginning else ""
        before, after = (
            lead + path[len(folder) + 1 : -4].replace("/", ".")
            for path, folder in ((old, here), (new, there))
        )
        short = after.removesuffix(".init")
        if before.endswith(".init"):
            found.setdefault(before, after)
        found.setdefault(before.removesuffix(".init"), short)
    return {name: other for name, other in found.items() if name != other}


def _of_rock(rock: Rock, files: Mapping[str, str]) -> tuple[tuple[Edit, ...], dict[str, str]]:
    """The edits of a rockspec, and what its modules are called after them."""
    tree = rock.rockspec.tree
    made: list[Edit] = []
    named: dict[str, str] = {}
    for item in (*all_modules(rock.rockspec), *rock.rockspec.installs):
        old = rock.file_of(item.path) if item.path is not None else None
        if old is None or old not in files:
            continue
        renames = _renames(rock.places, old, files[old])
        new = renames.get(item.name or "")
        if item.name is not None and new is not None and new not in rock.listed:
            made += style.rename_key(tree, item.entry, new)
            named |= renames
        made += _path(rock, item, files[old])
    made = list(dict.fromkeys(made))
    ordered = sorted(made, key=lambda edit: edit.span)
    if any(a.span.end > b.span.start for a, b in pairwise(ordered)):
        return (), {}
    return tuple(ordered), named


def _path(rock: Rock, item: ModuleEntry, new: str) -> tuple[Edit, ...]:
    value = item.entry.value
    if not isinstance(value, Text) or value.value.startswith("/"):
        return ()
    lead = "./" if value.value.startswith("./") else ""
    written = lead + relpath(new, rock.base)
    return style.change_text(rock.rockspec.tree, value, item.entry.value_at, written)


def _required(text: str, require: Require, modules: Mapping[str, str]) -> Edit:
    """The edit of one ``require``: in its quotes, or in place of what is put together."""
    assert require.module is not None
    new = modules[require.module]
    if text[slice(*require.span)] == require.module:
        return Edit(require.span, new)
    written = text[slice(*require.span)]
    last = _LAST.search(written)
    if last is not None:
        kept = require.module.removesuffix(last[2])
        if kept != require.module and new.startswith(kept):
            start, end = last.span(2)
            at = require.span.start
            return Edit(Span(at + start, at + end), new[len(kept) :])
    return Edit(require.span, quoted(new, usual_quote(text)))
