from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none

HERE = """
# file: .env
KONG_PLUGINS=bundled,hello
# schema: kong/plugins/hello/schema.lua
"""


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("schema", '"hello plugin is enabled but not installed"'),
        ("handler", '"no configuration schema found for plugin: hello"'),
    ],
)
def test_kongs_words_for_each_module(module: str, words: str) -> None:
    check(
        f"""
        # file: .env
        KONG_PLUGINS=bundled,hello
        #                    ^^^^^ KC305 {words}
        -- {module}: kong/plugins/hello/{module}.lua
        """
    )


def test_a_file_of_nearly_that_name_is_renamed_or_one_is_created() -> None:
    (found,) = check(
        """
        # file: kong.conf
        database = off
        plugins = bundled,hello
        #                 ^^^^^ KC305
        # schema: kong/plugins/hello/schema.lua
        # file: kong/plugins/hello/hander.lua
        return { PRIORITY = 1, VERSION = "1.0.0" }
        """
    )
    assert [(fix.title, fix.safety) for fix in found.fixes] == [
        ("Rename hander.lua to handler.lua", "unsafe"),
        ("Create kong/plugins/hello/handler.lua", "unsafe"),
    ]


def test_the_renamed_file_is_as_it_was() -> None:
    check_fix(
        HERE + "# file: kong/plugins/hello/hander.lua\nreturn {}\n",
        "KC305",
        "# gone: kong/plugins/hello/hander.lua\n"
        "# file: kong/plugins/hello/handler.lua\nreturn {}\n",
    )


@pytest.mark.parametrize(
    "more",
    [
        "-- handler: kong/plugins/hello/handler.lua\n",
        "-- handler: other/kong/plugins/hello/handler.lua\n",
        "# file: kong/plugins/hello/handler/init.lua\nreturn {}\n",
        "# file: kong/plugins/hello/handler.tl\nreturn {}\n",
        "-- handler: kong/plugins/hello/source/handler.lua\n",
        "# file: kong.conf\ndatabase = off\npluginserver_names = go\n",
        (
            "-- rock: hello\nbuild = { type = 'builtin', modules = {\n"
            '  ["kong.plugins.hello.handler"] = "src/handler.lua",\n} }\n'
            "-- handler: src/handler.lua\n"
        ),
    ],
)
def test_a_handler_from_elsewhere_is_one(more: str) -> None:
    check_none(HERE + more, only="KC305")


@pytest.mark.parametrize(
    "text",
    [
        "# file: .env\nKONG_PLUGINS=bundled,cors\n# schema: kong/plugins/cors/schema.lua\n",
        "# file: .env\nKONG_PLUGINS=bundled\n# schema: kong/plugins/hello/schema.lua\n",
        "# file: .env\nKONG_PLUGINS=bundled,hello\n",
    ],
)
def test_other_plugins_are_silent(text: str) -> None:
    check_none(text, only="KC305")


def test_kong_0_8_starts_without_a_schema() -> None:
    text = (
        "# file: kong.yml\ncustom_plugins:\n  - hello\n-- handler: kong/plugins/hello/handler.lua\n"
    )
    check_none(text, only="KC305", kong_version="0.8")
