"""Every place in which the name of a plugin is written, and nothing else of that name.

A place is a span of exactly the name, so that to rename is to put another name there, and
to rename back gives every file as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from posixpath import basename, dirname

from kong_lsp.config.model import Config
from kong_lsp.features.locate import all_modules
from kong_lsp.rockspec.model import ModuleEntry
from kong_lsp.syntax.lua.values import Text
from kong_lsp.text import Span
from kong_lsp.workspace.snapshot import PluginTree, Rock, Root, Snapshot

_ROLES = frozenset(("plugin", "ordering", "custom", "cloned", "installed"))
_TESTS = frozenset(("spec", "specs", "test", "tests", "t"))
_CONSTANTS = frozenset(("plugin", "pluginname", "myplugin", "myname", "name"))
_CONSTANT = (
    r"""\blocal[ \t]+(?P<ident>[A-Za-z_]\w*)[ \t]*=[ \t]*(?P<q>["'])(?P<name>{name})(?P=q)"""
)
_HANDLER = r"""\.super\.new\(\s*\w+\s*,\s*(?P<q>["'])(?P<name>{name})(?P=q)"""
_SCHEMA = r"""(?<![\w.])name\s*=\s*(?P<q>["'])(?P<name>{name})(?P=q)"""
_INSERTED = (
    r"""\bplugins\s*:\s*insert\s*\(?\s*\{{[^{{}}]*?(?<![\w.])name\s*=\s*"""
    r"""(?P<q>["'])(?P<name>{name})(?P=q)"""
)


class Computed(Exception):
    """The name stands in none of the file's strings as a whole: it is put together.
    ``path`` and ``offset`` say where."""

    def __init__(self, path: str, offset: int) -> None:
        super().__init__(path, offset)
        self.path = path
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Places:
    """Where a plugin's name is written, by file, and the folders that bear it (absolute)."""

    spans: Mapping[str, frozenset[Span]]
    folders: tuple[str, ...]


def tree_of(root: Root, name: str) -> PluginTree | None:
    """The one tree of a plugin; None where there is none or more than one."""
    trees = [tree for tree in root.plugins if tree.name == name]
    return trees[0] if len(trees) == 1 else None


def places(snapshot: Snapshot, root: Root, tree: PluginTree, *, tests: bool = True) -> Places:
    """Every place where the plugin of ``tree`` is named. Raises ``Computed``.

    Without ``tests``, folders of tests keep their names.
    """
    bearing = _folders(root, tree)
    folders = bearing if tests else tuple(each for each in bearing if each == tree.folder)
    found: dict[str, set[Span]] = {}
    for rock in root.rocks:
        if rock.not_held != "old":
            spans = found.setdefault(rock.path, set())
            spans |= set(_in_rockspec(rock, tree.name, folders))
            spans |= set(qualified(rock.rockspec.tree.text, root, tree.name, folders))
    for path in root.lua:
        text = snapshot.text(path)
        if text is not None and tree.name in text:
            spans = found.setdefault(path, set())
            spans |= set(qualified(text, root, tree.name, folders))
            spans |= set(_in_lua(text, path, tree, bearing))
    for config in root.configs:
        text = snapshot.text(config.path)
        if text is not None and tree.name in text:
            spans = found.setdefault(config.path, set())
            spans |= set(qualified(text, root, tree.name, folders))
            spans |= set(in_config(config, tree.name, text))
    return Places({path: frozenset(spans) for path, spans in found.items() if spans}, folders)


def _folders(root: Root, tree: PluginTree) -> tuple[str, ...]:
    """The folders named like the plugin: its own, and those of its tests; the inner first."""
    own = tree.folder
    found = {own} if basename(own) == tree.name and own != root.path else set()
    bases = [rock.base for rock in root.rocks if tree in rock.plugins] or [root.path]
    for folder in root.listing.folders:
        if basename(folder) == tree.name and _TESTS & set(dirname(folder).split("/")):
            full = f"{root.path}/{folder}"
            if any(full.startswith(base + "/") for base in bases):
                found.add(full)
    return tuple(sorted(found, key=lambda folder: (-len(folder), folder)))


def qualified(text: str, root: Root, name: str, folders: Iterable[str]) -> Iterator[Span]:
    """The name after ``kong.plugins.`` or ``kong/plugins/``, and where it is a folder of
    tests (``spec/NAME/``, ``require "spec.NAME.helpers"``)."""
    before = {"kong/plugins"}
    before |= {dirname(folder)[len(root.path) + 1 :] for folder in folders}
    for parents in before - {""}:
        written = r"%?[./]".join(map(re.escape, parents.split("/")))
        pattern = rf"(?<![\w-]){written}%?[./]({re.escape(name)})(?![\w-])"
        for match in re.finditer(pattern, text):
            yield Span(*match.span(1))


def _in_rockspec(rock: Rock, name: str, folders: tuple[str, ...]) -> Iterator[Span]:
    prefix = "kong.plugins."
    for item in (*all_modules(rock.rockspec), *rock.rockspec.installs):
        key = item.entry.key
        if isinstance(key, Text) and (key.value + ".").startswith(f"{prefix}{name}."):
            yield _span(rock, key, len(prefix), name, item)
        value = item.entry.value
        if isinstance(value, Text):
            for start in _in_path(rock, value.value, name, folders):
                yield _span(rock, value, start, name, item)


def _in_path(rock: Rock, path: str, name: str, folders: tuple[str, ...]) -> Iterator[int]:
    """Where a listed path names one of the folders."""
    for match in re.finditer(r"[^/]+", path):
        if match[0] == name and rock.file_of(path[: match.end()]) in folders:
            yield match.start()


def _span(rock: Rock, text: Text, start: int, name: str, item: ModuleEntry) -> Span:
    place = text.place(start, start + len(name))
    if place is None:
        raise Computed(rock.path, rock.rockspec.tree.span(item.entry.at).start)
    return rock.rockspec.tree.span(place)


def _in_lua(text: str, path: str, tree: PluginTree, folders: tuple[str, ...]) -> Iterator[Span]:
    own = path in tree.modules.values()
    tests = not own and (
        path.endswith("_spec.lua")
        or any(path.startswith(folder + "/") for folder in folders if folder != tree.folder)
    )
    if not own and not tests:
        return
    name = re.escape(tree.name)
    for match in re.finditer(_CONSTANT.format(name=name), text):
        ident = match["ident"]
        joined = rf"plugins[./][\"']\s*\.\.\s*{ident}\b"
        if ident.lower().replace("_", "") in _CONSTANTS or re.search(joined, text):
            yield Span(*match.span("name"))
    patterns = [_INSERTED] if tests else [_HANDLER]
    if path == tree.modules.get("schema"):
        patterns.append(_SCHEMA)
    for pattern in patterns:
        for match in re.finditer(pattern.format(name=name), text):
            yield Span(*match.span("name"))


def in_config(config: Config, name: str, text: str) -> Iterator[Span]:
    """Where a configuration file uses or enables a plugin. Raises ``Computed`` where the
    name is not written as it is."""
    for use in config.uses:
        if use.name == name and use.role in _ROLES and not use.templated:
            yield _as_it_is(config, config.span(use.at), name, text)
    for enabled in config.enabled:
        for item in enabled.items:
            if item.text == name and not item.templated:
                yield _as_it_is(config, config.span(item.at), name, text)


def _as_it_is(config: Config, span: Span, name: str, text: str) -> Span:
    written = text[slice(*span)]
    start = span.start + (len(written) - len(written.lstrip(" \t\"'")))
    if text[start : start + len(name)] != name or written.strip(" \t\"'") != name:
        raise Computed(config.path, span.start)
    return Span(start, start + len(name))
