"""KR001: LuaRocks cannot load the rockspec."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none
from tests.support.fixture import read
from tests.support.world import findings


def test_a_missing_comma_is_told_where_it_is_missing_and_put_in() -> None:
    text = """
        -- rock: acme
        build = {
          type = "builtin"
        --               ^ KR001 a comma is missing after this entry
          modules = {},
        }
        """
    found = check(text, only="KR")
    assert [fix.safety for fix in found[0].fixes] == ["safe"]
    check_fix(
        text,
        "KR001",
        """
        -- rock: acme
        build = {
          type = "builtin",
          modules = {},
        }
        """,
    )


def test_the_rest_of_a_broken_file_is_still_understood() -> None:
    check(
        """
        -- rock: acme
        description = { license = "MIT", = 5 }
        --                               ^ KR001 unexpected symbol near '='
        dependencies = "lua"
        --             ^^^^^ KR006 dependencies: expected a table
        build = { type = "builtin", modules = {} }
        """,
        only="KR",
    )


def test_a_missing_brace_is_put_in() -> None:
    check_fix(
        """
        -- rock: acme
        build = {
          type = "builtin",
          modules = {
            ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          },
        """,
        "KR001",
        """
        -- rock: acme
        build = {
          type = "builtin",
          modules = {
            ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          },
        }
        """,
    )


@pytest.mark.parametrize("name", ["acme-1.0-1.rockspec.in", "acme-$version.rockspec"])
def test_a_template_may_be_no_lua(name: str) -> None:
    check_none(f"-- file: {name}\npackage = acme\nversion = @VERSION@-1\n", only="KR")


def test_a_file_that_is_cut_short_is_not_mended_unasked() -> None:
    found = findings({"acme-1.0-1.rockspec": 'package = "acme"\nversion = "1.0-1\n'})
    broken = [finding for finding in found if finding.code == "KR001"]
    assert {fix.safety for finding in broken for fix in finding.fixes} == {"unsafe"}


def test_an_entry_that_is_no_lua_is_told_of_once() -> None:
    check(
        """
        -- rock: acme
          source = {
            url = "https://example.com", // url
        --                               ^ KR001 unexpected symbol near '/'
            tag = "1.0",
          }
        """,
        only="KR001",
    )


@pytest.mark.parametrize("entry", ["kong-lib >= 0.3.0-1", "kong >= 1.0", "kong"])
@pytest.mark.parametrize("end", ["", ","])
def test_a_quote_that_is_missing_at_the_front_is_put_there(entry: str, end: str) -> None:
    text = f"""
-- rock: acme
dependencies = {{
  "lua ~> 5.1",
  {entry}"{end}
}}
build = {{ type = "builtin", modules = {{}} }}
"""
    found = [each for each in findings(read(text).files) if each.code == "KR001"]
    assert [[fix.title for fix in each.fixes] for each in found] == [["Open the string"]]
    check_fix(text, "KR001", text.replace(entry, '"' + entry))


def test_a_quote_alone_is_closed() -> None:
    text = """
        -- rock: acme
        description = { summary = "acme }
        """
    found = findings(read(text).files)
    assert "Close the string" in [fix.title for each in found for fix in each.fixes]


def test_no_brace_is_closed_inside_a_comment_or_string_that_is_not() -> None:
    for end in ("--[[ {", "[[ {", '"acme }'):
        text = f"-- rock: acme\ndescription = {{ summary = {end}\n"
        found = findings(read(text).files)
        titles = [fix.title for each in found for fix in each.fixes]
        assert "Close the brace" not in titles
