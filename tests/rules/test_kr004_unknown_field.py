"""KR004: a field that LuaRocks does not know."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix
from tests.support.world import findings

START = 'package = "acme"\nversion = "1.0-1"\nsource = { url = "git+https://x.example/a.git" }\n'
END = '\nbuild = { type = "builtin", modules = {} }\n'


@pytest.mark.parametrize(
    ("line", "name", "near"),
    [
        ('description = { licence = "MIT" }', "licence", "license"),
        ('description = { license = "MIT", sumary = "x" }', "sumary", "summary"),
        ('description = { license = "MIT", home_page = "x" }', "home_page", "homepage"),
        ('description = { license = "MIT" } dependancies = {}', "dependancies", "dependencies"),
        ('description = { license = "MIT" } source.comit = "x"', "comit", None),
        ('description = { license = "MIT" } source.commit = "x"', "commit", "tag"),
        ('description = { license = "MIT" } author = "x"', "author", None),
        ('description = { license = "MIT" } hooks = { pre_install = "x" }', "pre_install", None),
    ],
)
def test_a_near_name_is_put_in(line: str, name: str, near: str | None) -> None:
    found = findings({"acme-1.0-1.rockspec": START + line + END})
    telling = [finding for finding in found if finding.code == "KR004"]
    assert len(telling) == 1
    assert telling[0].message.startswith(f"Unknown field {name} (using rockspec format 1.0).")
    if near is None:
        assert "Did you mean" not in telling[0].message
        assert all(fix.safety == "unsafe" for fix in telling[0].fixes)
    else:
        assert telling[0].fixes[0].title == f'Change to "{near}"'
        assert telling[0].fixes[0].safety == "safe"


def test_a_newer_format_is_set() -> None:
    check_fix(
        """
        -- rock: acme
        test = { type = "busted" }
        build = { type = "builtin", modules = {} }
        """,
        "KR004",
        """
        -- file: acme-1.0-1.rockspec
        rockspec_format = "3.0"
        package = "acme"
        version = "1.0-1"
        source = { url = "git+https://example.com/acme.git" }
        description = { summary = "A Kong plugin", license = "MIT" }
        dependencies = {}
        test = { type = "busted" }
        build = { type = "builtin", modules = {} }
        """,
    )


TOP_LEVEL = """\
package = "acme"
version = "1.0-1"
source = { url = "git+https://example.com/acme.git" }
homepage = "https://example.com"
description = { homepage = "https://example.com", license = "MIT" }
build = { type = "builtin", modules = {} }
"""


def test_a_field_of_a_table_that_stands_beside_it_is_told_where_it_belongs() -> None:
    found = findings({"acme-1.0-1.rockspec": TOP_LEVEL})
    (told,) = [each for each in found if each.code == "KR004"]
    assert told.message == (
        "Unknown field homepage (using rockspec format 1.0). It belongs in description."
    )
    assert [(fix.title, fix.safety) for fix in told.fixes] == [("Remove homepage", "unsafe")]


def test_a_variable_of_ones_own_is_made_local() -> None:
    check_fix(
        """
        -- rock: acme
        plugin_name = "acme"
        build = { type = "builtin", modules = {
          ["kong.plugins." .. plugin_name .. ".handler"] = "src/handler.lua",
        } }
        """,
        "KR004",
        """
        -- file: acme-1.0-1.rockspec
        package = "acme"
        version = "1.0-1"
        source = { url = "git+https://example.com/acme.git" }
        description = { summary = "A Kong plugin", license = "MIT" }
        dependencies = {}
        local plugin_name = "acme"
        build = { type = "builtin", modules = {
          ["kong.plugins." .. plugin_name .. ".handler"] = "src/handler.lua",
        } }
        """,
    )


def test_what_newer_releases_let_pass_says_so() -> None:
    check(
        """
        -- rock: acme
        source = { url = "git+https://example.com/acme.git", platforms = { linux = {
          url = "git+https://example.com/acme.git", uri = "x",
        --                                          ^^^ KR004 3.12 and later let it pass
        } } }
        build = { type = "builtin", modules = {} }
        """,
        only="KR",
    )
