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
# file: limit.yaml
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
# file: limit.yaml
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
from typing import Literal, NamedTuple

from kong_lsp.config import entries, walk
from kong_lsp.config.data import Found, Reading, TooMuch, find
from kong_lsp.config.model import At, Config, Part
from kong_lsp.config.walk import Spot
from kong_lsp.finding import Finding, Fix, Severity
from kong_lsp.kong.resources import API, EXCLUSIVE, RESOURCES, keys_of
from kong_lsp.kong.schema.fields import Field, Record
from kong_lsp.kong.schema.values import UNKNOWN, Path, as_sequence
from kong_lsp.rules.refused import fix, text_of
from kong_lsp.rules.rule import Rule
from kong_lsp.spelling import nearest
from kong_lsp.syntax.yaml.tree import Tree
from kong_lsp.workspace.snapshot import Snapshot

rule = Rule("KC329", "invalid-resource", Severity.ERROR)

_TYPES = {"record": "object", "map": "object", "set": "array"}
_KUSTOMIZE = ("kustomization.yaml", "kustomization.yml", "Kustomization")


class _Fault(NamedTuple):
    """What is wrong at a path of a resource, in Kubernetes' words; ``better`` is what to
    write instead of the key or the value."""

    path: Path
    kind: Literal["unknown", "missing", "value", "together"]
    words: str
    better: str | None = None


class _Problem(NamedTuple):
    """The same with its place. ``resource`` is its kind and name."""

    resource: str
    fault: _Fault
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
    resource, fault, at, found = problem
    name = _dotted(fault.path)
    told = f'"{name}" of the {resource}: ' if name else f"The {resource}: "
    severity = None
    if fault.kind == "unknown":
        severity = Severity.WARNING
        told += f"kubectl refuses it, older ones and Helm drop it: {fault.words}."
    else:
        told += f"Kubernetes refuses it: {fault.words}."
    if fault.better is not None:
        told += f" Did you mean {fault.better}?"
    fixes: tuple[Fix, ...] = ()
    if fault.better is not None and not found.shared:
        spot = found.key if fault.kind == "unknown" else found.value
        edits = None
        if spot is not None and fault.kind == "unknown":
            edits = entries.renamed(config, spot, fault.better)
        elif spot is not None and entries.source(config, spot, text_of(config)):
            edits = entries.rewritten(config, spot, fault.better)
        fixes = tuple(fix(config, f"Change to {fault.better}", edits))
    return rule.finding(config.path, config.span(at), told, severity=severity, fixes=fixes)


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
    for fault in _faults(value, Record(fields=dict(keys_of(kind))), ()):
        if fault.kind == "missing" and reading.open:
            continue
        found = find(tree, node, fault.path)
        spot = found.key if fault.kind in ("unknown", "together") else found.value
        if spot is None or fault.kind == "missing":
            spot = found.name or walk.field(node, "kind")
        if spot is not None:
            yield _Problem(resource, fault, walk.at(spot), found)


def _faults(value: Mapping[object, object], record: Record, path: Path) -> Iterator[_Fault]:
    """What is wrong with an object."""
    given = {str(key): part for key, part in value.items() if part is not None}
    for key, part in given.items():
        own = record.fields.get(key)
        if own is not None:
            yield from _of_value(part, own, (*path, key))
        elif key != "<<":
            free = (name for name in record.fields if name not in given)
            words = f'strict decoding error: unknown field "{_dotted((*path, key))}"'
            yield _Fault((*path, key), "unknown", words, nearest(key, free))
    for key, own in record.fields.items():
        if own.required and key not in given:
            yield _Fault((*path, key), "missing", "Required value")
    for one, other in EXCLUSIVE if not path else ():
        if one in given and other in given:
            words = f"Using both {one} and {other} fields is not allowed"
            yield _Fault((other,), "together", words)


def _of_value(value: object, own: Field, path: Path) -> Iterator[_Fault]:
    if value is UNKNOWN or value is None or own.type == "any":
        return
    wanted, is_one = _TYPES.get(str(own.type), str(own.type)), _json_type(value)
    if wanted != is_one:
        better = None
        if wanted == "boolean" and value in ("true", "false"):
            better = str(value)
        words = f'must be of type {wanted}: "{is_one}"'
        yield _Fault(path, "value", words, better)
        return
    options = [str(each) for each in as_sequence(own.get("one_of")) or ()]
    if options and isinstance(value, str) and value not in options:
        listed = ", ".join(f'"{each}"' for each in options)
        words = f'Unsupported value: "{value}": supported values: {listed}'
        yield _Fault(path, "value", words, nearest(value, options))
    elif isinstance(value, list) and own.elements is not None:
        for index, part in enumerate(value, 1):
            yield from _of_value(part, own.elements, (*path, index))
    elif isinstance(value, Mapping) and own.record is not None:
        yield from _faults(value, own.record, path)
    elif isinstance(value, Mapping) and own.values is not None:
        for key, part in value.items():
            yield from _of_value(part, own.values, (*path, str(key)))


def _json_type(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) else "number"
    return (
        "array" if isinstance(value, list) else "object" if isinstance(value, Mapping) else "string"
    )


def _dotted(path: Path) -> str:
    """``ordering.before``, with items counted from 0 as Kubernetes does."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step - 1}]"
        else:
            text += f".{step}" if text else str(step)
    return text
