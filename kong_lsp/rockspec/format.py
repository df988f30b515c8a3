"""What LuaRocks would refuse in a rockspec that loads, in its own words.

LuaRocks stops at the first complaint, and which one that is depends on the order of a hash
table; all are given here. Where LuaRocks 3.12 lost a check that releases up to 3.11 make
(what is inside ``platforms``, ``copy_directories``, ``supported_platforms``, ``labels``),
the older, stricter ones are followed and the message says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kong_lsp.rockspec import dependency, schema
from kong_lsp.syntax.lua.values import (
    Bool,
    Entry,
    Func,
    Key,
    Nil,
    Num,
    Place,
    Table,
    Text,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kong_lsp.rockspec.model import Rockspec

LENIENT = " LuaRocks 3.12 and later let it pass here, and fail when they use it."


class Complaint(NamedTuple):
    """One thing that LuaRocks refuses.

    ``code`` is the rule's; ``field`` the path as LuaRocks writes it (``source.url``,
    ``dependencies[1]``); ``words`` what it prints, without ``suffix``. ``place`` is None
    where nothing is written that could be pointed at. ``entry`` is the entry that is
    wrong, ``inside`` the table that holds it or lacks it (None at the top level) and
    ``allowed`` the names that may stand there. ``needs`` is the older format that would do.
    """

    code: str
    field: str
    words: str
    place: Place | None
    entry: Entry | None = None
    inside: Table | None = None
    allowed: tuple[str, ...] = ()
    needs: str | None = None
    suffix: str = ""
    lenient: bool = False

    @property
    def message(self) -> str:
        """The words with all that LuaRocks adds to them."""
        return self.words + self.suffix


def complaints(rockspec: Rockspec) -> tuple[Complaint, ...]:
    """Everything the schema and the dependency parser refuse, in the order of the fields."""
    stated = rockspec.fields.get("rockspec_format")
    used = rockspec.format
    found: list[Complaint] = []
    if stated is not None:
        if isinstance(stated.value, Unknown):
            return ()
        if not isinstance(stated.value, Text | Nil):
            found.append(
                Complaint(
                    "KR006",
                    "rockspec_format",
                    f"LuaRocks crashes: rockspec_format is a {kind_of(stated.value)}, and must be"
                    " a string",
                    stated.value_at,
                    stated,
                )
            )
            used = schema.FORMATS[-1]
        elif isinstance(stated.value, Text) and used not in schema.FORMATS:
            found.append(_unknown_format(used, stated))
            used = schema.FORMATS[-1]
    own = _of_format(rockspec, used)
    higher = schema.FORMATS[schema.FORMATS.index(used) + 1 :] if own else ()
    kept = {v: {(c.field, c.words) for c in _of_format(rockspec, v)} for v in higher}
    for complaint in own:
        needs = next((v for v in higher if (complaint.field, complaint.words) not in kept[v]), None)
        suffix = advice(used, needs) if not complaint.words.startswith("Parse error") else ""
        found.append(complaint._replace(needs=needs, suffix=suffix))
    return tuple(found)


def advice(used: str, needs: str | None) -> str:
    """What LuaRocks adds to each of its complaints about a field."""
    if needs is None:
        return f" (using rockspec format {used})"
    return (
        f" (using rockspec format {used} -- adding 'rockspec_format = \"{needs}\"' to the"
        " rockspec will fix this)"
    )


def field_needs(name: str, used: str) -> str | None:
    """The oldest format above ``used`` that has the top-level field ``name``."""
    found = schema.FIELDS.get(name)
    if found is None or found.since <= used:
        return None
    return found.since


def kind_of(value: Value) -> str:
    """What Lua's ``type`` says of a known value."""
    if isinstance(value, Text):
        return "string"
    if isinstance(value, Num):
        return "number"
    if isinstance(value, Bool):
        return "boolean"
    if isinstance(value, Table):
        return "table"
    return "function" if isinstance(value, Func) else "nil"


def _unknown_format(used: str, stated: Entry) -> Complaint:
    newest = dependency.read_version(schema.FORMATS[-1])
    asked = dependency.Constraint(">", newest, 0, 0)
    words = f"unknown rockspec format {used} (using rockspec format {used})"
    if dependency.satisfies(dependency.read_version(used), asked):
        words = f"Rockspec format {used} is not supported, please upgrade LuaRocks."
    return Complaint("KR007", "rockspec_format", words, stated.value_at, stated)


def _of_format(rockspec: Rockspec, used: str) -> list[Complaint]:
    found: list[Complaint] = []
    fields = {name: field for name, field in schema.FIELDS.items() if field.in_format(used)}
    for name, entry in rockspec.fields.items():
        if isinstance(entry.value, Nil):
            continue
        field = fields.get(name)
        if field is None:
            found.append(_unknown_field(name, entry, None, name, fields))
        else:
            found += _check(field, entry, name, used)
    if rockspec.complete:
        damaged = rockspec.evaluation.damaged
        for name, field in fields.items():
            if not field.required_in(used) or name in damaged:
                continue
            if _absent(rockspec.fields.get(name)):
                words = f"Mandatory field {name} is missing."
                found.append(Complaint("KR005", name, words, None))
    for name in ("dependencies", "build_dependencies", "test_dependencies"):
        if name in fields:
            found += _dependencies(rockspec, name, used)
    return found


def _absent(entry: Entry | None) -> bool:
    return entry is None or isinstance(entry.value, Nil)


def _unknown_field(
    name: str, entry: Entry, inside: Table | None, path: str, fields: Mapping[str, schema.Field]
) -> Complaint:
    return Complaint(
        "KR004",
        path,
        f"Unknown field {name}",
        entry.key_at or entry.value_at,
        entry,
        inside,
        tuple(fields),
    )


def _check(field: schema.Field, entry: Entry, path: str, used: str) -> Iterator[Complaint]:
    value = entry.value
    if isinstance(value, Unknown):
        return
    if field.type == "table":
        if not isinstance(value, Table):
            yield _mismatch(path, "expected a table", entry)
        else:
            yield from _check_table(field, value, entry, path, used)
    elif field.type == "boolean":
        if not isinstance(value, Bool):
            yield _mismatch(path, "expected boolean", entry)
    elif not isinstance(value, Text):
        yield _mismatch(path, f"expected a string, got {kind_of(value)}", entry)
    elif field.shape is not None and not schema.fits(field.shape, value.value, used):
        words = (
            f"Type mismatch on field {path}: invalid value '{value.value}' does not match"
            f" {schema.shown_shape(field.shape)}"
        )
        code = "KR008" if field.shape == "dependency" else "KR007"
        yield Complaint(code, path, words, entry.value_at, entry)


def _mismatch(path: str, what: str, entry: Entry) -> Complaint:
    words = f"Type mismatch on field {path}: {what}"
    return Complaint("KR006", path, words, entry.value_at, entry)


def _check_table(
    field: schema.Field, table: Table, entry: Entry, path: str, used: str
) -> Iterator[Complaint]:
    fields = {name: inner for name, inner in field.fields.items() if inner.in_format(used)}
    for key, inner in table.entries.items():
        if isinstance(inner.value, Nil):
            continue
        if key == "platforms" and field.platforms:
            yield from _check_platforms(field, inner, f"{path}.platforms", used)
            continue
        known = fields.get(key) if isinstance(key, str) else None
        known = known or field.items
        here = _join(path, key)
        if known is not None:
            for complaint in _check(known, inner, here, used):
                yield complaint._replace(lenient=complaint.lenient or field.lenient)
        elif not field.open:
            yield _unknown_field(_shown(key), inner, table, here, fields)
    if table.open:
        return
    for name, inner_field in fields.items():
        if inner_field.required_in(used) and _absent(table.entries.get(name)):
            words = f"Mandatory field {path}.{name} is missing."
            yield Complaint(
                "KR005", f"{path}.{name}", words, entry.key_at or entry.value_at, entry, table
            )


def _check_platforms(
    field: schema.Field, entry: Entry, path: str, used: str
) -> Iterator[Complaint]:
    if isinstance(entry.value, Unknown):
        return
    if not isinstance(entry.value, Table):
        yield _mismatch(path, "expected a table", entry)
        return
    override = field._replace(platforms=False)
    for key, inner in entry.value.entries.items():
        if not isinstance(inner.value, Nil):
            for complaint in _check(override, inner, _join(path, key), used):
                yield complaint._replace(lenient=True)


def _join(path: str, key: Key) -> str:
    return f"{path}.{key}" if isinstance(key, str) else f"{path}[{_shown(key)}]"


def _shown(key: Key) -> str:
    """A key as Lua's ``tostring`` writes it, as far as that can be known."""
    if isinstance(key, Bool):
        return "true" if key.value else "false"
    if isinstance(key, float):
        return format(key, ".14g")
    return key if isinstance(key, str) else kind_of(key)


def _dependencies(rockspec: Rockspec, name: str, used: str) -> Iterator[Complaint]:
    entry = rockspec.fields.get(name)
    if entry is None or not isinstance(entry.value, Table):
        return
    for index, item in enumerate(entry.value.array(), start=1):
        if not isinstance(item.value, Text):
            continue
        problem = dependency.parse(item.value.value, used)
        if isinstance(problem, dependency.DependencyProblem) and not problem.shape:
            words = f"Parse error processing dependency '{item.value.value}': {problem.message}"
            place = item.value.place(problem.start, problem.end) or item.value_at
            yield Complaint("KR008", f"{name}[{index}]", words, place, item)
