"""KM109: two names, one file."""

from __future__ import annotations

from tests.support.checks import check, check_none


def test_the_second_use_of_a_file_is_found_and_points_at_the_first() -> None:
    [finding] = check(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
          ["acme.schema"] = "kong/plugins/acme/schema.lua",
        --                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ KM109 one of the two names only
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        """
    )
    assert [each.message for each in finding.related] == ["the first use of the file"]


def test_a_package_listed_under_both_of_its_names_is_installed_once_and_well() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.lib"] = "kong/plugins/acme/lib/init.lua",
          ["kong.plugins.acme.lib.init"] = "kong/plugins/acme/lib/init.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        -- file: kong/plugins/acme/lib/init.lua
        return {}
        """
    )
