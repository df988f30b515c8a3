"""A plugin's config lacks a field that the plugin cannot do without.

## What it does
Finds fields that the plugin's schema requires, that have no default, and that are
absent or null. What a template may fill in is not missed.

## Why it matters
Kong refuses the plugin, and without a database the whole file:
`in 'config': in 'http_endpoint': required field missing`.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
plugins:
- name: http-log
  config:
    method: POST
```

## Use instead
```yaml
# file: kong.yml
_format_version: "3.0"
plugins:
- name: http-log
  config:
    http_endpoint: http://logs.example.com/
    method: POST
```

## Fix
Offered: the field with a value that Kong would take, and in editors all that the plugin
cannot do without ("Fill in required fields"). They are examples; put your own there. A field
that is there and only misspelt is not added: that is unknown-config-field's.

## If this still fails
A value in another place does not count: the field must stand exactly where the message says.
An empty value (`http_endpoint:`) is null, which is the same as none.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Severity
from kong_lsp.rules.kc import unknown_config_field
from kong_lsp.rules.kc.refused import missing
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC309", "missing-config-field", Severity.ERROR)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each field of a config that must be given and is not."""
    return missing(rule, unknown_config_field.rule, snapshot, config)
