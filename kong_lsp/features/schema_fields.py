"""The fields that exist at a place of a schema.lua, for the checks that name them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kong_lsp.features.lua_place import LuaPlace
from kong_lsp.kong.schema.values import as_sequence
from kong_lsp.plugin.data import plain
from kong_lsp.plugin.program import Program
from kong_lsp.syntax.lua.values import Table, Value
from kong_lsp.workspace.sources import PluginSource

_CHECKS = ("entity_checks", "transformations")
_DEEPEST = 6
_MOST = 20_000


def fields_at(source: PluginSource, path: str, text: str, at: LuaPlace) -> dict[str, str]:
    """The dotted names of the fields that a check at the cursor may name, with their types.

    The file is evaluated without what is being written, and with the braces that it may lack.
    """
    depth = 0
    for index, table in enumerate(at.tables[1:], 1):
        if table.key in _CHECKS:
            depth = index
    if not depth:
        return {}
    holder = at.tables[depth - 1]
    for missing in range(len(at.tables) - depth + 1):
        draft = f'{text[: at.starts]}""{" }" * missing}{text[at.stops :]}'
        program = source.schema_if(path, draft)
        table_at = None if program is None else _table_at(program, path, holder.start)
        if table_at is not None:
            definition = plain(table_at)
            return dict(_names(definition, "", 0)) if isinstance(definition, Mapping) else {}
    return {}


def _table_at(program: Program, path: str, start: int) -> Table | None:
    """The table whose constructor starts at an offset of a file."""
    waiting: list[Value] = [program.value]
    seen: set[Table] = set()
    while waiting and len(seen) < _MOST:
        table = waiting.pop()
        if not isinstance(table, Table) or table in seen:
            continue
        seen.add(table)
        found = program.locate(table.at)
        if found is not None and found[0] == path and found[1].start == start:
            return table
        waiting += [entry.value for entry in table.entries.values()]
    return None


def _names(
    definition: Mapping[object, object], prefix: str, depth: int
) -> Iterator[tuple[str, str]]:
    for side in ("fields", "shorthand_fields"):
        for entry in as_sequence(definition.get(side)) or ():
            if not isinstance(entry, Mapping) or len(entry) != 1:
                continue
            ((name, field),) = entry.items()
            if not isinstance(name, str):
                continue
            kind = field.get("type") if isinstance(field, Mapping) else None
            yield prefix + name, kind if isinstance(kind, str) else ""
            if isinstance(field, Mapping) and kind == "record" and depth < _DEEPEST:
                yield from _names(field, f"{prefix}{name}.", depth + 1)
