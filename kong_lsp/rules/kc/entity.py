"""One entity of a configuration file, what Kong refuses of it, and where that is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from kong_lsp.config import walk
from kong_lsp.config.data import Found, Known, find
from kong_lsp.config.facts import At
from kong_lsp.config.walk import Spot
from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema import lookup
from kong_lsp.kong.schema.declarative import judge_entity
from kong_lsp.kong.schema.entity_checks import CHECKS
from kong_lsp.kong.schema.faults import Violation
from kong_lsp.kong.schema.fields import Field, Record
from kong_lsp.kong.schema.file_format import Format, foreign_keys
from kong_lsp.kong.schema.functions import shorthand
from kong_lsp.kong.schema.values import (
    MISSING,
    UNKNOWN,
    Function,
    Key,
    Path,
    as_sequence,
    at,
    is_table,
    value_at,
)
from kong_lsp.rules.kc.target import DECK, Target
from kong_lsp.syntax.yaml.nodes import Mapping as YamlMapping
from kong_lsp.syntax.yaml.nodes import Scalar
from kong_lsp.syntax.yaml.tree import Tree

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
    asked: Asked | None = None


class Entity(NamedTuple):
    """One entity with what is nested in its own piece of the text.

    ``partial``: templates may give it more fields. ``more`` has the mappings of
    ``_plugin_configs`` that its plugins take, by path. ``known`` is what ``find`` keeps.
    """

    tree: Tree
    target: Target
    spot: Spot
    entity: str
    inside: tuple[str, ...]
    value: object
    partial: bool
    more: dict[Path, Spot]
    known: Known

    def problems(self) -> Iterator[Problem]:
        form = self.target.forms[-1]
        parts: list[tuple[str, object, Path]] = [*nested(self.entity, self.value, form)]
        for entity, value, path in parts or [(self.entity, self.value, ())]:
            inside = inside_of(self.inside, self.entity, path)
            given = value if isinstance(value, Mapping) else {}
            forms = forms_for(self.target, entity, given)
            own = alone(entity, value, form)
            asked = Asked(forms, entity, inside, self.target.version, own)
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
        if one.kind == "no_such_type":  # KP206 tells of it, in the schema
            return None
        if one.kind == "one_of" and not certain and value_at(values, path) in _ENTERPRISE_CHOICES:
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
        found = find(self.tree, self.spot, one.place, self.more, self.known)
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
            value_at(values, path),
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
            found = find(self.tree, self.spot, (*place, *name.split(".")), self.more, self.known)
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
            config = find(self.tree, self.spot, (*base, "config"), self.more, self.known)
            if config.key is not None:
                return walk.at(config.key)
        return _first(find(self.tree, self.spot, base, self.more, self.known).value or self.spot)

    def _deprecated(
        self, value: Mapping[Key, object], path: Path, form: Format
    ) -> Iterator[Problem]:
        name = value.get("name")
        config = _config_of(value, form)
        if config is None:
            return
        for below, holder, deprecated, given in _deprecations(*config, ()):
            place = (*path, "config", *below)
            found = find(self.tree, self.spot, place, self.more, self.known)
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


def forms_for(target: Target, entity: str, value: Mapping[Key, object]) -> tuple[Format, ...]:
    """The formats that an entity is held against."""
    if entity == "routes" and "expression" in value:
        return target.with_expressions or target.forms
    return target.forms


def inside_of(inside: tuple[str, ...], entity: str, path: Path) -> tuple[str, ...]:
    """What the entity at a path of another is nested in."""
    return (*inside, entity, *(str(key) for key in path[:-2:2])) if path else inside


class Asked:
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

    def about(self, value: object) -> Asked:
        """The same question about another value."""
        return Asked(self.forms, self.entity, self.inside, self.version, value)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Asked) and self.key == other.key


@lru_cache(maxsize=512)  # each holds the plugins of its time
def _refused(asked: Asked) -> tuple[Violation, ...]:
    """What all the releases refuse of one entity, without what is nested in it."""
    found = [
        judge_entity(asked.entity, asked.value, form, inside=asked.inside, version=asked.version)
        for form in asked.forms
    ]
    shared = [{(one.place, one.kind) for one in part} for part in found]
    return tuple(one for one in found[-1] if all((one.place, one.kind) in s for s in shared))


def is_sound(asked: Asked) -> bool:
    """Whether nothing is to be told of an entity: nothing refused, nothing deprecated."""
    if _refused(asked):
        return False
    config = _config_of(asked.value, asked.forms[-1]) if asked.entity == "plugins" else None
    return config is None or not any(True for _ in _deprecations(*config, ()))


def adds_none(problem: Problem, changes: Mapping[Path, object]) -> bool:
    """Whether Kong has nothing else to say once other values (MISSING: none) stand at these
    places of the entity."""
    asked = problem.asked
    if asked is None:
        return True
    value = asked.value
    for path, new in changes.items():
        value = _changed(value, path, new)
    after = _refused(Asked(asked.forms, asked.entity, asked.inside, asked.version, value))
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


def alone(entity: str, value: object, form: Format) -> object:
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
        if listed is None or len(path) >= 16 or not _is_list_of_entities(listed):
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


def _start(spot: Spot) -> At:
    node, piece = spot
    return At(piece, node.start, min(node.start + 1, max(node.end, node.start)))


def _config_of(value: object, form: Format) -> tuple[Record, Mapping[Key, object]] | None:
    """The ``config`` of a plugin, with its schema."""
    if not isinstance(value, Mapping):
        return None
    record = form.entities["plugins"].subschema(value)
    own = record.fields.get("config") if record else None
    config = value.get("config")
    if own is None or own.record is None or not isinstance(config, Mapping):
        return None
    return own.record, config


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
