"""What to say of the place under the cursor of a schema.lua: Markdown."""

from __future__ import annotations

from kong_lsp.features.hover import Hover
from kong_lsp.features.schema_completion import typedef_doc
from kong_lsp.features.schema_place import SchemaPlace, schema_place
from kong_lsp.features.schema_words import ATTRIBUTES, CHECKS, PLUGIN_FIELDS, TYPES, Word
from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema import typedefs


def schema_hover(text: str, offset: int, release: Release) -> Hover | None:
    """What is known of the place at ``offset``; None where there is nothing to say."""
    place = schema_place(text, offset, release)
    if place is None:
        return None
    name = text[slice(*place.at.word)]
    said = _said(place, name) if name else None
    return None if said is None else Hover(said, place.at.word)


def _said(place: SchemaPlace, name: str) -> str | None:
    at, release = place.at, place.release
    if place.of_typedefs:
        definition = typedefs.definition(name, release)
        if definition is not None:
            return typedef_doc(name, definition, release.name)
        span = typedefs.availability(name)
        since = f"Kong {span[0]} to {span[1]} had it." if span else "No Kong has it."
        return f"**typedefs.{name}** — not in Kong {release}. {since}"
    if at.where == "value":
        if at.key == "type" and place.is_field and at.quote:
            return _of_word(name, TYPES.get(name), release)
        return None
    if not at.assigned or at.quote:
        return None
    if place.own is not None and place.own.type == "map" and place.in_top_fields:
        return _of_word(name, PLUGIN_FIELDS.get(name), release)
    words = place.words
    word = words.get(name)
    extra = ""
    if words is ATTRIBUTES and word is not None and word.on:
        extra = f"on fields of type {', '.join(word.on)}"
    if words is CHECKS and word is not None:
        extra = "Fields count as not set if they are null, empty strings or empty tables"
    return _of_word(name, word, release, extra)


def _of_word(name: str, word: Word | None, release: Release, extra: str = "") -> str | None:
    if word is None:
        return None
    lines = [f"**{name}** — {word.doc}", ""]
    if extra:
        lines.append(f"- {extra}")
    if word.since != "0.15" or word.until:
        known = "" if word.known_to(release) else f" — **not in Kong {release}**"
        lines.append(f"- {word.span}{known}")
    return "\n".join(lines).rstrip()
