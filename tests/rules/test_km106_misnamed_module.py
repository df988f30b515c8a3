"""KM106: a key that Kong would never load."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none


@pytest.mark.parametrize(
    "key",
    [
        "kong.plugin.acme.handler",
        "kong.pluggins.acme.handler",
        "Kong.Plugins.acme.handler",
        "plugins.acme.handler",
        "kong.plugins.acme.hander",
        "kong.plugins.acme.handlers",
        "kong.plugins.acme.Handler",
        "kong.plugins.acme.handler.lua",
        "kong/plugins/acme/handler",
        "kong/plugins/acme/handler.lua",
        "kong.plugins.acme.handler ",
        " kong.plugins.acme.handler",
        "kong.plugins..acme.handler",
        "kong.plugins.acme.handler.",
        "kong.plugins. acme.handler",
        "acme.handler",
        "kong.plugins.handler",
    ],
)
def test_a_misnamed_key_is_found_and_corrected(key: str) -> None:
    carets = "^" * (len(key) + 2)
    text = f"""
        -- rock: acme
        build = {{ type = "builtin", modules = {{
           ["{key}"] = "kong/plugins/acme/handler.lua",
        --  {carets} KM106 "kong.plugins.acme.handler"
           ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        }} }}
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
    """
    check(text, only="KM")
    check_fix(
        text,
        'Change to "kong.plugins.acme.handler"',
        """
        -- rock: acme
        build = { type = "builtin", modules = {
           ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
           ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        """,
    )


def test_the_fix_stays_in_the_literal_that_is_wrong() -> None:
    check_fix(
        """
        -- rock: acme
        local name = "acme"
        build = { type = "builtin", modules = {
          ["kong.plugins." .. name .. ".hander"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins." .. name .. ".schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        """,
        "KM106",
        """
        -- rock: acme
        local name = "acme"
        build = { type = "builtin", modules = {
          ["kong.plugins." .. name .. ".handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins." .. name .. ".schema"] = "kong/plugins/acme/schema.lua",
        } }
        """,
    )


def test_a_helper_that_is_required_by_its_name_is_no_misspelling() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.dao"] = "kong/plugins/acme/dao.lua",
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- file: kong/plugins/acme/handler.lua
        require "kong.plugins.acme.dao"
        return { PRIORITY = 1, VERSION = "1.0.0" }
        -- schema: kong/plugins/acme/schema.lua
        -- file: kong/plugins/acme/dao.lua
        return {}
        """
    )


def test_a_singular_dao_that_nobody_requires_is_one() -> None:
    check(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
           ["kong.plugins.acme.dao"] = "kong/plugins/acme/dao.lua",
        --  ^^^^^^^^^^^^^^^^^^^^^^^ KM106 "kong.plugins.acme.daos"
           ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
           ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        -- file: kong/plugins/acme/dao.lua
        return {}
        """
    )


def test_libraries_beside_the_plugin_keep_their_names() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["acme.client"] = "lib/acme/client.lua",
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
          ["kong.tools.acme"] = "kong/tools/acme.lua",
          ["resty.Acme"] = "lib/resty/Acme.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        -- file: lib/acme/client.lua
        return {}
        -- file: lib/resty/Acme.lua
        return {}
        -- file: kong/tools/acme.lua
        return {}
        """
    )
