"""Facts while a file is read, and the readings that several kinds of file share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kong_lsp.config.facts import (
    Aliased,
    At,
    Definition,
    EnabledList,
    Entity,
    Facts,
    Item,
    ListKey,
    Mark,
    Reference,
    Setting,
    Source,
    Use,
)
from kong_lsp.config.model import Part

Locate = Callable[[int, int], At]
"""From a range of a value's characters to its place in the file."""


class Written(NamedTuple):
    """A key and its value in a file. ``value`` is None where it is not known."""

    name: str
    value: str | None
    key_at: At
    locate: Locate
    node: Any = None


_MADE = re.compile(r"\$\{|\$\(|\$[A-Za-z_]|\{\{|\{%|<%|\{vault://|@[A-Z_]+@|__[A-Z][A-Z_]*__|`")
_IMAGE = re.compile(
    r"(?<![\w./-])(?:docker\.io/)?(?:library/)?(?:(?:kong|mashape)/)?"
    r"kong(?:-gateway)?(?:-dev)?:v?(\d+\.\d+)"
)

_ENTERPRISE = r"kong/kong-gateway(?:-dev)?(?![\w-])|kong-enterprise-edition"

LISTS: dict[str, ListKey] = {
    "plugins": "plugins",
    "custom_plugins": "custom_plugins",
    "plugins_available": "plugins_available",
}


def is_made(text: str) -> bool:
    """Whether some tool makes ``text``, or a part of it, from what is not in this file:
    ``${VAR}``, ``$(VAR)``, ``{{ }}``, ``${{ }}``, ``{vault://…}``."""
    return _MADE.search(text) is not None


def images(text: str) -> tuple[str, ...]:
    """The versions of the Kong images that a text names: ``kong:3.4-alpine`` → ``3.4``; and
    ``enterprise`` where one of them is of Kong Enterprise."""
    if "kong" not in text:
        return ()
    found = _IMAGE.findall(text)
    return tuple(dict.fromkeys([*found, "enterprise"] if re.search(_ENTERPRISE, text) else found))


def absolute(base: int) -> Locate:
    """For a value that stands as it is, at ``base`` in the file."""
    return lambda start, end: At(None, base + start, base + end)


def split_items(value: str, locate: Locate) -> tuple[Item, ...]:
    """The items of a comma list as Kong splits it: none for an empty value."""
    if not value.strip():
        return ()
    items = []
    start = 0
    for raw in value.split(","):
        text = raw.strip()
        begin = start + len(raw) - len(raw.lstrip()) if text else start
        end = begin + len(text) if text else start + len(raw)
        made = is_made(text) or "{" in text or "}" in text
        items.append(Item(text, locate(begin, end), raw, made))
        start += len(raw) + 1
    return tuple(items)


@dataclass(slots=True)
class Draft:
    """A ``Part`` while it is made."""

    uses: list[Use] = field(default_factory=list)
    enabled: list[EnabledList] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    aliases: list[Aliased] = field(default_factory=list)

    def part(self) -> Part:
        return Part(self.facts())

    def facts(self) -> Facts:
        return Facts(
            tuple(self.uses),
            tuple(self.enabled),
            tuple(self.settings),
            tuple(self.definitions),
            tuple(self.references),
            tuple(self.marks),
            tuple(self.entities),
            tuple(self.aliases),
        )

    def set(self, name: str, written: Written, source: Source, scope: str = "") -> None:
        """Take in one setting; ``name`` is how kong.conf calls it."""
        text = written.value or ""
        at = written.locate(0, len(text))
        key = LISTS.get(name)
        if key is None:
            known = None if is_made(text) else written.value
            setting = Setting(name, written.name, known, written.key_at, at, source, scope)
            self.settings.append(setting)
            return
        items = split_items(text, written.locate)
        self.enabled.append(
            EnabledList(
                key,
                written.name,
                written.key_at,
                "comma",
                items,
                at,
                source,
                scope,
                templated=written.value is None or any(item.templated for item in items),
                node=written.node,
            )
        )

    def variable(self, written: Written, scope: str = "") -> None:
        """Take in one environment variable, if it is Kong's: ``KONG_`` and a setting in
        upper case (0.9 and newer; ``kong/conf_loader.lua``)."""
        name = written.name
        if name.startswith("KONG_") and len(name) > 5 and name.isupper():
            self.set(name[5:].lower(), written, "environment", scope)
