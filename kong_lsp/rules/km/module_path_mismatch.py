"""A key of ``build.modules`` and the file under it disagree.

## What it does
Compares the last part of the key with the file's own name, where all other entries of the
rock agree in that. A difference of one or two letters counts only where Kong or the plugin
looks for the file's own name. Folders do not count: `src/handler.lua` is a handler as well.

## Why it matters
The key decides the installed name. A file under another name is not found by those who
require it: `module 'kong.plugins.runscope.log' not found`.

## Example
```lua
-- rock: runscope
build = { type = "builtin", modules = {
  ["kong.plugins.runscope.handler"] = "kong/plugins/runscope/handler.lua",
  ["kong.plugins.runscope.schema"] = "kong/plugins/runscope/schema.lua",
  ["kong.plugins.runscope.buffer"] = "kong/plugins/runscope/log.lua",
} }
-- handler: kong/plugins/runscope/handler.lua
-- schema: kong/plugins/runscope/schema.lua
-- file: kong/plugins/runscope/log.lua
return {}
```

## Use instead
```lua
-- rock: runscope
build = { type = "builtin", modules = {
  ["kong.plugins.runscope.handler"] = "kong/plugins/runscope/handler.lua",
  ["kong.plugins.runscope.schema"] = "kong/plugins/runscope/schema.lua",
  ["kong.plugins.runscope.log"] = "kong/plugins/runscope/log.lua",
} }
-- handler: kong/plugins/runscope/handler.lua
-- schema: kong/plugins/runscope/schema.lua
-- file: kong/plugins/runscope/log.lua
return {}
```

## Fix
Safe where only one side can be right: the key follows the file, or, where a module of the
key's name is required or its file is on disk, the path follows the key.

## If this still fails
Say so in the rockspec if it is meant: `-- kong-lsp: ignore[module-path-mismatch]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.kong import modules
from kong_lsp.rockspec.model import ModuleEntry
from kong_lsp.rules.km import shipping
from kong_lsp.rules.km.naming import split
from kong_lsp.rules.rule import Rule
from kong_lsp.rules.shared_words import agree
from kong_lsp.spelling import distance
from kong_lsp.workspace.snapshot import Rock, Root, Snapshot

rule = Rule("KM107", "module-path-mismatch", Severity.WARNING)


def check(snapshot: Snapshot, rock: Rock) -> Iterator[Finding]:
    """Each entry that stands out."""
    if shipping.is_set_aside(rock):
        return
    entries = [rock.listed[name] for name in sorted(rock.apart)]
    wrong = [entry for entry in entries if not agree(entry.name or "", entry.path or "")]
    if not wrong or len(rock.listed) <= 2 * len(wrong):
        return
    state = shipping.shipping(snapshot, rock)
    for entry in wrong:
        name, path = entry.name or "", entry.path or ""
        if name in state.meant or not path.endswith(".lua"):
            continue
        if _near(name, path) and not _is_missed(state.root, name, path):
            continue
        if rock.held and name not in rock.ships:
            continue
        yield rule.finding(
            rock.path,
            shipping.key_span(rock, entry),
            f'"{name}" installs {path} under another name than its own: require '
            f'"{_renamed(name, path)}" would not find it.',
            fixes=tuple(_fixes(state, rock, entry, name, path)),
        )


def _is_missed(root: Root, name: str, path: str) -> bool:
    """Whether Kong or the plugin looks for the file's own name, and nobody for the key."""
    renamed = _renamed(name, path)
    wanted = bool(root.requirers.get(renamed)) or modules.loads(root.kong, split(renamed)[1])
    return wanted and not root.requirers.get(name)


def _near(name: str, path: str) -> bool:
    last, stem = name.rpartition(".")[2], _stem(path)
    plain = last.casefold().replace("-", "_"), stem.casefold().replace("-", "_")
    return distance(*plain, 2) <= 2 or plain[0] in plain[1] or plain[1] in plain[0]


def _stem(path: str) -> str:
    stem = path.removesuffix(".lua").removesuffix("/init")
    return stem.rpartition("/")[2]


def _renamed(name: str, path: str) -> str:
    return f"{name.rpartition('.')[0]}.{_stem(path)}"


def _fixes(
    state: shipping.Shipping, rock: Rock, entry: ModuleEntry, name: str, path: str
) -> Iterator[Fix]:
    renamed = _renamed(name, path)
    place = next(
        (
            each
            for each in rock.place_of(name)
            if each not in rock.files and state.root.exists(each)
        ),
        None,
    )
    required = bool(state.root.requirers.get(name))
    if place is not None:
        wanted = shipping.relative(rock, place)
        change = shipping.change_path(rock, entry, wanted)
        if change is not None:
            yield Fix(f'Change the path to "{wanted}"', (change,), "unsafe")
    if renamed not in rock.listed:
        change = shipping.rename_key(rock, entry, renamed)
        if change is not None:
            sure = rock.held and place is None and not required
            yield Fix(f'Change the key to "{renamed}"', (change,), shipping.safe_if(sure))
