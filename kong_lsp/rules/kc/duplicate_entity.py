"""Two entities of a declarative file have the same id, or the same name where one is allowed.

## What it does
Looks for ids, names, usernames and other fields that must be unique and are given twice, and
for plugins that stand twice at the same service, route and consumer. For Kong 3.4 and newer;
before, the second silently replaced the first.

## Why it matters
Kong refuses the whole file:
`uniqueness violation: 'services' entity with name set to 'acme' already declared`.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  host: one.example.com
- name: acme
  host: two.example.com
```

## Use instead
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  host: one.example.com
- name: acme-two
  host: two.example.com
```

## Fix
None: which of the two is meant is yours to say.

## If this still fails
A name is unique in the whole file, wherever its entity is nested.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Severity
from kong_lsp.rules.kc.entity import Problem
from kong_lsp.rules.kc.refused import field_words, findings
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC326", "duplicate-entity", Severity.ERROR)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each entity that is there twice."""
    return findings(rule, snapshot, config, _words)


def _words(problem: Problem) -> str:
    message = field_words(problem)
    if problem.entity == "plugins":
        return f"{message} A plugin may stand once at the same service, route and consumer."
    return message
