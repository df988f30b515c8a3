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
Safe where an attribute, type, check, typedef or field is near to one that Kong knows, where a value
lacks its quotes or has them without need, where `fields` names its fields in a map or several in
one entry, where the name is missing, and for `no_consumer = true`. To add what a type wants
(`elements`), to move an attribute of a list into its `elements`, to remove an unknown one, and to
write a schema of Kong 0.x anew (as Kong 2.8 would; not where it has functions or comments) are
guesses, which `kong-lsp fix` makes only with `--unsafe`.

## If this still fails
Set `kong_version`: attributes came and went with releases (`description` with 3.4), and schemas
in the form of Kong 0.x are refused from 3.0 on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kong_lsp.finding import Finding, Fix, Severity, change
from kong_lsp.kong.schema.values import UNKNOWN, Path
from kong_lsp.plugin.data import entries_at
from kong_lsp.plugin.libraries import NO_TYPEDEF
from kong_lsp.plugin.plain_schema import is_plainly_sound
from kong_lsp.plugin.program import Program
from kong_lsp.plugin.schema import Schema
from kong_lsp.rules.kp.table_edits import add_entry, into_table, without_entry
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.syntax.lua.values import Bool, Entry, Table
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.sources import PluginSource

if TYPE_CHECKING:
    from kong_lsp.kong.schema.faults import Violation

rule = Rule("KP206", "invalid-schema", Severity.ERROR)

_FATAL = (1, 1)
_STRICT = (3, 0)
_TYPEDEF = NO_TYPEDEF.partition("{")[0]
_NO_ENTITY = (("no_consumer",), ("no_route",), ("no_service",))


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
    faults = [
        fault
        for fault in faults
        if fault.kind != "no_such_type" and not _is_misspelt_type(fault, faults)
    ]
    told = {fault.place for fault in faults if fault.kind == "schema"}
    found = [
        _finding(plugin, schema, fault, fault.place)
        for fault in faults
        if fault.place[:-1] not in told or not _follows(fault)
    ]
    found += [
        _finding(plugin, schema, fault, fault.place)
        for fault in metaschema.check_fields_of_plugin(schema.definition, plugin.kong)
    ]
    yield from _once(found, schema.program)


def _is_misspelt_type(fault: Violation, faults: list[Violation]) -> bool:
    """Whether a field has no type because it has a key that is near to ``type``."""
    if fault.message == "missing type declaration":
        place = fault.place
    elif fault.kind == "required" and fault.place[-1] == "type":
        place = fault.place[:-1]
    else:
        return False
    return any(
        other.kind == "unknown"
        and other.place[:-1] == place
        and nearest(str(other.place[-1]), ("type",)) is not None
        for other in faults
    )


def _follows(fault: Violation) -> bool:
    """Whether it says again what is said of the field that holds its place."""
    return fault.kind == "required" or isinstance(fault.place[-1], int)


def _once(found: list[Finding], program: Program) -> Iterator[Finding]:
    """The findings, of several in one place the first; none where a typedef is missing."""
    seen = {
        (place[0], place[1].start)
        for failure in program.failures
        if (place := program.locate(failure.at)) is not None
    }
    for finding in found:
        if (finding.path, finding.span.start) not in seen:
            seen.add((finding.path, finding.span.start))
            yield finding


def _typedefs(plugin: PluginSource, program: Program) -> Iterator[Finding]:
    """Each typedef that the release lacks."""
    for failure in program.failures:
        place = program.locate(failure.at)
        if failure.message.startswith(_TYPEDEF) and place is not None:
            words = f'Kong {plugin.kong} does not load this schema: "{failure.message}".'
            name = failure.message[len(_TYPEDEF) :].partition(" ")[0]
            fixes = tuple(_near_typedef(plugin, program, place, name))
            yield rule.finding(*place, words, fixes=fixes)


def _near_typedef(
    plugin: PluginSource, program: Program, place: tuple[str, Span], name: str
) -> Iterator[Fix]:
    from kong_lsp.kong.schema import typedefs

    path, span = place
    near = nearest(name, typedefs.names(plugin.kong))
    written = re.compile(rf"\s*\.\s*({re.escape(name)})\b").match(
        program.files[path].text, span.end
    )
    if near is not None and written is not None:
        edit = Edit(Span(*written.span(1)), near)
        yield Fix(f'Change to "{near}"', (change(path, edit),))


def _legacy(plugin: PluginSource, schema: Schema) -> Iterator[Finding]:
    program = schema.program
    if plugin.kong.number >= _STRICT:
        from kong_lsp.rules.kp.new_form import rewrite

        fix = rewrite(plugin, schema)
        yield rule.finding(
            program.path,
            program.returned,
            f"This schema has the form of Kong 0.x, which Kong {plugin.kong} does not load: "
            '"name: field required for entity check; fields: expected an array". It wants '
            '{ name = …, fields = { { config = { type = "record", fields = { … } } } } }.',
            fixes=() if fix is None else (fix,),
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
    from kong_lsp.rules.kp import schema_fixes

    program = schema.program
    entries = list(entries_at(program.value, place))
    if place == ("name",) and not entries:
        edit = add_entry(program, program.value, f'name = "{plugin.name}"')
        if edit is not None:
            yield Fix(f'Add name = "{plugin.name}"', (change(program.path, edit),))
    elif place in _NO_ENTITY and len(entries) == 1 and fault.kind == "unknown":
        yield from _as_field(program, entries[0], place[0])
    elif len(place) == 3 and place[0] == "fields" and len(entries) == 3 and fault.kind == "schema":
        yield from _no_field(plugin, program, entries, str(place[-1]), fault)
    else:
        yield from schema_fixes.fixes(program, fault, place, plugin.kong)


def _as_field(program: Program, entry: Entry, name: object) -> Iterator[Fix]:
    """``no_consumer = true`` of Kong 0.x as a field."""
    fields = program.value.get("fields") if isinstance(program.value, Table) else None
    out = without_entry(program, entry)
    tree = program.tree
    if tree is None or out is None or not isinstance(entry.value, Bool):
        return
    if not entry.value.value:
        yield Fix(f"Remove {name}", (change(program.path, out),))
        return
    from kong_lsp.kong.schema import typedefs

    variable = typedefs.variable(tree.text)
    kind = str(name).removeprefix("no_")
    typedef = f"{variable or 'typedefs'}.{name}"
    put = None
    if isinstance(fields, Table):
        put = into_table(program, fields, f"{{ {kind} = {typedef} }}")
    if put is None:
        return
    edits = [out, put]
    if variable is None:
        edits.append(Edit(Span(0, 0), f'local typedefs = require "{typedefs.MODULE}"\n\n'))
    edits.sort(key=lambda edit: edit.span)
    title = f"Write it as {kind} = {typedef}"
    yield Fix(title, (change(program.path, *edits),))


def _no_field(
    plugin: PluginSource, program: Program, entries: list[Entry], name: str, fault: Violation
) -> Iterator[Fix]:
    """A field that the entity ``plugins`` has not: another name, or out with it."""
    from kong_lsp.kong.schema import metaschema
    from kong_lsp.rules.kp import schema_fixes

    if "cannot create a new field" not in fault.message:
        yield from schema_fixes.fixes(program, fault, fault.place, plugin.kong)
        return
    near = nearest(name, metaschema.plugin_fields(plugin.kong))
    if near is not None:
        yield from schema_fixes.rename(program, entries[-1], near)
    else:
        edit = without_entry(program, entries[1])
        if edit is not None:
            yield Fix(f"Remove {name}", (change(program.path, edit),), "unsafe")
