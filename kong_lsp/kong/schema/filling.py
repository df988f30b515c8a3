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
    value_at,
)

Tree = dict[Key, object]

_MOST = 60
_DEEPEST = 12


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
            mended = _mended(record, value, refused, release)
            if mended is None:
                break
            wanted, value, refused = mended
            for place, new in wanted:
                put(added, place, new)
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


def _mended(
    record: Record, value: Tree, refused: list[Violation], release: Release
) -> tuple[list[tuple[Path, object]], Tree, list[Violation]] | None:
    """What puts one of the refusals right: places with what they must be given, the value with
    that, and what is refused then. None where nothing does."""
    for one in refused:
        wanted = list(_wanted(Run(release), record, value, one))
        if not wanted:
            continue
        trial: Tree = {key: _copy(part) for key, part in value.items()}
        for place, new in wanted:
            put(trial, place, new)
        after = validate(record, trial, release)
        if all((one.place, one.message) != (other.place, other.message) for other in after):
            return wanted, trial, after
    return None


def _wanted(
    run: Run, record: Record, value: Mapping[Key, object], refused: Violation
) -> Iterator[tuple[Path, object]]:
    """The places that must be given something, each with what."""
    if refused.kind == "conditional":
        return  # the field that it wants is refused by itself
    named: list[Path] = [(*refused.place, *name.split(".")) for name in refused.fields]
    free = [place for place in named if _is_free(value, place)]
    if refused.kind == "required":
        places = [refused.place]
    elif refused.kind == "mutually_required":
        places = free
    else:
        places = free[:1] if len(free) == len(named) else []
    for place in places:
        own = lookup.find(record, place, value)
        if own is None or not _is_free(value, place):
            continue
        new = lookup.example_value(run, own, filled=True)
        asked = refused.kind == "required" or not is_empty(new)
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
        below = value_at(value, (key,))
        if isinstance(part, Mapping) and is_table(below):
            _merge(below, part)
        elif isinstance(value, dict):
            value[key] = part


def example(record: Record, release: Release) -> Tree | None:
    """An entry of the plugin that Kong takes: all that must be given and all defaults, in the
    order of the schema. None where none is known."""
    value: Tree = {key: _copy(part) for key, part in lacking(record, {}, release).items()}
    if validate(record, value, release):
        found = lookup.example(record, release)
        if found is None:
            return None
        value = {key: _copy(part) for key, part in found.items()}
    _merge(value, unsaid(record, value, release))
    value.setdefault("config", {})
    return _ordered(record, value)


def _ordered(record: Record, value: Mapping[Key, object]) -> Tree:
    found: Tree = {}
    for name in (*record.fields, *value):
        if name in value and name not in found:
            own, part = record.fields.get(str(name)), value[name]
            inner = own.record if own is not None and isinstance(part, Mapping) else None
            found[name] = _ordered(inner, part) if inner is not None else part  # type: ignore[arg-type]
    return found
