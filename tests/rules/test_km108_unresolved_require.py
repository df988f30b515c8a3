"""KM108: a required module exists nowhere."""

from __future__ import annotations

from tests.support.checks import check, check_fix, check_none


def text(require: str, mark: str = "", dependencies: str = "") -> str:
    """A plugin whose handler starts with ``require``."""
    return f"""
        -- rock: acme
        {dependencies}
        build = {{ type = "builtin", modules = {{
          ["kong.plugins.acme.access"] = "kong/plugins/acme/access.lua",
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        }} }}
        -- file: kong/plugins/acme/handler.lua
        {require}
        {mark}
        return {{ PRIORITY = 1, VERSION = "1.0.0" }}
        -- file: kong/plugins/acme/access.lua
        return {{}}
        -- schema: kong/plugins/acme/schema.lua
    """


def test_a_misspelt_require_is_found_and_corrected() -> None:
    broken = text(
        'require "kong.plugins.acme.acces"',
        "--       ^^^^^^^^^^^^^^^^^^^^^^^ KM108 module 'kong.plugins.acme.acces' not found",
    )
    check(broken)
    fix = check_fix(
        broken,
        "KM108",
        """
        -- file: kong/plugins/acme/handler.lua
        require "kong.plugins.acme.access"

        return { PRIORITY = 1, VERSION = "1.0.0" }
        """.replace('access"\n\n', 'access"\n'),
    )
    assert fix.safety == "safe"


def test_a_require_copied_from_another_plugin_gets_a_guess() -> None:
    [finding] = check(
        text(
            'require "kong.plugins.wsse.access"',
            '--       ^^^^^^^^^^^^^^^^^^^^^^^^ KM108 Did you mean "kong.plugins.acme.access"?',
        )
    )
    assert [fix.safety for fix in finding.fixes] == ["unsafe"]


def test_what_any_kong_had_is_left_to_another_rule() -> None:
    check_none(text('require "kong.plugins.base_plugin"'), only="KM")
    check_none(text('require "kong.plugins.log-serializers.basic"'), only="KM")
    check_none(text('require "kong.plugins.jwt.jwt_parser"'), only="KM")
    check_none(text('require "kong.plugins.openid-connect.handler"'), only="KM")


def test_a_rock_that_this_one_depends_on_may_have_it() -> None:
    check_none(
        text(
            'require "kong.plugins.wsse.parser"',
            dependencies='dependencies = { "kong-plugin-wsse" }',
        ),
        only="KM",
    )


def test_a_protected_or_computed_require_is_let_be() -> None:
    check_none(text('pcall(require, "kong.plugins.acme.gone")'))
    check_none(text('local ok = pcall(function() require "kong.plugins.acme.gone" end)'))
    check_none(text('local name = "x" .. ngx.time() require("kong.plugins.acme." .. name)'))
