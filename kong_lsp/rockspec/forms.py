"""How entries of ``build.modules`` are written, and where in the table they belong."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kong_lsp.rockspec.layout import Layout, has_newline, layout, source
from kong_lsp.syntax.lua.scanner import KEYWORDS
from kong_lsp.syntax.lua.values import Place, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kong_lsp.rockspec.model import ModuleEntry, Rockspec
    from kong_lsp.syntax.lua.tree import Tree

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

NOT_PLAIN = re.compile(r"[\\\"'\r\n]")
"""What may not be put into a literal as it is, whatever its quotes."""


def quoted(text: str, quote: str = '"') -> str:
    """``text`` as a Lua string literal."""
    escaped = text.replace("\\", "\\\\").replace(quote, "\\" + quote)
    escaped = escaped.replace("\r", "\\r").replace("\n", "\\n")
    return quote + escaped + quote


def is_identifier(text: str) -> bool:
    """Whether a key may be written as ``text = …``."""
    return _IDENTIFIER.fullmatch(text) is not None and text not in KEYWORDS


def quote_of(literal: str, usual: str) -> str:
    """The quotes of a literal, or the usual ones where it has none."""
    return literal[0] if literal[:1] in ("'", '"') else usual


def usual_quote(text: str) -> str:
    """The quotes that a text uses most."""
    return "'" if text.count("'") > text.count('"') else '"'


class Model(NamedTuple):
    """An expression to follow: its source up to the content of its last literal, what that
    source means, and the source after the content."""

    before: str
    means: str
    after: str

    def follow(self, value: str) -> str | None:
        """How ``value`` is written after this model; None where it means something else."""
        rest = value[len(self.means) :]
        if not value.startswith(self.means) or NOT_PLAIN.search(rest):
            return None
        return self.before + rest + self.after


class Form(NamedTuple):
    """How an entry of ``modules`` is written.

    ``key`` and ``path`` are the expressions to follow; None writes one literal with
    ``quote``. ``column`` is where all entries have their ``=``, or 0.
    """

    quote: str = '"'
    opening: str = "["
    closing: str = "]"
    assign: str = " = "
    key: Model | None = None
    path: Model | None = None
    column: int = 0

    def render(self, name: str, path: str) -> str:
        """The entry, without a separator."""
        key = self.opening + self._written(self.key, name) + self.closing
        assign = self.assign
        if self.column:
            assign = " " * max(self.column - len(key), 1) + assign.lstrip(" ")
        return key + assign + self._written(self.path, path)

    def _written(self, model: Model | None, value: str) -> str:
        return (model.follow(value) if model else None) or quoted(value, self.quote)


class Sheet(NamedTuple):
    """The constructor of ``build.modules`` and its named entries, each with the index of
    its field."""

    shape: Layout
    listed: tuple[tuple[int, ModuleEntry], ...]
    is_sorted: bool
    form: Form

    def place_for(self, name: str) -> int:
        """The index of the field after which ``name`` belongs; -1 for the beginning."""
        prefix = ".".join(name.split(".")[:3])
        group = [
            pair
            for pair in self.listed
            if pair[1].name == prefix or (pair[1].name or "").startswith(prefix + ".")
        ]
        if not group:
            if not self.is_sorted:
                return len(self.shape.slots) - 1
            group = list(self.listed)
        if not _is_sorted(group):
            return group[-1][0]
        before = [index for index, entry in group if (entry.name or "") < name]
        return before[-1] if before else group[0][0] - 1


@lru_cache(maxsize=8)
def sheet(rockspec: Rockspec) -> Sheet | None:
    """The entries of ``build.modules`` as written; None where there is no such table."""
    table = rockspec.modules_table
    shape = layout(rockspec.tree, table.at) if table is not None else None
    if shape is None:
        return None
    listed = []
    for entry in rockspec.modules:
        if entry.name is not None and not entry.entry.late:
            index = shape.starts.get(rockspec.tree.span(entry.entry.at).start)
            if index is not None:
                listed.append((index, entry))
    form = Form(quote=usual_quote(shape.text), column=_column(shape, listed))
    return Sheet(shape, tuple(listed), _is_sorted(listed), form)


def _is_sorted(listed: Iterable[tuple[int, ModuleEntry]]) -> bool:
    names = [entry.name or "" for _, entry in listed]
    return len(names) > 1 and names == sorted(names)


def form_for(tree: Tree, given: Sheet, name: str, path: str) -> Form:
    """The form of the nearest entry that ``name`` and ``path`` can follow."""
    after = given.place_for(name)
    form = given.form
    key_found = path_found = False
    for _, entry in sorted(given.listed, key=lambda pair: abs(pair[0] - after)):
        if not key_found:
            found = _key_form(tree, given, entry, name)
            if found is not None:
                form = found._replace(path=form.path)
                key_found = True
        if not path_found:
            model = _model(tree, entry.entry.value, entry.entry.value_at)
            if model is not None and model.follow(path) is not None:
                form = form._replace(path=model)
                path_found = True
        if key_found and path_found:
            break
    return form


def _key_form(tree: Tree, given: Sheet, entry: ModuleEntry, name: str) -> Form | None:
    if entry.entry.key_at is None:
        return None
    model = _model(tree, entry.entry.key, entry.entry.key_at)
    if model is None or model.follow(name) is None:
        return None
    text = given.shape.text
    key_at = tree.span(entry.entry.key_at)
    opening = text[tree.span(entry.entry.at).start : key_at.start]
    between = text[key_at.end : tree.span(entry.entry.value_at).start]
    closing, equals, blank = between.partition("=")
    inner, bracket, space = closing.partition("]")
    if opening.strip() != "[" or not bracket or not equals:
        return None
    return given.form._replace(
        quote=quote_of(text[key_at.start : key_at.end], given.form.quote),
        opening=opening,
        closing=inner + bracket,
        assign=(" " if space else "") + equals + (" " if has_newline(blank) else blank),
        key=model,
    )


def _model(tree: Tree, value: object, at: Place) -> Model | None:
    """How to write values that begin as ``value`` does."""
    if not isinstance(value, Text) or not value.parts:
        return None
    last = value.parts[-1]
    if last.end != len(value.value) or last.place.piece is not at.piece:
        return None
    if not at.start <= last.place.start <= last.place.end <= at.end:
        return None
    text = source(tree)
    whole = tree.span(at)
    content = tree.span(last.place)
    before = text[whole.start : content.start]
    if has_newline(before) or before.rstrip()[-1:] not in ("'", '"'):
        return None
    return Model(before, value.value[: last.start], text[content.end : whole.end])


def _column(shape: Layout, listed: Sequence[tuple[int, ModuleEntry]]) -> int:
    """The column, from the entry's start, in which all entries have their ``=``; else 0."""
    columns = set()
    widths = set()
    for index, _ in listed:
        slot = shape.slots[index]
        if index and not has_newline(shape.gap(index)):
            return 0
        written = shape.text[slot.start : slot.end]
        equals = written.find("=", written.find("]"))
        columns.add(equals)
        widths.add(len(written[:equals].rstrip()))
    return columns.pop() if len(columns) == 1 and len(widths) > 1 else 0
