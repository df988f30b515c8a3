"""What can be filled in to the entry of a plugin: required fields, and defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kong_lsp.config import walk, writing
from kong_lsp.config.data import Reading, TooMuch
from kong_lsp.config.facts import Use
from kong_lsp.config.model import Config
from kong_lsp.config.walk import Spot
from kong_lsp.features.plugin_facts import context_of, known_release, schema_for
from kong_lsp.kong.schema import filling
from kong_lsp.kong.schema.values import UNKNOWN, Key
from kong_lsp.syntax.yaml.nodes import Mapping as YamlMapping
from kong_lsp.text import Edit
from kong_lsp.workspace.snapshot import Snapshot

REQUIRED = "Fill in required fields"
DEFAULTS = "Insert all defaults"


class Action(NamedTuple):
    """Edits of the file that was asked about."""

    title: str
    edits: tuple[Edit, ...]


def config_actions(snapshot: Snapshot, path: str, text: str, offset: int) -> Iterator[Action]:
    """What can be filled in to the plugin's entry at ``offset`` of a configuration file whose
    text is ``text``: what Kong refuses it for not having, and the defaults that it does not
    write. Nothing where a template may give what is missing."""
    asked = context_of(snapshot, path, offset)
    use = _entry(asked.config, text, offset) if asked is not None else None
    if asked is None or use is None:
        return
    record = schema_for(asked, use.name)
    entry = _read(asked.config, use)
    if record is None or entry is None:
        return
    release = known_release(asked.release)
    given, shared = entry
    style = writing.style_of(asked.config, use.config or use.node, text)
    for title, tree in (
        (REQUIRED, filling.lacking(record, given, release)),
        (DEFAULTS, filling.unsaid(record, given, release)),
    ):
        config = tree.get("config")
        if not isinstance(config, dict) or set(tree) != {"config"} or shared & config.keys():
            continue
        edits = writing.added(asked.config, use.node, tree, text, style)
        if edits:
            yield Action(title, tuple(edits))


def _entry(config: Config, text: str, offset: int) -> Use | None:
    """The entry of a plugin that holds ``offset``, else the first whose lines do."""
    if config.tree is None:
        return None
    inner = offset - config.base
    near = {id(piece) for at in (max(0, inner - 1), inner) for piece, _ in config.tree.at(at)}
    beside: Use | None = None
    for part in config.parts:
        for use in part.uses:
            known = use.role == "plugin" and use.node is not None and not use.templated
            if known and id(use.entry.piece) in near and isinstance(use.node.node, YamlMapping):
                start, end = config.span(use.entry)
                if start <= offset <= end:
                    return use
                line = text.rfind("\n", 0, start) + 1
                if line <= offset and "\n" not in text[end:offset]:
                    beside = beside or use
    return beside


def _read(config: Config, use: Use) -> tuple[dict[Key, object], set[Key]] | None:
    """What the entry says to the plugin's schema, and the keys of its config that stand in a
    ``_plugin_configs`` alone; None where that is not known."""
    assert config.tree is not None
    entry = walk.fields(use.node)
    reading = Reading(config.tree)
    base: object = {}
    try:
        own = reading.value(use.config) if use.config is not None else None
        if "_config" in entry:
            base = reading.value(_shared(config, entry["_config"][1]))
    except TooMuch:
        return None
    if reading.flawed or reading.open or not entry.keys().isdisjoint(("configFrom", "partials")):
        return None
    if "configPatches" in entry or not isinstance(base, Mapping):
        return None
    if own is None:
        none: dict[Key, object] = {} if use.config is None else {"config": None}
        return ({"config": dict(base)} if base else none), set(base)
    if own is UNKNOWN or not isinstance(own, dict):
        return None
    return {"config": {**base, **own}}, set(base) - set(own)


def _shared(config: Config, label: Spot) -> Spot | None:
    name = walk.text(label)
    for each in config.definitions:
        if each.kind == "plugin_config" and each.name == name:
            node: Spot = each.node
            return node
    return None
