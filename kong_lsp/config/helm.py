"""Values of Kong's Helm chart (``Kong/charts``, ``charts/kong/values.yaml``), also below a
key, as a chart that depends on it has them."""

from __future__ import annotations

from kong_lsp.config import walk
from kong_lsp.config.draft import Draft, images, split_items
from kong_lsp.config.facts import EnabledList, Item, Use
from kong_lsp.config.model import Config, grouped
from kong_lsp.config.walk import Spot
from kong_lsp.syntax.yaml.nodes import Mapping, Scalar
from kong_lsp.syntax.yaml.tree import Tree

_CHART = frozenset(
    ("ingressController", "admin", "proxy", "enterprise", "dblessConfig", "manager", "portal")
)
_BELOW = frozenset(("kong", "gateway", "kong-gateway", "ingress", "controller", "api-gateway"))


def values_of(root: Spot) -> list[Spot]:
    """The mappings of a file that are values of Kong's chart."""
    found = walk.fields(root)
    if "apiVersion" in found or "_format_version" in found:
        return []
    own = [root] if _is_values(root) else []
    below = (value for name, (_, value) in found.items() if name in _BELOW)
    return own or [spot for spot in below if _is_values(spot)]


def _is_values(spot: Spot) -> bool:
    found = walk.fields(spot)
    env = found.get("env")
    plugins = found.get("plugins")
    if plugins is not None and walk.fields(plugins[1]).keys() & {"configMaps", "secrets"}:
        return True
    repository = walk.text(walk.field(spot, "image", "repository")) or ""
    if "kong" in repository and (env or plugins):
        return True
    if env is None or not isinstance(env[1].node, Mapping):
        return False
    names = walk.fields(env[1]).keys()
    return bool(found.keys() & _CHART) and bool(names & {"database", "plugins", "pg_host", "role"})


def read_helm(path: str, tree: Tree, spots: list[Spot]) -> Config:
    """What the values of the chart say.

    Each ``env.k`` becomes ``KONG_K``. ``plugins:`` makes ``bundled,NAME…`` of them, unless
    ``env.plugins`` is there, which replaces it (``_helpers.tpl``, ``kong.env``).
    """
    draft = Draft()
    versions: dict[str, None] = {}
    for spot in spots:
        for name, (key, value) in walk.fields(walk.field(spot, "env")).items():
            if isinstance(value.node, Scalar) and name.islower():
                draft.set(name, walk.written(key, value), "environment")
        replaced = any(each.key == "plugins" for each in draft.enabled)
        _plugins(draft, spot, replaced=replaced)
        tag = walk.text(walk.field(spot, "image", "tag")) or ""
        repository = walk.text(walk.field(spot, "image", "repository")) or ""
        versions.update(dict.fromkeys(images(f"{repository}:{tag}")))
    return Config(path, "helm", grouped(draft.part()), tree, images=tuple(versions))


def _plugins(draft: Draft, spot: Spot, *, replaced: bool) -> None:
    found = walk.fields(spot)
    if "plugins" not in found:
        return
    key, plugins = found["plugins"]
    names: list[Item] = []
    for source in ("configMaps", "secrets"):
        for each in walk.items(walk.field(plugins, source)):
            name = walk.field(each, "pluginName")
            if name is None or not isinstance(name.node, Scalar):
                continue
            known = walk.text(name)
            at = walk.at(name)
            templated = known is None
            draft.uses.append(
                Use(known or "", at, "installed", walk.whole(each), "", None, each, templated)
            )
            names.append(Item(known or "", at, known or "", templated))
    ready = walk.field(plugins, "preInstalled")
    listed = walk.text(ready)
    if ready is not None and listed is not None:
        names += split_items(listed, walk.locate(ready))
    if names and not replaced:
        draft.enabled.append(
            EnabledList(
                "plugins",
                "plugins",
                walk.at(key),
                "list",
                tuple(names),
                walk.whole(plugins),
                "environment",
                templated=any(item.templated for item in names),
                node=plugins,
                implied=("bundled",),
            )
        )
