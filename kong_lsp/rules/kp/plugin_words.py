"""What the rules over plugins' sources share."""

from __future__ import annotations

from kong_lsp.syntax.lua.operations import number_text
from kong_lsp.syntax.lua.values import Bool, Nil, Num, Text, Value
from kong_lsp.workspace.snapshot import Rock, Root, Snapshot
from kong_lsp.workspace.sources import PluginSource

_LOADED = ("handler", "schema", "api", "daos", "status_api")


def shown(value: Value) -> str | None:
    """A value as Lua's ``tostring`` gives it; None for what is not known, and for tables and
    functions, of which it would give the address."""
    match value:
        case Text(text):
            return text
        case Num(number):
            return number_text(number)
        case Bool(known):
            return "true" if known else "false"
        case Nil():
            return "nil"
    return None


def packaging(snapshot: Snapshot, plugin: PluginSource) -> list[Rock]:
    """The rocks that package a plugin."""
    own = plugin.tree.name, plugin.tree.folder
    return [
        rock
        for rock in snapshot.root_of_source(plugin).rocks
        if any((tree.name, tree.folder) == own for tree in rock.plugins)
    ]


def loaded_files(root: Root, plugin: PluginSource) -> list[str]:
    """The plugin's files that Kong loads, and those that these require."""
    modules = plugin.tree.modules
    waiting = [modules[tail] for tail in _LOADED if tail in modules]
    if "migrations" in modules:
        waiting.append(modules["migrations"])
    named = [f"migrations.{each.name}" for each in plugin.tree.migrations or ()]
    waiting += [modules[tail] for tail in named if tail in modules]
    files = set(modules.values())
    names = {f"{plugin.tree.key_prefix}.{tail}": path for tail, path in modules.items()}
    found: dict[str, None] = {}
    while waiting:
        path = waiting.pop()
        if path in found or path not in root.lua:
            continue
        found[path] = None
        for require in root.lua[path].requires:
            target = names.get(require.module or "")
            if target in files and target is not None:
                waiting.append(target)
    return sorted(found)


def is_here(root: Root, module: str) -> bool:
    """Whether the workspace has the module itself."""
    if any(module in rock.provides for rock in root.rocks):
        return True
    ends = tuple(f"/{module.replace('.', '/')}{end}" for end in (".lua", "/init.lua"))
    return any(path.endswith(ends) for path in root.lua)
