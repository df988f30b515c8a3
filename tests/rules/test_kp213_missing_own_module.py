"""KP213: a plugin without a rockspec requires a module of its own that is nowhere."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none

FOLDER = "kong/plugins/hello"


def text(line: str, folder: str = FOLDER, mark: str = "") -> str:
    """A plugin whose handler starts with ``line``."""
    return f"""
-- file: {folder}/handler.lua
{line}
{mark}
return {{ PRIORITY = 1, VERSION = "1.0.0" }}
-- file: {folder}/access.lua
return {{}}
-- schema: {folder}/schema.lua
"""


@pytest.mark.parametrize("folder", [FOLDER, "plugins/hello", "hello/src"])
def test_a_misspelt_module_is_told_of_and_put_right(folder: str) -> None:
    said = "KP213 module 'kong.plugins.hello.acess' not found"
    mark = f"--       ^^^^^^^^^^^^^^^^^^^^^^^^ {said}"
    broken = text('require "kong.plugins.hello.acess"', folder, mark)
    check(broken)
    wanted = f"""
-- file: {folder}/handler.lua
require "kong.plugins.hello.access"
return {{ PRIORITY = 1, VERSION = "1.0.0" }}
"""
    assert check_fix(broken, "KP213", wanted).safety == "safe"


def test_what_the_handler_requires_is_followed() -> None:
    more = """
-- file: kong/plugins/hello/more.lua
return require("kong.plugins.hello.gone")
--              ^^^^^^^^^^^^^^^^^^^^^^^ KP213
"""
    check(text('require "kong.plugins.hello.more"') + more)


@pytest.mark.parametrize(
    "line",
    [
        'require "kong.plugins.hello.access"',
        'pcall(require, "kong.plugins.hello.gone")',
        'require "kong.plugins.world.gone"',
        'require("kong.plugins.hello." .. ...)',
        'require "resty.gone"',
    ],
)
def test_other_modules_are_passed_over(line: str) -> None:
    check_none(text(line))


PUT = """
# file: Dockerfile
FROM kong:3.9
COPY lib/gone.lua /usr/local/share/lua/5.1/kong/plugins/hello/gone.lua
"""


@pytest.mark.parametrize(
    "more",
    [
        "-- file: kong/plugins/hello/gone.tl\n",
        "-- file: build/gone.lua.in\n",
        "-- file: other/kong/plugins/hello/gone.lua\nreturn {}\n",
        PUT,
    ],
    ids=["made", "made elsewhere", "another copy", "put in place"],
)
def test_what_comes_from_elsewhere_is_there(more: str) -> None:
    check_none(text('require "kong.plugins.hello.gone"') + more, only="KP")


def test_a_change_of_kongs_own_plugin_has_the_rest_from_kong() -> None:
    check_none(text('require "kong.plugins.acl.gone"', "kong/plugins/acl"), only="KP213")


def test_what_a_rockspec_packages_is_told_of_by_another_rule() -> None:
    rock = """
-- rock: hello
build = { type = "builtin", modules = {
  ["kong.plugins.hello.access"] = "kong/plugins/hello/access.lua",
  ["kong.plugins.hello.handler"] = "kong/plugins/hello/handler.lua",
  ["kong.plugins.hello.schema"] = "kong/plugins/hello/schema.lua",
} }
"""
    check_none(text('require "kong.plugins.hello.gone"') + rock, only="KP213")
