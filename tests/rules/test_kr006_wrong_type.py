"""KR006: a field holds a value of the wrong type."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none


@pytest.mark.parametrize(
    ("line", "value", "words"),
    [
        ("dependencies = false", "false", "field dependencies: expected a table"),
        ("hooks = { post_install = 1 }", "1", "hooks.post_install: expected a string, got number"),
        ("deploy = { wrap_bin_scripts = 1 }", "1", "deploy.wrap_bin_scripts: expected boolean"),
        ("dependencies = { true }", "true", "dependencies[1]: expected a string, got boolean"),
        (
            "external_dependencies = { FOO = { header = 1 } }",
            "1",
            "external_dependencies.FOO.header: expected a string, got number",
        ),
        ("supported_platforms = { 1 }", "1", "3.12 and later let it pass"),
    ],
)
def test_luarocks_words_are_used(line: str, value: str, words: str) -> None:
    marks = "--" + " " * (line.index(value) - 2) + "^" * len(value)
    check(
        f"""
        -- rock: acme
        rockspec_format = "1.1"
        {line}
        {marks} KR006 {words}
        build = {{ type = "builtin", modules = {{}} }}
        """,
        only="KR",
    )


def test_a_number_is_quoted() -> None:
    check_fix(
        """
        -- rock: acme
        source = { url = "git+https://example.com/acme.git", tag = 1.10 }
        build = { type = "builtin", modules = {} }
        """,
        "KR006",
        """
        -- rock: acme
        source = { url = "git+https://example.com/acme.git", tag = "1.10" }
        build = { type = "builtin", modules = {} }
        """,
    )


def test_a_lone_string_is_put_into_a_list() -> None:
    check_fix(
        """
        -- rock: acme
        dependencies = "lua ~> 5.1"
        build = { type = "builtin", modules = {} }
        """,
        "KR006",
        """
        -- rock: acme
        dependencies = { "lua ~> 5.1" }
        build = { type = "builtin", modules = {} }
        """,
    )


def test_modules_that_are_no_table_crash_the_build() -> None:
    check(
        """
        -- rock: acme
        build = { type = "builtin", modules = "handler.lua" }
        --                                    ^^^^^^^^^^^^^ KR006 the build crashes
        """,
        only="KR",
    )


def test_a_number_for_the_format_crashes_luarocks() -> None:
    check_fix(
        """
        -- rock: acme
        rockspec_format = 3.0
        build = { type = "builtin", modules = {} }
        """,
        "KR006",
        """
        -- rock: acme
        rockspec_format = "3.0"
        build = { type = "builtin", modules = {} }
        """,
    )


def test_a_value_that_is_computed_is_left_alone() -> None:
    check_none(
        """
        -- rock: acme
        description = { summary = ("x"):rep(3), license = "MIT" }
        build = { type = "builtin", modules = {} }
        """,
        only="KR",
    )
