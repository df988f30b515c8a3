"""Declarative files: what Kong reads without a database, and what decK syncs.

Facts are folded over the pieces of the tree: each run of entities keeps its facts, so
that an edit costs the entity that it is in.
"""

from __future__ import annotations

from kong_lsp.config import walk
from kong_lsp.config.draft import Draft
from kong_lsp.config.model import (
    Config,
    Definition,
    Dialect,
    Entity,
    Group,
    Mark,
    Part,
    Reference,
    Role,
    Use,
)
from kong_lsp.config.walk import Spot
from kong_lsp.syntax.yaml.nodes import Mapping, Scalar, Sequence
from kong_lsp.syntax.yaml.pieces import Piece, Run
from kong_lsp.syntax.yaml.tree import Tree

COLLECTIONS = frozenset(
    (
        "services",
        "routes",
        "consumers",
        "consumer_groups",
        "plugins",
        "upstreams",
        "targets",
        "certificates",
        "snis",
        "ca_certificates",
        "vaults",
        "keys",
        "key_sets",
        "filter_chains",
        "workspaces",
        "partials",
        "custom_plugins",
        "cloned_plugins",
    )
)
"""The lists of entities in which a plugin may be named, or that others name."""

FOREIGN = {
    "service": "services",
    "route": "routes",
    "consumer": "consumers",
    "consumer_group": "consumer_groups",
    "upstream": "upstreams",
    "certificate": "certificates",
    "client_certificate": "certificates",
    "set": "key_sets",
}
"""Keys that name an entity of another list."""

_DECK = frozenset(("_info", "_plugin_configs", "_konnect", "_workspace", "consumer_groups"))
_KONG = frozenset(("_comment", "_ignore", "parameters", "clustering_data_planes", "workspaces"))
_NAMES = {"consumers": ("username", "custom_id"), "snis": ("name",), "targets": ("target",)}


def read_declarative(path: str, tree: Tree, root: Spot) -> Config:
    """What a declarative file says. ``root`` is its root mapping."""
    groups: list[Group] = []
    dialect: Dialect = "unknown"
    version = None
    for key, value in walk.entries(root):
        name = walk.text(key)
        if name is None:
            continue
        if name in _DECK:
            dialect = "deck"
        elif name in _KONG and dialect == "unknown":
            dialect = "kong"
        if name == "_format_version":
            version = walk.text(value)
        groups.append(_mark(key, value, name))
        if name in COLLECTIONS:
            groups += _list(value, name, "")
    return Config(path, "declarative", tuple(groups), tree, dialect, version)


def _mark(key: Spot, value: Spot, name: str) -> Group:
    """The facts of a key at the top, without the entities below it."""
    memo = key.piece.memo if key.node is key.piece.key else {}
    known: Group | None = memo.get("config")
    if known is None:
        draft = Draft(marks=[Mark(name, walk.at(key), value)])
        if name == "_plugin_configs":
            for label, config in walk.entries(value):
                shared = walk.text(label)
                if shared is not None:
                    draft.definitions.append(
                        Definition("plugin_config", shared, walk.at(label), node=config)
                    )
        known = memo["config"] = Group((draft.part(),))
    return known


def _list(spot: Spot, collection: str, owner: str) -> tuple[Group, ...]:
    """The facts of a list of entities: one group for each run of pieces."""
    node, piece = spot
    if not isinstance(node, Sequence):
        return ()
    if node.nodes is None:
        return tuple(_run(run, collection, owner) for run in piece.runs or ())
    asked = ("config", collection, owner)
    memo = piece.memo if node is piece.value else {}
    known: tuple[Group, ...] | None = memo.get(asked)
    if known is None:
        draft = Draft()
        for each in walk.items(spot):
            _entity(draft, each, collection, owner)
        part = draft.part()
        known = memo[asked] = (Group((part,)),) if part else ()
    return known


def _run(run: Run, collection: str, owner: str) -> Group:
    asked = ("config", collection, owner)
    known: Group | None = run.memo.get(asked)
    if known is None:
        members = (_item(piece, collection, owner) for piece in run.pieces)
        known = run.memo[asked] = Group(tuple(each for each in members if each is not None))
    return known


def _item(piece: Piece, collection: str, owner: str) -> Part | Group | None:
    """The facts of one entity that is a piece."""
    asked = ("config", collection, owner)
    if asked not in piece.memo:
        piece.memo[asked] = _read_item(piece, collection, owner)
    known: Part | Group | None = piece.memo[asked]
    return known


def _read_item(piece: Piece, collection: str, owner: str) -> Part | Group | None:
    spot = walk.content(piece)
    if piece.kind != "item" or spot is None:
        return None
    draft = Draft()
    nested = _entity(draft, spot, collection, owner)
    part = draft.part()
    groups = [group for name, value, label in nested for group in _list(value, name, label)]
    if not groups:
        return part or None
    return Group((part, *groups))


def _entity(draft: Draft, spot: Spot, collection: str, owner: str) -> list[tuple[str, Spot, str]]:
    """Take in one entity. What is in the same piece is taken in whole; the lists that are
    cut into pieces of their own are given back, each with its name and its owner."""
    draft.entities.append(Entity(collection, spot, owner))
    if not isinstance(spot.node, Mapping):
        return []
    found = walk.fields(spot)
    if collection == "plugins":
        _plugin(draft, spot, found, owner)
        return []
    if collection in ("custom_plugins", "cloned_plugins"):
        _defined_plugin(draft, spot, found, collection)
        return []
    label = collection
    for key in (*_NAMES.get(collection, ("name",)), "id"):
        if key in found:
            value = found[key][1]
            name = walk.text(value)
            if name is not None:
                label = f"{collection} {name}" if label == collection else label
                draft.definitions.append(Definition(collection, name, walk.at(value), node=spot))
    later = []
    for name, (_, value) in found.items():
        if name in FOREIGN:
            _reference(draft, FOREIGN[name], value)
        elif name == "filters" and collection == "filter_chains":
            for each in walk.items(value):
                _filter(draft, each, owner or label)
        elif name == "groups" and collection == "consumers":
            for each in walk.items(value):
                _reference(draft, "consumer_groups", each)
        elif name in COLLECTIONS and isinstance(value.node, Sequence):
            if value.node.nodes is None:
                later.append((name, value, label))
            else:
                for each in walk.items(value):
                    later += _entity(draft, each, name, label)
    return later


def _plugin(draft: Draft, spot: Spot, found: dict[str, tuple[Spot, Spot]], owner: str) -> None:
    config = found["config"][1] if "config" in found else None
    if "name" in found:
        _use(draft, found["name"][1], spot, owner=owner, config=config)
    for name, (key, value) in found.items():
        if name in FOREIGN:
            _reference(draft, FOREIGN[name], value)
        elif name == "_config":
            shared = walk.text(value)
            if shared is not None:
                draft.references.append(Reference("plugin_config", shared, walk.at(value)))
            draft.marks.append(Mark("_config", walk.at(key), value, top=False))
        elif name == "ordering":
            for _, phases in walk.entries(value):
                for _, names in walk.entries(phases):
                    for each in walk.items(names):
                        _use(draft, each, each, role="ordering", owner=owner)
        elif name in ("partials", "condition") or name == "consumer_group":
            draft.marks.append(Mark(name, walk.at(key), value, top=False))


def _defined_plugin(
    draft: Draft, spot: Spot, found: dict[str, tuple[Spot, Spot]], collection: str
) -> None:
    if "name" not in found:
        return
    value = found["name"][1]
    name = walk.text(value)
    _use(draft, value, spot, role="custom" if collection == "custom_plugins" else "cloned")
    if name is not None:
        draft.definitions.append(Definition("plugin", name, walk.at(value), node=spot))


def _filter(draft: Draft, spot: Spot, owner: str) -> None:
    name = walk.field(spot, "name")
    if name is not None:
        _use(draft, name, spot, role="filter", owner=owner, config=walk.field(spot, "config"))


def _use(
    draft: Draft,
    name: Spot,
    entry: Spot,
    *,
    role: Role = "plugin",
    owner: str = "",
    config: Spot | None = None,
) -> None:
    if not isinstance(name.node, Scalar):
        return
    known = walk.text(name)
    draft.uses.append(
        Use(
            known or "",
            walk.at(name),
            role,
            walk.whole(entry),
            owner,
            config,
            entry if entry is not name else None,
            templated=known is None and name.node.templated,
        )
    )


def _reference(draft: Draft, kind: str, value: Spot) -> None:
    """``service: acme`` or ``service: { name: acme }``."""
    name = walk.text(value)
    if name is not None:
        draft.references.append(Reference(kind, name, walk.at(value)))
        return
    inner = walk.fields(value)
    for key in ("name", "username", "id"):
        named = walk.text(inner[key][1]) if key in inner else None
        if named is not None:
            draft.references.append(Reference(kind, named, walk.at(inner[key][1])))
            return
