"""A table key is written twice: the last one wins, silently.

## What it does
Finds keys that one table constructor has twice, and top-level fields that are assigned twice
without the second being made from the first.

## Why it matters
LuaRocks says nothing. Of two modules under one name only the last one's file is installed.

## Example
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/schema.lua",
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
} }
-- handler: kong/plugins/acme/handler.lua
-- schema: kong/plugins/acme/schema.lua
```

## Use instead
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
} }
-- handler: kong/plugins/acme/handler.lua
-- schema: kong/plugins/acme/schema.lua
```

## Fix
Safe where both hold the same string: the first is removed. Where they differ that is offered,
and never done by itself: another name may have been meant.

## If this still fails
Keys are compared by value: `["kong.plugins." .. name]` may be the same key as a literal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import cast

from kong_lsp.finding import Finding, Related, Severity
from kong_lsp.rockspec import style
from kong_lsp.rockspec.layout import source
from kong_lsp.rules.kr.rockspec_words import edit_fix, span_of
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.values import Bool, Entry, Key, Nil, Num, Table, Text
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KR012", "duplicate-key", Severity.WARNING)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each entry that a later one overwrites."""
    rockspec = rock.rockspec
    written = rockspec.evaluation.written
    if len(written) != len(rockspec.fields):
        for entry, winner in _overwritten(written, rockspec.fields):
            if _assigns_alone(entry) and _assigns_alone(winner) and not _reads(rock, winner):
                yield _finding(rock, None, entry, winner)
    for table in _tables(rock):
        if len(table.written) == len(table.entries):
            continue
        for entry, winner in _overwritten(table.written, table.entries):
            if not entry.late and not winner.late and not isinstance(entry.value, Nil):
                yield _finding(rock, table, entry, winner)


def _tables(rock: Rock) -> Iterator[Table]:
    """Every table that the rockspec's fields hold, each once."""
    seen: set[int] = set()
    waiting = [entry.value for entry in rock.rockspec.fields.values()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Table) and id(value) not in seen:
            seen.add(id(value))
            yield value
            if not value.flat:
                waiting += [entry.value for entry in value.entries.values()]


def _overwritten(
    written: list[Entry], final: Mapping[str, Entry] | Mapping[Key, Entry]
) -> Iterator[tuple[Entry, Entry]]:
    table = cast("Mapping[Key, Entry]", final)
    for entry in written:
        key = entry.key
        if isinstance(key, Text | Num | Bool):
            winner = table.get(key if isinstance(key, Bool) else key.value)
            if winner is not None and winner is not entry:
                yield entry, winner


def _assigns_alone(entry: Entry) -> bool:
    """Whether an entry is a statement ``name = value`` of the file itself."""
    node = entry.at.piece.node
    return isinstance(node, nodes.Assign) and len(node.targets) == 1


def _reads(rock: Rock, entry: Entry) -> bool:
    """Whether the new value is made from the old one."""
    tree = rock.rockspec.tree
    span = tree.span(entry.value_at)
    name = entry.key.value if isinstance(entry.key, Text) else ""
    written = source(tree)[span.start : span.end]
    return re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", written) is not None


def _finding(rock: Rock, table: Table | None, entry: Entry, winner: Entry) -> Finding:
    tree = rock.rockspec.tree
    key = entry.key.value if isinstance(entry.key, Text | Num | Bool) else ""
    shown = f"{key:g}" if isinstance(key, float) else str(key)
    same = (
        isinstance(entry.value, Text)
        and isinstance(winner.value, Text)
        and entry.value.value == winner.value.value
    )
    return rule.finding(
        rock.path,
        span_of(rock, entry.key_at or entry.value_at),
        f'"{shown}" is written twice: Lua keeps the last one, and this one has no effect.',
        related=(
            Related(rock.path, tree.span(winner.key_at or winner.value_at), "this one is kept"),
        ),
        fixes=edit_fix(
            rock,
            f'Remove this "{shown}"',
            style.remove_entry(rock.rockspec, table, entry),
            "safe" if same else "unsafe",
        ),
        tags=("unnecessary",),
    )
