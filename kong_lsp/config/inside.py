"""Configurations that stand as text in another file: ``kong.yml: |`` in a ConfigMap.

Only literal block scalars (``|``) are read: what is written there is what Kong gets, but for
the indentation, and that is nothing to YAML. So their text is read as it stands, and a place
in it is a place in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from posixpath import basename
from typing import TYPE_CHECKING

from kong_lsp.config import sniff, walk
from kong_lsp.config.declarative import is_declarative, read_declarative
from kong_lsp.config.model import Config, Inside
from kong_lsp.config.walk import Spot
from kong_lsp.syntax.yaml.nodes import Mapping, Scalar
from kong_lsp.syntax.yaml.tree import Tree, parse
from kong_lsp.text import smallest_edit

if TYPE_CHECKING:
    from kong_lsp.config.sniff import Form

_SECTIONS = {"ConfigMap": "data", "Secret": "stringData"}
_MARKER = r"(?m)^( *)(---|\.\.\.|%[A-Z])(?=[ \t\r\n]|\Z)"
_FIRST = r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*( *)"
_SECTION = r"(?m)^ *\["


def texts(root: Spot) -> Iterator[tuple[str, Spot]]:
    """The texts in a document that may be configurations, each with its name: entries of a
    ConfigMap's ``data`` and a Secret's ``stringData``, ``dblessConfig.config`` of Kong's Helm
    chart (also below a key), ``configs.NAME.content`` of a compose file."""
    found = walk.fields(root)
    kind = walk.text(found["kind"][1]) if "kind" in found else None
    if kind == "List":
        for each in walk.items(walk.field(root, "items")):
            yield from texts(each)
    elif kind is not None:
        for key, value in walk.entries(walk.field(root, _SECTIONS.get(kind, ""))):
            yield walk.text(key) or "", value
    else:
        for values in (root, *(value for _, value in found.values())):
            text = walk.field(values, "dblessConfig", "config")
            if text is not None:
                yield "kong.yml", text
        if "configs" in found:
            targets = dict(_targets(walk.field(root, "services")))
            for key, value in walk.entries(found["configs"][1]):
                content = walk.field(value, "content")
                name = walk.text(key) or ""
                if content is not None:
                    yield _named(targets.get(name, name), content), content


def _targets(services: Spot | None) -> Iterator[tuple[str, str]]:
    """The names of the files that the services of a compose file have their configs in."""
    for _, service in walk.entries(services):
        for each in walk.items(walk.field(service, "configs")):
            source, target = walk.text(walk.field(each, "source")), walk.field(each, "target")
            if source is not None and target is not None:
                yield source, basename(walk.text(target) or "")


def _named(name: str, content: Spot) -> str:
    """The name of a text; one is made for ``kong_conf``, which says not how it is written."""
    if sniff.form_of(name) is not None:
        return name
    return f"{name}.yml" if "_format_version" in (walk.raw(content) or "") else f"{name}.conf"


def read(
    path: str, tree: Tree, roots: list[Spot], before: Config | None, images: tuple[str, ...]
) -> tuple[Config, ...]:
    """The configurations in the texts of a file. ``before`` is what the file said before an
    edit: where a text was read already, what did not change in it is not read again."""
    found = []
    old = {each.name: each for each in before.inner} if before is not None else {}
    for root in roots:
        for name, spot in _listed(root):
            known = _read(path, name, spot, old.get(name))
            if known is not None:
                config, start = known
                inside = Inside(name, tree, spot.piece, start, spot.node.end)
                found.append(replace(config, inside=inside, images=images))
    return tuple(found)


def _listed(root: Spot) -> tuple[tuple[str, Spot], ...]:
    known: tuple[tuple[str, Spot], ...] | None = root.piece.memo.get("texts")
    if known is None:
        literal = (
            (name, spot)
            for name, spot in texts(root)
            if isinstance(spot.node, Scalar) and spot.node.style == "|" and spot.piece.runs is None
        )
        known = tuple((name, spot) for name, spot in literal if sniff.form_of(name, any_json=True))
        root.piece.memo["texts"] = known
    return known


def _read(path: str, name: str, spot: Spot, before: Config | None) -> tuple[Config, int] | None:
    """What a text says and where it starts; kept with the piece that it stands in."""
    asked = ("inside", spot.node.start)
    memo = spot.piece.memo
    if asked not in memo:
        source = spot.piece.head
        start = source.find("\n", spot.node.start, spot.node.end) + 1
        text = source[start : spot.node.end] if start else ""
        form = sniff.form_of(name, any_json=True)
        memo[asked] = None
        if form in ("yaml", "conf") and sniff.text_looks_ours(name, text):
            config = _parsed(path, name, form, text, before)
            memo[asked] = None if config is None else (config, start)
    known: tuple[Config, int] | None = memo[asked]
    return known


def _parsed(path: str, name: str, form: Form, text: str, before: Config | None) -> Config | None:
    if form == "conf":
        from kong_lsp.config.conf import read_conf

        return None if re.search(_SECTION, text) else read_conf(path, text)
    plain = _without_marker(text)
    if plain is None:
        return None
    if before is not None and before.tree is not None:
        tree = before.tree.edited(smallest_edit(before.tree.text, plain))
    else:
        tree = parse(plain)
    root = next(iter(walk.roots(tree)), None)
    if root is None or not isinstance(root.node, Mapping) or not is_declarative(name, root):
        return None
    return read_declarative(path, tree, root)


def _without_marker(text: str) -> str | None:
    """The text with a ``---`` at its beginning made a comment, as long as it was: indented,
    it would be no marker. None where there are others."""
    first = re.match(_FIRST, text)
    column = len(first[1]) if first else 0
    markers = [match for match in re.finditer(_MARKER, text) if len(match[1]) == column]
    if not markers:
        return text
    at = markers[0].start(2)
    if len(markers) > 1 or first is None or at != first.end() or text[at : at + 3] != "---":
        return None
    return f"{text[:at]}#--{text[at + 3 :]}"
