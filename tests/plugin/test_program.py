"""Files that require each other, and files that would never end."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kong_lsp.kong.releases import NEWEST
from kong_lsp.kong.schema.metaschema import check_fields_of_plugin, check_plugin
from kong_lsp.kong.schema.values import UNKNOWN
from kong_lsp.workspace.workspace import Workspace
from tests.support.places import plant
from tests.support.programs import returned, schema
from tests.support.world import analyze


def test_modules_of_the_workspace_are_evaluated_too() -> None:
    text = "local types = require 'kong.plugins.acme.types' return { types.of('a') }"
    types = "return { of = function(x) return { type = 'string', default = x } end }"
    assert returned(text, types=types) == [{"type": "string", "default": "a"}]


def test_a_place_in_another_file_is_found_there() -> None:
    found, memory = schema(
        "return { name = 'acme', fields = { require 'kong.plugins.acme.field' } }",
        field="return { config = { type = 'record', fields = {} } }",
    )
    assert memory.at(found.place(("fields", 1, "config"), key=True)) == "/field.lua:config"
    assert memory.at(found.place(("name",))) == "/schema.lua:'acme'"


def test_files_that_require_each_other_end() -> None:
    assert returned(
        "return { require 'kong.plugins.acme.b' }", b="return require 'kong.plugins.acme.schema'"
    ) == [UNKNOWN]


def test_a_file_is_evaluated_once() -> None:
    text = """
        local one = require "kong.plugins.acme.shared"
        one.x = 1
        return { require("kong.plugins.acme.shared").x }
    """
    assert returned(text, shared="return {}") == [1]


_RECORD = "{ type = 'record', fields = { { a = "
HOSTILE = {
    "a loop": "while true do end return {}",
    "a string": "local s = 'x' for i = 1, 60 do s = s .. s end return { name = s, fields = {} }",
    "recursion": "local function f(x) return f(f(x)) end return { name = 'a', fields = f({}) }",
    "sharing": "local t = { type = 'string' } "
    "for i = 1, 40 do t = { type = 'record', fields = { { a = t }, { b = t } } } end "
    "return { name = 'a', fields = { { config = t } } }",
    "a table in itself": "local t = { type = 'record' } t.fields = { { a = t } } "
    "return { name = 'a', fields = { { config = t } } }",
    "a long list": "local t = {} for i = 1, 1e7 do table.insert(t, { a = t }) end "
    "return { name = 'a', fields = t }",
    "a metatable of itself": "local m = {} m.__index = m setmetatable(m, m) return m.x",
    "a call of itself": "local t = setmetatable({}, { __call = function(t, ...) return t(...) end }) "
    "return t()",
    "a pattern": "return { name = ('a'):rep(1e5):gsub('a*a*a*a*b', ''), fields = {} }",
    "copies": "local copy = require('kong.tools.utils').deep_copy local t = {} "
    "for i = 1, 30 do t = { t, t } end for i = 1, 1000 do copy(t) end return t",
    "mutual recursion": "local f, g function f() return g() end function g() return f() end "
    "return f()",
    "pcall of itself": "local function f() return pcall(f) end return f()",
    "nested loops": "for a = 1, 1e9 do for b = 1, 1e9 do for c = 1, 1e9 do end end end return {}",
    "closures": "local t = {} for i = 1, 1e6 do t[i] = function() return t end end return t",
    "string.rep": "local s = 'x' for i = 1, 40 do s = s:rep(1000) end "
    "return { name = s .. ('x'):rep(1e9), fields = {} }",
    "string.format": "return { name = string.format('%1000000000d', 1), fields = {} }",
    "table.concat": "local t = {} for i = 1, 1e6 do t[i] = 'x' end "
    "return { name = table.concat(t, ('y'):rep(1e6)), fields = {} }",
    "gsub": "local s = 'x' for i = 1, 60 do s = s:gsub('.', '%0%0') end "
    "return { name = s, fields = {} }",
    "unpack": "return { unpack({}, 1, 1e8) }",
    "a schema of itself": "return { name = 'a', fields = { require('kong.plugins.acme.schema') } }",
    "nested records": f"return {{ name = 'a', fields = {{ {{ config = {_RECORD * 45}"
    f"{{ type = 'string' }}{' } } }' * 45} }} }} }}",
    "a hostile pattern": "return { name = 'a', fields = { { config = { type = 'record', fields = { "
    "{ a = { type = 'string', match = 'a*a*a*a*a*a*a*b$', default = ('a'):rep(5000) } } } } } } }",
    "sorting": "local t = {} for i = 1, 20000 do t[#t + 1] = tostring(i) end "
    "for i = 1, 1000 do table.sort(t) end return t",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
def test_a_hostile_schema_is_bounded_and_silent(text: str) -> None:
    schema("return {}")
    check_plugin({"name": "a", "fields": []}, NEWEST)
    faults: list[object] = []

    def judge() -> None:
        found, _ = schema(text)
        if not found.is_legacy:
            faults.extend(check_plugin(found.definition, NEWEST))
            faults.extend(check_fields_of_plugin(found.definition, NEWEST))

    assert least_time(judge) < bar()
    assert faults == []


def least_time(work: Callable[[], None]) -> float:
    """Seconds of the processor that it takes, without what others cost its caches."""
    found = []
    for _ in range(3):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return min(found)


def bar() -> float:
    """What counting to four millions costs here, about 60 ms."""

    def count() -> None:
        for _ in range(4_000_000):
            pass

    return least_time(count)


DEEP = {
    "braces": "return " + "{" * 10_000 + "}" * 10_000,
    "brackets": "return " + "(" * 10_000 + "1" + ")" * 10_000,
    "functions": "return " + "function() return " * 3000 + "1" + " end" * 3000,
    "blocks": "if true then " * 3000 + "end " * 3000 + "return {}",
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_what_is_nested_deeper_than_lua_takes_costs_next_to_nothing(
    tmp_path: Path, text: str
) -> None:
    files = {"handler": 'return { PRIORITY = 1, VERSION = "1.0.0" }', "schema": text}
    plant(str(tmp_path), {f"kong/plugins/acme/{name}.lua": each for name, each in files.items()})

    def judge() -> None:
        workspace = Workspace()
        workspace.add_root(str(tmp_path), whole=True)
        assert analyze(workspace.snapshot()) == {}

    assert least_time(judge) < bar()


def test_comments_and_strings_are_not_nested(tmp_path: Path) -> None:
    text = "-- if ( do\nlocal s = '{(['\n" * 300 + "return { name = 'other', fields = {} }\n"
    plant(str(tmp_path), {"kong/plugins/acme/schema.lua": text})
    workspace = Workspace()
    workspace.add_root(str(tmp_path), whole=True)
    (source,) = workspace.snapshot().plugin_sources()
    assert source.schema is not None
    assert source.schema.name == "other"
