"""The rules, one module each, in the order of their codes."""

from __future__ import annotations

from kong_lsp.rules.rule import RockRule

ROCK_RULES: tuple[RockRule, ...] = ()
