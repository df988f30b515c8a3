"""A filter chain names a wasm filter that is not there.

## What it does
Looks up the names in ``filter_chains`` among the ``.wasm`` files of the folder that
``wasm_filters_path`` (or ``KONG_WASM_FILTERS_PATH``) names. In a compose file the path is
followed through ``volumes``. Where the folder is not in the workspace, nothing is told.

## Why it matters
Kong names a filter like its file, and refuses others: `no such filter`. Without a database
it does not start.

## Example
```yaml
# file: compose.yaml
services:
  kong:
    image: kong:3.9
    environment:
      KONG_WASM: "on"
      KONG_WASM_FILTERS_PATH: /wasm
    volumes:
    - ./filters:/wasm
# file: filters/rate.wasm
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  host: example.com
  filter_chains:
  - filters:
    - name: rates
```

## Use instead
```yaml
# file: compose.yaml
services:
  kong:
    image: kong:3.9
    environment:
      KONG_WASM: "on"
      KONG_WASM_FILTERS_PATH: /wasm
    volumes:
    - ./filters:/wasm
# file: filters/rate.wasm
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  host: example.com
  filter_chains:
  - filters:
    - name: rate
```

## Fix
Safe where one filter's name is near in spelling: the name is changed.

## If this still fails
A filter that the image's build puts in place is not seen: keep its file in the folder, or switch
this rule off.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config.edits import renamed
from kong_lsp.config.facts import Use
from kong_lsp.config.model import Config, Part
from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.rules.kc.refused import fix
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.workspace.filters import BUNDLED, filters_of
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC331", "unknown-filter", Severity.WARNING)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each name of a filter that is not there."""
    used = {name for name, role in config.names if role == "filter" and name}
    root = snapshot.root_of(config.path) if used else None
    known = filters_of(root) if root is not None else None
    if known is None:
        return
    wrong = frozenset(used - known.keys() - BUNDLED)

    def look(part: Part) -> Iterator[Use]:
        return (use for use in part.uses if use.role == "filter" and use.name in wrong)

    for part in config.each(rule.code, wrong, look) if wrong else ():
        for use in part:
            near = nearest(use.name, known)
            span = config.span(use.at)
            message = f"There is no wasm filter '{use.name}'. "
            fixes: tuple[Fix, ...] = ()
            if near is not None:
                message += f"Did you mean '{near}'? "
                fixes = tuple(fix(config, f"Change to {near}", renamed(span, use.name, near)))
            message += 'Kong says "no such filter".'
            yield rule.finding(config.path, span, message, fixes=fixes)
