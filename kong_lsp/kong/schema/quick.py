"""Whether a field accepts a value, said quickly where that is easy: of strings and lists of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from kong_lsp.kong.schema import functions
from kong_lsp.kong.schema.fields import Field
from kong_lsp.kong.schema.validators import VALIDATORS, plain_patterns, plain_prefixes
from kong_lsp.kong.schema.values import UNKNOWN, is_number
from kong_lsp.syntax.lua.patterns import Budget

_MOST_STEPS = 200_000
_NOT_QUICK = frozenset(("eq", "ne", "abstract", "referenceable", "is_regex"))


@lru_cache(maxsize=4096)
def quick_acceptor(own: Field) -> Callable[[object], bool] | None:
    """What tells whether a field accepts a value; it may say no to one that is accepted. None where
    that is not easy."""
    if not own.attributes.keys().isdisjoint(_NOT_QUICK):
        return None
    if own.type in ("array", "set") and own.elements is not None:
        element = quick_acceptor(own.elements) if own.elements.type == "string" else None
        if element is None or any(name in own.attributes for name in VALIDATORS):
            return None
        every = element
        return lambda value: isinstance(value, list) and all(map(every, value))
    if own.type != "string":
        return None
    accepts: Callable[[Any], bool] = _is_string
    for name, argument in validators_of(own):
        check = _quick_check(name, argument)
        if check is None:
            return None
        accepts = _both(accepts, check)
    return accepts


def _is_string(value: object) -> bool:
    return isinstance(value, str)


def _both(one: Callable[[Any], bool], other: Callable[[str], bool]) -> Callable[[Any], bool]:
    return lambda value: one(value) and other(value)


def _quick_check(name: str, argument: object) -> Callable[[str], bool] | None:
    if argument is UNKNOWN:
        return None
    if name == "len_min":
        least = argument if is_number(argument) else 1
        return lambda value: len(value) >= least
    if name == "match_none" and (plain := plain_patterns(argument)):
        return lambda value: not any(pattern in value for pattern in plain)
    if name == "match_any" and (prefixes := plain_prefixes(argument)):
        return lambda value: value.startswith(prefixes)
    if name == "custom_validator":
        function = functions.of_strings(getattr(argument, "name", None))
        return None if function is None else lambda value: function(value) is None
    validator = VALIDATORS[name]
    return lambda value: validator(value, argument, "string", Budget(_MOST_STEPS)) is None


def validators_of(own: Field) -> list[tuple[str, object]]:
    """The validators of a field, in Kong's order, each with its argument."""
    if own.validators is None:
        attributes = own.attributes
        if own.type == "string":
            attributes = {"len_min": 1, **attributes}
        own.validators = [(name, attributes[name]) for name in VALIDATORS if name in attributes]
    return own.validators
