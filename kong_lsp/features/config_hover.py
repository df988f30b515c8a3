"""What to say of the place under the cursor of a configuration file: Markdown."""

from __future__ import annotations

from typing import NamedTuple

from kong_lsp.features.config_places import Named, named_at, places_of
from kong_lsp.features.config_settings import setting_hover
from kong_lsp.features.config_shape import describe, must_be_given, shape_at
from kong_lsp.features.hover import Hover
from kong_lsp.features.plugin_facts import Context, about, context_of, text_at
from kong_lsp.features.yaml_cursor import yaml_cursor
from kong_lsp.kong.schema.fields import Field
from kong_lsp.text import Span
from kong_lsp.workspace.filters import filters_of
from kong_lsp.workspace.snapshot import Snapshot


def config_hover(snapshot: Snapshot, path: str, text: str, offset: int) -> Hover | None:
    """What is known of the place at ``offset``; None where there is nothing to say."""
    asked = context_of(snapshot, path, offset)
    if asked is None:
        return None
    named = named_at(asked.config, offset)
    if named is not None:
        return _of_name(asked, named)
    return _of_field(asked, text, offset) or setting_hover(asked, offset)


def _of_name(asked: Context, named: Named) -> Hover | None:
    if named.kind == "plugin":
        said = about(asked, named.name) or _of_filter(asked, named.name)
        return None if said is None else Hover(said, named.span)
    lines = [f"**{named.name}** — {_KINDS.get(named.kind, named.kind)}"]
    for config in asked.root.configs:
        if config is not asked.config and named.kind != "resource":
            continue
        for found in places_of(config, named.kind, named.name, defined=True):
            inner = config.path.removeprefix(asked.root.path + "/")
            scope = f" in {found.scope}" if found.scope else ""
            if config is not asked.config or found.span != named.span:
                lines.append(f"- defined in `{inner}`{scope}")
            lines += _plugin_of(asked, config.path, named.name)
    return Hover("\n".join([lines[0], "", *lines[1:]]).rstrip(), named.span)


def _of_filter(asked: Context, name: str) -> str | None:
    """A wasm filter, which has no more than a file."""
    file = (filters_of(asked.root) or {}).get(name)
    inner = "" if file is None else file.removeprefix(asked.root.path + "/")
    return None if file is None else f"**{name}** — wasm filter\n\n- file: `{inner}`"


_KINDS = {"resource": "KongPlugin", "plugin_config": "shared configuration of plugins"}


def _plugin_of(asked: Context, path: str, name: str) -> list[str]:
    """The plugin that a KongPlugin resource sets up."""
    for config in asked.root.configs:
        if config.path == path:
            for found in config.definitions:
                if found.kind == "resource" and found.name == name and found.value:
                    return [f"- plugin: `{found.value}`"]
    return []


def _of_field(asked: Context, text: str, offset: int) -> Hover | None:
    found = field_at(asked, text, offset)
    if found is None:
        return None
    said = describe(".".join(found.path), found.own, mandatory=found.mandatory)
    if found.plugin is not None:
        said += f"\n\nOf the plugin `{found.plugin}`"
    return Hover(said, found.span)


class FieldPlace(NamedTuple):
    """A field of a schema whose key or value is at a place. ``plugin`` is whose ``config``
    it is in, None for one of an entity; ``path`` starts below the entry."""

    path: tuple[str, ...]
    own: Field
    mandatory: bool
    plugin: str | None
    span: Span


def field_at(asked: Context, text: str, offset: int) -> FieldPlace | None:
    """The field whose key or value is at ``offset``."""
    if asked.config.tree is None:
        return None
    text, base = text_at(asked.config, text)
    cursor = yaml_cursor(text, offset - base, asked.config.tree)
    if cursor is None or cursor.word.start == cursor.word.end:
        return None
    name = cursor.key if cursor.where == "value" else text[slice(*cursor.word)]
    if not name or (cursor.where != "value" and not cursor.colon):
        return None
    shape = shape_at(asked, cursor)
    own = shape.find(name) if shape is not None else None
    if shape is None or own is None:
        return None
    ours = shape.inside[:1] == ("config",)
    return FieldPlace(
        path=(*shape.inside, name) if ours else (name,),
        own=own,
        mandatory=name in shape.fields and must_be_given(name, shape.fields),
        plugin=shape.plugin if ours else None,
        span=Span(base + cursor.word.start, base + cursor.word.end),
    )
