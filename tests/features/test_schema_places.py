"""Completion and hover inside schema.lua."""

from __future__ import annotations

import pytest

from kong_lsp.features.handler_place import handler_place
from kong_lsp.features.schema_hover import schema_hover
from kong_lsp.features.schema_place import schema_place
from kong_lsp.features.schema_words import ARGUMENTS, ATTRIBUTES, CHECKS, TOP, TYPES
from kong_lsp.kong.releases import NEWEST, RELEASES
from kong_lsp.kong.schema import metaschema
from kong_lsp.kong.schema.fields import TYPES as KNOWN_TYPES
from kong_lsp.kong.schema.fields import Field, Record
from tests.support.lua_places import complete, hovered, labels, proposals, schema

TYPEDEFS = 'local typedefs = require "kong.db.schema.typedefs"\n'


def fields(inner: str, before: str = TYPEDEFS) -> str:
    """A schema with these entries in the fields of its config."""
    return schema(
        f'{before}return {{ name = "acme", fields = {{ {{ config = {{ type = "record", '
        f"fields = {{ {inner} }} }} }} }} }}"
    )


def checks(inner: str) -> str:
    """A schema whose config has a few fields and these entity checks."""
    return schema(
        """
        local redis = { { host = { type = "string" } }, { port = { type = "integer" } } }
        return { name = "acme", fields = { { config = { type = "record",
          fields = {
            { policy = { type = "string" } },
            { redis = { type = "record", fields = redis } },
          },
          entity_checks = { INNER },
        } } } }
        """.replace("INNER", inner)
    )


@pytest.mark.parametrize(
    "open_end", ["{ a = { ty$0 } }", "{ a = { ty$0", "{ a = {\n  ty$0\n  required = true,\n} }"]
)
def test_a_field_without_a_type_wants_one_first(open_end: str) -> None:
    found = proposals(fields(open_end))
    assert found[0].label == "type"
    assert (found[0].snippet or "").startswith('type = "${1|string,number,integer,boolean,array')


def test_attributes_are_those_of_the_type() -> None:
    found = labels(fields('{ a = { type = "array", $0 } }'))
    assert found[0] == "elements"
    assert {"required", "default", "len_min", "mutually_exclusive_subsets"} <= {*found}
    assert {"type", "one_of", "match", "fields", "keys", "between"}.isdisjoint(found)
    found = labels(fields('{ a = { $0 type = "integer" } }'))
    assert {"between", "gt", "one_of", "timestamp"} <= {*found}
    assert {"elements", "len_min", "match", "referenceable"}.isdisjoint(found)
    assert labels(fields('{ a = { type = "map", $0 } }'))[:2] == ["keys", "values"]
    assert labels(fields('{ a = { type = "record", $0 } }'))[0] == "fields"


def test_attributes_are_those_of_the_type_that_a_typedef_has() -> None:
    found = labels(fields("{ a = typedefs.port { $0 } }"))
    assert "between" in found
    assert "match" not in found
    assert labels(fields("{ a = typedefs.port({ $0 }) }")) == found


@pytest.mark.parametrize(
    ("kong", "there", "gone"),
    [
        ("2.8", {"legacy", "referenceable"}, {"description", "deprecation", "examples"}),
        ("2.5", {"legacy"}, {"referenceable", "encrypted"}),
        ("3.4", {"description"}, {"legacy", "deprecation"}),
        ("3.9", {"description", "examples", "deprecation", "transient"}, {"legacy"}),
    ],
)
def test_attributes_are_those_of_the_release(kong: str, there: set[str], gone: set[str]) -> None:
    found = {*labels(fields('{ a = { type = "string", $0 } }'), kong_version=kong)}
    assert there <= found
    assert gone.isdisjoint(found)


def test_what_is_there_is_not_proposed_again() -> None:
    text = fields('{ a = { type = "string", required = true, $0 len_min = 0 } }')
    assert {"type", "required", "len_min"}.isdisjoint(labels(text))


def test_an_attribute_opens_its_value() -> None:
    text = schema(
        """
        local a = {
          type = "string"
          req$0
        }
        return { fields = { { a = a } } }
        """
    )
    whole = '\nlocal a = {\n  type = "string",\n  {}\n}\nreturn { fields = { { a = a } } }'
    assert complete(text, "required").strip() == whole.replace("{}\n", "required = \n").strip()
    snippet = complete(text, "required", snippet=True)
    assert snippet.strip() == whole.replace("{}\n", "required = ${1|true,false|},\n").strip()


def test_only_the_name_is_put_where_a_value_follows() -> None:
    text = complete(fields('{ a = { type = "string", len_m$0 = 3 } }'), "len_max")
    assert '{ type = "string", len_max = 3 }' in text


@pytest.mark.parametrize(
    ("typed", "put"),
    [('"$0"', '"set"'), ("$0", '"set"'), ('"se$0"', '"set"'), ('"s$0tring"', '"set"')],
)
def test_types_are_proposed(typed: str, put: str) -> None:
    text = fields(f"{{ a = {{ type = {typed} }} }}")
    assert labels(text)[:8] == [
        "array",
        "boolean",
        "integer",
        "map",
        "number",
        "record",
        "set",
        "string",
    ]
    assert f"type = {put} " in complete(text, "set")
    assert "json" not in labels(text, kong_version="3.4")


def test_a_type_whose_quote_is_open_is_closed() -> None:
    text = schema('return {\n  fields = {\n    { a = {\n      type = "s$0\n    } },\n  },\n}')
    assert 'type = "set"\n' in complete(text, "set")


@pytest.mark.parametrize("rest", [" } }", "", " {", ",\n required = true } }"])
def test_typedefs_are_those_of_the_release(rest: str) -> None:
    text = fields(f"{{ a = typedefs.$0{rest}")
    found = {item.label: item for item in proposals(text)}
    assert found["port"].detail == "integer, between { 0, 65535 }"
    assert '```lua\n{ between = { 0, 65535 }, type = "integer" }\n```' in found["port"].doc
    assert "router_path" in found
    assert "paths" not in found
    older = labels(text, kong_version="2.8")
    assert "paths" in older
    assert "router_path" not in older


def test_typedefs_go_by_the_name_that_the_file_gives_them() -> None:
    text = fields("{ a = t.$0 }", 'local t = require("kong.db.schema.typedefs")\n')
    assert "port" in labels(text)
    assert labels(fields("{ a = other.$0 }")) == []


def test_a_definition_is_proposed_where_one_is_wanted() -> None:
    found = labels(fields("{ a = $0 }"))
    assert found[:2] == ["{ type = … }", "{ record }"]
    assert "typedefs.port" in found
    text = complete(fields('{ a = { type = "set", elements = $0 } }'), "{ type = … }", snippet=True)
    assert 'elements = { type = "${1:string}" } }' in text


@pytest.mark.parametrize(
    ("typed", "label", "put"),
    [
        ("{ a = $0 }", "{ type = … }", '{ a = { type = "string" } }'),
        ("$0", "{ name = … }", '{ name = { type = "string" } }'),
        ("$0", "{ name = record }", "{ name = { "),
    ],
)
def test_a_client_without_snippets_gets_what_is_sound(typed: str, label: str, put: str) -> None:
    assert f"fields = {{ {put}" in complete(fields(typed), label)
    assert '{ { only_one_of = { "" } } }' in complete(checks("$0"), "only_one_of").replace("\n", "")


def test_a_list_of_fields_wants_entries() -> None:
    found = labels(fields('{ a = { type = "string" } }, $0'))
    assert found == ["{ name = … }", "{ name = array }", "{ name = record }"]


def test_the_top_level() -> None:
    found = proposals(schema("return { $0 }"))
    assert [item.label for item in found[:3]] == ["fields", "name", "entity_checks"]
    assert found[1].snippet == 'name = "${1:acme}"'
    assert "shorthands" not in labels(schema("return { $0 }"))
    assert "shorthands" in labels(schema("return { $0 }"), kong_version="2.8")
    assert labels(schema("local it = {\n  $0\n}\nreturn it")) == [item.label for item in found]


def test_the_fields_that_a_plugin_may_define() -> None:
    text = schema(TYPEDEFS + "return { fields = { { $0 } } }")
    assert labels(text) == ["config", "consumer", "protocols", "route", "service"]
    assert "{ consumer = typedefs.no_consumer }" in complete(text, "consumer", snippet=True)
    text = schema(TYPEDEFS + "return { fields = { { consumer = $0 } } }")
    assert labels(text)[0] == "typedefs.no_consumer"


@pytest.mark.parametrize("inner", ["$0", "{ $0 }", '{ only_one_of = { "a" } },\n$0', "{ cond$0"])
def test_entity_checks(inner: str) -> None:
    found = labels(checks(inner))
    assert {"conditional", "at_least_one_of", "mutually_exclusive_sets"} <= {*found}
    older = labels(checks(inner), kong_version="2.5")
    assert "mutually_exclusive" not in older


def test_an_entity_check_is_put_in_whole() -> None:
    whole = complete(checks("$0"), "only_one_of", snippet=True)
    assert '{ { only_one_of = { "$1" } } }' in whole.replace("\n", "")
    inner = complete(checks("{ on$0 }"), "only_one_of", snippet=True)
    assert 'entity_checks = { { only_one_of = { "$1" } } }' in inner
    assert labels(checks('{ only_one_of = { "a" }, $0 }')) == []


@pytest.mark.parametrize(
    "inner",
    [
        '{ at_least_one_of = { "$0" } }',
        '{ at_least_one_of = { "$0',
        "{ at_least_one_of = { $0 } }",
        '{ conditional = { if_field = "$0" } }',
        "{ conditional = { if_field = $0 } }",
        '{ mutually_exclusive_sets = { set1 = { "$0" } } }',
        '{ custom_entity_check = { field_sources = { "$0" } } }',
    ],
)
def test_checks_name_the_fields_that_there_are(inner: str) -> None:
    found = [(item.label, item.detail) for item in proposals(checks(inner))]
    assert found == [
        ("policy", "string"),
        ("redis", "record"),
        ("redis.host", "string"),
        ("redis.port", "integer"),
    ]


def test_a_field_is_named_once_in_a_check() -> None:
    assert labels(checks('{ only_one_of = { "policy", "$0" } }'))[0] == "redis"


def test_checks_of_the_whole_schema_name_the_fields_of_config() -> None:
    text = schema(
        """
        return {
          fields = { { config = { type = "record", fields = { { a = { type = "string" } } } } } },
          entity_checks = { { only_one_of = { "config.$0" } } },
        }
        """
    )
    assert labels(text) == ["config", "config.a"]


def test_the_arguments_of_a_check() -> None:
    found = labels(checks("{ conditional = { $0 } }"))
    assert found == ["if_field", "if_match", "then_field", "then_match", "then_err"]
    found = labels(checks('{ conditional = { if_field = "policy", if_match = { $0 } } }'))
    assert {"eq", "one_of", "required", "match"} <= {*found}
    assert {"type", "default", "description"}.isdisjoint(found)
    found = labels(checks("{ custom_entity_check = { $0 } }"), kong_version="3.1")
    assert found == ["field_sources", "fn"]


def test_booleans_and_choices_are_proposed() -> None:
    assert labels(fields('{ a = { type = "string", required = $0 } }')) == ["false", "true"]
    assert labels(fields('{ a = { type = "boolean", default = $0 } }')) == ["false", "true"]
    assert labels(fields('{ a = { type = "foreign", on_delete = "$0" } }')) == [
        "cascade",
        "null",
        "restrict",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "-- $0",
        "local x = 1\n$0",
        'return { name = "$0" }',
        'return { fields = { { a = { type = "string", match = "$0" } } } }',
        "return { fields = { { a = { custom_validator = function(v) local x = v.$0 end } } } }",
        "return { fields = { { a = { one_of = { $0 } } } } }",
        "return { unheard_of = { $0 } }",
        "return { fields = { a = { $0 } } }",
    ],
)
def test_nothing_is_proposed_where_nothing_is_known(text: str) -> None:
    assert labels(schema(text)) == []


def test_a_part_of_the_schema_in_a_file_of_its_own() -> None:
    text = (
        "-- file: kong/plugins/acme/redis.lua\n"
        + TYPEDEFS
        + 'return { type = "record", fields = { { host = { ty$0 } } } }\n'
        "-- schema: kong/plugins/acme/schema.lua\n-- handler: kong/plugins/acme/handler.lua\n"
    )
    assert labels(text)[0] == "type"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{ a = { ty$0pe = "string" } }', "**type** — The type of the value."),
        ('{ a = { type = "str$0ing" } }', "**string** — Text, not empty"),
        ('{ a = { len_$0min = 0, type = "string" } }', "- on fields of type string, array"),
        ('{ a = { de$0scription = "x" } }', "- since Kong 3.4"),
        ("{ a = { leg$0acy = true } }", "until 2.8 — **not in Kong 3.9**"),
        ("{ a = typedefs.po$0rt }", "```lua\n{ between = { 0, 65535 }"),
        ("{ a = typedefs.po$0rt { required = true } }", "**typedefs.port** of Kong 3.9"),
        ("{ a = typedefs.pa$0ths }", "not in Kong 3.9. Kong 1.3 to 2.8 had it."),
        ("{ a = typedefs.unheard$0_of }", "not in Kong 3.9. No Kong has it."),
    ],
)
def test_hover_tells_of_attributes_types_and_typedefs(text: str, says: str) -> None:
    assert says in (hovered(fields(text)) or "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{ at_least$0_one_of = { "policy" } }', "One of these fields has to be set."),
        ('{ conditional = { if_f$0ield = "policy" } }', "The field that decides"),
        ('{ conditional = { if_match = { o$0ne_of = { "a" } } } }', "The values that are accepted"),
    ],
)
def test_hover_tells_of_entity_checks(text: str, says: str) -> None:
    assert says in (hovered(checks(text)) or "")


@pytest.mark.parametrize(
    "text", ["{ a$0 = { } }", '{ a = { default = "ty$0pe" } }', "{ a = $0{} }"]
)
def test_hover_is_silent_where_nothing_is_known(text: str) -> None:
    assert hovered(fields(text)) is None


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_every_word_of_the_language_is_explained(release: object) -> None:
    known = {**ARGUMENTS, **ATTRIBUTES, **CHECKS, **TOP}
    seen: set[Record] = set()

    def visit(own: Field | None) -> None:
        if own is None:
            return
        for part in (own.elements, own.keys, own.values):
            visit(part)
        if own.record is not None and own.record not in seen:
            seen.add(own.record)
            assert own.record.fields.keys() <= known.keys()
            for field in own.record.fields.values():
                visit(field)

    for at in RELEASES:
        if at is release:
            visit(Field("record", {}, record=metaschema.of_plugins(at)))
    assert TYPES.keys() == {*KNOWN_TYPES}


WHOLE = """\
local typedefs = require "kong.db.schema.typedefs"
local shared = { type = "array", elements = { type = "string", one_of = { "a", 'b' } } }

return {
  name = "acme", -- a comment
  fields = {
    { consumer = typedefs.no_consumer },
    { config = {
      type = "record",
      fields = {
        { url = typedefs.url({ required = true, [ "err" ] = [[x]] }) },
        { list = shared },
        { n = { type = "number", between = { 0, 1e3 }, custom_validator = function(v)
          if v then return true end
          return nil, "no"
        end } },
      },
      entity_checks = { { conditional = { if_field = "n", if_match = { gt = 1 } } } },
    } },
  },
}
"""


def test_no_text_and_no_place_is_too_much() -> None:
    text = WHOLE * 2
    for offset in range(0, len(WHOLE), 7):
        for broken in (WHOLE, WHOLE[:offset], WHOLE[:offset] + text[offset + 7 :]):
            place = schema_place(broken, offset, NEWEST)
            if place is not None:
                start, end = place.at.word
                assert start <= offset <= end
                assert place.at.typed == broken[start:offset]
            schema_hover(broken, offset, NEWEST)
            handler_place(broken, offset, NEWEST)
