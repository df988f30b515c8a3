"""A schema that Kong refuses to load.

## What it does
Evaluates `schema.lua` without running it, with what it requires in the workspace and with Kong's
typedefs, and holds it against Kong's metaschema: unknown attributes, `fields` that is no list,
two fields in one entry, an array without `elements`, a default of the wrong type, a description
shorter than ten characters … What depends on what only a running Kong knows is passed over.

## Why it matters
Kong stops at start: `error loading plugin schemas: on plugin 'acme': …`.

## Example
```lua
-- handler: kong/plugins/acme/handler.lua
-- file: kong/plugins/acme/schema.lua
return {
  name = "acme",
  fields = {
    { config = {
        type = "record",
        fields = {
          { hosts = { type = "array", elemnts = { type = "string" } } },
        },
    } },
  },
}
```

## Use instead
```lua
-- handler: kong/plugins/acme/handler.lua
-- file: kong/plugins/acme/schema.lua
return {
  name = "acme",
  fields = {
    { config = {
        type = "record",
        fields = {
          { hosts = { type = "array", elements = { type = "string" } } },
        },
    } },
  },
}
```

## Fix
Safe where an attribute is near to one that Kong knows, where `fields` names its fields in a map
or several in one entry, and where the name is missing.

## If this still fails
Set `kong_version`: attributes came and went with releases (`description` with 3.4), and schemas
in the form of Kong 0.x are refused from 3.0 on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from kong_lsp.finding import Finding, Fix, Severity, change
from kong_lsp.kong.schema.values import UNKNOWN, Path
from kong_lsp.plugin.data import entries_at
from kong_lsp.plugin.libraries import NO_TYPEDEF
from kong_lsp.plugin.plain_schema import is_plainly_sound
from kong_lsp.plugin.program import Program
from kong_lsp.plugin.schema import Schema
from kong_lsp.rules.rule import Rule
from kong_lsp.rules.table_edits import add_entry
from kong_lsp.spelling import nearest
from kong_lsp.syntax.lua.values import Entry, Table
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.sources import PluginSource

if TYPE_CHECKING:
    from kong_lsp.kong.schema.faults import Violation

rule = Rule("KP206", "invalid-schema", Severity.ERROR)

_FATAL = (1, 1)
_STRICT = (3, 0)
_TYPEDEF = NO_TYPEDEF.partition("{")[0]


def check(snapshot: Snapshot, plugin: PluginSource) -> Iterator[Finding]:
    """What Kong says when it loads the schema."""
    schema = plugin.schema
    if schema is None or plugin.kong.number < (0, 15):
        return
    yield from _typedefs(plugin, schema.program)
    if schema.definition is UNKNOWN or plugin.kong.number < _FATAL:
        return
    if schema.is_legacy:
        yield from _legacy(plugin, schema)
        return
    if is_plainly_sound(schema.definition):
        return
    from kong_lsp.kong.schema import metaschema

    faults = metaschema.check_plugin(schema.definition, plugin.kong)
    told = {fault.place for fault in faults if fault.kind == "schema"}
    for fault in faults:
        if fault.kind != "required" or fault.place[:-1] not in told:
            yield _finding(plugin, schema, fault, fault.place)
    for fault in metaschema.check_fields_of_plugin(schema.definition, plugin.kong):
        yield _finding(plugin, schema, fault, fault.place)


def _typedefs(plugin: PluginSource, program: Program) -> Iterator[Finding]:
    """Each typedef that the release lacks."""
    for failure in program.failures:
        place = program.locate(failure.at)
        if failure.message.startswith(_TYPEDEF) and place is not None:
            words = f'Kong {plugin.kong} does not load this schema: "{failure.message}".'
            yield rule.finding(*place, words)


def _legacy(plugin: PluginSource, schema: Schema) -> Iterator[Finding]:
    program = schema.program
    if plugin.kong.number >= _STRICT:
        yield rule.finding(
            program.path,
            program.returned,
            f"This schema has the form of Kong 0.x, which Kong {plugin.kong} does not load: "
            '"name: field required for entity check; fields: expected an array". It wants '
            '{ name = …, fields = { { config = { type = "record", fields = { … } } } } }.',
        )
    elif schema.refused is not None:
        path: Path = tuple(part for name in schema.refused.path for part in ("fields", name))
        place = schema.place(path, key=True) or (program.path, program.returned)
        yield rule.finding(
            *place,
            f'Kong {plugin.kong} does not load this schema: "failed converting legacy schema for '
            f'{plugin.name}: {schema.refused}".',
        )
    else:
        from kong_lsp.kong.schema import metaschema

        for fault in metaschema.check_plugin(schema.converted, plugin.kong):
            inside = fault.place[2:3] == ("config",)
            yield _finding(plugin, schema, fault, ("fields", *fault.place[5:6]) if inside else ())


def _finding(plugin: PluginSource, schema: Schema, fault: Violation, place: Path) -> Finding:
    program = schema.program
    where = schema.place(place, key=fault.kind in ("unknown", "required"))
    path, span = where or (program.path, program.returned)
    names = [part for part in fault.place if isinstance(part, str) and part != "fields"]
    words = fault.message
    if fault.kind != "schema" or not any(name in words for name in names):
        words = f"{'.'.join(names) or 'fields'}: {words}"
    return rule.finding(
        path,
        span,
        f'Kong {plugin.kong} does not load this schema: "{words}".',
        fixes=tuple(_fixes(plugin, schema, fault, place)),
    )


def _fixes(plugin: PluginSource, schema: Schema, fault: Violation, place: Path) -> Iterator[Fix]:
    program = schema.program
    entries = list(entries_at(program.value, place))
    if place == ("name",) and not entries:
        edit = add_entry(program, program.value, f'name = "{plugin.name}"')
        if edit is not None:
            yield Fix(f'Add name = "{plugin.name}"', (change(program.path, edit),))
    if len(entries) != len(place) or not entries:
        return
    from kong_lsp.kong.schema import metaschema

    last = entries[-1]
    if fault.kind == "unknown" and last.key_at is not None:
        holder = entries[-2].value if len(entries) > 1 else program.value
        known = metaschema.attributes(plugin.kong)
        taken = holder.entries if isinstance(holder, Table) else {}
        near = nearest(str(place[-1]), [name for name in known if name not in taken])
        located = program.locate(last.key_at)
        if near is not None and located is not None and _text(program, *located) == place[-1]:
            yield Fix(f'Change to "{near}"', (change(located[0], Edit(located[1], near)),))
    elif place[-1] == "fields" and isinstance(last.value, Table):
        edits = list(_wrapped(program, last.value))
        if edits:
            yield Fix("Give each field a table of its own", (change(program.path, *edits),))
    elif fault.kind == "len_eq" and isinstance(last.value, Table):
        edits = list(_split(program, last.value))
        if edits:
            yield Fix("Give each field a table of its own", (change(program.path, *edits),))


def _text(program: Program, path: str, span: Span) -> str:
    tree = program.files.get(path)
    return "" if tree is None else tree.text[slice(*span)]


def _spans(program: Program, table: Table) -> list[Span]:
    """Where the entries of a table are written, if all are by name in its constructor."""
    spans = []
    for key, entry in table.entries.items():
        located = program.locate(entry.at)
        if not isinstance(key, str) or _is_late(entry) or located is None:
            return []
        if located[0] != program.path or not isinstance(entry.value, Table):
            return []
        spans.append(located[1])
    return sorted(spans)


def _is_late(entry: Entry) -> bool:
    return entry.late or entry.key_at is None


def _wrapped(program: Program, table: Table) -> Iterator[Edit]:
    for span in _spans(program, table):
        yield Edit(Span(span.start, span.start), "{ ")
        yield Edit(Span(span.end, span.end), " }")


def _split(program: Program, table: Table) -> Iterator[Edit]:
    spans = _spans(program, table)
    text = program.tree.text if program.tree is not None else ""
    between = [Span(one.end, other.start) for one, other in pairwise(spans)]
    for gap in between:
        found = re.fullmatch(r"[ \t]*[,;](\s*)", text[slice(*gap)])
        if found is None:
            return
    for gap in between:
        space = text[slice(*gap)].strip(" \t").lstrip(",;") or " "
        yield Edit(gap, f" }},{space}{{ ")
