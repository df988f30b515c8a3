"""KM115: any other Lua file of a packaged plugin that is not listed."""

from __future__ import annotations

from tests.support.checks import check, check_fix

UNLISTED = """
    -- rock: acme
    build = { type = "builtin", modules = {
      ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
      ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
    } }
    -- handler: kong/plugins/acme/handler.lua
    -- schema: kong/plugins/acme/schema.lua
    -- file: kong/plugins/acme/steps/first.lua
    return {}
    --| KM115 is in the folder of the plugin 'acme'
    -- file: kong/plugins/acme/spec/first_spec.lua
    return {}
"""


def test_it_is_a_hint_in_the_file_and_tests_are_let_be() -> None:
    [finding] = check(UNLISTED)
    assert finding.severity.name == "HINT"


def test_it_can_be_listed() -> None:
    check_fix(
        UNLISTED,
        'Add "kong.plugins.acme.steps.first" to build.modules',
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
          ["kong.plugins.acme.steps.first"] = "kong/plugins/acme/steps/first.lua",
        } }
        """,
    )
