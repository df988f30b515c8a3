"""Checks between fields (kong/db/schema/init.lua, ``Schema.entity_checkers``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kong_lsp.kong.schema.faults import Errors, Fault, add_entity, set_at
from kong_lsp.kong.schema.fields import Check, Field, Record
from kong_lsp.kong.schema.run import Run
from kong_lsp.kong.schema.validators import quoted
from kong_lsp.kong.schema.values import (
    MISSING,
    UNKNOWN,
    Key,
    as_sequence,
    at,
    holds_unknown,
    is_empty,
    is_reference,
    is_table,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a check sees: the fields (as a subschema refines them), the value, its errors.

    ``open``: not all of the fields are known. ``judge`` gives the error of a field's value.
    """

    run: Run
    fields: Mapping[str, Field]
    value: Mapping[Key, object]
    errors: Errors
    open: bool
    judge: Callable[[Run, Field, object], Fault | Errors | None]

    def at(self, name: str) -> object:
        """The value of a field by its dotted name."""
        return at(self.value, name.split("."))

    def field(self, name: str) -> Field | None:
        """The field with a dotted name."""
        return field_at(self.fields, name)

    def empty(self, name: str) -> bool:
        """Whether the field is empty."""
        return is_empty(self.at(name))


CHECKS = (
    "at_least_one_of",
    "conditional_at_least_one_of",
    "only_one_of",
    "distinct",
    "conditional",
    "custom_entity_check",
    "mutually_required",
    "mutually_exclusive",
    "mutually_exclusive_sets",
)
"""The entity checks of Kong 2.8 to 3.9."""

_SOURCES = {
    "conditional_at_least_one_of": (
        "if_field",
        "then_at_least_one_of",
        "else_then_at_least_one_of",
    ),
    "conditional": ("if_field", "then_field"),
    "custom_entity_check": ("field_sources",),
    "mutually_exclusive_sets": ("set1", "set2"),
}
_NEEDED = {"conditional": ("if_field",), "custom_entity_check": ("field_sources",)}
_RUNS_WITHOUT = {
    "at_least_one_of",
    "conditional_at_least_one_of",
    "mutually_required",
    "mutually_exclusive",
    "mutually_exclusive_sets",
}
_RUNS_WITH_INVALID = {
    "at_least_one_of",
    "conditional_at_least_one_of",
    "only_one_of",
    "distinct",
    "conditional",
}
_WORDS = {
    "at_least_one_of": "at least one of these fields must be non-empty: {}",
    "only_one_of": "exactly one of these fields must be non-empty: {}",
    "distinct": "values of these fields must be distinct: {}",
    "mutually_required": "all or none of these fields must be set: {}",
    "mutually_exclusive": "only one or none of these fields must be set: {}",
    "mutually_exclusive_sets": "these sets are mutually exclusive: {}",
}


def field_at(fields: Mapping[str, Field], name: str) -> Field | None:
    """The field with a dotted name."""
    head, _, rest = name.partition(".")
    own = fields.get(head)
    if not rest or own is None:
        return own
    return field_at(own.record.fields, rest) if own.record else None


def names_of(check: Check) -> tuple[str, ...]:
    """The dotted names of the fields that a check looks at."""
    known: tuple[str, ...] | None = check.memo.get("names")
    if known is None:
        known = check.memo["names"] = _names_of(check)
    return known


def _overlaid(check: Check, own: Field, side: str) -> Field:
    """A field with what a match of the check asks of it."""
    known: Field | None = check.memo.get((own, side))
    if known is None:
        known = check.memo[own, side] = own.overlaid(check.matches[side])
    return known


def _names_of(check: Check) -> tuple[str, ...]:
    argument = check.argument
    if check.name not in _SOURCES:
        return _strings(argument)
    if not isinstance(argument, Mapping):
        return ()
    found: list[str] = []
    for source in _SOURCES[check.name]:
        part = argument.get(source)
        found += [part] if isinstance(part, str) else _strings(part)
    return tuple(found)


def _strings(value: object) -> tuple[str, ...]:
    return tuple(part for part in as_sequence(value) or () if isinstance(part, str))


def run_checks(scope: Scope, checks: Iterable[Check]) -> None:
    """Add what the checks refuse to the errors."""
    for check in checks:
        if check.name in CHECKS and is_table(check.argument):
            _run_check(scope, check)


def _run_check(scope: Scope, check: Check) -> None:
    argument = check.argument
    options = argument if isinstance(argument, Mapping) else {}
    needed = _needed(check, options)
    lacking: list[str] = []
    given = False
    for name in names_of(check):
        found = scope.at(name)
        own = scope.field(name)
        if found is UNKNOWN or (found is MISSING and own is None and scope.open):
            return
        if found is MISSING:
            if (
                name in needed
                and check.name not in _RUNS_WITHOUT
                and not (options.get("run_with_missing_fields") and scope.run.since(3, 2))
                and not (own and own.attributes.get("nilable"))
            ):
                lacking.append(name)
            continue
        given = True
        if own and own.attributes.get("referenceable") and is_reference(found):
            return
    invalid = any(name in scope.errors for name in names_of(check))
    forced = options.get("run_with_invalid_fields") and scope.run.since(3, 2)
    if invalid and check.name not in _RUNS_WITH_INVALID and not forced:
        return
    if not given and check.name not in _RUNS_WITHOUT:
        return
    if lacking:
        for name in lacking:
            set_at(scope.errors, name, Fault("field required for entity check", "required"))
        return
    fault = _refused(scope, check, options)
    if fault is not None:
        add_entity(scope.errors, fault)


def _needed(check: Check, options: Mapping[Key, object]) -> tuple[str, ...]:
    if check.name not in _SOURCES:
        return _strings(check.argument)
    found: list[str] = []
    for source in _NEEDED.get(check.name, ()):
        part = options.get(source)
        found += [part] if isinstance(part, str) else _strings(part)
    return tuple(found)


def _refused(scope: Scope, check: Check, options: Mapping[Key, object]) -> Fault | None:
    if check.name == "custom_entity_check":
        scope.run.opaque.append(tuple(scope.run.path))
        return None
    if check.name == "conditional":
        return _conditional(scope, check, options)
    if check.name == "conditional_at_least_one_of":
        return _conditional_one(scope, check, options)
    if check.name == "mutually_exclusive_sets":
        used = [
            [name for name in _strings(options.get(side)) if not scope.empty(name)]
            for side in ("set1", "set2")
        ]
        if not all(used):
            return None
        return _fault(check, f"({quoted(used[0])}), ({quoted(used[1])})")
    names = names_of(check)
    used_names = [name for name in names if not scope.empty(name)]
    match check.name:
        case "at_least_one_of":
            refused = not used_names
        case "only_one_of":
            refused = len(used_names) != 1
        case "distinct":
            seen = [scope.at(name) for name in used_names]
            plain = [(type(part), part) for part in seen if not is_table(part)]
            refused = len(set(plain)) != len(plain)
        case "mutually_required":
            refused = 0 < len(used_names) < len(names)
        case _:
            refused = len(used_names) > 1
    return _fault(check, quoted(names)) if refused else None


def _fault(check: Check, words: str) -> Fault:
    return Fault(_WORDS[check.name].format(words), check.name, names_of(check))


def _conditional(scope: Scope, check: Check, options: Mapping[Key, object]) -> Fault | None:
    if_field, then_field = options.get("if_field"), options.get("then_field")
    if not (isinstance(if_field, str) and isinstance(then_field, str)):
        return None
    if not _matches(scope, check, "if_match", if_field):
        return None
    then_value = scope.at(then_field)
    then_value = None if then_value is MISSING else then_value
    then = check.matches.get("then_match")
    own = scope.field(then_field)
    if then is None or own is None or holds_unknown(then_value):
        return None
    error: Fault | Errors | None = None
    both = _overlaid(check, own, "then_match")
    if both.required and then_value is None:
        error = Fault("required field missing", "required")
    else:
        error = scope.judge(scope.run, both, then_value)
    if error is None:
        return None
    set_at(scope.errors, then_field, error)
    own_words = options.get("then_err")
    message = f"failed conditional validation given value of field '{if_field}'"
    if isinstance(own_words, str) and getattr(error, "kind", "") != "required":
        message = own_words.replace("%s", if_field)
    return Fault(message, check.name, (if_field, then_field))


def _matches(scope: Scope, check: Check, side: str, name: str) -> bool:
    """Whether the condition holds for sure."""
    match, own = check.matches.get(side), scope.field(name)
    found = scope.at(name)
    if match is None or own is None or own.type is UNKNOWN or holds_unknown(found):
        return False
    before = len(scope.run.opaque)
    holds = (
        scope.judge(scope.run, _overlaid(check, own, side), None if found is MISSING else found)
        is None
    )
    return holds and len(scope.run.opaque) == before


def _conditional_one(scope: Scope, check: Check, options: Mapping[Key, object]) -> Fault | None:
    name = options.get("if_field")
    if not isinstance(name, str) or scope.at(name) is MISSING:
        return None
    for side, wanted, words in (
        ("if_match", "then_at_least_one_of", "then_err"),
        ("else_match", "else_then_at_least_one_of", "else_then_err"),
    ):
        if not _matches(scope, check, side, name):
            continue
        names = _strings(options.get(wanted))
        if any(not scope.empty(one) for one in names):
            return None
        own = options.get(words)
        message = _WORDS["at_least_one_of"].format(quoted(names))
        if isinstance(own, str):
            message = own.replace("%s", quoted(names))
        return Fault(message, check.name, names)
    return None


def run_transformations(record: Record, value: Mapping[Key, object], errors: Errors) -> None:
    """The fields that a transformation takes are given all or none."""
    for item in record.transformations:
        given = _strings(item.get("input"))
        names = (*given, *_strings(item.get("needs")))
        if not given or holds_unknown([at(value, name.split(".")) for name in names]):
            continue
        if all(is_empty(at(value, name.split("."))) for name in given):
            continue
        for wanted in (names, given):
            if any(is_empty(at(value, name.split("."))) for name in wanted):
                words = _WORDS["mutually_required"].format(quoted(wanted))
                add_entity(errors, Fault(words, "mutually_required", wanted))
                break
