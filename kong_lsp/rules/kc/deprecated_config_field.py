"""A field of a plugin's config is deprecated, and another has taken its place.

## What it does
Finds fields that the plugin's schema marks as deprecated. It is silent where the
value is null, or where the new field is given as well, as in what decK dumps.

## Why it matters
The field works today, Kong logs a warning, and a coming major release drops it.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
plugins:
- name: rate-limiting
  config:
    minute: 5
    policy: redis
    redis_host: redis.example.com
```

## Use instead
```yaml
# file: kong.yml
_format_version: "3.0"
plugins:
- name: rate-limiting
  config:
    minute: 5
    policy: redis
    redis:
      host: redis.example.com
```

## Fix
Safe where the new field takes the same value: the value goes there, with those of all
deprecated fields that go to the same place.

## If this still fails
Kong 3.7 and older do not know the new fields of some plugins: set ``kong_version`` if your
file is for several releases.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config import entries, walk
from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.kong.schema import lookup
from kong_lsp.kong.schema.values import MISSING, Path
from kong_lsp.rules.kc.entity import Problem, adds_none, replacement
from kong_lsp.rules.kc.judged import of_code
from kong_lsp.rules.kc.refused import dotted, fix, owner, safe_if, text_of
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC313", "deprecated-config-field", Severity.HINT)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each deprecated field of a config that is given alone."""
    found = list(of_code(snapshot, config, rule.code))
    for problem in found:
        yield rule.finding(
            config.path,
            config.span(problem.place),
            _words(problem),
            fixes=() if problem.found.shared else tuple(_fixes(config, problem, found)),
            tags=("deprecated",),
        )


def _words(problem: Problem) -> str:
    own = problem.own
    paths = lookup.deprecated(own) if own is not None else None
    message = f'"{dotted(problem.path)}" of {owner(problem)} is deprecated'
    if not paths:
        return f"{message}, and nothing replaces it."
    instead = " and ".join(f'"{dotted((*problem.path[:-1], *path))}"' for path in paths)
    return f"{message}: use {instead} instead."


def _fixes(config: Config, problem: Problem, found: list[Problem]) -> Iterator[Fix]:
    path = replacement(problem)
    key, value, holder = problem.found.key, problem.found.value, problem.found.holder
    if path is None or key is None or value is None or holder is None:
        return
    title = f'Use "{".".join(path)}" instead'
    if len(path) == 1:
        safety = safe_if(adds_none(problem, _moves([problem])))
        yield from fix(config, title, entries.renamed(config, key, path[0]), safety)
        return
    if len(path) != 2 or walk.field(holder, path[0]) is not None:
        return
    together = [
        each
        for each in found
        if each.found.holder == holder
        and (new := replacement(each)) is not None
        and len(new) == 2
        and new[0] == path[0]
    ]
    listed = [
        (each.found.key, each.found.value, (replacement(each) or path)[1])
        for each in together
        if each.found.key is not None and each.found.value is not None
    ]
    edits = entries.moved(config, listed, path[0], text_of(config))
    yield from fix(config, title, edits, safe_if(adds_none(problem, _moves(together))))


def _moves(problems: list[Problem]) -> dict[Path, object]:
    moves: dict[Path, object] = {}
    for each in problems:
        moves[each.path] = MISSING
        place: Path = (*each.path[:-1], *(replacement(each) or ()))
        moves[place] = each.value
    return moves
