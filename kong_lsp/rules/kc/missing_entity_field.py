"""An entity in a declarative file lacks a field that it cannot do without.

## What it does
Finds fields of services, routes, consumers, upstreams, certificates and all other entities
that Kong requires, that have no default, and that are absent or null.

## Why it matters
Kong refuses the whole file: `in 'host': required field missing`.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  path: /v1
```

## Use instead
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  host: example.com
  path: /v1
```

## Fix
Offered: the field with a value that Kong would take. It is an example; put your own there.
Not where the field is there and only misspelt: that is unknown-entity-field's.

## If this still fails
A service has ``url``, or ``host`` with what else differs from its default.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Severity
from kong_lsp.rules.kc import unknown_entity_field
from kong_lsp.rules.kc.refused import missing
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC321", "missing-entity-field", Severity.ERROR)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each field of an entity that must be given and is not."""
    return missing(rule, unknown_entity_field.rule, snapshot, config)
