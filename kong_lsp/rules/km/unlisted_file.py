"""A Lua file in the folder of a packaged plugin is not listed.

## What it does
Compares the Lua files in the plugin's folder with `build.modules`. Tests are left out, and so
is what KM102, KM103 and KM112 report.

## Why it matters
Nothing is wrong yet: nobody requires the file by its full name. A name that is put together
at run time is not seen, and then the file is missing once installed.

## Example
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
  ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
} }
-- handler: kong/plugins/acme/handler.lua
-- schema: kong/plugins/acme/schema.lua
-- file: kong/plugins/acme/cache.lua
return {}
```

## Use instead
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.cache"] = "kong/plugins/acme/cache.lua",
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
  ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
} }
-- handler: kong/plugins/acme/handler.lua
-- schema: kong/plugins/acme/schema.lua
-- file: kong/plugins/acme/cache.lua
return {}
```

## Fix
The file is listed under the name that its place gives it. `kong-lsp fix` does so only with
`--unsafe`: some files are left out on purpose.

## If this still fails
A file that is no part of the plugin is better kept outside its folder.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Related, Severity
from kong_lsp.kong import modules
from kong_lsp.rules.km import shipping
from kong_lsp.rules.km.naming import is_source, near_tail
from kong_lsp.rules.km.nearby import intended_files
from kong_lsp.rules.rule import Rule
from kong_lsp.text import Span
from kong_lsp.workspace.snapshot import PluginTree, Rock, Root, Snapshot

rule = Rule("KM115", "unlisted-file", Severity.HINT)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each such file, at its beginning."""
    if not rock.held or not rock.complete:
        return
    shipped = rock.files
    state: shipping.Shipping | None = None
    for tree in rock.plugins:
        if shipping.files_of(tree) <= shipped:
            continue
        unlisted = set(shipping.files_of(tree) - shipped)
        state = state or shipping.shipping(snapshot, rock)
        unlisted.difference_update(
            state.files.values(), intended_files(state.root, rock, state.meant).values()
        )
        for file in sorted(unlisted):
            module = _module(tree, file)
            if not is_source(file[len(tree.folder) :]) or _is_told(state.root, rock, tree, module):
                continue
            if any(module in other.provides for other in snapshot.rocks()):
                continue
            change = shipping.add(rock, shipping.closure(state.root, rock, {module: file}))
            fixes = (
                ()
                if change is None or rock.detected
                else (Fix(f'Add "{module}" to build.modules', (change,), "unsafe"),)
            )
            dynamic = _computed(state.root, shipped, module)
            told = "" if dynamic is None else ", and a require whose name is computed may mean it"
            listing = Related(rock.path, shipping.anchor(rock, tree.name), "not listed here")
            yield rule.finding(
                file,
                Span(0, 0),
                f"This file is in the folder of the plugin '{tree.name}' and not in build.modules: "
                f"it is not installed{told}.",
                related=(listing,) if dynamic is None else (listing, dynamic),
                fixes=fixes,
            )


def _module(tree: PluginTree, file: str) -> str:
    tail = file[len(tree.folder) + 1 : -len(".lua")].replace("/", ".")
    return f"{tree.key_prefix}.{tail.removesuffix('.init')}"


def _computed(root: Root, shipped: frozenset[str], module: str) -> Related | None:
    """A shipped file's require of a computed name that begins as the module's does."""
    for path in sorted(shipped):
        file = root.lua.get(path)
        for require in file.requires if file is not None else ():
            prefix = require.prefix
            if require.module is None and "." in prefix[13:] and module.startswith(prefix):
                return Related(path, require.span, f"requires {prefix}…")
    return None


def _is_told(root: Root, rock: Rock, tree: PluginTree, module: str) -> bool:
    """Whether another rule speaks of the file: a migration, what no Kong loads any more, or
    a misnamed handler or schema where the right one is absent."""
    tail = module[len(tree.key_prefix) + 1 :]
    row = modules.module(root.kong, tail)
    if row is not None and row.need in ("obsolete", "listed"):
        return True
    near = near_tail(root.kong, tail)
    return near in ("handler", "schema") and f"{tree.key_prefix}.{near}" not in rock.provides
