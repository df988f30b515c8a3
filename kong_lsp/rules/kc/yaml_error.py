"""A YAML file of Kong's that does not parse.

## What it does
Parses each YAML file that says something of Kong (a declarative or decK file, a KongPlugin, a
compose file that sets `KONG_*`) and tells of what libyaml, Kong's own reader, refuses. A text
that a template engine changes first (`{{ if }}`, `{% for %}`, a `{{ }}` at the place) is left
alone, and so is every YAML file that has nothing to do with Kong.

## Why it matters
Kong does not start with such a file (`failed parsing declarative configuration`), and neither
decK nor a cluster takes it.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: greeter
  url: "http://example.com
```

## Use instead
```yaml
# file: kong.yml
_format_version: "3.0"
services:
- name: greeter
  url: "http://example.com"
```

## Fix
None: what was meant cannot be known.

## If this still fails
The place told of is where the parser gives up: an unclosed quote or bracket, or a wrong
indentation, may stand some lines above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Severity
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.yaml.pieces import Run
from kong_lsp.text import Span
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC307", "yaml-error", Severity.ERROR)

_DO = {
    "tab": " Indent with blanks: YAML takes no tab there.",
    "quote": " Close the quote.",
    "bracket": " Close the bracket.",
    "colon": " A key ends with a colon.",
    "escape": " In double quotes, write a backslash as \\\\.",
    "value": " Put the value in quotes: it has a colon in it.",
    "indentation": " Indent it as far as its neighbours.",
}
_CONTROL = re.compile(
    r"\{\{-?\s*(?:if|else|end|range|with|define|block|template|include)\b|\{%|<%"
    r"|^[ \t]*\{\{[^\n]*\}\}[ \t]*$",
    re.MULTILINE,
)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each place that cannot be read."""
    if config.tree is None:
        return
    problems = config.tree.all_problems()
    if not problems or _is_made(config.tree.stream.runs or ()):
        return
    base = config.base
    for piece, problem, (start, end) in problems:
        if not piece.templated:
            span = Span(base + start, base + end)
            message = f"This is no valid YAML, and nothing can load it: {problem.message}."
            yield rule.finding(config.path, span, message + _DO.get(problem.kind, ""))


def _is_made(runs: tuple[Run, ...]) -> bool:
    """Whether a template engine decides which lines are there."""
    for run in runs:
        if rule.code not in run.memo:
            run.memo[rule.code] = any(
                (piece.templated and _CONTROL.search(f"{piece.head}\n{piece.tail}"))
                or _is_made(piece.runs or ())
                for piece in run.pieces
            )
        if run.memo[rule.code]:
            return True
    return False
