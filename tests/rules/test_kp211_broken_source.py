"""KP211: a plugin's file that is no Lua."""

from __future__ import annotations

import pytest

from kong_lsp.finding import Finding
from tests.support import fixture
from tests.support.checks import check, check_fix, check_none
from tests.support.world import findings

SCHEMA = "-- schema: kong/plugins/acme/schema.lua\n"
HANDLER = "-- handler: kong/plugins/acme/handler.lua\n"


def told(text: str) -> list[Finding]:
    """The findings of KP211."""
    found = findings(fixture.read(text).files, "auto")
    return [each for each in found if each.code == "KP211"]


PLAIN = 'local Acme = { PRIORITY = 10, VERSION = "1.0.0" }\n'


@pytest.mark.parametrize(
    "text",
    [
        PLAIN + "function Acme:access(conf)\n  if conf then\nend\nreturn Acme\n",
        PLAIN + "function Acme:access(conf)\n  kong.log(conf\nend\nreturn Acme\n",
        PLAIN + "function Acme:access(conf)\n  kong.log(conf))\nend\nreturn Acme\n",
        PLAIN + "function Acme:access(conf)\n  return { conf\nend\nreturn Acme\n",
        'local Acme = { PRIORITY = 10, VERSION = "1.0.0 }\nreturn Acme\n',
    ],
)
def test_what_is_opened_and_not_closed_is_told_even_of_a_plain_handler(text: str) -> None:
    found = told(f"-- file: kong/plugins/acme/handler.lua\n{text}{SCHEMA}")
    (finding,) = found
    said = "error loading module 'kong.plugins.acme.handler' from file 'handler.lua'"
    assert finding.message.startswith(f'Kong stops with "{said}": ')


def test_a_missing_comma_is_told_and_put_in() -> None:
    text = """
-- file: kong/plugins/acme/handler.lua
return { PRIORITY = 10 VERSION = "1.0.0" }
--                   ^ KP211 '}' expected: a comma is missing after this entry.
-- schema: kong/plugins/acme/schema.lua
"""
    check(text, only="KP211")
    check_fix(
        text,
        "Insert the missing comma",
        """
-- file: kong/plugins/acme/handler.lua
return { PRIORITY = 10, VERSION = "1.0.0" }
""",
    )


@pytest.mark.parametrize("name", ["schema", "daos"])
def test_each_file_that_kong_loads_is_read(name: str) -> None:
    other = SCHEMA if name == "daos" else ""
    found = told(
        f"-- file: kong/plugins/acme/{name}.lua\nreturn {{ fields = {{ }}\n{HANDLER}{other}",
    )
    assert [(finding.path.rpartition("/")[2], finding.code) for finding in found] == [
        (f"{name}.lua", "KP211")
    ]


def test_a_module_that_the_handler_requires_is_read_too() -> None:
    found = told(
        "-- file: kong/plugins/acme/handler.lua\n"
        'local own = require "kong.plugins.acme.own"\n'
        "return { PRIORITY = own.priority, VERSION = own.version }\n"
        f"-- file: kong/plugins/acme/own.lua\nreturn {{ priority = 1 version = '1.0' }}\n{SCHEMA}",
    )
    assert [finding.path.rpartition("/")[2] for finding in found] == ["own.lua"]


def test_a_file_has_one_finding_however_many_mistakes() -> None:
    text = "return { a = 1 b = 2 c = 3 d = = }\n"
    found = told(f"-- file: kong/plugins/acme/handler.lua\n{text}{SCHEMA}")
    assert len(found) == 1


@pytest.mark.parametrize(
    "text",
    [
        PLAIN + "-- ( { [ function\nfunction Acme:log() print('end )') end\nreturn Acme\n",
        PLAIN + "function Acme:log() goto done ::done:: return 10LL, '\\x41' end\nreturn Acme\n",
        PLAIN + "function Acme:log() local s = [[ ( { ]] end\nreturn Acme\n",
        "#!/usr/bin/env resty\n" + PLAIN + "return Acme\n",
    ],
)
def test_what_luajit_takes_is_silent(text: str) -> None:
    check_none(f"-- file: kong/plugins/acme/handler.lua\n{text}{SCHEMA}", only="KP211")
