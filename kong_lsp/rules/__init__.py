"""The rules, one module each, in the order of their codes."""

from __future__ import annotations

from kong_lsp.rules import (
    empty_modules,
    misnamed_module,
    missing_handler,
    missing_module_file,
    missing_schema,
    mixed_plugin_name,
    module_path_mismatch,
    non_lua_module,
    obsolete_module,
    shared_module_file,
    unlisted_file,
    unlisted_migration,
    unlisted_module,
    unlisted_plugin_module,
    unresolved_require,
)
from kong_lsp.rules.rule import RockRule

ROCK_RULES: tuple[RockRule, ...] = (
    missing_module_file,
    unlisted_module,
    unlisted_plugin_module,
    missing_handler,
    missing_schema,
    misnamed_module,
    module_path_mismatch,
    unresolved_require,
    shared_module_file,
    non_lua_module,
    obsolete_module,
    unlisted_migration,
    mixed_plugin_name,
    empty_modules,
    unlisted_file,
)
