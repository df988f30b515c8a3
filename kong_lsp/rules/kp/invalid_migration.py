"""A migration, or the index of migrations, that Kong refuses.

## What it does
Looks at `migrations/init.lua` and at the files that it names: the index is a list of names in
quotes, each file returns a table with `postgres`, which holds `up`, `up_f` (3.0) or `teardown`,
and, up to Kong 3.3, `cassandra`.

## Why it matters
`kong migrations` stops: `migrations index from 'kong.plugins.acme.migrations' must be a table`, or
`migration 'kong.plugins.acme.migrations.000_base' of 'acme' subsystem is invalid: …`.

## Example
```lua
-- handler: kong/plugins/acme/handler.lua
-- schema: kong/plugins/acme/schema.lua
-- file: kong/plugins/acme/migrations/init.lua
return {
  000_base,
}
-- file: kong/plugins/acme/migrations/000_base.lua
return { postgres = { up = "SELECT 1;" } }
```

## Use instead
```lua
-- handler: kong/plugins/acme/handler.lua
-- schema: kong/plugins/acme/schema.lua
-- file: kong/plugins/acme/migrations/init.lua
return {
  "000_base",
}
-- file: kong/plugins/acme/migrations/000_base.lua
return { postgres = { up = "SELECT 1;" } }
```

## Fix
Safe where a name in the index lacks its quotes, or a database is misspelt. What the release
does not know is removed only by `kong-lsp fix --unsafe`.

## If this still fails
Set `kong_version`: before 0.15 migrations had another form, and from 3.4 on `cassandra` is an
unknown field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from kong_lsp.finding import Finding, Fix, Severity, change
from kong_lsp.kong.schema.values import UNKNOWN, as_sequence
from kong_lsp.plugin.data import entries_at
from kong_lsp.rules.kp.table_edits import without_entry
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.tree import Piece, Tree
from kong_lsp.syntax.lua.values import Place, Table
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.sources import PluginSource

if TYPE_CHECKING:
    from kong_lsp.kong.schema.faults import Violation
    from kong_lsp.plugin.migration_files import MigrationFile
    from kong_lsp.plugin.program import Program

rule = Rule("KP209", "invalid-migration", Severity.ERROR)

_MALFORMED = re.compile(r"malformed number near '(\w+)'")


def check(snapshot: Snapshot, plugin: PluginSource) -> Iterator[Finding]:
    """The index and each file that it names."""
    if plugin.kong.number < (0, 15):
        return
    for name, file in plugin.migrations.items():
        if name:
            yield from _file(plugin, name, file)
        else:
            yield from _index(plugin, file)


def _index(plugin: PluginSource, file: MigrationFile) -> Iterator[Finding]:
    program, definition = file.program, file.definition
    namespace = f"{plugin.tree.key_prefix}.migrations"
    if program.tree is not None:
        for name, span in _unquoted(program.tree):
            edit = Edit(span, f'"{name}"')
            yield rule.finding(
                program.path,
                span,
                f"The name of the migration {name} needs quotes: without them Lua does not take it "
                "for a string.",
                fixes=(Fix("Put it in quotes", (change(program.path, edit),)),),
            )
    if isinstance(definition, str | int | float):
        yield rule.finding(
            program.path,
            program.returned,
            f"Kong {plugin.kong} stops with \"migrations index from '{namespace}' must be a "
            'table".',
        )
        return
    for number, entry in enumerate(as_sequence(definition) or (), 1):
        place = file.place((number,))
        if entry is not UNKNOWN and not isinstance(entry, str) and place is not None:
            yield rule.finding(
                *place,
                f"Kong {plugin.kong} wants the name of a migration here, in quotes: it stops with "
                f"\"failed to load migration\" of '{plugin.name}' subsystem.",
            )


def _unquoted(tree: Tree) -> Iterator[tuple[str, Span]]:
    """The names in the list that a file returns which are written without quotes."""
    for piece, problem in tree.all_problems():
        found = _MALFORMED.match(problem.message)
        if found is not None:
            yield found[1], tree.span(Place(piece, problem.start, problem.end))
    own = {
        name.name
        for piece in tree.pieces
        if isinstance(piece.node, nodes.Local)
        for name in piece.node.names
    }
    for piece in tree.pieces:
        for holder, field in _fields(piece):
            if field.key is None and isinstance(field.value, nodes.Name):
                value = field.value
                if value.name not in own:
                    yield value.name, tree.span(Place(holder, value.start, value.end))


def _fields(piece: Piece) -> Iterator[tuple[Piece, nodes.Field]]:
    """The fields of the table that a statement returns."""
    node = piece.node
    if not isinstance(node, nodes.Return) or len(node.values) != 1:
        return
    table = node.values[0]
    if isinstance(table, nodes.Table):
        for field in table.fields or ():
            yield piece, field
        for child in piece.children or ():
            if isinstance(child.node, nodes.Field):
                yield child, child.node


def _file(plugin: PluginSource, name: str, file: MigrationFile) -> Iterator[Finding]:
    from kong_lsp.kong.schema.judge import validate
    from kong_lsp.plugin.migration_files import migration_schema

    record = migration_schema(plugin.kong)
    if record is None or not isinstance(file.definition, Mapping | list):
        return
    value = {"name": name, **(file.definition if isinstance(file.definition, Mapping) else {})}
    program = file.program
    databases = ("postgres",) if plugin.kong.number >= (3, 4) else ("postgres", "cassandra")
    for fault in validate(record, value, plugin.kong, fill_in=False):
        named = ".".join(map(str, fault.path))
        words = f"{named}: {fault.message}" if named else fault.message
        place = file.place(fault.place, key=fault.kind in ("unknown", "required"))
        yield rule.finding(
            *(place or (program.path, program.returned)),
            f"Kong {plugin.kong} stops with \"migration '{plugin.tree.key_prefix}.migrations."
            f"{name}' of '{plugin.name}' subsystem is invalid: {words}\".",
            fixes=tuple(_mended(program, fault, databases)) if fault.kind == "unknown" else (),
        )


def _mended(program: Program, fault: Violation, databases: tuple[str, ...]) -> Iterator[Fix]:
    """Put an entry right that the release does not know, or take it out."""
    entries = list(entries_at(program.value, fault.place))
    located = program.locate(entries[-1].at) if len(entries) == len(fault.place) == 1 else None
    if located is None or located[0] != program.path or program.tree is None:
        return
    text = program.tree.text
    key = None if entries[0].key_at is None else program.locate(entries[0].key_at)
    meant = nearest(str(fault.place[0]), databases)
    table = program.value
    if key and meant and isinstance(table, Table) and meant not in table.entries:
        quote = text[key[1].start] if text[key[1].start] in "'\"" else ""
        edit = Edit(key[1], f"{quote}{meant}{quote}")
        yield Fix(f"Change to {meant}", (change(program.path, edit),))
        return
    out = without_entry(program, entries[0])
    if out is not None:
        yield Fix(f"Remove {fault.place[0]}", (change(program.path, out),), "unsafe")
