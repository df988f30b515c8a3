"""Kubernetes manifests: KongPlugin and its kin, annotations that name them, pods, and what
pods take their variables from."""

from __future__ import annotations

from dataclasses import dataclass, field

from kong_lsp.config import walk
from kong_lsp.config.draft import Draft, images, split_items
from kong_lsp.config.environment import take_variables
from kong_lsp.config.facts import At, Definition, Reference, Role, Use
from kong_lsp.config.model import Config, Group, Part
from kong_lsp.config.walk import Resolve, Spot
from kong_lsp.syntax.yaml.nodes import Mapping, Scalar, Sequence
from kong_lsp.syntax.yaml.tree import Tree

ANNOTATIONS = frozenset(("konghq.com/plugins", "plugins.konghq.com"))
"""Annotations that list KongPlugin resources (the second one until KIC 1.x)."""

_PLUGINS = frozenset(("KongPlugin", "KongClusterPlugin"))
_VARIABLES = {"ConfigMap": "data", "Secret": "stringData"}
"""Resources that pods take their variables from (``envFrom``), and where they stand."""
_LISTS = ("env", "literals")
"""Keys of variables: of a container, and of what kustomize makes such a resource from."""
_DEEPEST = 24


def is_manifest(root: Spot) -> bool:
    """Whether a document is a Kubernetes resource."""
    found = walk.fields(root)
    return "kind" in found and "apiVersion" in found


def read_kubernetes(path: str, tree: Tree, roots: list[Spot], resolve: Resolve) -> Config | None:
    """What the documents of a file say, each document by itself; None where it is nothing."""
    groups = []
    versions: dict[str, None] = {}
    for root in roots:
        asked = ("config", "kubernetes")
        known = root.piece.memo.get(asked)
        if known is None:
            known = root.piece.memo[asked] = _document(root, resolve)
        part, named = known
        versions.update(named)
        if part:
            groups.append(Group((part,)))
    if not groups:
        return None
    return Config(path, "kubernetes", tuple(groups), tree, images=tuple(versions))


def _document(root: Spot, resolve: Resolve) -> tuple[Part, dict[str, None]]:
    found = walk.fields(root)
    if "kind" in found and walk.text(found["kind"][1]) == "CustomResourceDefinition":
        return Part(), {}
    resources = [root]
    if "items" in found and walk.text(walk.field(root, "kind")) == "List":
        resources = list(walk.items(found["items"][1]))
    draft = Draft()
    versions: dict[str, None] = {}
    for resource in resources:
        _resource(draft, versions, resource, resolve)
    return draft.part(), versions


def _resource(draft: Draft, versions: dict[str, None], spot: Spot, resolve: Resolve) -> None:
    kind = walk.text(walk.field(spot, "kind")) or ""
    name = walk.field(spot, "metadata", "name")
    namespace = walk.text(walk.field(spot, "metadata", "namespace")) or ""
    for key, value in walk.entries(walk.field(spot, "metadata", "annotations")):
        if walk.text(key) in ANNOTATIONS:
            _annotated(draft, value, namespace)
    if kind in _PLUGINS:
        _plugin(draft, spot, name, "" if kind == "KongClusterPlugin" else namespace)
    elif kind == "KongPluginInstallation" and name is not None:
        _use(draft, name, spot, "installed")
    elif kind == "KongPluginBinding":
        _reference(draft, walk.field(spot, "spec", "pluginRef", "name"), namespace)
    elif kind == "KongCustomEntity":
        if walk.text(walk.field(spot, "spec", "parentRef", "kind")) in _PLUGINS:
            _reference(draft, walk.field(spot, "spec", "parentRef", "name"), namespace)
    elif kind in _VARIABLES:
        held = walk.field(spot, _VARIABLES[kind])
        if held is not None:
            take_variables(draft, held, resolve, walk.text(name) or "", set())
    else:
        _Inner(draft, versions, resolve, namespace).walk(spot, "", 0)


def _plugin(draft: Draft, spot: Spot, name: Spot | None, namespace: str) -> None:
    plugin = walk.field(spot, "plugin")
    config = walk.field(spot, "config")
    if plugin is not None:
        _use(draft, plugin, spot, "plugin", config)
    known = walk.text(name)
    if known is not None and name is not None:
        named = walk.text(plugin) or ""
        draft.definitions.append(
            Definition("resource", known, walk.at(name), named, namespace, spot)
        )


def _use(draft: Draft, name: Spot, entry: Spot, role: Role, config: Spot | None = None) -> None:
    if isinstance(name.node, Scalar):
        known = walk.text(name)
        templated = known is None and name.node.templated
        at = walk.at(name)
        draft.uses.append(
            Use(known or "", at, role, walk.whole(entry), "", config, entry, templated)
        )


def _annotated(draft: Draft, value: Spot, namespace: str) -> None:
    listed = walk.text(value)
    if listed is None:
        return
    for item in split_items(listed, walk.locate(value)):
        scope, colon, name = item.text.rpartition(":")
        at = item.at
        if colon and at.end - at.start == len(item.text):
            at = At(at.piece, at.end - len(name), at.end)
        if name and not item.templated:
            draft.uses.append(Use(name, at, "resource", item.at))
            draft.references.append(Reference("resource", name, at, scope or namespace))


def _reference(draft: Draft, name: Spot | None, namespace: str) -> None:
    known = walk.text(name)
    if known is not None and name is not None:
        at = walk.at(name)
        draft.uses.append(Use(known, at, "resource", at))
        draft.references.append(Reference("resource", known, at, namespace))


@dataclass(slots=True)
class _Inner:
    """What stands somewhere in a resource: containers, and references to plugins."""

    draft: Draft
    versions: dict[str, None]
    resolve: Resolve
    namespace: str
    seen: set[walk.Identity] = field(default_factory=set)

    def walk(self, given: Spot, scope: str, depth: int) -> None:
        spot = self.resolve(given)
        if spot is None or depth > _DEEPEST or walk.identity(spot) in self.seen:
            return
        self.seen.add(walk.identity(spot))
        for each in walk.items(spot):
            self.walk(each, scope, depth + 1)
        found = walk.fields(spot)
        if "image" in found and "name" in found:
            scope = walk.text(found["name"][1]) or scope
        for name, (_, value) in found.items():
            if name in _LISTS and isinstance(value.node, Sequence | Mapping):
                take_variables(self.draft, value, self.resolve, scope, set())
            elif name == "image":
                self.versions.update(dict.fromkeys(images(walk.text(value) or "")))
            elif name == "extensionRef" and walk.text(walk.field(value, "kind")) in _PLUGINS:
                _reference(self.draft, walk.field(value, "name"), self.namespace)
            elif name == "pluginsToInstall":
                for each in walk.items(value):
                    installed = walk.field(each, "name")
                    if installed is not None:
                        _use(self.draft, installed, each, "installed")
            elif not isinstance(value.node, Scalar):
                self.walk(value, scope, depth + 1)
