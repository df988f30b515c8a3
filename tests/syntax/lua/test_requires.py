from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kong_lsp.syntax.lua.requires import Require, scan


def loaded(text: str) -> list[str | None]:
    return [require.module for require in scan(text)]


def spans(text: str) -> list[tuple[str, str]]:
    return [(text[r.span.start : r.span.end], text[r.call.start : r.call.end]) for r in scan(text)]


@pytest.mark.parametrize(
    ("text", "argument", "call"),
    [
        ('require "a.b"', "a.b", 'require "a.b"'),
        ("require'a.b'.new()", "a.b", "require'a.b'"),
        ('x = require( "a.b" )(1)', "a.b", 'require( "a.b" )'),
        ("require[[a.b]]", "a.b", "require[[a.b]]"),
        ("require([=[a.b]=])", "a.b", "require([=[a.b]=])"),
        ('require -- why\n  ("a.b")', "a.b", 'require -- why\n  ("a.b")'),
        ('require\n"a.b"', "a.b", 'require\n"a.b"'),
        ('("x")..require "a.b"', "a.b", 'require "a.b"'),
        ('pcall(require, "a.b")', "a.b", 'pcall(require, "a.b")'),
        ("f(require'a.b', 2)", "a.b", "require'a.b'"),
        (r'require "a\46b"', r"a\46b", r'require "a\46b"'),
    ],
)
def test_every_form_of_a_call_is_found_with_its_place(text: str, argument: str, call: str) -> None:
    assert loaded(text) == ["a.b"]
    assert spans(text) == [(argument, call)]


@pytest.mark.parametrize(
    "text",
    [
        '-- require "a"',
        '--[[ require "a" ]]',
        '--[==[\nrequire "a" ]]\nrequire "a"\n]==]',
        "x = \"require 'a'\"",
        'x = [[\nrequire "a"\n]]',
        "x = \"two \\\nrequire 'a'\"",
        'x.require "a"',
        'x:require "a"',
        'prerequire "a"',
        'require_all "a"',
        "local require = require",
        'require = "a"',
        "{ require = 'a' }",
        "require { 'a' }",
        "require[1]",
        "local f = require",
        "require",
        "",
    ],
)
def test_what_only_looks_like_a_call_is_passed_over(text: str) -> None:
    assert scan(text) == ()


@pytest.mark.parametrize(
    "before",
    [
        "--[[ a comment ]] ",
        "-- [[ no long comment\n",
        'x = "--" ',
        "x = '[[' ",
        "x = [[ a ]] ",
        "x = 'it\\'s' ",
        "t[t[1]] = 1 ",
        'x = "\\z\n " ',
        "--]] ",
    ],
)
def test_code_after_a_comment_or_string_is_code(before: str) -> None:
    expected = [] if before == "--]] " else ["a"]
    assert loaded(before + 'require "a"') == expected


@pytest.mark.parametrize(
    ("text", "module", "prefix"),
    [
        (
            'local N = "x"\nrequire("kong.plugins." .. N .. ".handler")',
            "kong.plugins.x.handler",
            "",
        ),
        ('local N = "x"\nrequire(("kong.plugins.%s.y"):format(N))', "kong.plugins.x.y", ""),
        ('local N = "x"\nrequire(string.format("kong.plugins.%s.y", N))', "kong.plugins.x.y", ""),
        ('local A = "x"\nlocal P = "k." .. A .. "."\nrequire(P .. "z")', "k.x.z", ""),
        ('local P = ("k.%s"):format("x")\npcall(require, P .. ".z")', "k.x.z", ""),
        ('local P = "k"; require(P)', "k", ""),
        ('require("k." .. name)', None, "k."),
        ('require("k." .. name .. ".z")', None, "k."),
        ('require(("k.%s.z"):format(name))', None, "k."),
        ('require("k." .. (name or "z"))', None, "k."),
        ('require(name or "k.z")', None, ""),
        ('require("k.z" or "k.y")', None, ""),
        ('require(f("k.z"))', None, ""),
        ('require("k." .. t[1].x)', None, "k."),
        ('local N = os.getenv("N")\nrequire("k." .. N)', None, "k."),
        ('local N = "x" or y\nrequire("k." .. N)', None, "k."),
        ('local N = N\nrequire("k." .. N)', None, "k."),
        ('local N = "x"\nN = "y"\nrequire("k." .. N)', None, "k."),
        ('local N = "x"\nlocal function f(N) require("k." .. N) end', None, "k."),
        ('local N = "x"\nfor _, N in ipairs(t) do require("k." .. N) end', None, "k."),
        ('local N = "x"\nreturn { N = N, f = require("k." .. N) }', "k.x", ""),
        ('-- [[\nlocal N = "x"\n-- ]]\nrequire("k." .. N)', "k.x", ""),
        ('--[[\nlocal N = "x"\n--]]\nrequire("k." .. N)', None, "k."),
    ],
)
def test_a_computed_name_is_known_as_far_as_the_files_constants_tell(
    text: str, module: str | None, prefix: str
) -> None:
    (require,) = scan(text)
    assert (require.module, require.prefix) == (module, module or prefix)


def test_the_place_of_a_computed_name_is_the_whole_expression() -> None:
    text = 'local x = require ( "k." .. name ) (1)'
    assert spans(text) == [('"k." .. name', 'require ( "k." .. name )')]


@pytest.mark.parametrize(
    ("text", "protected"),
    [
        ('pcall(require, "a")', True),
        ('xpcall(function() return require "a" end, print)', True),
        ('pcall(function() return require "a" end)', True),
        ('pcall(function ()\n  local a = require("a")\nend)', True),
        ('pcall(function() return require("a." .. x) end)', True),
        ('pcall(f, require "a")', False),
        ('pcall(f)\nrequire "a"', False),
        ('require "a"', False),
    ],
)
def test_a_call_that_pcall_guards_is_protected(text: str, protected: bool) -> None:
    assert [require.protected for require in scan(text)] == [protected]


def test_all_calls_of_a_file_come_in_order() -> None:
    text = (
        'local a = require "a"\nlocal b = require("b")\n-- require "c"\nreturn require("d." .. x)'
    )
    assert loaded(text) == ["a", "b", None]


def test_a_call_holds_its_fields() -> None:
    (found,) = scan('return require "kong.plugins.x.y"')
    assert found == Require(
        "kong.plugins.x.y", "kong.plugins.x.y", found.span, found.call, protected=False
    )
    assert (found.span, found.call) == ((16, 32), (7, 33))


@given(
    st.lists(
        st.sampled_from(
            [
                "require",
                "require ",
                '"a"',
                "'",
                '"',
                "(",
                ")",
                "[[",
                "]]",
                "[=[",
                "--",
                "--[[",
                "\n",
                "\\",
                "..",
                ",",
                "pcall(",
                "N",
                "local N = ",
                ":format(",
                "string.format(",
                "%s",
                "function() ",
                "é",
            ]
        ),
        max_size=25,
    )
)
def test_scanning_never_raises_and_places_lie_in_the_text(parts: list[str]) -> None:
    text = "".join(parts)
    for require in scan(text):
        assert 0 <= require.call.start <= require.span.start <= require.span.end
        assert require.span.end <= require.call.end <= len(text)
