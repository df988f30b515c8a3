"""A field of a plugin's config has a value of the wrong type.

## What it does
Holds the type of each value in ``config:`` against the plugin's schema, with the types that
YAML gives: ``5`` is a number, ``"5"`` a string, ``yes`` and ``on`` are booleans.

## Why it matters
Kong turns no value into another type: `in 'minute': expected a number`. What a shell or an
environment would take (`"true"`, `"8080"`) is refused.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
plugins:
- name: rate-limiting
  config:
    minute: "5"
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
Safe where the value is only written otherwise: quotes are removed or added, a single value
is put into the list that is wanted.

## If this still fails
A record wants fields below it, a map any keys, an array or set a list. A template (`${VAR}`)
is never judged here; what it gives must have the type all the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Severity
from kong_lsp.rules.kc.refused import field_words, findings, retype
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC310", "wrong-config-type", Severity.ERROR)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each value of a config that is of the wrong type."""
    return findings(rule, snapshot, config, field_words, retype)
