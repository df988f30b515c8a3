"""Environment variables in YAML: compose files, CI workflows, pods.

``environment``, ``env`` and ``variables`` hold them wherever they stand, as a mapping, a
list of ``NAME=value``, or a list of ``name:`` and ``value:``. In CI workflows ``run``,
``script`` and their kin hold shell scripts that set them, and call the admin API.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from posixpath import dirname, normpath

from kong_lsp.config import walk
from kong_lsp.config.draft import Draft, Written, images, is_made
from kong_lsp.config.facts import At
from kong_lsp.config.model import Config, Kind, grouped
from kong_lsp.config.putting import put_by
from kong_lsp.config.walk import Resolve, Spot
from kong_lsp.syntax.yaml.nodes import Mapping, Scalar
from kong_lsp.syntax.yaml.tree import Tree
from kong_lsp.text import Span

_HOLDERS = frozenset(("environment", "env", "variables"))
_SCRIPTS = frozenset(
    ("run", "script", "before_script", "after_script", "before_install", "install")
)
_ASSIGNED = re.compile(r"[\"']?(KONG_[A-Z0-9_]+)=(.*)", re.DOTALL)
_DEEPEST = 24


def kind_of(found: dict[str, tuple[Spot, Spot]]) -> Kind:
    """What a file with these top-level keys is, if it sets variables of Kong."""
    services = found.get("services")
    if services is not None and isinstance(services[1].node, Mapping):
        return "compose"
    if "jobs" in found or found.keys() & {"on", "script", "install", "stages", "pipelines"}:
        return "workflow"
    return "compose"


def read_environment(path: str, tree: Tree, roots: list[Spot], resolve: Resolve) -> Config | None:
    """What a file says of Kong's environment; None where it says nothing."""
    walker = _Walker(resolve, dirname(path))
    for root in roots:
        walker.walk(root, "", 0)
    draft = walker.draft
    _once(draft)
    files = tuple(walker.files)
    found = draft.enabled or draft.settings or draft.uses or files or walker.puts
    if not found:
        return None
    kind = kind_of(walk.fields(roots[0]))
    named = tuple(walker.versions)
    mounts = tuple(walker.mounts)
    return Config(
        path,
        kind,
        grouped(draft.part()),
        tree,
        images=named,
        env_files=files,
        mounts=mounts,
        puts=frozenset(walker.puts),
    )


def _once(draft: Draft) -> None:
    """Each variable and call once, however many services share it by an anchor."""
    lists = {(id(each.key_at.piece), each.key_at.start): each for each in draft.enabled[::-1]}
    settings = {(id(each.key_at.piece), each.key_at.start): each for each in draft.settings[::-1]}
    uses = {(id(each.at.piece), each.at.start): each for each in draft.uses[::-1]}
    draft.uses = list(uses.values())[::-1]
    draft.enabled = list(lists.values())[::-1]
    draft.settings = list(settings.values())[::-1]


@dataclass(slots=True)
class _Walker:
    resolve: Resolve
    folder: str
    draft: Draft = field(default_factory=Draft)
    versions: dict[str, None] = field(default_factory=dict)
    files: dict[str, None] = field(default_factory=dict)
    mounts: dict[tuple[str, str], None] = field(default_factory=dict)
    puts: set[str] = field(default_factory=set)
    seen: set[walk.Identity] = field(default_factory=set)
    taken: set[walk.Identity] = field(default_factory=set)

    def walk(self, given: Spot, scope: str, depth: int) -> None:
        spot = self.resolve(given)
        if spot is None or depth > _DEEPEST or walk.identity(spot) in self.seen:
            return
        self.seen.add(walk.identity(spot))
        for each in walk.items(spot):
            self.walk(each, scope, depth + 1)
        named = walk.text(walk.field(spot, "name")) if depth > 1 else None
        for key, value in walk.entries(spot):
            name = walk.text(key)
            if name in _HOLDERS:
                take_variables(self.draft, value, self.resolve, named or scope, self.taken)
            elif name == "env_file":
                self._include(value)
            elif name == "volumes":
                self._mount(value)
            elif name == "mountPath":
                self.puts |= put_by(walk.text(self.resolve(value)) or "")
            elif name == "image":
                image = walk.text(self.resolve(value)) or ""
                self.versions.update(dict.fromkeys(images(image)))
            elif name in _SCRIPTS:
                self._script(value, named or scope)
            elif name is not None and not isinstance(value.node, Scalar):
                self.walk(value, name if depth == 1 else named or scope, depth + 1)

    def _script(self, given: Spot, scope: str) -> None:
        """``run``: the text of a shell script, or a list of its lines."""
        from kong_lsp.config.shell import take_assignments

        spot = self.resolve(given)
        if spot is None:
            return
        for node, piece in (spot, *walk.items(spot)):
            if isinstance(node, Scalar) and piece.runs is None:
                escaped = node.style == '"' and "\\" in piece.head[node.start : node.end]
                if not escaped:
                    span = Span(node.start, node.end)
                    take_assignments(self.draft, piece.head, span, piece, scope)
                    self._calls(Spot(node, piece))

    def _calls(self, spot: Spot) -> None:
        _, start, end = walk.at(spot)
        source = spot.piece.head[start:end]
        doubled = spot.piece.head[spot.node.start] == "'" and "''" in source
        if "/plugins" in source and not doubled:
            from kong_lsp.config.calls import take_calls

            take_calls(self.draft, spot.piece.head, Span(start, end), spot.piece)

    def _mount(self, given: Spot) -> None:
        """``volumes``: ``./source:/target`` or ``source:`` and ``target:``."""
        for each in walk.items(self.resolve(given)):
            short = (walk.text(each) or "").split(":")
            source = walk.text(walk.field(each, "source")) or short[0]
            target = walk.text(walk.field(each, "target")) or "".join(short[1:2])
            self.puts |= put_by(walk.text(each) or f"{source}:{target}")
            if source.startswith(("./", "../", "/")) and target and not is_made(source + target):
                place = source if source[0] == "/" else f"{self.folder}/{source}"
                self.mounts[normpath(place), target] = None

    def _include(self, given: Spot) -> None:
        """``env_file``: a path, or a list of paths or of ``path:``."""
        spot = self.resolve(given)
        if spot is None:
            return
        for each in (spot, *walk.items(spot)):
            name = walk.text(each) or walk.text(walk.field(each, "path"))
            if name is not None and not is_made(name):
                self.files[normpath(f"{self.folder}/{name}")] = None


def take_variables(
    draft: Draft,
    given: Spot,
    resolve: Resolve,
    scope: str,
    taken: set[walk.Identity],
    depth: int = 0,
) -> None:
    """Take in what stands under ``environment:``, but for what was ``taken`` before."""
    spot = resolve(given)
    if spot is None or depth > _DEEPEST or walk.identity(spot) in taken:
        return
    taken.add(walk.identity(spot))
    for key, value in walk.entries(spot):
        name = walk.text(key)
        if name == "<<":
            merged = resolve(value)
            for each in (*walk.items(merged), *([merged] if merged is not None else [])):
                take_variables(draft, each, resolve, scope, taken, depth + 1)
        elif name is not None and name.startswith("KONG_"):
            target = resolve(value)
            if target is not None and isinstance(target.node, Scalar):
                draft.variable(walk.written(key, target, name), scope)
    for each in walk.items(spot):
        _item(draft, each, resolve, scope)


def _item(draft: Draft, spot: Spot, resolve: Resolve, scope: str) -> None:
    pair = walk.raw(spot)
    if pair is not None:
        match = _ASSIGNED.fullmatch(pair.strip())
        if match is None:
            return
        lead = len(pair) - len(pair.lstrip())
        where = walk.locate(spot)
        start = lead + match.start(2)
        value = match[2].rstrip("\"'") if pair.strip()[:1] in "\"'" else match[2]

        def locate(begin: int, end: int) -> At:
            return where(start + begin, start + end)

        key_at = where(lead + match.start(1), lead + match.end(1))
        draft.variable(Written(match[1], value, key_at, locate, spot), scope)
        return
    found = walk.fields(resolve(spot))
    name = walk.text(found["name"][1]) if "name" in found else None
    if name is not None and name.startswith("KONG_"):
        if "value" in found:
            key, value_spot = found["name"][1], found["value"][1]
            draft.variable(walk.written(key, value_spot, name), scope)
        else:
            unknown = Written(name, None, walk.at(found["name"][1]), lambda *_: walk.at(spot))
            draft.variable(unknown, scope)
