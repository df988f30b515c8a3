from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kong_lsp.syntax.lua.evaluate import evaluate
from kong_lsp.syntax.lua.tree import Tree, parse
from kong_lsp.syntax.lua.values import Entry, Place, Table, Text
from kong_lsp.text import Edit, Span
from tests.syntax.lua.plain import outline, plain

ROCKSPEC = """local name = "my-plugin"
local prefix = "kong.plugins." .. name
package = "kong-plugin-" .. name
version = "1.0-1"
build = {
  type = "builtin",
  modules = {
    [prefix .. ".handler"] = "kong/plugins/" .. name .. "/handler.lua",
    [("kong.plugins.%s.schema"):format(name)] = "kong/plugins/my-plugin/schema.lua",
  },
}
"""


def table_of(tree: Tree, name: str) -> Table:
    value = evaluate(tree).globals[name].value
    assert isinstance(value, Table)
    return value


def at(tree: Tree, place: Place) -> str:
    return tree.text[slice(*tree.span(place))]


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ('"abc"', ["abc"]),
        ("[[abc]]", ["abc"]),
        ('"a" .. n .. "b"', ["a", "xyz", "b"]),
        ('("a.%s.b"):format(n)', ["a.", "xyz", ".b"]),
        ("n:sub(2)", ["yz"]),
        ('("v1.2"):match("%d.*")', ["1.2"]),
        ("(nil or n)", ["xyz"]),
        ("id(n)", ["xyz"]),
        ('n:gsub("q", "")', ["xyz"]),
        ("n:upper()", []),
        ('"a" .. 1', ["a"]),
        (r'"a\nb"', ["a", "b"]),
    ],
)
def test_each_part_of_a_string_knows_where_it_is_written(expression: str, parts: list[str]) -> None:
    text = f'local n = "xyz"\nlocal function id(v) return v end\nx = {expression}\n'
    tree = parse(text)
    value = evaluate(tree).globals["x"].value
    assert isinstance(value, Text)
    assert [value.value[start:end] for start, end, _ in value.parts] == parts
    assert [at(tree, place) for _, _, place in value.parts] == parts


def test_only_a_lone_literal_has_a_place_of_its_own() -> None:
    text = 'a = "x" b = "x" .. "" local c = \'y\' d = c'
    tree = parse(text)
    found = evaluate(tree)
    literals = {}
    for name, entry in found.globals.items():
        assert isinstance(entry.value, Text)
        literal = entry.value.literal
        literals[name] = at(tree, literal) if literal else None
    assert literals == {"a": '"x"', "b": None, "d": "'y'"}


def places(tree: Tree, entry: Entry) -> tuple[str | None, str, str, bool]:
    key = None if entry.key_at is None else at(tree, entry.key_at)
    return key, at(tree, entry.value_at), at(tree, entry.at), entry.late


def test_an_entry_knows_its_key_its_value_and_its_field() -> None:
    text = 't = {\n  "a",\n  b = 1, -- x\n  ["c" .. "d"] = { 2 };\n}\nt.e = 3\nt["f"], t.g = 4, 5\n'
    tree = parse(text)
    assert [places(tree, entry) for entry in table_of(tree, "t").written] == [
        (None, '"a"', '"a"', False),
        ("b", "1", "b = 1", False),
        ('"c" .. "d"', "{ 2 }", '["c" .. "d"] = { 2 }', False),
        ("e", "3", "t.e = 3", True),
        ("g", "5", 't["f"], t.g = 4, 5', True),
        ('"f"', "4", 't["f"], t.g = 4, 5', True),
    ]


def test_every_assignment_of_a_global_is_kept_in_order() -> None:
    tree = parse("a = 1 b, c = 2, 3 a = 4 function d() end")
    found = evaluate(tree)
    assert [places(tree, entry)[:2] for entry in found.written] == [
        ("a", "1"),
        ("b", "2"),
        ("c", "3"),
        ("a", "4"),
        ("d", "function d() end"),
    ]
    assert places(tree, found.globals["a"]) == ("a", "4", "a = 4", False)


def test_a_key_written_twice_is_kept_twice_and_the_last_one_counts() -> None:
    table = table_of(parse('t = { a = 1, ["a"] = 2 }'), "t")
    assert [plain(entry.value) for entry in table.written] == [1.0, 2.0]
    assert plain(table) == {"a": 2.0}


def test_a_rockspec_of_locals_says_its_modules() -> None:
    found = evaluate(parse(ROCKSPEC))
    assert {name: plain(entry.value) for name, entry in found.globals.items()} == {
        "package": "kong-plugin-my-plugin",
        "version": "1.0-1",
        "build": {
            "type": "builtin",
            "modules": {
                "kong.plugins.my-plugin.handler": "kong/plugins/my-plugin/handler.lua",
                "kong.plugins.my-plugin.schema": "kong/plugins/my-plugin/schema.lua",
            },
        },
    }
    assert (found.reads, found.failures) == ([], [])


# --- damage --------------------------------------------------------------------------


def test_a_name_in_damaged_text_is_unknown_and_not_undefined() -> None:
    text = ROCKSPEC.replace('local name = "my-plugin"', "local name = ")
    found = evaluate(parse("local name = = 1\n" + text.split("\n", 1)[1]))
    assert (found.reads, found.failures) == ([], [])
    assert plain(found.globals["package"].value) is ...
    assert "name" in found.damaged


def test_a_damaged_field_opens_its_table_and_no_other() -> None:
    text = ROCKSPEC.replace('"kong/plugins/my-plugin/schema.lua"', '"kong/" ..')
    build = table_of(parse(text), "build")
    modules = build.get("modules")
    assert isinstance(modules, Table)
    assert (build.open, modules.open) == (False, True)
    assert list(modules.entries) == ["kong.plugins.my-plugin.handler"]


def test_a_missing_comma_damages_nothing() -> None:
    table = table_of(parse("t = {\n  a = 1\n  b = 2,\n}\n"), "t")
    assert plain(table) == {"a": 1.0, "b": 2.0}


# --- edits ---------------------------------------------------------------------------

SNIPPETS = [
    "",
    "x",
    '"',
    ",",
    "}",
    "{",
    " .. name",
    "\n",
    "local name = 'z'\n",
    "name = nil\n",
    "if name then ",
    "end ",
    "build.modules[name] = name\n",
    ":gsub('%w', '%0')",
    "--",
    "[1] = ",
    "while true do end ",
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(ROCKSPEC)), st.sampled_from((0, 1, 5)), st.sampled_from(SNIPPETS)
        ),
        min_size=1,
        max_size=5,
    )
)
def test_after_edits_a_file_says_what_it_says_from_scratch(
    edits: list[tuple[int, int, str]],
) -> None:
    text = ROCKSPEC
    tree = parse(text)
    evaluate(tree)
    for at, size, new in edits:
        start = min(at, len(text))
        end = min(start + size, len(text))
        text = text[:start] + new + text[end:]
        tree = tree.edited(Edit(Span(start, end), new))
        fresh = parse(text)
        assert outline(tree, evaluate(tree)) == outline(fresh, evaluate(fresh))


def test_an_edit_evaluates_only_the_entry_that_it_changes() -> None:
    tree = parse(ROCKSPEC)
    before = evaluate(tree)
    at = ROCKSPEC.index("/schema.lua")
    after = evaluate(tree.edited(Edit(Span(at, at), "x")))
    kept = []
    for found in (before, after):
        build = found.globals["build"].value
        assert isinstance(build, Table)
        modules = build.get("modules")
        assert isinstance(modules, Table)
        kept.append(modules.written)
    assert [old is new for old, new in zip(*kept, strict=True)] == [True, False]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "local x = { } ( ) [ ] 'a' .. , ; function end if then else while do for i=1,3 in"
            " repeat until return break nil 1 x.y x:y # - and or not == < ... goto ::l:: \n".split(
                " "
            )
        ),
        max_size=40,
    )
)
def test_evaluating_never_raises(words: list[str]) -> None:
    evaluate(parse(" ".join(words)))
