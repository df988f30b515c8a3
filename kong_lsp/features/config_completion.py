"""What may be written at the cursor of a configuration file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from kong_lsp.config.declarative import FOREIGN
from kong_lsp.config.draft import LISTS, images
from kong_lsp.config.kubernetes import ANNOTATIONS
from kong_lsp.config.model import Config
from kong_lsp.config.model import Kind as FileKind
from kong_lsp.config.sniff import form_of, named_for_kong
from kong_lsp.features import config_shape
from kong_lsp.features.completion import Item, Kind
from kong_lsp.features.config_names import (
    Name,
    entity_names,
    item_of,
    list_item,
    listable_names,
    plugin_names,
    resource_names,
)
from kong_lsp.features.config_places import written_at
from kong_lsp.features.config_settings import place_in_text, place_in_yaml
from kong_lsp.features.config_settings import proposals as setting_proposals
from kong_lsp.features.config_shape import Shape, shape_at
from kong_lsp.features.config_text import block_put, field_put, scalar_text, style_of
from kong_lsp.features.plugin_facts import Context, about, context_of, schema_for, text_at
from kong_lsp.features.yaml_cursor import Cursor, yaml_cursor
from kong_lsp.kong.resources import RESOURCES
from kong_lsp.kong.schema import lookup
from kong_lsp.kong.schema.fields import Field
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.filters import filters_of
from kong_lsp.workspace.link import names_for
from kong_lsp.workspace.snapshot import Snapshot

_YAML = ("declarative", "kubernetes", "compose")
_PLAIN = ("kong.conf", "dockerfile", "dotenv", "shell")
_WITH_VARIABLES: Mapping[str, FileKind] = {
    "yaml": "compose",
    "dockerfile": "dockerfile",
    "dotenv": "dotenv",
    "shell": "shell",
}
_BEGUN = re.compile(r"\bK(?:O(?:N(?:G(?:_\w*)?)?)?)?=?\w*\Z")
_VARIABLES = ("compose", "kubernetes", "helm", "workflow")
_LABELS = ("name", "username", "id")
_COMMON = frozenset(("services", "routes", "plugins", "consumers", "upstreams", "targets"))
_LOW = {"_comment": 8, "_ignore": 8, "id": 7, "_transform": 7}


def is_config(snapshot: Snapshot, path: str) -> bool:
    """Whether the file at ``path`` is Kong's configuration, or may become it."""
    return snapshot.config_at(path) is not None or form_of(path, any_json=True) is not None


def config_completion(snapshot: Snapshot, path: str, text: str, offset: int) -> list[Item]:
    """The proposals at ``offset`` of the configuration file at ``path``, best first.

    ``text`` is the file's.
    """
    asked = context_of(snapshot, path, offset) or _begun(snapshot, path, text, offset)
    if asked is None:
        return []
    found = _Finder(asked, path, text, offset).items()
    return sorted(found, key=lambda item: (item.rank, item.label))


def _begun(snapshot: Snapshot, path: str, text: str, offset: int) -> Context | None:
    """A file of which too little is written to know it by: one that is named as declarative
    files are, one that names an image of Kong or in which a variable is being written, or a manifest with an empty
    annotation of ours."""
    root = snapshot.root_of(path)
    form = form_of(path, any_json=True)
    if root is None or form is None:
        return None
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    kind: FileKind = "declarative"
    if form in _WITH_VARIABLES and (_BEGUN.search(line) or (form == "yaml" and images(text))):
        kind = _WITH_VARIABLES[form]
        if form == "yaml" and re.search(r"(?m)^apiVersion:", text):
            kind = "kubernetes"
    elif form != "yaml":
        return None
    elif any(annotation in line for annotation in ANNOTATIONS):
        kind = "kubernetes"
    elif not named_for_kong(path):
        return None
    return Context(snapshot, root, Config(path, kind, ()), names_for(root))


class _Finder:
    """One question: the same few things are asked again and again while it is answered."""

    def __init__(self, asked: Context, path: str, text: str, offset: int) -> None:
        self.asked = asked
        self.path = path
        self.text = text
        self.offset = offset

    def items(self) -> Iterator[Item]:
        config = self.asked.config
        if config.kind != "declarative":
            item = list_item(config, self.text, self.offset)
            if item is not None:
                yield from self._named(listable_names(self.asked, item), item.word)
                return
        written = written_at(config, self.offset) if config.kind not in _YAML else None
        if written is not None:
            yield from self._named(plugin_names(self.asked), written)
            return
        text, base = text_at(config, self.text)
        if config.kind in _PLAIN:
            place = place_in_text(config, text, self.offset - base)
            for each in setting_proposals(self.asked, place, text) if place is not None else ():
                yield _moved(each, base)
            return
        if config.kind not in _YAML and config.tree is None:
            return
        cursor = yaml_cursor(text, self.offset - base, config.tree)
        if cursor is not None:
            for each in _InYaml(self.asked, config.name, cursor, self.offset - base).items():
                yield _moved(each, base)

    def _named(self, names: Iterable[Name], written: Span) -> Iterator[Item]:
        for name in names:
            doc = about(self.asked, name.name) or ""
            edit = Edit(written, name.name)
            yield Item(name.name, "plugin", edit, name.rank, name.name, name.detail, doc)


def _moved(item: Item, base: int) -> Item:
    """A proposal for a text that starts at ``base`` of the file."""
    if not base:
        return item
    (start, end), text = item.edit
    return replace(item, edit=Edit(Span(base + start, base + end), text))


class _InYaml:
    """The same for a place in YAML."""

    def __init__(self, asked: Context, path: str, cursor: Cursor, offset: int) -> None:
        self.asked = asked
        self.at = cursor
        self.offset = offset
        self.shape = shape_at(asked, cursor)
        listed = self.shape is not None and self.shape.own.type in ("array", "set")
        self.dash = "- " if listed and cursor.where == "key" and not cursor.flow else ""
        """What an item of a list needs before it, where its line has none yet."""
        style = style_of(cursor, path)
        self.style = style._replace(pad=style.pad + " " * len(self.dash))

    def items(self) -> Iterator[Item]:
        special = self._special()
        if special is None and self.asked.config.kind in _VARIABLES:
            place = place_in_yaml(self.asked.config, self.at, self.offset)
            if place is not None:
                special = setting_proposals(self.asked, place, self.at.text)
        if special is not None:
            yield from special
        elif self.shape is not None:
            if self.at.where == "value":
                yield from self._values(self.shape.find(self.at.key or ""))
            else:
                yield from self._entries(self.shape)

    # --- names

    def _special(self) -> Iterator[Item] | None:
        """Where names of the workspace stand; None for any other place."""
        kind = self.asked.config.kind
        if kind == "declarative":
            return self._in_declarative()
        if kind == "kubernetes":
            return self._in_manifest()
        if kind == "kong.yml":
            return self._in_settings()
        if kind == "admin":
            return self._plugins() if not self.at.path and self.at.key == "name" else None
        return self._in_values() if kind == "helm" else None

    def _in_declarative(self) -> Iterator[Item] | None:
        at = self.at
        path = at.path
        last = path[-1] if path else None
        if at.where == "value":
            key = at.key or ""
            if path[-2:] == ("plugins", None) and key == "name":
                return self._plugins()
            if (path[-2:], key) == (("filters", None), "name"):
                return self._filters()
            if (path[-2:], key) == (("cloned_plugins", None), "ref"):
                return self._plugins()
            if key == "_config":
                return self._names(entity_names(self.asked, "plugin_config"), "entity")
            if key in FOREIGN and "config" not in path:
                return self._names(entity_names(self.asked, FOREIGN[key]), "entity")
            if last in FOREIGN and key in _LABELS and "config" not in path:
                return self._names(entity_names(self.asked, FOREIGN[last]), "entity")
        elif path[-1:] == (None,) and "ordering" in path and at.where == "item":
            return self._plugins()
        elif at.where == "item" and path[-2:] == ("groups", None) and "consumers" in path:
            return self._names(entity_names(self.asked, "consumer_groups"), "entity")
        return None

    def _in_manifest(self) -> Iterator[Item] | None:
        at = self.at
        path, key = at.path, at.key or ""
        if at.where != "value":
            return None
        if not path and key == "plugin" and at.siblings().get("kind") in RESOURCES:
            return self._plugins()
        if path[-2:] == ("metadata", "annotations") and key in ANNOTATIONS:
            return self._annotated()
        if key == "name" and path[-1:] == ("pluginRef",):
            return self._names(resource_names(self.asked.snapshot), "resource")
        if key == "name" and path[-1:] == ("extensionRef",):
            is_ours = at.siblings().get("kind") in RESOURCES
            if is_ours:
                return self._names(resource_names(self.asked.snapshot), "resource")
        if key == "value" and path[-2:] == ("env", None):
            name = at.siblings().get("name", "").removeprefix("KONG_").lower()
            return self._comma(name) if name in LISTS else None
        if key == "name" and path[-2:] == ("pluginsToInstall", None):
            return self._plugins(own=True)
        return None

    def _in_settings(self) -> Iterator[Item] | None:
        at = self.at
        key = at.path[0] if at.path else at.key
        if key not in LISTS or len(at.path) > 2:
            return None
        if at.where == "value":
            return self._comma(key)
        return self._plugins(taken=self._listed())

    def _in_values(self) -> Iterator[Item] | None:
        at = self.at
        if at.where != "value":
            return None
        if at.path[-1:] == ("env",) and at.key in LISTS:
            return self._comma(at.key)
        if at.key == "pluginName":
            return self._plugins(own=True)
        if at.key == "preInstalled" and at.path[-1:] == ("plugins",):
            return self._comma("")
        return None

    def _listed(self) -> frozenset[str]:
        """The items of the lists of plugins in this file, but the one at the cursor."""
        here = self.at.text[slice(*self.at.word)]
        listed = {item.text for each in self.asked.config.enabled for item in each.items}
        return frozenset(listed - {here})

    def _plugins(self, *, own: bool = False, taken: Iterable[str] = ()) -> Iterator[Item]:
        names = (
            each
            for each in plugin_names(self.asked)
            if each.name not in taken
            and (not own or self.asked.names.origins.get(each.name) in ("tree", "rock"))
        )
        for item in self._names(names, "plugin"):
            yield replace(item, doc=about(self.asked, item.label) or "")

    def _filters(self) -> Iterator[Item]:
        found = filters_of(self.asked.root) or {}
        names = (Name(name, "wasm filter", 0) for name in sorted(found))
        return self._names(names, "plugin")

    def _names(self, names: Iterator[Name], kind: Kind) -> Iterator[Item]:
        for each in names:
            text = self.dash + scalar_text(each.name, self.style, self.at.quote)
            edit = Edit(self.at.word, text)
            yield Item(each.name, kind, edit, each.rank + 1, each.name, each.detail)

    def _comma(self, key: str) -> Iterator[Item]:
        item = item_of(key, self.at.text, self.at.word.start, self.offset)
        for name in listable_names(self.asked, item):
            doc = about(self.asked, name.name) or ""
            edit = Edit(item.word, name.name)
            yield Item(name.name, "plugin", edit, name.rank, name.name, name.detail, doc)

    def _annotated(self) -> Iterator[Item]:
        item = item_of("", self.at.text, self.at.word.start, self.offset)
        for name in resource_names(self.asked.snapshot):
            if name.name not in item.taken:
                edit = Edit(item.word, name.name)
                yield Item(name.name, "resource", edit, 1, name.name, name.detail)

    # --- keys and values

    def _entries(self, shape: Shape) -> Iterator[Item]:
        at = self.at
        own = shape.own
        if own.type in ("array", "set"):
            if self.dash and own.elements is not None:
                yield from self._items_of(own.elements)
        elif at.where == "item" and own.type != "record":
            yield from self._values(own)
        elif own.type == "record":
            yield from self._blocks()
            yield from self._fields(shape.fields, top=shape.top)

    def _items_of(self, own: Field) -> Iterator[Item]:
        """Items of a list that has no dash yet."""
        if "ordering" in self.at.path:
            yield from self._plugins()
        elif own.record is not None:
            yield from self._blocks()
            yield from self._fields(dict(own.record.fields), top=False)
        else:
            yield from self._values(own)

    def _blocks(self) -> Iterator[Item]:
        """Whole entries of a list of plugins."""
        at = self.at
        path = at.path
        begun = at.where == "item" and path[-2:-1] == ("plugins",) and not at.siblings()
        if at.quote or at.colon or not (begun or (self.dash and path[-1:] == ("plugins",))):
            return
        for each in plugin_names(self.asked):
            schema = schema_for(self.asked, each.name)
            put = block_put(each.name, schema, self.style, dash=bool(self.dash))
            yield Item(
                label=each.name,
                kind="block",
                edit=Edit(self.at.word, put.text),
                rank=each.rank + 5,
                filter=each.name,
                detail=each.detail,
                doc=about(self.asked, each.name) or "",
                snippet=put.snippet,
            )

    def _fields(self, fields: Mapping[str, Field], *, top: bool) -> Iterator[Item]:
        at = self.at
        present = self._present(top=top)
        for name, own in fields.items():
            if name in present or not (config_shape.is_given(own) or name == "id"):
                continue
            mandatory = config_shape.must_be_given(name, fields) and name != "id"
            text, snippet = name, None
            if not at.colon:
                put = field_put(name, own, self.style, quote=at.quote, closed=at.closed)
                text = self.dash + put.text
                snippet = None if put.snippet is None else self.dash + put.snippet
            deprecated = lookup.deprecated(own) is not None
            rank = 4 if own.elements is not None and own.elements.record is not None else 2
            if name in _COMMON:
                rank = 2
            yield Item(
                label=name,
                kind="field",
                edit=Edit(self.at.word, text),
                rank=1 if mandatory else 9 if deprecated else _LOW.get(name, rank),
                filter=name,
                detail=config_shape.detail(own, mandatory=mandatory),
                doc=config_shape.describe(name, own, mandatory=mandatory),
                snippet=snippet,
            )

    def _present(self, *, top: bool) -> frozenset[str]:
        config = self.asked.config
        if top and config.kind == "declarative":
            present = {mark.key for mark in config.marks if mark.top}
        else:
            present = set(self.at.siblings())
        return frozenset(present - {self.at.text[slice(*self.at.word)]})

    def _values(self, own: Field | None) -> Iterator[Item]:
        """The values that a scalar can have, its default among them."""
        if own is None:
            return
        default = own.get("default")
        options = list(lookup.options(own))
        if own.type in ("array", "set") and self.at.where != "item":
            return
        if self.at.key == "_format_version":
            options.reverse()
        if not options and isinstance(default, str | int | float):
            options = [default]
        for rank, value in enumerate(options):
            is_default = type(value) is type(default) and value == default
            text = scalar_text(value, self.style, self.at.quote)
            shown = value if isinstance(value, str) else text
            edit = Edit(self.at.word, self.dash + text)
            detail = "default" if is_default else ""
            yield Item(shown, "value", edit, min(rank, 90) + 1, shown, detail)
