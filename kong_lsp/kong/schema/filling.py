"""What an entry leaves unsaid: what Kong refuses to be without, and its defaults.

Both are trees: by key what is to be added, where the entry has a table there already a tree
of what is to be added to that (lists by index from 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema import lookup
from kong_lsp.kong.schema.faults import Violation
from kong_lsp.kong.schema.fields import Field, Record
from kong_lsp.kong.schema.judge import validate
from kong_lsp.kong.schema.run import Exhausted, Run
from kong_lsp.kong.schema.values import (
    MISSING,
    Key,
    Path,
    as_sequence,
    equal,
    holds_unknown,
    is_empty,
    is_table,
)

Tree = dict[Key, object]

_MOST = 60
_DEEPEST = 12
_ONE_NEEDED = ("at_least_one_of", "only_one_of", "conditional_at_least_one_of")


def lacking(record: Record, entry: Mapping[Key, object], release: Release) -> Tree:
    """What Kong refuses ``entry`` for not having: fields that must be given, and what entity
    checks ask for, each with a value that it takes (the default, or an example).

    Empty where nothing is lacking, or where it cannot be had without another mistake.
    """
    added: Tree = {}
    value: Tree = {key: _copy(part) for key, part in entry.items()}
    refused = first = validate(record, value, release)
    try:
        for _ in range(_MOST):
            wanted = next(_wanted(Run(release), record, value, refused), None)
            if wanted is None:
                break
            put(value, *wanted)
            put(added, *wanted)
            refused = validate(record, value, release)
    except Exhausted:
        return {}
    return added if _is_no_worse(refused, first) else {}


def unsaid(record: Record, entry: Mapping[Key, object], release: Release) -> Tree:
    """The defaults of ``config`` that ``entry`` does not write; not those of deprecated
    fields, nor where a shorthand field says something else. Empty where there are none."""
    own = record.fields.get("config")
    given = entry.get("config")
    if own is None or own.record is None or not (is_table(given) or is_empty(given)):
        return {}
    given = given if isinstance(given, Mapping) else {}
    filled = lookup.defaults(record, {**entry, "config": given}, release).get("config")
    added = _unsaid(own.record, given, filled if isinstance(filled, Mapping) else {}, 0)
    if not added:
        return {}
    value: Tree = {key: _copy(part) for key, part in {**entry, "config": given}.items()}
    before = validate(record, value, release)
    _merge(value, {"config": added})
    return {"config": added} if _is_no_worse(validate(record, value, release), before) else {}


def put(value: object, path: Path, new: object) -> None:
    """Set what stands at a path, with tables on the way to it where there are none."""
    for step in path[:-1]:
        if isinstance(value, list) and isinstance(step, int):
            value = value[step - 1]
        elif isinstance(value, dict):
            below = value.get(step)
            if not is_table(below) or not below:
                value[step] = {}
            value = value[step]
    if isinstance(value, dict):
        value[path[-1]] = new


def _wanted(
    run: Run, record: Record, value: Mapping[Key, object], refused: list[Violation]
) -> Iterator[tuple[Path, object]]:
    """The places that must be given something, each with what."""
    for one in refused:
        places: list[Path] = []
        if one.kind == "required":
            places = [one.place]
        elif one.kind in _ONE_NEEDED or one.kind == "mutually_required":
            named: list[Path] = [(*one.place, *name.split(".")) for name in one.fields]
            empty = [place for place in named if is_empty(_at(value, place))]
            if one.kind == "mutually_required":
                places = empty
            elif len(empty) == len(named):
                places = empty[:1]
        for place in places:
            own = lookup.find(record, place, value)
            if own is None or not _is_free(value, place):
                continue
            new = lookup.example_value(run, own, filled=True)
            asked = one.kind == "required" or not is_empty(new)
            if asked and new is not None and not holds_unknown(new):
                yield place, _shaped(own, new)


def _is_free(value: object, place: Path) -> bool:
    """Whether something can be put at a place: nothing is there, and a mapping is to hold it."""
    for number, step in enumerate(place, 1):
        if isinstance(value, Mapping):
            value = value.get(step, MISSING)
        elif isinstance(value, list) and isinstance(step, int) and 0 < step <= len(value):
            if number == len(place):
                return False
            value = value[step - 1]
        else:
            return is_empty(value)
    return is_empty(value)


def _at(value: object, place: Path) -> object:
    for step in place:
        if isinstance(value, Mapping):
            value = value.get(step, MISSING)
        elif isinstance(value, list) and isinstance(step, int) and 0 < step <= len(value):
            value = value[step - 1]
        else:
            return MISSING
    return value


def _is_no_worse(after: list[Violation], before: list[Violation]) -> bool:
    known = {(one.place, one.message) for one in before}
    return all((one.place, one.message) in known for one in after)


def _unsaid(
    record: Record, given: Mapping[Key, object], filled: Mapping[Key, object], depth: int
) -> Tree:
    found: Tree = {}
    for name, own in record.fields.items():
        value, full = given.get(name, MISSING), filled.get(name, MISSING)
        if lookup.deprecated(own) is not None or own.attributes.get("auto") or depth > _DEEPEST:
            continue
        new: object = MISSING
        if own.record is not None and isinstance(full, Mapping):
            if value is MISSING or isinstance(value, Mapping):
                default = own.get("default") if value is MISSING else MISSING
                whole: Mapping[Key, object] = default if isinstance(default, Mapping) else {}
                below = value if isinstance(value, Mapping) else whole
                new = {**whole, **_unsaid(own.record, below, full, depth + 1)} or MISSING
        elif value is MISSING:
            default = own.get("default")
            if full not in (None, MISSING) and equal(full, default) and not holds_unknown(full):
                new = _shaped(own, full)
        elif own.elements is not None and own.elements.record is not None:
            new = _of_items(own.elements.record, value, full, depth) or MISSING
        if new is not MISSING:
            found[name] = new
    return found


def _of_items(record: Record, value: object, full: object, depth: int) -> Tree:
    found: Tree = {}
    filled = as_sequence(full) or []
    for number, (part, whole) in enumerate(zip(as_sequence(value) or [], filled, strict=False), 1):
        if isinstance(part, Mapping) and isinstance(whole, Mapping):
            below = _unsaid(record, part, whole, depth + 1)
            if below:
                found[number] = below
    return found


def _shaped(own: Field, value: object) -> object:
    """An empty table as the list or the mapping that the field is."""
    if is_table(value) and not value:
        return [] if own.type in ("array", "set") else {}
    return _copy(value)


def _copy(value: object) -> object:
    """A copy that can be changed, tables as ``dict`` and ``list``."""
    if isinstance(value, Mapping):
        return {key: _copy(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_copy(part) for part in value]
    return value


def _merge(value: object, tree: Mapping[Key, object]) -> None:
    for key, part in tree.items():
        below = _at(value, (key,))
        if isinstance(part, Mapping) and is_table(below):
            _merge(below, part)
        elif isinstance(value, dict):
            value[key] = part
