"""KP203: a module that Kong had, and has no more."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none


def handler(lines: str) -> str:
    return f"""
-- file: kong/plugins/acme/handler.lua
{lines}
return {{ PRIORITY = 1, VERSION = "1.0.0" }}
-- schema: kong/plugins/acme/schema.lua
"""


@pytest.mark.parametrize(
    ("module", "until", "then"),
    [
        ("kong.plugins.base_plugin", "2.8", "3.0"),
        ("kong.singletons", "2.8", "3.0"),
        ("kong.tools.responses", "0.15", "1.0"),
        ("kong.dao.errors", "0.15", "1.0"),
        ("kong.tools.batch_queue", "3.2", "3.3"),
        ("kong.plugins.log-serializers.basic", "2.8", "3.0"),
    ],
)
def test_it_fires_from_the_release_on_that_dropped_it(module: str, until: str, then: str) -> None:
    text = handler(
        f'   require "{module}"\n--          {"^" * len(module)} KP203 the last release that had it is {until}'
    )
    check(text, kong_version=then)
    check_none(handler(f'require "{module}"'), kong_version=until)


@pytest.mark.parametrize(
    "lines",
    [
        'pcall(require, "kong.singletons")',
        '-- require "kong.singletons"',
        'require "kong.tools.utils"',
        'require("kong." .. what)',
    ],
)
def test_what_may_fail_or_is_there_is_no_finding(lines: str) -> None:
    check_none(handler(lines))


def test_a_module_that_nothing_requires_is_passed_over() -> None:
    check_none(
        """
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        -- file: kong/plugins/acme/old.lua
        require "kong.singletons"
        """
    )


def test_a_module_that_the_handler_requires_is_followed() -> None:
    check(
        """
        -- file: kong/plugins/acme/handler.lua
        local access = require "kong.plugins.acme.access"
        return { PRIORITY = 1, VERSION = "1.0.0", access = access }
        -- schema: kong/plugins/acme/schema.lua
        -- file: kong/plugins/acme/access.lua
           local responses = require "kong.tools.responses"
        --                            ^^^^^^^^^^^^^^^^^^^^ KP203 Use kong.response.exit
        return {}
        """
    )


def test_a_module_that_the_workspace_has_is_there() -> None:
    check_none(
        handler('require "kong.singletons"') + "-- file: kong/singletons.lua\nreturn {}\n",
    )


def test_a_handler_is_freed_of_its_parent() -> None:
    check_fix(
        """
        -- file: kong/plugins/acme/handler.lua
        local BasePlugin = require "kong.plugins.base_plugin"
        local access = require "kong.plugins.acme.access"

        local Acme = BasePlugin:extend()

        Acme.PRIORITY = 1
        Acme.VERSION = "1.0.0"

        function Acme:new()
          Acme.super.new(self, "acme")
        end

        function Acme:access(conf)
          Acme.super.access(self)

          access.run(conf)
        end

        return Acme
        -- schema: kong/plugins/acme/schema.lua
        -- file: kong/plugins/acme/access.lua
        return {}
        """,
        "Make the handler a plain table",
        """
        -- file: kong/plugins/acme/handler.lua
        local access = require "kong.plugins.acme.access"

        local Acme = {}

        Acme.PRIORITY = 1
        Acme.VERSION = "1.0.0"

        function Acme:access(conf)
          access.run(conf)
        end

        return Acme
        """,
    )


def test_a_handler_whose_constructor_does_more_is_left() -> None:
    (found,) = check(
        """
        -- file: kong/plugins/acme/handler.lua
           local Base = require "kong.plugins.base_plugin"
        --                       ^^^^^^^^^^^^^^^^^^^^^^^^ KP203
        local Acme = Base:extend()
        Acme.PRIORITY = 1
        Acme.VERSION = "1.0.0"
        function Acme:new(name)
          self.parent = Acme.super.new(self, name or "acme")
        end
        return Acme
        -- schema: kong/plugins/acme/schema.lua
        """
    )
    assert found.fixes == ()


def test_singletons_become_the_global_kong_where_it_has_the_same() -> None:
    check_fix(
        handler('local s = require "kong.singletons"\nlocal x = s.db'),
        "Use the global kong",
        "-- file: kong/plugins/acme/handler.lua\n\nlocal s = kong\nlocal x = s.db\n"
        'return { PRIORITY = 1, VERSION = "1.0.0" }\n'.replace("\n\n", "\n", 1),
    )
    text = handler(
        '   local s = require "kong.singletons"\n--                    ^^^^^^^^^^^^^^^ KP203\n'
        "local x = s.dao"
    )
    (found,) = check(text)
    assert found.fixes == ()
