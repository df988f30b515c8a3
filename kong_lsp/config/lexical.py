"""What a file says to the release that it is for.

Kong changed three times what a ``#`` in a value means (``syntax.properties`` says how), in
kong.conf and in variables of the environment apart. Files are read by the newest rules; where
a value holds a ``#``, it is read anew here once the release is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kong_lsp.config.conf import NEWEST, read_conf
from kong_lsp.config.draft import split_items
from kong_lsp.config.facts import At, EnabledList, Setting
from kong_lsp.config.model import Config, Group, Part
from kong_lsp.kong.releases import Release
from kong_lsp.syntax.properties import Number, parse_variable

_OLDEST: Number = (0, 10, 3)
_FILE: Number = (3, 1)
_VARIABLE: Number = (1, 3)


def for_release(config: Config, release: Release | None) -> Config:
    """What ``config`` says to ``release``; to all of them where that is None: what they read
    differently is not known then. The same object where that changes nothing."""
    if config.properties is not None:
        rules = _rules(release, _FILE)
        entries = config.properties.entries
        text = config.properties.text
        contested = (
            each for each in entries if "#" in text[each.value.span.start : each.lines.end]
        )
        if rules == (NEWEST,) or not any(True for _ in contested):
            return config
        read = read_conf(config.path, text, rules)
        return replace(config, groups=read.groups, properties=read.properties)
    rules = _rules(release, _VARIABLE)
    if rules == (NEWEST,) or not config.gather("config.lexical", None, _contested):
        return config
    return replace(config, groups=tuple(_group(each, rules) for each in config.groups))


def _rules(release: Release | None, before: Number) -> tuple[Number, ...]:
    """The releases by whose rules to read, ``before`` being the last but one that changed
    them. Of 0.10 the patch releases differ."""
    if release is None:
        return (_OLDEST, before, NEWEST)
    if release.number < (0, 10):
        return (_OLDEST,)
    if release.number == (0, 10):
        return (_OLDEST, before)
    return (before,) if release.number <= before else (NEWEST,)


def _contested(part: Part) -> Iterator[bool]:
    for each in part.enabled:
        if each.source == "environment" and any("#" in item.raw for item in each.items):
            yield True
    for setting in part.settings:
        if setting.source == "environment" and "#" in (setting.value or ""):
            yield True


def _group(group: Group, rules: tuple[Number, ...]) -> Group:
    return Group(
        tuple(
            _group(each, rules) if isinstance(each, Group) else _part(each, rules)
            for each in group.members
        )
    )


def _part(part: Part, rules: tuple[Number, ...]) -> Part:
    enabled = tuple(_list(each, rules) for each in part.enabled)
    settings = tuple(_setting(each, rules) for each in part.settings)
    return Part(part.facts._replace(enabled=enabled, settings=settings))


def _list(each: EnabledList, rules: tuple[Number, ...]) -> EnabledList:
    value = ",".join(item.raw for item in each.items)
    if "#" not in value or each.templated or each.source == "file" or each.value is None:
        return each
    whole = each.value
    read = _read(value, rules)
    if read is None:
        items = tuple(item._replace(templated=True) for item in each.items)
        return replace(each, items=items, templated=True)
    lead = len(value) - len(value.lstrip())
    exact = value.startswith(read, lead) and whole.end - whole.start == len(value)

    def locate(start: int, end: int) -> At:
        first = whole.start + lead
        return At(whole.piece, first + start, first + end) if exact else whole

    items = split_items(read, locate)
    return replace(each, items=items, value=locate(0, len(read)))


def _setting(setting: Setting, rules: tuple[Number, ...]) -> Setting:
    if setting.value is None or "#" not in setting.value or setting.source == "file":
        return setting
    read = _read(setting.value, rules)
    at = setting.value_at
    if (
        read is not None
        and setting.value.startswith(read)
        and at.end - at.start == len(setting.value)
    ):
        at = At(at.piece, at.start, at.start + len(read))
    return setting._replace(value=read, value_at=at)


def _read(value: str, rules: tuple[Number, ...]) -> str | None:
    """What a variable's value is by all of these rules; None where they differ."""
    found = {parse_variable(value, rule).text for rule in rules}
    return found.pop() if len(found) == 1 else None
