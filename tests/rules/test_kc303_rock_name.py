from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none

ROCK = """
-- rock: kong-plugin-hello
build = { type = "builtin", modules = {
  ["kong.plugins.hello.handler"] = "kong/plugins/hello/handler.lua",
  ["kong.plugins.hello.schema"] = "kong/plugins/hello/schema.lua",
} }
-- handler: kong/plugins/hello/handler.lua
-- schema: kong/plugins/hello/schema.lua
"""


def test_the_rocks_name_in_a_list_and_in_a_use() -> None:
    check(
        ROCK
        + """
# file: kong.conf
database = off
plugins = bundled,kong-plugin-hello
#                 ^^^^^^^^^^^^^^^^^ KC303 "kong-plugin-hello plugin is enabled but not installed"
# file: kong.yml
_format_version: "3.0"
plugins:
- name: kong-plugin-hello
#       ^^^^^^^^^^^^^^^^^ KC303 'kong-plugin-hello' is the name of the rock; the plugin's is 'hello'
- name: hello
"""
    )


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("kong.conf", "plugins = bundled,kong-plugin-hello\n", "plugins = bundled,hello\n"),
        ("kong.conf", "plugins = hello, kong-plugin-hello\n", "plugins = hello\n"),
        ("kong.conf", "plugins = kong-plugin-hello, hello\n", "plugins = hello\n"),
        ("Dockerfile", "ENV KONG_PLUGINS=kong-plugin-hello\n", "ENV KONG_PLUGINS=hello\n"),
        (
            "kong.yml",
            '_format_version: "3.0"\nplugins:\n- name: "kong-plugin-hello"\n',
            '_format_version: "3.0"\nplugins:\n- name: "hello"\n',
        ),
        (
            "k.yaml",
            (
                "apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\nmetadata: {name: h}\n"
                "plugin: kong-plugin-hello\n"
            ),
            (
                "apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\nmetadata: {name: h}\n"
                "plugin: hello\n"
            ),
        ),
    ],
)
def test_the_plugins_name_takes_its_place(path: str, before: str, after: str) -> None:
    lead = "database = off\n" if path == "kong.conf" else ""
    fix = check_fix(
        f"{ROCK}# file: {path}\n{lead}{before}", "KC303", f"# file: {path}\n{lead}{after}"
    )
    assert fix.safety == "safe"


def test_a_rock_of_several_plugins_has_a_fix_for_each() -> None:
    (found,) = check(
        """
        -- rock: many
        build = { type = "builtin", modules = {
          ["kong.plugins.one.handler"] = "kong/plugins/one/handler.lua",
          ["kong.plugins.one.schema"] = "kong/plugins/one/schema.lua",
          ["kong.plugins.two.handler"] = "kong/plugins/two/handler.lua",
          ["kong.plugins.two.schema"] = "kong/plugins/two/schema.lua",
        } }
        -- handler: kong/plugins/one/handler.lua
        -- schema: kong/plugins/one/schema.lua
        -- handler: kong/plugins/two/handler.lua
        -- schema: kong/plugins/two/schema.lua
        # file: .env
        KONG_PLUGINS=bundled,many
        #                    ^^^^ KC303 Did you mean 'one' or 'two'?
        """
    )
    assert [(fix.title, fix.safety) for fix in found.fixes] == [
        ("Change to one", "unsafe"),
        ("Change to two", "unsafe"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        (
            "# file: values.yaml\nplugins:\n  configMaps:\n"
            "  - {pluginName: kong-plugin-hello, name: x}\n"
        ),
        '# file: kong.yml\n_format_version: "3.0"\ncustom_plugins:\n- name: kong-plugin-hello\n',
        "# file: Dockerfile\nRUN luarocks install kong-plugin-hello\nENV KONG_PLUGINS=hello\n",
    ],
)
def test_where_the_name_is_right_it_is_silent(text: str) -> None:
    check_none(ROCK + text, only="KC303")


def test_a_rock_that_is_named_as_its_plugin_is_silent() -> None:
    check_none(
        """
        -- rock: hello
        build = { type = "builtin", modules = {
          ["kong.plugins.hello.handler"] = "kong/plugins/hello/handler.lua",
          ["kong.plugins.hello.schema"] = "kong/plugins/hello/schema.lua",
        } }
        -- handler: kong/plugins/hello/handler.lua
        -- schema: kong/plugins/hello/schema.lua
        # file: .env
        KONG_PLUGINS=bundled,hello
        """
    )
