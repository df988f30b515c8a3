"""Hover, definition, links, symbols, folding and inlay hints."""

from __future__ import annotations

import pytest

from kong_lsp.features.definition import definition
from kong_lsp.features.folding import folds
from kong_lsp.features.hover import hover
from kong_lsp.features.inlay import hints
from kong_lsp.features.links import links
from kong_lsp.features.symbols import Symbol, symbols
from kong_lsp.text import Span
from tests.support.places import asked

BUILD = """
-- rock: acme
build = { type = "builtin", modules = {
  ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
  ["kong.plugins.acme.x"] = "./kong/plugins/acme/x/init.lua",
  ["kong.plugins.acme.gone"] = "kong/plugins/acme/gone.lua",
  ["kong.plugins.acme.core"] = { "core.c" },
  ["kong.plugins.acme.hooks"] = true,
} }
"""
TREE = """
-- handler: kong/plugins/acme/handler.lua
-- file: kong/plugins/acme/x/init.lua
local h = require "kong.plugins.acme.handler"
local g = require("kong.plugins.acme.gone")
local k = require "kong.tools.utils"
local n = require "kong.plugins.acme.nowhere"
"""


def hovered(text: str) -> str | None:
    with asked(text) as at:
        found = hover(at.snapshot, at.path, at.offset)
        return None if found is None else found.text


def on(text: str, where: str) -> str:
    """The fixture with its cursor in the middle of ``where``."""
    middle = text.index(where) + len(where) // 2
    return text[:middle] + "$0" + text[middle:]


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("acme.handler", "installed as `share/lua/5.1/kong/plugins/acme/handler.lua`"),
        ("acme/handler.lua", "Kong 3.9 does not start a plugin without it."),
        ("acme.x", "- installed as `share/lua/5.1/kong/plugins/acme/x/init.lua`"),
        ("acme.x", "A module of the plugin `acme`'s own"),
        ("acme.gone", "- file: `kong/plugins/acme/gone.lua` — **not there**"),
        ("acme.core", "- compiled from `core.c`"),
        ("acme.hooks", "Kong 3.9 no longer loads it."),
        ("acme.hooks", "LuaRocks passes over a value that is no path"),
        ("type =", "**build.type** — How to build"),
        ('"builtin"', "LuaRocks installs what `build.modules` lists"),
        ("modules =", "**build.modules** — The modules to install"),
        ("build =", "(table, mandatory)"),
    ],
)
def test_hover_tells_of_modules_and_fields(where: str, says: str) -> None:
    assert says in (hovered(on(BUILD, where) + TREE) or "")


@pytest.mark.parametrize(
    ("dependency", "says"),
    [
        ("lua >= 5.1, < 5.4", "**lua**: 5.1 or newer, older than 5.4"),
        ("penlight", "**penlight**: any version"),
        ("x ~> 1.2", "**x**: any 1.2.*"),
        ("x => 1", "LuaRocks refuses `x => 1`."),
    ],
)
def test_hover_tells_what_a_dependency_asks_for(dependency: str, says: str) -> None:
    text = f'-- file: a-1.0-1.rockspec\ndependencies = {{ "{dependency[0]}$0{dependency[1:]}" }}\n'
    assert hovered(text) == says


def test_hover_tells_the_value_of_what_is_computed() -> None:
    text = '-- file: a-1.0-1.rockspec\nlocal v = "1.0"\nversion = v$0 .. "-1"\n'
    assert hovered(text) == '`"1.0-1"`'


def test_hover_on_a_require_tells_where_the_module_is() -> None:
    assert hovered(BUILD + on(TREE, 'require "kong.plugins.acme.handler"')) == (
        "**kong.plugins.acme.handler**\n\n- file: `kong/plugins/acme/handler.lua`\n"
        "- installed by `acme-1.0-1.rockspec`"
    )


@pytest.mark.parametrize("text", ["\n$0\n", 'package = "x"\n $0 \n', "x = $0", "-- $0"])
def test_nothing_is_said_of_nothing(text: str) -> None:
    assert hovered(f"-- file: a-1.0-1.rockspec\n{text}") is None
    assert hovered(f"-- file: a.lua\n{text}") is None


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (on(BUILD, "acme.handler") + TREE, "kong/plugins/acme/handler.lua"),
        (on(BUILD, "./kong/plugins/acme/x/init.lua") + TREE, "kong/plugins/acme/x/init.lua"),
        (on(BUILD, "acme.gone") + TREE, None),
        (on(BUILD, "type =") + TREE, None),
        (BUILD + on(TREE, 'require "kong.plugins.acme.handler"'), "kong/plugins/acme/handler.lua"),
        (BUILD + on(TREE, 'require("kong.plugins.acme.gone")'), "acme-1.0-1.rockspec"),
        (BUILD + on(TREE, "kong.plugins.acme.nowhere"), None),
        (BUILD + on(TREE, "local k"), None),
    ],
)
def test_definition_leads_to_the_file_else_to_the_entry(text: str, target: str | None) -> None:
    with asked(text) as at:
        found = definition(at.snapshot, at.path, at.offset)
        assert [at.relative(each.path) for each in found] == ([target] if target else [])


def test_links_lead_to_the_files_that_exist() -> None:
    with asked(BUILD + TREE) as at:
        found = [
            (at.text[link.span.start : link.span.end], at.relative(link.target))
            for link in links(at.snapshot, at.path)
        ]
    assert found == [
        ("kong/plugins/acme/handler.lua", "kong/plugins/acme/handler.lua"),
        ("./kong/plugins/acme/x/init.lua", "kong/plugins/acme/x/init.lua"),
    ]


def test_symbols_are_the_fields_as_they_lie_in_each_other() -> None:
    text = """
    -- file: a-1.0-1.rockspec
    package = "a"
    dependencies = { "lua", "x" }
    deploy = { wrap_bin_scripts = false }
    build = { modules = { ["a.b"] = "a/b.lua" } }
    build.type = "builtin"
    """

    def shown(items: tuple[Symbol, ...]) -> list[object]:
        return [(item.name, item.kind, item.detail, shown(item.children)) for item in items]

    with asked(text) as at:
        found = symbols(at.snapshot, at.path)
        for item in found:
            assert item.span.start <= item.selection.start <= item.selection.end <= item.span.end
    assert shown(found)[:4] == [
        ("package", "string", "a", []),
        ("dependencies", "table", "", [("1", "item", "lua", []), ("2", "item", "x", [])]),
        ("deploy", "table", "", [("wrap_bin_scripts", "boolean", "false", [])]),
        ("build", "table", "", [("modules", "table", "", [("a.b", "module", "a/b.lua", [])])]),
    ]


def test_tables_and_runs_of_comments_fold() -> None:
    text = '-- file: a-1.0-1.rockspec\n-- one\n-- two\nbuild = {\n  modules = {\n    a = "a.lua",\n  },\n}\nx = { 1 }\n'
    with asked(text) as at:
        lines = [
            (
                fold.kind,
                at.text.count("\n", 0, fold.span.start),
                at.text.count("\n", 0, fold.span.end),
            )
            for fold in folds(at.snapshot, at.path)
        ]
    assert lines == [("comment", 0, 1), ("region", 2, 6), ("region", 3, 5)]


def test_inlay_hints_are_only_for_what_is_computed() -> None:
    text = """
    -- file: a-1.0-1.rockspec
    local name = "acme"
    package = name
    version = "1.0-1"
    build = { modules = {
      ["kong.plugins." .. name .. ".x"] = "x.lua",
      ["kong.plugins.acme.y"] = ("%s.lua"):format("y"),
    } }
    """
    with asked(text) as at:
        found = [
            (at.text[: hint.offset].rpartition("\n")[2].strip(), hint.text)
            for hint in hints(at.snapshot, at.path, Span(0, len(at.text)))
        ]
        assert hints(at.snapshot, at.path, Span(0, 3)) == ()
    assert found == [
        ("package = name", '"acme"'),
        ('["kong.plugins." .. name .. ".x"', '"kong.plugins.acme.x"'),
        ('["kong.plugins.acme.y"] = ("%s.lua"):format("y")', '"y.lua"'),
    ]


def test_a_file_that_is_not_ours_has_nothing() -> None:
    with asked("-- file: a.lua\nreturn {}\n") as at:
        assert symbols(at.snapshot, at.path) == ()
        assert links(at.snapshot, at.path) == ()
        assert folds(at.snapshot, at.path) == ()
        assert hints(at.snapshot, at.path, Span(0, 9)) == ()
