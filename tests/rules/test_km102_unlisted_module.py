"""KM102: a shipped module requires one that is on disk and not listed."""

from __future__ import annotations

from tests.support.checks import check, check_fix, check_none

ONE = """
    -- rock: acme
    build = { type = "builtin", modules = {
      ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
    -- ^^^^^^^^^^^^^^^^^^^^^^^^^^^ KM102 kong.plugins.acme.access is not in build.modules
      ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
    } }
    -- file: kong/plugins/acme/handler.lua
    local access = require "kong.plugins.acme.access"
    --                      ^^^^^^^^^^^^^^^^^^^^^^^^ KM102 module 'kong.plugins.acme.access' not found
    return { PRIORITY = 1, VERSION = "1.0.0", access = access.execute }
    -- file: kong/plugins/acme/access.lua
    return {}
    -- schema: kong/plugins/acme/schema.lua
"""

SEVERAL = """
    -- rock: acme
    build = { type = "builtin", modules = {
      ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
      ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
    } }
    -- file: kong/plugins/acme/handler.lua
    require "kong.plugins.acme.access"
    require("kong.plugins.acme.log")
    return { PRIORITY = 1, VERSION = "1.0.0" }
    -- file: kong/plugins/acme/access.lua
    return {}
    -- file: kong/plugins/acme/log.lua
    return {}
    -- schema: kong/plugins/acme/schema.lua
"""


def test_it_is_reported_in_the_rockspec_and_where_it_is_required() -> None:
    related = {each.path: [place.path for place in each.related] for each in check(ONE)}
    assert related == {
        "acme-1.0-1.rockspec": ["kong/plugins/acme/handler.lua"],
        "kong/plugins/acme/handler.lua": ["acme-1.0-1.rockspec"],
    }


def test_the_module_is_added_in_the_authors_style() -> None:
    check_fix(
        ONE,
        'Add "kong.plugins.acme.access" to build.modules',
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.access"] = "kong/plugins/acme/access.lua",
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        """,
    )


def test_all_missing_modules_are_added_at_once() -> None:
    check_fix(
        SEVERAL,
        "Add all 2 missing modules to build.modules",
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.access"] = "kong/plugins/acme/access.lua",
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.log"] = "kong/plugins/acme/log.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        """,
    )


def test_what_an_added_module_requires_is_added_with_it() -> None:
    check_fix(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- file: kong/plugins/acme/handler.lua
        require "kong.plugins.acme.access"
        return { PRIORITY = 1, VERSION = "1.0.0" }
        -- file: kong/plugins/acme/access.lua
        local cache = require "kong.plugins.acme.cache"
        return {}
        -- file: kong/plugins/acme/cache/init.lua
        return {}
        -- schema: kong/plugins/acme/schema.lua
        """,
        "KM102",
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.access"] = "kong/plugins/acme/access.lua",
          ["kong.plugins.acme.cache"] = "kong/plugins/acme/cache/init.lua",
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        """,
    )


def test_a_module_outside_kong_plugins_counts_too() -> None:
    check(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
        --                          ^^^^^^^ KM102
          ["acme.util"] = "acme/util.lua",
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        -- file: acme/util.lua
        require "acme.deep"
        --       ^^^^^^^^^ KM102
        return {}
        -- file: acme/deep.lua
        return {}
        """
    )


def test_a_protected_require_may_fail() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- file: kong/plugins/acme/handler.lua
        local ok, extra = pcall(require, "kong.plugins.acme.extra")
        return { PRIORITY = 1, VERSION = "1.0.0" }
        -- schema: kong/plugins/acme/schema.lua
        """
    )


def test_what_only_tests_require_is_not_missed() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        -- file: spec/acme/handler_spec.lua
        require "spec.helper"
        require "kong.plugins.acme.mock"
        -- file: spec/helper.lua
        return {}
        """
    )


def test_init_lua_is_the_module_of_its_folder() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.policies"] = "kong/plugins/acme/policies/init.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
          ["kong.plugins.acme.util.init"] = "kong/plugins/acme/util/init.lua",
        } }
        -- file: kong/plugins/acme/handler.lua
        require "kong.plugins.acme.policies"
        require "kong.plugins.acme.util"
        return { PRIORITY = 1, VERSION = "1.0.0" }
        -- file: kong/plugins/acme/policies/init.lua
        return {}
        -- file: kong/plugins/acme/util/init.lua
        return {}
        -- schema: kong/plugins/acme/schema.lua
        """
    )


def test_a_module_that_another_rock_ships_is_there() -> None:
    check_none(
        """
        -- rock: one/acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- file: one/kong/plugins/acme/handler.lua
        require "kong.plugins.shared.util"
        return { PRIORITY = 1, VERSION = "1.0.0" }
        -- schema: one/kong/plugins/acme/schema.lua
        -- rock: two/shared
        build = { type = "builtin", modules = {
          ["kong.plugins.shared.util"] = "kong/plugins/shared/util.lua",
        } }
        -- file: two/kong/plugins/shared/util.lua
        return {}
        """
    )


def test_an_unknown_key_keeps_the_rule_silent() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          [("x"):dump()] = "kong/plugins/acme/access.lua",
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- file: kong/plugins/acme/handler.lua
        require "kong.plugins.acme.access"
        return { PRIORITY = 1, VERSION = "1.0.0" }
        -- file: kong/plugins/acme/access.lua
        return {}
        -- schema: kong/plugins/acme/schema.lua
        """,
        only="KM",
    )


def test_another_copy_of_the_same_plugin_ships_nothing_for_this_one() -> None:
    check(
        """
-- file: one/acme-1.0-1.rockspec
package = "acme"
version = "1.0-1"
source = { url = "git+https://example.com/acme.git" }
description = { license = "MIT" }
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
-- ^^^^^^^^^^^^^^^^^^^^^^^^^^^ KM102 kong.plugins.acme.tools is not in build.modules
  ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
} }
-- file: one/kong/plugins/acme/handler.lua
local tools = require "kong.plugins.acme.tools"
--                     ^^^^^^^^^^^^^^^^^^^^^^^ KM102 kong.plugins.acme.tools is on disk
return { PRIORITY = 1, VERSION = "1.0", access = tools.access }
-- file: one/kong/plugins/acme/schema.lua
return { name = "acme", fields = {} }
-- file: one/kong/plugins/acme/tools.lua
return {}
-- file: two/acme-fork-1.0-1.rockspec
package = "acme-fork"
version = "1.0-1"
source = { url = "git+https://example.com/acme.git" }
description = { license = "MIT" }
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
  ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
  ["kong.plugins.acme.tools"] = "kong/plugins/acme/tools.lua",
} }
-- file: two/kong/plugins/acme/handler.lua
return { PRIORITY = 1, VERSION = "1.0", access = require("kong.plugins.acme.tools").access }
-- file: two/kong/plugins/acme/schema.lua
return { name = "acme", fields = {} }
-- file: two/kong/plugins/acme/tools.lua
return {}
""",
        only="KM",
    )
