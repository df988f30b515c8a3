"""Declarative files: what Kong reads without a database, and what decK syncs.

Facts are folded over the pieces of the tree: each run of entities keeps its facts, so
that an edit costs the entity that it is in.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config import sniff, walk
from kong_lsp.config.draft import Draft
from kong_lsp.config.facts import Aliased, Definition, Entity, Facts, Mark, Reference, Role, Use
from kong_lsp.config.model import Config, Dialect, Group, Part, gather_of
from kong_lsp.config.places import start_of
from kong_lsp.config.walk import Spot
from kong_lsp.syntax.yaml import tree as yaml
from kong_lsp.syntax.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence
from kong_lsp.syntax.yaml.pieces import Piece, Run
from kong_lsp.syntax.yaml.stencils import Stencil
from kong_lsp.syntax.yaml.tree import Tree
from kong_lsp.text import Span

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
        "service_packages",
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

_OF_DECK = frozenset(("patches", "add-plugins"))
_DECK = frozenset(
    (
        "_info",
        "_plugin_configs",
        "_konnect",
        "_workspace",
        "ai_models",
        "cloned_plugins",
        "consumer_groups",
        "custom_entities",
        "rbac_roles",
        "service_packages",
    )
)
_KONG = frozenset(("_comment", "_ignore", "parameters", "clustering_data_planes", "workspaces"))
_NAMES = {"consumers": ("username", "custom_id"), "snis": ("name",), "targets": ("target",)}


def is_declarative(path: str, root: Spot) -> bool:
    """Whether a root mapping is of a declarative file: by ``_format_version``, or by its
    name where that is missing and there are lists of entities. What decK makes changes by
    (``deck file patch``, ``deck file add-plugins``) has that key too and is none."""
    versioned = False
    lists = []
    for key, value in walk.entries(root):
        name = walk.text(key)
        if name in _OF_DECK and isinstance(value.node, Sequence):
            return False
        versioned = versioned or name == "_format_version"
        if name in COLLECTIONS:
            lists.append(value)
    return versioned or (sniff.named_for_kong(path) and any(map(_is_of_entities, lists)))


def _is_of_entities(spot: Spot) -> bool:
    """Whether a list is empty or holds mappings first: the plugins of a node's settings, as
    the admin API tells them, are names."""
    if not isinstance(spot.node, Sequence):
        return False
    first = next(walk.items(spot), None)
    return first is None or isinstance(first.node, Mapping | Alias)


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
    if tree.stream.runs and any(each.needs or each.gives for each in tree.stream.runs):
        groups += _aliased(tree, groups)
    return Config(path, "declarative", tuple(groups), tree, dialect, version)


def _aliased(tree: Tree, groups: list[Group]) -> Iterator[Group]:
    """The facts of what aliases name and nothing else reads: a list of plugins that stands
    under a key of no entities. Each is read once, where it is defined."""
    known: set[str] = set()
    while groups:
        named: dict[Span, tuple[Aliased, Spot]] = {}
        for group in groups:
            for name in gather_of(group, "aliases", None, _names) - known:
                known.add(name)
                alias = next(
                    each for part in group.parts for each in part.aliases if each.name == name
                )
                target = walk.resolved(tree, alias.node)
                if target is not None:
                    start = start_of(tree, target.piece)
                    span = tree.span(yaml.At(target.piece, target.node, start))
                    if not _is_read(tree, span.start):
                        named[span] = alias, target
        groups = []
        last = 0
        for span in sorted(named, key=lambda each: (each.start, -each.end)):
            if span.start >= last:
                last = span.end
                groups += _target(*named[span])
        yield from groups


def _names(part: Part) -> Iterator[str]:
    return (each.name for each in part.aliases)


def _is_read(tree: Tree, offset: int) -> bool:
    """Whether a node stands among entities, where its facts are known already."""
    around = tree.at(offset)
    key = around[1][0].key if len(around) > 1 else None
    return isinstance(key, Scalar) and key.value in COLLECTIONS


def _target(alias: Aliased, target: Spot) -> tuple[Group, ...]:
    """The facts of what one alias names."""
    form, _, collection, owner = alias
    if form == "list":
        return _list(target, collection, owner)
    asked = ("config", "aliased", form, collection, owner, target.node.start)
    memo = target.piece.memo
    if asked not in memo:
        draft = Draft()
        if form == "item":
            later = _entity(draft, target, collection, owner)
        else:
            later = _nested(draft, target, collection, owner)
        groups = [group for name, value, label in later for group in _list(value, name, label)]
        memo[asked] = (Group((draft.part(), *groups)),)
    known: tuple[Group, ...] = memo[asked]
    return known


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
    if isinstance(node, Alias):
        return (Group((Part(Facts(aliases=(Aliased("list", spot, collection, owner),))),)),)
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
    if piece.kind == "item" and piece.stencil is not None:
        return _stencilled(piece, piece.stencil, collection, owner)
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


def _stencilled(piece: Piece, stencil: Stencil, collection: str, owner: str) -> Part:
    """The facts of an entity whose text is of a stencil, to be read when they are asked for:
    what all texts of the stencil share is read from it once."""

    def facts(node: Node | None) -> Facts:
        draft = Draft()
        if node is not None:
            _entity(draft, Spot(node, piece), collection, owner)
        return draft.facts()

    asked = ("config", collection)
    known: tuple[_Names, bool] | None = stencil.memo.get(asked)
    if known is None:
        like = facts(stencil.value)
        rare = bool(like.enabled or like.settings or like.marks or like.aliases)
        names = [(stencil.slots.get(use.at.start), use.name, use.role) for use in like.uses]
        known = stencil.memo[asked] = names, rare
    names, rare = known
    values = piece.values
    return Part(
        lambda: facts(piece.value),
        frozenset(
            (name if slot is None else walk.plain_text(values[slot]) or "", role)
            for slot, name, role in names
        ),
        rare=rare,
    )


_Names = list[tuple["int | None", str, Role]]
"""The slot of each name of a plugin, else the name itself; and its role."""


def _entity(draft: Draft, spot: Spot, collection: str, owner: str) -> list[tuple[str, Spot, str]]:
    """Take in one entity. What is in the same piece is taken in whole; the lists that are
    cut into pieces of their own are given back, each with its name and its owner."""
    draft.entities.append(Entity(collection, spot, owner))
    if isinstance(spot.node, Alias):
        draft.aliases.append(Aliased("item", spot, collection, owner))
    if not isinstance(spot.node, Mapping):
        return []
    found = walk.fields(spot)
    if collection == "plugins":
        return _nested(draft, spot, collection, owner)
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
    return _nested(draft, spot, collection, label, owner)


def _nested(
    draft: Draft, spot: Spot, collection: str, label: str, owner: str = ""
) -> list[tuple[str, Spot, str]]:
    """The same for what stands in an entity, or is merged into one."""
    found = walk.fields(spot)
    if "<<" in found:
        merged = found["<<"][1]
        for each in (merged, *walk.items(merged)):
            if isinstance(each.node, Alias):
                draft.aliases.append(Aliased("merge", each, collection, label))
    if collection == "plugins":
        _plugin(draft, spot, found, label)
        return []
    later = []
    if collection == "service_packages":
        for version in walk.items(walk.field(spot, "versions")):
            service = walk.field(version, "implementation", "kong", "service")
            if service is not None:
                later += _entity(draft, service, "services", label)
        return later
    for name, (_, value) in found.items():
        if name in FOREIGN:
            _reference(draft, FOREIGN[name], value)
        elif name == "filters" and collection == "filter_chains":
            for each in walk.items(value):
                _filter(draft, each, owner or label)
        elif name == "groups" and collection == "consumers":
            for each in walk.items(value):
                _reference(draft, "consumer_groups", each)
        elif name in COLLECTIONS and isinstance(value.node, Alias):
            draft.aliases.append(Aliased("list", value, name, label))
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
