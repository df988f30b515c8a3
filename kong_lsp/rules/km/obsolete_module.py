"""A listed module is one that only an older Kong loads.

## What it does
Knows until which release Kong loaded `hooks` (0.10), `dao.cassandra` and `dao.postgres` (0.9),
`schema.migrations` (0.7), `migrations.cassandra` and `migrations.postgres` (0.15), and compares
with the Kong that the plugin is for. It is silent where a module of the plugin requires the
file, where the newer form is listed beside it, and for what that Kong has in its own tree.

## Why it matters
Kong does not say that it passes the file over: subscriptions are not made and tables are
not created.

## Example
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
  ["kong.plugins.acme.hooks"] = "kong/plugins/acme/hooks.lua",
  ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
} }
-- handler: kong/plugins/acme/handler.lua
-- schema: kong/plugins/acme/schema.lua
-- file: kong/plugins/acme/hooks.lua
return {}
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
None: what the module did has to move, `hooks` to worker events, migrations to
`migrations/init.lua` and one file each.

## If this still fails
Set `kong_version` if the plugin is for an older Kong.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kong_lsp.finding import Finding, Severity
from kong_lsp.kong import bundled, modules
from kong_lsp.kong.releases import Release
from kong_lsp.rules.km import shipping
from kong_lsp.rules.km.naming import PREFIX, names_of, split
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KM111", "obsolete-module", Severity.WARNING)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each listed module that the target Kong no longer loads."""
    root = snapshot.root(rock)
    obsolete = _obsolete(root.kong) & names_of(rock.listed).tails
    if not obsolete or shipping.is_set_aside(rock):
        return
    ends = tuple(f".{tail}" for tail in obsolete)
    for name in [name for name in rock.listed if name.endswith(ends)]:
        plugin, tail = split(name)
        if tail not in obsolete:
            continue
        if root.requirers.get(name) or root.kong in bundled.ever(name):
            continue
        beginning = f"{PREFIX}{plugin}.migrations"
        newer = {beginning, f"{beginning}.init"} & rock.listed.keys()
        if tail.startswith("migrations.") and newer:
            continue
        row = modules.module(root.kong, tail)
        until = row.until if row is not None else None
        yield rule.finding(
            rock.path,
            shipping.key_span(rock, rock.listed[name]),
            f"Kong {root.kong} does not load {name}: the last release that did is {until}.",
            tags=("deprecated",),
        )


@lru_cache(maxsize=64)
def _obsolete(release: Release) -> frozenset[str]:
    """The tails of modules that only older releases load."""
    return frozenset(row.tail for row in modules.table(release) if row.need == "obsolete")
