"""KP206 and KP207: what Kong refuses of a schema, and a name that is another plugin's."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none
from tests.support.fixture import read
from tests.support.world import findings


def schema(text: str) -> str:
    return f"""
-- handler: kong/plugins/acme/handler.lua
-- file: kong/plugins/acme/schema.lua
{text}
"""


def field(text: str) -> str:
    """A schema with one field; its line starts in column 3."""
    return schema(
        'return { name = "acme", fields = { { config = { type = "record", fields = {\n'
        f"{text}\n}} }} }} }} }}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "   { host = { type = \"array\" } },\n--   ^^^^ KP206 must declare 'elements'",
        "   { host = { type = \"record\" } },\n--   ^^^^ KP206 must declare 'fields'",
        '   { host = { typ = "string" } },\n--            ^^^ KP206 "config.host.typ: unknown field"',
        '   { host = { type = "strin" } },\n--                   ^^^^^^^ KP206 expected one of',
        '   { host = { type = "string", min = 3 } },\n--                             ^^^ KP206 unknown field',
        (
            '   { port = { type = "integer", default = "80" } },\n'
            "--                                        ^^^^ KP206 expected an integer"
        ),
        (
            '   { host = { type = "string", description = "short" } },\n'
            "--                                           ^^^^^^^ KP206 length must be at least 10"
        ),
        (
            '   { host = { type = "string", required = "yes" } },\n'
            "--                                        ^^^^^ KP206 expected a boolean"
        ),
        '   { tags = { type = "boolean", one_of = { "a" } } },\n--                              ^^^^^^ KP206 cannot have attribute',
        '   { a = { type = "string" }, b = { type = "string" } },\n--   ^ KP206 length must be 1',
    ],
)
def test_what_kong_refuses_is_told_at_its_place(text: str) -> None:
    check(field(text), only="KP")


@pytest.mark.parametrize(
    "text",
    [
        '{ host = { type = "string", default = os.getenv("HOST") } },',
        '{ host = require("somewhere").host },',
        '{ mode = { type = "string", one_of = { "a", "b" }, default = "a" } },',
        '{ at = { type = "string", custom_validator = function(v) return true end } },',
    ],
)
def test_what_kong_takes_or_only_it_knows_is_no_finding(text: str) -> None:
    check_none(field(text))


def test_a_description_came_with_3_4() -> None:
    line = '   { host = { type = "string", description = "The host to call" } },'
    check_none(field(line), kong_version="3.4")
    check(
        field(line + "\n--                             ^^^^^^^^^^^ KP206 unknown field"),
        kong_version="3.3",
    )


def test_a_field_that_plugins_do_not_have() -> None:
    check(
        schema(
            'local typedefs = require "kong.db.schema.typedefs"\n'
            'return { name = "acme", fields = {\n'
            "   { run_on = typedefs.name },\n"
            "--   ^^^^^^ KP206 cannot create a new field\n"
            '{ config = { type = "record", fields = {} } } } }'
        )
    )


def test_a_typedef_that_kong_does_not_have() -> None:
    check(
        schema(
            'local typedefs = require "kong.db.schema.typedefs"\n'
            'return { name = "acme", fields = { { config = { type = "record", fields = {\n'
            "   { host = typedefs.hots },\n"
            "--          ^^^^^^^^ KP206 definition hots does not exist\n"
            "} } } } }"
        )
    )


def test_fields_as_a_map_become_a_list() -> None:
    text = (
        'return { name = "acme", fields = { { config = { type = "record",\n'
        "   fields = {\n--^^^^^^ KP206 expected an array\n"
        '    host = { type = "string" },\n    port = { type = "integer" },\n  } } } } }'
    ).replace("--^^^^^^", "-- ^^^^^^")
    check(schema(text))
    unmarked = "\n".join(line for line in schema(text).split("\n") if "KP206" not in line)
    fixed = unmarked.replace('host = { type = "string" }', '{ host = { type = "string" } }')
    fixed = fixed.replace('port = { type = "integer" }', '{ port = { type = "integer" } }')
    check_fix(
        unmarked,
        "Give each field a table of its own",
        fixed.replace("-- handler: kong/plugins/acme/handler.lua\n", ""),
    )


def test_two_fields_in_one_entry_are_parted() -> None:
    text = field('{ a = { type = "string" }, b = { type = "string" } },')
    fixed = text.replace("}, b =", "} }, { b =")
    check_fix(
        text,
        "Give each field a table of its own",
        fixed.replace("-- handler: kong/plugins/acme/handler.lua\n", ""),
    )


def test_a_misspelt_attribute_is_put_right() -> None:
    text = field('{ host = { type = "string", requierd = true } },')
    check_fix(
        text,
        'Change to "required"',
        text.replace("requierd", "required").replace(
            "-- handler: kong/plugins/acme/handler.lua\n", ""
        ),
    )


def test_a_missing_name_is_added() -> None:
    text = schema('return { fields = { { config = { type = "record", fields = {} } } } }')
    fixed = text.replace("return { fields", 'return { name = "acme", fields').replace(
        "-- handler: kong/plugins/acme/handler.lua\n", ""
    )
    check_fix(text, 'Add name = "acme"', fixed, kong_version="3.9")


OLD = 'return { no_consumer = true, fields = { url = { type = "url", required = true } } }'


@pytest.mark.parametrize("kong", ["3.0", "3.9"])
def test_an_old_schema_is_one_finding_from_3_0_on(kong: str) -> None:
    check(schema(f"   {OLD}\n-- ^^^^^^ KP206 the form of Kong 0.x"), kong_version=kong)


@pytest.mark.parametrize("kong", ["0.10", "0.14", "1.0", "2.8"])
def test_an_old_schema_is_fine_before(kong: str) -> None:
    check_none(schema(OLD), kong_version=kong)


def test_an_old_schema_that_cannot_be_converted() -> None:
    check(
        schema(
            '   return { fields = { url = { regex = "a" } } }\n--                     ^^^ KP206 regex'
        ),
        kong_version="2.8",
    )


def test_a_mistake_in_a_module_that_the_schema_requires_is_told_there() -> None:
    check(
        """
        -- handler: kong/plugins/acme/handler.lua
        -- file: kong/plugins/acme/schema.lua
        return { name = "acme", fields = { { config = require "kong.plugins.acme.config" } } }
        -- file: kong/plugins/acme/config.lua
        return { type = "record", fields = {
           { host = { type = "string", min = 1 } },
        --                             ^^^ KP206 unknown field
        } }
        """
    )


def test_a_name_that_is_not_the_plugins_is_a_hint() -> None:
    text = schema(
        '   return { name = "other", fields = { { config = { type = "record", fields = {} } } } }\n'
        "--                 ^^^^^^^ KP207 The plugin is called acme"
    )
    check(text)
    unmarked = "\n".join(line for line in text.split("\n") if "KP207" not in line)
    fixed = unmarked.replace('"other"', '"acme"').replace(
        "-- handler: kong/plugins/acme/handler.lua\n", ""
    )
    check_fix(unmarked, 'Change to "acme"', fixed)


def test_the_name_of_a_folder_that_no_rock_packages_is_no_evidence() -> None:
    check_none(
        """
        -- handler: plugins/my-acme/handler.lua
        -- file: plugins/my-acme/schema.lua
        return { name = "acme", fields = { { config = { type = "record", fields = {} } } } }
        """
    )


HEAD = 'local typedefs = require "kong.db.schema.typedefs"\nreturn { name = "acme", fields = { { config = { type = "record", fields = {\n'
TAIL = "\n} } } } }\n"


@pytest.mark.parametrize(
    ("before", "title", "after", "safety"),
    [
        ('type = "sting"', 'Change to "string"', 'type = "string"', "safe"),
        ('type = "int"', 'Change to "integer"', 'type = "integer"', "safe"),
        ("type = 'list'", 'Change to "array"', "type = 'array'", "unsafe"),
        (
            'type = "list", elements = { type = "string" }',
            'Change to "array"',
            'type = "array", elements = { type = "string" }',
            "safe",
        ),
        (
            'type = "string", required = "true"',
            "Take the quotes away",
            'type = "string", required = true',
            "safe",
        ),
        (
            'type = "integer", default = "5"',
            "Take the quotes away",
            'type = "integer", default = 5',
            "safe",
        ),
        (
            'type = "integer", between = { "1", 3 }',
            "Take the quotes away",
            'type = "integer", between = { 1, 3 }',
            "safe",
        ),
        (
            'type = "string", default = 5',
            "Put it in quotes",
            'type = "string", default = "5"',
            "safe",
        ),
        (
            'type = "string", one_of = "a"',
            "Make it a list",
            'type = "string", one_of = { "a" }',
            "safe",
        ),
        (
            'type = "set", elements = { type = "string" }, default = 5',
            "Make it a list",
            'type = "set", elements = { type = "string" }, default = { 5 }',
            "unsafe",
        ),
        (
            'type = "string", enum = { "a" }',
            'Change to "one_of"',
            'type = "string", one_of = { "a" }',
            "safe",
        ),
        (
            'type = "string", requird = "x"',
            'Change to "required"',
            'type = "string", required = "x"',
            "unsafe",
        ),
        ('type = "string", min = 1', "Remove min", 'type = "string"', "unsafe"),
        (
            'type = "array"',
            'Add elements = { type = "string" }',
            'elements = { type = "string" }, type = "array"',
            "unsafe",
        ),
        (
            'type = "map", keys = { type = "string" }',
            'Add values = { type = "string" }',
            'values = { type = "string" }, type = "map", keys = { type = "string" }',
            "unsafe",
        ),
        ('type = "record"', "Add fields = {}", 'fields = {}, type = "record"', "unsafe"),
        ("fields = {}", 'Add type = "record"', 'type = "record", fields = {}', "safe"),
        (
            "required = true",
            'Add type = "string"',
            'type = "string", required = true',
            "unsafe",
        ),
        (
            'type = "array", one_of = { "a" }, elements = { type = "string" }',
            "Move one_of into elements",
            'type = "array", elements = { type = "string", one_of = { "a" } }',
            "unsafe",
        ),
    ],
)
def test_a_definition_is_put_right(before: str, title: str, after: str, safety: str) -> None:
    text = schema(f"{HEAD}  {{ it = {{ {before} }} }},{TAIL}")
    wanted = f"-- file: kong/plugins/acme/schema.lua\n{HEAD}  {{ it = {{ {after} }} }},{TAIL}\n"
    assert check_fix(text, title, wanted).safety == safety


def test_an_attribute_on_a_line_of_its_own_goes_with_its_line() -> None:
    text = '  { it = {\n    type = "string",\n    enumm = 1,\n  } },'
    check_fix(
        schema(HEAD + text + TAIL),
        "Remove enumm",
        "-- file: kong/plugins/acme/schema.lua\n"
        + HEAD
        + text.replace("    enumm = 1,\n", "")
        + TAIL
        + "\n",
    )


def test_a_misspelt_typedef_is_put_right() -> None:
    check_fix(
        schema(f"{HEAD}  {{ it = typedefs.ulr {{ required = true }} }},{TAIL}"),
        'Change to "url"',
        "-- file: kong/plugins/acme/schema.lua\n"
        f"{HEAD}  {{ it = typedefs.url {{ required = true }} }},{TAIL}\n",
    )


@pytest.mark.parametrize(
    ("check", "before", "after"),
    [
        ('only_on_of = { "config.a" }', "only_on_of", "only_one_of"),
        ('conditional = { if_feild = "config.a" }', "if_feild", "if_field"),
    ],
)
def test_a_misspelt_check_is_put_right(check: str, before: str, after: str) -> None:
    text = f'return {{ name = "acme", fields = {{}}, entity_checks = {{ {{ {check} }} }} }}\n'
    wanted = "-- file: kong/plugins/acme/schema.lua\n" + text.replace(before, after) + "\n"
    check_fix(schema(text), f'Change to "{after}"', wanted)


@pytest.mark.parametrize(
    "before",
    ['local typedefs = require "kong.db.schema.typedefs"\n\n', ""],
)
def test_no_consumer_becomes_a_field(before: str) -> None:
    check_fix(
        schema(
            before + 'return {\n  name = "acme",\n  no_consumer = true,\n  fields = {\n'
            '    { config = { type = "record", fields = {} } },\n  },\n}\n'
        ),
        "Write it as consumer = typedefs.no_consumer",
        "-- file: kong/plugins/acme/schema.lua\n"
        'local typedefs = require "kong.db.schema.typedefs"\n\n'
        'return {\n  name = "acme",\n  fields = {\n'
        "    { consumer = typedefs.no_consumer },\n"
        '    { config = { type = "record", fields = {} } },\n  },\n}\n\n',
    )


def test_a_field_that_plugins_have_not_is_renamed_or_goes() -> None:
    text = 'return { name = "acme", fields = { { NAME = { type = "record", fields = {} } } } }\n'
    check_fix(
        schema(text.replace("NAME", "cnfig")),
        'Change to "config"',
        "-- file: kong/plugins/acme/schema.lua\n" + text.replace("NAME", "config") + "\n",
    )
    check_fix(
        schema(text.replace("NAME", "something")),
        "Remove something",
        '-- file: kong/plugins/acme/schema.lua\nreturn { name = "acme", fields = {  } }\n\n',
    )


@pytest.mark.parametrize(
    "text",
    [
        "   { a = typedefs.run_on_first },\n--       ^^^^^^^^ KP206 does not exist",
        '   { a = { type = "set", elements = "string" } },\n--                                  ^^^^^^^^ KP206 expected a record',
        '   { a = { "string" } },\n--   ^ KP206 must be a table',
        (
            '   { a = { type = "strng", default = "x" } },\n'
            "--                ^^^^^^^ KP206 expected one of"
        ),
        (
            '   { a = { type = "aray", elements = { type = "string" }, default = { "x" } } },\n'
            "--                ^^^^^^ KP206 expected one of"
        ),
        (
            '   { a = { type = "set", elements = { type = "int" }, default = { 1 } } },\n'
            "--                                           ^^^^^ KP206 expected one of"
        ),
    ],
)
def test_one_mistake_is_one_finding(text: str) -> None:
    check(schema(HEAD + text + TAIL), only="KP")


LEGACY = """\
return {
  no_consumer = true,
  fields = {
    url = { type = "url", required = true },
    mode = { type = "string", enum = { "fast", "slow" }, default = "fast" },
    hosts = { type = "array" },
    limits = { type = "table", schema = { fields = { ["per-day"] = { type = "number" } } } },
  },
}
"""
RENEWED = """\
local typedefs = require "kong.db.schema.typedefs"

return {
  name = "acme",
  fields = {
    { config = {
      type = "record",
      fields = {
        { url = typedefs.url { required = true } },
        { mode = {
          type = "string",
          len_min = 0,
          one_of = { "fast", "slow" },
          default = "fast",
        } },
        { hosts = { type = "array", elements = { type = "string" } } },
        { limits = {
          type = "record",
          fields = { { ["per-day"] = { type = "number" } } },
        } },
      },
    } },
    { consumer = typedefs.no_consumer },
  },
}
"""


def test_a_schema_of_kong_0_is_written_anew() -> None:
    wanted = f"-- file: kong/plugins/acme/schema.lua\n{RENEWED}\n"
    title = "Write it in the form of Kong 1.0 and later"
    assert check_fix(schema(LEGACY), title, wanted).safety == "unsafe"
    named = LEGACY.replace("return {", "local schema = {") + "return schema\n"
    renewed = RENEWED.replace("return {", "local schema = {") + "return schema\n"
    check_fix(schema(named), title, f"-- file: kong/plugins/acme/schema.lua\n{renewed}\n")
    check_none(schema(RENEWED), only="KP")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('type = "array"', 'type = "array", func = function() return true end'),
        ('{ type = "array" }', "unheard_of()"),
        ('type = "array"', 'type = "array", regex = "x"'),
        ("  fields", "  -- why\n  fields"),
        ("  no_consumer", "  self_check = function() end,\n  no_consumer"),
    ],
)
def test_a_schema_of_kong_0_of_which_something_would_be_lost_is_left(
    before: str, after: str
) -> None:
    text = schema(LEGACY.replace(before, after))
    found = findings(read(text).files)
    assert [(each.code, each.fixes) for each in found] == [("KP206", ())]


def test_the_name_that_the_rockspec_gives_the_schema_is_right() -> None:
    check_none(
        """
        -- rock: bar
        build = { type = "builtin", modules = {
          ["kong.plugins.bar.handler"] = "kong/plugins/foo/handler.lua",
          ["kong.plugins.bar.schema"] = "kong/plugins/foo/schema.lua",
        } }
        -- handler: kong/plugins/foo/handler.lua
        -- file: kong/plugins/foo/schema.lua
        return { name = "bar", fields = {} }
        """,
        only="KP207",
    )
