"""KP204 and KP205: functions that Kong never calls, and phases that exclude each other."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none


def handler(name: str, mark: str = "", more: str = "") -> str:
    return f"""
-- file: kong/plugins/acme/handler.lua
local Acme = {{ PRIORITY = 1, VERSION = "1.0.0" }}
   function Acme:{name}(conf) end
{mark}
{more}
return Acme
-- schema: kong/plugins/acme/schema.lua
"""


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("acess", "access"),
        ("Access", "access"),
        ("headerFilter", "header_filter"),
        ("header_fitler", "header_filter"),
        ("body_filters", "body_filter"),
        ("init_workers", "init_worker"),
        ("Log", "log"),
        ("reponse", "response"),
        ("pre_read", "preread"),
        ("certifcate", "certificate"),
    ],
)
def test_a_misspelt_phase(name: str, meant: str) -> None:
    mark = f'--               {"^" * len(name)} KP204 Did you mean "{meant}"?'
    check(handler(name, mark))
    fixed = handler(meant).replace("\n-- schema: kong/plugins/acme/schema.lua\n", "\n")
    check_fix(handler(name), f'Change to "{meant}"', fixed)


@pytest.mark.parametrize(
    "name", ["access", "new", "logs", "logger", "get_access", "execute", "_access", "ws_handshake"]
)
def test_other_functions_are_the_authors_business(name: str) -> None:
    check_none(handler(name))


def test_a_function_that_is_used_or_beside_the_phase_is_meant() -> None:
    check_none(handler("acess", more="function Acme:log(conf) self:acess() end"))
    check_none(handler("acess", more="function Acme:access(conf) end"))


def test_a_function_that_a_called_one_adds() -> None:
    adds = """
-- file: kong/plugins/acme/handler.lua
local Acme = { PRIORITY = 1, VERSION = "1.0.0" }
local function on(name)
  Acme[name] = function() end
end
    on "acess"
--      ^^^^^ KP204 Did you mean "access"?
return Acme
-- schema: kong/plugins/acme/schema.lua
"""
    check(adds)
    fixed = "\n".join(line for line in adds.split("\n") if "KP204" not in line)
    fixed = fixed.replace("acess", "access").partition("-- schema")[0]
    check_fix(adds, 'Change to "access"', fixed)


def test_a_function_that_a_module_adds() -> None:
    check(
        """
-- file: kong/plugins/acme/handler.lua
local Acme = { PRIORITY = 1, VERSION = "1.0.0" }
require "kong.plugins.acme.more"(Acme)
return Acme
-- schema: kong/plugins/acme/schema.lua
-- file: kong/plugins/acme/more.lua
return function(handler)
    function handler:acess(conf) end
--                   ^^^^^ KP204 Did you mean "access"?
end
"""
    )


def test_a_phase_of_a_later_kong_is_no_near_miss() -> None:
    check_none(handler("configur"), kong_version="3.4")
    check(handler("configur", "--               ^^^^^^^^ KP204"), kong_version="3.5")


@pytest.mark.parametrize("other", ["header_filter", "body_filter"])
def test_response_excludes_the_filters(other: str) -> None:
    more = f"function Acme:{other}(conf) end"
    (found,) = check(handler("response", "--               ^^^^^^^^ KP205", more))
    assert [related.message for related in found.related] == [f"{other} is here"]
    check_none(handler("response", more=more), kong_version="2.1")
    check(handler("response", "--               ^^^^^^^^ KP205", more), kong_version="2.2")


def test_response_beside_other_phases_is_fine() -> None:
    check_none(handler("response", more="function Acme:access(conf) end"))
