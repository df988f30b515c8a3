"""What Lua's functions and Kong's libraries give, in a file that is not run."""

from __future__ import annotations

import pytest

from kong_lsp.kong.schema.values import UNKNOWN, Function
from tests.support.programs import release, returned, schema


@pytest.mark.parametrize(
    ("lua", "data"),
    [
        ("return { 'a', 2, true, ngx.null }", ["a", 2, True, None]),
        ("return { 1.5, 2.0, -0.5 }", [1.5, 2, -0.5]),
        ("return { x = function() end }", {"x": Function()}),
        ("return { x = os.time() }", {"x": UNKNOWN}),
        ("local t = {} table.insert(t, 'a') table.insert(t, 1, 'b') return t", ["b", "a"]),
        ("local t = { 'b', 'a' } table.sort(t) return t", ["a", "b"]),
        ("return { table.concat({ 'a', 'b' }, '-') }", ["a-b"]),
        ("local t = {} for i, v in ipairs({ 'x', 'y' }) do t[v] = i end return t", {"x": 1, "y": 2}),
        ("local t = {} for k, v in pairs({ a = 1 }) do t[v] = k end return t", ["a"]),
        ("local t = {} for _, n in ipairs({ 'a', 'b' }) do t[#t + 1] = { [n] = n } end return t",
         [{"a": "a"}, {"b": "b"}]),
        ("return { string.format('%s-%d', 'a', 3), ('x'):upper() }", ["a-3", "X"]),
        ("return { type({}), tostring(1), tonumber('7') }", ["table", "1", 7]),
        ("return { unpack({ 1, 2 }) }", [1, 2]),
        ("return { next({}) == nil }", [True]),
        ("local t = setmetatable({}, { __index = { a = 1 } }) return { t.a }", [1]),
        ("local t = setmetatable({}, { __call = function(self, x) return x end }) return { t(4) }",
         [4]),
        ("return { select('#', 1, 2), math.floor(2.7), math.huge > 1 }", [2, 2, True]),
        ("return { math.min(3, 1), math.max(3, 1) }", [1, 3]),
        ("local a = { { 1 } } local b = require('pl.tablex').deepcopy(a) b[1][1] = 2 return { a, b }",
         [[[1]], [[2]]]),
        ("local t = require 'kong.tools.table' return t.table_merge({ a = 1 }, { b = 2 })",
         {"a": 1, "b": 2}),
        ("local a = { 1 } local b = require('table.clone')(a) b[1] = 2 return { a[1], b[1] }", [1, 2]),
        ("return { require('cjson').null }", [None]),
        ("local ok, x = pcall(function(a) return a + 1 end, 2) return { ok, x }", [True, 3]),
        ("return { math.pow(2, 10) - 1 }", [1023]),
        ("local t = require('pl.tablex').copy({ { 1 } }) table.insert(t, 2) return t", [[1], 2]),
        ("local m = { __tostring = function(t) return 'v' .. t.n end }\n\
         return { tostring(setmetatable({ n = 4 }, m)) }", ["v4"]),
    ],
)  # fmt: skip
def test_what_is_known_is_computed(lua: str, data: object) -> None:
    assert returned(lua) == data


@pytest.mark.parametrize(
    "lua",
    [
        "return somebody.knows()",
        "local t = { 'a' } somebody(t) return { t[2] }, t",
        "if kong.configuration.database == 'off' then return {} end return { 1 }",
        "return require('resty.something').x",
        "return { (pcall(require, 'resty.something')) }",
        "return { (pcall(error, 'no')) }",
        "return (require 'kong.plugins.acme.absent')",
        "return { name = 'a', ",
    ],
)
def test_what_is_not_known_is_unknown(lua: str) -> None:
    assert returned(lua) in (UNKNOWN, [UNKNOWN])


def test_what_somebody_unknown_may_have_added_leaves_a_list_open() -> None:
    assert returned("local t = { 'a' } somebody(t) return t") == ["a", UNKNOWN]
    assert returned("local t = { 'a' } table.insert(t, somebody()) return t") == ["a", UNKNOWN]
    assert returned("local t = { a = 'a' } somebody(t) return { t }") == [UNKNOWN]


def test_a_typedef_is_completed_and_the_callers_attributes_win() -> None:
    text = """
        local typedefs = require "kong.db.schema.typedefs"
        return { typedefs.port { default = 80, required = true }, typedefs.url }
    """
    assert returned(text, release("3.9")) == [
        {"type": "integer", "between": [0, 65535], "default": 80, "required": True},
        {"type": "string", "custom_validator": Function("url")},
    ]


def test_a_typedef_that_the_release_lacks_raises_in_kongs_words() -> None:
    text = "local typedefs = require 'kong.db.schema.typedefs' return { typedefs.queue }"
    found, _ = schema(text, release("2.8"))
    assert [failure.message for failure in found.program.failures] == [
        "schema typedef error: definition queue does not exist"
    ]
    assert schema(text, release("3.9"))[0].program.failures == ()


def test_schema_define_makes_what_can_be_called() -> None:
    text = """
        local Schema = require "kong.db.schema"
        local limit = Schema.define { type = "number", gt = 0 }
        return { limit { required = true }, limit { gt = 5 } }
    """
    assert returned(text) == [
        {"type": "number", "gt": 0, "required": True},
        {"type": "number", "gt": 5},
    ]


def test_the_redis_schema_is_there_since_3_6() -> None:
    text = "return { type(require('kong.tools.redis.schema').config_schema) }"
    assert returned(text, release("3.9")) == ["table"]
    assert returned(text, release("3.4")) == [UNKNOWN, UNKNOWN]


def test_what_fails_in_a_protected_call_is_no_failure() -> None:
    lua = "local ok = pcall(function() local t = nil return t.x end) return { ok }"
    assert returned(lua) == [UNKNOWN]
    assert schema(lua)[0].program.failures == ()


def test_a_protected_call_stops_where_it_fails() -> None:
    lua = """
        local t = require "kong.db.schema.typedefs"
        local list = { 1 }
        pcall(function()
          list[2] = 2
          table.insert(list, { x = t.no_such_typedef })
          list[3] = 3
        end)
        return list
    """
    assert returned(lua) == [1, 2]
    assert schema(lua)[0].program.failures == ()
