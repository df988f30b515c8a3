"""KM104 and KM105: a plugin without a handler, or without a schema."""

from __future__ import annotations

from tests.support.checks import check, check_fix, check_none

NO_HANDLER = """
    -- rock: acme
    build = { type = "builtin", modules = {
      ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
    -- ^^^^^^^^^^^^^^^^^^^^^^^^^^ KM104 acme plugin is enabled but not installed
    } }
    -- schema: kong/plugins/acme/schema.lua
"""
NO_SCHEMA = """
    -- rock: acme
    build = { type = "builtin", modules = {
      ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
    -- ^^^^^^^^^^^^^^^^^^^^^^^^^^^ KM105 no configuration schema found for plugin: acme
    } }
    -- handler: kong/plugins/acme/handler.lua
"""


def test_a_plugin_without_a_handler_is_found_and_one_is_created() -> None:
    check(NO_HANDLER)
    check_fix(
        NO_HANDLER,
        "Create kong/plugins/acme/handler.lua and list it",
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
        } }
        -- file: kong/plugins/acme/handler.lua
        local Plugin = {
          PRIORITY = 1000,
          VERSION = "0.1.0",
        }

        function Plugin:access(config)
        end

        return Plugin
        """,
        kong_version="3.9",
    )


def test_an_old_kong_wants_an_extended_base_plugin() -> None:
    fix = check_fix(
        NO_HANDLER,
        "KM104",
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
        } }
        -- file: kong/plugins/acme/handler.lua
        local BasePlugin = require "kong.plugins.base_plugin"

        local Plugin = BasePlugin:extend()

        Plugin.PRIORITY = 1000
        Plugin.VERSION = "0.1.0"

        function Plugin:new()
          Plugin.super.new(self, "acme")
        end

        function Plugin:access(config)
          Plugin.super.access(self)
        end

        return Plugin
        """,
        kong_version="0.14",
    )
    assert fix.safety == "unsafe"


def test_a_misnamed_handler_is_renamed_and_listed() -> None:
    check_fix(
        NO_HANDLER.rstrip()
        + """
    -- file: kong/plugins/acme/hander.lua
    return { PRIORITY = 1, VERSION = "1.0.0" }
    """,
        "Rename hander.lua to handler.lua and list it",
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
        } }
        -- gone: kong/plugins/acme/hander.lua
        -- file: kong/plugins/acme/handler.lua
        return { PRIORITY = 1, VERSION = "1.0.0" }
        """,
    )


def test_a_plugin_without_a_schema_is_found_and_one_is_created() -> None:
    check(NO_SCHEMA)
    check_fix(
        NO_SCHEMA,
        "KM105",
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- file: kong/plugins/acme/schema.lua
        return {
          name = "acme",
          fields = {
            {
              config = {
                type = "record",
                fields = {},
              },
            },
          },
        }
        """,
        kong_version="1.0",
    )


def test_a_kong_before_0_9_starts_without_a_schema() -> None:
    [finding] = check(
        NO_SCHEMA.replace("no configuration schema found for plugin: acme", "fails when"),
        kong_version="0.8",
    )
    assert finding.severity.name == "WARNING"


def test_a_folder_of_helpers_is_no_plugin() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
          ["kong.plugins.common.util"] = "kong/plugins/common/util.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        -- file: kong/plugins/common/util.lua
        return {}
        """
    )


def test_a_handler_that_is_listed_and_not_on_disk_is_another_finding() -> None:
    check(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
        --                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ KM101
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- schema: kong/plugins/acme/schema.lua
        """
    )
