"""A rock ships modules of a plugin, and the plugin has no schema.

## What it does
Looks, for each plugin whose handler the keys of `build.modules` name, for its schema: listed,
on disk, or in another rockspec.

## Why it matters
Every Kong since 0.9 loads the schema at start and stops without it: `no configuration schema
found for plugin: acme`. Older ones fail when the plugin is first configured.

## Example
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
} }
-- handler: kong/plugins/acme/handler.lua
```

## Use instead
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
  ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
} }
-- handler: kong/plugins/acme/handler.lua
-- schema: kong/plugins/acme/schema.lua
```

## Fix
Not applied without `--unsafe`: where a file such as `shema.lua` is there it is renamed, else
a schema with an empty `config` is created; either way it is listed.

## If this still fails
Kong looks for `kong/plugins/NAME/schema.lua` below each folder of `lua_package_path`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Severity
from kong_lsp.kong import modules
from kong_lsp.rules.km import shipping
from kong_lsp.rules.km.absent import absent
from kong_lsp.rules.rule import Rule
from kong_lsp.rules.shared_words import no_schema
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KM105", "missing-schema", Severity.ERROR)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each plugin without a schema."""
    for plugin, fixes in absent(snapshot, rock, "schema"):
        row = modules.module(snapshot.root(rock).kong, "schema")
        needed = row is not None and row.need == "mandatory"
        then = (
            f'stops with "{no_schema(plugin)}"' if needed else "fails when it is first configured"
        )
        yield rule.finding(
            rock.path,
            shipping.anchor(rock, plugin),
            f"The plugin '{plugin}' has no schema (kong.plugins.{plugin}.schema): Kong {then}.",
            severity=None if needed else Severity.WARNING,
            fixes=fixes,
        )
