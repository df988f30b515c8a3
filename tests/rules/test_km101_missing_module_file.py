"""KM101: a listed file is not on disk."""

from __future__ import annotations

from tests.support.checks import check, check_fix, check_none, find_fix

MISSPELT = """
    -- rock: acme
    build = { type = "builtin", modules = {
      ["kong.plugins.acme.handler"] = "kong/plugins/acme/hander.lua",
    --                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ KM101 Did you mean "kong/plugins/acme/handler.lua"?
      ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
    } }
    -- handler: kong/plugins/acme/handler.lua
    -- schema: kong/plugins/acme/schema.lua
"""


def test_a_misspelt_path_is_found_and_corrected() -> None:
    check(MISSPELT)
    check_fix(
        MISSPELT,
        'Change to "kong/plugins/acme/handler.lua"',
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        """,
    )


def test_the_message_has_the_words_of_luarocks() -> None:
    [finding] = check(MISSPELT)
    assert (
        "Failed installing kong/plugins/acme/hander.lua: No such file or directory"
        in finding.message
    )


def test_the_path_that_the_key_names_is_a_safe_fix_and_removal_is_not() -> None:
    [finding] = check(MISSPELT)
    assert [(fix.title, fix.safety) for fix in finding.fixes] == [
        ('Change to "kong/plugins/acme/handler.lua"', "safe"),
        ('Remove "kong.plugins.acme.handler" from build.modules', "unsafe"),
    ]


def test_an_entry_can_be_removed() -> None:
    check_fix(
        MISSPELT,
        'Remove "kong.plugins.acme.handler" from build.modules',
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        """,
    )


def test_case_counts() -> None:
    check_fix(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/Acme/Handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        """,
        "KM101",
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        """,
    )


def test_a_placeholder_of_the_old_guide_becomes_the_real_file() -> None:
    check_fix(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "/path/to/schema.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        """,
        "KM101",
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        """,
    )


def test_only_the_wrong_part_of_a_computed_path_is_replaced() -> None:
    check_fix(
        """
        -- rock: acme
        local folder = "kong/plugins/acme"
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = folder .. "/hander.lua",
          ["kong.plugins.acme.schema"] = folder .. "/schema.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        """,
        "KM101",
        """
        -- rock: acme
        local folder = "kong/plugins/acme"
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = folder .. "/handler.lua",
          ["kong.plugins.acme.schema"] = folder .. "/schema.lua",
        } }
        """,
    )


def test_a_misnamed_file_can_be_renamed() -> None:
    text = """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
        --                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ KM101 Did you mean "kong/plugins/acme/hander.lua"?
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- file: kong/plugins/acme/hander.lua
        return { PRIORITY = 1, VERSION = "1.0.0" }
        -- schema: kong/plugins/acme/schema.lua
    """
    [finding] = check(text)
    assert {fix.safety for fix in finding.fixes} == {"unsafe"}
    check_fix(
        text,
        "Rename hander.lua to handler.lua",
        """
        -- gone: kong/plugins/acme/hander.lua
        -- file: kong/plugins/acme/handler.lua
        return { PRIORITY = 1, VERSION = "1.0.0" }
        """,
    )


def test_a_file_that_is_nowhere_can_be_created() -> None:
    check_fix(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- schema: kong/plugins/acme/schema.lua
        """,
        "Create kong/plugins/acme/handler.lua",
        """
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


def test_what_the_right_file_requires_is_listed_with_it() -> None:
    check_fix(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/hander.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- file: kong/plugins/acme/handler.lua
        require "kong.plugins.acme.access"
        return { PRIORITY = 1, VERSION = "1.0.0" }
        -- file: kong/plugins/acme/access.lua
        return {}
        -- schema: kong/plugins/acme/schema.lua
        """,
        "KM101",
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.access"] = "kong/plugins/acme/access.lua",
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        """,
    )


def test_a_computed_path_that_is_not_known_is_silent() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = ("x"):dump(),
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- schema: kong/plugins/acme/schema.lua
        """,
        only="KM",
    )


def test_a_fix_is_offered_by_its_title() -> None:
    [finding] = check(MISSPELT)
    assert find_fix([finding], "KM101") is finding.fixes[0]
