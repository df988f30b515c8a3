"""Kubernetes refuses a KongPlugin, or drops a key of it.

## What it does
Holds what stands beside ``config`` in a KongPlugin or KongClusterPlugin against the CRD of
Kong's ingress controller: unknown keys, wrong types, a value that is none of those allowed
(``protocols``, ``run_on``), no ``plugin``, ``config`` together with ``configFrom``. An unknown
key is a warning, the others are errors.

## Why it matters
The API server refuses the resource: `protocols[0]: Unsupported value: "htpp"`. An unknown key
is refused by ``kubectl apply`` (`strict decoding error: unknown field "confg"`), and dropped
without a word by older ones and by Helm.

## Example
```yaml
# file: kong-limit.yaml
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata:
  name: limit
plugin: rate-limiting
protocols: [http, htpps]
config:
  minute: 5
```

## Use instead
```yaml
# file: kong-limit.yaml
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata:
  name: limit
plugin: rate-limiting
protocols: [http, https]
config:
  minute: 5
```

## Fix
Safe where one key or word is near in spelling, and for ``"true"``, which is no boolean.

## If this still fails
A controller older than 3.2 does not know ``configPatches``, one older than 2.11 not
``instance_name``: `kubectl explain kongplugin` tells what the CRD in the cluster takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kong_lsp.config import entries, walk
from kong_lsp.config.data import Found, Reading, TooMuch, find
from kong_lsp.config.facts import At
from kong_lsp.config.model import Config, Part
from kong_lsp.config.walk import Spot
from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.kong.resources import API, EXCLUSIVE, RESOURCES, keys_of
from kong_lsp.kong.schema.fields import Record
from kong_lsp.rules.kc.refused import fix
from kong_lsp.rules.kc.shape import Fault, dotted, faults
from kong_lsp.rules.rule import Rule
from kong_lsp.syntax.yaml.tree import Tree
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC329", "invalid-resource", Severity.ERROR)

_KUSTOMIZE = ("kustomization.yaml", "kustomization.yml", "Kustomization")


class _Problem(NamedTuple):
    """A fault in Kubernetes' words, with its place. ``resource`` is its kind and name."""

    resource: str
    fault: Fault
    words: str
    at: At
    found: Found


def check(snapshot: Snapshot, config: Config) -> Iterator[Finding]:
    """Each thing that the CRD does not allow."""
    tree = config.tree
    if config.kind != "kubernetes" or tree is None:
        return

    def look(part: Part) -> Iterator[_Problem]:
        nodes = [each.node for each in part.definitions if each.kind == "resource"]
        nodes += [each.node for each in part.uses if each.role == "plugin"]
        seen: set[int] = set()
        for node in nodes:
            if node is not None and id(node.node) not in seen:
                seen.add(id(node.node))
                yield from _of_resource(tree, node)

    for part in config.each(rule.code, None, look):
        for problem in part:
            if problem.fault.kind != "missing" or not _is_patched(snapshot, config):
                yield _finding(config, problem)


def _finding(config: Config, problem: _Problem) -> Finding:
    resource, fault, words, at, found = problem
    severity = None
    told = f'"{dotted(fault.path)}" of the {resource}: '
    if fault.kind == "unknown":
        severity = Severity.WARNING
        told += f"kubectl refuses it, older ones and Helm drop it: {words}."
    else:
        told += f"Kubernetes refuses it: {words}."
    fixes: tuple[Fix, ...] = ()
    if fault.better is not None:
        told += f" Did you mean {fault.better}?"
        fixes = tuple(fix(config, f"Change to {fault.better}", _edits(config, fault, found)))
    return rule.finding(config.path, config.span(at), told, severity=severity, fixes=fixes)


def _edits(config: Config, fault: Fault, found: Found) -> entries.Edits | None:
    if found.shared or fault.better is None:
        return None
    if fault.kind == "unknown":
        return None if found.key is None else entries.renamed(config, found.key, fault.better)
    return None if found.value is None else entries.rewritten(config, found.value, fault.better)


def _is_patched(snapshot: Snapshot, config: Config) -> bool:
    """Whether the file may be a part that Kustomize puts over another."""
    root = snapshot.root_of(config.path)
    return root is not None and any(path.endswith(_KUSTOMIZE) for path in root.listing.files)


def _of_resource(tree: Tree, node: Spot) -> Iterator[_Problem]:
    kind = walk.text(walk.field(node, "kind"))
    if kind not in RESOURCES or walk.text(walk.field(node, "apiVersion")) != API:
        return
    reading = Reading(tree)
    try:
        value = reading.value(node)
    except TooMuch:
        return
    if reading.flawed or not isinstance(value, Mapping) or "$patch" in value:
        return
    name = walk.text(walk.field(node, "metadata", "name"))
    resource = f"{kind} {name}" if name else kind
    for fault, words in _faults(value, kind):
        if fault.kind == "missing" and reading.open:
            continue
        found = find(tree, node, fault.path)
        spot = found.key if fault.kind == "unknown" or words.startswith("Using") else found.value
        if spot is None or fault.kind == "missing":
            spot = found.name or walk.field(node, "kind")
        if spot is not None:
            yield _Problem(resource, fault, words, walk.at(spot), found)


def _faults(value: Mapping[object, object], kind: str) -> Iterator[tuple[Fault, str]]:
    for fault in faults(value, Record(fields=dict(keys_of(kind)))):
        yield fault, _words(fault)
    for one, other in EXCLUSIVE:
        if value.get(one) is not None and value.get(other) is not None:
            words = f"Using both {one} and {other} fields is not allowed"
            yield Fault((other,), "type"), words


def _words(fault: Fault) -> str:
    if fault.kind == "unknown":
        return f'strict decoding error: unknown field "{dotted(fault.path)}"'
    if fault.kind == "missing":
        return "Required value"
    if fault.kind == "type":
        return f'must be of type {fault.wanted[0]}: "{fault.given}"'
    listed = ", ".join(f'"{each}"' for each in fault.wanted)
    return f'Unsupported value: "{fault.given}": supported values: {listed}'
