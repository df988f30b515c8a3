"""A field that LuaRocks reads over.

## What it does
Finds keys of `build` that the build type does not use, `modules` under a type that installs
none, dependencies that have a key of their own, and overrides for platforms that do not
exist.

## Why it matters
LuaRocks says nothing. With `module` in place of `modules`, format 1.0 stops at the build, and
format 3.0 installs whatever Lua files it finds.

## Example
```lua
-- rock: acme
build = { type = "builtin", module = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
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
Renaming a near miss is safe, and so is taking the key off a dependency. Removing what is
ignored and changing the build type are offered, and never done by themselves.

## If this still fails
Which keys count depends on `build.type`: `modules` belongs to `builtin`, `build_command` to
`command`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.rockspec import schema, style
from kong_lsp.rockspec.dependency import Dependency, parse
from kong_lsp.rules.kr.rockspec_words import edit_fix, span_of
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.syntax.lua.values import Entry, Nil, Table, Text
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KR014", "ignored-field", Severity.WARNING)

_DEPENDENCIES = ("dependencies", "build_dependencies", "test_dependencies")


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each field that has no effect."""
    yield from _build_keys(rock)
    for name in _DEPENDENCIES:
        yield from _keyed_dependencies(rock, name)
    yield from _platforms(rock)


def _build_keys(rock: Rock) -> Iterator[Finding]:
    rockspec = rock.rockspec
    build = rockspec.build
    if build is None:
        return
    kind = rockspec.build_type
    if kind is None:
        if not isinstance(build.get("type"), Nil):
            return
        kind = "builtin"
    own = schema.BUILD_KEYS.get(kind)
    if own is None:
        near_type = nearest(kind, schema.BUILD_TYPES)
        if near_type is None:
            return
        own = schema.BUILD_KEYS[near_type]
    known = (*schema.COMMON_BUILD_KEYS, *own)
    for key, entry in build.entries.items():
        if key in known or isinstance(entry.value, Nil):
            continue
        if not isinstance(key, str):
            message = "LuaRocks ignores this: entries of build have names."
            yield _finding(rock, entry, message, _removal(rock, build, entry, "this entry"))
            continue
        near = nearest(key, known)
        if near is not None and near not in build.entries:
            edits = style.rename_key(rockspec.tree, entry, near)
            fixes = edit_fix(rock, f'Change to "{near}"', edits)
            message = f'LuaRocks ignores build.{key}. Did you mean "{near}"?'
            yield _finding(rock, entry, message, fixes)
        elif key == "modules":
            message = f'LuaRocks ignores build.modules where type is "{kind}": nothing of it is installed.'
            fixes = edit_fix(
                rock,
                'Change type to "builtin"',
                style.change_value(rockspec.tree, build.entries["type"], "builtin"),
                "unsafe",
            )
            yield _finding(rock, entry, message, fixes)
        else:
            message = f'LuaRocks ignores build.{key} where type is "{kind}".'
            yield _finding(rock, entry, message, _removal(rock, build, entry, key))


def _keyed_dependencies(rock: Rock, name: str) -> Iterator[Finding]:
    rockspec = rock.rockspec
    field = rockspec.fields.get(name)
    if field is None or not isinstance(field.value, Table):
        return
    for key, entry in field.value.entries.items():
        text = entry.value
        if not isinstance(key, str) or key == "platforms" or not isinstance(text, Text):
            continue
        if not isinstance(parse(text.value, rockspec.format), Dependency):
            continue
        fixes: tuple[Fix, ...] = ()
        if not entry.late:
            start = rockspec.tree.span(entry.at).start
            value = rockspec.tree.span(entry.value_at).start
            fixes = edit_fix(rock, "Remove the key", (Edit(Span(start, value), ""),))
        message = f"LuaRocks ignores dependencies that have a key: only a list counts ({key} = …)."
        yield _finding(rock, entry, message, fixes)


def _platforms(rock: Rock) -> Iterator[Finding]:
    tree = rock.rockspec.tree
    for name, field in rock.rockspec.fields.items():
        known = schema.FIELDS.get(name)
        if known is None or not known.platforms or not isinstance(field.value, Table):
            continue
        platforms = field.value.entries.get("platforms")
        if platforms is None or not isinstance(platforms.value, Table):
            continue
        for key, entry in platforms.value.entries.items():
            if not isinstance(key, str) or key in schema.PLATFORMS:
                continue
            near = nearest(key, schema.PLATFORMS)
            fixes: tuple[Fix, ...] = ()
            message = f'LuaRocks knows no platform "{key}" and ignores this.'
            if near is not None and near not in platforms.value.entries:
                message += f' Did you mean "{near}"?'
                edits = style.rename_key(tree, entry, near)
                fixes = edit_fix(rock, f'Change to "{near}"', edits)
            yield _finding(rock, entry, message, fixes)


def _removal(rock: Rock, table: Table, entry: Entry, name: str) -> tuple[Fix, ...]:
    edits = style.remove_entry(rock.rockspec, table, entry)
    return edit_fix(rock, f"Remove {name}", edits, "unsafe")


def _finding(rock: Rock, entry: Entry, message: str, fixes: tuple[Fix, ...]) -> Finding:
    place = entry.key_at or entry.value_at
    return rule.finding(rock.path, span_of(rock, place), message, fixes=fixes)
