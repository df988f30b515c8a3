"""The rules, one module each, in the order of their codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kong_lsp.rules.km import (
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
from kong_lsp.rules.kr import (
    duplicate_key,
    filename_mismatch,
    ignored_field,
    invalid_dependency,
    invalid_value,
    missing_field,
    missing_licence,
    runtime_error,
    syntax_error,
    undefined_variable,
    unknown_build_type,
    unknown_field,
    unportable_syntax,
    unsatisfiable_dependency,
    wrong_type,
)
from kong_lsp.rules.rule import ConfigRule, RockRule, RuleModule

if TYPE_CHECKING:
    from kong_lsp.rules.kp.listing import PluginRule

ROCK_RULES: tuple[RockRule, ...] = (
    syntax_error,
    undefined_variable,
    runtime_error,
    unknown_field,
    missing_field,
    wrong_type,
    invalid_value,
    invalid_dependency,
    filename_mismatch,
    unsatisfiable_dependency,
    missing_licence,
    duplicate_key,
    unknown_build_type,
    ignored_field,
    unportable_syntax,
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


def config_rules() -> tuple[ConfigRule, ...]:
    """The rules over configuration files, in the order of their codes; imported with the
    first such file, so that a plugin without one does not pay for them."""
    from kong_lsp.rules.kc.listing import CONFIG_RULES

    return CONFIG_RULES


def plugin_rules() -> tuple[PluginRule, ...]:
    """The rules over plugins' own files, in the order of their codes; imported with the first
    such file."""
    from kong_lsp.rules.kp.listing import PLUGIN_RULES

    return PLUGIN_RULES


def own_rules() -> tuple[RuleModule, ...]:
    """The rules over our own comments and settings, in the order of their codes."""
    from kong_lsp.rules.kx import (
        invalid_setting,
        unknown_setting,
        unknown_suppression,
        unused_suppression,
    )

    return (unused_suppression, unknown_suppression, unknown_setting, invalid_setting)


def all_rules() -> tuple[RuleModule, ...]:
    """Every rule, in the order of the families and their codes."""
    return (*ROCK_RULES, *plugin_rules(), *config_rules(), *own_rules())


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """The names of these rules by their codes; a family is imported only if it is asked for."""
    names = {module.rule.code: module.rule.name for module in ROCK_RULES}
    if not names.keys() >= set(codes):
        names = {module.rule.code: module.rule.name for module in all_rules()}
    return names
