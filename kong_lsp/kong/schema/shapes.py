"""Which values are judged alike: most entities of a file differ in little that matters.

A record's shape has a token for each field that is given: that its own definition accepts the
value, or the value itself where something else in the schema may look at it. Once a record is
accepted, so are all of its shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from kong_lsp.kong.schema.entity_checks import CHECKS, field_at, names_of
from kong_lsp.kong.schema.fields import Check, Field, Record
from kong_lsp.kong.schema.plugin_functions import TABLES
from kong_lsp.kong.schema.validators import VALIDATORS
from kong_lsp.kong.schema.values import (
    MISSING,
    UNKNOWN,
    Function,
    Key,
    as_mapping,
    as_sequence,
    holds_unknown,
    is_reference,
    is_table,
)

Shape = tuple[tuple[Key, object], ...]

_LONGEST = 1000
_DEEPEST = 30
_SCALARS = ("string", "number", "integer", "boolean", "foreign")
_READ_BY_VALUE = {
    "conditional": ("if_field", "then_field"),
    "conditional_at_least_one_of": ("if_field",),
}


class Probe(NamedTuple):
    """How single values are judged: whether a field accepts one that is given, and what a
    record without any entries is filled with (None: it cannot be)."""

    accepts: Callable[[Field, object], bool]
    defaults: Callable[[Record], Mapping[Key, object] | None]


class _Part(NamedTuple):
    """How a field's token is made.

    ``alone``: nothing but its own definition looks at it; ``watched`` are the dotted names
    below it, if it is a record, of which something above looks at the value.
    """

    own: Field
    alone: bool
    watched: frozenset[str]


def shape_of(
    probe: Probe,
    record: Record,
    value: Mapping[Key, object],
    watched: frozenset[str] = frozenset(),
    depth: int = 0,
) -> Shape | None:
    """The shape of a record's value before it is filled in; None where it has none, as when
    something in it is refused."""
    parts = _parts_for(record, value, watched, depth)
    if parts is None:
        return None
    tokens: list[tuple[Key, object]] = []
    for key, given in value.items():
        part = parts.get(key)
        if part is None:
            return None
        if given is None or given is UNKNOWN or given is True or given is False:
            token: object = given
        elif not part.alone:
            token = _written(given)
        elif part.own.type == "record":
            token = _record_token(probe, part, given, depth)
        else:
            token = _token(given) if probe.accepts(part.own, given) else None
        if token is None and given is not None:
            return None
        tokens.append((key, token))
    return tuple(tokens)


def lone(
    record: Record,
    value: Mapping[Key, object],
    watched: frozenset[str] = frozenset(),
    depth: int = 0,
) -> list[tuple[Field, object]] | None:
    """The parts of a record's value of which its shape tells no more than that their own field
    accepts them, each with that field; None where it has no shape, whatever they are.

    A record among them stands for what a function says of it (``accepts_table``) alone.
    """
    parts = _parts_for(record, value, watched, depth)
    if parts is None:
        return None
    found: list[tuple[Field, object]] = []
    for key, given in value.items():
        part = parts.get(key)
        if part is None:
            return None
        if not part.alone:
            continue
        if part.own.type != "record":
            found.append((part.own, given))
        elif is_table(given):
            if part.own.record is None:
                return None
            if "custom_validator" in part.own.attributes:
                found.append((part.own, given))
            below = lone(part.own.record, as_mapping(given), part.watched, depth + 1)
            if below is None:
                return None
            found += below
    return found


def _parts_for(
    record: Record, value: Mapping[Key, object], watched: frozenset[str], depth: int
) -> dict[Key, _Part] | None:
    chosen = record.subschema_key
    by_default = chosen is not None and chosen not in value and chosen in record.fields
    subschema = record.subschema(
        {chosen: record.fields[chosen].get("default")} if chosen and by_default else value
    )
    if depth > _DEEPEST or (chosen is not None and subschema is None):
        return None
    return _parts(record, subschema, by_default, watched)


def _written(given: object) -> str | None:
    try:
        found = repr(given)
    except RecursionError:
        return None
    return found if len(found) <= _LONGEST else None


def _token(given: object) -> str:
    """What checks between fields may ask of any value: is it empty, unknown, a reference."""
    if is_table(given):
        return "empty" if not given else "in part unknown" if holds_unknown(given) else "accepted"
    if given == "":
        return "empty"
    return "reference" if is_reference(given) else "accepted"


def _record_token(probe: Probe, part: _Part, given: object, depth: int) -> Shape | None:
    own = part.own
    if not is_table(given) or own.record is None:
        return None
    table = as_mapping(given)
    if not accepts_table(probe, own, table):
        return None
    return shape_of(probe, own.record, table, part.watched, depth + 1)


def accepts_table(probe: Probe, own: Field, value: object) -> bool:
    """Whether the function of a record's field, if it has one, says nothing against a value."""
    function = own.attributes.get("custom_validator")
    if not isinstance(function, Function) or function.name is None:
        return True
    defaults = probe.defaults(own.record) if own.record is not None else None
    if defaults is None or not is_table(value):
        return False
    return TABLES[function.name]({**defaults, **as_mapping(value)}) is None


@lru_cache(maxsize=4096)
def _parts(
    record: Record, subschema: Record | None, by_default: bool, watched: frozenset[str]
) -> dict[Key, _Part] | None:
    """The fields that a value of known shape may have; None where there is no such value.

    ``by_default``: the subschema is that of a default, which comes after all are filled in.
    """
    if record.check is not MISSING and record.check is not None:
        return None
    fields = dict(record.each(subschema))
    by_value = set(watched)
    if record.subschema_key is not None:
        by_value.add(record.subschema_key)
    for schema in (record, subschema) if subschema else (record,):
        for check in schema.checks:
            if check.name in CHECKS:
                by_value.update(_read_by_value(check))
        by_value.update(
            name.partition(".")[0] for name in _named(schema) if field_at(fields, name) is None
        )
    found: dict[Key, _Part] = {}
    for name, own in fields.items():
        if name not in record.shorthands and own.type != "self":
            below = frozenset(
                rest for head, _, rest in (each.partition(".") for each in by_value) if head == name
            )
            late = by_default and own is not record.fields[name]
            alone = "" not in below and not late and _is_plain(own)
            found[name] = _Part(own, alone, below)
    return found


def _named(schema: Record) -> Iterator[str]:
    for check in schema.checks:
        yield from names_of(check)
    for item in schema.transformations:
        for side in ("input", "needs"):
            yield from (name for name in as_sequence(item.get(side)) or () if isinstance(name, str))


def _read_by_value(check: Check) -> Iterator[str]:
    """The names of which a check asks more than whether they are empty."""
    if check.name == "distinct":
        yield from names_of(check)
    elif isinstance(check.argument, Mapping):
        for side in _READ_BY_VALUE.get(check.name, ()):
            name = check.argument.get(side)
            then = check.matches.get("then_match") if side == "then_field" else None
            asks_for_null = then is not None and then.attributes == {"eq": None}
            if isinstance(name, str) and not asks_for_null:
                yield name


def _is_plain(own: Field, depth: int = 0) -> bool:
    """Whether what it accepts can be told from the value itself (and what is below it)."""
    if own.type == "record":
        functions = [name for name in VALIDATORS if name in own.attributes]
        function = own.attributes.get("custom_validator")
        known = isinstance(function, Function) and function.name in TABLES
        plain = not functions or (functions == ["custom_validator"] and known)
        simple = own.record is not None and own.record.subschema_key is None
        return depth == 0 and simple and plain and "abstract" not in own.attributes
    if own.type in ("array", "set", "map"):
        below = (own.elements, own.keys, own.values)
        return depth < 4 and all(part is None or _is_plain(part, depth + 1) for part in below)
    return own.type in _SCALARS
