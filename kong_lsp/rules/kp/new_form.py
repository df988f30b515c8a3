"""A schema in the form of Kong 0.x, written in the form that came with 0.15."""

from __future__ import annotations

from collections.abc import Mapping

from kong_lsp.finding import Fix, change
from kong_lsp.kong.schema import typedefs
from kong_lsp.kong.schema.values import UNKNOWN, Function, holds_unknown
from kong_lsp.plugin.render import Code, as_lua
from kong_lsp.plugin.schema import Schema
from kong_lsp.syntax.lua.values import Table
from kong_lsp.text import Edit, Span, newline_of
from kong_lsp.workspace.sources import PluginSource

_RESTRICTIONS = {"consumers": "no_consumer", "routes": "no_route", "services": "no_service"}
_DEEPEST = 30


def rewrite(plugin: PluginSource, schema: Schema) -> Fix | None:
    """What Kong 2.8 makes of the schema, in place of it; None where something would be lost:
    a function, a comment, what is not known."""
    from kong_lsp.kong.schema import legacy
    from kong_lsp.kong.schema.metaschema import check_plugin

    program = schema.program
    table, tree = program.value, program.tree
    at = program.locate(table.at) if isinstance(table, Table) else None
    if tree is None or at is None or at[0] != program.path or program.failures:
        return None
    old = schema.definition
    if not isinstance(old, Mapping) or holds_unknown(old) or _holds_function(old, 0):
        return None
    if not set(old) <= {"fields", "no_consumer", "no_route", "no_service"}:
        return None
    text, span = tree.text, at[1]
    if "--" in text[slice(*span)]:
        return None
    try:
        new = legacy.convert(plugin.name, old)
    except legacy.NotConverted:
        return None
    if holds_unknown(new) or check_plugin(new, plugin.kong):
        return None
    del new["entity_checks"]
    variable = typedefs.variable(text) or "typedefs"
    newline = newline_of(text)
    step = "\t" if "\n\t" in text else "  "
    lua = as_lua(_written(new, variable), "", step).replace("\n", newline)
    edits = [Edit(span, lua)]
    if f"{variable}." in lua and typedefs.variable(text) is None:
        line = f'local typedefs = require "{typedefs.MODULE}"{newline}{newline}'
        edits.insert(0, Edit(Span(0, 0), line))
    return Fix(
        "Write it in the form of Kong 1.0 and later", (change(program.path, *edits),), "unsafe"
    )


def _holds_function(value: object, depth: int) -> bool:
    if isinstance(value, Function) or value is UNKNOWN or depth > _DEEPEST:
        return True
    if isinstance(value, Mapping):
        return any(_holds_function(part, depth + 1) for part in value.values())
    return isinstance(value, list) and any(_holds_function(part, depth + 1) for part in value)


def _written(value: object, variable: str) -> object:
    """The definition as people write it, with typedefs."""
    if isinstance(value, list):
        return [_written(part, variable) for part in value]
    if not isinstance(value, Mapping):
        return value
    if value.get("type") == "foreign":
        return Code(f"{variable}.{_RESTRICTIONS[str(value['reference'])]}")
    rest = {key: _written(part, variable) for key, part in value.items()}
    function = value.get("custom_validator")
    if isinstance(function, Function) and function.name == "url":
        more = {key: part for key, part in rest.items() if key not in ("type", "custom_validator")}
        call = f" {as_lua(more)}" if more else ""
        return Code(f"{variable}.url{call}")
    kind = {"type": rest["type"]} if "type" in rest else {}
    if rest.get("type") == "record":
        rest.pop("required", None)
        rest.pop("default", None)
    return {**kind, **rest}
