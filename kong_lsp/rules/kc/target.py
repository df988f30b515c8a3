"""By which Kong a configuration file is judged: releases, dialect, plugins it cannot know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from posixpath import basename, dirname
from typing import TYPE_CHECKING, NamedTuple

from kong_lsp.config import walk
from kong_lsp.config.model import Config
from kong_lsp.kong import bundled
from kong_lsp.kong.releases import NEWEST, Release
from kong_lsp.kong.schema import catalogue
from kong_lsp.kong.schema.fields import Field, Record
from kong_lsp.kong.schema.file_format import Format, file_format
from kong_lsp.kong.schema.values import UNKNOWN
from kong_lsp.workspace.link import release_for
from kong_lsp.workspace.release import said_by
from kong_lsp.workspace.snapshot import Root
from kong_lsp.workspace.sources import OwnSchemas

if TYPE_CHECKING:
    from kong_lsp.plugin.kong_source import KongSource

DECK = {
    "": frozenset(
        (
            "_info",
            "_konnect",
            "_plugin_configs",
            "_workspace",
            "ai_models",
            "cloned_plugins",
            "consumer_groups",
            "custom_entities",
            "custom_plugins",
            "document",
            "licenses",
            "partials",
            "rbac_roles",
            "service_packages",
            "workspaces",
        )
    ),
    "services": frozenset(("document",)),
    "routes": frozenset(("_config",)),
    "consumers": frozenset(("groups", "mtls_auth_credentials")),
    "plugins": frozenset(
        ("_config", "condition", "consumer_group", "model", "ordering", "partials")
    ),
}
"""Keys that decK or Kong Enterprise take, by entity, and that Kong itself refuses."""

_ENTERPRISE_SETTINGS = ("license_data", "license_path", "enforce_rbac", "admin_gui_auth", "portal")
_ENTERPRISE_KEYS = frozenset(
    ("_workspace", "ai_models", "consumer_groups", "custom_entities", "rbac_roles")
)
_OLD_FORMATS = ("1.1", "2.1")

OPAQUE = Record(fields={"config": Field(UNKNOWN, {"required": True})}, open=True)
"""The schema of a plugin of which nothing is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What a file is judged by; one object for equal files, so that what was judged stays.

    ``forms`` are the formats of the releases: only what all of them refuse is told.
    ``with_expressions`` are those of a Kong whose routes are expressions, for routes that have
    one; None where its flavour is known. ``certain``: Kong itself is known to read the file;
    ``deck``: decK reads it; ``enterprise``: Kong Enterprise does, whose schemas have more;
    ``newer``: a Kong reads it that is newer than all whose schemas are known;
    ``assumed``: nothing says which Kong does.
    ``own_entities``: a plugin of the workspace brings entities of its own. ``read`` are the
    plugins whose schemas were read: the workspace's own, and those of the ``source``,
    the Kong that the settings point at.
    """

    forms: tuple[Format, ...]
    with_expressions: tuple[Format, ...] | None
    version: str | None
    certain: bool
    deck: bool
    enterprise: bool
    newer: bool
    assumed: bool
    own_entities: bool
    read: frozenset[str]
    source: KongSource | None

    @property
    def release(self) -> Release:
        """The newest of the releases."""
        return self.forms[-1].release


class _World(NamedTuple):
    """What all files of a root share: its plugins, and which file has Kong read which."""

    plugins: frozenset[str]
    schemas: OwnSchemas | None
    source: KongSource | None
    own_entities: bool
    readers: Mapping[str, Config]
    enterprise: bool


class _Own(NamedTuple):
    """The workspace's own plugins, which copies of them hold, the release that their schemas
    are read for, and the Kong that the settings point at."""

    names: frozenset[str]
    schemas: OwnSchemas | None
    chosen: frozenset[str]
    release: Release
    source: KongSource | None


@lru_cache(maxsize=4)
def _world(root: Root) -> _World:
    readers: dict[str, Config] = {}
    for config in root.configs:
        for setting in config.settings:
            if setting.name == "declarative_config" and setting.value:
                readers.setdefault(basename(setting.value), config)
    own_entities = any("daos" in tree.modules for tree in root.plugins)
    names = frozenset(tree.name for tree in root.plugins)
    enterprise = any("enterprise" in config.images for config in root.configs)
    return _World(names, root.schemas, root.source, own_entities, readers, enterprise)


def target_of(root: Root, config: Config) -> Target | None:
    """What ``config`` is judged by; None where that is not known."""
    release = release_for(root, config)
    oldest, newest = catalogue.RELEASES[0], catalogue.RELEASES[-1]
    newer = release > newest
    if release < oldest:
        return None
    known: tuple[Release, ...] = (newest if newer else release,)
    free = root.asked is None and said_by(config) is None
    if free and config.format_version in _OLD_FORMATS and oldest not in known:
        known = (oldest, *known)
    world = _world(root)
    reader = _chart(root, config) or world.readers.get(config.name)
    flavour = None
    if reader is not None:
        given = [each.value or "?" for each in reader.settings if each.name == "router_flavor"]
        flavour = given[-1] if given else "traditional"
    chosen = world.schemas.chosen(dirname(config.path)) if world.schemas else frozenset()
    return _target(
        known,
        _Own(world.plugins, world.schemas, chosen, release, world.source),
        flavour,
        config.format_version,
        certain=reader is not None,
        deck=config.dialect == "deck" and reader is None,
        enterprise=_is_enterprise(world, config, reader),
        newer=newer,
        assumed=free and reader is None and release == NEWEST,
        own_entities=world.own_entities,
    )


def _chart(root: Root, config: Config) -> Config | None:
    """The values of Kong's Helm chart that a declarative text is part of: the chart has Kong
    read it."""
    if config.inside is None:
        return None
    return next((o for o in root.configs if (o.path, o.kind) == (config.path, "helm")), None)


def _is_enterprise(world: _World, config: Config, reader: Config | None) -> bool:
    """Whether the file has plugins or keys, or its Kong settings, that only Enterprise has, or
    an image of that is in use."""
    if world.enterprise:
        return True
    roots = walk.roots(config.tree) if config.tree is not None else []
    if reader is None and roots and not _ENTERPRISE_KEYS.isdisjoint(walk.fields(roots[0])):
        return True
    only = bundled.enterprise() - world.plugins
    if any(name in only for name, _ in config.names):
        return True
    settings = reader.settings if reader is not None else ()
    return any(setting.name in _ENTERPRISE_SETTINGS for setting in settings)


@lru_cache(maxsize=64)
def _target(
    releases: tuple[Release, ...],
    own: _Own,
    flavour: str | None,
    version: str | None,
    *,
    certain: bool,
    deck: bool,
    enterprise: bool,
    newer: bool,
    assumed: bool,
    own_entities: bool,
) -> Target:
    forms = tuple(_format(each, own, certain, flavour == "expressions") for each in releases)
    with_expressions = None
    if flavour is None or flavour == "?":
        with_expressions = tuple(_format(each, own, certain, True) for each in releases)
    read = own.names if own.source is None else own.names | own.source.names
    return Target(
        forms,
        with_expressions,
        version,
        certain,
        deck,
        enterprise,
        newer,
        assumed,
        own_entities,
        read,
        own.source,
    )


@lru_cache(maxsize=64)
def _format(release: Release, own: _Own, dbless: bool, expressions: bool) -> Format:
    plugins = _Plugins(release, own, dbless)
    return file_format(release, plugins, dbless=dbless, expressions=expressions)


class _Plugins(Mapping[str, Record]):
    """The schema of every plugin: of the workspace's own, then of the Kong that the settings
    point at, then of a bundled one; an opaque one where it is not known."""

    def __init__(self, release: Release, own: _Own, dbless: bool) -> None:
        self.release = release
        self.own = own
        self.dbless = dbless

    def __getitem__(self, name: str) -> Record:
        if name in self.own.names:
            schemas = self.own.schemas
            chosen, release = self.own.chosen, self.own.release
            return (schemas and schemas.record(name, release, chosen)) or OPAQUE
        source = self.own.source
        if source is not None and name in source.names:
            return source.record(name, dbless=self.dbless) or OPAQUE
        return catalogue.plugin(self.release, name, dbless=self.dbless) or OPAQUE

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(catalogue.names(self.release))

    def __len__(self) -> int:
        return len(catalogue.names(self.release))
