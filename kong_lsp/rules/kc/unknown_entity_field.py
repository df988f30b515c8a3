"""A declarative file holds a key that Kong does not know there.

## What it does
Holds the keys of a declarative file, and of the services, routes, consumers and all other
entities in it, against what the Kong it is for reads. Keys that only decK or Kong Enterprise
know are deck-only-key's. It is a warning only where Kong Enterprise may read the file, or where
nothing says which Kong does and no field is near in spelling.

## Why it matters
Kong refuses the whole file and tells no line:
`in 'services': in entry 1 of 'services': in 'hosst': unknown field`.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  hosst: example.com
```

## Use instead
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  host: example.com
```

## Fix
Safe where one field is near in spelling and takes the value: the key is changed. Otherwise
that, or removing the entry, is offered.

## If this still fails
Fields come and go with releases: set ``kong_version`` to the one that you run. An entity
nested in another must not name it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.rules.kc import refused
from kong_lsp.rules.kc.entity import Problem
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC320", "unknown-entity-field", Severity.ERROR)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each key of the file or of an entity that Kong does not know."""
    return refused.findings(rule, snapshot, config, _words, _fixes, refused.unknown_severity)


def _words(problem: Problem) -> str:
    near = refused.near(problem)
    hint = "" if near is None else f' Did you mean "{near}"?'
    return refused.field_words(problem) + hint


def _fixes(config: Config, problem: Problem) -> Iterator[Fix]:
    near = refused.near(problem)
    if near is not None:
        yield from refused.rename(config, problem, near)
    yield from refused.remove(config, problem)
