"""From a snapshot to findings: which rules run over what, and in which order they come."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from kong_lsp.finding import Finding, Severity
from kong_lsp.rules import ROCK_RULES, config_rules, plugin_rules
from kong_lsp.workspace.snapshot import Rock, Snapshot

if TYPE_CHECKING:
    from kong_lsp.config.model import Config
    from kong_lsp.rules.rule import Rule
    from kong_lsp.workspace.sources import PluginSource

Failed = Callable[[str, "Rock | PluginSource | Config", Exception], None]
"""Is told of a rule (its code) that failed on a rock, a plugin or a configuration file, while
the exception is handled."""

_Subject_contra = TypeVar(
    "_Subject_contra", bound="Rock | PluginSource | Config", contravariant=True
)


class _Checks(Protocol[_Subject_contra]):
    """A rule over one kind of subject."""

    @property
    def rule(self) -> Rule: ...

    def check(self, snapshot: Snapshot, subject: _Subject_contra, /) -> Iterator[Finding]: ...


_log = logging.getLogger(__name__)


def log_failure(code: str, subject: Rock | PluginSource | Config, _: Exception) -> None:
    """Log the failure of a rule, with its traceback."""
    _log.exception("%s failed on %s", code, subject.path)


def analyze_rock(snapshot: Snapshot, rock: Rock, failed: Failed = log_failure) -> list[Finding]:
    """What is wrong with one rock, by path, place and code.

    A rule that fails does not stop the others; ``failed`` is told.
    """
    return sorted(_found(ROCK_RULES, snapshot, rock, failed), key=_order)


def analyze_plugin(
    snapshot: Snapshot, plugin: PluginSource, failed: Failed = log_failure
) -> list[Finding]:
    """What is wrong with the source files of one plugin, by path, place and code.

    Where nothing says which Kong the plugin is for, an error is no more than a warning, but for
    what no Kong takes.
    """
    from kong_lsp.rules.kp.listing import FOR_EVERY_KONG

    found = _found(plugin_rules(), snapshot, plugin, failed)
    if snapshot.root_of_source(plugin).guessed:
        found = dict.fromkeys(
            each if each.code in FOR_EVERY_KONG else _assumed(each) for each in found
        )
    return sorted(found, key=_order)


def _found(
    rules: Sequence[_Checks[_Subject_contra]],
    snapshot: Snapshot,
    subject: _Subject_contra,
    failed: Failed,
) -> dict[Finding, None]:
    """What the rules find, each finding once."""
    found: dict[Finding, None] = {}
    for module in rules:
        try:
            found.update(dict.fromkeys(module.check(snapshot, subject)))
        except Exception as error:  # noqa: BLE001
            failed(module.rule.code, subject, error)
    return found


def _assumed(finding: Finding) -> Finding:
    """The finding of a rule that had to assume the newest Kong."""
    if finding.severity > Severity.WARNING:
        return finding
    message = f"{finding.message} (No file says which Kong this is for; set kong_version.)"
    return finding._replace(severity=Severity.WARNING, message=message)


def prepare_config(snapshot: Snapshot, config: Config) -> Iterator[None]:
    """Do what ``analyze_config`` would have to do first, in small steps."""
    from kong_lsp.rules.kc import judged

    for each in (config, *config.inner):
        yield from judged.steps(snapshot, each)


def analyze_config(
    snapshot: Snapshot, config: Config, failed: Failed = log_failure
) -> list[Finding]:
    """What is wrong with one configuration file and the texts inside it, by place and code."""
    rules = config_rules()
    found = _found(rules, snapshot, config, failed)
    for each in config.inner:
        found.update(_found(rules, snapshot, each, failed))
    return sorted(found, key=_order)


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    return finding.path, *finding.span, finding.code, finding.message
