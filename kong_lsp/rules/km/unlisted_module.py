"""A module that the rock's own code requires is on disk and not in ``build.modules``.

## What it does
Follows every `require` of the modules that the rock ships. One that names a module of the
same rock, on disk and not listed, is reported at the `require` and in the rockspec. Requires
inside `pcall` may fail, tests are not shipped, and a module that another rockspec of the
workspace lists is there: all of these are passed over.

## Why it matters
The plugin works from a checkout and fails once installed: `module 'kong.plugins.acme.access'
not found`, and Kong does not start.

## Example
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
  ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
} }
-- file: kong/plugins/acme/handler.lua
local access = require "kong.plugins.acme.access"
return { PRIORITY = 1000, VERSION = "1.0.0", access = access.execute }
-- file: kong/plugins/acme/access.lua
return { execute = function() end }
-- schema: kong/plugins/acme/schema.lua
```

## Use instead
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.access"] = "kong/plugins/acme/access.lua",
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
  ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
} }
-- file: kong/plugins/acme/handler.lua
local access = require "kong.plugins.acme.access"
return { PRIORITY = 1000, VERSION = "1.0.0", access = access.execute }
-- file: kong/plugins/acme/access.lua
return { execute = function() end }
-- schema: kong/plugins/acme/schema.lua
```

## Fix
Safe: the module is added to `build.modules`, together with those that it requires in turn;
or all missing modules at once.

## If this still fails
A module whose name is put together at run time (`require("kong.plugins.acme." .. name)`) is
not seen by this rule; see KM115 for files that nobody lists.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Related, Severity
from kong_lsp.rules.km import shipping
from kong_lsp.rules.km.naming import split
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KM102", "unlisted-module", Severity.ERROR)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each such module: once in the rockspec, and once in each file that requires it."""
    state = shipping.shipping(snapshot, rock)
    for module, requirers in state.required.items():
        file = state.files[module]
        anchor = shipping.anchor(rock, split(module)[0])
        fixes = shipping.listing_fixes(snapshot, rock, module)
        first = requirers[0]
        yield rule.finding(
            rock.path,
            anchor,
            f"{module} is not in build.modules, and {shipping.relative(rock, first.path)} requires "
            f"it: once installed, Kong stops with \"module '{module}' not found\".",
            related=shipping.required_at(requirers, module),
            fixes=fixes,
        )
        seen = set()
        for path, require in requirers:
            if path in seen:
                continue
            seen.add(path)
            yield rule.finding(
                path,
                require.span,
                f"{module} is on disk and in no rockspec's build.modules: once installed, Kong "
                f"stops with \"module '{module}' not found\".",
                related=(
                    Related(rock.path, anchor, f"{shipping.relative(rock, file)} belongs here"),
                ),
                fixes=fixes,
            )
