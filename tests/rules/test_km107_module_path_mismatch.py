"""KM107: a key and its file disagree."""

from __future__ import annotations

from tests.support.checks import check, check_fix, check_none

RUNSCOPE = """
    -- rock: runscope
    build = { type = "builtin", modules = {
       ["kong.plugins.runscope.buffer"] = "kong/plugins/runscope/log.lua",
    --  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ KM107 "kong.plugins.runscope.log" would not find it
       ["kong.plugins.runscope.handler"] = "kong/plugins/runscope/handler.lua",
       ["kong.plugins.runscope.schema"] = "kong/plugins/runscope/schema.lua",
    } }
    -- handler: kong/plugins/runscope/handler.lua
    -- schema: kong/plugins/runscope/schema.lua
    -- file: kong/plugins/runscope/log.lua
    return {}
"""


def test_the_key_follows_the_file() -> None:
    check(RUNSCOPE)
    check_fix(
        RUNSCOPE,
        "KM107",
        """
        -- rock: runscope
        build = { type = "builtin", modules = {
           ["kong.plugins.runscope.log"] = "kong/plugins/runscope/log.lua",
           ["kong.plugins.runscope.handler"] = "kong/plugins/runscope/handler.lua",
           ["kong.plugins.runscope.schema"] = "kong/plugins/runscope/schema.lua",
        } }
        """,
    )


def test_a_file_under_the_keys_own_name_is_offered_first() -> None:
    text = RUNSCOPE + "    -- file: kong/plugins/runscope/buffer.lua\n    return {}\n"
    fixes = check(text, only="KM107")[0].fixes
    assert [(fix.title, fix.safety) for fix in fixes] == [
        ('Change the path to "kong/plugins/runscope/buffer.lua"', "unsafe"),
        ('Change the key to "kong.plugins.runscope.log"', "unsafe"),
    ]


def test_folders_and_spelling_do_not_count() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "src/handler.lua",
          ["kong.plugins.acme.jwt_parser"] = "src/jwt-parser.lua",
          ["kong.plugins.acme.policies"] = "src/policies/init.lua",
          ["kong.plugins.acme.schema"] = "src/schema.lua",
        } }
        -- handler: src/handler.lua
        -- schema: src/schema.lua
        -- file: src/jwt-parser.lua
        return {}
        -- file: src/policies/init.lua
        return {}
        """
    )


def test_an_author_who_names_files_in_a_way_of_their_own_is_let_be() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "src/plugin.lua",
          ["kong.plugins.acme.schema"] = "src/config.lua",
        } }
        -- handler: src/plugin.lua
        -- schema: src/config.lua
        """
    )
