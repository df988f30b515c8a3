"""Which kind of Kong configuration a YAML file is, by its keys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kong_lsp.config import inside, walk
from kong_lsp.config.admin import is_body, read_body
from kong_lsp.config.declarative import is_declarative, read_declarative
from kong_lsp.config.environment import read_environment
from kong_lsp.config.helm import read_helm, values_of
from kong_lsp.config.kubernetes import is_manifest, read_kubernetes
from kong_lsp.config.model import Config, Kind
from kong_lsp.config.settings_yaml import is_settings, read_settings
from kong_lsp.config.walk import Spot
from kong_lsp.syntax.yaml.nodes import Mapping

if TYPE_CHECKING:
    from kong_lsp.syntax.yaml.tree import Tree


def read_yaml(path: str, tree: Tree, before: Config | None = None) -> Config | None:
    """What a YAML or JSON file says of Kong; None where it says nothing. ``before`` is what
    it said before an edit."""
    roots = [spot for spot in walk.roots(tree) if isinstance(spot.node, Mapping)]
    if not roots:
        return None
    config = _read(path, tree, roots)
    if config is not None and config.kind in ("declarative", "kong.yml"):
        return config
    inner = inside.read(path, tree, roots, before, config.images if config is not None else ())
    if not inner:
        return config
    if config is None:
        kind: Kind = "kubernetes" if is_manifest(roots[0]) else "compose"
        config = Config(path, kind, (), tree)
    return replace(config, inner=inner)


def _read(path: str, tree: Tree, roots: list[Spot]) -> Config | None:
    """What the file itself says, without the texts in it."""

    def resolve(spot: Spot) -> Spot | None:
        return walk.resolved(tree, spot)

    root = roots[0]
    if any(is_manifest(each) for each in roots):
        return read_kubernetes(path, tree, roots, resolve)
    if is_settings(root):
        return read_settings(path, tree, root)
    if is_declarative(path, root):
        return read_declarative(path, tree, root)
    if is_body(path, root):
        return read_body(path, tree, root)
    values = values_of(root)
    if values:
        return read_helm(path, tree, values)
    return read_environment(path, tree, roots, resolve)
