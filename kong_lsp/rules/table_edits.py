"""Edits of the tables that a plugin's files return."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kong_lsp.syntax.lua.values import Table, Value
from kong_lsp.text import Edit, Span

if TYPE_CHECKING:
    from kong_lsp.plugin.program import Program

_LINE = re.compile(r"([ \t]*(?:--(?!\[)[^\r\n]*)?(\r?\n))([ \t]*)")


def add_entry(program: Program, table: Value, entry: str) -> Edit | None:
    """Add ``NAME = value`` to the table that a file returns; None where it cannot be told how."""
    tree = program.tree
    if tree is None or not isinstance(table, Table):
        return None
    text = tree.text
    located = program.locate(table.at)
    if located is not None and located[0] == program.path:
        return _into(text, located[1], entry)
    returned = program.returned
    name = text[slice(*returned)]
    if name == "return":
        return None
    at = text.rfind("return", 0, returned.start)
    newline = "\r\n" if "\r\n" in text else "\n"
    return Edit(Span(at, at), f"{name}.{entry}{newline}")


def _into(text: str, span: Span, entry: str) -> Edit | None:
    inner = text[span.start + 1 : span.end - 1]
    if not inner.strip():
        return Edit(span, f"{{ {entry} }}")
    if inner.lstrip().startswith("--["):
        return None
    line = _LINE.match(inner)
    if line is None:
        at = span.start + 1
        return Edit(Span(at, at), f" {entry},")
    at = span.start + 1 + line.end(1)
    return Edit(Span(at, at), f"{line[3]}{entry},{line[2]}")
