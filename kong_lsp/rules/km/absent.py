"""Plugins that lack the handler or the schema altogether: what KM104 and KM105 share."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from posixpath import dirname

from kong_lsp.finding import Change, CreateFile, Fix, RenameFile
from kong_lsp.kong import templates
from kong_lsp.rules.km import shipping
from kong_lsp.rules.km.naming import PREFIX, near_tail, split
from kong_lsp.workspace.snapshot import Rock, Snapshot

_SIGNS = {
    "handler": ("schema", "api", "daos", "migrations", "migrations.init", "status_api"),
    "schema": ("handler",),
}


def absent(snapshot: Snapshot, rock: Rock, tail: str) -> Iterator[tuple[str, tuple[Fix, ...]]]:
    """The rock's plugins for which ``kong.plugins.NAME.TAIL`` is nowhere, and the fixes."""
    if not rock.held or not rock.complete:
        return
    state = shipping.shipping(snapshot, rock)
    known: AbstractSet[str] = rock.provides.keys()
    if state.meant:
        known = {*(known - state.meant.keys()), *(meant.name for meant in state.meant.values())}
    for plugin in state.plugins:
        module = f"{PREFIX}{plugin}.{tail}"
        if module in known or module in state.files:
            continue
        if not any(f"{PREFIX}{plugin}.{sign}" in known for sign in _SIGNS[tail]):
            continue
        if any(module in other.provides for other in snapshot.rocks() if other is not rock):
            continue
        if state.root.find(rock, module) is not None:
            continue
        yield plugin, tuple(_fixes(state, rock, plugin, tail))


def _fixes(state: shipping.Shipping, rock: Rock, plugin: str, tail: str) -> Iterator[Fix]:
    module = f"{PREFIX}{plugin}.{tail}"
    release = state.root.kong
    places = rock.place_of(module)
    tree = next((tree for tree in rock.plugins if tree.name == plugin), None)
    if tree is not None:
        path = f"{tree.folder}/{tail}.lua"
    else:
        sibling = next(
            (
                dirname(file)
                for name, file in rock.ships.items()
                if split(name)[0] == plugin and "." not in split(name)[1]
            ),
            None,
        )
        path = f"{sibling}/{tail}.lua" if sibling else places[0] if places else ""
    if not path:
        return
    listing = shipping.add(rock, {module: path})
    if listing is None:
        return
    if tree is not None:
        for near, file in tree.modules.items():
            beside = file not in rock.files and dirname(file) == tree.folder
            if beside and near_tail(release, near) == tail:
                changes: tuple[Change, ...] = (RenameFile(file, path), listing)
                yield Fix(f"Rename {near}.lua to {tail}.lua and list it", changes, "unsafe")
    text = templates.module(plugin, tail, release)
    title = f"Create {shipping.relative(rock, path)} and list it"
    yield Fix(title, (CreateFile(path, text), listing), "unsafe")
