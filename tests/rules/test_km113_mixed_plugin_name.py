"""KM113: near-equal plugin names in one rock."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none


@pytest.mark.parametrize("wrong", ["my_plugin", "my-plugn", "My-Plugin", "mi-plugin"])
def test_the_key_is_renamed_to_the_plugin_that_has_the_rest(wrong: str) -> None:
    carets = "^" * (len(wrong) + 22)
    text = f"""
        -- rock: my-plugin
        build = {{ type = "builtin", modules = {{
           ["kong.plugins.my-plugin.api"] = "kong/plugins/my-plugin/api.lua",
           ["kong.plugins.my-plugin.handler"] = "kong/plugins/my-plugin/handler.lua",
           ["kong.plugins.{wrong}.schema"] = "kong/plugins/my-plugin/schema.lua",
        --  {carets} KM113 "kong.plugins.my-plugin.schema"
        }} }}
        -- handler: kong/plugins/my-plugin/handler.lua
        -- schema: kong/plugins/my-plugin/schema.lua
        -- file: kong/plugins/my-plugin/api.lua
        return {{}}
    """
    check(text, only="KM")
    check_fix(
        text,
        "KM113",
        """
        -- rock: my-plugin
        build = { type = "builtin", modules = {
           ["kong.plugins.my-plugin.api"] = "kong/plugins/my-plugin/api.lua",
           ["kong.plugins.my-plugin.handler"] = "kong/plugins/my-plugin/handler.lua",
           ["kong.plugins.my-plugin.schema"] = "kong/plugins/my-plugin/schema.lua",
        } }
        """,
    )


def test_two_whole_plugins_of_near_names_are_two() -> None:
    check_none(
        """
        -- rock: xml
        build = { type = "builtin", modules = {
          ["kong.plugins.xml-request-1.handler"] = "kong/plugins/xml-request-1/handler.lua",
          ["kong.plugins.xml-request-1.schema"] = "kong/plugins/xml-request-1/schema.lua",
          ["kong.plugins.xml-request-2.handler"] = "kong/plugins/xml-request-2/handler.lua",
          ["kong.plugins.xml-request-2.schema"] = "kong/plugins/xml-request-2/schema.lua",
        } }
        -- handler: kong/plugins/xml-request-1/handler.lua
        -- schema: kong/plugins/xml-request-1/schema.lua
        -- handler: kong/plugins/xml-request-2/handler.lua
        -- schema: kong/plugins/xml-request-2/schema.lua
        """
    )
