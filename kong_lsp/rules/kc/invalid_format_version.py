"""The ``_format_version`` of a declarative file is missing, or not one that Kong reads.

## What it does
Finds a ``_format_version`` that is absent, a number instead of a string, or not known to the
Kong that the file is for. Where nothing says that Kong itself reads the file, a missing one is
information only: decK does without.

## Why it matters
Kong refuses the whole file: `in '_format_version': expected a string`. Without quotes ``3.0``
is a number.

## Example
```yaml
# file: kong.yml
_format_version: 3.0
services:
- name: acme
  host: example.com
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
Safe where it is only the quotes, or where it is missing. Another version is offered.

## If this still fails
Kong 2.8 reads "1.1" and "2.1"; Kong 3 reads "3.0" as well, and changes the regular expressions
in the paths of older formats by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config import entries, walk
from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.kong.schema import catalogue
from kong_lsp.rules.kc.entity import Problem
from kong_lsp.rules.kc.refused import field_words, findings, fix, text_of
from kong_lsp.rules.rule import Rule
from kong_lsp.text import Edit, Span, newline_of
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC327", "invalid-format-version", Severity.ERROR)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """The version, if Kong does not take it."""
    return findings(rule, snapshot, config, _words, _fixes, _severity)


def _severity(problem: Problem) -> Severity | None:
    unsure = problem.kind == "required" and not problem.target.certain
    return Severity.INFORMATION if unsure else None


def _versions(problem: Problem) -> tuple[str, ...]:
    return catalogue.format_versions(problem.release)


def _words(problem: Problem) -> str:
    known = " or ".join(f'"{version}"' for version in reversed(_versions(problem)))
    return f"{field_words(problem)} Write {known}, in quotes."


def _fixes(config: Config, problem: Problem) -> Iterator[Fix]:
    versions = _versions(problem)
    newest = versions[-1]
    value, holder = problem.found.value, problem.found.holder
    if value is None:
        first = next(walk.entries(holder), None)
        if first is not None:
            start = config.span(walk.whole(first[0])).start
            newline = newline_of(text_of(config))
            edits = (Edit(Span(start, start), f'_format_version: "{newest}"{newline}'),)
            yield from fix(config, f'Add _format_version: "{newest}"', edits)
        return
    written = walk.raw(value) or ""
    same = f"{written}.0" if written in ("1", "2", "3") else written
    wanted = same if same in versions else newest
    edit = entries.rewritten(config, value, f'"{wanted}"')
    yield from fix(config, f'Change to "{wanted}"', edit, "safe" if wanted == same else "unsafe")
