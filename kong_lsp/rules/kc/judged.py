"""What Kong refuses of a configuration file's entities, each with its place in the text.

One judgement serves all the rules KC308 to KC328. It is a fold over the pieces of the tree:
an entity is judged once, and again only when its own text changes, or what it takes from
elsewhere (anchors, ``_plugin_configs``) does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from kong_lsp.config import walk
from kong_lsp.config.data import Reading, TooMuch, is_cut_list, scalar
from kong_lsp.config.facts import Use
from kong_lsp.config.model import Config, Part
from kong_lsp.config.sniff import speaks_of_kong
from kong_lsp.config.walk import Spot
from kong_lsp.kong.schema.declarative import judge_top
from kong_lsp.kong.schema.faults import Violation
from kong_lsp.kong.schema.run import Exhausted
from kong_lsp.kong.schema.values import (
    UNKNOWN,
    Key,
    Path,
)
from kong_lsp.rules.kc.alike import alike_of
from kong_lsp.rules.kc.entity import Entity, Problem, nested
from kong_lsp.rules.kc.linking import Links, Lists, items_of, linking, refused_links, same, unfold
from kong_lsp.rules.kc.target import Target, target_of
from kong_lsp.syntax.yaml.nodes import Mapping as YamlMapping
from kong_lsp.syntax.yaml.nodes import Scalar, Sequence
from kong_lsp.syntax.yaml.pieces import Piece, Run
from kong_lsp.syntax.yaml.tree import Tree
from kong_lsp.workspace.snapshot import Snapshot

_JUDGED = ("declarative", "kubernetes", "admin")


@dataclass(slots=True, eq=False)
class _Judged:
    """What was found of some entities, and what they say of others.

    ``outside`` is what they take from elsewhere; None where they take nothing.
    """

    target: Target
    outside: object
    problems: tuple[Problem, ...]
    links: Links


def problems(snapshot: Snapshot, config: Config) -> tuple[Problem, ...]:
    """Everything wrong with the entities of a file, in no certain order."""
    root = snapshot.root_of(config.path)
    if config.tree is None or root is None or config.kind not in _JUDGED:
        return ()
    target = target_of(root, config)
    if target is None:
        return ()
    memo = config.tree.stream.memo
    known = memo.get("judged")
    if known is None or known[0] is not target:
        if config.kind == "declarative":
            found = _File(config.tree, target).problems()
        else:
            found = _of_resources(config, config.tree, target)
        known = memo["judged"] = target, found
    result: tuple[Problem, ...] = known[1]
    return result


def steps(snapshot: Snapshot, config: Config) -> Iterator[None]:
    """The same for some entities at a time, so that what ``problems`` does then is little."""
    root = snapshot.root_of(config.path)
    target = target_of(root, config) if root and config.kind == "declarative" else None
    if config.tree is not None and target is not None:
        known = config.tree.stream.memo.get("judged")
        if known is None or known[0] is not target:
            yield from _File(config.tree, target).steps()


def of_code(snapshot: Snapshot, config: Config, code: str) -> Iterator[Problem]:
    """Those that one rule tells."""
    return (each for each in problems(snapshot, config) if each.code == code)


def _of_resources(config: Config, tree: Tree, target: Target) -> tuple[Problem, ...]:
    """The ``config`` of every KongPlugin (one without may take it from elsewhere), or that of
    the body of a request."""

    def look(part: Part) -> Iterator[Problem]:
        for use in part.uses:
            whole = use.role == "plugin" and use.config is not None and use.node is not None
            if whole and (config.kind == "kubernetes" or _is_surely_ours(config, use, target)):
                yield from _of_resource(use, tree, target)

    return tuple(each for found in config.each("judged", target, look) for each in found)


def _is_surely_ours(config: Config, use: Use, target: Target) -> bool:
    """Whether a JSON object is a plugin's entry and not something else with a name and a
    config: by the file's name, or by a key of the config that the plugin knows."""
    if speaks_of_kong(config.path):
        return True
    record = target.forms[-1].entities["plugins"].subschema({"name": use.name})
    own = record.fields.get("config") if record is not None else None
    known = own.record.fields if own is not None and own.record is not None else {}
    return any(name in known for name in walk.fields(use.config))


def _of_resource(use: Use, tree: Tree, target: Target) -> Iterator[Problem]:
    if use.templated:
        return
    resource = walk.fields(use.node)
    reading = Reading(tree)
    try:
        value: object = {"name": use.name, "config": reading.value(use.config)}
    except TooMuch:
        return
    if reading.flawed:
        return
    partial = reading.open or "configFrom" in resource or "configPatches" in resource
    about = Entity(tree, target, use.node, "plugins", (), value, partial, {}, {})
    for each in about.problems():
        if each.path[:1] == ("config",) or each.plugin:
            yield each


class _File:
    """The fold over one file."""

    def __init__(self, tree: Tree, target: Target) -> None:
        self.tree = tree
        self.target = target
        self.form = target.forms[-1]
        self.shared: dict[str, Spot] = {}
        self.outside: object = None

    def _root(self) -> Spot | None:
        """The root mapping; what its entities take from elsewhere is known then."""
        roots = walk.roots(self.tree)
        if not roots or not isinstance(roots[0].node, YamlMapping):
            return None
        shared = walk.field(roots[0], "_plugin_configs")
        for key, value in walk.entries(shared):
            self.shared[walk.raw(key) or ""] = value
        self.outside = (
            _anchored(self.tree.stream),
            tuple((name, spot.piece) for name, spot in self.shared.items()),
        )
        return roots[0]

    def steps(self) -> Iterator[None]:
        root = self._root()
        for key, value in walk.entries(root):
            name = walk.raw(key)
            if name and name in self.form.entities and is_cut_list(value):
                for part in self._list(value, name, ()):
                    yield
                    with suppress(Exhausted):
                        part.links.facts(name, self.form)

    def problems(self) -> tuple[Problem, ...]:
        root = self._root()
        if root is None:
            return ()
        found: dict[str, tuple[Spot, Spot]] = walk.fields(root)
        problems: list[Problem] = []
        links: list[tuple[str, tuple[Links, ...] | None]] = []
        top: dict[str, tuple[Spot, Spot]] = {}
        for name, (key, value) in found.items():
            listed = walk.resolved(self.tree, value)
            if listed is not None and isinstance(listed.node, Sequence):
                if name in self.form.entities:
                    parts = list(self._list(listed, name, ()))
                    problems += (each for part in parts for each in part.problems)
                    links.append((name, tuple(part.links for part in parts)))
                    continue
                if name == "consumer_groups":
                    problems += self._of_groups(listed)
                elif name == "service_packages":
                    problems += self._of_packages(listed)
            elif name in self.form.entities and _is_made(value):
                links.append((name, None))
            top[name] = key, value
        problems += self._top(root, top)
        problems += self._links(root, tuple(links))
        return tuple(problems)

    def _top(self, root: Spot, top: dict[str, tuple[Spot, Spot]]) -> Iterator[Problem]:
        reading = Reading(self.tree)
        fields = self.form.written.fields
        document: dict[Key, object] = {}
        for name, (_, value) in top.items():
            try:
                document[name] = reading.value(value) if name in fields else True
            except TooMuch:
                document[name] = UNKNOWN
        about = Entity(self.tree, self.target, root, "", (), document, False, {}, {})
        found = [judge_top(document, form) for form in self.target.forms]
        shared = [{(one.place, one.kind) for one in part} for part in found]
        for one in found[-1]:
            if not all((one.place, one.kind) in part for part in shared):
                continue
            problem = about.problem(one, self.form)
            if problem is None:
                continue
            if one.place == ("_format_version",):
                if problem.kind == "required" and self.target.deck:
                    continue
                problem = problem._replace(code="KC327", own=fields["_format_version"])
            yield problem._replace(record=self.form.written)

    def _of_groups(self, groups: Spot) -> Iterator[Problem]:
        """The plugins of consumer groups, which only decK and Kong Enterprise have."""
        for group in walk.items(groups):
            listed = walk.field(group, "plugins")
            if listed is not None and isinstance(listed.node, Sequence):
                for part in self._list(listed, "plugins", ("consumers",)):
                    yield from part.problems

    def _of_packages(self, packages: Spot) -> Iterator[Problem]:
        """The services of decK's service packages, one for each version."""
        for package in walk.items(packages):
            for version in walk.items(walk.field(package, "versions")):
                service = walk.field(version, "implementation", "kong", "service")
                if service is None:
                    continue
                asked = ("judged service", service.node.start)
                known = self._known(service.piece.memo.get(asked))
                if known is None:
                    own = self._item(service, "services", ())
                    known = service.piece.memo[asked] = self._joined([own], (own[2],))
                yield from known.problems

    def _list(self, spot: Spot, entity: str, inside: tuple[str, ...]) -> Iterator[_Judged]:
        """What is found in a list of entities: one for each run of pieces."""
        node, piece = spot
        asked = ("judged", entity, inside)
        if isinstance(node, Sequence) and node.nodes is None:
            for run in piece.runs or ():
                known = self._known(run.memo.get(asked))
                if known is None:
                    known = run.memo[asked] = self._run(run, entity, inside)
                yield known
            return
        found = [self._item(each, entity, inside) for each in walk.items(spot)]
        yield self._joined(found, tuple(item for _, _, item in found))

    def _known(self, known: object) -> _Judged | None:
        if not isinstance(known, _Judged) or known.target is not self.target:
            return None
        return known if known.outside is None or known.outside == self.outside else None

    def _run(self, run: Run, entity: str, inside: tuple[str, ...]) -> _Judged:
        found: list[tuple[tuple[Problem, ...], bool, object]] = []
        for piece in run.pieces:
            if piece.kind == "item":
                asked = ("judged item", entity, inside)
                known = self._known(piece.memo.get(asked))
                if known is None:
                    own = self._piece(piece, entity, inside)
                    outside = self.outside if own[1] else None
                    known = _Judged(self.target, outside, own[0], Links((own[2],)))
                    piece.memo[asked] = known
                found.append((known.problems, known.outside is not None, known.links.items[0]))
        return self._joined(found, tuple(item for _, _, item in found))

    def _joined(
        self,
        found: list[tuple[tuple[Problem, ...], bool, object]],
        items: tuple[object, ...],
    ) -> _Judged:
        outside = self.outside if any(shared for _, shared, _ in found) else None
        problems = tuple(each for part, _, _ in found for each in part)
        return _Judged(self.target, outside, problems, same(items))

    def _piece(
        self, piece: Piece, entity: str, inside: tuple[str, ...]
    ) -> tuple[tuple[Problem, ...], bool, object]:
        """What ``_item`` gives for the entity that is a piece."""
        alike = alike_of(piece, entity, inside, self.target)
        if alike is not None and alike.is_sound(piece):
            return (), False, (alike.link(piece.values), ())
        spot = walk.content(piece)
        return self._item(spot, entity, inside) if spot is not None else ((), False, (None, ()))

    def _item(
        self, given: Spot, entity: str, inside: tuple[str, ...]
    ) -> tuple[tuple[Problem, ...], bool, object]:
        """What is found of one entity, whether it takes something from elsewhere, and what
        it says of others."""
        children = self.form.children.get(entity, {})
        apart = [
            (name, value)
            for name, (_, value) in walk.fields(given).items()
            if name in children and is_cut_list(value)
        ]
        reading = Reading(self.tree, frozenset(id(value.piece) for _, value in apart))
        try:
            value = reading.value(given)
        except TooMuch:
            value = UNKNOWN
        more: dict[Path, Spot] = {}
        shared = self._take_shared(entity, value, reading, more) or reading.shared
        problems: list[Problem] = []
        if not reading.flawed and value is not UNKNOWN:
            about = Entity(
                self.tree, self.target, given, entity, inside, value, reading.open, more, {}
            )
            problems += about.problems()
        own = None if reading.flawed else linking(self.form, entity, value)
        below: list[tuple[str, tuple[Links, ...]]] = []
        for name, listed in apart:
            parts = list(self._list(listed, name, (*inside, entity)))
            shared = shared or any(part.outside is not None for part in parts)
            problems += (each for part in parts for each in part.problems)
            below.append((name, tuple(part.links for part in parts)))
        return tuple(problems), shared, (own, tuple(below))

    def _take_shared(
        self, entity: str, value: object, reading: Reading, more: dict[Path, Spot]
    ) -> bool:
        """Give plugins what their ``_config`` names; whether one has such."""
        taken = False
        for kind, plugin, path in nested(entity, value, self.form):
            if kind != "plugins" or "_config" not in plugin or not isinstance(plugin, dict):
                continue
            taken = True
            shared = self.shared.get(str(plugin["_config"]))
            own = plugin.get("config", {})
            plugin["config"] = UNKNOWN
            if shared is None or not isinstance(own, Mapping):
                continue
            try:
                base = reading.value(shared)
            except TooMuch:
                continue
            if isinstance(base, Mapping):
                plugin["config"] = {**base, **own}
                place: Path = (*path, "config")
                more[place] = shared
        return taken

    def _links(self, root: Spot, links: Lists) -> Iterator[Problem]:
        listed: dict[str, tuple[list[Spot], list[object]]] = {}
        for one in refused_links(links, self.target):
            entity, index, rest = str(one.place[0]), int(one.place[1]) - 1, one.place[2:]
            if entity not in listed:
                spot = walk.field(root, entity)
                resolved = walk.resolved(self.tree, spot) if spot is not None else None
                listed[entity] = list(walk.items(resolved)), items_of(dict(links)[entity] or ())
            spots, items = listed[entity]
            if index >= min(len(spots), len(items)):
                continue
            value = unfold(items[index])
            about = Entity(self.tree, self.target, spots[index], entity, (), value, False, {}, {})
            problem = about.problem(
                Violation(one.path[2:], one.message, one.kind, one.fields, rest), self.form
            )
            if problem is not None:
                yield problem


def _anchored(stream: Piece) -> tuple[Piece, ...]:
    """The pieces that give anchors."""
    found: list[Piece] = []
    waiting = list(stream.runs or ())
    while waiting:
        run = waiting.pop()
        for piece in run.pieces if run.gives else ():
            if piece.gives and piece.runs is not None:
                waiting += piece.runs
            if piece.anchors or (piece.gives and piece.runs is None):
                found.append(piece)
    return tuple(found)


def _is_made(spot: Spot) -> bool:
    return isinstance(spot.node, Scalar) and scalar(spot.node) is UNKNOWN
