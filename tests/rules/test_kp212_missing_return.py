"""KP212: a handler or a schema that returns nothing."""

from __future__ import annotations

import pytest

from tests.support import fixture
from tests.support.checks import check, check_fix, check_none
from tests.support.world import findings

SCHEMA = "-- schema: kong/plugins/acme/schema.lua\n"
HANDLER = "-- handler: kong/plugins/acme/handler.lua\n"
FILE = "-- file: kong/plugins/acme/handler.lua\n"
PLAIN = 'local Acme = { PRIORITY = 10, VERSION = "1.0.0" }\n'


def test_a_handler_that_is_not_returned_is_told_at_its_table_and_returned() -> None:
    text = f"""{FILE}{PLAIN}--    ^^^^ KP212 "attempt to index local 'handler' (a boolean value)". Let it end in "return Acme".
local hosts = {{}}

function Acme:access(conf)
  return hosts
end

{SCHEMA}"""
    check(text, only="K")
    check_fix(
        text,
        "Add return Acme",
        f"{FILE}{PLAIN}local hosts = {{}}\n\nfunction Acme:access(conf)\n  return hosts\nend\n\n"
        "return Acme\n",
    )


def test_an_heir_of_base_plugin_is_told_too() -> None:
    check(
        f"""{FILE}local Base = require "kong.plugins.base_plugin"
local Acme = Base:extend()
--    ^^^^ KP212 Let it end in "return Acme"
Acme.PRIORITY = 10
{SCHEMA}""",
        kong_version="2.8",
    )


@pytest.mark.parametrize(
    ("kong", "said"),
    [("2.8", "attempt to index local 'schema' (a boolean value)"), ("3.9", "input table")],
)
def test_a_schema_that_is_not_returned_is_told_in_the_words_of_the_release(
    kong: str, said: str
) -> None:
    check(
        f"""{HANDLER}-- file: kong/plugins/acme/schema.lua
local typedefs = require "kong.db.schema.typedefs"
local schema = {{ name = "acme", fields = {{ {{ consumer = typedefs.no_consumer }} }} }}
--    ^^^^^^ KP212 {said}
""",
        kong_version=kong,
    )


@pytest.mark.parametrize("text", ["", "-- nothing yet\n", PLAIN + "local hosts = {}\n"])
def test_where_the_table_cannot_be_told_the_file_itself_is_told_of(text: str) -> None:
    files = fixture.read(f"{FILE}{text}{SCHEMA}").files
    (found,) = [each for each in findings(files, "3.9") if each.code.startswith("KP")]
    assert found.message.endswith("Let it end in return and the handler's table.")
    assert (found.code, found.span, found.fixes) == ("KP212", (0, 0), ())


@pytest.mark.parametrize(
    "text",
    [
        PLAIN + "if kong then return Acme end\n",
        PLAIN + "do return Acme end\n",
        "return require('kong.plugins.acme.own')\n",
        'module("kong.plugins.acme.handler", package.seeall)\nPRIORITY = 10\n',
        PLAIN + 'package.loaded["kong.plugins.acme.handler"] = Acme\n',
        PLAIN + "return setmetatable({}, { __index = Acme })\n",
        PLAIN + "return (function() return Acme end)()\n",
    ],
)
def test_what_returns_something_or_may_is_no_finding(text: str) -> None:
    check_none(f"{FILE}{text}{SCHEMA}", only="KP212")
