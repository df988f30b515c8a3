"""A schema whose name is not the plugin's.

## What it does
Compares `name` in `schema.lua` with the plugin's name, which its folder or the rockspec's keys
give.

## Why it matters
Kong loads a plugin by the name of its modules and does not look at this one, but its messages
about the schema show it, and it tells where a schema was copied from.

## Example
```lua
-- handler: kong/plugins/acme/handler.lua
-- file: kong/plugins/acme/schema.lua
return { name = "key-auth", fields = { { config = { type = "record", fields = {} } } } }
```

## Use instead
```lua
-- handler: kong/plugins/acme/handler.lua
-- file: kong/plugins/acme/schema.lua
return { name = "acme", fields = { { config = { type = "record", fields = {} } } } }
```

## Fix
Safe where the name is one literal.

## If this still fails
`kong-lsp check --ignore KP207` leaves it be.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity, change
from kong_lsp.plugin.data import entries_at
from kong_lsp.rules.kp.plugin_words import packaging
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.lua.values import Text
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.sources import PluginSource

rule = Rule("KP207", "schema-name-mismatch", Severity.HINT)


def check(snapshot: Snapshot, plugin: PluginSource) -> Iterator[Finding]:
    """The name in the schema."""
    schema = plugin.schema
    if schema is None or not isinstance(schema.name, str) or schema.name == plugin.name:
        return
    if plugin.tree.aliased and not packaging(snapshot, plugin):
        return
    file = plugin.tree.modules["schema"]
    trees = snapshot.root_of_source(plugin).plugins
    if any(t.name == schema.name and t.modules.get("schema") == file for t in trees):
        return
    place = schema.place(("name",))
    entries = list(entries_at(schema.program.value, ("name",)))
    if place is None or not entries:
        return
    path, span = place
    value = entries[0].value
    fixes: tuple[Fix, ...] = ()
    literal = value.literal if isinstance(value, Text) else None
    if literal is not None and schema.program.locate(literal) == place:
        edit = Edit(Span(span.start + 1, span.end - 1), plugin.name)
        if span.end - span.start == len(schema.name) + 2:
            fixes = (Fix(f'Change to "{plugin.name}"', (change(path, edit),)),)
    yield rule.finding(
        path, span, f'The plugin is called {plugin.name}, its schema "{schema.name}".', fixes=fixes
    )
