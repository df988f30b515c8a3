"""A key of ``build.modules`` is a name that Kong would never load.

## What it does
Finds keys that are near to what Kong loads and not it: `kong.plugin.` for `kong.plugins.`,
`hander` for `handler`, `schemas` for `schema`, a key that ends in `.lua`, slashes, blanks,
another case. A helper of the plugin's own that some module requires under just this name is
no mistake.

## Why it matters
The key decides under which name a file is installed. LuaRocks takes any key, and Kong then
stops with `acme plugin is enabled but not installed`, or starts without the module. A key with
slashes happens to be installed well; that is a warning.

## Example
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.hander"] = "kong/plugins/acme/handler.lua",
  ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
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
Safe: the key is changed, in the literal that it was written with.

## If this still fails
The plugin's name is the part after `kong.plugins.`; it is case-sensitive, and Kong never
takes `-` for `_`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.rockspec.build import installed_path
from kong_lsp.rules.km import shipping
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KM106", "misnamed-module", Severity.ERROR)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each misnamed key, with the key that is meant."""
    for name, meant in shipping.shipping(snapshot, rock).meant.items():
        if meant.why != "spelling":
            continue
        entry = rock.listed[name]
        change = shipping.rename_key(rock, entry, meant.name)
        fixes = () if change is None else (Fix(f'Change to "{meant.name}"', (change,)),)
        if installed_path(name, entry.path or "") == installed_path(meant.name, entry.path or ""):
            yield rule.finding(
                rock.path,
                shipping.key_span(rock, entry),
                f'"{name}" is installed as "{meant.name}" and is no name of a module: tools that '
                "read the rockspec do not find it.",
                severity=Severity.WARNING,
                fixes=fixes,
            )
            continue
        yield rule.finding(
            rock.path,
            shipping.key_span(rock, entry),
            f'Kong never loads "{name}": it looks for "{meant.name}", and once installed says '
            f"\"module '{meant.name}' not found\".",
            fixes=fixes,
        )
