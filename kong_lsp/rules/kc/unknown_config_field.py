"""A plugin's config holds a field that the plugin's schema does not have.

## What it does
Holds the keys of ``config:`` against the plugin's schema, in declarative and decK files and in
KongPlugin resources: that of the Kong that the file is for, or the `schema.lua` of a plugin in the
workspace. A plugin whose schema is not known is left alone. Where the file names plugins of Kong
Enterprise, whose schemas have more fields, it is a warning only; so is a field that is near to
none where nothing says which Kong the file is for. A field that Kong Enterprise is known to have
is an error where Kong itself reads the file, else nothing.

## Why it matters
Kong takes no field that it does not know: `in 'config': in 'minut': unknown field`. Without a
database it refuses the whole file, and tells no line.

## Example
```yaml
# file: kong.yml
_format_version: "3.0"
plugins:
- name: rate-limiting
  config:
    minut: 5
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
Safe where one field is near in spelling, or is the new name of one that older Kongs had
(``whitelist`` became ``allow``), and takes the value: the key is changed. Otherwise that, or
removing the entry, is offered.

## If this still fails
A field may be newer or older than your Kong: set ``kong_version`` to the one that you run.
Fields come and go with releases; the message names the nearest one that has it.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config.model import Config
from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema import catalogue, lookup
from kong_lsp.kong.schema.fields import Field
from kong_lsp.kong.schema.values import Function
from kong_lsp.rules.kc import refused
from kong_lsp.rules.kc.entity import Problem
from kong_lsp.rules.rule import Rule
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC308", "unknown-config-field", Severity.ERROR)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each key of a config that the plugin's schema does not have."""
    return refused.findings(rule, snapshot, config, _words, _fixes, refused.unknown_severity)


def _words(problem: Problem) -> str:
    message = refused.field_words(problem)
    if refused.is_of_enterprise(problem):
        return f"{message} Only Kong Enterprise has it."
    other = _elsewhen(problem)
    if other is not None:
        release, own = other
        if release > problem.release:
            return f"{message} Kong {release.name} is the first to take it."
        new = _successor(problem, own)
        last = f"{message} Kong {release.name} was the last to take it"
        return f'{last}, as "{new}".' if new else f"{last}."
    near = refused.near(problem)
    if near is not None:
        return f'{message} Did you mean "{near}"?'
    place = refused.elsewhere(problem, problem.path[-1])
    return f"{message} {place} has a field of this name." if place else message


def _elsewhen(problem: Problem) -> tuple[Release, Field] | None:
    """The field as another release has it that bundles the plugin, the nearest one's."""
    if problem.plugin in problem.target.read:
        return None
    older = [each for each in catalogue.RELEASES if each < problem.release]
    for release in (*reversed(older), *catalogue.RELEASES[len(older) :]):
        record = catalogue.plugin(release, problem.plugin)
        own = lookup.find(record, problem.path) if record is not None else None
        if own is not None:
            return release, own
    return None


def _successor(problem: Problem, old: Field) -> str | None:
    """The field beside it that a shorthand of an older Kong gave its value to."""
    function = old.attributes.get("func")
    name = str(function.name).removeprefix("set:") if isinstance(function, Function) else ""
    return name if problem.record is not None and name in problem.record.fields else None


def _fixes(config: Config, problem: Problem) -> Iterator[Fix]:
    other = _elsewhen(problem)
    near = refused.near(problem) if other is None else _successor(problem, other[1])
    if near is not None:
        yield from refused.rename(config, problem, near)
    yield from refused.remove(config, problem)
