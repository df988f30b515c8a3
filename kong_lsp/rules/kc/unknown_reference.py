"""An entity in a declarative file names another that is not there.

## What it does
Looks up the names and ids by which entities name others: the ``service`` of a route, the
``consumer`` of a plugin, the ``upstream`` of a target. A name that another declarative file of
the workspace defines is let be, and so is everything where decK reads the file: by its own keys,
or by those of a file beside it, for decK reads a whole folder as one and may be told to look the
rest up in Kong (``default_lookup_tags``).

## Why it matters
Kong refuses the whole file:
`invalid reference 'service: acme' (no such entry in 'services')`.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  host: example.com
plugins:
- name: key-auth
  service: acm
```

## Use instead
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: acme
  host: example.com
plugins:
- name: key-auth
  service: acme
```

## Fix
Safe where one entity's name is near in spelling: the name is changed. In a file of very many names, and
very many that are not there, only the first are compared.

## If this still fails
In a file that Kong itself reads, a foreign key is a name, an id or ``{id: …}``; a consumer is
named by its ``username``. decK's ``{name: …}`` is not understood.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname

from kong_lsp.config import entries
from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.kong.schema.file_format import foreign_keys
from kong_lsp.rules.kc.entity import Problem
from kong_lsp.rules.kc.judged import of_code
from kong_lsp.rules.kc.refused import field_words, fix
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC325", "unknown-reference", Severity.ERROR)


_COMPARED = 100_000
"""So many pairs of names are compared in one file to tell which was meant."""


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each name of an entity that is not there."""
    elsewhere: dict[str, set[str]] = {}
    here: dict[str, list[str]] = {}
    left = _COMPARED
    for problem in of_code(snapshot, config, rule.code):
        if not problem.target.certain and _is_decks(snapshot, config):
            return
        target = _target(problem)
        if not target or not isinstance(problem.value, str):
            if problem.target.certain or config.dialect == "kong":
                yield _finding(config, problem, None)
            continue
        if target not in here:
            here[target] = _names(config, target)
            elsewhere[target] = {
                name
                for root in snapshot.roots
                for other in root.configs
                if other is not config and other.kind == "declarative"
                for name in _names(other, target)
            }
        if problem.value not in elsewhere[target]:
            left -= len(here[target])
            near = nearest(problem.value, here[target]) if left >= 0 else None
            yield _finding(config, problem, near)


def _is_decks(snapshot: Snapshot, config: Config) -> bool:
    """Whether decK may read the file together with one beside it that has decK's own keys."""
    folder = dirname(config.path)
    return config.dialect == "unknown" and any(
        other.dialect == "deck" and dirname(other.path) == folder
        for root in snapshot.roots
        for other in root.configs
    )


def _finding(config: Config, problem: Problem, near: str | None) -> Finding:
    hint = "" if near is None else f' Did you mean "{near}"?'
    value = problem.found.value
    fixes: tuple[Fix, ...] = ()
    if near is not None and value is not None and not problem.found.shared:
        edits = entries.rewritten(config, value, entries.written(near))
        fixes = tuple(fix(config, f'Change to "{near}"', edits))
    return rule.finding(
        config.path, config.span(problem.place), field_words(problem) + hint, fixes=fixes
    )


def _target(problem: Problem) -> str:
    record = problem.target.forms[-1].entities.get(problem.entity)
    known = foreign_keys(record) if record is not None else {}
    return known.get(str(problem.path[0]), "") if len(problem.path) == 1 else ""


def _names(config: Config, target: str) -> list[str]:
    return [each.name for each in config.definitions if each.kind == target]
