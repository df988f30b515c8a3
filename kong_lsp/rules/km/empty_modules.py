"""``build.modules`` is empty or absent, and a plugin's files are there.

## What it does
Looks for a plugin's handler on disk where the rockspec lists no module at all. With
`rockspec_format = "3.0"` and no `modules` LuaRocks finds modules itself; the rule is then
silent if that finds the handler under the name that Kong requires.

## Why it matters
`modules = {}` installs nothing, successfully. An absent `modules` stops LuaRocks in format
1.x: `Build error: Missing build.modules table`.

## Example
```lua
-- rock: acme
build = { type = "builtin", modules = {} }
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
Safe where nothing is installed as yet: all Lua files of the plugin, tests left out, are
listed. Where LuaRocks finds modules by itself a list would end that, so it is only offered.

## If this still fails
`modules` belongs inside `build`; under another name LuaRocks ignores it (KR014).
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.rockspec import build
from kong_lsp.rules.km import shipping
from kong_lsp.rules.km.naming import is_source
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.syntax.lua.values import NIL, Table
from kong_lsp.workspace.snapshot import PluginTree, Rock, Root, Snapshot

rule = Rule("KM114", "empty-modules", Severity.WARNING)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """The rockspec, if it lists nothing."""
    if rock.listed or not rock.held or build.builds_modules(rock.rockspec) is not True:
        return
    modules = rock.rockspec.get("build", "modules")
    if modules is not NIL and not (
        isinstance(modules, Table) and not modules.open and not modules.written
    ):
        return
    missing = rock.rockspec.get("build") is NIL and not rock.detected  # KR005 adds it whole
    if missing or (modules is NIL and _misnamed(rock)):
        return
    root = snapshot.root(rock)
    listed = {name for other in snapshot.rocks() for name in other.provides}
    trees = [
        tree
        for tree in root.plugins
        if "handler" in tree.modules
        and tree.folder.startswith(rock.base + "/")
        and f"{tree.key_prefix}.handler" not in listed
        and not _nearer_rock(root, rock, tree)
    ]
    if not trees or all(f"{tree.key_prefix}.handler" in rock.ships for tree in trees):
        return
    files = {
        f"{tree.key_prefix}.{tail}": file
        for tree in trees
        for tail, file in tree.modules.items()
        if not (tail.endswith(".init") and tree.modules.get(tail[: -len(".init")]) == file)
        and is_source(file[len(tree.folder) :])
    }
    change = shipping.add(rock, dict(sorted(files.items())))
    safety = shipping.safe_if(not rock.detected)
    fixes = (
        ()
        if change is None
        else (Fix(f"Add all {len(files)} missing modules to build.modules", (change,), safety),)
    )
    names = " and ".join(f"'{tree.name}'" for tree in trees)
    severity = Severity.WARNING
    if modules is not NIL:
        then = "LuaRocks installs nothing"
    elif rock.detected:
        then = "LuaRocks does not find the handler under its name by itself"
    else:
        severity, then = Severity.ERROR, 'LuaRocks stops with "Missing build.modules table"'
    yield rule.finding(
        rock.path,
        shipping.anchor(rock),
        f"build.modules lists nothing, and the plugin {names} is here: {then}.",
        severity=severity,
        fixes=fixes,
    )


def _misnamed(rock: Rock) -> bool:
    """Whether ``build`` has the modules under another key, which is KR014's matter."""
    keys = rock.rockspec.build.entries if rock.rockspec.build is not None else {}
    return any(nearest(key, ("modules",)) is not None for key in keys if isinstance(key, str))


def _nearer_rock(root: Root, rock: Rock, tree: PluginTree) -> bool:
    """Whether a rockspec that lies nearer to the plugin is the one to list it."""
    return any(
        other is not rock
        and len(other.base) > len(rock.base)
        and tree.folder.startswith(other.base + "/")
        for other in root.rocks
    )
