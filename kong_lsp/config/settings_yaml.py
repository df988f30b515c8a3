"""The YAML configuration of Kong 0.8 and older: ``plugins_available`` and
``custom_plugins`` lists beside Kong's other settings."""

from __future__ import annotations

from kong_lsp.config import walk
from kong_lsp.config.draft import LISTS, Draft
from kong_lsp.config.model import Config, grouped
from kong_lsp.config.walk import Spot
from kong_lsp.syntax.yaml.nodes import Mapping, Scalar, Sequence
from kong_lsp.syntax.yaml.tree import Tree


def is_settings(root: Spot) -> bool:
    """Whether a root mapping has one of the two lists, of names and not of mappings."""
    found = walk.fields(root)
    if found.keys() & {"_format_version", "services", "routes", "consumers", "plugins"}:
        return False
    for name in ("plugins_available", "custom_plugins"):
        if name in found:
            value = found[name][1]
            if not isinstance(value.node, Sequence) and walk.raw(value) != "":
                continue
            return not any(isinstance(each.node, Mapping) for each in walk.items(value))
    return False


def read_settings(path: str, tree: Tree, root: Spot) -> Config:
    """What such a file says."""
    draft = Draft()
    for name, (key, value) in walk.fields(root).items():
        if name in LISTS or isinstance(value.node, Scalar):
            walk.setting(draft, name, walk.written(key, value), value, "file")
    return Config(path, "kong.yml", grouped(draft.part()), tree)
