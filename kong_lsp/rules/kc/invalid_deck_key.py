"""decK refuses a key of its own: ``_info``, ``_konnect``, ``_plugin_configs``, a service package.

## What it does
Holds decK's own keys against decK's JSON schema: unknown and missing keys, wrong types; and
looks up each ``_config`` of a plugin among the ``_plugin_configs`` of all declarative files of
the workspace. Nothing is told of a file that Kong itself is known to read.

## Why it matters
decK checks the file first and syncs nothing:
`_info: Additional property select_tag is not allowed`, `_plugin_config "limits" not found`.

## Example
```yaml
# file: deck.yaml
_format_version: "3.0"
_info:
  select_tag: [team-a]
services:
- name: acme
  host: example.com
```

## Use instead
```yaml
# file: deck.yaml
_format_version: "3.0"
_info:
  select_tags: [team-a]
services:
- name: acme
  host: example.com
```

## Fix
Safe where one key or name is near in spelling, and for ``"true"``, which is no boolean.

## If this still fails
decK reads all files that it is given as one. A ``_plugin_configs`` outside the workspace is not
seen: open its folder too, or name it in `roots`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kong_lsp.config import entries, walk
from kong_lsp.config.data import Reading, TooMuch, find
from kong_lsp.config.edits import renamed
from kong_lsp.config.facts import Mark, Reference
from kong_lsp.config.model import Config, Part
from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.kong.deck import top_keys
from kong_lsp.rules.kc.refused import fix
from kong_lsp.rules.kc.shape import Fault, dotted, faults_of
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.syntax.yaml.tree import Tree
from kong_lsp.workspace.link import read_by_kong
from kong_lsp.workspace.snapshot import Root, Snapshot

rule = Rule("KC330", "invalid-deck-key", Severity.ERROR)


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each of decK's own keys that decK refuses."""
    root, tree = snapshot.root_of(config.path), config.tree
    if config.kind != "declarative" or config.dialect == "kong" or root is None or tree is None:
        return
    shared = config.gather(rule.code, None, _shared)
    marks = [mark for mark in config.marks if mark.top and mark.key in top_keys()]
    if not (shared or marks) or read_by_kong(root, config) is not None:
        return
    for mark in marks:
        yield from _of_key(config, tree, mark)
    known = _labels(root)
    if shared - known:
        for part in config.parts:
            for each in part.references:
                if each.kind == "plugin_config" and each.name not in known:
                    yield _not_found(config, each, known)


def _shared(part: Part) -> Iterator[str]:
    references = part.references if part.marks else ()
    return (each.name for each in references if each.kind == "plugin_config")


def _labels(root: Root) -> frozenset[str]:
    """The labels of ``_plugin_configs`` in all files."""
    found: frozenset[str] = frozenset()
    for config in root.configs:
        if config.kind == "declarative":
            found |= config.gather("KC330.labels", None, _defined)
    return found


def _defined(part: Part) -> Iterator[str]:
    definitions = part.definitions if part.marks else ()
    return (each.name for each in definitions if each.kind == "plugin_config")


def _not_found(config: Config, named: Reference, known: frozenset[str]) -> Finding:
    near = nearest(named.name, known)
    span = config.span(named.at)
    message = f'decK refuses the plugin: _plugin_config "{named.name}" not found.'
    fixes: tuple[Fix, ...] = ()
    if near is not None:
        message += f" Did you mean {near}?"
        fixes = tuple(fix(config, f"Change to {near}", renamed(span, named.name, near)))
    return rule.finding(config.path, span, message, fixes=fixes)


def _of_key(config: Config, tree: Tree, mark: Mark) -> Iterator[Finding]:
    reading = Reading(tree)
    try:
        value = reading.value(mark.node)
    except TooMuch:
        return
    if reading.flawed:
        return
    for fault in faults_of(value, top_keys()[mark.key]):
        if fault.kind == "missing" and reading.open:
            continue
        found = find(tree, mark.node, fault.path)
        spot = found.key if fault.kind == "unknown" else found.value
        if fault.kind == "missing":
            spot = found.name
        at = mark.at if spot is None else walk.at(spot)
        place = dotted((mark.key, *fault.path))
        message = f'"{place}": decK refuses the file: {_words(fault)}.'
        fixes: tuple[Fix, ...] = ()
        if fault.better is not None and not found.shared:
            message += f" Did you mean {fault.better}?"
            edits = None
            if fault.kind == "unknown" and found.key is not None:
                edits = entries.renamed(config, found.key, fault.better)
            elif found.value is not None:
                edits = entries.rewritten(config, found.value, fault.better)
            fixes = tuple(fix(config, f"Change to {fault.better}", edits))
        yield rule.finding(config.path, config.span(at), message, fixes=fixes)


def _words(fault: Fault) -> str:
    name = dotted(fault.path[-1:])
    if fault.kind == "unknown":
        return f"Additional property {name} is not allowed"
    if fault.kind == "missing":
        return f"{name} is required"
    return f"Invalid type. Expected: {fault.wanted[0]}, given: {fault.given}"
