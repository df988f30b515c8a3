"""How the definitions in a schema.lua or daos.lua are put right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from kong_lsp.finding import Fix, Safety, change
from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema.values import Path
from kong_lsp.plugin.data import entries_at, plain
from kong_lsp.plugin.program import Program
from kong_lsp.rules.kp.table_edits import into_table, without_entry
from kong_lsp.spelling import nearest
from kong_lsp.syntax.lua.values import Bool, Entry, Num, Table, Text
from kong_lsp.text import Edit, Span

if TYPE_CHECKING:
    from kong_lsp.kong.schema.faults import Violation

_NEEDED = re.compile(r"must declare '(\w+)'")
_OPTIONS = re.compile(r"expected one of: (.+)")
_WANTED = re.compile(r"expected an? (\w+)")
_ONLY_ON = re.compile(r"field of type '(?:array|set)' cannot have attribute '(\w+)'")
_MEANT_TYPES = {
    "bool": "boolean",
    "dict": "map",
    "double": "number",
    "float": "number",
    "hash": "map",
    "int": "integer",
    "list": "array",
    "num": "number",
    "object": "record",
    "str": "string",
    "text": "string",
}
_MEANT_ATTRIBUTES = {"enum": "one_of", "func": "custom_validator", "validator": "custom_validator"}
_STRING = '{ type = "string" }'
_ADDED = {
    "elements": f"elements = {_STRING}",
    "keys": f"keys = {_STRING}",
    "values": f"values = {_STRING}",
    "fields": "fields = {}",
}
_HOLDS = {"fields": "record", "keys": "map", "values": "map", "elements": "array"}


def fixes(
    program: Program, fault: Violation, place: Path, release: Release, *, entity: bool = False
) -> Iterator[Fix]:
    """What puts right a fault that the metaschema finds at a place of a definition."""
    entries = list(entries_at(program.value, place))
    if len(entries) != len(place) or not entries:
        return
    last = entries[-1]
    if fault.kind == "unknown":
        yield from _unknown(program, entries, place, release, entity=entity)
    elif place[-1] == "fields" and isinstance(last.value, Table):
        edits = list(_wrapped(program, last.value))
        if edits:
            yield Fix("Give each field a table of its own", (change(program.path, *edits),))
    elif fault.kind == "len_eq" and isinstance(last.value, Table):
        edits = list(_split(program, last.value))
        if edits:
            yield Fix("Give each field a table of its own", (change(program.path, *edits),))
    elif (options := _OPTIONS.search(fault.message)) is not None:
        yield from _option(program, entries, options[1].split(", "), release)
    elif (wanted := _WANTED.search(fault.message)) is not None:
        yield from _typed(program, entries, wanted[1], release)
    elif fault.message == "missing type declaration" and isinstance(last.value, Table):
        yield from _type(program, last.value)
    elif (needed := _NEEDED.search(fault.message)) is not None and isinstance(last.value, Table):
        yield from _needed(program, last.value, needed[1])
    elif _ONLY_ON.search(fault.message) is not None:
        yield from _moved(program, entries, str(place[-1]))


def rename(program: Program, entry: Entry, meant: str, safety: Safety = "safe") -> Iterator[Fix]:
    """Give an entry another key, where its key is written as it is."""
    located = None if entry.key_at is None else program.locate(entry.key_at)
    tree = None if located is None else program.files.get(located[0])
    if located is None or tree is None or not isinstance(entry.key, Text):
        return
    written = tree.text[slice(*located[1])]
    if written.strip("\"'") == entry.key.value:
        edit = Edit(located[1], written.replace(entry.key.value, meant))
        yield Fix(f'Change to "{meant}"', (change(located[0], edit),), safety)


def _unknown(
    program: Program, entries: list[Entry], place: Path, release: Release, *, entity: bool
) -> Iterator[Fix]:
    from kong_lsp.kong.schema import metaschema

    last, name = entries[-1], str(place[-1])
    holder = entries[-2].value if len(entries) > 1 else program.value
    taken = holder.entries if isinstance(holder, Table) else {}
    known = [
        each for each in metaschema.keys_at(place[:-1], release, entity=entity) if each not in taken
    ]
    meant = _MEANT_ATTRIBUTES.get(name)
    near = meant if meant in known else nearest(name, known)
    if near is not None:
        field = _field(entries)
        value = field.get(name)
        renamed = {key: each for key, each in field.items() if key != name}
        yield from rename(program, last, near, _safety(field, {**renamed, near: value}, release))
        return
    edit = without_entry(program, last)
    if edit is not None:
        yield Fix(f"Remove {name}", (change(program.path, edit),), "unsafe")


def _literal(program: Program, entry: Entry) -> tuple[str, Span, str] | None:
    """The file, the span and the text of a value that is written where it stands."""
    located = program.locate(entry.value_at)
    tree = None if located is None else program.files.get(located[0])
    if located is None or tree is None:
        return None
    text = tree.text[slice(*located[1])]
    value = entry.value
    if isinstance(value, Text):
        plain = text[:1] in ('"', "'") and text[1:-1] == value.value
    else:
        plain = isinstance(value, Num | Bool) and re.fullmatch(r"-?[\w.]+", text) is not None
        plain = plain and (isinstance(value, Num) == text[-1:].isdigit())
    return (*located, text) if plain else None


def _field(entries: list[Entry]) -> Mapping[object, object]:
    """The definition that holds the last entry; empty where it is that of no field."""
    holder = plain(entries[-2].value) if len(entries) > 1 else None
    return holder if isinstance(holder, Mapping) and "type" in holder else {}


def _safety(
    before: Mapping[object, object], after: Mapping[object, object], release: Release
) -> Safety:
    """Whether a change of a field's definition leaves fewer faults in it."""
    from kong_lsp.kong.schema.metaschema import check_plugin

    def faults(field: Mapping[object, object]) -> int:
        config = {"type": "record", "fields": [{"it": field}]}
        return len(check_plugin({"name": "it", "fields": [{"config": config}]}, release))

    return "safe" if not before or faults(after) < faults(before) else "unsafe"


def _option(
    program: Program, entries: list[Entry], options: list[str], release: Release
) -> Iterator[Fix]:
    """Change a string to the option that it is meant to be."""
    entry = entries[-1]
    literal = _literal(program, entry)
    if literal is None or not isinstance(entry.value, Text):
        return
    path, span, text = literal
    value = entry.value.value
    near = _MEANT_TYPES.get(value.lower())
    if near not in options:
        near = nearest(value, options)
    if near is not None:
        field = _field(entries)
        edit = Edit(span, f"{text[0]}{near}{text[0]}")
        safety = _safety(field, {**field, _key(entry): near}, release)
        yield Fix(f'Change to "{near}"', (change(path, edit),), safety)


def _key(entry: Entry) -> object:
    return entry.key.value if isinstance(entry.key, Text | Num) else None


def _typed(program: Program, entries: list[Entry], wanted: str, release: Release) -> Iterator[Fix]:
    """Write a value as the type that is wanted."""
    entry = entries[-1]
    literal = _literal(program, entry)
    if literal is None:
        return
    path, span, text = literal
    string = entry.value.value if isinstance(entry.value, Text) else None
    new: str | None = None
    value: object = None
    title = "Take the quotes away"
    if wanted == "boolean" and string in ("true", "false"):
        new, value = string, string == "true"
    elif wanted in ("integer", "number") and string is not None:
        whole = r"-?[0-9]+" if wanted == "integer" else r"-?[0-9]+(?:\.[0-9]+)?"
        if re.fullmatch(whole, string):
            new, value = string, float(string)
    elif wanted == "string" and string is None:
        new, value, title = f'"{text}"', text, "Put it in quotes"
    elif wanted in ("array", "set"):
        new, value, title = f"{{ {text} }}", [plain(entry.value)], "Make it a list"
    if new is not None:
        field = _field(entries)
        safety = _safety(field, {**field, _key(entry): value}, release)
        yield Fix(title, (change(path, Edit(span, new)),), safety)


def _type(program: Program, table: Table) -> Iterator[Fix]:
    """Add the type that the attributes of a field tell of, else a guess."""
    told = [kind for name, kind in _HOLDS.items() if name in table.entries]
    kind = told[0] if told else "string"
    edit = into_table(program, table, f'type = "{kind}"')
    if edit is not None:
        sure = kind in ("record", "map")
        title = f'Add type = "{kind}"'
        yield Fix(title, (change(program.path, edit),), "safe" if sure else "unsafe")


def _needed(program: Program, table: Table, name: str) -> Iterator[Fix]:
    """Add what a type wants; of a map what of both it lacks."""
    names = [name]
    if name in ("keys", "values"):
        names = [each for each in ("keys", "values") if each not in table.entries]
    added = ", ".join(_ADDED[each] for each in names if each in _ADDED)
    edit = into_table(program, table, added) if added else None
    if edit is not None:
        yield Fix(f"Add {added}", (change(program.path, edit),), "unsafe")


def _moved(program: Program, entries: list[Entry], name: str) -> Iterator[Fix]:
    """Move an attribute of a list into its elements."""
    last = entries[-1]
    holder = entries[-2].value if len(entries) > 1 else None
    elements = holder.get("elements") if isinstance(holder, Table) else None
    tree = program.tree
    whole = program.locate(last.at)
    if tree is None or whole is None or whole[0] != program.path:
        return
    if not isinstance(elements, Table) or elements.open or name in elements.entries:
        return
    out = without_entry(program, last)
    put = into_table(program, elements, tree.text[slice(*whole[1])], last=True)
    if out is None or put is None or out.span.start <= put.span.start < out.span.end:
        return
    edits = sorted((out, put), key=lambda edit: edit.span)
    yield Fix(f"Move {name} into elements", (change(program.path, *edits),), "unsafe")


def _spans(program: Program, table: Table) -> list[Span]:
    """Where the entries of a table are written, if all are by name in its constructor."""
    spans = []
    for key, entry in table.entries.items():
        located = program.locate(entry.at)
        if not isinstance(key, str) or entry.late or entry.key_at is None or located is None:
            return []
        if located[0] != program.path or not isinstance(entry.value, Table):
            return []
        spans.append(located[1])
    return sorted(spans)


def _wrapped(program: Program, table: Table) -> Iterator[Edit]:
    for span in _spans(program, table):
        yield Edit(Span(span.start, span.start), "{ ")
        yield Edit(Span(span.end, span.end), " }")


def _split(program: Program, table: Table) -> Iterator[Edit]:
    spans = _spans(program, table)
    text = program.tree.text if program.tree is not None else ""
    between = [Span(one.end, other.start) for one, other in pairwise(spans)]
    for gap in between:
        found = re.fullmatch(r"[ \t]*[,;](\s*)", text[slice(*gap)])
        if found is None:
            return
    for gap in between:
        space = text[slice(*gap)].strip(" \t").lstrip(",;") or " "
        yield Edit(gap, f" }},{space}{{ ")
