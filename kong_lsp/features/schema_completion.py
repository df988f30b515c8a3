"""What may be written at the cursor of a schema.lua."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kong_lsp.features.completion import Item, Kind
from kong_lsp.features.schema_fields import fields_at
from kong_lsp.features.schema_place import (
    SchemaPlace,
    is_definition,
    known_options,
    schema_place,
)
from kong_lsp.features.schema_words import CHECKS, PLUGIN_FIELDS, TYPES, Word
from kong_lsp.kong.schema import metaschema, typedefs
from kong_lsp.kong.schema.fields import Field
from kong_lsp.plugin.render import as_lua
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.sources import PluginSource

_ELEMENT = '{ type = "${1:string}" }'
_FIELD = '{ ${1:name} = { type = "${2:string}" } }'
_LIST = "{ $1 }"
_RECORD = '{\n\ttype = "record",\n\tfields = {\n\t\t$0\n\t},\n}'
_FUNCTION = "function({}) $0 end"
_BODIES = {
    "fields": f"{{\n\t{_FIELD},\n}}",
    "shorthand_fields": f"{{\n\t{_FIELD},\n}}",
    "elements": _ELEMENT,
    "keys": _ELEMENT,
    "values": _ELEMENT,
    "default": "$1",
    "between": "{ ${1:0}, ${2:100} }",
    "custom_validator": _FUNCTION.format("value"),
    "if_match": "{ eq = $1 }",
    "then_match": "{ required = true }",
}
_CHECK_BODIES = {
    "conditional": '{ if_field = "$1", if_match = { eq = $2 }, then_field = "$3", '
    "then_match = { required = true } }",
    "conditional_at_least_one_of": '{ if_field = "$1", if_match = { eq = $2 }, '
    'then_at_least_one_of = { "$3" } }',
    "custom_entity_check": '{ field_sources = { "$1" }, fn = function(entity) $0 end }',
    "mutually_exclusive_sets": '{ set1 = { "$1" }, set2 = { "$2" } }',
}
_PLUGIN_BODIES = {
    "config": _RECORD,
    "protocols": "typedefs.protocols_http",
    "consumer": "typedefs.no_consumer",
    "route": "typedefs.no_route",
    "service": "typedefs.no_service",
}
_NAMING = ("if_field", "then_field")


def schema_completion(source: PluginSource, path: str, text: str, offset: int) -> list[Item]:
    """The proposals at ``offset`` of a file of a plugin's schema, best first."""
    place = schema_place(text, offset, source.kong)
    if place is None:
        return []
    return sorted(_Finder(source, path, text, place).items(), key=lambda it: (it.rank, it.label))


class _Finder:
    def __init__(self, source: PluginSource, path: str, text: str, place: SchemaPlace) -> None:
        self.source = source
        self.path = path
        self.text = text
        self.place = place
        self.at = place.at
        self.release = place.release

    def items(self) -> Iterator[Item]:
        at, own = self.at, self.place.own
        if self.place.of_typedefs:
            usual = _PLUGIN_BODIES.get(at.key, "") if self.place.in_top_fields else ""
            yield from self.typedefs("", usual)
        elif own is None or (at.chain and at.where == "value"):
            return
        elif at.where == "value":
            yield from self.values(at.key, self.place.child)
        elif own.type == "record" and not at.quote:
            yield from self.keys(own)
        elif own.type == "map" and not at.quote and self.place.in_top_fields:
            yield from self.plugin_fields()
        elif own.type == "array" and own.elements is not None:
            yield from self.elements(own.elements)

    # --- keys

    def keys(self, own: Field) -> Iterator[Item]:
        """The keys that the table lacks."""
        if own.record is None:
            return
        words, there = self.place.words, self.at.tables[-1].values
        kind = self.place.kind
        if words is CHECKS:
            if not there:
                for name in own.record.fields:
                    yield from self.check(name, bare=True)
            return
        for name, field in own.record.fields.items():
            word = words.get(name, Word(""))
            if name in there or not word.known_to(self.release):
                continue
            if kind and word.on and kind not in word.on:
                continue
            if kind and self.place.is_field and kind not in metaschema.allowed_on(name):
                continue
            if word.on and not kind:
                word = word._replace(rank=max(word.rank, 3))
            yield self.entry(name, word, self.body(name, field))

    def body(self, name: str, field: Field) -> str:
        """The value of a key, with places to fill in."""
        if name == "type" and self.place.is_field:
            options = known_options(field)
            listed = [each for each in TYPES if each in options]
            return f'"${{1|{",".join(listed)}|}}"'
        if self.place.is_top and name == "fields":
            config = _RECORD.replace("\n", "\n\t")
            return f"{{\n\t{{ config = {config} }},\n}}"
        if self.place.is_top and name == "name":
            return f'"${{1:{self.source.name}}}"'
        return _body(name, field)

    def plugin_fields(self) -> Iterator[Item]:
        """The fields of the entity ``plugins`` that a plugin may define anew."""
        if self.at.tables[-1].values:
            return
        for name, word in PLUGIN_FIELDS.items():
            body = _PLUGIN_BODIES[name]
            if word.known_to(self.release) and (body is _RECORD or self.place.typedefs):
                yield self.entry(name, word, body.replace("typedefs", self.place.typedefs))

    def entry(self, name: str, word: Word, body: str, kind: Kind = "field") -> Item:
        at = self.at
        put, snippet = name, None
        if not at.assigned:
            put, snippet = f"{name} = ", f"{name} = {body}{self.separator()}"
        return Item(
            label=name,
            kind=kind,
            edit=Edit(at.word, put),
            rank=word.rank,
            filter=name,
            detail=word.span if word.since != "0.15" or word.until else "",
            doc=word.doc,
            snippet=snippet,
            also=self.comma(),
        )

    # --- items of lists

    def elements(self, wanted: Field) -> Iterator[Item]:
        at = self.at
        if wanted.type == "map" and not at.quote:
            definition = '{ ${1:name} = { type = "${2:string}" } }'
            yield self.item("{ name = … }", definition, "a field", rank=0)
            lists = '{ ${1:name} = { type = "array", elements = { type = "${2:string}" } } }'
            yield self.item("{ name = array }", lists, "a field that is a list", rank=1)
            record = '{ ${1:name} = {\n\ttype = "record",\n\tfields = {\n\t\t$0\n\t},\n} }'
            yield self.item("{ name = record }", record, "a field that holds others", rank=1)
        elif wanted.record is not None and "conditional" in wanted.record.fields and not at.quote:
            for name in wanted.record.fields:
                yield from self.check(name, bare=False)
        elif wanted.type == "string":
            yield from self.names()

    def item(self, label: str, body: str, doc: str, rank: int) -> Item:
        """A table in a list."""
        at = self.at
        return Item(
            label=label,
            kind="block",
            edit=Edit(at.word, _plain(body, self.separator())),
            rank=rank,
            filter=label if not at.typed else at.typed,
            doc=doc,
            snippet=body + self.separator(),
            also=self.comma(),
        )

    def check(self, name: str, *, bare: bool) -> Iterator[Item]:
        """An entity check; ``bare``: its table is there already."""
        word = CHECKS.get(name, Word(""))
        if not word.known_to(self.release):
            return
        body = _CHECK_BODIES.get(name, '{ "$1" }')
        if bare:
            yield self.entry(name, word, body, kind="block")
        else:
            found = self.entry(name, word, "", kind="block")
            snippet = f"{{ {name} = {body} }}{self.separator()}"
            yield Item(
                name,
                "block",
                Edit(self.at.word, _plain(f"{{ {name} = {body} }}", self.separator())),
                found.rank,
                name,
                found.detail,
                word.doc,
                snippet,
                self.comma(),
            )

    # --- values

    def values(self, key: str, child: Field | None) -> Iterator[Item]:
        at = self.at
        if child is None:
            return
        if key == "type" and self.place.is_field:
            for name in known_options(child):
                word = TYPES.get(name, Word(""))
                yield self.value(name, word.rank, doc=word.doc)
        elif options := known_options(child):
            for name in options:
                yield self.value(name, 1)
        elif key in _NAMING:
            yield from self.names()
        elif at.quote:
            return
        elif child.type == "boolean" or (key == "default" and self.place.kind == "boolean"):
            for name in ("true", "false"):
                yield Item(name, "value", Edit(at.word, name), 1, name)
        elif is_definition(child):
            yield self.table("{ type = … }", _ELEMENT, "a definition", rank=0)
            if key not in ("elements", "keys", "values"):
                yield self.table("{ record }", _RECORD, "a record", rank=1)
            if self.place.typedefs:
                usual = _PLUGIN_BODIES.get(key, "") if self.place.in_top_fields else ""
                yield from self.typedefs(f"{self.place.typedefs}.", usual)
        elif child.type in ("array", "record"):
            body = _BODIES.get(key, _LIST)
            yield self.table(body.partition("\n")[0] + " … }" * ("\n" in body), body, "", rank=0)

    def table(self, label: str, body: str, doc: str, rank: int) -> Item:
        at = self.at
        edit = Edit(at.word, _plain(body, self.separator()))
        snippet = body + self.separator()
        return Item(label, "block", edit, rank, at.typed or label, doc=doc, snippet=snippet)

    def value(self, text: str, rank: int, detail: str = "", doc: str = "") -> Item:
        """A string, with its quotes where none are there."""
        at = self.at
        if at.quote:
            put = text if at.closed or at.after else text + at.quote
            return Item(text, "value", Edit(at.word, put), rank, text, detail, doc)
        quote = "'" if self.text.count("'") > self.text.count('"') else '"'
        return Item(text, "value", Edit(at.word, quote + text + quote), rank, text, detail, doc)

    def names(self) -> Iterator[Item]:
        """The fields that a check may name."""
        at = self.at
        inner = at.tables[-1]
        taken = self.text[inner.start : at.starts]
        for name, kind in fields_at(self.source, self.path, self.text, at).items():
            if at.where == "key" and any(f"{quote}{name}{quote}" in taken for quote in "\"'"):
                continue
            yield self.value(name, 1 + name.count("."), kind)

    def typedefs(self, prefix: str, usual: str = "") -> Iterator[Item]:
        """The typedefs of the release; ``usual`` is the one that belongs here."""
        at = self.at
        for name in typedefs.names(self.release):
            definition = typedefs.definition(name, self.release) or {}
            yield Item(
                label=prefix + name,
                kind="typedef",
                edit=Edit(at.word, prefix + name),
                rank=0 if usual == f"typedefs.{name}" else 3,
                filter=prefix + name,
                detail=_summary(definition),
                doc=typedef_doc(name, definition, self.release.name),
            )

    def separator(self) -> str:
        """A comma, unless one follows or the table ends on this line."""
        return "" if self.at.after[:1] in (",", ";", "}", ")") else ","

    def comma(self) -> tuple[Edit, ...]:
        at = self.at.comma
        return () if at is None else (Edit(Span(at, at), ","),)


def _plain(snippet: str, end: str) -> str:
    """A snippet for a client that takes none; of one of several lines the beginning."""
    first, more, _ = snippet.partition("\n")
    return re.sub(r"\$\{\d:([^}]*)\}|\$\d", r"\1", first) + (" " if more else end)


def _body(name: str, field: Field) -> str:
    """The value of a key, with places to fill in."""
    if name in _BODIES:
        return _BODIES[name]
    if options := known_options(field):
        return f'"${{1|{",".join(options)}|}}"'
    if field.type == "array" and field.elements is not None and field.elements.type == "string":
        return '{ "$1" }'
    return {
        "boolean": "${1|true,false|}",
        "string": '"$1"',
        "array": _LIST,
        "record": _LIST,
        "function": _FUNCTION.format("$1"),
    }.get(str(field.type), "$1")


def _summary(definition: Mapping[str, object]) -> str:
    """A definition in a few words: its type and what it is limited to."""
    limits = [
        name for name in ("between", "one_of", "starts_with", "default") if name in definition
    ]
    words = [f"{name} {as_lua(definition[name])}" for name in limits]
    return ", ".join([str(definition.get("type", "")), *words])[:80]


def typedef_doc(name: str, definition: Mapping[str, object], release: str) -> str:
    """A typedef's definition as Markdown."""
    span = typedefs.availability(name)
    lines = [f"**typedefs.{name}** of Kong {release}", "", "```lua", as_lua(definition), "```"]
    if span is not None:
        last = "" if span[1].number[0] == 99 else f", until {span[1]}"
        lines += ["", f"since Kong {span[0]}{last}"]
    return "\n".join(lines)
