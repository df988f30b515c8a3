"""A daos.lua that Kong refuses to load.

## What it does
Evaluates `daos.lua` without running it: from Kong 3.0 on it must return a list, and each entity
in it must stand up to Kong's metaschema.

## Why it matters
Kong stops at start: `custom plugin 'acme' returned non-array daos definition table`, or `schema of
custom plugin entity 'acme.keys' is invalid: …`.

## Example
```lua
-- handler: kong/plugins/acme/handler.lua
-- schema: kong/plugins/acme/schema.lua
-- file: kong/plugins/acme/daos.lua
local typedefs = require "kong.db.schema.typedefs"

return {
  acme_keys = {
    name = "acme_keys",
    primary_key = { "id" },
    fields = {
      { id = typedefs.uuid },
    },
  },
}
```

## Use instead
```lua
-- handler: kong/plugins/acme/handler.lua
-- schema: kong/plugins/acme/schema.lua
-- file: kong/plugins/acme/daos.lua
local typedefs = require "kong.db.schema.typedefs"

return {
  {
    name = "acme_keys",
    primary_key = { "id" },
    fields = {
      { id = typedefs.uuid },
    },
  },
}
```

## Fix
Safe where the entities, each with its `name`, stand in a map: the keys go. What `KP206` puts right
in a schema is put right here as well.

## If this still fails
Kong up to 2.8 takes a map as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from kong_lsp.finding import Finding, Fix, Severity, change
from kong_lsp.plugin.data import entries_at
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.lua.values import Table
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.sources import PluginSource

if TYPE_CHECKING:
    from kong_lsp.kong.releases import Release
    from kong_lsp.kong.schema.faults import Violation
    from kong_lsp.kong.schema.values import Path
    from kong_lsp.plugin.daos import Daos
    from kong_lsp.plugin.program import Program

rule = Rule("KP208", "invalid-daos", Severity.ERROR)


def check(snapshot: Snapshot, plugin: PluginSource) -> Iterator[Finding]:
    """The list of entities, and each entity."""
    daos = plugin.daos
    if daos is None or plugin.kong.number < (1, 1):
        return
    program = daos.program
    if plugin.kong.number >= (3, 0) and daos.is_list is False:
        edits = tuple(_without_names(daos))
        fix = Fix("Make it a list", (change(program.path, *edits),))
        yield rule.finding(
            program.path,
            program.returned,
            f"Kong {plugin.kong} stops with \"custom plugin '{plugin.name}' returned non-array "
            'daos definition table".',
            fixes=(fix,) if edits else (),
        )
    from kong_lsp.kong.schema.metaschema import check_entity

    for path, entity in daos.entities():
        for fault in check_entity(entity, plugin.kong):
            if fault.kind == "no_such_type":
                continue
            named = ".".join(map(str, fault.path))
            words = f"{named}: {fault.message}" if named else fault.message
            where = (*path, *fault.place)
            place = daos.place(where, key=fault.kind in ("unknown", "required"))
            yield rule.finding(
                *(place or (program.path, program.returned)),
                f'Kong {plugin.kong} stops with "schema of custom plugin entity '
                f"'{plugin.name}.{entity.get('name')}' is invalid: {words}\".",
                fixes=tuple(_fixes(program, fault, path, plugin.kong)),
            )


def _fixes(program: Program, fault: Violation, path: Path, release: Release) -> Iterator[Fix]:
    from kong_lsp.rules.kp import schema_fixes

    inner = program.value
    for entry in entries_at(program.value, path):
        inner = entry.value
    yield from schema_fixes.fixes(
        replace(program, value=inner), fault, fault.place, release, entity=True
    )


def _without_names(daos: Daos) -> Iterator[Edit]:
    table = daos.program.value
    edits = []
    for key, entry in table.entries.items() if isinstance(table, Table) else ():
        whole, value = daos.program.locate(entry.at), daos.program.locate(entry.value_at)
        if whole is None or value is None or whole[0] != daos.program.path or entry.late:
            return
        if not isinstance(key, str) or not isinstance(entry.value, Table):
            return
        if "name" not in entry.value.entries:
            return
        edits.append(Edit(Span(whole[1].start, value[1].start), ""))
    yield from edits
