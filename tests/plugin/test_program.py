"""Files that require each other, and files that would never end."""

from __future__ import annotations

import time

import pytest

from kong_lsp.kong.releases import NEWEST
from kong_lsp.kong.schema.metaschema import check_fields_of_plugin, check_plugin
from kong_lsp.kong.schema.values import UNKNOWN
from tests.support.programs import returned, schema


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
    "sorting": "local t = {} for i = 1, 20000 do t[#t + 1] = tostring(i) end "
    "for i = 1, 1000 do table.sort(t) end return t",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
def test_a_hostile_schema_is_bounded_and_silent(text: str) -> None:
    schema("return {}")
    started = time.process_time()
    found, _ = schema(text)
    faults = [] if found.is_legacy else check_plugin(found.definition, NEWEST)
    faults += [] if found.is_legacy else check_fields_of_plugin(found.definition, NEWEST)
    assert time.process_time() - started < 0.5
    assert faults == []
