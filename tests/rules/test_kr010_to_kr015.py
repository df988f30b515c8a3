"""KR010 to KR015: what LuaRocks lets pass, and what comes of it."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none
from tests.support.world import findings

START = (
    'package = "acme"\nversion = "1.0-1"\nsource = { url = "git+https://x.example/a.git" }\n'
    'description = { license = "MIT" }\n'
)
BUILD = 'build = { type = "builtin", modules = {} }\n'


def codes(text: str, code: str) -> list[str]:
    found = findings({"acme-1.0-1.rockspec": text})
    return [finding.message for finding in found if finding.code == code]


# --- KR010 ---


@pytest.mark.parametrize(
    "constraint", [">= 5.1.5", "== 5.1.5", "~> 5.1.5", "> 5.1", ">= 5.2", "5.1 or later"]
)
def test_a_lua_that_kong_never_has_is_told(constraint: str) -> None:
    text = f'{START}dependencies = {{ "lua {constraint}" }}\n{BUILD}'
    (message,) = codes(text, "KR010")
    assert message.startswith(f"Could not satisfy dependency lua {constraint}: ")


@pytest.mark.parametrize("constraint", ["", ">= 5.1", "~> 5.1", "== 5.1", ">= 5.1, < 5.4", "~> 5"])
def test_the_lua_that_kong_has_is_left_alone(constraint: str) -> None:
    assert codes(f'{START}dependencies = {{ "lua {constraint}" }}\n{BUILD}', "KR010") == []


def test_another_lua_is_asked_for() -> None:
    check_fix(
        """
        -- rock: acme
        dependencies = { "Lua >= 5.1.5" }
        build = { type = "builtin", modules = {} }
        """,
        "KR010",
        """
        -- rock: acme
        dependencies = { "Lua ~> 5.1" }
        build = { type = "builtin", modules = {} }
        """,
    )


# --- KR011 ---


def test_a_licence_is_put_after_the_summary() -> None:
    check_fix(
        """
        -- rock: acme
        description = {
          summary = "A plugin",
          homepage = "https://example.com",
        }
        build = { type = "builtin", modules = {} }
        """,
        'Add license = "MIT"',
        """
        -- rock: acme
        description = {
          summary = "A plugin",
          license = "MIT",
          homepage = "https://example.com",
        }
        build = { type = "builtin", modules = {} }
        """,
    )


def test_a_description_is_made_where_there_is_none() -> None:
    text = START.replace('description = { license = "MIT" }\n', "") + BUILD
    assert codes(text, "KR011") != []
    check_fix(
        "-- file: acme-1.0-1.rockspec\n" + text,
        'Add license = "Apache-2.0"',
        "-- file: acme-1.0-1.rockspec\n"
        + START.replace('{ license = "MIT" }', '{\n  license = "Apache-2.0",\n}')
        + BUILD,
    )


def test_a_misspelt_licence_is_told_once() -> None:
    text = START.replace("license", "licence") + BUILD
    assert codes(text, "KR011") == []
    assert len(codes(text, "KR004")) == 1


# --- KR012 ---


def test_the_entry_that_is_lost_is_told_and_the_one_that_stays_shown() -> None:
    found = check(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
           a = "a.lua",
        -- ^ KR012 "a" is written twice
           a = "b.lua",
        } }
        """,
        only="KR",
    )
    assert [fix.safety for fix in found[0].fixes] == ["unsafe"]
    assert found[0].tags == ("unnecessary",)
    assert len(found[0].related) == 1


def test_the_same_twice_is_removed() -> None:
    check_fix(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["a"] = "a.lua",
          b = "b.lua",
          a = "a.lua",
        } }
        """,
        "KR012",
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          b = "b.lua",
          a = "a.lua",
        } }
        """,
    )


def test_a_field_that_is_set_twice() -> None:
    text = f'package = "x"\n{START}{BUILD}'
    assert codes(text, "KR012") == [
        '"package" is written twice: Lua keeps the last one, and this one has no effect.'
    ]


@pytest.mark.parametrize(
    "lines",
    [
        'version = version .. ""\n',
        'source.url = "git+https://y.example/b.git"\n',
        "if source.tag then version = '2-1' end\n",
    ],
)
def test_what_is_changed_on_purpose_is_left_alone(lines: str) -> None:
    assert codes(START + lines + BUILD, "KR012") == []


# --- KR013 ---


def test_a_build_type_of_somebody_elses_is_told_unless_its_rock_is_listed() -> None:
    build = 'build = { type = "rust-mlua", modules = {} }\n'
    (message,) = codes(START + build, "KR013")
    assert "luarocks-build-rust-mlua" in message
    listed = 'rockspec_format = "3.0"\nbuild_dependencies = { "luarocks-build-rust-mlua" }\n'
    assert codes(START + listed + build, "KR013") == []


def test_a_near_build_type_is_put_in() -> None:
    check_fix(
        """
        -- rock: acme
        build = { type = "Builtin", modules = {} }
        """,
        "KR013",
        """
        -- rock: acme
        build = { type = "builtin", modules = {} }
        """,
    )


# --- KR014 ---


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('type = "builtin", module = {}', 'type = "builtin", modules = {}'),
        ('type = "builtin", Modules = {}', 'type = "builtin", modules = {}'),
        ('tipe = "builtin", modules = {}', 'type = "builtin", modules = {}'),
        (
            'type = "builtin", modules = {}, copy_directory = {}',
            'type = "builtin", modules = {}, copy_directories = {}',
        ),
    ],
)
def test_a_near_key_of_build_is_put_in(before: str, after: str) -> None:
    check_fix(
        f"-- rock: acme\nbuild = {{ {before} }}\n",
        "KR014",
        f"-- rock: acme\nbuild = {{ {after} }}\n",
    )


@pytest.mark.parametrize("kind", ["none", "make", "command", "cmake"])
def test_modules_that_nothing_installs_are_told(kind: str) -> None:
    text = f'{START}build = {{ type = "{kind}", modules = {{ a = "a.lua" }} }}\n'
    (message,) = codes(text, "KR014")
    assert message == (
        f'LuaRocks ignores build.modules where type is "{kind}": nothing of it is installed.'
    )


@pytest.mark.parametrize(
    "build",
    [
        'type = "make", makefile = "Makefile", variables = {}',
        'type = "command", build_command = "x", install_command = "y", install = {}',
        'type = "builtin", modules = {}, patches = {}, extra_files = {}, platforms = {}',
        'type = "rust-mlua", modules = {}, target_path = "x"',
    ],
)
def test_what_a_build_type_reads_is_left_alone(build: str) -> None:
    assert codes(f"{START}build = {{ {build} }}\n", "KR014") == []


def test_the_key_of_a_dependency_is_taken_off() -> None:
    check_fix(
        """
        -- rock: acme
        dependencies = { lua = "lua ~> 5.1" }
        build = { type = "builtin", modules = {} }
        """,
        "KR014",
        """
        -- rock: acme
        dependencies = { "lua ~> 5.1" }
        build = { type = "builtin", modules = {} }
        """,
    )


def test_an_unknown_platform_is_told() -> None:
    text = f"{START}build = {{ type = 'builtin', modules = {{}}, platforms = {{ linx = {{}} }} }}\n"
    (message,) = codes(text, "KR014")
    assert message.endswith('Did you mean "linux"?')


# --- KR015 ---


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("# a comment", "Comments start with --"),
        ("\ufeff", "byte-order mark"),
        ("local ünïcode = 1", "not ASCII: ünïcode"),
        ("goto done ::done::", "no goto"),
        ("local x = '\\q'", "invalid escape sequence near '\\q'"),
        ("local x = '\\x41'", "does not know \\x"),
        ("local x = '\\u{41}'", "does not know \\u"),
        ("local x = 1LL", "malformed number near '1LL'"),
        ("local x = 0x1p4", "malformed number"),
    ],
)
def test_what_the_two_luas_judge_differently_is_told(line: str, words: str) -> None:
    assert words in codes(f"{line}\n{START}{BUILD}", "KR015")[0]


@pytest.mark.parametrize(
    "line",
    [
        "#!/usr/bin/env lua",
        "-- ünïcode",
        "local x = 'ünïcode \\n \\\\ \\65 \\\"'",
        "local goto_x = 0x1F + 1e3",
        "local x = [[\\q]]",
    ],
)
def test_what_both_luas_read_alike_is_left_alone(line: str) -> None:
    assert codes(f"{line}\n{START}{BUILD}", "KR015") == []


def test_a_byte_order_mark_is_removed() -> None:
    check_fix(
        f"-- file: acme-1.0-1.rockspec\n\ufeff{START}{BUILD}",
        "KR015",
        f"-- file: acme-1.0-1.rockspec\n{START}{BUILD}",
    )


def test_a_sound_rockspec_has_no_findings() -> None:
    check_none(f"-- file: acme-1.0-1.rockspec\n{START}{BUILD}", only="KR")


def test_bytes_that_are_not_utf8_are_no_names() -> None:
    data = bytes(range(128, 256)).decode("utf-8", "surrogateescape")
    assert codes(f"{data}x = 1\n{START}{BUILD}", "KR015") == []
