"""KP210: an entity check that names a field that there is not."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none

HEAD = """
-- handler: kong/plugins/acme/handler.lua
-- file: kong/plugins/acme/schema.lua
local typedefs = require "kong.db.schema.typedefs"
return { name = "acme", fields = { { protocols = typedefs.protocols }, { config = {
  type = "record",
  fields = {
    { policy = { type = "string" } },
    { redis = { type = "record", fields = { { host = typedefs.host } } } },
    { headers = { type = "map", keys = { type = "string" }, values = { type = "string" } } },
    { unclear = unheard_of() },
  },
  shorthand_fields = { { redis_host = { type = "string", func = function() end } } },
"""


def config(checks: str) -> str:
    """A schema whose config has these checks; their first line starts in column 2."""
    return f"{HEAD}  entity_checks = {{\n{checks}\n  }},\n}} }} }} }}\n"


@pytest.mark.parametrize(
    ("line", "name", "near"),
    [
        ('{ at_least_one_of = { "polcy", "redis" } },', '"polcy"', "policy"),
        ('{ only_one_of = { "policy", "redis.hots" } },', '"redis.hots"', "redis.host"),
        ('{ mutually_exclusive_sets = { set1 = { "polic" }, set2 = {} } },', '"polic"', "policy"),
        ('{ custom_entity_check = { field_sources = { "reds" } } },', '"reds"', "redis"),
        ('{ distinct = { "something", "policy" } },', '"something"', None),
        (
            '{ conditional = { if_field = "polici", then_field = "redis.host" } },',
            '"polici"',
            "policy",
        ),
    ],
)
def test_a_name_that_no_field_has(line: str, name: str, near: str | None) -> None:
    mark = "--" + " " * line.index(name) + " " * 2 + "^" * len(name) + " KP210"
    text = config(f"    {line}\n{mark} no field {name[1:-1]} here")
    (found,) = check(text, only="KP210")
    assert [fix.title for fix in found.fixes] == ([f'Change to "{near}"'] if near else [])
    if near:
        fixed = config(f"    {line.replace(name, near.join(chr(34) * 2))}")
        wanted = fixed[fixed.index("-- file") :]
        assert check_fix(config(f"    {line}"), f'Change to "{near}"', wanted).safety == "safe"


@pytest.mark.parametrize(
    "line",
    [
        '{ at_least_one_of = { "policy", "redis.host", "redis_host" } },',
        '{ only_one_of = { "headers.x", "unclear.x" } },',
        "{ only_one_of = unheard_of() },",
        '{ conditional = { if_field = "policy", if_match = { eq = "x" }, then_field = "redis" } },',
    ],
)
def test_names_that_there_are_or_may_be(line: str) -> None:
    check_none(config(f"    {line}"), only="KP210")


def test_checks_of_the_schema_itself_name_what_plugins_have() -> None:
    text = """
    -- handler: kong/plugins/acme/handler.lua
    -- file: kong/plugins/acme/schema.lua
    return {
      name = "acme",
      fields = { { config = { type = "record", fields = { { a = { type = "string" } } } } } },
      entity_checks = {
        { at_least_one_of = { "config.a", "route", "service" } },
        { at_least_one_of = { "config.b", "a" } },
    --                        ^^^^^^^^^^ KP210 no field config.b
    --                                    ^^^ KP210 no field a here
      },
    }
    """
    check(text, only="KP210")


def test_records_in_lists_have_checks_of_their_own() -> None:
    text = """
    -- handler: kong/plugins/acme/handler.lua
    -- file: kong/plugins/acme/schema.lua
    return { name = "acme", fields = { { config = { type = "record", fields = {
      { list = { type = "array", elements = {
        type = "record",
        fields = { { a = { type = "string" } } },
        entity_checks = { { only_one_of = { "a", "bee" } } },
    --                                           ^^^^^ KP210
      } } },
    } } } } }
    """
    check(text, only="KP210")


@pytest.mark.parametrize("fields", ["unheard_of()", "{ unheard_of() }"])
def test_nothing_is_said_where_fields_are_not_known(fields: str) -> None:
    check_none(
        f"""
        -- handler: kong/plugins/acme/handler.lua
        -- file: kong/plugins/acme/schema.lua
        return {{ name = "acme", fields = {{ {{ config = {{ type = "record", fields = {fields},
          entity_checks = {{ {{ only_one_of = {{ "a", "b" }} }} }} }} }} }} }}
        """,
        only="KP210",
    )
