"""Where the fields of a plugin's schema are set: from ``schema.lua`` to configurations, and
from one configuration to the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kong_lsp.config import walk
from kong_lsp.config.data import is_merge, key_of
from kong_lsp.config.facts import Use
from kong_lsp.config.model import Config
from kong_lsp.config.walk import Spot
from kong_lsp.features.config_hover import field_at
from kong_lsp.features.plugin_facts import context_of
from kong_lsp.features.references import Place
from kong_lsp.kong.schema.values import Path
from kong_lsp.plugin.data import locate
from kong_lsp.plugin.schema import Schema
from kong_lsp.syntax.yaml.nodes import Alias, Sequence
from kong_lsp.syntax.yaml.nodes import Mapping as YamlMapping
from kong_lsp.syntax.yaml.tree import Tree
from kong_lsp.text import Span
from kong_lsp.workspace.snapshot import Root, Snapshot

_DEEPEST = 12
_MOST = 20_000

Names = tuple[str | None, ...]
"""The keys that lead to a field below a plugin's entry; None stands for any key of a map."""


class FieldName(NamedTuple):
    """A field of a plugin: ``("config", "redis", "host")``. ``span`` is its name where it was
    asked for."""

    plugin: str
    names: Names
    span: Span


def field_references(
    snapshot: Snapshot, path: str, text: str, offset: int, *, declaration: bool
) -> tuple[Place, ...]:
    """Every place that sets the field at ``offset`` of a file whose text is ``text``: its name
    in ``schema.lua`` (or in a file that this takes it from), or a key of a plugin's config.
    ``declaration``: the name in ``schema.lua`` as well."""
    root = snapshot.root_of(path)
    if root is None:
        return ()
    asked = context_of(snapshot, path, offset)
    if asked is None:
        fields = fields_in_lua(root, path, text, offset)
    else:
        at = field_at(asked, text, offset)
        fields = []
        if at is not None and at.plugin is not None:
            fields = [FieldName(at.plugin, at.path, at.span)]
    found = {place for field in fields for place in _set(root, field)}
    if declaration:
        found |= {place for field in fields for place in _declared(root, field)}
    return tuple(sorted(found))


def fields_in_lua(root: Root, path: str, text: str, offset: int) -> list[FieldName]:
    """The fields whose name is written at ``offset`` of a Lua file: several where plugins
    share it, or where one table is used twice."""
    found = []
    for source in root.plugin_sources:
        schema = source.schema
        if schema is None or path not in schema.program.files:
            continue
        for names, place in _fields(schema):
            at = locate(schema.program, place, key=True)
            if at is None or at[0] != path or not at[1].start <= offset <= at[1].end:
                continue
            if names[-1] is not None and names[-1] in text[slice(*at[1])]:
                found.append(FieldName(source.name, names, at[1]))
    return found


def _fields(schema: Schema) -> Iterator[tuple[Names, Path]]:
    """Every field of a schema, with the path to it in the definition."""
    lead: Names = ("config",) if schema.is_legacy else ()
    waiting: list[tuple[object, Names, Path]] = [(schema.definition, lead, ())]
    for _ in range(_MOST):
        if not waiting:
            return
        holder, names, place = waiting.pop()
        if not isinstance(holder, Mapping) or len(names) > _DEEPEST:
            continue
        if "elements" in holder:
            waiting.append((holder["elements"], names, (*place, "elements")))
            continue
        if holder.get("type") == "map":
            waiting.append((holder.get("values"), (*names, None), (*place, "values")))
            continue
        for name, own, step in _below(holder, legacy=schema.is_legacy):
            yield (*names, name), (*place, *step)
            waiting.append((own, (*names, name), (*place, *step)))


def _below(holder: Mapping[object, object], *, legacy: bool) -> Iterator[tuple[str, object, Path]]:
    if legacy:
        inner = holder.get("schema") if "type" in holder else holder
        fields = inner.get("fields") if isinstance(inner, Mapping) else None
        side: Path = ("schema", "fields") if "type" in holder else ("fields",)
        for name, own in fields.items() if isinstance(fields, Mapping) else ():
            yield name, own, (*side, name)
        return
    for word in ("fields", "shorthand_fields"):
        listed = holder.get(word)
        for number, entry in enumerate(listed if isinstance(listed, list) else (), 1):
            if isinstance(entry, Mapping):
                for name, own in entry.items():
                    yield name, own, (word, number, name)


def _declared(root: Root, field: FieldName) -> Iterator[Place]:
    schema = root.schema_of(field.plugin)
    path = tuple(name or "*" for name in field.names)
    at = schema.place_of_field(path) if schema is not None else None
    if at is not None:
        yield Place(*at)


def _set(root: Root, field: FieldName) -> Iterator[Place]:
    for config in root.configs:
        if config.tree is None:
            continue
        for use in config.uses:
            if use.role != "plugin" or use.name != field.plugin or use.node is None:
                continue
            for spot, names in _entries(config, use, field.names):
                for key in _keys(config.tree, spot, names, 0):
                    yield Place(config.path, config.span(walk.at(key)))


def _entries(config: Config, use: Use, names: Names) -> Iterator[tuple[Spot, Names]]:
    """The mappings that say what a plugin's entry does: itself and decK's shared config."""
    yield use.node, names
    label = walk.text(walk.field(use.node, "_config"))
    if label is not None and names[:1] == ("config",):
        for each in config.definitions:
            if each.kind == "plugin_config" and each.name == label:
                yield each.node, names[1:]


def _keys(tree: Tree, given: Spot, names: Names, depth: int) -> Iterator[Spot]:
    """The keys at a path, in every item of a list."""
    spot = walk.resolved(tree, given) if isinstance(given.node, Alias) else given
    if spot is None or not names or depth > _DEEPEST:
        return
    if isinstance(spot.node, Sequence):
        for item in walk.items(spot):
            yield from _keys(tree, item, names, depth + 1)
    elif isinstance(spot.node, YamlMapping):
        for key, value in walk.entries(spot):
            if is_merge(key):
                yield from _keys(tree, value, names, depth + 1)
            elif names[0] is None or key_of(key) == names[0]:
                if len(names) == 1:
                    yield key
                else:
                    yield from _keys(tree, value, names[1:], depth + 1)
