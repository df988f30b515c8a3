"""KM103: Kong itself loads a module that is on disk and not listed."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none

UNLISTED = """
    -- rock: acme
    build = { type = "builtin", modules = {
      ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
    -- ^^^^^^^^^^^^^^^^^^^^^^^^^^^ KM103 no configuration schema found for plugin: acme
    } }
    -- handler: kong/plugins/acme/handler.lua
    -- schema: kong/plugins/acme/schema.lua
"""


def test_an_unlisted_schema_is_told_once_and_listed() -> None:
    check(UNLISTED)
    check_fix(
        UNLISTED,
        "KM103",
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        """,
    )


def test_an_unlisted_handler_means_enabled_but_not_installed() -> None:
    check(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        -- ^^^^^^^^^^^^^^^^^^^^^^^^^^ KM103 acme plugin is enabled but not installed
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        """
    )


@pytest.mark.parametrize(
    ("tail", "release", "loaded"),
    [
        ("api", "3.9", True),
        ("daos", "3.9", True),
        ("status_api", "3.9", True),
        ("status_api", "1.3", False),
        ("hooks", "0.10", True),
        ("hooks", "0.11", False),
        ("migrations", "3.9", True),
        ("migrations", "0.14", False),
        ("utils", "3.9", False),
    ],
)
def test_it_depends_on_the_release_what_kong_loads(
    tail: str, release: str, *, loaded: bool
) -> None:
    text = f"""
        -- rock: acme
        build = {{ type = "builtin", modules = {{
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
        {"-- ^^^^^^^^^^^^^^^^^^^^^^^^^^^ KM103" if loaded else ""}
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        }} }}
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        -- file: kong/plugins/acme/{tail}.lua
        return {{}}
    """
    check(text, kong_version=release, only="KM10")


def test_each_migration_that_the_index_names_is_wanted() -> None:
    check_fix(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.migrations.init"] = "kong/plugins/acme/migrations/init.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        -- file: kong/plugins/acme/migrations/init.lua
        return {
          "000_base",
          "001_keys",
        }
        -- file: kong/plugins/acme/migrations/000_base.lua
        return { postgres = { up = "SELECT 1;" } }
        -- file: kong/plugins/acme/migrations/001_keys.lua
        return { postgres = { up = "SELECT 1;" } }
        """,
        "Add all 2 missing modules to build.modules",
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.migrations.000_base"] = "kong/plugins/acme/migrations/000_base.lua",
          ["kong.plugins.acme.migrations.001_keys"] = "kong/plugins/acme/migrations/001_keys.lua",
          ["kong.plugins.acme.migrations.init"] = "kong/plugins/acme/migrations/init.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        """,
    )


def test_an_unlisted_module_that_is_required_too_is_told_once() -> None:
    check(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
        -- ^^^^^^^^^^^^^^^^^^^^^^^^^^^ KM102
        } }
        -- file: kong/plugins/acme/handler.lua
        require "kong.plugins.acme.schema"
        --       ^^^^^^^^^^^^^^^^^^^^^^^^ KM102
        return { PRIORITY = 1, VERSION = "1.0.0" }
        -- schema: kong/plugins/acme/schema.lua
        """
    )


def test_one_plugin_of_several_is_packaged() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        -- handler: kong/plugins/other/handler.lua
        -- schema: kong/plugins/other/schema.lua
        """
    )


def test_sources_in_src_with_keys_that_name_the_plugin() -> None:
    check_fix(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "src/handler.lua",
        } }
        -- handler: src/handler.lua
        -- schema: src/schema.lua
        """,
        "KM103",
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "src/handler.lua",
          ["kong.plugins.acme.schema"] = "src/schema.lua",
        } }
        """,
    )
