"""A module that Kong itself loads is on disk and not in ``build.modules``.

## What it does
Knows which modules each Kong release loads for a plugin (`handler`, `schema`, `api`, `daos`,
`status_api`, `migrations` and each migration that its index lists) and looks for those that
are in the plugin's folder and not listed.

## Why it matters
Kong finds a plugin's modules by name only. Without the handler it says `acme plugin is
enabled but not installed`, without the schema `no configuration schema found for plugin:
acme`; without `api`, `daos` or `migrations` it starts, and the plugin's routes, entities or
tables are not there.

## Example
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
} }
-- handler: kong/plugins/acme/handler.lua
-- schema: kong/plugins/acme/schema.lua
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
Safe: the module is added to `build.modules`, together with those that it requires; or all
missing modules at once.

## If this still fails
Set `kong_version` to the Kong that the plugin is for: `hooks` is loaded up to 0.10 only,
`status_api` from 1.4 on.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Severity
from kong_lsp.rules.km import shipping
from kong_lsp.rules.km.naming import split
from kong_lsp.rules.rule import Rule
from kong_lsp.rules.shared_words import no_schema, not_installed
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KM103", "unlisted-plugin-module", Severity.ERROR)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each such module, where the plugin's entries are."""
    state = shipping.shipping(snapshot, rock)
    for module, tree in state.loaded.items():
        tail = split(module)[1]
        match tail.partition(".")[0]:
            case "handler":
                then = f'Kong stops with "{not_installed(tree.name, state.root.kong)}"'
            case "schema":
                then = f'Kong stops with "{no_schema(tree.name)}"'
            case "migrations" if tail not in ("migrations", "migrations.init"):
                then = f"Kong stops with \"failed to load migration '{module}' of '{tree.name}' subsystem\""
            case part:
                then = f"Kong starts without the plugin's {part}"
        yield rule.finding(
            rock.path,
            shipping.anchor(rock, tree.name),
            f"{module} is on disk and not in build.modules: once installed, {then}.",
            fixes=shipping.listing_fixes(snapshot, rock, module),
        )
