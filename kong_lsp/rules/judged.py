"""What Kong refuses of a configuration file's entities, each with its place in the text.

One judgement serves all the rules KC308 to KC328. It is a fold over the pieces of the tree:
an entity is judged once, and again only when its own text changes, or what it takes from
elsewhere (anchors, ``_plugin_configs``) does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from kong_lsp.config import walk
from kong_lsp.config.data import Found, Reading, TooMuch, find, is_cut_list, scalar
from kong_lsp.config.model import At, Config, Part, Use
from kong_lsp.config.walk import Spot
from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema import lookup
from kong_lsp.kong.schema.declarative import judge_entity, judge_top
from kong_lsp.kong.schema.entity_checks import CHECKS
from kong_lsp.kong.schema.faults import Violation
from kong_lsp.kong.schema.fields import Field, Record
from kong_lsp.kong.schema.file_format import Format, foreign_keys
from kong_lsp.kong.schema.functions import shorthand
from kong_lsp.kong.schema.links import Facts, facts, merged
from kong_lsp.kong.schema.links import problems as link_problems
from kong_lsp.kong.schema.run import Exhausted
from kong_lsp.kong.schema.values import (
    MISSING,
    UNKNOWN,
    Function,
    Key,
    Path,
    as_sequence,
    at,
    is_table,
)
from kong_lsp.rules.target import DECK, Target, target_of
from kong_lsp.syntax.yaml.nodes import Mapping as YamlMapping
from kong_lsp.syntax.yaml.nodes import Scalar, Sequence
from kong_lsp.syntax.yaml.pieces import Piece, Run
from kong_lsp.syntax.yaml.tree import Tree
from kong_lsp.workspace.snapshot import Snapshot

_NAMES = ("name", "username", "custom_id", "target", "prefix", "id", "plugin")
_ENTERPRISE_CHOICES = ("ws", "wss")
_BETWEEN = (*CHECKS, "conflict")
_CODES = {"unknown": ("KC308", "KC320"), "required": ("KC309", "KC321"), "type": ("KC310", "KC322")}


class Problem(NamedTuple):
    """One thing that is refused, or worth a word.

    ``code`` is that of the rule that tells it; ``message`` has Kong's words. ``path`` leads
    from the ``entity`` (a collection's name, ``""`` for the file itself) named ``label`` to
    what is refused, ``plugin`` is the plugin whose config that is in, else empty.
    ``found`` is what the path leads to in the text, ``value`` its data. ``record`` is the
    schema of what holds it, ``own`` that of the field. ``fields`` are those that an entity
    check names, ``others`` the places of those that are written. ``asked`` is what was judged.
    """

    code: str
    kind: str
    message: str
    entity: str
    label: str
    path: Path
    plugin: str
    fields: tuple[str, ...]
    place: At
    found: Found
    value: object
    record: Record | None
    own: Field | None
    release: Release
    target: Target
    others: tuple[tuple[str, At], ...] = ()
    asked: _Asked | None = None


@dataclass(slots=True, eq=False)
class _Links:
    """What some neighbouring entities say of each other: hashed by identity, see ``_same``."""

    items: tuple[object, ...]
    memo: dict[str, tuple[Format, Facts]] = field(default_factory=dict)

    def facts(self, entity: str, form: Format) -> Facts:
        """That as facts; ``entity`` is what they are. Raises Exhausted."""
        known = self.memo.get(entity)
        if known is None or known[0] is not form:
            if len(self.items) > 1:
                known = form, merged(_same((item,)).facts(entity, form) for item in self.items)
                self.memo[entity] = known
                return known[1]
            document: dict[Key, object] = {entity: [_unfold(item) for item in self.items]}
            known = self.memo[entity] = form, facts(document, form)
        return known[1]


@dataclass(slots=True, eq=False)
class _Judged:
    """What was found of some entities, and what they say of others.

    ``outside`` is what they take from elsewhere; None where they take nothing.
    """

    target: Target
    outside: object
    problems: tuple[Problem, ...]
    links: _Links


@lru_cache(maxsize=20_000)
def _same(items: tuple[object, ...]) -> _Links:
    return _Links(items)


def problems(snapshot: Snapshot, config: Config) -> tuple[Problem, ...]:
    """Everything wrong with the entities of a file, in no certain order."""
    root = snapshot.root_of(config.path)
    if config.tree is None or root is None or config.kind not in ("declarative", "kubernetes"):
        return ()
    target = target_of(root, config)
    if target is None:
        return ()
    memo = config.tree.stream.memo
    known = memo.get("judged")
    if known is None or known[0] is not target:
        if config.kind == "kubernetes":
            found = _of_resources(config, config.tree, target)
        else:
            found = _File(config.tree, target).problems()
        known = memo["judged"] = target, found
    result: tuple[Problem, ...] = known[1]
    return result


def of_code(snapshot: Snapshot, config: Config, code: str) -> Iterator[Problem]:
    """Those that one rule tells."""
    return (each for each in problems(snapshot, config) if each.code == code)


def _of_resources(config: Config, tree: Tree, target: Target) -> tuple[Problem, ...]:
    """The ``config`` of every KongPlugin; one without may take it from elsewhere."""

    def look(part: Part) -> Iterator[Problem]:
        for use in part.uses:
            if use.role == "plugin" and use.config is not None and use.node is not None:
                yield from _of_resource(use, tree, target)

    return tuple(each for found in config.each("judged", target, look) for each in found)


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
    about = _Entity(tree, target, use.node, "plugins", (), value, partial, {})
    for each in about.problems():
        if each.path[:1] == ("config",) or each.plugin:
            yield each


class _Entity(NamedTuple):
    """One entity with what is nested in its own piece of the text.

    ``partial``: templates may give it more fields. ``more`` has the mappings of
    ``_plugin_configs`` that its plugins take, by path.
    """

    tree: Tree
    target: Target
    spot: Spot
    entity: str
    inside: tuple[str, ...]
    value: object
    partial: bool
    more: dict[Path, Spot]

    def problems(self) -> Iterator[Problem]:
        form = self.target.forms[-1]
        parts: list[tuple[str, object, Path]] = [*nested(self.entity, self.value, form)]
        for entity, value, path in parts or [(self.entity, self.value, ())]:
            inside = self.inside
            if path:
                inside = (*inside, self.entity, *(str(key) for key in path[:-2:2]))
            forms = self.target.forms
            given = value if isinstance(value, Mapping) else {}
            if entity == "routes" and "expression" in given:
                forms = self.target.with_expressions or forms
            own = _alone(entity, value, form)
            asked = _Asked(forms, entity, inside, self.target.version, own)
            refused = _refused(asked)
            conditional = {
                (*one.place, *one.fields[1].split("."))
                for one in refused
                if one.kind == "conditional" and len(one.fields) == 2
            }
            for one in refused:
                if one.kind == "conditional" and len(one.fields) == 2:
                    continue
                moved = replace(one, path=(*path, *one.path), place=(*path, *one.place))
                problem = self.problem(moved, forms[-1], conditional=one.place in conditional)
                if problem is not None:
                    yield problem._replace(asked=asked)
            if entity == "plugins":
                for problem in self._deprecated(given, path, form):
                    yield problem._replace(asked=asked)

    def problem(self, one: Violation, form: Format, *, conditional: bool = False) -> Problem | None:
        entity, value, path = innermost(self.entity, self.value, one.place, form)
        base = one.place[: len(one.place) - len(path)]
        values = value if isinstance(value, Mapping) else {}
        record = form.entities.get(entity)
        own = None
        holder = None
        if record is not None and path:
            own = lookup.find(record, path, values)
            holder = _record_at(record, path[:-1], values)
        plugin = ""
        if entity == "plugins":
            name = values.get("name") or values.get("plugin")
            in_config = path[:1] == ("config",) or (
                not path and any(each.startswith("config.") for each in one.fields)
            )
            plugin = name if in_config and isinstance(name, str) else ""
        certain = self.target.certain
        if one.kind == "one_of" and not certain and _value_at(values, path) in _ENTERPRISE_CHOICES:
            return None
        if one.kind == "subschema" and (
            entity == "plugins" or (not certain and entity.startswith("vaults"))
        ):
            return None
        if self.partial and (one.kind == "required" or one.kind in _BETWEEN):
            return None
        code = _code(one.kind, bool(plugin))
        kind = one.kind
        if one.kind == "unknown":
            key = path[-1] if path else ""
            if self._is_decks(entity, path):
                if self.target.deck:
                    return None
                code, kind = "KC328", "dialect"
            elif entity == "plugins" and _is_misplaced(record, path, values):
                code = "KC314"
            elif not plugin and self.target.own_entities and _may_be_own(key):
                return None
        elif self._names_another(entity, path, form):
            if self.target.deck:
                return None
            is_nested = bool(base or self.inside)
            if is_table(values.get(path[0])) or (is_nested and kind == "null"):
                code, kind = "KC328", "dialect"
        found = find(self.tree, self.spot, one.place, self.more)
        message = one.message
        if conditional:
            message += " (it is asked for by the value of another field)"
        return Problem(
            code,
            kind,
            message,
            entity,
            _label(values),
            path,
            plugin,
            one.fields,
            self._place(found, base, path, one.kind, in_config=bool(plugin)),
            found,
            _value_at(values, path),
            holder,
            own,
            form.release,
            self.target,
            tuple(self._others(base + path, one.fields)),
        )

    def _is_decks(self, entity: str, path: Path) -> bool:
        return len(path) >= 1 and path[0] in DECK.get(entity, ())

    def _names_another(self, entity: str, path: Path, form: Format) -> bool:
        record = form.entities.get(entity)
        return bool(path) and record is not None and path[0] in foreign_keys(record)

    def _others(self, place: Path, fields: tuple[str, ...]) -> Iterator[tuple[str, At]]:
        for name in fields:
            found = find(self.tree, self.spot, (*place, *name.split(".")), self.more)
            if found.key is not None and found.value is not None:
                yield name, walk.at(found.key)

    def _place(self, found: Found, base: Path, path: Path, kind: str, *, in_config: bool) -> At:
        if found.value is not None and path:
            if found.key is None:
                return _first(found.value)
            unclear = not isinstance(found.value.node, Scalar) or (
                found.value.node.start == found.value.node.end
            )
            by_key = unclear or kind in ("unknown", "null")
            return walk.at(found.key) if by_key else walk.whole(found.value)
        if found.name is not None and found.holder is not None and len(found.rest) < len(path):
            return walk.at(found.name)
        if in_config:
            config = find(self.tree, self.spot, (*base, "config"), self.more)
            if config.key is not None:
                return walk.at(config.key)
        return _first(find(self.tree, self.spot, base, self.more).value or self.spot)

    def _deprecated(
        self, value: Mapping[Key, object], path: Path, form: Format
    ) -> Iterator[Problem]:
        record = form.entities["plugins"].subschema(value)
        name = value.get("name")
        config = value.get("config")
        own = record.fields.get("config") if record else None
        if own is None or own.record is None or not isinstance(config, Mapping):
            return
        for below, holder, deprecated, given in _deprecations(own.record, config, ()):
            place = (*path, "config", *below)
            found = find(self.tree, self.spot, place, self.more)
            if found.key is None:
                continue
            yield Problem(
                "KC313",
                "deprecated",
                "",
                "plugins",
                _label(value),
                ("config", *below),
                name if isinstance(name, str) else "",
                (),
                walk.at(found.key),
                found,
                given,
                holder,
                deprecated,
                form.release,
                self.target,
            )


class _Asked:
    """A question about an entity; one with the same key has the same answer."""

    __slots__ = ("entity", "forms", "inside", "key", "value", "version")

    def __init__(
        self,
        forms: tuple[Format, ...],
        entity: str,
        inside: tuple[str, ...],
        version: str | None,
        value: object,
    ) -> None:
        self.forms = forms
        self.entity = entity
        self.inside = inside
        self.version = version
        self.value = value
        self.key = (*map(id, forms), entity, inside, version, repr(value))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.key == other.key


@lru_cache(maxsize=4096)
def _refused(asked: _Asked) -> tuple[Violation, ...]:
    """What all the releases refuse of one entity, without what is nested in it."""
    found = [
        judge_entity(asked.entity, asked.value, form, inside=asked.inside, version=asked.version)
        for form in asked.forms
    ]
    shared = [{(one.place, one.kind) for one in part} for part in found]
    return tuple(one for one in found[-1] if all((one.place, one.kind) in s for s in shared))


def adds_none(problem: Problem, changes: Mapping[Path, object]) -> bool:
    """Whether Kong has nothing else to say once other values (MISSING: none) stand at these
    places of the entity."""
    asked = problem.asked
    if asked is None:
        return True
    value = asked.value
    for path, new in changes.items():
        value = _changed(value, path, new)
    after = _refused(_Asked(asked.forms, asked.entity, asked.inside, asked.version, value))
    before = {(one.place, one.message) for one in _refused(asked)}
    return all((one.place, one.message) in before for one in after)


def _changed(value: object, path: Path, new: object) -> object:
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(step, int) and 0 < step <= len(value):
        return [*value[: step - 1], _changed(value[step - 1], rest, new), *value[step:]]
    found = dict(value) if isinstance(value, Mapping) else {}
    below = _changed(found.get(step, MISSING), rest, new)
    if below is MISSING:
        found.pop(step, None)
    else:
        found[step] = below
    return found


def _alone(entity: str, value: object, form: Format) -> object:
    """An entity without the lists of others that are judged by themselves."""
    if not isinstance(value, Mapping):
        return value
    children = form.children.get(entity, ())
    return {
        key: part
        for key, part in value.items()
        if key not in children or not _is_list_of_entities(part)
    }


def _is_list_of_entities(value: object) -> bool:
    return all(isinstance(part, Mapping) for part in as_sequence(value) or (None,))


def nested(
    entity: str, value: object, form: Format, path: Path = ()
) -> Iterator[tuple[str, Mapping[Key, object], Path]]:
    """An entity and those nested in it, each with the path to it."""
    if not isinstance(value, Mapping):
        return
    yield entity, value, path
    for name in form.children.get(entity, ()):
        listed = value.get(name)
        if not _is_list_of_entities(listed) or len(path) >= 16:
            continue
        for index, part in enumerate(as_sequence(listed) or (), 1):
            yield from nested(name, part, form, (*path, name, index))


def innermost(entity: str, value: object, path: Path, form: Format) -> tuple[str, object, Path]:
    """The entity that a path leads into, its value, and the rest of the path."""
    while len(path) >= 2 and path[0] in form.children.get(entity, ()):
        listed = as_sequence(value.get(path[0])) if isinstance(value, Mapping) else None
        index = path[1]
        if not isinstance(index, int) or not listed or index > len(listed):
            break
        entity, value, path = str(path[0]), listed[index - 1], path[2:]
    return entity, value, path


def _code(kind: str, in_config: bool) -> str:
    if kind in _CODES:
        return _CODES[kind][0 if in_config else 1]
    if kind in _BETWEEN:
        return "KC312" if in_config else "KC324"
    if kind == "reference":
        return "KC325"
    if kind == "unique":
        return "KC326"
    return "KC311" if in_config else "KC323"


def _record_at(record: Record, path: Path, value: Mapping[Key, object]) -> Record | None:
    if not path:
        return record
    own = lookup.find(record, path, value)
    return own.record if own is not None else None


def _is_misplaced(record: Record | None, path: Path, value: Mapping[Key, object]) -> bool:
    """Whether a key of a plugin belongs into its config, or one of that beside it."""
    if record is None:
        return False
    if len(path) == 1:
        own = lookup.find(record, ("config",), value)
        return own is not None and own.record is not None and path[0] in own.record.fields
    return len(path) == 2 and path[0] == "config" and path[1] in record.fields


def _may_be_own(key: Key) -> bool:
    return isinstance(key, str) and not key.startswith("_")


def _label(value: Mapping[Key, object]) -> str:
    for key in _NAMES:
        name = value.get(key)
        if isinstance(name, str):
            return name
    return ""


def _value_at(value: object, path: Path) -> object:
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step, MISSING)
        elif isinstance(value, list) and isinstance(step, int) and 0 < step <= len(value):
            value = value[step - 1]
        else:
            return MISSING
    return value


def _first(spot: Spot) -> At:
    """The place that stands for an entity: its name, else its first key."""
    if not isinstance(spot.node, YamlMapping):
        return walk.whole(spot) if isinstance(spot.node, Scalar) else _start(spot)
    found = walk.fields(spot)
    for name in _NAMES:
        if name in found and isinstance(found[name][1].node, Scalar):
            return walk.at(found[name][1])
    for key, _ in walk.entries(spot):
        return walk.at(key)
    return _start(spot)


def _is_made(spot: Spot) -> bool:
    return isinstance(spot.node, Scalar) and scalar(spot.node) is UNKNOWN


def _start(spot: Spot) -> At:
    node, piece = spot
    return At(piece, node.start, min(node.start + 1, max(node.end, node.start)))


def _deprecations(
    record: Record, value: Mapping[Key, object], path: Path
) -> Iterator[tuple[Path, Record, Field, object]]:
    """The deprecated fields that a value has, and that what replaces them has not."""
    if len(path) > 12:
        return
    for key, given in value.items():
        if given is None or given is UNKNOWN:
            continue
        own = lookup.record_field(record, key)
        if own is None:
            continue
        replaced = lookup.deprecated(own)
        if replaced is not None and all(at(value, names) in (MISSING, None) for names in replaced):
            yield (*path, key), record, own, given
        if own.record is not None and isinstance(given, Mapping):
            yield from _deprecations(own.record, given, (*path, key))


def replacement(problem: Problem) -> tuple[str, ...] | None:
    """The path of what replaces a deprecated field and takes its value as it is."""
    own = problem.own
    paths = lookup.deprecated(own) if own is not None else None
    if own is None or not paths or len(paths) != 1:
        return None
    function = own.get("func")
    if isinstance(function, Function):
        sets = shorthand(function.name, problem.value)
        if sets is None or at(sets, paths[0]) != problem.value:
            return None
    return paths[0]


class _File:
    """The fold over one file."""

    def __init__(self, tree: Tree, target: Target) -> None:
        self.tree = tree
        self.target = target
        self.form = target.forms[-1]
        self.shared: dict[str, Spot] = {}
        self.outside: object = None

    def problems(self) -> tuple[Problem, ...]:
        roots = walk.roots(self.tree)
        if not roots or not isinstance(roots[0].node, YamlMapping):
            return ()
        root = roots[0]
        found: dict[str, tuple[Spot, Spot]] = walk.fields(root)
        if "_plugin_configs" in found:
            for key, value in walk.entries(found["_plugin_configs"][1]):
                self.shared[walk.raw(key) or ""] = value
        self.outside = (
            _anchored(self.tree.stream),
            tuple((name, spot.piece) for name, spot in self.shared.items()),
        )
        problems: list[Problem] = []
        links: list[tuple[str, tuple[_Links, ...] | None]] = []
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
        about = _Entity(self.tree, self.target, root, "", (), document, False, {})
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
            spot = walk.content(piece)
            if piece.kind == "item" and spot is not None:
                asked = ("judged item", entity, inside)
                known = self._known(piece.memo.get(asked))
                if known is None:
                    own = self._item(spot, entity, inside)
                    known = self._joined([own], (own[2],))
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
        return _Judged(self.target, outside, problems, _same(items))

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
            about = _Entity(
                self.tree, self.target, given, entity, inside, value, reading.open, more
            )
            problems += about.problems()
        own = None if reading.flawed else _linking(self.form, entity, value)
        below: list[tuple[str, tuple[_Links, ...]]] = []
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

    def _links(self, root: Spot, links: _Lists) -> Iterator[Problem]:
        listed: dict[str, tuple[list[Spot], list[object]]] = {}
        for one in _refused_links(links, self.target):
            entity, index, rest = str(one.place[0]), int(one.place[1]) - 1, one.place[2:]
            if entity not in listed:
                spot = walk.field(root, entity)
                resolved = walk.resolved(self.tree, spot) if spot is not None else None
                listed[entity] = list(walk.items(resolved)), _items(dict(links)[entity] or ())
            spots, items = listed[entity]
            if index >= min(len(spots), len(items)):
                continue
            value = _unfold(items[index])
            about = _Entity(self.tree, self.target, spots[index], entity, (), value, False, {})
            problem = about.problem(
                Violation(one.path[2:], one.message, one.kind, one.fields, rest), self.form
            )
            if problem is not None:
                yield problem


_Lists = tuple[tuple[str, tuple[_Links, ...] | None], ...]
"""What a file's entities say of each other; None for a list that is not known."""


@lru_cache(maxsize=16)
def _refused_links(links: _Lists, target: Target) -> tuple[Violation, ...]:
    if target.deck:
        return ()
    try:
        found = [list(_problems_of(links, form)) for form in target.forms]
    except Exhausted:
        return ()
    shared = [{(one.place, one.kind) for one in part} for part in found]
    return tuple(one for one in found[-1] if all((one.place, one.kind) in s for s in shared))


def _problems_of(links: _Lists, form: Format) -> Iterator[Violation]:
    parts: list[tuple[Facts, int]] = []
    order = list(form.entities)
    for name, listed in sorted(links, key=lambda pair: order.index(pair[0])):
        before = 0
        if listed is None:
            parts.append((facts({name: UNKNOWN}, form), 0))
        for part in listed or ():
            parts.append((part.facts(name, form), before))
            before += len(part.items)
    return link_problems(parts, form.release)


def _items(parts: tuple[_Links, ...]) -> list[object]:
    return [item for part in parts for item in part.items]


def _unfold(item: object) -> object:
    """What ``_linking`` made, as an entity again; one that is not known names anything."""
    own, below = item if isinstance(item, tuple) else (None, ())
    entity: dict[Key, object] = {"id": UNKNOWN, "name": UNKNOWN} if own is None else _thawed(own)
    for name, parts in below:
        entity[name] = [_unfold(each) for each in _items(parts)]
    return entity


def _thawed(own: tuple[tuple[str, object], ...]) -> dict[Key, object]:
    found: dict[Key, object] = {}
    for name, value in own:
        if isinstance(value, tuple) and value[0] == "list":
            found[name] = [{} if each is None else _thawed(each) for each in value[1]]
        elif isinstance(value, tuple):
            found[name] = {"id": value[1]}
        else:
            found[name] = value
    return found


def _linking(form: Format, entity: str, value: object) -> tuple[tuple[str, object], ...] | None:
    """What of an entity others may name or it names, as something that can be hashed."""
    record = form.entities.get(entity)
    if record is None or not isinstance(value, Mapping):
        return None
    found: list[tuple[str, object]] = []
    if entity == "plugins" and "consumer_group" in value:
        found.append(("id", UNKNOWN))
    for name in _linking_fields(record):
        given = value.get(name, MISSING)
        if isinstance(given, Mapping):
            found.append((name, ("id", given["id"]) if isinstance(given.get("id"), str) else None))
        elif given is not MISSING and not is_table(given):
            found.append((name, given))
    for name in form.children.get(entity, ()):
        given = value.get(name, MISSING)
        listed = as_sequence(given)
        if given is UNKNOWN:
            found.append((name, UNKNOWN))
        elif listed:
            below = tuple(_linking(form, name, part) for part in listed)
            found.append((name, ("list", below)))
    return tuple(found)


@lru_cache(maxsize=256)
def _linking_fields(record: Record) -> tuple[str, ...]:
    unique = [
        name
        for name, own in record.fields.items()
        if own.type == "foreign" or (own.type == "string" and own.attributes.get("unique"))
    ]
    named = (*record.primary_key, record.endpoint_key or "id", *record.cache_key)
    return tuple(dict.fromkeys((*named, *unique)))


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
