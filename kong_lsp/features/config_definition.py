"""Where what a configuration file names is."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname

from kong_lsp.config.model import Config
from kong_lsp.features.config_hover import field_at
from kong_lsp.features.config_places import Named, named_at, places_of
from kong_lsp.features.definition import Target
from kong_lsp.features.plugin_facts import Context, context_of, shipping
from kong_lsp.text import Span
from kong_lsp.workspace import link
from kong_lsp.workspace.snapshot import Root, Snapshot


def config_definition(snapshot: Snapshot, path: str, text: str, offset: int) -> tuple[Target, ...]:
    """The handler of the plugin that is named at ``offset``; where the entity or the
    KongPlugin resource of that name is; of a key of an own plugin's ``config``, its line in
    ``schema.lua``."""
    asked = context_of(snapshot, path, offset)
    if asked is None:
        return ()
    named = named_at(asked.config, offset)
    if named is None:
        return tuple(_of_field(asked, text, offset))
    if named.kind == "plugin":
        return tuple(_of_plugin(asked.root, named))
    return tuple(_of_entity(asked, named))


def _of_plugin(root: Root, named: Named) -> Iterator[Target]:
    tree = link.names_for(root).trees.get(named.name)
    handler = tree.modules.get("handler") if tree is not None else None
    if handler is not None:
        yield Target(handler, Span(0, 0), named.span)
        return
    for config in root.configs:
        for found in places_of(config, "plugin", named.name, defined=True):
            yield Target(config.path, found.span, named.span)
    for rock in shipping(root, named.name):
        entry = rock.listed.get(f"kong.plugins.{named.name}.handler")
        if entry is not None:
            yield Target(rock.path, rock.rockspec.tree.span(entry.entry.at), named.span)


def _of_entity(asked: Context, named: Named) -> Iterator[Target]:
    """In the same file if it is there; resources wherever they are, of the same namespace
    if that is known."""
    for configs in nearest(asked.root, asked.config, named):
        found = [
            Target(config.path, place.span, named.span)
            for config in configs
            for place in places_of(config, named.kind, named.name, defined=True)
            if not (named.scope and place.scope) or named.scope == place.scope
        ]
        if found:
            yield from found
            return


def _of_field(asked: Context, text: str, offset: int) -> Iterator[Target]:
    field = field_at(asked, text, offset)
    if field is None or field.plugin is None:
        return
    schema = asked.root.schema_of(field.plugin, asked.release)
    place = schema.place_of_field(field.path) if schema is not None else None
    if place is not None:
        yield Target(*place, field.span)


def nearest(root: Root, config: Config, named: Named) -> Iterator[list[Config]]:
    """Where to look for what is named: in the file itself, then in the others that are read
    together with it."""
    yield [config]
    if named.kind == "resource":
        yield [each for each in root.configs if each.kind == "kubernetes"]
    else:
        folder = dirname(config.path)
        yield [
            each
            for each in root.configs
            if each.kind == "declarative" and dirname(each.path) == folder
        ]
