"""A field of an entity in a declarative file has a value of the wrong type.

## What it does
Holds the type of each value of services, routes, consumers and all other entities against
Kong's schemas, with the types that YAML gives: ``80`` is a number, ``"80"`` a string.

## Why it matters
Kong turns no value into another type: `in 'port': expected an integer`, and refuses the file.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  host: example.com
  port: "80"
```

## Use instead
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  host: example.com
  port: 80
```

## Fix
Safe where the value is only written otherwise: quotes are removed or added, a single value
is put into the list that is wanted (`paths: /v1`).

## If this still fails
Lists of entities are YAML lists: each entry begins with `-`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Severity
from kong_lsp.rules.kc.refused import field_words, findings, retype
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC322", "wrong-entity-type", Severity.ERROR)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each value of an entity that is of the wrong type."""
    return findings(rule, snapshot, config, field_words, retype)
