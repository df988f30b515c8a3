"""KR009: the rockspec's file name and its contents disagree."""

from __future__ import annotations

from kong_lsp.finding import RenameFile, Severity
from tests.support.checks import check, check_fix, check_none
from tests.support.world import findings

BUMPED = """
    -- file: acme-1.0-1.rockspec
    package = "acme"
    version = "1.1-1"
    --        ^^^^^^^ KR009 Inconsistency between rockspec filename (acme-1.0-1.rockspec) and its contents (acme-1.1-1.rockspec).
    source = { url = "git+https://example.com/acme.git" }
    description = { license = "MIT" }
    build = { type = "builtin", modules = {} }
"""


def test_renaming_comes_first_and_only_when_asked_for() -> None:
    found = check(BUMPED, only="KR")
    assert [(fix.title, fix.safety) for fix in found[0].fixes] == [
        ("Rename the file to acme-1.1-1.rockspec", "unsafe"),
        ('Set version = "1.0-1"', "unsafe"),
    ]
    assert found[0].fixes[0].changes == (RenameFile("acme-1.0-1.rockspec", "acme-1.1-1.rockspec"),)


def test_the_version_can_be_set_from_the_name() -> None:
    check_fix(
        BUMPED,
        'Set version = "1.0-1"',
        """
        -- file: acme-1.0-1.rockspec
        package = "acme"
        version = "1.0-1"
        source = { url = "git+https://example.com/acme.git" }
        description = { license = "MIT" }
        build = { type = "builtin", modules = {} }
        """,
    )


def test_where_the_name_is_newer_the_version_follows_it() -> None:
    behind = BUMPED.replace("1.1", "1.N").replace("1.0", "1.1").replace("1.N", "1.0")
    found = check(behind, only="KR")
    assert [(fix.title, fix.safety) for fix in found[0].fixes] == [
        ('Set version = "1.1-1"', "safe"),
        ("Rename the file to acme-1.0-1.rockspec", "unsafe"),
    ]


def test_the_package_can_be_set_from_the_name() -> None:
    found = check(
        """
        -- file: acme-1.0-1.rockspec
        package = "other"
        --        ^^^^^^^ KR009 its contents (other-1.0-1.rockspec).
        version = "1.0-1"
        source = { url = "git+https://example.com/acme.git" }
        description = { license = "MIT" }
        build = { type = "builtin", modules = {} }
        """,
        only="KR",
    )
    assert found[0].fixes[1].title == 'Set package = "acme"'


def test_a_name_that_is_no_rockspecs() -> None:
    text = BUMPED.replace("acme-1.0-1.rockspec\n", "acme.rockspec\n", 1).replace(
        "Inconsistency between rockspec filename (acme-1.0-1.rockspec) and its contents"
        " (acme-1.1-1.rockspec).",
        "Expected filename in format 'name-version-revision.rockspec'",
    )
    found = check(text, only="KR")
    assert [fix.safety for fix in found[0].fixes] == ["unsafe"]


def test_upper_case_belongs_into_the_package_only() -> None:
    check_none(
        """
        -- file: acme-1.0-1.rockspec
        package = "Acme"
        version = "1.0-1"
        source = { url = "git+https://example.com/acme.git" }
        description = { license = "MIT" }
        build = { type = "builtin", modules = {} }
        """,
        only="KR",
    )


def test_a_file_called_rockspec_may_hold_any() -> None:
    text = 'package = "acme"\nversion = "1.1-1"\n'
    found = findings({"rockspec": text})
    assert [each for each in found if each.code == "KR009"] == []


def test_a_template_may_hold_any() -> None:
    text = 'package = "acme"\nversion = "$version"\n'
    found = findings({"acme-scm-1.rockspec": text, "acme-1.0-1.rockspec.in": text})
    assert [each for each in found if each.code == "KR009"] == []


def test_kongs_own_latest_is_no_error() -> None:
    text = 'package = "kong"\nversion = "3.9.0-0"\n'
    found = findings({"kong-latest.rockspec": text})
    told = [each.severity for each in found if each.code == "KR009"]
    assert told == [Severity.INFORMATION]
