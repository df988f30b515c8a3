"""Keys and values of a configuration file as text to put in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kong_lsp.features.yaml_cursor import Cursor
from kong_lsp.features.yaml_lines import line_at
from kong_lsp.kong.schema import lookup
from kong_lsp.kong.schema.fields import Field, Record
from kong_lsp.kong.schema.values import MISSING, UNKNOWN, Key, is_number
from kong_lsp.kong.schema.values import text as lua_text
from kong_lsp.syntax.yaml.nodes import plain_type

_FLUSH = re.compile(r"(?m)^( *)[\w.-]+:[ \t]*\r?\n\1- ")
_PLAIN = re.compile(r"(?![-?:][ \t]|[\s&*!|>%@`'\"\[\]{},#])(?:(?!: |:$| #)[^\n])+(?<!\s)(?<!:)\Z")
_SEEN = 20_000


class Put(NamedTuple):
    """What to put in: as it is, and as a snippet where that is worth more."""

    text: str
    snippet: str | None


class Style(NamedTuple):
    """How a file is written. ``pad`` are the blanks that a new line needs besides those
    that its first line begins with."""

    json: bool
    flow: bool
    flush: bool
    pad: str


def style_of(cursor: Cursor, path: str) -> Style:
    """The style of the file at the cursor."""
    line = line_at(cursor.text, cursor.line)
    leading = len(line) - len(line.lstrip())
    flush = _FLUSH.search(cursor.text[:_SEEN]) is not None
    json_file = path.endswith(".json") or cursor.text.lstrip()[:1] == "{"
    return Style(json_file, cursor.flow, flush, " " * max(0, cursor.column - leading))


def scalar_text(value: object, style: Style, quote: str = "") -> str:
    """A scalar as it is written; inside ``quote`` as it is."""
    if isinstance(value, str):
        if quote:
            return value.replace("'", "''") if quote == "'" else json.dumps(value)[1:-1]
        if style.json:
            return json.dumps(value)
        plain = _PLAIN.match(value) and plain_type(value) == "str"
        if plain and style.flow and re.search(r"[,\[\]{}]", value):
            plain = None
        return value if plain else json.dumps(value)
    return lua_text(value)


def field_put(name: str, own: Field, style: Style, *, quote: str = "", closed: bool = False) -> Put:
    """A key with what follows it."""
    if quote and closed:
        return Put(name, None)
    key = name + quote if quote else json.dumps(name) if style.json else name
    stops = _Stops(style)
    if style.flow:
        inner = {"record": "{$0}", "map": "{$0}", "array": "[$0]", "set": "[$0]"}
        kind = own.type if isinstance(own.type, str) else ""
        after = inner.get(kind) or stops.scalar(own)
        return Put(f"{key}: ", f"{escaped(key)}: {after}")
    lines = list(stops.below(own, 0))
    if lines:
        body = "".join(f"\n{style.pad}{line}" for line in lines)
        return Put(f"{key}:", f"{escaped(key)}:{body}")
    return Put(f"{key}: ", f"{escaped(key)}: {stops.scalar(own)}")


def block_put(name: str, record: Record | None, style: Style, *, dash: bool) -> Put:
    """An entry of a list of plugins: its name, and the fields that it must have."""
    if style.flow:
        written = scalar_text(name, style)
        key = '"name"' if style.json else "name"
        return Put(f"{{{key}: {written}}}", None)
    lead = "- " if dash else ""
    text = f"{lead}name: {name}"
    value = _example(record) if record is not None else None
    if not value:
        return Put(text, None)
    stops = _Stops(style)
    lines = [escaped(text), *(style.pad + line for line in stops.mapping(value, 0))]
    return Put(text, "\n".join(lines))


def _example(record: Record) -> Mapping[Key, object] | None:
    known = _EXAMPLES.get(id(record))
    if known is None or known[0] is not record:
        if len(_EXAMPLES) > 500:
            _EXAMPLES.clear()
        known = _EXAMPLES[id(record)] = record, lookup.example(record)
    return known[1]


_EXAMPLES: dict[int, tuple[Record, Mapping[Key, object] | None]] = {}


def escaped(text: str) -> str:
    """Text that stands for itself in a snippet."""
    return re.sub(r"([\\$}])", r"\\\1", text)


class _Stops:
    """Numbers the places of one snippet."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.count = 0

    def stop(self, inner: str = "") -> str:
        self.count += 1
        return f"${{{self.count}:{escaped(inner)}}}" if inner else f"${self.count}"

    def choice(self, texts: list[str]) -> str:
        self.count += 1
        listed = ",".join(re.sub(r"([\\$},|])", r"\\\1", text) for text in texts)
        return f"${{{self.count}|{listed}|}}"

    def scalar(self, own: Field) -> str:
        """The value of a field, to be filled in."""
        options = lookup.options(own)
        default = own.get("default")
        if own.type in ("array", "set", "map", "record"):
            return self.stop()
        if own.type == "boolean" and isinstance(default, bool):
            options = (not default, default)
        if options:
            return self.choice([scalar_text(value, self.style) for value in options])
        known = isinstance(default, str) or is_number(default)
        return self.stop(scalar_text(default, self.style) if known else "")

    def below(self, own: Field, depth: int) -> Iterator[str]:
        """The lines below the key of a field; none for a scalar."""
        if own.type == "record" and own.record is not None:
            wanted = lookup.required(own.record)
            for name in wanted if depth < 4 else ():
                yield from ("  " + line for line in self.field(name, own.record, depth + 1))
            if not wanted:
                yield f"  {self.stop()}"
        elif own.type in ("map", "record"):
            yield f"  {self.stop()}"
        elif own.type in ("array", "set"):
            dash = "- " if self.style.flush else "  - "
            inner = own.elements
            if inner is not None and inner.record is not None and depth < 4:
                wanted = lookup.required(inner.record)
                lines = [
                    line for name in wanted for line in self.field(name, inner.record, depth + 1)
                ]
                lead = dash
                for line in lines:
                    yield lead + line
                    lead = " " * len(dash)
                if lines:
                    return
                if "name" in inner.record.fields:
                    yield f"{dash}name: {self.stop()}"
                    return
            if inner is not None and lookup.options(inner):
                yield dash + self.scalar(inner)
            else:
                yield f"{dash}{self.stop()}"

    def field(self, name: str, record: Record, depth: int) -> Iterator[str]:
        own = record.fields[name]
        lines = list(self.below(own, depth))
        if not lines:
            yield f"{name}: {self.scalar(own)}"
            return
        yield f"{name}:"
        yield from lines

    def mapping(self, value: Mapping[Key, object], depth: int) -> Iterator[str]:
        """A value in block style, each scalar a place to change."""
        for key, part in value.items():
            if isinstance(part, Mapping) and part:
                yield f"{key}:"
                yield from ("  " + line for line in self.mapping(part, depth + 1))
            elif isinstance(part, list) and part:
                yield f"{key}:"
                dash = "- " if self.style.flush else "  - "
                for each in part:
                    lines = (
                        list(self.mapping(each, depth + 1))
                        if isinstance(each, Mapping)
                        else [self.stop(scalar_text(each, self.style))]
                    )
                    yield dash + lines[0]
                    yield from (" " * len(dash) + line for line in lines[1:])
            elif part is None or part is MISSING or part is UNKNOWN:
                yield f"{key}: {self.stop()}"
            else:
                written = "{}" if isinstance(part, Mapping) else "[]" if part == [] else None
                yield f"{key}: {self.stop(written or scalar_text(part, self.style))}"
