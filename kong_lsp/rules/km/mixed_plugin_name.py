"""Near-equal names of plugins are mixed in one rock.

## What it does
Compares the plugins that the keys of `build.modules` name. Where one of two near-equal names
(`my_plugin` and `my-plugin`, `request` and `reqest`) has only part of a plugin, its keys are
likely misspelt.

## Why it matters
To Kong these are two plugins, and one of them lacks its handler or its schema: `acme plugin
is enabled but not installed`.

## Example
```lua
-- rock: my-plugin
build = { type = "builtin", modules = {
  ["kong.plugins.my-plugin.handler"] = "kong/plugins/my-plugin/handler.lua",
  ["kong.plugins.my-plugin.api"] = "kong/plugins/my-plugin/api.lua",
  ["kong.plugins.my_plugin.schema"] = "kong/plugins/my-plugin/schema.lua",
} }
-- handler: kong/plugins/my-plugin/handler.lua
-- schema: kong/plugins/my-plugin/schema.lua
-- file: kong/plugins/my-plugin/api.lua
return {}
```

## Use instead
```lua
-- rock: my-plugin
build = { type = "builtin", modules = {
  ["kong.plugins.my-plugin.handler"] = "kong/plugins/my-plugin/handler.lua",
  ["kong.plugins.my-plugin.api"] = "kong/plugins/my-plugin/api.lua",
  ["kong.plugins.my-plugin.schema"] = "kong/plugins/my-plugin/schema.lua",
} }
-- handler: kong/plugins/my-plugin/handler.lua
-- schema: kong/plugins/my-plugin/schema.lua
-- file: kong/plugins/my-plugin/api.lua
return {}
```

## Fix
Safe: the key's plugin is changed to the name that has the folder, or more of the entries.

## If this still fails
The name in Kong's configuration (`plugins = bundled,my-plugin`) must be the same, letter for
letter.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.rules.km import shipping
from kong_lsp.rules.km.naming import split
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KM113", "mixed-plugin-name", Severity.WARNING)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each key of the plugin that is likely misspelt."""
    for name, meant in shipping.shipping(snapshot, rock).meant.items():
        if meant.why != "plugin":
            continue
        entry = rock.listed[name]
        change = shipping.rename_key(rock, entry, meant.name)
        fixes = () if change is None else (Fix(f'Change to "{meant.name}"', (change,)),)
        wrong, right = split(name)[0], split(meant.name)[0]
        yield rule.finding(
            rock.path,
            shipping.key_span(rock, entry),
            f"This entry is for a plugin '{wrong}', and the others are for '{right}': to Kong "
            f'these are two plugins. Did you mean "{meant.name}"?',
            fixes=fixes,
        )
