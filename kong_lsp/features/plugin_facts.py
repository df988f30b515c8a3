"""What is known of a plugin by its name, for people to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kong_lsp.config.model import Config
from kong_lsp.kong import bundled, modules
from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema import catalogue
from kong_lsp.kong.schema.fields import Record
from kong_lsp.kong.schema.values import text
from kong_lsp.syntax.lua.values import Num, Text, Value
from kong_lsp.workspace import link
from kong_lsp.workspace.snapshot import Rock, Root, Snapshot

ORIGINS = {
    "tree": "in this workspace",
    "rock": "in this workspace",
    "file": "defined in a configuration file",
    "installed": "installed by Helm, the operator, an image or a volume",
    "named": "named in the settings",
    "bundled": "bundled with Kong {release}",
    "enterprise": "of Kong Enterprise",
    "other": "of other releases of Kong",
}
ENABLED_SHOWN = 8


class Handler(NamedTuple):
    """What a handler declares; None and () where that is not known."""

    priority: str | None
    version: str | None
    phases: tuple[str, ...]


class Context(NamedTuple):
    """A configuration file with its root, and the plugins that exist there."""

    snapshot: Snapshot
    root: Root
    config: Config
    names: link.Names

    @property
    def release(self) -> Release:
        """The release that the file is for."""
        return link.release_for(self.root, self.config)

    @property
    def kong(self) -> str:
        """What it is called."""
        return link.kong_name(self.root, self.release)


def context_of(snapshot: Snapshot, path: str, offset: int) -> Context | None:
    """The configuration at ``offset`` of the file at ``path``: the file itself or a text
    inside it; None where there is none."""
    for root in snapshot.roots:
        for config in root.configs:
            if config.path == path:
                return Context(snapshot, root, config.holding(offset), link.names_for(root))
    return None


def text_at(config: Config, text: str) -> tuple[str, int]:
    """The text that a configuration is, in the ``text`` of its file, and where it starts."""
    if config.inside is None:
        return text, 0
    base = config.base
    return text[base : base + config.inside.end - config.inside.start], base


def known_release(release: Release) -> Release:
    """The nearest release whose schemas are known."""
    return min(max(release, catalogue.RELEASES[0]), catalogue.RELEASES[-1])


def schema_for(asked: Context, name: str) -> Record | None:
    """The schema of a plugin: the workspace's own, else Kong's."""
    own = asked.root.schema_of(name, asked.release)
    if own is not None:
        return own.record
    if name in asked.names.trees:
        return None
    dbless = asked.config.dialect != "deck" and asked.config.kind != "admin"
    source = asked.root.source
    if source is not None and name in source.names:
        return source.record(name, dbless=dbless)
    return catalogue.plugin(known_release(asked.release), name, dbless=dbless)


def handler_of(asked: Context, name: str) -> Handler | None:
    """What the handler of a plugin says."""
    if name in asked.names.trees:
        return _own_handler(asked.root, name)
    source = asked.root.source
    if source is not None and name in source.names:
        return _shown_handler(source.handler(name))
    return _shown_handler(catalogue.handler(known_release(asked.release), name))


def _shown_handler(found: catalogue.Handler | None) -> Handler | None:
    if found is None:
        return None
    priority = None if found.priority is None else text(found.priority)
    return Handler(priority, found.version, found.phases)


def _own_handler(root: Root, name: str) -> Handler | None:
    for source in root.plugin_sources:
        if source.name == name and source.handler is not None:
            return Handler(
                _shown(source.handler.get("PRIORITY")),
                _shown(source.handler.get("VERSION")),
                source.handler.phases,
            )
    return None


def _shown(value: Value) -> str | None:
    if isinstance(value, Num):
        return text(value.value)
    return value.value if isinstance(value, Text) else None


def summary(asked: Context, name: str) -> str:
    """One line: where a plugin is from, its priority and version."""
    origin = asked.names.origins.get(name)
    words = [] if origin is None else [ORIGINS[origin].format(release=asked.kong)]
    handler = handler_of(asked, name)
    if handler is not None and handler.priority is not None:
        words.append(f"priority {handler.priority}")
    if handler is not None and handler.version is not None:
        words.append(f"version {handler.version}")
    return ", ".join(words)


def about(asked: Context, name: str) -> str | None:
    """All that is known of a plugin, as Markdown; None where nothing is."""
    names = asked.names
    origin = names.origins.get(name)
    if origin is None:
        return None
    lines = [f"**{name}** — {ORIGINS[origin].format(release=asked.kong)}", ""]
    lines += [f"- {line}" for line in _facts(asked, name)]
    return "\n".join(lines).rstrip()


def _facts(asked: Context, name: str) -> Iterator[str]:
    root = asked.root
    tree = asked.names.trees.get(name)
    if tree is not None:
        handler = tree.modules.get("handler")
        yield (
            f"handler: `{_inside(root, handler)}`"
            if handler
            else f"sources: `{_inside(root, tree.folder)}` — **no handler.lua**"
        )
    for rock in shipping(root, name):
        yield f"shipped by `{_inside(root, rock.path)}`"
    yield from _declared(asked, name)
    if tree is not None:
        yield from _modules(asked.release, tree.modules)
    elif name in bundled.plugins(asked.release):
        if name in bundled.deprecated(asked.release):
            yield f"deprecated in Kong {asked.release}"
    elif had := bundled.bundled_in(name):
        yield f"bundled with Kong {had[0]} to {had[-1]}"
    yield from _enabled(root, name)


def _declared(asked: Context, name: str) -> Iterator[str]:
    handler = handler_of(asked, name)
    if handler is None:
        return
    if handler.priority is not None:
        yield f"PRIORITY {handler.priority}"
    if handler.version is not None:
        yield f"VERSION {handler.version}"
    if handler.phases:
        yield "phases: " + ", ".join(handler.phases)


def _modules(release: Release, there: Mapping[str, str]) -> Iterator[str]:
    found = []
    for row in modules.table(release):
        if row.need == "obsolete" or "*" in row.tail or row.tail.endswith(".init"):
            continue
        if row.tail in there:
            found.append(f"`{row.tail}`")
        elif row.need == "mandatory":
            found.append(f"`{row.tail}` **not there**")
    yield f"modules that Kong {release} loads: {', '.join(found)}"


def _enabled(root: Root, name: str) -> Iterator[str]:
    found: dict[str, None] = {}
    for config in root.configs:
        for each in config.enabled:
            if link.read(each, link.release_for(root, config)) and name in link.loads(
                root, each, link.release_for(root, config)
            ):
                where = f" ({each.scope})" if each.scope else ""
                found[f"`{_inside(root, config.path)}`{where}"] = None
    shown = list(found)[:ENABLED_SHOWN]
    if len(found) > ENABLED_SHOWN:
        shown.append(f"{len(found) - ENABLED_SHOWN} more")
    if shown:
        yield "enabled in " + ", ".join(shown)


def shipping(root: Root, name: str) -> list[Rock]:
    """The rocks that ship a plugin."""
    return [rock for rock in root.rocks if name in link.package_of(rock)[1]]


def _inside(root: Root, path: str) -> str:
    return path.removeprefix(root.path + "/")
