"""KP206 and KP207: what Kong refuses of a schema, and a name that is another plugin's."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none


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
        '   { host = { typ = "string" } },\n--            ^^^ KP206 "config.host.typ: unknown field"\n--   ^^^^ KP206 host: missing type',
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
