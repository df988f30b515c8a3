"""The migrations index and the migration files disagree.

## What it does
Reads the list that `migrations/init.lua` (or `migrations.lua`) returns. A name without its
file is an error; a migration file that the list does not name is a hint. Where the list is
not made of plain strings nothing is said.

## Why it matters
Kong loads exactly what the index names. A name without a file stops it: `failed to load
migration 'kong.plugins.acme.migrations.001_keys' of 'acme' subsystem`. A file that is not
named never runs.

## Example
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
  ["kong.plugins.acme.migrations"] = "kong/plugins/acme/migrations/init.lua",
  ["kong.plugins.acme.migrations.000_base"] = "kong/plugins/acme/migrations/000_base.lua",
  ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
} }
-- handler: kong/plugins/acme/handler.lua
-- schema: kong/plugins/acme/schema.lua
-- file: kong/plugins/acme/migrations/init.lua
return { "000_bsae" }
-- file: kong/plugins/acme/migrations/000_base.lua
return { postgres = { up = "" } }
```

## Use instead
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
  ["kong.plugins.acme.migrations"] = "kong/plugins/acme/migrations/init.lua",
  ["kong.plugins.acme.migrations.000_base"] = "kong/plugins/acme/migrations/000_base.lua",
  ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
} }
-- handler: kong/plugins/acme/handler.lua
-- schema: kong/plugins/acme/schema.lua
-- file: kong/plugins/acme/migrations/init.lua
return { "000_base" }
-- file: kong/plugins/acme/migrations/000_base.lua
return { postgres = { up = "" } }
```

## Fix
Safe where one migration file that the index does not name is near to the name; the index
then names it. To name a file that is not named is left to you: `kong-lsp fix` does it only
with `--unsafe`, since the order of migrations matters.

## If this still fails
Kong finds `migrations/init.lua` only where `lua_package_path` has `?/init.lua`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity, TextChange
from kong_lsp.kong import modules
from kong_lsp.plugin import Migration
from kong_lsp.rules.naming import PREFIX
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import PluginTree, Rock, Root, Snapshot

rule = Rule("KM112", "unlisted-migration", Severity.ERROR)

_NUMBERED = re.compile(r"migrations\.(\d+_[^.]+)")


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each name without a file, each file without a name."""
    if not rock.held:
        return
    root = snapshot.root(rock)
    if not modules.loads(root.kong, "migrations"):
        return
    for tree in rock.plugins:
        if tree.migrations is None:
            continue
        index = tree.modules["migrations"]
        yield from _absent(root, rock, tree, index, tree.migrations)
        yield from _unnamed(root, tree, index, tree.migrations)


def _absent(
    root: Root, rock: Rock, tree: PluginTree, index: str, migrations: tuple[Migration, ...]
) -> Iterator[Finding]:
    named = {migration.name for migration in migrations}
    for name, span in migrations:
        module = f"{tree.key_prefix}.migrations.{name}"
        if f"migrations.{name}" in tree.modules or module in rock.provides:
            continue
        if root.find(rock, module) is not None:
            continue
        free = [each for each in _numbered(tree) if each not in named]
        near = nearest(name, free)
        hint = f' Did you mean "{near}"?' if near else ""
        fixes: tuple[Fix, ...] = ()
        if near:
            inside = Span(span.start + 1, span.end - 1)
            if span.end - span.start == len(name) + 2:
                change = TextChange(index, (Edit(inside, near),))
                fixes = (Fix(f'Change to "{near}"', (change,)),)
        yield rule.finding(
            index,
            span,
            f'The migration {name} has no file: Kong stops with "failed to load migration '
            f"'{module}' of '{tree.name}' subsystem\".{hint}",
            fixes=fixes,
        )


def _unnamed(
    root: Root, tree: PluginTree, index: str, migrations: tuple[Migration, ...]
) -> Iterator[Finding]:
    named = {migration.name for migration in migrations}
    for name in _numbered(tree):
        module = f"{PREFIX}{tree.name}.migrations.{name}"
        if name in named or root.requirers.get(module):
            continue
        fixes: tuple[Fix, ...] = ()
        last = Span(0, 0)
        if migrations:
            last = migrations[-1].span
            edit = Edit(Span(last.end, last.end), f', "{name}"')
            change = TextChange(index, (edit,))
            fixes = (Fix(f'Add "{name}" to the index', (change,), "unsafe"),)
        yield rule.finding(
            index,
            last,
            f"The migration file {name}.lua is not named here, so Kong never runs it.",
            severity=Severity.HINT,
            fixes=fixes,
        )


def _numbered(tree: PluginTree) -> list[str]:
    """The migrations that are on disk, by their numbered names."""
    matches = (_NUMBERED.fullmatch(tail) for tail in tree.modules)
    return [match[1] for match in matches if match]
