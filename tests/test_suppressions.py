"""Comments that switch rules off: where they hold, which do nothing, how they are written."""

from __future__ import annotations

import pytest

from kong_lsp.finding import Finding, Severity
from kong_lsp.settings import DEFAULTS, Settings
from kong_lsp.suppressions import insertion, read, removal, sort
from kong_lsp.text import Span, apply_edits
from tests.support.checks import check, check_fix, check_none

ROCK = "a-1-1.rockspec"


def finding(text: str, piece: str, code: str = "KM101") -> Finding:
    start = text.index(piece)
    return Finding(code, Severity.ERROR, piece, ROCK, Span(start, start + len(piece)))


def left(text: str, *pieces: str, path: str = ROCK) -> list[str]:
    found = [finding(text, piece) for piece in pieces]
    return [each.message for each in sort(path, text, found, DEFAULTS).left]


def unused(text: str, settings: Settings = DEFAULTS, path: str = ROCK) -> list[str]:
    return [word.text if word else "*" for _, word in sort(path, text, (), settings).unused]


def unknown(text: str, path: str = ROCK) -> list[str]:
    return [word.text if word else "*" for _, word in sort(path, text, (), DEFAULTS).unknown]


def test_a_comment_after_code_is_for_its_line() -> None:
    assert left("one -- kong-lsp: ignore[KM101]\ntwo\n", "one", "two") == ["two"]


def test_a_comment_alone_is_for_the_next_line_with_code() -> None:
    assert left("-- kong-lsp: ignore[KM101]\n\none\ntwo", "one", "two") == ["two"]
    assert left("-- kong-lsp: ignore[KM101]\n-- kong-lsp: ignore[KR011]\none", "one") == []


def test_a_comment_for_the_file_is_for_all_of_it() -> None:
    assert left("one\n-- kong-lsp: ignore-file[KM101]\ntwo", "one", "two") == []
    assert left("one\ntwo\n-- kong-lsp: ignore-file", "one", "two") == []


def test_names_and_beginnings_serve_as_well() -> None:
    for word in ("missing-module-file", "KM1", "km101", "KR011, KM101"):
        assert left(f"one -- kong-lsp: ignore[{word}]", "one") == []
    assert left("one -- kong-lsp: ignore[KR011]", "one") == ["one"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_line(end: str) -> None:
    text = f"-- kong-lsp: ignore[KM101]{end}one{end}two -- kong-lsp: ignore[KM101]{end}three"
    assert left(text, "one", "two", "three") == ["three"]


def test_each_kind_of_file_has_its_comments() -> None:
    assert left("one # kong-lsp: ignore[KM101]", "one", path="/w/kong.yml") == []
    assert left("one # kong-lsp: ignore[KM101]", "one", path="/w/Dockerfile") == []
    assert left("one # kong-lsp: ignore[KM101]", "one") == ["one"]
    assert left("one -- kong-lsp: ignore[KM101]", "one", path="/w/kong.yml") == ["one"]
    assert read("/w/kong.json", "# kong-lsp: ignore[KM101]") == ()


def test_what_finds_nothing_is_unused() -> None:
    assert unused("one -- kong-lsp: ignore[KM101, KR011]") == ["KM101", "KR011"]
    assert unused("-- kong-lsp: ignore-file") == ["*"]


def test_what_did_not_run_is_not_unused() -> None:
    assert unused("x -- kong-lsp: ignore[KM101]", Settings(select=("KR",))) == []
    assert unused("x -- kong-lsp: ignore[KM101]", Settings(ignore=("KM",))) == []
    assert unused("x -- kong-lsp: ignore[KM]", Settings(ignore=("KM101",))) == []


def test_what_means_no_rule_is_unknown() -> None:
    assert unknown("x -- kong-lsp: ignore[KM999, KM101]") == ["KM999"]
    assert unknown("x -- kong-lsp: ignore") == ["*"]
    assert unknown("x -- kong-lsp: disable[KM101]") == ["*"]
    assert unknown("x -- kong-lsp: ignore[]") == ["*"]


@pytest.mark.parametrize(
    ("before", "word", "after"),
    [
        ("x -- kong-lsp: ignore[KM101]\ny", 0, "x\ny"),
        ("  -- kong-lsp: ignore[KM101]\ny", 0, "y"),
        ("x -- kong-lsp: ignore[KM101, KR011]", 0, "x -- kong-lsp: ignore[KR011]"),
        ("x -- kong-lsp: ignore[KM101, KR011]", 1, "x -- kong-lsp: ignore[KM101]"),
    ],
)
def test_a_word_is_taken_out(before: str, word: int, after: str) -> None:
    (each,) = read(ROCK, before)
    assert each.words is not None
    edit = removal(before, each, each.words[word])
    assert apply_edits(before, (edit,)) == after


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (ROCK, "a\n  one\n", "a\n  -- kong-lsp: ignore[KM101]\n  one\n"),
        (ROCK, "a\r\n\tone", "a\r\n\t-- kong-lsp: ignore[KM101]\r\n\tone"),
        ("/w/kong.yml", "- one", "# kong-lsp: ignore[KM101]\n- one"),
        (ROCK, "one -- kong-lsp: ignore[KR011]", "one -- kong-lsp: ignore[KR011, KM101]"),
    ],
)
def test_a_comment_is_written(path: str, before: str, after: str) -> None:
    found = finding(before, "one")
    edit = insertion(path, before, found)
    assert edit is not None
    text = apply_edits(before, (edit,))
    assert text == after
    assert sort(path, text, [finding(text, "one")], DEFAULTS).left == []


def test_no_comment_is_written_where_none_can_be() -> None:
    assert insertion("/w/kong.json", "one", finding("one", "one")) is None
    for text in ("x = [[\none\n]]", "--[[\none\n]]", "--[==[ ]]\none\n]==]"):
        assert insertion(ROCK, text, finding(text, "one")) is None
    text = "--[[ a ]]\none"
    assert insertion(ROCK, text, finding(text, "one")) is not None


def test_a_rockspec_is_held_to_its_comments() -> None:
    check_none(
        """
        -- rock: acme
        -- kong-lsp: ignore[missing-licence]
        description = {}
        build = { type = "none" }
        """
    )


def test_a_lua_file_is_held_to_its_comments() -> None:
    check_none(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- handler: kong/plugins/acme/handler.lua
        require "kong.plugins.acme.nowhere" -- kong-lsp: ignore[KM108]
        return { PRIORITY = 1000, VERSION = "1.0.0", access = function() end }
        -- schema: kong/plugins/acme/schema.lua
        """,
        only="KM",
    )


def test_a_configuration_is_held_to_its_comments() -> None:
    check_none(
        """
        # file: kong.yml
        _format_version: "3.0"
        plugins:
        - name: key-auht # kong-lsp: ignore[KC301]
        """
    )


def test_what_is_unused_is_told_in_a_file_without_findings_and_mended() -> None:
    text = """
        # file: kong.yml
        _format_version: "3.0"
        plugins:
        - name: key-auth # kong-lsp: ignore[KC301]
        #                                   ^^^^^ KX901 KC301 finds nothing
        """
    check(text)
    check_fix(
        text,
        "KX901",
        """
        # file: kong.yml
        _format_version: "3.0"
        plugins:
        - name: key-auth
        """,
    )


def test_what_is_misspelt_is_told_and_mended() -> None:
    text = """
        # file: kong.yml
        _format_version: "3.0" # kong-lsp: ignore[rock-nam]
        #                                         ^^^^^^^^ KX902 Did you mean rock-name
        """
    check(text)
    check_fix(
        text,
        "KX902",
        """
        # file: kong.yml
        _format_version: "3.0" # kong-lsp: ignore[rock-name]
        """,
    )
