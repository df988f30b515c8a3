"""KM114: nothing is listed although a plugin is there."""

from __future__ import annotations

from kong_lsp.finding import Severity
from tests.support.checks import check, check_fix, check_none

FILES = """
    -- handler: kong/plugins/acme/handler.lua
    -- schema: kong/plugins/acme/schema.lua
    -- file: kong/plugins/acme/lib/init.lua
    return {}
    -- file: kong/plugins/acme/spec/handler_spec.lua
    return {}
"""


def test_all_modules_are_added_to_an_empty_table() -> None:
    text = (
        """
    -- rock: acme
    build = {
      type = "builtin",
       modules = {},
    -- ^^^^^^^ KM114 LuaRocks installs nothing
    }"""
        + FILES
    )
    check(text)
    check_fix(
        text,
        "Add all 3 missing modules to build.modules",
        """
        -- rock: acme
        build = {
          type = "builtin",
           modules = {
             ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
             ["kong.plugins.acme.lib"] = "kong/plugins/acme/lib/init.lua",
             ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
           },
        }
        """,
    )


def test_an_absent_table_is_made() -> None:
    text = (
        """
    -- rock: acme
    build = {
    --^^^ KM114 Missing build.modules table
      type = "builtin",
    }"""
        + FILES
    )
    (found,) = check(text)
    assert found.severity is Severity.ERROR
    check_fix(
        text,
        "KM114",
        """
        -- rock: acme
        build = {
          type = "builtin",
          modules = {
            ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
            ["kong.plugins.acme.lib"] = "kong/plugins/acme/lib/init.lua",
            ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
          },
        }
        """,
    )


def test_format_3_finds_modules_by_itself() -> None:
    check_none(
        """
        -- rock: acme
        rockspec_format = "3.0"
        build = { type = "builtin" }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        """
    )


def test_format_3_finds_them_under_a_wrong_name_in_a_folder_of_its_own() -> None:
    check(
        """
        -- rock: acme
        rockspec_format = "3.0"
        build = { type = "builtin" }
        --^^^ KM114 does not find the handler under its name
        -- handler: plugin/kong/plugins/acme/handler.lua
        -- schema: plugin/kong/plugins/acme/schema.lua
        """
    )


def test_another_build_type_ships_in_its_own_way() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "make" }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        """
    )


def test_where_build_is_missing_too_the_rule_that_adds_it_says_so_alone() -> None:
    check_none(
        """
    -- file: acme-1.0-1.rockspec
    package = "acme"
    version = "1.0-1"
    source = { url = "git+https://example.com/acme.git" }
    """
        + FILES,
        only="KM114",
    )
