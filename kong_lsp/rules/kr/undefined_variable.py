"""A variable is read that nothing defines.

## What it does
Finds the names that are read and never assigned. LuaRocks runs a rockspec with no globals at
all: not even `string`, `os` or `pairs` exist.

## Why it matters
LuaRocks refuses the file: `Unknown variable: VERSION`. The name of a field that the format
knows, such as `hooks`, may be read before it is set, and is nil.

## Example
```lua
-- rock: acme
source.tag = VERSION or "1.0"
build = { type = "builtin", modules = {} }
```

## Use instead
```lua
-- rock: acme
local VERSION = "1.0"
source.tag = VERSION
build = { type = "builtin", modules = {} }
```

## Fix
Safe where only a newer `rockspec_format` has a field of that name: the format is set.

## If this still fails
Typographic quotes (“MIT”) are part of a name to LuaJIT. Retype them as `"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Severity
from kong_lsp.rockspec import schema, style
from kong_lsp.rockspec.format import advice, field_needs
from kong_lsp.rules.kr.rockspec_words import edit_fix, templated
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KR002", "undefined-variable", Severity.ERROR)

_QUOTES = frozenset("“”„‟«»‘’‚‛")


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each name that is read and that LuaRocks would not know."""
    rockspec = rock.rockspec
    reads = rockspec.evaluation.reads
    if not reads or templated(rock):
        return
    used = rockspec.format if rockspec.format in schema.FORMATS else schema.FORMATS[-1]
    tree = rockspec.tree
    stopped = [tree.span(failure.at) for failure in rockspec.evaluation.failures]
    for name, place in reads:
        field = schema.FIELDS.get(name)
        if field is not None and field.in_format(used):
            continue
        span = tree.span(place)
        if any(start <= span.end and span.start <= end for start, end in stopped):
            continue
        needs = field_needs(name, used)
        message = f"Unknown variable: {name}{advice(used, needs)}."
        if _QUOTES & set(name):
            message += ' Use plain quotes: these are part of a name to Lua, write ".'
        elif near := nearest(name, rockspec.fields):
            message += f' Did you mean "{near}"?'
        elif not needs:
            message += " A rockspec runs with no globals; define it with `local`."
        fixes = (
            edit_fix(
                rock,
                f'Set rockspec_format = "{needs}"',
                style.set_field(rockspec, "rockspec_format", needs),
            )
            if needs
            else ()
        )
        yield rule.finding(rock.path, span, message, fixes=fixes)
