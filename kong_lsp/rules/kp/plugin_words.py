"""What the rules over plugins' sources share."""

from __future__ import annotations

from kong_lsp.syntax.lua.operations import number_text
from kong_lsp.syntax.lua.values import Bool, Nil, Num, Text, Value
from kong_lsp.workspace.snapshot import Rock, Snapshot
from kong_lsp.workspace.sources import PluginSource


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
