"""Running the rockspec would fail.

## What it does
Evaluates the rockspec without running it, and tells of what Lua would stop at: a nil value
that is called, indexed or joined to a string, arithmetic on a word, a loop without an end.

## Why it matters
LuaRocks stops with `Error: Could not load rockspec file FILE (Error running file: …)`. At a
loop without an end every LuaRocks command hangs.

## Example
```lua
-- rock: acme
local version = os.getenv("VERSION")
build = { type = "builtin", modules = {} }
```

## Use instead
```lua
-- rock: acme
local version = "1.0"
build = { type = "builtin", modules = {} }
```

## Fix
None: what was meant cannot be known.

## If this still fails
No library is there: no `string`, `table`, `os`, `pairs`, `require` or `print`. Methods of
strings work: `("%s-1"):format(version)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Severity
from kong_lsp.rules.kr.rockspec_words import templated
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KR003", "runtime-error", Severity.ERROR)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each place at which Lua would stop, or never stop."""
    failures = rock.rockspec.evaluation.failures
    if not failures or templated(rock):
        return
    for failure in failures:
        if failure.hang:
            message = f"LuaRocks never finishes reading this file: {failure.message}."
        else:
            message = f"LuaRocks cannot run this file: {failure.message}."
            if "global '" in failure.message:
                message += " A rockspec runs with no globals, not even Lua's own functions."
        yield rule.finding(rock.path, rock.rockspec.tree.span(failure.at), message)
