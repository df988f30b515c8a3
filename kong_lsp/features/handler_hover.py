"""What to say of the place under the cursor of a handler.lua: Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kong_lsp.features.handler_completion import phase_doc
from kong_lsp.features.handler_place import HandlerPlace, handler_place
from kong_lsp.features.handler_words import FIELDS, PHASES
from kong_lsp.features.hover import Hover
from kong_lsp.features.plugin_facts import known_release
from kong_lsp.kong.schema import catalogue
from kong_lsp.kong.schema.values import text as lua_text
from kong_lsp.plugin.contract import is_strict
from kong_lsp.syntax.lua.values import Num
from kong_lsp.workspace.sources import PluginSource

_SHOWN = 5
_LITERAL = re.compile(r"=\s*(-?[0-9]+)\s*(?:[,;}]|--|\Z)")


def handler_hover(source: PluginSource, text: str, offset: int) -> Hover | None:
    """What is known of the place at ``offset``; None where there is nothing to say."""
    place = handler_place(text, offset, source.kong)
    if place is None or not place.is_entry:
        return None
    name = text[slice(*place.at.word)]
    said = None
    if name in PHASES and (place.at.names_function or place.at.assigned):
        said = phase_doc(place, name)
    elif name in FIELDS:
        said = "\n".join(_of_field(place, source, name))
    return None if said is None else Hover(said, place.at.word)


def _of_field(place: HandlerPlace, source: PluginSource, name: str) -> Iterator[str]:
    yield f"**{name}** — {FIELDS[name]}"
    yield ""
    if is_strict(place.release):
        yield f"- mandatory: Kong {place.release} does not start without it"
    if name == "PRIORITY":
        literal = _LITERAL.match(place.at.after)
        value = source.handler.get(name) if source.handler is not None else None
        if literal is not None:
            yield from _order(place, float(literal[1]))
        elif isinstance(value, Num):
            yield from _order(place, value.value)


def _order(place: HandlerPlace, priority: float) -> Iterator[str]:
    """The bundled plugins that run before and after one of this priority."""
    release = known_release(place.release)
    found = []
    for name in catalogue.names(release):
        handler = catalogue.handler(release, name)
        if handler is not None and handler.priority is not None:
            found.append((handler.priority, name))
    before = sorted((each for each in found if each[0] > priority), reverse=True)
    after = sorted((each for each in found if each[0] < priority), reverse=True)
    same = sorted((each for each in found if each[0] == priority), reverse=True)
    yield f"- priority {lua_text(priority)} among the plugins of Kong {release}:"
    yield f"- runs after {_listed(before[-_SHOWN:], len(before), 'of higher priority')}"
    if same:
        order = ", which run by name, from z to a" if is_strict(place.release) else ", in any order"
        yield f"- shares it with {_listed(same, len(same), '')}{order}"
    yield f"- runs before {_listed(after[:_SHOWN], len(after), 'of lower priority')}"


def _listed(shown: list[tuple[int | float, str]], count: int, which: str) -> str:
    names = ", ".join(f"`{name}` ({lua_text(priority)})" for priority, name in shown)
    more = count - len(shown)
    return (names or "none") + (f" and {more} more {which}" if more else "")
