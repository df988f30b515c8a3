"""A rock ships modules of a plugin, and the plugin has no handler.

## What it does
Looks, for each plugin that the keys of `build.modules` name with a `schema`, `api`, `daos`,
`migrations` or `status_api`, for its handler: listed, on disk, or in another rockspec. A
folder that holds nothing but helpers is no plugin and needs none.

## Why it matters
The handler is the plugin. Without it Kong stops with `acme plugin is enabled but not
installed`.

## Example
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
} }
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
Not applied without `--unsafe`: where a file such as `hander.lua` is there it is renamed, else
a handler that works is created; either way it is listed.

## If this still fails
Kong looks for `kong/plugins/NAME/handler.lua` below each folder of `lua_package_path`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Severity
from kong_lsp.rules.km import shipping
from kong_lsp.rules.km.absent import absent
from kong_lsp.rules.rule import Rule
from kong_lsp.rules.shared_words import not_installed
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KM104", "missing-handler", Severity.ERROR)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each plugin without a handler."""
    for plugin, fixes in absent(snapshot, rock, "handler"):
        release = snapshot.root(rock).kong
        yield rule.finding(
            rock.path,
            shipping.anchor(rock, plugin),
            f"The plugin '{plugin}' has no handler (kong.plugins.{plugin}.handler): Kong stops "
            f'with "{not_installed(plugin, release)}".',
            fixes=fixes,
        )
