"""Fields of an entity in a declarative file do not go together.

## What it does
Runs the checks of Kong's entities that look at several fields: a route of HTTP needs one of
``hosts``, ``paths``, ``methods``, ``headers`` or ``snis``; a path is nothing for a TCP service.

## Why it matters
Each field by itself is right, and Kong refuses the whole file all the same:
`must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'`.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  host: example.com
  routes:
  - name: home
```

## Use instead
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  host: example.com
  routes:
  - name: home
    paths: [/]
```

## Fix
None: which field to give, change or drop is yours to say. The message names them, and those
that are written are linked.

## If this still fails
What is not written counts with its default: a route's ``protocols`` are http and https.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Severity
from kong_lsp.rules.kc.refused import field_words, findings
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC324", "inconsistent-entity", Severity.ERROR)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each check between fields of an entity that fails."""
    return findings(rule, snapshot, config, field_words)
