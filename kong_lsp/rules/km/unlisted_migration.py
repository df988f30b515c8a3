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
return { postgres = { up = "SELECT 1;" } }
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
return { postgres = { up = "SELECT 1;" } }
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
from functools import lru_cache

from kong_lsp.finding import Finding, Fix, Severity, TextChange
from kong_lsp.kong import modules
from kong_lsp.plugin.migrations import Migration
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
        if tree.migrations is None or _is_settled(tree):
            continue
        index = tree.modules["migrations"]
        free = [each for each in _numbered(tree) if not _is_used(root, tree, each)]
        for name, span in tree.migrations:
            module = f"{tree.key_prefix}.migrations.{name}"
            there = f"migrations.{name}" in tree.modules or module in rock.provides
            if there or root.find(rock, module) is not None:
                continue
            near = nearest(name, free)
            if near is not None:
                free.remove(near)
            yield _without_file(tree, index, Migration(name, span), near)
        for name in free:
            yield _without_name(tree, index, name)


@lru_cache(maxsize=1024)
def _is_settled(tree: PluginTree) -> bool:
    """Whether the index and the files on disk agree."""
    named = {migration.name for migration in tree.migrations or ()}
    has_all = all(f"migrations.{name}" in tree.modules for name in named)
    return has_all and named.issuperset(_numbered(tree))


def _is_used(root: Root, tree: PluginTree, name: str) -> bool:
    """Whether the index names a migration, or some module requires it."""
    named = any(migration.name == name for migration in tree.migrations or ())
    return named or bool(root.requirers.get(f"{tree.key_prefix}.migrations.{name}"))


def _without_file(tree: PluginTree, index: str, migration: Migration, near: str | None) -> Finding:
    name, span = migration
    module = f"{tree.key_prefix}.migrations.{name}"
    fixes: tuple[Fix, ...] = ()
    if near is not None and span.end - span.start == len(name) + 2:
        change = TextChange(index, (Edit(Span(span.start + 1, span.end - 1), near),))
        fixes = (Fix(f'Change to "{near}"', (change,)),)
    hint = f' Did you mean "{near}"?' if near is not None else ""
    return rule.finding(
        index,
        span,
        f'The migration {name} has no file: Kong stops with "failed to load migration '
        f"'{module}' of '{tree.name}' subsystem\".{hint}",
        fixes=fixes,
    )


def _without_name(tree: PluginTree, index: str, name: str) -> Finding:
    span = Span(0, 0)
    fixes: tuple[Fix, ...] = ()
    if tree.migrations:
        span = tree.migrations[-1].span
        edit = Edit(Span(span.end, span.end), f', "{name}"')
        fixes = (Fix(f'Add "{name}" to the index', (TextChange(index, (edit,)),), "unsafe"),)
    return rule.finding(
        index,
        span,
        f"The migration file {name}.lua is not named here, so Kong never runs it.",
        severity=Severity.HINT,
        fixes=fixes,
    )


def _numbered(tree: PluginTree) -> list[str]:
    """The migrations that are on disk, by their numbered names."""
    matches = (_NUMBERED.fullmatch(tail) for tail in tree.modules)
    return [match[1] for match in matches if match]
