"""What is wrong with a value: Kong's tree of errors, and the same as a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kong_lsp.kong.schema.values import Key, Path

ENTITY = "@entity"


@dataclass(frozen=True, slots=True)
class Fault:
    """One message, without its place.

    ``kind``: the validator or entity check that failed, or ``type``, ``required``, ``null``,
    ``unknown`` (no such field), ``subschema``, ``schema``, ``conflict``, ``reference``,
    ``unique``. ``fields``: the fields that an entity check names. ``entry``: the key of the
    map's entry that it is about, which Kong does not tell.
    """

    message: str
    kind: str
    fields: tuple[str, ...] = ()
    entry: Key | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that Kong refuses, at one place.

    ``path`` has keys and indexes (from 1) as Kong gives them; an entity check lies on the
    record that has it. The other members are those of ``Fault``.
    """

    path: Path
    message: str
    kind: str
    fields: tuple[str, ...] = ()
    entry: Key | None = None


Errors = dict[Key, "Fault | Errors | list[Fault]"]
"""Kong's table of errors: by field or index, and ``@entity`` for those of entity checks."""


def flat(errors: Fault | Errors, path: Path = ()) -> Iterator[Violation]:
    """The errors one by one, in order; those of entity checks after their fields'."""
    if isinstance(errors, Fault):
        yield Violation(path, errors.message, errors.kind, errors.fields, errors.entry)
        return
    for key, error in errors.items():
        if not isinstance(error, list):
            yield from flat(error, (*path, key))
    for error in errors.values():
        if isinstance(error, list):
            for fault in error:
                yield from flat(fault, path)


def set_at(errors: Errors, name: str, error: Fault | Errors) -> None:
    """Set the error of a field by its dotted name."""
    *parents, last = name.split(".")
    for parent in parents:
        below = errors.get(parent)
        if not isinstance(below, dict):
            if below is not None:
                return
            below = errors[parent] = {}
        errors = below
    errors[last] = error


def add_entity(errors: Errors, fault: Fault) -> None:
    """Add the error of an entity check."""
    listed = errors.setdefault(ENTITY, [])
    if isinstance(listed, list):
        listed.append(fault)


def about_entry(error: Fault | Errors, key: Key) -> Fault | Errors:
    """The error of a map's entry, which Kong reports on the map."""
    if isinstance(error, Fault):
        return error if error.entry is not None else replace(error, entry=key)
    found: Errors = {}
    for name, below in error.items():
        found[name] = (
            [replace(fault, entry=key) for fault in below]
            if isinstance(below, list)
            else about_entry(below, key)
        )
    return found
