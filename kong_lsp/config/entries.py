"""Edits of the entries of YAML mappings and of scalars, in the author's style.

``text`` is that of the file. All functions give None where the place cannot be edited with
certainty.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence as Listed

from kong_lsp.config import walk
from kong_lsp.config.data import scalar
from kong_lsp.config.model import Config
from kong_lsp.config.walk import Spot
from kong_lsp.kong.schema.values import UNKNOWN
from kong_lsp.syntax.yaml.nodes import Mapping, Scalar, Sequence, plain_type
from kong_lsp.text import Edit, Span, newline_of

Edits = tuple[Edit, ...]

_PLAIN = re.compile(r"[A-Za-z0-9_./*~^$+-](?:[A-Za-z0-9_./*~^$+ -]*[A-Za-z0-9_./*~^$+-])?")
_MARKS = re.compile(r"[*~-](?:\s|$)|[*&!]|---|\.\.\.")


def written(value: object) -> str:
    """A value as YAML on one line."""
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and not _MARKS.match(value) and plain_type(value) == "str"
        return value if plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, dict):
        inner = ", ".join(f"{written(str(key))}: {written(part)}" for key, part in value.items())
        return "{" + inner + "}"
    return json.dumps(value)


def renamed(config: Config, key: Spot, name: str) -> Edits | None:
    """Another key, in the quotes of the old one."""
    if not isinstance(key.node, Scalar) or _PLAIN.fullmatch(name) is None:
        return None
    return (Edit(config.span(walk.at(key)), name),)


def rewritten(config: Config, value: Spot, new: str) -> Edits | None:
    """Another scalar as it is to be written."""
    if not isinstance(value.node, Scalar) or value.node.style in {"|", ">"}:
        return None
    if value.node.anchor is not None or value.node.tag is not None:
        return None
    return (Edit(config.span(walk.whole(value)), new),)


def source(config: Config, value: Spot, text: str) -> str:
    """How a value is written."""
    return text[slice(*config.span(walk.whole(value)))]


def removed(config: Config, key: Spot, value: Spot, text: str) -> Edits | None:
    """A block mapping without one entry that has its lines to itself."""
    span = lines_of(config, key, value, text)
    return None if span is None else (Edit(span, ""),)


def lines_of(config: Config, key: Spot, value: Spot, text: str) -> Span | None:
    """The whole lines of an entry of a block mapping; None where it shares one."""
    start = config.span(walk.whole(key)).start
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip(" "):
        return None
    end = start + len(text[start : max(config.span(walk.whole(value)).end, start)].rstrip())
    end = max(end, config.span(walk.whole(key)).end)
    stop = _line_end(text, end)
    rest = text[end:stop].strip()
    if rest and not rest.startswith(("#", ":")):
        return None
    if text.startswith("\r\n", stop):
        stop += 2
    elif stop < len(text):
        stop += 1
    return Span(line, stop)


def moved(
    config: Config, entries: Listed[tuple[Spot, Spot, str]], into: str, text: str
) -> Edits | None:
    """Entries of one block mapping, each with its new name, into a new entry ``into``."""
    spans = [
        (config.span(walk.whole(key)), config.span(walk.whole(value))) for key, value, _ in entries
    ]
    for (key_at, value_at), (_, value, _) in zip(spans, entries, strict=True):
        if not isinstance(value.node, Scalar) and not _is_flow(value):
            return None
        if "\n" in text[key_at.start : value_at.end] or scalar_unknown(value):
            return None
    start = spans[0][0].start
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip(" -"):
        return None
    column = _column(text, start)
    newline = newline_of(text)
    body = "".join(
        f"{newline}{' ' * (column + 2)}{name}: {text[slice(*value_at)]}"
        for (_, value_at), (_, _, name) in zip(spans, entries, strict=True)
    )
    edits = [Edit(Span(start, spans[0][1].end), f"{into}:{body}")]
    for key, value, _ in entries[1:]:
        gone = removed(config, key, value, text)
        if gone is None:
            return None
        edits += gone
    return tuple(edits)


def scalar_unknown(value: Spot) -> bool:
    """Whether it is a scalar that some tool makes."""
    return isinstance(value.node, Scalar) and scalar(value.node) is UNKNOWN


def _is_flow(value: Spot) -> bool:
    return isinstance(value.node, Mapping | Sequence) and value.node.flow


def _column(text: str, offset: int) -> int:
    return offset - (text.rfind("\n", 0, offset) + 1)


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    return end - 1 if end > start and text[end - 1] == "\r" else end
