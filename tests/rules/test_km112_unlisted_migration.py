"""KM112: the migrations index and the migration files."""

from __future__ import annotations

from tests.support.checks import check, check_fix, check_none

HEAD = """
    -- rock: acme
    build = { type = "builtin", modules = {
      ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
      ["kong.plugins.acme.migrations"] = "kong/plugins/acme/migrations/init.lua",
      ["kong.plugins.acme.migrations.000_base"] = "kong/plugins/acme/migrations/000_base.lua",
      ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
    } }
    -- handler: kong/plugins/acme/handler.lua
    -- schema: kong/plugins/acme/schema.lua
    -- file: kong/plugins/acme/migrations/000_base.lua
    return { postgres = { up = "SELECT 1;" } }
    -- file: kong/plugins/acme/migrations/init.lua
"""


def test_a_misspelt_name_in_the_index_is_corrected() -> None:
    text = (
        HEAD
        + """
    return {
       "000_bsae",
    -- ^^^^^^^^^^ KM112 failed to load migration 'kong.plugins.acme.migrations.000_bsae'
    }
    """
    )
    check(text)
    check_fix(
        text,
        'Change to "000_base"',
        """
        -- file: kong/plugins/acme/migrations/init.lua

        return {
           "000_base",
        }
        """,
    )


def test_a_name_without_a_file_has_no_fix() -> None:
    [finding] = check(
        HEAD
        + '    return { "000_base", "001_keys" }\n'
        + "    --                   ^^^^^^^^^^ KM112 failed to load migration\n"
    )
    assert finding.fixes == ()


def test_a_file_that_the_index_does_not_name_is_a_hint() -> None:
    text = (
        HEAD
        + '    return { "000_base" }\n'
        + "    --       ^^^^^^^^^^ KM112 001_keys.lua is not named here\n"
        + "    -- file: kong/plugins/acme/migrations/001_keys.lua\n    return {}\n"
    )
    [finding] = check(text)
    assert (finding.severity.name, [fix.safety for fix in finding.fixes]) == ("HINT", ["unsafe"])


def test_a_migration_that_is_not_listed_is_the_rockspecs_matter() -> None:
    check_fix(
        HEAD
        + '    return { "000_base", "001_keys" }\n'
        + "    -- file: kong/plugins/acme/migrations/001_keys.lua\n    return {}\n",
        "KM103",
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.migrations"] = "kong/plugins/acme/migrations/init.lua",
          ["kong.plugins.acme.migrations.000_base"] = "kong/plugins/acme/migrations/000_base.lua",
          ["kong.plugins.acme.migrations.001_keys"] = "kong/plugins/acme/migrations/001_keys.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        """,
    )


def test_an_index_that_is_computed_is_let_be() -> None:
    check_none(HEAD + "    local names = {}\n    return names\n")
    check_none(HEAD + '    return { "000_base", os.getenv("EXTRA") }\n')
    check_none(HEAD + '    return { "000_base", "001_keys" }\n', kong_version="0.14", only="KM112")


def test_a_helper_in_the_folder_is_no_migration() -> None:
    check_none(
        HEAD
        + '    return { "000_base" }\n'
        + "    -- file: kong/plugins/acme/migrations/operations/010_common.lua\n    return {}\n",
        only="KM112",
    )
