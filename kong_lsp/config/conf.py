"""kong.conf, the settings of Kong 0.9 and newer."""

from __future__ import annotations

from kong_lsp.config.draft import LISTS, Draft, is_made
from kong_lsp.config.facts import At, EnabledList, Item, Setting
from kong_lsp.config.model import Config, grouped
from kong_lsp.syntax.properties import Entry, Number, parse
from kong_lsp.text import Span

NEWEST: Number = (99, 0)
"""The release by whose lexical rules a file is read at first; ``config.lexical`` reads it by
those of the release that it is for."""


def read_conf(path: str, text: str, releases: tuple[Number, ...] = (NEWEST,)) -> Config:
    """What a kong.conf says to some releases, the newest last; a value that they read
    differently is not known. Of a key that is there twice the last counts; one in a
    ``[section]``, which Kong ignores, is a setting named ``section.key``."""
    draft = Draft()
    *others, properties = (parse(text, release) for release in releases)
    for index, entry in enumerate(properties.entries):
        if not entry.overridden:
            values = {each.entries[index].value.text for each in others}
            _take(draft, text, entry, known=values <= {entry.value.text})
    return Config(path, "kong.conf", grouped(draft.part()), properties=properties)


def _take(draft: Draft, text: str, entry: Entry, *, known: bool) -> None:
    value = entry.value
    key_at = _at(entry.key_span)
    key = LISTS.get(entry.key) if entry.section is None else None
    if key is None:
        name = entry.key if entry.section is None else f"{entry.section}.{entry.key}"
        said = value.text if known and not is_made(value.text) else None
        setting = Setting(name, entry.written, said, key_at, _at(value.span), "file")
        draft.settings.append(setting)
        return
    items = tuple(
        Item(item.text, _at(item.span), text[slice(*item.span)], not known or is_made(item.text))
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
