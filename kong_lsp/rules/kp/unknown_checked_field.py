"""An entity check names a field that there is not.

## What it does
Evaluates `schema.lua` without running it and looks up the fields that each entity check names,
`redis.host` in the records that lead to it. Where a part of the schema is not known, nothing is
said.

## Why it matters
Kong does not say so. To the check the field is never set, whatever the configuration says: one
that wants it refuses all configurations, a `conditional` on it never runs.

## Example
```lua
-- handler: kong/plugins/acme/handler.lua
-- file: kong/plugins/acme/schema.lua
return {
  name = "acme",
  fields = { { config = {
    type = "record",
    fields = { { user = { type = "string" } }, { group = { type = "string" } } },
    entity_checks = { { at_least_one_of = { "usr", "group" } } },
  } } },
}
```

## Use instead
```lua
-- handler: kong/plugins/acme/handler.lua
-- file: kong/plugins/acme/schema.lua
return {
  name = "acme",
  fields = { { config = {
    type = "record",
    fields = { { user = { type = "string" } }, { group = { type = "string" } } },
    entity_checks = { { at_least_one_of = { "user", "group" } } },
  } } },
}
```

## Fix
Safe where the name is near to that of a field.

## If this still fails
Names are relative to the record that has the `entity_checks`: at the top level of the schema it is
`config.user`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kong_lsp.finding import Finding, Fix, Severity, change
from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema.values import UNKNOWN, Path, as_sequence
from kong_lsp.plugin.data import entries_at
from kong_lsp.plugin.schema import Schema
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.syntax.lua.values import Text
from kong_lsp.text import Edit
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.sources import PluginSource

rule = Rule("KP210", "unknown-checked-field", Severity.WARNING)

_NEW_FORM = (0, 15)
_DEEPEST = 30
_ARGUMENTS = (
    "field_sources",
    "if_field",
    "then_field",
    "then_at_least_one_of",
    "else_then_at_least_one_of",
    "set1",
    "set2",
)


def check(snapshot: Snapshot, plugin: PluginSource) -> Iterator[Finding]:
    """The names in all entity checks of the schema."""
    schema = plugin.schema
    if schema is None or schema.is_legacy or plugin.kong.number < _NEW_FORM:
        return
    definition = schema.definition
    if not isinstance(definition, Mapping):
        return
    for path, holder in _holders(definition, (), 0):
        for place, name in _names(holder, path):
            if not _has(holder, name) and not (not path and _is_of_plugins(name, plugin.kong)):
                yield from _finding(schema, place, holder, name)


def _is_of_plugins(name: str, release: Release) -> bool:
    """Whether every plugin has the field."""
    from kong_lsp.kong.schema.metaschema import plugin_fields

    return name in (*plugin_fields(release), "consumer_group")


def _finding(
    schema: Schema, place: Path, holder: Mapping[object, object], name: str
) -> Iterator[Finding]:
    located = schema.place(place)
    entries = list(entries_at(schema.program.value, place))
    if located is None or len(entries) != len(place):
        return
    path, span = located
    near = nearest(name, _known(holder, "", 0))
    fixes: tuple[Fix, ...] = ()
    value = entries[-1].value
    literal = value.literal if isinstance(value, Text) else None
    at = None if literal is None else schema.program.locate(literal)
    if near is not None and at == located and isinstance(value, Text):
        inner = value.place(0, len(name))
        inside = None if inner is None else schema.program.locate(inner)
        if inside is not None:
            fixes = (Fix(f'Change to "{near}"', (change(path, Edit(inside[1], near)),)),)
    hint = f' Did you mean "{near}"?' if near is not None else ""
    yield rule.finding(
        path,
        span,
        f"There is no field {name} here: to this check it is never set, and Kong does not say so."
        f"{hint}",
        fixes=fixes,
    )


def _holders(
    definition: Mapping[object, object], path: Path, depth: int
) -> Iterator[tuple[Path, Mapping[object, object]]]:
    """The definitions that have entity checks, each with its place."""
    if depth > _DEEPEST:
        return
    if as_sequence(definition.get("entity_checks")) and as_sequence(definition.get("fields")):
        yield path, definition
    for number, entry in enumerate(as_sequence(definition.get("fields")) or (), 1):
        for name, field in entry.items() if isinstance(entry, Mapping) else ():
            if isinstance(field, Mapping) and isinstance(name, str):
                yield from _holders(field, (*path, "fields", number, name), depth + 1)
    for side in ("elements", "values"):
        inner = definition.get(side)
        if isinstance(inner, Mapping):
            yield from _holders(inner, (*path, side), depth + 1)


def _names(holder: Mapping[object, object], path: Path) -> Iterator[tuple[Path, str]]:
    """The names in the checks of a definition."""
    for number, entry in enumerate(as_sequence(holder.get("entity_checks")) or (), 1):
        for kind, argument in entry.items() if isinstance(entry, Mapping) else ():
            place = (*path, "entity_checks", number, str(kind))
            if not isinstance(argument, Mapping):
                yield from _listed(argument, place)
                continue
            for key in _ARGUMENTS:
                yield from _listed(argument.get(key), (*place, key))


def _listed(value: object, place: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield place, value
    for number, name in enumerate(as_sequence(value) or (), 1):
        if isinstance(name, str):
            yield (*place, number), name


def _entries(holder: Mapping[object, object]) -> Iterator[tuple[str, object] | None]:
    """The fields of a definition by name; None for what is not known."""
    for side in ("fields", "shorthand_fields"):
        if holder.get(side) is UNKNOWN:
            yield None
        for entry in as_sequence(holder.get(side)) or ():
            if not isinstance(entry, Mapping):
                yield None
                continue
            for name, field in entry.items():
                yield (name, field) if isinstance(name, str) else None


def _has(holder: Mapping[object, object], name: str) -> bool:
    """Whether a definition has the field with a dotted name; True where it may."""
    head, _, rest = name.partition(".")
    for entry in _entries(holder):
        if entry is None:
            return True
        if entry[0] == head:
            field = entry[1]
            if not rest or not isinstance(field, Mapping) or field.get("type") != "record":
                return True
            return as_sequence(field.get("fields")) is None or _has(field, rest)
    return "shorthands" in holder


def _known(holder: Mapping[object, object], prefix: str, depth: int) -> Iterator[str]:
    for entry in _entries(holder):
        if entry is not None:
            name, field = entry
            yield prefix + name
            if isinstance(field, Mapping) and depth < _DEEPEST and field.get("type") == "record":
                yield from _known(field, f"{prefix}{name}.", depth + 1)
