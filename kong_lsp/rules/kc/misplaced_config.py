"""A field of a plugin's config stands beside ``config:``, or one that belongs beside it stands in it.

## What it does
Finds unknown keys of a plugin's entry that are fields of its config, and unknown keys of its
config (``enabled``, ``protocols``, ``tags``) that belong to the entry.

## Why it matters
Kong takes neither: `in 'minute': unknown field`.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
plugins:
- name: rate-limiting
  minute: 5
  config:
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
Safe where the value is written on one line: the entry is moved to where it belongs.

## If this still fails
Look at the indentation: two blanks less, and a field of ``config:`` is one of the plugin.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config import entries, walk, writing
from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.kong.schema.values import MISSING, Path, is_table
from kong_lsp.rules.kc.entity import Problem, adds_none
from kong_lsp.rules.kc.refused import field_words, findings, fix, safe_if, text_of
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC314", "misplaced-config", Severity.ERROR)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each key that belongs one level up or down."""
    return findings(rule, snapshot, config, _words, _fixes)


def _words(problem: Problem) -> str:
    name = problem.path[-1]
    if len(problem.path) == 1:
        return f'{field_words(problem)} It belongs under "config".'
    return f'{field_words(problem)} "{name}" belongs beside "config".'


def _fixes(config: Config, problem: Problem) -> Iterator[Fix]:
    key, value, holder = problem.found.key, problem.found.value, problem.found.holder
    if len(problem.path) != 1 or key is None or value is None or holder is None:
        return
    if entries.scalar_unknown(value):
        return
    text = text_of(config)
    name, title = str(problem.path[0]), f'Move "{problem.path[0]}" under "config"'
    place: Path = ("config", name)
    safety = safe_if(adds_none(problem, {problem.path: MISSING, place: problem.value}))
    inner = walk.fields(holder).get("config")
    if inner is None:
        edits = entries.moved(config, [(key, value, name)], "config", text)
        yield from fix(config, title, edits, safety)
        return
    if walk.field(inner[1], name) is not None or is_table(problem.value):
        return
    gone = entries.removed(config, key, value, text)
    style = writing.style_of(config, holder, text)
    added = writing.filled(config, *inner, {name: problem.value}, text, style)
    if gone is not None and added is not None:
        yield from fix(config, title, (*gone, *added), safety)
