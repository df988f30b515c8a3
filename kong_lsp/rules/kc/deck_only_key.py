"""A declarative file holds a key that decK or Kong Enterprise reads, and Kong itself does not.

## What it does
Finds ``_info``, ``_plugin_configs``, ``_workspace``, ``consumer_groups``, a plugin's
``ordering`` or ``_config``, foreign keys written as ``{name: …}`` and the like, in a file that
is not clearly decK's. It is an error where some configuration has Kong itself read the file
(``declarative_config``), a warning where that Kong is an Enterprise one, else information.

## Why it matters
decK and Kong read almost the same format. Kong without a database refuses the whole file for
each of these keys: `in 'ordering': unknown field`.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
plugins:
- name: key-auth
  ordering:
    before:
      access: [rate-limiting]
```

## Use instead
```yaml
# file: kong.yml
_format_version: "3.0"
plugins:
- name: key-auth
```

## Fix
Offered: the entry is removed.

## If this still fails
`deck gateway sync` and `kong config parse` are two readers: keep a file for each, or make the
one for Kong from the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Severity
from kong_lsp.rules.kc.entity import Problem
from kong_lsp.rules.kc.refused import field_words, findings, remove
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC328", "deck-only-key", Severity.INFORMATION)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each key that is decK's, in a file that may be Kong's."""
    return findings(rule, snapshot, config, _words, remove, _severity)


def _severity(problem: Problem) -> Severity | None:
    if not problem.target.certain:
        return None
    return Severity.WARNING if problem.target.enterprise else Severity.ERROR


def _words(problem: Problem) -> str:
    if problem.message == "unknown field":
        return f"{field_words(problem)} decK and Kong Enterprise know it."
    if "null" in problem.message:
        return f"{field_words(problem)} The plugin may not be bound to one, or is by its place."
    return f"{field_words(problem)} decK takes it so; Kong wants a name or an id."
