"""The catalogue that is shipped, counted against what Kong's own schema code says when it runs."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from kong_lsp.kong.releases import find
from kong_lsp.kong.schema import catalogue

COUNTED = (
    "default", "one_of", "between", "encrypted", "referenceable", "custom_validator",
    "deprecation",
)  # fmt: skip


def count(table: dict[str, Any], found: Counter[str]) -> None:
    found.update(key for key in COUNTED if key in table)
    for key in ("elements", "keys", "values"):
        if key in table:
            count(table[key], found)
    for key in ("fields", "shorthand_fields"):
        for entry in table.get(key, ()):
            found[key] += 1
            (field,) = entry.values()
            count(field, found)
    for check in table.get("entity_checks", ()):
        found.update(list(check))


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("2.8", {"fields": 427, "default": 233, "one_of": 70, "shorthand_fields": 6,
                 "encrypted": 11, "referenceable": 16, "custom_validator": 71, "between": 18,
                 "conditional": 17, "custom_entity_check": 3, "only_one_of": 1,
                 "at_least_one_of": 6, "mutually_required": 1, "mutually_exclusive": 1,
                 "mutually_exclusive_sets": 2}),
        ("3.4", {"fields": 539, "default": 310, "one_of": 93, "shorthand_fields": 7,
                 "encrypted": 12, "referenceable": 22, "custom_validator": 73, "between": 51,
                 "conditional": 14, "custom_entity_check": 7, "only_one_of": 1,
                 "at_least_one_of": 6, "mutually_required": 1}),
        ("3.9", {"fields": 774, "default": 380, "one_of": 134, "shorthand_fields": 30,
                 "encrypted": 28, "referenceable": 47, "custom_validator": 86, "between": 69,
                 "deprecation": 37, "conditional": 25, "custom_entity_check": 6,
                 "only_one_of": 1, "at_least_one_of": 9, "mutually_required": 14,
                 "conditional_at_least_one_of": 21}),
    ],
)  # fmt: skip
def test_it_has_as_much_of_everything_as_kong(release: str, expected: dict[str, int]) -> None:
    known = find(release)
    assert known is not None
    found: Counter[str] = Counter()
    for name in catalogue.names(known):
        definition = catalogue.definition(known, name)
        assert definition is not None
        count(definition, found)
    assert dict(found) == expected
