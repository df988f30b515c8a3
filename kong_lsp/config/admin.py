"""Bodies of requests to Kong's admin API: a plugin as one JSON object.

``POST /plugins`` and ``PUT /plugins/ID`` take ``{"name": …, "config": {…}}``. Much other JSON
has these two keys, so an object with any key that a plugin has not is none.
"""

from __future__ import annotations

from kong_lsp.config import walk
from kong_lsp.config.draft import Draft
from kong_lsp.config.facts import Use
from kong_lsp.config.model import Config, grouped
from kong_lsp.config.sniff import BODY_KEYS
from kong_lsp.config.walk import Spot
from kong_lsp.syntax.yaml.nodes import Mapping
from kong_lsp.syntax.yaml.tree import Tree


def is_body(path: str, root: Spot) -> bool:
    """Whether a root mapping may be a plugin's; one more key may be being typed."""
    found = walk.fields(root) if path.endswith(".json") else {}
    if not found.keys() >= {"name", "config"} or len(found.keys() - BODY_KEYS) > 1:
        return False
    return walk.text(found["name"][1]) is not None and isinstance(found["config"][1].node, Mapping)


def read_body(path: str, tree: Tree, root: Spot) -> Config:
    """What such a body says: the plugin that it sets up."""
    found = walk.fields(root)
    name = found["name"][1]
    use = Use(
        walk.text(name) or "",
        walk.at(name),
        "plugin",
        walk.whole(root),
        config=found["config"][1],
        node=root,
    )
    return Config(path, "admin", grouped(Draft(uses=[use]).part()), tree)
