"""The rules over plugins' own files, one module each, in the order of their codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from kong_lsp.finding import Finding
from kong_lsp.rules.kp import (
    broken_source,
    invalid_daos,
    invalid_migration,
    invalid_schema,
    invalid_version,
    missing_own_module,
    missing_priority,
    missing_return,
    removed_module,
    response_with_filters,
    schema_name_mismatch,
    unknown_checked_field,
    unknown_phase,
)
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.sources import PluginSource


class PluginRule(Protocol):
    """A module whose ``check`` looks at the source files of one plugin."""

    @property
    def rule(self) -> Rule: ...

    def check(self, snapshot: Snapshot, plugin: PluginSource) -> Iterator[Finding]: ...


FOR_EVERY_KONG = frozenset(
    module.rule.code for module in (broken_source, missing_return, missing_own_module)
)
"""The rules that say the same whichever Kong a plugin is for."""

PLUGIN_RULES: tuple[PluginRule, ...] = (
    missing_priority,
    invalid_version,
    removed_module,
    unknown_phase,
    response_with_filters,
    invalid_schema,
    schema_name_mismatch,
    invalid_daos,
    invalid_migration,
    unknown_checked_field,
    broken_source,
    missing_return,
    missing_own_module,
)
