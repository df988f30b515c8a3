"""A value of an entity in a declarative file has the right type, and Kong does not take it.

## What it does
Holds the values of services, routes, consumers and all other entities against the limits in
Kong's schemas: the listed choices, ranges, patterns, paths, host names, and keys that must not
be given here.

## Why it matters
Kong refuses the whole file:
`in 'protocol': expected one of: grpc, grpcs, http, https, …`.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  host: example.com
  protocol: htttp
```

## Use instead
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  host: example.com
  protocol: http
```

## Fix
Safe where one of the listed values is near in spelling. Where there are few, each is offered.

## If this still fails
From Kong 3.0 on a regular expression in ``paths`` begins with ``~``.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Severity
from kong_lsp.rules.kc.refused import field_words, findings, mend_value
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC323", "invalid-entity-value", Severity.ERROR)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each value of an entity that Kong does not allow."""
    return findings(rule, snapshot, config, field_words, mend_value)
