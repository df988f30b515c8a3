"""Two names in ``build.modules`` have the same file.

## What it does
Finds entries with the same path and different names.

## Why it matters
LuaRocks' builtin build keeps its list of work by source file, so it installs only one of the
two; which one is a matter of chance. The other is then not found.

## Example
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
  ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
  ["kong.plugins.acme-legacy.schema"] = "kong/plugins/acme/schema.lua",
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
None: give each module a file of its own, such as one line `return require "the.other"`.

## If this still fails
`luarocks show --modules NAME` lists what was installed.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Related, Severity
from kong_lsp.rockspec.build import installed_path
from kong_lsp.rockspec.model import ModuleEntry
from kong_lsp.rules.km import shipping
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KM109", "shared-module-file", Severity.ERROR)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each entry whose file an earlier entry has already."""
    if len(rock.files) == len(rock.ships) == len(rock.listed):
        return
    paths = [entry.path for entry in rock.listed.values()]
    if len(set(paths)) == len(paths) or shipping.is_set_aside(rock):
        return
    first: dict[str, tuple[str, ModuleEntry]] = {}
    for name, entry in rock.listed.items():
        if entry.path is None or not entry.path.endswith(".lua"):
            continue
        if entry.path not in first:
            first[entry.path] = name, entry
            continue
        other, earlier = first[entry.path]
        if installed_path(name, entry.path) == installed_path(other, entry.path):
            continue
        yield rule.finding(
            rock.path,
            shipping.value_span(rock, entry),
            f"{entry.path} is already the file of {other}: LuaRocks installs it under one of the "
            f"two names only, and \"module '{name}' not found\" or the other follows.",
            related=(
                Related(rock.path, shipping.value_span(rock, earlier), "the first use of the file"),
            ),
        )
