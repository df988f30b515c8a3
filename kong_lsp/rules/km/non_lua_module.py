"""An entry of ``build.modules`` is no Lua file.

## What it does
Finds values that do not end in `.lua`: a folder, a path without its ending, a number, `true`,
a table of sources that holds Lua files. C sources are left alone.

## Why it matters
LuaRocks' builtin build hands whatever does not end in `.lua` to the C compiler (`Failed
compiling object`), and passes over a number or `true` without a word, so that the module is
missing once installed.

## Example
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler",
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
Safe where the Lua file that is meant is on disk: the value becomes its path.

## If this still fails
The ending counts by case: `handler.LUA` is a C source to LuaRocks.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.rockspec import build
from kong_lsp.rockspec.model import ModuleEntry
from kong_lsp.rules.km import shipping
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.lua.values import Text
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KM110", "non-lua-module", Severity.ERROR)

_COMPILED = (".c", ".cc", ".cpp", ".cxx", ".m", ".mm", ".s", ".S", ".o", ".a", ".so", ".rs")


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each entry that the build would compile or pass over."""
    if shipping.is_set_aside(rock):
        return
    for name in rock.unfound:
        entry = rock.listed[name]
        if (entry.path or "").endswith(".lua"):
            continue
        then = _effect(entry)
        if then is None:
            continue
        lua = _lua_file(snapshot, rock, name, entry)
        fixes = () if lua is None else tuple(_fixes(rock, entry, lua))
        hint = f' Did you mean "{lua}"?' if lua is not None else ""
        yield rule.finding(
            rock.path,
            shipping.value_span(rock, entry),
            f"The value of {name} is not the path of a .lua file: {then}.{hint}",
            fixes=fixes,
        )


def _effect(entry: ModuleEntry) -> str | None:
    """What LuaRocks makes of the value; None for what it builds as is meant."""
    effect = build.effect(entry)
    if effect.kind == "skipped":
        return "LuaRocks passes over it and installs nothing"
    if effect.kind != "c" or not effect.sources:
        return None
    if isinstance(entry.entry.value, Text):
        if effect.sources[0].endswith(_COMPILED):
            return None
        return 'LuaRocks takes it for C and stops with "Failed compiling object"'
    if any(source.endswith(".lua") for source in effect.sources):
        return 'LuaRocks compiles its sources as C and stops with "Failed compiling object"'
    return None


def _lua_file(snapshot: Snapshot, rock: Rock, name: str, entry: ModuleEntry) -> str | None:
    """The Lua file that is meant, as the rockspec would write it."""
    places = list(rock.place_of(name))
    if entry.path:
        path = rock.file_of(entry.path)
        stem = path[: -len(".lua")] if path.lower().endswith(".lua") else path
        places[:0] = [f"{stem}.lua", f"{stem}/init.lua", f"{stem}/{name.rpartition('.')[2]}.lua"]
    for place in places:
        if place not in rock.files and snapshot.exists(place):
            return shipping.relative(rock, place)
    return None


def _fixes(rock: Rock, entry: ModuleEntry, lua: str) -> Iterator[Fix]:
    change = shipping.change_path(rock, entry, lua)
    if change is not None:
        yield Fix(f'Change to "{lua}"', (change,))
