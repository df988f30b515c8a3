"""KR007: a value that LuaRocks cannot use."""

from __future__ import annotations

import pytest

from kong_lsp.finding import Severity
from tests.support.checks import check, check_fix, check_none
from tests.support.world import findings

END = 'description = { license = "MIT" }\nbuild = { type = "builtin", modules = {} }\n'


def rockspec(version: str = "1.0-1", url: str = "git+https://example.com/a.git") -> str:
    return f'package = "acme"\nversion = "{version}"\nsource = {{ url = "{url}" }}\n{END}'


@pytest.mark.parametrize("version", ["1.0", "1.0-beta-1", "1_0-1", "1.0+b1-1", "", "latest", "-1"])
def test_a_version_that_luarocks_refuses(version: str) -> None:
    found = findings({"acme-1.0-1.rockspec": rockspec(version)})
    telling = [finding for finding in found if finding.code.startswith("KR")]
    assert [finding.code for finding in telling] == ["KR007"]
    words = f"invalid value '{version}' does not match '[%w.]+-[%d]+'"
    assert f"Type mismatch on field version: {words} (using rockspec format 1.0)" in (
        telling[0].message
    )
    assert [(fix.title, fix.safety) for fix in telling[0].fixes] == [('Change to "1.0-1"', "safe")]


@pytest.mark.parametrize("version", ["1.0-1", "scm-1", "v1.0-1", "1.0beta1-12", "dev-0"])
def test_a_version_that_luarocks_takes(version: str) -> None:
    found = findings({f"acme-{version}.rockspec": rockspec(version)})
    assert [finding.code for finding in found if finding.code.startswith("KR")] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("acme.rockspec.template", rockspec("$version")),
        ("acme-scm-1.rockspec", rockspec("@VERSION@-1")),
        ("acme-1.0-1.rockspec", rockspec("{{ version }}")),
        ("acme-${VERSION}-1.rockspec", rockspec("${VERSION}-1")),
    ],
)
def test_a_template_gets_no_errors(name: str, text: str) -> None:
    found = findings({name: text})
    assert [finding for finding in found if finding.severity == Severity.ERROR] == []


def test_kongs_own_latest_is_only_mentioned() -> None:
    text = rockspec("latest").replace('"acme"', '"kong"')
    found = findings({"kong-latest.rockspec": text})
    told = [(each.code, each.severity) for each in found if each.code.startswith("KR")]
    assert told == [("KR007", Severity.INFORMATION)]


@pytest.mark.parametrize(
    ("url", "fix"),
    [
        ("git@github.com:acme/a.git", "git+ssh://git@github.com/acme/a.git"),
        ("github.com/acme/a", None),
        ("gti+https://github.com/acme/a.git", "git+https"),
        ("gopher://example.com/a", None),
    ],
)
def test_an_address_that_cannot_be_fetched_is_a_warning(url: str, fix: str | None) -> None:
    found = findings({"acme-1.0-1.rockspec": rockspec(url=url)})
    told = [each for each in found if each.code == "KR007"]
    assert [each.severity for each in told] == [Severity.WARNING]
    assert [each.title for each in told[0].fixes] == ([f'Change to "{fix}"'] if fix else [])


@pytest.mark.parametrize(
    "url", ["git://github.com/a/b", "git+ssh://git@x/a", "https://x/a.zip", "file:///a", "hg://x/a"]
)
def test_an_address_that_can_is_left_alone(url: str) -> None:
    found = findings({"acme-1.0-1.rockspec": rockspec(url=url)})
    assert [finding.code for finding in found if finding.code == "KR007"] == []


def test_an_unknown_platform_is_told() -> None:
    check_fix(
        """
        -- rock: acme
        supported_platforms = { "linx", "!windows" }
        build = { type = "builtin", modules = {} }
        """,
        "KR007",
        """
        -- rock: acme
        supported_platforms = { "linux", "!windows" }
        build = { type = "builtin", modules = {} }
        """,
    )


def test_formats() -> None:
    check(
        """
        -- rock: acme
        rockspec_format = "3.2"
        --                ^^^^^ KR007 Rockspec format 3.2 is not supported, please upgrade LuaRocks
        build = { type = "builtin", modules = {} }
        """,
        only="KR",
    )
    check(
        """
        -- rock: acme
        rockspec_format = "2.0"
        --                ^^^^^ KR007 unknown rockspec format 2.0
        build = { type = "builtin", modules = {} }
        """,
        only="KR",
    )
    check_none(
        """
        -- rock: acme
        rockspec_format = "1.1"
        build = { type = "builtin", modules = {} }
        """,
        only="KR",
    )
