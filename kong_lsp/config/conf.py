"""kong.conf, the settings of Kong 0.9 and newer."""

from __future__ import annotations

from kong_lsp.config.draft import LISTS, Draft, is_made
from kong_lsp.config.model import At, Config, EnabledList, Item, Setting, grouped
from kong_lsp.syntax.properties import Entry, parse
from kong_lsp.text import Span

NEWEST = (99, 0)
"""The release by whose lexical rules a file is read; ``syntax.properties`` knows those of
the others."""


def read_conf(path: str, text: str) -> Config:
    """What a kong.conf says. Of a key that is there twice the last counts; one in a
    ``[section]``, which Kong ignores, is a setting named ``section.key``."""
    draft = Draft()
    for entry in parse(text, NEWEST).entries:
        if not entry.overridden:
            _take(draft, text, entry)
    return Config(path, "kong.conf", grouped(draft.part()))


def _take(draft: Draft, text: str, entry: Entry) -> None:
    value = entry.value
    key_at = _at(entry.key_span)
    key = LISTS.get(entry.key) if entry.section is None else None
    if key is None:
        name = entry.key if entry.section is None else f"{entry.section}.{entry.key}"
        known = None if is_made(value.text) else value.text
        setting = Setting(name, entry.written, known, key_at, _at(value.span), "file")
        draft.settings.append(setting)
        return
    items = tuple(
        Item(item.text, _at(item.span), text[slice(*item.span)], is_made(item.text))
        for item in value.items
    )
    draft.enabled.append(
        EnabledList(
            key,
            entry.written,
            key_at,
            "comma",
            items,
            _at(value.span),
            "file",
            templated=any(item.templated for item in items),
        )
    )


def _at(span: Span) -> At:
    return At(None, span.start, span.end)
