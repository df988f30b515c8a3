"""Fields of a plugin's config do not go together.

## What it does
Runs the checks of a plugin's schema that look at several fields: at least one of these, only
one of these, all or none, one where another has some value, and a deprecated field that says
something else than what replaces it. Checks that are functions of the plugin are left alone.

## Why it matters
Each field by itself is right, and Kong refuses the plugin all the same:
`at least one of these fields must be non-empty: 'config.second', 'config.minute' …`.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
plugins:
- name: rate-limiting
  config:
    policy: local
```

## Use instead
```yaml
# file: kong.yml
_format_version: "3.0"
plugins:
- name: rate-limiting
  config:
    minute: 5
    policy: local
```

## Fix
None: which field to give, change or drop is yours to say. The message names them, and those
that are written are linked.

## If this still fails
An empty string, an empty list and null count as not given.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Severity
from kong_lsp.rules.kc.refused import field_words, findings
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC312", "inconsistent-config", Severity.ERROR)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each check between fields of a config that fails."""
    return findings(rule, snapshot, config, field_words)
