"""Settings of Kong under the cursor: in kong.conf, in variables, in Helm values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from kong_lsp.config.model import Config
from kong_lsp.features.completion import Item
from kong_lsp.features.config_text import Style, escaped, scalar_text
from kong_lsp.features.hover import Hover
from kong_lsp.features.plugin_facts import Context
from kong_lsp.features.yaml_cursor import Cursor
from kong_lsp.kong import settings
from kong_lsp.kong.releases import MASTER
from kong_lsp.kong.settings import Known
from kong_lsp.text import Edit, Span

HOLDERS = ("environment", "env", "variables")
"""Keys of YAML below which variables stand."""

_PREFIX = "KONG_"
_PLAIN = Style(json=False, flow=False, flush=False, pad="")
_CONF_NAME = re.compile(r"[ \t]*(?P<word>[\w.-]*)\Z")
_CONF_VALUE = re.compile(r"[ \t]*(?P<key>[\w.-]+)[ \t]*=[ \t]*(?P<word>\w*)\Z")
_NAME = re.compile(r"(?:^|[\s\"'])(?P<word>K\w*)\Z")
_VALUE = re.compile(r"\bKONG_(?P<key>\w+)(?:=|[ \t]+)(?P<quote>[\"']?)(?P<word>\w*)\Z")
_REST = re.compile(r"[\w.-]*")
_DIRECTIVE = re.compile(r"nginx_([a-z0-9]+)_(.+)")
_FIRST = ("database", "plugins")
_MOST = 3


class Place(NamedTuple):
    """Where a setting is written. ``name`` is how kong.conf calls it, None where it is the
    name that is being written at ``word``, and not the value. ``variable``: it is written as
    ``KONG_NAME``. ``then`` is what parts the name from its value; empty where that is there
    already, or stands elsewhere. ``scalar``: the value is a scalar of YAML, ``quote`` the quote
    that the word is in."""

    name: str | None
    word: Span
    variable: bool
    then: Literal["", " = ", "=", ": "]
    scalar: bool = False
    quote: str = ""


def place_in_text(config: Config, text: str, offset: int) -> Place | None:
    """The place at ``offset`` of a file that is not YAML, or one in a kong.conf."""
    start = text.rfind("\n", 0, offset) + 1
    before = text[start:offset]
    end = _end(text, offset)
    if config.kind == "kong.conf":
        goes_on = text[:start].rstrip("\r\n \t").endswith("\\")
        if goes_on or before.lstrip().startswith(("#", ";", "[")):
            return None
        match = _CONF_VALUE.match(before)
        if match is not None:
            key = re.sub(r"\W", "_", match["key"])
            return Place(key, Span(start + match.start("word"), end), False, "")
        match = _CONF_NAME.match(before)
        if match is None:
            return None
        has_value = re.match(r"[ \t]*=", text[end:]) is not None
        return Place(
            None, Span(start + match.start("word"), end), False, "" if has_value else " = "
        )
    match = _VALUE.search(before)
    if match is not None and (config.kind == "dockerfile" or " " not in match[0]):
        span = Span(start + match.start("word"), end)
        return Place(match["key"].lower(), span, True, "")
    match = _NAME.search(before)
    if match is None or before.lstrip().startswith("#"):
        return None
    return Place(
        None,
        Span(start + match.start("word"), end),
        True,
        "" if text[end : end + 1] == "=" else "=",
    )


def place_in_yaml(config: Config, cursor: Cursor, offset: int) -> Place | None:
    """The place at the cursor of a YAML file."""
    path, key = cursor.path, cursor.key
    if config.kind == "helm":
        if path[-1:] != ("env",):
            return None
        return _in_mapping(cursor, key, variable=False)
    if path[-1:] and path[-1] in HOLDERS:
        if cursor.where == "item":
            return _assigned(cursor, offset)
        if key is None or key.startswith(_PREFIX):
            return _in_mapping(cursor, key and key[len(_PREFIX) :].lower(), variable=True)
    if path[-1:] == (None,) and path[-2:-1] and path[-2] in HOLDERS:
        if cursor.where == "item" and not cursor.siblings() and config.kind != "kubernetes":
            return _assigned(cursor, offset)
        if cursor.where == "value" and key == "name":
            return Place(None, cursor.word, True, "")
        named = cursor.siblings().get("name", "")
        if cursor.where == "value" and key == "value" and named.startswith(_PREFIX):
            return Place(named[len(_PREFIX) :].lower(), cursor.word, True, "", True, cursor.quote)
    return None


def _in_mapping(cursor: Cursor, name: str | None, *, variable: bool) -> Place | None:
    if cursor.where == "value":
        return Place(name, cursor.word, variable, "", True, cursor.quote)
    if cursor.where != "key":
        return None
    return Place(None, cursor.word, variable, "" if cursor.colon else ": ", True)


def _assigned(cursor: Cursor, offset: int) -> Place | None:
    """``- KONG_NAME=value``."""
    typed = cursor.text[cursor.word.start : offset]
    name, equals, value = typed.partition("=")
    if not equals:
        return Place(None, cursor.word, True, "=")
    if not name.startswith(_PREFIX) or not re.fullmatch(r"\w*", value):
        return None
    span = Span(offset - len(value), max(cursor.word.end, offset))
    return Place(name[len(_PREFIX) :].lower(), span, True, "")


def _end(text: str, offset: int) -> int:
    match = _REST.match(text, offset)
    return match.end() if match else offset


def proposals(asked: Context, place: Place, text: str) -> Iterator[Item]:
    """What may be written at a place of ``text``, the file's or that of a text inside it."""
    if place.name is not None:
        known = settings.find(place.name, asked.release)
        if known is not None:
            yield from _values(known, place)
        return
    typed = text[slice(*place.word)]
    if place.variable and typed and not f"{_PREFIX}{typed[5:]}".startswith(typed):
        return
    present: frozenset[str] = frozenset()
    if not place.variable:
        written = {each.name for each in asked.config.settings if each.written != typed}
        present = frozenset(written.union(each.key for each in asked.config.enabled))
    for name in settings.names(asked.release):
        known = settings.find(name, asked.release)
        if known is not None and name not in present and not name.startswith("_"):
            yield _named(asked, known, place)


def _named(asked: Context, known: Known, place: Place) -> Item:
    label = f"{_PREFIX}{known.name.upper()}" if place.variable else known.name
    rank = 9 if known.instead else 1 if known.name in _FIRST else 2
    edit = place.word, label + place.then
    snippet = None
    if place.then:
        options = [_written(value, place) for value in _options(known)]
        default = escaped(_written(known.default, place)) if known.default else ""
        stop = _choice(options) if options else f"${{1:{default}}}" if default else "$1"
        snippet = escaped(edit[1]) + stop
    return Item(
        label,
        "field",
        Edit(*edit),
        rank,
        label,
        _detail(known),
        about(asked, known.name) or "",
        snippet,
    )


def _values(known: Known, place: Place) -> Iterator[Item]:
    options = _options(known)
    if not options and known.type != "array" and known.default:
        options = (known.default,)
    for rank, value in enumerate(options, 1):
        detail = "default" if value == known.default else ""
        yield Item(value, "value", Edit(place.word, _written(value, place)), rank, value, detail)


def _options(known: Known) -> tuple[str, ...]:
    return ("on", "off") if known.type in ("boolean", "ngx_boolean") else known.allowed


def _written(value: str, place: Place) -> str:
    """A value as it is written there."""
    return scalar_text(value, _PLAIN, place.quote) if place.scalar else value


def _choice(texts: list[str]) -> str:
    listed = ",".join(re.sub(r"([\\$},|])", r"\\\1", text) for text in texts)
    return f"${{1|{listed}|}}"


def _detail(known: Known) -> str:
    return _type(known) + (f", default {known.default}" if known.default else "")


def _type(known: Known) -> str:
    if known.allowed:
        return "one of " + ", ".join(known.allowed)
    if known.type in ("boolean", "ngx_boolean"):
        return "on or off"
    return {"array": "comma-separated list"}.get(known.type, known.type)


# --- hover


def setting_hover(asked: Context, offset: int) -> Hover | None:
    """What is known of the setting whose name or value is at ``offset``."""
    config = asked.config
    places = [(each.name, each.key_at, each.value_at) for each in config.settings]
    places += [
        (each.key, each.key_at, each.value or each.key_at)
        for each in config.enabled
        if each.form == "comma"
    ]
    keys = config.spans([key for _, key, _ in places])
    values = config.spans([value for _, _, value in places])
    for (name, _, _), key, value in zip(places, keys, values, strict=True):
        for span in (key, value):
            if span.start <= offset <= span.end and span.start < span.end:
                said = about(asked, name)
                return None if said is None else Hover(said, span)
    return None


def about(asked: Context, name: str) -> str | None:
    """All that is known of a setting, as Markdown; None where nothing is."""
    eras = settings.eras(name)
    if not eras:
        directive = _DIRECTIVE.fullmatch(name)
        if directive is None or not settings.is_known(name):
            return None
        return f"**{name}** — nginx's `{directive[2]}` in the `{directive[1]}` part of its configuration"
    release = asked.release
    known = settings.find(name, release)
    shown = known or eras[-1]
    lines = [f"**{name}** — {_type(shown)}", ""]
    if known is None:
        lines.append(f"- Kong {release} **does not read it**")
    lines.append(f"- default: `{shown.default}`" if shown.default else "- no default")
    lines += [f"- must be {each}" for each in dict.fromkeys(words for _, _, words in shown.limits)]
    until = "" if eras[-1].until is MASTER else f" to {eras[-1].until}"
    lines.append(f"- read by Kong {eras[0].since}{until or ' and newer'}")
    if shown.instead:
        lines.append(f"- deprecated: use `{shown.instead}`")
    variable = f"{_PREFIX}{name.upper()}"
    lines.append(f"- `{variable}` in the environment replaces what a kong.conf says")
    lines += [f"- {each}" for each in _set_in(asked, name)]
    return "\n".join(lines)


def _set_in(asked: Context, name: str) -> Iterator[str]:
    """Where other files set it."""
    found: dict[str, None] = {}
    for config in asked.root.configs:
        if config is asked.config or config.kind in ("shell", "spec"):
            continue
        written = [each.written for each in config.settings if each.name == name]
        written += [each.written for each in config.enabled if each.key == name]
        inner = config.path.removeprefix(asked.root.path + "/")
        found.update(dict.fromkeys(f"set as `{each}` in `{inner}`" for each in written))
    yield from list(found)[:_MOST]
