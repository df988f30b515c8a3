"""A file that ``build.modules`` lists is not on disk.

## What it does
Looks for the file of each entry of `build.modules`, by exact case, in the folder that the
rockspec builds in.

It is silent where that cannot be known: for a template or an old release, for paths outside
the workspace, and where a Dockerfile lays the tree out anew.

## Why it matters
LuaRocks stops with `Error: Build error: Failed installing FILE in TREE: FILE: No such file
or directory`, and installs nothing.

## Example
```lua
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/hander.lua",
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
Safe where one file on disk is what the key names: the path is changed to it. Otherwise a
near file, renaming that file, creating the file, or removing the entry are offered; these
are guesses and not applied by `kong-lsp fix` without `--unsafe`.

## If this still fails
Paths are relative to the folder in which `luarocks make` runs, and case counts on Linux even
where your own disk does not mind. A file that git ignores is missing for everybody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, dirname

from kong_lsp.finding import CreateFile, Finding, Fix, RenameFile, Severity, TextChange
from kong_lsp.kong import templates
from kong_lsp.rockspec.model import ModuleEntry
from kong_lsp.rules.km import shipping
from kong_lsp.rules.km.naming import is_of, split
from kong_lsp.rules.km.nearby import intended
from kong_lsp.rules.rule import Rule
from kong_lsp.rules.shared_words import agree
from kong_lsp.workspace.snapshot import Rock, Snapshot

rule = Rule("KM101", "missing-module-file", Severity.ERROR)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each listed Lua file that is not there."""
    if not rock.held or not rock.unfound:
        return
    state = shipping.shipping(snapshot, rock)
    for name in rock.unfound:
        entry = rock.listed[name]
        if entry.path is None or not entry.path.endswith(".lua"):
            continue
        path = rock.file_of(entry.path)
        if snapshot.exists(path) is not False:
            continue
        right = state.meant[name].name if name in state.meant else name
        near = intended(state.root, rock, right, path)
        hint = f' Did you mean "{shipping.relative(rock, near)}"?' if near else ""
        yield rule.finding(
            rock.path,
            shipping.value_span(rock, entry),
            f'No such file: {entry.path}, listed as {name}. LuaRocks stops with "Failed '
            f"installing {entry.path}: "
            f'No such file or directory".{hint}',
            fixes=tuple(_fixes(state, rock, entry, right, near)),
        )


def _fixes(
    state: shipping.Shipping, rock: Rock, entry: ModuleEntry, name: str, near: str | None
) -> Iterator[Fix]:
    written = entry.path or ""
    path = rock.file_of(written)
    if near is not None:
        wanted = shipping.relative(rock, near)
        rename = RenameFile(near, path)
        if not agree(name, wanted) and agree(name, written) and dirname(near) == dirname(path):
            yield Fix(f"Rename {basename(near)} to {basename(path)}", (rename,), "unsafe")
        edits = shipping.change_path(rock, entry, wanted)
        if edits is not None:
            more = shipping.closure(state.root, rock, {name: near})
            del more[name]
            added = shipping.add(rock, more)
            if added is not None:
                edits = TextChange(rock.path, edits.edits + added.edits)
            safety = shipping.safe_if(agree(name, wanted) and is_of(name, wanted))
            yield Fix(f'Change to "{wanted}"', (edits,), safety)
    elif state.root.exists(path) is False and agree(name, written):
        plugin, tail = split(name)
        text = templates.module(plugin, tail, state.root.kong)
        yield Fix(f"Create {written}", (CreateFile(path, text),), "unsafe")
    removal = shipping.remove(rock, entry)
    if removal is not None:
        yield removal
