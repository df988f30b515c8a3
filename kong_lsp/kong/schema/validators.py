"""Kong's field validators (kong/db/schema/init.lua, ``Schema.validators``), in Kong's words.

Each takes a value that has the field's type, the attribute's argument and the field's type,
and gives the message of what it refuses. An argument of the wrong type is the metaschema's
matter: nothing is judged then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from kong_lsp.kong.schema.functions import broken_regex
from kong_lsp.kong.schema.values import (
    UNKNOWN,
    as_sequence,
    equal,
    is_number,
    is_table,
    text,
)
from kong_lsp.syntax.lua.patterns import Budget, PatternError, TooComplex, find, is_plain

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)

_MOST_STEPS = 10_000
"""What one pattern may cost on one value."""

INVALID = "invalid value: {}"


def matches(subject: str, pattern: object, budget: Budget) -> bool | None:
    """Whether a Lua pattern is found; None where it is malformed or too costly to tell."""
    if not isinstance(pattern, str):
        return None
    given = min(budget.left, _MOST_STEPS)
    own = Budget(given)
    try:
        found = find(
            subject.encode("utf-8", "surrogatepass"),
            pattern.encode("utf-8", "surrogatepass"),
            0,
            own,
        )
    except (PatternError, TooComplex):
        return None
    finally:
        budget.left -= given - own.left
    return found is not None


def quoted(words: object) -> str:
    """``'a', 'b'``; for lists of lists ``('a', 'b'), ('c')``."""
    return ", ".join(
        f"({quoted(word)})" if is_table(word) else f"'{text(word)}'"
        for word in as_sequence(words) or ()
    )


def _joined(options: object) -> str:
    return ", ".join(text(option) for option in as_sequence(options) or ())


def _between(value: object, limits: object, kind: object, budget: Budget) -> str | None:
    low, high = (*(as_sequence(limits) or []), None, None)[:2]
    if not (is_number(value) and is_number(low) and is_number(high)):
        return None
    if low <= value <= high:
        return None
    return f"value should be between {_whole(low)} and {_whole(high)}"


def _whole(number: int | float) -> int | float:
    return int(number) if abs(number) < 1e300 else number


def _eq(value: object, wanted: object, kind: object, budget: Budget) -> str | None:
    if not is_table(value) and equal(value, wanted):
        return None
    return f"value must be {text(wanted)}"


def _ne(value: object, wanted: object, kind: object, budget: Budget) -> str | None:
    if is_table(value) or not equal(value, wanted):
        return None
    return f"value must not be {text(value)}"


def _gt(value: object, limit: object, kind: object, budget: Budget) -> str | None:
    if not (is_number(value) and is_number(limit)) or value > limit:
        return None
    return f"value must be greater than {text(limit)}"


def _one_of(value: object, options: object, kind: object, budget: Budget) -> str | None:
    if isinstance(value, str) and isinstance(options, list) and value in options:
        return None
    members = as_sequence(options)
    if members is None or UNKNOWN in members:
        return None
    if not is_table(value) and any(equal(value, option) for option in members):
        return None
    return f"expected one of: {_joined(options)}"


def _not_one_of(value: object, options: object, kind: object, budget: Budget) -> str | None:
    if is_table(value) or not any(equal(value, option) for option in as_sequence(options) or ()):
        return None
    return f"must not be one of: {_joined(options)}"


def _length(value: object, kind: object) -> int | None:
    if isinstance(value, str):
        return len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass"))
    elements = as_sequence(value)
    if kind == "map" and isinstance(value, Mapping | list):
        return len(value) + (len(elements) if elements else 0)
    return None if elements is None else len(elements)


def _len_eq(value: object, wanted: object, kind: object, budget: Budget) -> str | None:
    length = _length(value, kind)
    if length is None or not is_number(wanted) or length == wanted:
        return None
    return f"length must be {_whole(wanted)}"


def _len_min(value: object, least: object, kind: object, budget: Budget) -> str | None:
    length = _length(value, kind)
    if length is None or not is_number(least) or length >= least:
        return None
    return f"length must be at least {_whole(least)}"


def _len_max(value: object, most: object, kind: object, budget: Budget) -> str | None:
    length = _length(value, kind)
    if length is None or not is_number(most) or length <= most:
        return None
    return f"length must be at most {_whole(most)}"


def _match(value: object, pattern: object, kind: object, budget: Budget) -> str | None:
    if isinstance(value, str) and matches(value, pattern, budget) is False:
        return INVALID.format(value)
    return None


def _not_match(value: object, pattern: object, kind: object, budget: Budget) -> str | None:
    if isinstance(value, str) and matches(value, pattern, budget):
        return INVALID.format(value)
    return None


def _match_list(value: object, rules: object, wanted: bool, budget: Budget) -> str | None:
    if not isinstance(value, str):
        return None
    for rule in as_sequence(rules) or ():
        if not isinstance(rule, Mapping):
            return None
        found = matches(value, rule.get("pattern"), budget)
        if found is None:
            return None
        if found is not wanted:
            return _own_words(rule, INVALID.format(value))
    return None


def plain_patterns(rules: object) -> list[str]:
    """The patterns of ``match_none``, where each stands for itself; else none."""
    rules = as_sequence(rules) or ()
    patterns = [rule.get("pattern") if isinstance(rule, Mapping) else None for rule in rules]
    found = [pattern for pattern in patterns if isinstance(pattern, str) and is_plain(pattern)]
    return found if len(found) == len(patterns) else []


def plain_prefixes(rule: object) -> tuple[str, ...]:
    """What a value may begin with, where the patterns of ``match_any`` say no more; else none."""
    patterns = as_sequence(rule.get("patterns")) if isinstance(rule, Mapping) else None
    found = [
        pattern[1:]
        for pattern in patterns or ()
        if isinstance(pattern, str) and pattern.startswith("^") and is_plain(pattern[1:])
    ]
    return tuple(found) if len(found) == len(patterns or ()) else ()


def _match_all(value: object, rules: object, kind: object, budget: Budget) -> str | None:
    return _match_list(value, rules, True, budget)


def _match_none(value: object, rules: object, kind: object, budget: Budget) -> str | None:
    return _match_list(value, rules, False, budget)


def _match_any(value: object, rule: object, kind: object, budget: Budget) -> str | None:
    if not isinstance(value, str) or not isinstance(rule, Mapping):
        return None
    patterns = as_sequence(rule.get("patterns"))
    if patterns is None or any(
        matches(value, pattern, budget) is not False for pattern in patterns
    ):
        return None
    prefixes = " or ".join(plain_prefixes(rule))
    return _own_words(rule, f"should start with: {prefixes}" if prefixes else INVALID.format(value))


def _own_words(rule: Mapping[object, object], otherwise: str) -> str:
    own = rule.get("err")
    return own if isinstance(own, str) else otherwise


def _starts_with(value: object, prefix: object, kind: object, budget: Budget) -> str | None:
    if not isinstance(value, str) or not isinstance(prefix, str) or value.startswith(prefix):
        return None
    return f"should start with: {prefix}"


def _is_regex(value: object, wanted: object, kind: object, budget: Budget) -> str | None:
    """What no regular expression of PCRE can be; most mistakes are left to Kong."""
    if isinstance(value, str) and broken_regex(value):
        return f"not a valid regex: {value}"
    return None


def _timestamp(value: object, wanted: object, kind: object, budget: Budget) -> str | None:
    if not is_number(value) or value > 0:
        return None
    return "expected a valid timestamp"


def _uuid(value: object, wanted: object, kind: object, budget: Budget) -> str | None:
    if not isinstance(value, str) or _UUID.fullmatch(value):
        return None
    return "expected a valid UUID"


def _contains(value: object, wanted: object, kind: object, budget: Budget) -> str | None:
    members = as_sequence(value)
    if members is None or UNKNOWN in members or any(equal(part, wanted) for part in members):
        return None
    return f"expected to contain: {text(wanted)}"


def _subsets(value: object, subsets: object, kind: object, budget: Budget) -> str | None:
    owner: dict[object, int] = {}
    listed = [as_sequence(subset) or [] for subset in as_sequence(subsets) or ()]
    for index, subset in enumerate(listed):
        for part in subset:
            if isinstance(part, str):
                owner[part] = index
    used: list[int] = []
    for part in as_sequence(value) or ():
        found = owner.get(part) if isinstance(part, str) else None
        if found is not None and found not in used:
            used.append(found)
    if len(used) <= 1:
        return None
    return f"these sets are mutually exclusive: {quoted([listed[index] for index in used])}"


Validator = Callable[[object, object, object, Budget], str | None]

VALIDATORS: dict[str, Validator] = {
    "eq": _eq,
    "ne": _ne,
    "not_one_of": _not_one_of,
    "one_of": _one_of,
    "gt": _gt,
    "timestamp": _timestamp,
    "uuid": _uuid,
    "is_regex": _is_regex,
    "between": _between,
    "len_eq": _len_eq,
    "len_min": _len_min,
    "len_max": _len_max,
    "starts_with": _starts_with,
    "not_match": _not_match,
    "match_none": _match_none,
    "match": _match,
    "match_all": _match_all,
    "match_any": _match_any,
    "contains": _contains,
    "custom_validator": lambda value, argument, kind, budget: None,
    "mutually_exclusive_subsets": _subsets,
}
"""In the order in which Kong runs them. ``custom_validator`` is a function: see ``judge``."""
