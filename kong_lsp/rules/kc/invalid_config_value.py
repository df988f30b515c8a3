"""A value in a plugin's config has the right type, and Kong does not take it.

## What it does
Holds the values in ``config:`` against the limits in the plugin's schema: the listed choices,
ranges, lengths, patterns, URLs, paths, header names and what else Kong looks at. What only a
running Kong can tell is left alone.

## Why it matters
Kong refuses the plugin, and without a database the whole file:
`in 'policy': expected one of: local, cluster, redis`.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
plugins:
- name: rate-limiting
  config:
    minute: 5
    policy: locall
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
Safe where one of the listed values is near in spelling. Where there are few, each is offered.

## If this still fails
Without a database ``policy: cluster`` is no choice; ``{vault://…}`` is taken only where the
field can be a reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Severity
from kong_lsp.rules.kc.refused import field_words, findings, mend_value
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC311", "invalid-config-value", Severity.ERROR)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each value of a config that the schema does not allow."""
    return findings(rule, snapshot, config, field_words, mend_value)
