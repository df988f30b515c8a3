"""Edits of a rockspec that look as if its author had made them.

New entries take the quotes, the key form, the blanks, the separators and the order of
those around them; what stays is not touched. Each function gives the edits, or none where
there is no sound way to do it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kong_lsp.rockspec import schema
from kong_lsp.rockspec.forms import (
    NOT_PLAIN,
    Form,
    form_for,
    is_identifier,
    quote_of,
    quoted,
    sheet,
    usual_quote,
)
from kong_lsp.rockspec.layout import (
    Layout,
    Slot,
    after_line_end,
    has_newline,
    indent_at,
    layout,
    layout_round,
    line_end,
    line_start,
    rest_is_comment,
    source,
)
from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.values import Entry, Place, Table, Text
from kong_lsp.text import Edit, Span, newline_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kong_lsp.rockspec.model import Rockspec
    from kong_lsp.syntax.lua.pieces import Piece
    from kong_lsp.syntax.lua.tree import Tree

_COMMENT_LINE = re.compile(r"[ \t]*--(?!\[=*\[)[^\r\n]*")
_BLANK = re.compile(r"\s*")
_UNIT = re.compile(r"(?m)^([ \t]+)\S")


# --- adding ----------------------------------------------------------------------------


def add_modules(rockspec: Rockspec, modules: Sequence[tuple[str, str]]) -> tuple[Edit, ...]:
    """List modules, (name, path) each, in ``build.modules``; make that where it is absent."""
    if not modules:
        return ()
    tree = rockspec.tree
    table = rockspec.modules_table
    if table is not None:
        return _add_to_modules(rockspec, table, modules)
    entries = [render_module(rockspec, name, path) for name, path in modules]
    build = rockspec.build
    if build is not None:
        if "modules" in build.entries:
            return ()
        return _insert_table(tree, build, "modules", entries)
    if "build" in rockspec.fields:
        return ()
    return _append_build(tree, entries)


def render_module(rockspec: Rockspec, name: str, path: str) -> str:
    """An entry of ``build.modules`` without a separator, written like those around it."""
    given = sheet(rockspec)
    if given is None:
        return Form(quote=usual_quote(source(rockspec.tree))).render(name, path)
    return form_for(rockspec.tree, given, name, path).render(name, path)


def _add_to_modules(
    rockspec: Rockspec, table: Table, modules: Sequence[tuple[str, str]]
) -> tuple[Edit, ...]:
    given = sheet(rockspec)
    if given is None:
        return ()
    placed: dict[int, list[str]] = {}
    for name, path in sorted(modules) if given.is_sorted else modules:
        entry = form_for(rockspec.tree, given, name, path).render(name, path)
        placed.setdefault(given.place_for(name), []).append(entry)
    edits: list[Edit] = []
    for after, entries in sorted(placed.items()):
        edits += _insert(rockspec.tree, table, given.shape, after, entries)
    return tuple(edits)


def _insert(
    tree: Tree, table: Table, shape: Layout, after: int, entries: Sequence[str]
) -> list[Edit]:
    """Put entries after field ``after`` of a table; -1 is before all of them."""
    text, slots = shape.text, shape.slots
    if not slots:
        return [_fill(tree, table, shape, entries)]
    separator = next((slot.separator for slot in slots if slot.separator), ",")
    if after < 0:
        return [_insert_first(shape, entries, separator)]
    slot = slots[after]
    is_last = after + 1 == len(slots)
    if is_last:
        gap = shape.gap(after) or text[slot.stop : shape.close]
        broken = has_newline(gap) or (
            len(slots) == 1 and has_newline(text[shape.open : slots[0].start])
        )
    else:
        broken = has_newline(shape.gap(after + 1))
    trailing = separator if slot.separator or not is_last else ""
    if not broken:
        blank = _blank_between(shape)
        if slot.separator:
            added = "".join(blank + entry + separator for entry in entries)
            return [Edit(Span(slot.stop, slot.stop), added)]
        added = "".join(separator + blank + entry for entry in entries)
        return [Edit(Span(slot.end, slot.end), added)]
    newline = newline_of(text)
    indent = _indent_of(shape, after)
    lines = [newline + indent + entry for entry in entries]
    added = separator.join(lines) + trailing
    at = slot.stop
    if rest_is_comment(text, slot.stop):
        at = line_end(text, slot.stop)
    if slot.separator:
        return [Edit(Span(at, at), added)]
    if at == slot.end:
        return [Edit(Span(at, at), separator + added)]
    return [Edit(Span(slot.end, slot.end), separator), Edit(Span(at, at), added)]


def _insert_first(shape: Layout, entries: Sequence[str], separator: str) -> Edit:
    text = shape.text
    gap = shape.gap(0)
    if not has_newline(gap):
        first = shape.slots[0].start
        blank = _blank_between(shape)
        return Edit(Span(first, first), "".join(entry + separator + blank for entry in entries))
    at = line_end(text, shape.open) if rest_is_comment(text, shape.open) else shape.open
    lead = newline_of(text) + _indent_of(shape, 0)
    return Edit(Span(at, at), "".join(lead + entry + separator for entry in entries))


def _indent_of(shape: Layout, index: int) -> str:
    """The indentation of a field that starts a line: of field ``index`` or the nearest one."""
    text = shape.text
    for near in sorted(range(len(shape.slots)), key=lambda other: abs(other - index)):
        start = shape.slots[near].start
        if not text[line_start(text, start) : start].strip():
            return indent_at(text, start)
    return indent_at(text, shape.open) + _unit(text)


def _blank_between(shape: Layout) -> str:
    """What stands between a separator and the next field on the same line."""
    for index in range(1, len(shape.slots)):
        gap = shape.gap(index)
        if not has_newline(gap) and not gap.strip():
            return gap
    return " "


def _unit(text: str) -> str:
    """One level of indentation."""
    found = _UNIT.search(text)
    return found[1] if found else "  "


def _fill(tree: Tree, table: Table, shape: Layout, entries: Sequence[str]) -> Edit:
    """Put entries into a table that has none."""
    text = shape.text
    inside = text[shape.open : shape.close]
    newline = newline_of(text)
    outer = indent_at(text, shape.open)
    if not inside.strip() and _in_one_line(tree, table.at.piece, shape.open):
        return Edit(Span(shape.open, shape.close), " " + ", ".join(entries) + " ")
    indent = outer + _unit(text)
    lines = "".join(f"{newline}{indent}{entry}," for entry in entries)
    kept = inside.rstrip()
    return Edit(Span(shape.open + len(kept), shape.close), lines + newline + outer)


def _in_one_line(tree: Tree, piece: Piece, offset: int) -> bool:
    """Whether the table in whose field ``piece`` lies is on one line."""
    holding = tree.at(offset)
    for outer in reversed(holding[: holding.index(piece)] if piece in holding else []):
        if outer.children is not None:
            start = tree.start_of(outer)
            end = start + outer.length - len(outer.tail) + outer.tail.find("}")
            return not has_newline(source(tree)[start + len(outer.head) : end])
    return False


def _insert_table(tree: Tree, table: Table, name: str, entries: Sequence[str]) -> tuple[Edit, ...]:
    """Put ``name = { entries }`` at the end of a table."""
    shape = layout(tree, table.at)
    if shape is None:
        return ()
    text = shape.text
    if shape.slots and shape.one_line:
        return insert_field(tree, table, f"{name} = {{ {', '.join(entries)} }}")
    newline = newline_of(text)
    inner = _indent_of(shape, len(shape.slots) - 1)
    deeper = inner + _unit(text)
    lines = "".join(f"{newline}{deeper}{entry}," for entry in entries)
    return insert_field(tree, table, f"{name} = {{{lines}{newline}{inner}}}")


def insert_field(
    tree: Tree, table: Table, field: str, *, after: str | None = None, first: bool = False
) -> tuple[Edit, ...]:
    """Put a field, given as its source, into a table: at its end, after field ``after``, or
    first."""
    shape = layout(tree, table.at)
    if shape is None:
        return ()
    index = -1 if first else len(shape.slots) - 1
    entry = table.entries.get(after) if after is not None else None
    if entry is not None and not entry.late:
        found = shape.starts.get(tree.span(entry.at).start)
        index = index if found is None else found
    return tuple(_insert(tree, table, shape, index, [field]))


def _append_build(tree: Tree, entries: Sequence[str]) -> tuple[Edit, ...]:
    text = source(tree)
    newline = newline_of(text)
    unit = _unit(text)
    lines = [
        "build = {",
        f'{unit}type = "builtin",',
        f"{unit}modules = {{",
        *(f"{unit}{unit}{entry}," for entry in entries),
        f"{unit}}},",
        "}",
    ]
    return insert_statement(tree, "build", newline.join(lines))


_FIRST = ("rockspec_format", "package", "version", "supported_platforms", "source")
_ORDER = (*_FIRST, *(name for name in schema.FIELDS if name not in _FIRST))


def insert_statement(tree: Tree, name: str, statement: str) -> tuple[Edit, ...]:
    """Put a top-level assignment to ``name`` after those that usually come before it."""
    edits = _inserted(tree, name, statement)
    if any(piece.flawed for piece in tree.pieces):
        after = tree.edited(edits[0])
        if not any(_assigned_name(piece) == name and not piece.flawed for piece in after.pieces):
            return ()
    return edits


def _inserted(tree: Tree, name: str, statement: str) -> tuple[Edit, ...]:
    text = source(tree)
    newline = newline_of(text)
    earlier = set(_ORDER[: _ORDER.index(name)] if name in _ORDER else _ORDER)
    anchor: Piece | None = None
    for piece in tree.pieces:
        if _assigned_name(piece) in earlier:
            anchor = piece
    if anchor is None and name != "rockspec_format":
        for piece in tree.pieces:
            if not isinstance(piece.node, nodes.Local | nodes.LocalFunction):
                break
            anchor = piece
    if anchor is not None:
        return _after(text, tree.start_of(anchor) + anchor.length, statement, newline)
    if tree.pieces:
        at = tree.pieces[0].first.start
        return (Edit(Span(at, at), statement + newline),)
    lead = "" if not text or text.endswith(("\n", "\r")) else newline
    return (Edit(Span(len(text), len(text)), lead + statement + newline),)


def _assigned_name(piece: Piece) -> str | None:
    node = piece.node
    if isinstance(node, nodes.Assign) and isinstance(node.targets[0], nodes.Name):
        return node.targets[0].name
    return None


def _after(text: str, offset: int, statement: str, newline: str) -> tuple[Edit, ...]:
    """Put a statement on the line after ``offset``."""
    at = line_end(text, offset) if rest_is_comment(text, offset) else offset
    rest = "" if at == line_end(text, at) else newline
    return (Edit(Span(at, at), newline + statement + rest),)


# --- removing --------------------------------------------------------------------------


def remove_entry(rockspec: Rockspec, table: Table | None, entry: Entry) -> tuple[Edit, ...]:
    """Take out an entry with its separator and the comment that is its alone.

    ``table`` is the one that holds it, None for a top-level assignment.
    """
    tree = rockspec.tree
    span = tree.span(entry.at)
    if table is None or entry.late:
        text, end = source(tree), span.end
        if text.startswith(";", end):
            end += 1
        return (Edit(_whole_lines(text, span.start, end, 0), ""),)
    near = layout_round(tree, table.at, entry.at.piece)
    shape, more = near if near is not None else (layout(tree, table.at), 0)
    index = shape.starts.get(span.start - more) if shape is not None else None
    if shape is None or index is None:
        return ()
    return tuple(
        Edit(Span(edit.span.start + more, edit.span.end + more), edit.text)
        for edit in _remove_slot(shape, index)
    )


def _remove_slot(shape: Layout, index: int) -> tuple[Edit, ...]:
    text, slots = shape.text, shape.slots
    slot = slots[index]
    before: Slot | None = slots[index - 1] if index else None
    is_last = index + 1 == len(slots)
    edits: list[Edit] = []
    if is_last and before is not None and not slot.separator and before.separator:
        gap = text[before.end : before.stop]
        edits.append(Edit(Span(before.stop - len(before.separator), before.stop), ""))
        if gap.strip() != before.separator:
            edits.pop()
    own_line = not text[line_start(text, slot.start) : slot.start].strip() and rest_is_comment(
        text, slot.stop
    )
    if own_line and line_start(text, slot.start) >= shape.open:
        edits.append(Edit(_whole_lines(text, slot.start, slot.stop, shape.open), ""))
        return tuple(edits)
    if not is_last:
        following = slots[index + 1].start
        if has_newline(shape.gap(index + 1)):
            start = before.stop if before is not None else shape.open
            gap = text[start : slot.start]
            start = slot.start - (len(gap) - len(gap.rstrip(" \t")))
            return (Edit(Span(start, slot.stop), ""),)
        return (Edit(Span(slot.start, following), ""),)
    if before is None:
        gap = text[shape.open : slot.start] + text[slot.stop : shape.close]
        if not gap.strip():
            return (Edit(Span(shape.open, shape.close), ""),)
        return (Edit(Span(slot.start, slot.stop), ""),)
    if slot.separator or not before.separator:
        return (Edit(Span(before.stop, slot.stop), ""),)
    return (Edit(Span(before.end, slot.end), ""),)


def _whole_lines(text: str, start: int, end: int, floor: int) -> Span:
    """What is written from ``start`` to ``end``, with its whole lines where it fills them
    and the comment lines above that speak of nothing else. Stays after ``floor``."""
    begin = line_start(text, start)
    if begin < floor or text[begin:start].strip() or not rest_is_comment(text, end):
        return Span(start, end)
    stop = after_line_end(text, line_end(text, end))
    next_line = text[stop : line_end(text, stop)].strip()
    if not next_line or next_line.startswith(("--", "}")):
        above = begin
        while above > floor:
            previous = line_start(text, above - 1 - text[:above].endswith("\r\n"))
            if previous < floor or not _COMMENT_LINE.fullmatch(text[previous:above].rstrip("\r\n")):
                break
            above = previous
        begin = above
    return Span(begin, stop)


# --- changing --------------------------------------------------------------------------


def change_text(tree: Tree, value: Text, at: Place, new: str) -> tuple[Edit, ...]:
    """Make the expression at ``at``, whose value is ``value``, mean ``new``.

    Changes as little as it can inside the expression's own literals; where what differs is
    computed elsewhere, the whole expression becomes a literal.
    """
    old = value.value
    if old == new:
        return ()
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    stop = 0
    while stop < min(len(old), len(new)) - start and old[-1 - stop] == new[-1 - stop]:
        stop += 1
    place = _own_place(value, at, start, len(old) - stop)
    middle = new[start : len(new) - stop]
    if place is not None and not NOT_PLAIN.search(middle):
        return (Edit(tree.span(place), middle),)
    span = tree.span(at)
    text = source(tree)
    return (Edit(span, quoted(new, quote_of(text[span.start : span.end], usual_quote(text)))),)


def _own_place(value: Text, at: Place, start: int, end: int) -> Place | None:
    """Where characters ``start`` to ``end`` are written, if within the expression itself."""
    for part in value.parts:
        inside = part.place.piece is at.piece and (
            at.start <= part.place.start <= part.place.end <= at.end
        )
        if inside and part.start <= start and end <= part.end:
            offset = part.place.start - part.start
            return Place(part.place.piece, offset + start, offset + end)
    return None


def change_value(tree: Tree, entry: Entry, new: str) -> tuple[Edit, ...]:
    """Give an entry the string ``new`` for its value."""
    if isinstance(entry.value, Text):
        return change_text(tree, entry.value, entry.value_at, new)
    return (Edit(tree.span(entry.value_at), quoted(new, usual_quote(source(tree)))),)


def rename_key(tree: Tree, entry: Entry, new: str) -> tuple[Edit, ...]:
    """Give an entry the key ``new``, whichever way its key is written."""
    if entry.key_at is None or not isinstance(entry.key, Text):
        return ()
    text = source(tree)
    span = tree.span(entry.key_at)
    written = text[span.start : span.end]
    if written != entry.key.value or text[: span.start].rstrip()[-1:] == "[":
        return change_text(tree, entry.key, entry.key_at, new)
    if is_identifier(new):
        return (Edit(span, new),)
    quote = quote_of(text[tree.span(entry.value_at).start :][:1], usual_quote(text))
    if not entry.late:
        return (Edit(span, f"[{quoted(new, quote)}]"),)
    dot = text.rfind(".", 0, span.start)
    if dot < 0 or text[dot + 1 : span.start].strip():
        return ()
    return (Edit(Span(dot, span.end), f"[{quoted(new, quote)}]"),)


def set_field(rockspec: Rockspec, name: str, value: str) -> tuple[Edit, ...]:
    """Make the top-level string field ``name`` hold ``value``; add it where it is absent."""
    entry = rockspec.fields.get(name)
    if entry is not None:
        return change_value(rockspec.tree, entry, value)
    text = source(rockspec.tree)
    return insert_statement(rockspec.tree, name, f"{name} = {quoted(value, usual_quote(text))}")
