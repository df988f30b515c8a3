"""KR002: a variable is read that nothing defines."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none


def test_a_global_that_is_never_set_is_told() -> None:
    check(
        """
        -- rock: acme
        local tag = VERSION or "1.0"
        --          ^^^^^^^ KR002 Unknown variable: VERSION
        build = { type = "builtin", modules = {} }
        """,
        only="KR",
    )


def test_a_field_of_the_format_may_be_read_before_it_is_set() -> None:
    check_none(
        """
        -- rock: acme
        local later = hooks
        build = { type = "builtin", modules = {} }
        """,
        only="KR",
    )


def test_a_field_of_a_newer_format_needs_that_format() -> None:
    check_fix(
        """
        -- rock: acme
        local later = test_dependencies
        build = { type = "builtin", modules = {} }
        """,
        'Set rockspec_format = "3.0"',
        """
        -- file: acme-1.0-1.rockspec
        rockspec_format = "3.0"
        package = "acme"
        version = "1.0-1"
        source = { url = "git+https://example.com/acme.git" }
        description = { summary = "A Kong plugin", license = "MIT" }
        dependencies = {}
        local later = test_dependencies
        build = { type = "builtin", modules = {} }
        """,
    )


@pytest.mark.parametrize("quotes", ["“MIT”", "«MIT»"])
def test_typographic_quotes_are_named(quotes: str) -> None:
    check(
        f"""
        -- rock: acme
        local x = {quotes}
        --        ^^^^^ KR002 Use plain quotes
        build = {{ type = "builtin", modules = {{}} }}
        """,
        only="KR002",
    )


def test_a_near_name_is_named() -> None:
    check(
        """
        -- rock: acme
        local tag = verison
        --          ^^^^^^^ KR002 Did you mean "version"?
        build = { type = "builtin", modules = {} }
        """,
        only="KR",
    )


def test_what_stops_the_run_is_told_once() -> None:
    check(
        """
        -- rock: acme
        local tag = os.getenv("TAG")
        --          ^^ KR003 attempt to index global 'os' (a nil value)
        build = { type = "builtin", modules = {} }
        """,
        only="KR",
    )
