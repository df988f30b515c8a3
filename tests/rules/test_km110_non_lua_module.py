"""KM110: a value that LuaRocks would compile or pass over."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none


@pytest.mark.parametrize(
    ("value", "then"),
    [
        ('"kong/plugins/acme/handler"', "Failed compiling object"),
        ('"kong/plugins/acme"', "Failed compiling object"),
        ('"kong/plugins/acme/handler.LUA"', "Failed compiling object"),
        ('"handler"', "Failed compiling object"),
        ("true", "passes over it"),
        ("1", "passes over it"),
        ('{ "kong/plugins/acme/handler.lua" }', "Failed compiling object"),
        ('{ sources = { "kong/plugins/acme/handler.lua" } }', "Failed compiling object"),
    ],
)
def test_the_value_becomes_the_path_of_the_lua_file(value: str, then: str) -> None:
    carets = "^" * len(value)
    text = f"""
        -- rock: acme
        build = {{ type = "builtin", modules = {{
          ["kong.plugins.acme.handler"] = {value},
        --                                {carets} KM110 {then}
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        }} }}
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
    """
    check(text)
    check_fix(
        text,
        "KM110",
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        """,
    )


def test_c_modules_are_let_be() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["acme.core"] = "src/core.c",
          ["acme.fast"] = { "src/a.c", "src/b.c" },
          ["acme.more"] = { sources = { "src/d.c" }, libraries = { "m" } },
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        """
    )
