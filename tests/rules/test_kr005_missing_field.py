"""KR005: a field that LuaRocks must have is missing."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none
from tests.support.world import findings


def test_the_name_and_version_are_taken_from_the_files_name() -> None:
    text = """
        -- file: acme-1.0-1.rockspec
        version = "1.0-1"
        source = { url = "git+https://example.com/acme.git" }
        description = { license = "MIT" }
        build = { type = "builtin", modules = {} }
        """
    check_fix(
        text,
        "KR005",
        """
        -- file: acme-1.0-1.rockspec
        package = "acme"
        version = "1.0-1"
        source = { url = "git+https://example.com/acme.git" }
        description = { license = "MIT" }
        build = { type = "builtin", modules = {} }
        """,
    )
    check_fix(
        text.replace("version =", "package =").replace('"1.0-1"', '"acme"'),
        "KR005",
        """
        -- file: acme-1.0-1.rockspec
        package = "acme"
        version = "1.0-1"
        source = { url = "git+https://example.com/acme.git" }
        description = { license = "MIT" }
        build = { type = "builtin", modules = {} }
        """,
    )


def test_a_field_that_is_a_local_variable_is_made_one() -> None:
    text = """
        -- file: acme-1.0-1.rockspec
        local package = "acme"
        --    ^^^^^^^ KR005 A local variable is no field
        version = "1.0-1"
        source = { url = "git+https://example.com/acme.git" }
        description = { license = "MIT" }
        build = { type = "builtin", modules = {} }
        """
    check(text, only="KR")
    check_fix(
        text,
        "KR005",
        """
        -- file: acme-1.0-1.rockspec
        package = "acme"
        version = "1.0-1"
        source = { url = "git+https://example.com/acme.git" }
        description = { license = "MIT" }
        build = { type = "builtin", modules = {} }
        """,
    )


def test_an_address_is_offered_and_never_made_up_unasked() -> None:
    found = check(
        """
        -- rock: acme
        source = { tag = "1.0" }
        --^^^^ KR005 Mandatory field source.url is missing. (using rockspec format 1.0)
        build = { type = "builtin", modules = {} }
        """,
        only="KR",
    )
    assert [(fix.title, fix.safety) for fix in found[0].fixes] == [("Add url", "unsafe")]


def test_a_build_lists_the_plugins_modules() -> None:
    check_fix(
        """
        -- file: acme-1.0-1.rockspec
        package = "acme"
        version = "1.0-1"
        source = { url = "git+https://example.com/acme.git" }
        description = { license = "MIT" }
        -- handler: kong/plugins/acme/handler.lua
        -- schema: kong/plugins/acme/schema.lua
        """,
        "KR005",
        """
        -- file: acme-1.0-1.rockspec
        package = "acme"
        version = "1.0-1"
        source = { url = "git+https://example.com/acme.git" }
        description = { license = "MIT" }
        build = {
          type = "builtin",
          modules = {
            ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
            ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
          },
        }
        """,
    )


def test_a_build_without_a_type_is_a_warning_before_format_3() -> None:
    text = """
        -- rock: acme
        build = {
          modules = {
          },
        }
        """
    check_fix(
        text,
        'Add type = "builtin"',
        """
        -- rock: acme
        build = {
          type = "builtin",
          modules = {
          },
        }
        """,
    )
    check_none(text.replace("build =", 'rockspec_format = "3.0"\n        build ='), only="KR")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ('packge = "x"\nversion = "1.0-1"\nsource = { url = "git+https://x.org/x" }\n', "package"),
        ('package = "x"\nversoin = "1.0-1"\nsource = { url = "git+https://x.org/x" }\n', "version"),
        ('package = "x"\nversion = "1.0-1"\nsource = { ulr = "git+https://x.org/x" }\n', "url"),
        ('package = "x"\nversion = "1.0-1"\nsorce = { url = "git+https://x.org/x" }\n', "source"),
    ],
)
def test_a_field_that_is_only_misspelt_is_renamed_and_not_added(text: str, title: str) -> None:
    files = {"x-1.0-1.rockspec": text + 'build = { type = "builtin", modules = {} }\n'}
    offered = {each.code: [fix.title for fix in each.fixes] for each in findings(files)}
    assert offered["KR005"] == []
    assert f'Change to "{title}"' in offered["KR004"]
