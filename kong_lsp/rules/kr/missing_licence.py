"""The rockspec names no licence.

## What it does
Looks for `description.license`.

## Why it matters
`luarocks lint` fails with `Rockspec has no description.license field.`, and people cannot
tell whether they may use the plugin. LuaRocks 3.8 crashes where there is no `description`.

## Example
```lua
-- rock: acme
description = { summary = "A Kong plugin" }
build = { type = "builtin", modules = {} }
```

## Use instead
```lua
-- rock: acme
description = { summary = "A Kong plugin", license = "Apache-2.0" }
build = { type = "builtin", modules = {} }
```

## Fix
Adding `Apache-2.0` (what Kong's own plugins have) or `MIT` is offered; the choice is yours,
so neither is made by itself.

## If this still fails
The field is spelt the American way: `license`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.rockspec import style
from kong_lsp.rockspec.layout import source
from kong_lsp.rules.kr.rockspec_words import edit_fix, span_of
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.syntax.lua.values import Bool, Nil, Table, Text
from kong_lsp.text import newline_of
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KR011", "missing-licence", Severity.WARNING)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """The description, where it has no licence."""
    rockspec = rock.rockspec
    licence = rockspec.get("description", "license")
    if not (isinstance(licence, Nil) or licence == Bool(False)):
        return
    entry = rockspec.fields.get("description")
    table = entry.value if entry is not None and isinstance(entry.value, Table) else None
    if table is not None and any(
        isinstance(key, str) and nearest(key, ("license",)) for key in table.entries
    ):
        return
    if entry is not None and table is None and not isinstance(entry.value, Nil):
        return
    place = (entry.key_at or entry.value_at) if entry is not None else None
    yield rule.finding(
        rock.path,
        span_of(rock, place),
        "Rockspec has no description.license field. `luarocks lint` refuses it.",
        fixes=_fix(rock, table, "Apache-2.0") + _fix(rock, table, "MIT"),
    )


def _fix(rock: Rock, table: Table | None, licence: str) -> tuple[Fix, ...]:
    tree = rock.rockspec.tree
    field = f'license = "{licence}"'
    if table is not None:
        if any(
            isinstance(each.key, Text) and each.key.value == "license" for each in table.written
        ):
            return ()
        edits = style.insert_field(tree, table, field, after="summary")
    elif "description" in rock.rockspec.fields:
        return ()
    else:
        newline = newline_of(source(tree))
        text = f"description = {{{newline}  {field},{newline}}}"
        edits = style.insert_statement(tree, "description", text)
    return edit_fix(rock, f'Add license = "{licence}"', edits, "unsafe")
