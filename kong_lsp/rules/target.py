"""By which Kong a configuration file is judged: releases, dialect, plugins it cannot know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kong_lsp.config.model import Config
from kong_lsp.kong import bundled
from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema import catalogue
from kong_lsp.kong.schema.fields import Field, Record
from kong_lsp.kong.schema.file_format import Format, file_format
from kong_lsp.kong.schema.values import UNKNOWN
from kong_lsp.workspace.link import names_for, read_by_kong, release_for
from kong_lsp.workspace.snapshot import Root

DECK = {
    "": frozenset(
        (
            "_info",
            "_konnect",
            "_plugin_configs",
            "_workspace",
            "cloned_plugins",
            "consumer_groups",
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
    "consumers": frozenset(("groups",)),
    "plugins": frozenset(("_config", "condition", "consumer_group", "ordering", "partials")),
}
"""Keys that decK or Kong Enterprise take, by entity, and that Kong itself refuses."""

_ENTERPRISE_SETTINGS = ("license_data", "license_path", "enforce_rbac", "admin_gui_auth", "portal")
_OLD_FORMATS = ("1.1", "2.1")

OPAQUE = Record(fields={"config": Field(UNKNOWN, {"required": True})}, open=True)
"""The schema of a plugin of which nothing is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What a file is judged by; one object for equal files, so that what was judged stays.

    ``forms`` are the formats of the releases: only what all of them refuse is told.
    ``with_expressions`` are those of a Kong whose routes are expressions, for routes that have
    one; None where its flavour is known. ``certain``: Kong itself is known to read the file;
    ``deck``: decK reads it; ``enterprise``: Kong Enterprise does, whose schemas have more.
    """

    forms: tuple[Format, ...]
    with_expressions: tuple[Format, ...] | None
    version: str | None
    certain: bool
    deck: bool
    enterprise: bool
    own_entities: bool

    @property
    def release(self) -> Release:
        """The newest of the releases."""
        return self.forms[-1].release


def target_of(root: Root, config: Config) -> Target | None:
    """What ``config`` is judged by; None where that is not known."""
    known = catalogue.around(release_for(root, config))
    if not known:
        return None
    free = root.asked is None and not config.images
    oldest = catalogue.releases()[0]
    if free and config.format_version in _OLD_FORMATS and oldest not in known:
        known = (oldest, *known)
    reader = read_by_kong(root, config)
    flavour = None
    for each in root.configs:
        for setting in each.settings:
            if setting.name == "router_flavor":
                flavour = setting.value or "?"
    if flavour is None and reader is not None:
        flavour = "traditional"
    return _target(
        known,
        frozenset(names_for(root).trees),
        flavour,
        config.format_version,
        certain=reader is not None,
        deck=config.dialect == "deck" and reader is None,
        enterprise=_is_enterprise(root, config, reader),
        own_entities=any("daos" in tree.modules for tree in root.plugins),
    )


def _is_enterprise(root: Root, config: Config, reader: Config | None) -> bool:
    """Whether the file names plugins, or its Kong has settings, that only Enterprise has."""
    only = bundled.enterprise() - names_for(root).trees.keys()
    if any(name in only for name, _ in config.names):
        return True
    settings = reader.settings if reader is not None else ()
    return any(setting.name in _ENTERPRISE_SETTINGS for setting in settings)


@lru_cache(maxsize=64)
def _target(
    releases: tuple[Release, ...],
    opaque: frozenset[str],
    flavour: str | None,
    version: str | None,
    *,
    certain: bool,
    deck: bool,
    enterprise: bool,
    own_entities: bool,
) -> Target:
    forms = tuple(_format(each, opaque, certain, flavour == "expressions") for each in releases)
    with_expressions = None
    if flavour is None or flavour == "?":
        with_expressions = tuple(_format(each, opaque, certain, True) for each in releases)
    return Target(forms, with_expressions, version, certain, deck, enterprise, own_entities)


@lru_cache(maxsize=64)
def _format(release: Release, opaque: frozenset[str], dbless: bool, expressions: bool) -> Format:
    plugins = _Plugins(release, opaque, dbless)
    return file_format(release, plugins, dbless=dbless, expressions=expressions)


class _Plugins(Mapping[str, Record]):
    """The schema of every plugin: that of a bundled one, and of others an opaque one."""

    def __init__(self, release: Release, opaque: frozenset[str], dbless: bool) -> None:
        self.release = release
        self.opaque = opaque
        self.dbless = dbless

    def __getitem__(self, name: str) -> Record:
        if name in self.opaque:
            return OPAQUE
        return catalogue.plugin(self.release, name, dbless=self.dbless) or OPAQUE

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(catalogue.names(self.release))

    def __len__(self) -> int:
        return len(catalogue.names(self.release))
