"""Edits of the tables that a plugin's files return."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.values import Entry, Table, Value
from kong_lsp.text import Edit, Span, newline_of

if TYPE_CHECKING:
    from kong_lsp.plugin.program import Program
    from kong_lsp.syntax.lua.tree import Piece, Tree

_LINE = re.compile(r"([ \t]*(?:--(?!\[)[^\r\n]*)?(\r?\n))([ \t]*)")
_AFTER = re.compile(r"[ \t]*([,;]?)[ \t]*(?:\r?\n)?")
_BEFORE = re.compile(r"[ \t]*[,;][ \t]*\Z")
_PLAIN = (nodes.Number, nodes.String, nodes.Constant)


def add_entry(program: Program, table: Value, entry: str) -> Edit | None:
    """Add ``NAME = value`` to the table that a file returns; None where it cannot be told how."""
    tree = program.tree
    if tree is None or not isinstance(table, Table):
        return None
    text = tree.text
    name = text[slice(*program.returned)]
    own, made = (None, None) if name == "return" else _lines_of(tree, name)
    located = program.locate(table.at)
    if own is None and located is not None and located[0] == program.path:
        span = located[1]
        if made is None or text[span.start + 1 : span.end - 1].strip():
            return _into(text, span, entry)
    if name == "return":
        return None
    at = own or made or text.rfind("return", 0, program.returned.start)
    newline = newline_of(text)
    return Edit(Span(at, at), f"{name}.{entry}{newline}")


def _lines_of(tree: Tree, name: str) -> tuple[int | None, int | None]:
    """Where the line begins after the last ``name.X = …`` with a plain value, and after the
    statement that makes ``name``; None where there is no such line."""
    own = made = None
    for piece in tree.pieces:
        node = piece.node
        if isinstance(node, nodes.Local) and [each.name for each in node.names] == [name]:
            made = _next_line(tree, piece)
        elif isinstance(node, nodes.Assign) and len(node.targets) == len(node.values) == 1:
            target = node.targets[0]
            if isinstance(target, nodes.Index) and isinstance(node.values[0], _PLAIN):
                holder = target.object
                if isinstance(holder, nodes.Name) and holder.name == name:
                    own = _next_line(tree, piece)
    return own, made


def _next_line(tree: Tree, piece: Piece) -> int | None:
    if piece.node is None:
        return None
    end = tree.start_of(piece) + piece.shift(piece.node.end, is_end=True)
    line = _LINE.match(tree.text, end)
    return line and line.end(2)


def into_table(program: Program, table: Table, entry: str, *, last: bool = False) -> Edit | None:
    """Add an entry to a table of the file, at its end where ``last``; None where that is not
    where the table is written."""
    tree = program.tree
    located = program.locate(table.at)
    if tree is None or located is None or located[0] != program.path:
        return None
    text, span = tree.text, located[1]
    if text[span.start : span.start + 1] != "{" or text[span.end - 1 : span.end] != "}":
        return None
    inner = text[span.start + 1 : span.end - 1]
    if not last or not inner.strip() or "\n" in inner or "--" in inner:
        return _into(text, span, entry)
    end = span.start + 1 + len(inner.rstrip())
    comma = "" if text[end - 1] in ",;" else ","
    return Edit(Span(end, end), f"{comma} {entry}")


def without_entry(program: Program, entry: Entry) -> Edit | None:
    """Take an entry out of a table's constructor, its line too where it has one of its own."""
    located = program.locate(entry.at)
    if entry.late or located is None or located[0] != program.path or program.tree is None:
        return None
    text, (start, end) = program.tree.text, located[1]
    after = _AFTER.match(text, end)
    line = text.rfind("\n", 0, start) + 1
    if after is not None and after[0].endswith("\n") and not text[line:start].strip():
        return Edit(Span(line, after.end()), "")
    if after is not None and after[1]:
        return Edit(Span(start, end + len(after[0].rstrip("\r\n"))), "")
    before = _BEFORE.search(text, 0, start)
    return Edit(Span(before.start() if before is not None else start, end), "")


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
