"""A YAML file of Kong's that does not parse.

## What it does
Parses each YAML file that says something of Kong (a declarative or decK file, a KongPlugin, a
compose file that sets `KONG_*`) and tells of what libyaml, Kong's own reader, refuses. Text
that a template engine changes first (`{{ }}`, `${{ }}`, `{% %}`) is left alone, and so is
every YAML file that has nothing to do with Kong.

## Why it matters
Kong does not start with such a file (`failed parsing declarative configuration`), and neither
decK nor a cluster takes it.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  url: "http://example.com
```

## Use instead
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  url: "http://example.com"
```

## Fix
None: what was meant cannot be known.

## If this still fails
The place told of is where the parser gives up: an unclosed quote or bracket, or a wrong
indentation, may stand some lines above.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Severity
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.yaml.pieces import Piece
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC307", "yaml-error", Severity.ERROR)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each place that cannot be read."""
    if config.tree is None:
        return
    for piece, problem, span in config.tree.all_problems():
        if not _is_templated(piece):
            yield rule.finding(config.path, span, f"This is no valid YAML: {problem.message}.")


def _is_templated(piece: Piece) -> bool:
    return piece.templated
