"""The rules over configuration files, one module each, in the order of their codes."""

from __future__ import annotations

from kong_lsp.rules.rule import ConfigRule

CONFIG_RULES: tuple[ConfigRule, ...] = ()
