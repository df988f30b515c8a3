"""Lua text in pieces: what is cut where, what is said of broken text, and edits."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kong_lsp.syntax.lua.tree import Piece, Tree, parse
from kong_lsp.syntax.lua.values import Place
from kong_lsp.text import Edit, Span

ROCKSPEC = """\
-- a plugin
local plugin_name = "acme"
package = "kong-plugin-" .. plugin_name
version = "1.0-1" -- the first
source = { url = "git+https://example.com/acme.git", tag = "1.0" }
description = {
  summary = [[a
  long one]],
  license = "MIT",
}
dependencies = { "lua >= 5.1", "kong" }
build = {
  type = "builtin",
  modules = {
    -- the handler
    ["kong.plugins." .. plugin_name .. ".handler"] = "kong/plugins/acme/handler.lua",
    ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua";
    ['kong.plugins.acme.daos'] = 'kong/plugins/acme/daos.lua'
  }
}
if plugin_name == "acme" then build.x = function(a, ...) return { 1, 2 } end end
for i = 1, 2 do dependencies[#dependencies + 1] = "x" .. i end
"""


def shape(tree: Tree) -> Any:
    def of(piece: Piece) -> Any:
        children = None if piece.children is None else [of(child) for child in piece.children]
        head, tail, problems = piece.head, piece.tail, piece.problems
        return (piece.kind, head, children, tail, piece.length, piece.node, problems, piece.flawed)

    return ([of(piece) for piece in tree.pieces], tree.tail, tree.sound, tree.length)


def messages(text: str) -> list[tuple[str, str, str]]:
    tree = parse(text)
    found = []
    for piece, problem in tree.all_problems():
        span = tree.span(Place(piece, problem.start, problem.end))
        found.append((problem.kind, text[span.start : span.end], problem.message))
    return found


def repaired(text: str) -> str:
    """The text after the repair of its first problem that has one."""
    tree = parse(text)
    for piece, problem in tree.all_problems():
        if problem.repair:
            _, start, end, new = problem.repair
            span = tree.span(Place(piece, start, end))
            return text[: span.start] + new + text[span.end :]
    raise AssertionError("no repair")


def test_a_correct_rockspec_is_cut_without_problems() -> None:
    tree = parse(ROCKSPEC)
    assert tree.all_problems() == []
    assert tree.text == ROCKSPEC
    assert tree.sound
    assert len(tree.pieces) == 9
    build = tree.pieces[6]
    assert build.children is not None
    modules = build.children[1]
    assert modules.children is not None
    assert [child.text for child in modules.children][2] == (
        "\n    ['kong.plugins.acme.daos'] = 'kong/plugins/acme/daos.lua'"
    )


def test_pieces_are_found_by_offset_from_the_outermost_in() -> None:
    tree = parse(ROCKSPEC)
    pieces = tree.at(ROCKSPEC.index("schema.lua"))
    assert [piece.kind for piece in pieces] == ["statement", "field", "field"]
    assert "acme.schema" in pieces[-1].text
    start = tree.start_of(pieces[-1])
    assert ROCKSPEC[start : start + pieces[-1].length] == pieces[-1].text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            'x = { "a" "b" }',
            ("separator", '"', "'}' expected: a comma is missing after this entry"),
        ),
        (
            "x = { a = 1\n b = 2 }",
            ("separator", "1", "'}' expected: a comma is missing after this entry"),
        ),
        (
            'x = { a = y\n ["b"] = 2 }',
            ("separator", "y", "'}' expected: a comma is missing after this entry"),
        ),
        ('x = { a = "b,\n c = 1 }', ("string", '"b,', "unfinished string near '\"b,'")),
        ('x = { ["a" = 1 }', ("syntax", "=", "']' expected near '='")),
        ("x = \ny = 1", ("syntax", "=", "unexpected symbol near the end of this statement")),
        ("version\ny = 1", ("syntax", "version", "'=' expected near the end of this statement")),
        ("version 1.0\ny = 1", ("syntax", "1.0", "'=' expected near '1.0'")),
        ("x = 1..2", ("syntax", "1..2", "malformed number near '1..2'")),
        ("x = 1 }", ("stray", "}", "'<eof>' expected near '}'")),
        ("x = {\ny = {\n}\n", ("unclosed", "", "'}' expected (to close '{' at line 1) near 'y'")),
        ("x = [[ a", ("syntax", "[[ a", "unfinished long string near '[[ a'")),
        ("x = 1 --[[ a", ("syntax", "--[[ a", "unfinished long comment near '--[[ a'")),
        ('x = "\\300"', ("syntax", "\\300", "escape sequence too large near '\\300'")),
        ("return 1\nx = 1", ("syntax", "x", "'<eof>' expected near 'x'")),
        ("x = { , }", ("syntax", ",", "unexpected symbol near ','")),
    ],
)
def test_what_is_broken_is_named_at_its_place(text: str, problem: tuple[str, str, str]) -> None:
    assert messages(text) == [problem]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ('x = { "a" "b" }', 'x = { "a", "b" }'),
        ('x = {\n  ["a"] = "b,\n  ["c"] = "d",\n}', 'x = {\n  ["a"] = "b",\n  ["c"] = "d",\n}'),
        ("x = 1\n}\n", "x = 1\n\n"),
        ("x = {\n  a = {\n    1,\n}\ny = 2\n", "x = {\n  a = {\n    1,\n}\n}\ny = 2\n"),
    ],
)
def test_a_repair_makes_the_text_parse(text: str, after: str) -> None:
    assert repaired(text) == after
    assert messages(after) == []


def test_a_damaged_entry_leaves_its_neighbours_their_trees() -> None:
    tree = parse(
        'build = { modules = {\n ["a"] = "a.lua",\n ["b" = \n ["c"] = "c.lua",\n} }\nx = 1\n'
    )
    modules = tree.pieces[0].children[0].children  # type: ignore[index]
    assert modules is not None
    assert [piece.node is None for piece in modules] == [False, True, False]
    assert tree.pieces[1].node is not None


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000,
        "{" * 50_000,
        "a." * 5_000,
        "x = " + "-" * 5_000 + "1",
        "x = " + "{" * 10_000 + "}" * 10_000,
        "end " * 5_000,
        "x = " + "1 .. " * 5_000 + "1",
        "function " * 5_000,
    ],
)
def test_deep_nesting_is_told_and_neither_crashes_nor_hangs(text: str) -> None:
    assert parse(text).text == text


def _random_edit(source: random.Random, text: str) -> Edit:
    snippets = [
        '"',
        "'",
        ",",
        "{",
        "}",
        "[",
        "]",
        "=",
        "\n",
        " ",
        "x",
        "..",
        "--",
        "[[",
        "]]",
        "end",
        "\nlocal y = 1\n",
        '\n  ["k"] = "v",',
        "function",
        "(",
        ")",
        ";",
        "1",
        "do",
        "if a then",
        "\r\n",
    ]
    start = source.randrange(len(text) + 1)
    kind = source.random()
    if kind < 0.5:
        return Edit(Span(start, start), source.choice(snippets))
    end = min(len(text), start + source.choice([1, 1, 1, 2, 5, 30]))
    return Edit(Span(start, end), "" if kind < 0.8 else source.choice(snippets))


@pytest.mark.parametrize("seed", range(20))
def test_random_edits_give_the_tree_of_the_final_text(seed: int) -> None:
    source = random.Random(seed)
    text, tree = ROCKSPEC, parse(ROCKSPEC)
    for step in range(150):
        edit = _random_edit(source, text)
        if step % 15 == 14:
            edit = Edit(Span(0, len(text)), ROCKSPEC)
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
        tree = tree.edited(edit)
        assert shape(tree) == shape(parse(text)), (seed, step, edit)
        assert tree.text == text


def test_typing_and_undoing_at_every_place_gives_the_same_tree() -> None:
    whole = parse(ROCKSPEC)
    for offset in range(0, len(ROCKSPEC) + 1, 5):
        for typed in ("x", '"', ",", "\n", "-"):
            text = ROCKSPEC[:offset] + typed + ROCKSPEC[offset:]
            tree = whole.edited(Edit(Span(offset, offset), typed))
            assert shape(tree) == shape(parse(text)), (offset, typed)
            back = tree.edited(Edit(Span(offset, offset + 1), ""))
            assert shape(back) == shape(whole), (offset, typed)


def test_every_truncation_is_read() -> None:
    for stop in range(len(ROCKSPEC) + 1):
        assert parse(ROCKSPEC[:stop]).text == ROCKSPEC[:stop]


_FRAGMENTS = [
    *"ab=\"'[]{}(),;.-\n\r \\#0",
    "\ufeff",
    "\u2028",
    "é",
    "\0",
    "end",
    "function ",
    "do ",
    "local ",
    "return ",
    "--[[",
    "]]",
    "goto x",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_FRAGMENTS), max_size=40).map("".join))
def test_any_text_is_read_and_given_back(text: str) -> None:
    assert parse(text).text == text
