"""What is wrong with a value: Kong's tree of errors, and the same as a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kong_lsp.kong.schema.values import Key, Path

ENTITY = "@entity"


@dataclass(frozen=True, slots=True)
class Fault:
    """One message, without its place.

    ``kind``: the validator or entity check that failed, or ``type``, ``required``, ``null``,
    ``unknown`` (no such field), ``subschema``, ``schema``, ``no_such_type`` (the field itself is
    wrong, whatever the value), ``conflict``, ``reference``, ``unique``. ``fields``: the fields that an entity check names. ``place``: where in the value
    it is, below the node that has it, where Kong names another place (a map's entry).
    """

    message: str
    kind: str
    fields: tuple[str, ...] = ()
    place: Path | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that Kong refuses, at one place.

    ``path`` has keys and indexes (from 1) as Kong gives them; an entity check lies on the
    record that has it. ``place`` is where in the value it is: the same, but for the entries
    of maps, which Kong does not tell. The other members are those of ``Fault``.
    """

    path: Path
    message: str
    kind: str
    fields: tuple[str, ...]
    place: Path


Errors = dict[Key, "Fault | Errors | list[Fault]"]
"""Kong's table of errors: by field or index, and ``@entity`` for those of entity checks."""


def flat(errors: Fault | Errors, path: Path = ()) -> Iterator[Violation]:
    """The errors one by one, in order; those of entity checks after their fields'."""
    if isinstance(errors, Fault):
        place = path if errors.place is None else errors.place
        yield Violation(path, errors.message, errors.kind, errors.fields, place)
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
        part = errors.get(parent)
        if not isinstance(part, dict):
            if part is not None:
                return
            part = errors[parent] = {}
        errors = part
    errors[last] = error


def add_entity(errors: Errors, fault: Fault) -> None:
    """Add the error of an entity check."""
    listed = errors.setdefault(ENTITY, [])
    if isinstance(listed, list):
        listed.append(fault)


def about_entry(error: Fault | Errors, key: Key) -> Fault | Errors:
    """The error of a map's entry, which Kong reports on the map."""
    return _placed(
        error, lambda fault, path: (key, *(path if fault.place is None else fault.place))
    )


def below(error: Fault | Errors, key: Key) -> Fault | Errors:
    """The error of what stands under a key, with its place seen from above."""
    return _placed(error, lambda fault, path: None if fault.place is None else (key, *fault.place))


def _placed(
    error: Fault | Errors, place: Callable[[Fault, Path], Path | None], path: Path = ()
) -> Fault | Errors:
    if isinstance(error, Fault):
        return replace(error, place=place(error, path))
    found: Errors = {}
    for key, part in error.items():
        found[key] = (
            [replace(fault, place=place(fault, path)) for fault in part]
            if isinstance(part, list)
            else _placed(part, place, (*path, key))
        )
    return found
