"""Which migrations a plugin's index names."""

from __future__ import annotations

from typing import NamedTuple

from kong_lsp.syntax.lua import nodes
from kong_lsp.syntax.lua.strings import decode
from kong_lsp.syntax.lua.tree import Piece, parse
from kong_lsp.syntax.lua.values import Place
from kong_lsp.text import Span


class Migration(NamedTuple):
    """One name in a migrations index; ``span`` is its literal, quotes included."""

    name: str
    span: Span


def is_migrations_index(path: str) -> bool:
    """Whether Kong may load the file at ``path`` as ``kong.plugins.NAME.migrations``."""
    return path.endswith(("/migrations.lua", "/migrations/init.lua"))


def migrations_index(text: str) -> tuple[Migration, ...] | None:
    """The names that a migrations index returns, in their order.

    None where that is not known: the text does not return a plain list of literals.
    """
    tree = parse(text)
    returned = tree.pieces[-1] if tree.pieces else None
    if returned is None or any(piece.flawed for piece in tree.pieces):
        return None
    if not isinstance(returned.node, nodes.Return) or len(returned.node.values) != 1:
        return None
    table = returned.node.values[0]
    if not isinstance(table, nodes.Table):
        return None
    fields: list[tuple[Piece, nodes.Field]] = []
    if table.fields is not None:
        fields = [(returned, field) for field in table.fields]
    else:
        for child in returned.children or ():
            if not isinstance(child.node, nodes.Field):
                return None
            fields.append((child, child.node))
    found = []
    for piece, field in fields:
        value = field.value
        if field.key is not None or not isinstance(value, nodes.String):
            return None
        span = tree.span(Place(piece, value.start, value.end))
        found.append(Migration(decode(value.text).value, span))
    return tuple(found)
