"""The names that may stand in a configuration file: plugins, resources, entities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname
from typing import NamedTuple

from kong_lsp.config.facts import EnabledList
from kong_lsp.config.model import Config, Part
from kong_lsp.features.plugin_facts import Context, summary
from kong_lsp.text import Span
from kong_lsp.workspace import link
from kong_lsp.workspace.snapshot import Snapshot

_AFTER = re.compile(r"[\w-]*")
_REST = re.compile(r"[^\"'\r\n#]*")
_VARIABLE = (
    r"\b(?P<key>KONG_(?:CUSTOM_PLUGINS|PLUGINS_AVAILABLE|PLUGINS))[\"']?(?P<is>[ \t]*[:=][ \t]*|[ \t]+)"
    r"(?P<quote>[\"']?)(?P<value>[^\"'\r\n#]*)\Z"
)
_LINES = {
    "kong.conf": r"^[ \t]*(?P<key>custom_plugins|plugins)[ \t]*=[ \t]*(?P<quote>)(?P<value>[^#\r\n]*)\Z",
    "spec": r"\b(?P<key>(?:custom_)?plugins)[ \t]*=[ \t]*(?P<quote>[\"'])(?P<value>[^\"'\r\n]*)\Z",
}
_ONE_WORD = ("dockerfile", "shell", "dotenv")
_LISTED = re.compile(r"[{,][ \t]*[\"'](?P<value>[\w-]*)\Z")


class Name(NamedTuple):
    """A name, what to say of it, and how near it is: 0 for the workspace's own."""

    name: str
    detail: str
    rank: int


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item of a list of plugins while it is written: ``word`` is what is there, ``taken``
    are the other items."""

    key: str
    word: Span
    taken: frozenset[str]


def plugin_names(asked: Context) -> Iterator[Name]:
    """The plugins that may be used, the workspace's own first."""
    names = asked.names
    for name in filter(None, names.own):
        yield Name(name, summary(asked, name), 0)
    for name in sorted(link.bundled_in(asked.root, asked.release)):
        if names.origins.get(name) == "bundled":
            yield Name(name, summary(asked, name), 1)


def listable_names(asked: Context, item: ListItem) -> Iterator[Name]:
    """What a list of plugins may hold besides what it holds already."""
    if item.key == "plugins" and "bundled" not in item.taken:
        detail = f"all plugins that come with Kong {asked.release}"
        yield Name("bundled", detail, 1)
    if item.key == "plugins" and not item.taken:
        yield Name("off", "no plugins at all", 3)
    for each in plugin_names(asked):
        if each.name not in item.taken:
            yield each if each.rank == 0 else each._replace(rank=2)


def resource_names(snapshot: Snapshot) -> Iterator[Name]:
    """The KongPlugin resources of the workspace."""
    seen = set()
    for config in snapshot.configs():
        if config.kind != "kubernetes":
            continue
        for found in config.definitions:
            if found.kind == "resource" and found.name not in seen:
                seen.add(found.name)
                scope = f" in {found.scope}" if found.scope else ""
                yield Name(found.name, f"{found.value or 'KongPlugin'}{scope}", 0)


def entity_names(asked: Context, kind: str) -> Iterator[Name]:
    """The entities of a collection (``services``) that the file names, then those of the
    other declarative files beside it."""
    seen: set[str] = set()
    folder = dirname(asked.config.path)
    others = (
        config
        for config in asked.root.configs
        if config.kind == "declarative"
        and config is not asked.config
        and dirname(config.path) == folder
    )
    for rank, config in enumerate((asked.config, *others)):
        for part in config.each("features.named", None, _named):
            for its, name in part:
                if its == kind and name not in seen:
                    seen.add(name)
                    beside = config.path.rpartition("/")[2] if rank else ""
                    yield Name(name, beside, min(rank, 1))


def _named(part: Part) -> Iterator[tuple[str, str]]:
    for found in part.definitions:
        if found.kind != "resource":
            yield found.kind, found.name


# --- lists


def list_item(config: Config, text: str, offset: int) -> ListItem | None:
    """The item of a list of plugins that is being written at ``offset``."""
    start = text.rfind("\n", 0, offset) + 1
    before = text[start:offset]
    match = re.search(_LINES.get(config.kind, _VARIABLE), before)
    if match is not None and not before.lstrip().startswith(("#", ";", "--")):
        value = match["value"]
        shell = config.kind == "workflow" and "=" in match.groupdict().get("is", "")
        one_word = shell or config.kind in _ONE_WORD
        blank = one_word and not match["quote"] and " " in value
        bare = match["key"].isupper() and not match["is"].strip() and config.kind != "dockerfile"
        if not blank and not bare:
            key = match["key"].removeprefix("KONG_").lower()
            return item_of(key, text, offset - len(value), offset)
    if config.tree is None:
        return _in_known_list(config, text, offset)
    return None


def item_of(key: str, text: str, start: int, offset: int) -> ListItem:
    """The item at ``offset`` of a comma list whose value begins at ``start``."""
    *before, typed = text[start:offset].split(",")
    begin = offset - len(typed.lstrip())
    match = _AFTER.match(text, offset)
    end = match.end() if match else offset
    rest = _REST.match(text, end)
    after = rest[0].split(",")[1:] if rest else []
    taken = frozenset(each.strip() for each in (*before, *after)) - {""}
    return ListItem(key, Span(begin, end), taken)


def _in_known_list(config: Config, text: str, offset: int) -> ListItem | None:
    """In a list that goes over several lines, or one of strings in Lua."""
    for each in config.enabled:
        if each.value is None:
            continue
        value = config.span(each.value)
        if not value.start <= offset <= value.end:
            continue
        if each.form == "comma":
            return _of_items(config, each, text, offset)
        match = _LISTED.search(text, value.start, offset)
        if match is None:
            return None
        after = _AFTER.match(text, offset)
        end = after.end() if after else offset
        typed = text[match.start("value") : end]
        taken = frozenset(item.text for item in each.items if item.text != typed)
        return ListItem("", Span(match.start("value"), end), taken | {"bundled"})
    return None


def _of_items(config: Config, each: EnabledList, text: str, offset: int) -> ListItem | None:
    for item in each.items:
        span = config.span(item.at)
        if span.start <= offset <= span.end and text[slice(*span)] == item.text:
            taken = frozenset(other.text for other in each.items if other is not item)
            return ListItem(each.key, span, taken - {""})
    return None
