"""What a configuration file says, as lines of text."""

from __future__ import annotations

from textwrap import dedent

from kong_lsp.config import reading, sniff
from kong_lsp.config.facts import At
from kong_lsp.config.model import Config


def config_of(path: str, text: str) -> Config | None:
    """What a file says; None where a workspace would leave it alone."""
    form = sniff.form_of(path, any_json=True)
    if form is None or not sniff.text_looks_ours(path, text):
        return None
    return reading.read(path, form, text)


def said(path: str, text: str) -> list[str]:
    """All that a file says, a line for each fact; nothing for one that is not Kong's.

    Each place is tested: the text there must be the name that it is of.
    """
    text = dedent(text)
    config = config_of(path, text)
    if config is None:
        return []
    return [config.kind, *facts(config, text)]


def facts(config: Config, text: str) -> list[str]:
    """The facts of a configuration whose text is ``text``."""

    def at(place: At | None) -> str:
        return "" if place is None else text[slice(*config.span(place))]

    lines = []
    for use in config.uses:
        assert use.templated or at(use.at) == use.name
        lines.append(
            f"{use.role} {'?' if use.templated else use.name}{use.owner and ' of ' + use.owner}"
        )
    for each in config.enabled:
        assert all(item.templated or at(item.at) == item.text for item in each.items)
        names = ["?" if item.templated else item.text for item in each.items]
        assert at(each.key_at) == each.written
        scope = f" in {each.scope}" if each.scope else ""
        lines.append(f"{each.written} {each.source} {each.form}{scope}: {[*each.implied, *names]}")
    lines += [
        f"{each.name} = {'?' if each.value is None else each.value}"
        for each in config.settings
        if at(each.key_at) == each.written
    ]
    for found in config.definitions:
        assert at(found.at) == found.name
        lines.append(f"defines {found.kind} {found.name}{found.value and ' as ' + found.value}")
    for named in config.references:
        assert at(named.at) == named.name
        lines.append(f"names {named.kind} {named.name}{named.scope and ' in ' + named.scope}")
    if config.images:
        lines.append(f"images {' '.join(config.images)}")
    return lines
