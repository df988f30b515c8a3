"""The rules over configuration files, one module each, in the order of their codes."""

from __future__ import annotations

from kong_lsp.rules import (
    malformed_list,
    obsolete_setting,
    plugin_not_enabled,
    plugin_not_installed,
    rock_name,
    unknown_plugin,
    yaml_error,
)
from kong_lsp.rules.rule import ConfigRule

CONFIG_RULES: tuple[ConfigRule, ...] = (
    unknown_plugin,
    plugin_not_enabled,
    rock_name,
    obsolete_setting,
    plugin_not_installed,
    malformed_list,
    yaml_error,
)
