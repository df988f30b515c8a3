"""KR008: a dependency that LuaRocks cannot read."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix
from tests.support.world import findings


def test_what_is_wrong_in_the_string_is_pointed_at() -> None:
    check(
        """
        -- rock: acme
        dependencies = {
          "lua ~> 5.1",
          "lua-cjson >= 2.1 && < 3",
        --                  ^^^^^^ KR008 Encountered bad constraint operator: 'nil' in '&& < 3'
           "#x",
        -- ^^^^ KR008 dependencies[3]: invalid value '#x' does not match a valid dependency string
        }
        build = { type = "builtin", modules = {} }
        """,
        only="KR",
    )


@pytest.mark.parametrize(
    ("dependency", "right"),
    [
        ("lua-cjson ^2.1", "lua-cjson ~> 2.1"),
        ("lua => 5.1", "lua >= 5.1"),
        ("lua >= 5.1 && < 5.4", "lua >= 5.1, < 5.4"),
        ("x (>= 1.0)", "x >= 1.0"),
        ("x === 1", "x == 1"),
        ("x >= 1.*", "x >= 1"),
        ("x: 1.0", "x 1.0"),
        ("lua 5.1 || 5.2", None),
        ("https://github.com/a/b", None),
    ],
)
def test_what_another_package_manager_would_read_can_be_changed(
    dependency: str, right: str | None
) -> None:
    text = (
        'package = "acme"\nversion = "1.0-1"\nsource = { url = "git+https://x.example/a" }\n'
        f'description = {{ license = "MIT" }}\ndependencies = {{ "{dependency}" }}\n'
        'build = { type = "builtin", modules = {} }\n'
    )
    found = findings({"acme-1.0-1.rockspec": text})
    told = [each for each in found if each.code == "KR008"]
    assert len(told) == 1
    titles = [(fix.title, fix.safety) for fix in told[0].fixes]
    assert titles == ([(f'Change to "{right}"', "unsafe")] if right else [])


def test_a_namespace_sets_the_format() -> None:
    check_fix(
        """
        -- rock: acme
        rockspec_format = "1.1"
        dependencies = { "acme/lua-x >= 1" }
        build = { type = "builtin", modules = {} }
        """,
        "KR008",
        """
        -- rock: acme
        rockspec_format = "3.0"
        dependencies = { "acme/lua-x >= 1" }
        build = { type = "builtin", modules = {} }
        """,
    )
