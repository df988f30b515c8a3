"""Shorthands: fields that Kong takes under an old name and puts where the new one is.

As ``process_auto_fields`` of kong/db/schema/init.lua, 2.8 to 3.9, does.
"""

from __future__ import annotations

from collections.abc import Mapping

from kong_lsp.kong.schema import functions
from kong_lsp.kong.schema.faults import Fault
from kong_lsp.kong.schema.fields import Field, Record
from kong_lsp.kong.schema.run import Run
from kong_lsp.kong.schema.values import (
    MISSING,
    UNKNOWN,
    Function,
    Key,
    as_sequence,
    at,
    equal,
    text,
)


def conflict(name: str, own: Field, value: object, data: Mapping[Key, object]) -> Fault | None:
    """The error where a deprecated field and the one in its place say different things."""
    if value is None or value is UNKNOWN:
        return None
    for path in _replacements(own):
        new = at(data, path)
        absent = new is None or new is MISSING or new is UNKNOWN or new is False
        if absent or equal(new, value):
            continue
        return Fault(
            "both deprecated and new field are used but their values mismatch: "
            f"{name} = {text(value)} vs {'.'.join(path)} = {text(new)}",
            "conflict",
            (name, ".".join(path)),
        )
    return None


def _replacements(own: Field) -> list[tuple[str, ...]]:
    """The paths of the fields that replace a deprecated one."""
    deprecation = own.attributes.get("deprecation")
    listed = deprecation.get("replaced_with") if isinstance(deprecation, Mapping) else None
    found = []
    for item in as_sequence(listed) or ():
        if isinstance(item, Mapping) and "reverse_mapping_function" not in item:
            path = as_sequence(item.get("path")) or ()
            found.append(tuple(map(text, path)))
    return found


def expand(run: Run, record: Record, name: str, data: dict[Key, object]) -> None:
    """Put what the shorthand ``name`` stands for in its place; UNKNOWN where that is not known."""
    own, value = record.shorthands[name], data.pop(name)
    function = own.attributes.get("func")
    known = function.name if isinstance(function, Function) else None
    sets = functions.shorthand(known, value) if value is not UNKNOWN else None
    if sets is None:
        if known is None:
            run.opaque.append((*run.path, name))
        for other in record.fields:
            data.setdefault(other, UNKNOWN)
        data.update(dict.fromkeys(functions.OVERRULED.get(known or "", ()), UNKNOWN))
        return
    deprecated = "deprecation" in own.attributes
    for key, new in sets.items():
        present = data.get(key, MISSING)
        if present is UNKNOWN:
            continue
        if isinstance(new, dict) and run.since(3, 6):
            source = present if isinstance(present, dict) else {}
            kept = {k: v for k, v in source.items() if v is not None or k not in new}
            data[key] = {**new, **kept} if deprecated else {**source, **new}
        elif not (deprecated and run.since(3, 8)) or present in (MISSING, None):
            data[key] = new
