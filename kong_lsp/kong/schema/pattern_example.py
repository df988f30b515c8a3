"""Texts that a Lua pattern finds, for examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kong_lsp.kong.schema.fields import Field
from kong_lsp.kong.schema.validators import matches
from kong_lsp.kong.schema.values import as_sequence
from kong_lsp.syntax.lua.patterns import Budget

_ITEM = r"(?s)(%.|\[\^?\]?(?:%.|[^\]%])*\]|[^%\[])[*+?-]?"
_LETTERS = "a1A-" + "".join(map(chr, range(32, 127)))


def texts(own: Field, budget: Budget) -> Iterator[str]:
    """A text for each pattern that a field's values are to match; not all may be right."""
    rules = own.attributes.get("match_any")
    listed = as_sequence(rules.get("patterns")) if isinstance(rules, Mapping) else None
    every = as_sequence(own.attributes.get("match_all")) or ()
    named = (rule.get("pattern") for rule in every if isinstance(rule, Mapping))
    for pattern in (own.attributes.get("match"), *(listed or ()), *named):
        if isinstance(pattern, str) and len(pattern) < 200:
            yield _text(pattern, budget)


def _text(pattern: str, budget: Budget) -> str:
    """One character for each item of the pattern."""
    body = pattern.removeprefix("^")
    if body.endswith("$") and not body.endswith("%$"):
        body = body[:-1]
    singles = [single for single in re.findall(_ITEM, body) if single not in ("(", ")")]
    found = (
        next((letter for letter in _LETTERS if matches(letter, f"^{single}$", budget)), "")
        for single in singles
    )
    return "".join(found)
