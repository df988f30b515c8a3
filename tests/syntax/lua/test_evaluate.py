"""The expected values and messages are LuaJIT's own."""

from __future__ import annotations

import time
from typing import Any

import pytest

from kong_lsp.syntax.lua.evaluate import evaluate
from kong_lsp.syntax.lua.tree import parse
from kong_lsp.syntax.lua.values import Num
from tests.syntax.lua.plain import failures, plain, say


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('"a" .. 1 .. 1.5 .. "b"', "a11.5b"),
        ('1e15 .. " " .. 2^53 .. " " .. 1/3', "1e+15 9.007199254741e+15 0.33333333333333"),
        ('1/0 .. " " .. -1/0', "inf -inf"),
        ("7 % 3 + -7 % 3 + 7 % -3", 1.0 + 2.0 - 2.0),
        ('"0x10" + " 1e1 "', 26.0),
        ("2 ^ -1 .. ''", "0.5"),
        ("-2 ^ 2", -4.0),
        ("not nil", True),
        ("nil and 1 or 2", 2.0),
        ("false or nil", None),
        ("1 and 2", 2.0),
        ('#"é"', 2.0),
        ('"a" < "b" and "Z" < "a" and not ("a" < "a")', True),
        ("1 == '1'", False),
        ("{} == {}", False),
        ("'a' == [[a]]", True),
        ("#{1, 2, 3}", 3.0),
        ("#{1, nil, 3}", ...),
        ("({1, 2, x = 3}).x", 3.0),
        ("('x').y", None),
        ("(function(...) return ... end)(1, 2)", 1.0),
        ("1LL", ...),
    ],
)
def test_an_expression_has_the_value_that_lua_gives(expression: str, value: Any) -> None:
    expected = {} if value is None else {"x": value}
    assert say(f"x = {expression}") == expected
    assert failures(f"x = {expression}") == []


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ('("kong.plugins.%s.%s"):format("x", "y")', "kong.plugins.x.y"),
        (
            '("%d|%5.1f|%x|%5s|%-5s|%.2s|%%|%c"):format(3.7, 2, 255, "a", "b", "cde", 65)',
            "3|  2.0|ff|    a|b    |cd|%|A",
        ),
        ('("%q"):format("a\\n\\"b")', '"a\\\n\\"b"'),
        ('("%s %s %s"):format(true, nil, 1.5)', "true nil 1.5"),
        ('("%s"):format({})', ...),
        ('("abc"):sub(2) .. ("abc"):sub(-2, -2) .. ("abc"):sub(0, 1)', "bcba"),
        ('("ab"):rep(3, "-") .. ("x"):rep(-1)', "ab-ab-ab"),
        ('("aBc"):upper() .. ("aBc"):lower()', "ABCabc"),
        ('("é"):upper()', "é"),
        ('("abc"):reverse()', "cba"),
        ('("abc"):len()', 3.0),
        ('("abc"):byte(-1)', 99.0),
        ('("").char(226, 130, 172)', "€"),
        ('("a.b"):gsub("%.", "/")', "a/b"),
        ('("a.b"):gsub("%w", { a = "x" })', "x.b"),
        ('("a.b"):gsub("%w", function(c) return c .. c end)', "aa.bb"),
        ('("1.2.3-1"):match("^(.-)%-(%d+)$")', "1.2.3"),
        ('("a.b"):find(".", 1, true)', 2.0),
        ('("a"):gmatch(".")', ...),
    ],
)
def test_the_methods_of_strings_work(call: str, value: Any) -> None:
    text = f"x = {call}"
    assert say(text) == {"x": value}
    assert failures(text) == []


@pytest.mark.parametrize(
    ("text", "globals_"),
    [
        ("local a, b = 1; x, y = a, b", {"x": 1.0}),
        ("a, a = 1, 2", {"a": 1.0}),
        ("x = 1 x = nil", {}),
        ("local x = 1 do local x = 2 end y = x", {"y": 1.0}),
        ("local x = 1 local function f() return x end local x = 2 y = f()", {"y": 1.0}),
        ("local function f() return y end local y = 2 x = f()", {}),
        (
            "local n = 0 local function inc() n = n + 1 return n end x = inc() + inc()",
            {"x": 3.0},
        ),
        (
            "local function f(n) if n < 2 then return 1 end return n * f(n - 1) end x = f(5)",
            {"x": 120.0},
        ),
        (
            "local function f(...) return ... end x = { f(1, 2), f(3, 4) } y = { (f(5, 6)) }",
            {"x": {1.0: 1.0, 2.0: 3.0, 3.0: 4.0}, "y": {1.0: 5.0}},
        ),
        ("t = {} t.x = 1 t['y'] = 2 t.x = nil", {"t": {"y": 2.0}}),
        ('d = { "a" } d[#d + 1] = "b"', {"d": {1.0: "a", 2.0: "b"}}),
        ("t = {} function t:f(v) self.w = v end t:f(1)", {"t": {"f": "function", "w": 1.0}}),
        ("for i = 3, 1, -1 do x = (x or '') .. i end", {"x": "321"}),
        ("for i = '1', 2 do x = i end", {"x": 2.0}),
        ("local i = 0 while true do i = i + 1 if i > 3 then break end end x = i", {"x": 4.0}),
        ("local i = 0 repeat local j = i i = i + 1 until j == 2 x = i", {"x": 3.0}),
        (
            "local function it(t, i) i = i + 1 if t[i] then return i, t[i] end end\n\
             for i, v in it, { 'a', 'b' }, 0 do x = (x or '') .. i .. v end",
            {"x": "1a2b"},
        ),
        ("if nil then x = 1 elseif 0 then x = 2 else x = 3 end", {"x": 2.0}),
        ("for i = 1, 3 do if i == 2 then goto on end x = (x or '') .. i ::on:: end", {"x": "13"}),
        ("goto past x = 1 ::past:: y = 2", {"y": 2.0}),
        ("do return end x = 1", {}),
        ("local t = { [true] = 1, 2 } x, y = t[true], t[1]", {"x": 1.0, "y": 2.0}),
    ],
)
def test_statements_do_what_lua_does(text: str, globals_: dict[str, Any]) -> None:
    assert say(text) == globals_
    assert failures(text) == []


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("x = os.getenv('A')", "attempt to index global 'os' (a nil value)", "os"),
        ("local y x = y.z", "attempt to index local 'y' (a nil value)", "y"),
        ("t = {} t.x.y = 1", "attempt to index field 'x' (a nil value)", "t.x"),
        ("t = {} t['a b'].y = 1", "attempt to index field 'a b' (a nil value)", "t['a b']"),
        ("t = {} x = t[1].y", "attempt to index a nil value", "t[1]"),
        ("local s = 'a' s.x = 1", "attempt to index local 's' (a string value)", "s"),
        ("x = (5).y", "attempt to index a number value", "(5)"),
        ("x = require 'y'", "attempt to call global 'require' (a nil value)", "require"),
        ("t = {} t.f()", "attempt to call field 'f' (a nil value)", "t.f"),
        ("t = {} t:f()", "attempt to call method 'f' (a nil value)", "f"),
        ("x = ('a'):split()", "attempt to call method 'split' (a nil value)", "split"),
        ("x = ('a')()", "attempt to call a string value", "('a')"),
        (
            "local y local function f() y() end f()",
            "attempt to call upvalue 'y' (a nil value)",
            "y",
        ),
        ("x = 'a' .. y", "attempt to concatenate global 'y' (a nil value)", "y"),
        ("x = y .. z", "attempt to concatenate global 'y' (a nil value)", "y"),
        ("x = 'a' .. y .. 'b' .. z", "attempt to concatenate global 'z' (a nil value)", "z"),
        ("x = {} .. 'a'", "attempt to concatenate a table value", "{}"),
        ("x = 'a' + 1", "attempt to perform arithmetic on a string value", "'a'"),
        ("x = 1 + y", "attempt to perform arithmetic on global 'y' (a nil value)", "y"),
        ("x = -{}", "attempt to perform arithmetic on a table value", "{}"),
        ("x = #y", "attempt to get length of global 'y' (a nil value)", "y"),
        ("x = 1 < 'a'", "attempt to compare number with string", "1 < 'a'"),
        ("x = 1 > 'a'", "attempt to compare string with number", "1 > 'a'"),
        ("x = {} < {}", "attempt to compare two table values", "{} < {}"),
        ("for i = 'a', 2 do end", "'for' initial value must be a number", "'a'"),
        ("for i = 1, y do end", "'for' limit must be a number", "y"),
        ("for i = 1, 2, {} do end", "'for' step must be a number", "{}"),
        ("for k in y do end", "attempt to call a nil value", "y"),
        ("t = {} t[nil] = 1", "table index is nil", "nil"),
        ("t = { [0 / 0] = 1 }", "table index is NaN", "0 / 0"),
        (
            "x = ('a'):rep()",
            "bad argument #1 to 'rep' (number expected, got no value)",
            "('a'):rep()",
        ),
        (
            "local f = ('').rep x = f('a', {})",
            "bad argument #2 to 'f' (number expected, got table)",
            "f('a', {})",
        ),
        ("x = ('%d'):format()", "bad argument #1 to 'format' (value expected)", "('%d'):format()"),
        ("x = ('%y'):format(1)", "invalid option '%y' to 'format'", "('%y'):format(1)"),
        ("x = ('a'):find('[')", "malformed pattern (missing ']')", "('a'):find('[')"),
        ("x = ('a'):gsub('a', '%2')", "invalid capture index", "('a'):gsub('a', '%2')"),
    ],
)
def test_a_runtime_error_is_told_in_luajits_words(text: str, message: str, at: str) -> None:
    assert failures(text) == [(message, at)]


def test_after_an_error_the_rest_keeps_its_values() -> None:
    text = "x = os.time() y = 'a' t = { x, 'b', z = x.day }"
    assert say(text) == {"x": ..., "y": "a", "t": {1.0: ..., 2.0: "b", "z": ...}}
    assert failures(text) == [("attempt to index global 'os' (a nil value)", "os")]


def test_each_undefined_global_is_read_once_where_it_is_first_read() -> None:
    text = "a = b or 1 c = b d = a or nope if d then e = g end h = a and x.y"
    tree = parse(text)
    found = evaluate(tree)
    assert [(name, tree.span(at).start) for name, at in found.reads] == [
        ("b", 4),
        ("g", 45),
        ("x", 61),
    ]
    assert [failure.message for failure in found.failures] == [
        "attempt to index global 'x' (a nil value)"
    ]


def test_globals_can_be_given_and_the_result_of_a_file_is_kept() -> None:
    found = evaluate(parse("y = n + 1 return { n, z }"), {"n": Num(1.0)})
    assert plain(found.returned) == {1.0: 1.0}
    assert {name: plain(entry.value) for name, entry in found.globals.items()} == {"y": 2.0}
    assert [name for name, _ in found.reads] == ["z"]


UNKNOWN_FIRST = "local u = ('a'):gmatch('.') "


@pytest.mark.parametrize(
    ("text", "globals_"),
    [
        ("x = u y = u.z .. 'a' z = u() w = #u + 1", {"x": ..., "y": ..., "z": ..., "w": ...}),
        ("x = 1 y = 1 if u then x = 2 end", {"x": ..., "y": 1.0}),
        (
            "x = 1 if u then y = 1 elseif v() then z = 1 else x = 2 end",
            {"x": ..., "y": ..., "z": ...},
        ),
        ("t = { a = 1 } if u then t.b = 2 t.a = 3 end", {"t": {"a": ..., "b": ...}}),
        ("t = { a = 1 } if u then t[u] = 2 end", {"t": {"a": 1.0, ...: ...}}),
        ("t = { a = 1 } t[u] = 2", {"t": {"a": 1.0, ...: ...}}),
        ("t = { a = {} } u(t)", {"t": {"a": {...: ...}, ...: ...}}),
        ("x = 1 local function f() x = 2 end if u then f() end", {"x": ...}),
        ("x = 1 local function f() x = 2 end u(f)", {"x": ...}),
        ("x = 1 while u do x = 2 end y = 1", {"x": ..., "y": 1.0}),
        ("for i = 1, u do x = i end", {"x": ...}),
        ("for k in u do x = k end", {"x": ...}),
        ("local function f() if u then return 1 end return 2 end x = f()", {"x": ...}),
        ("x = u and 1 or 2", {"x": ...}),
        ("t = { u() }", {"t": {1.0: ..., ...: ...}}),
        ("t = { 1, u } x = #t", {"t": {1.0: 1.0, 2.0: ...}, "x": 2.0}),
    ],
)
def test_what_is_not_known_makes_unknown_what_it_decides(
    text: str, globals_: dict[str, Any]
) -> None:
    assert say(UNKNOWN_FIRST + text) == globals_
    assert failures(UNKNOWN_FIRST + text) == []


@pytest.mark.parametrize(
    ("loop", "globals_"),
    [
        ("while true do end", {"x": 1.0}),
        ("while 1 do y = 2 end", {"x": 1.0, "y": ...}),
        ("local n = 1 while n == 1 do y = 2 end", {"x": 1.0, "y": ...}),
        ("local n = 1 while n > 0 do n = n + 1 end", {"x": 1.0}),
        ("repeat until false", {"x": 1.0}),
        ("for i = 1, 3, 0 do end", {"x": 1.0}),
        ("for i = 1, 1 / 0 do y = i end", {"x": 1.0, "y": ...}),
    ],
)
def test_an_endless_loop_is_told_and_what_follows_keeps_its_value(
    loop: str, globals_: dict[str, Any]
) -> None:
    tree = parse(f"{loop} x = 1")
    found = evaluate(tree)
    assert [(failure.message, failure.hang) for failure in found.failures] == [
        ("endless loop", True)
    ]
    assert {name: plain(entry.value) for name, entry in found.globals.items()} == globals_


@pytest.mark.parametrize(
    "loop",
    ["while true do break end", "while true do nope() end", "while nil do end", "repeat until 1"],
)
def test_a_loop_with_a_way_out_is_not_endless(loop: str) -> None:
    assert [failure.hang for failure in evaluate(parse(loop)).failures if failure.hang] == []


@pytest.mark.parametrize(
    "text",
    [
        "local s = 'x' for i = 1, 60 do s = s .. s end x = s",
        "x = ('x'):rep(1e9)",
        "local function f(n) return f(n - 1) + f(n - 2) end x = f(50)",
        "local function f() return f() end x = f()",
        "for i = 1, 1e5 do for j = 1, 1e5 do x = j end end",
        "x = ('a'):rep(5000):match('" + "a-" * 10 + "b')",
        "for k in function() return 1 end do x = k end",
        "x = " + "(" * 180 + "1" + ")" * 180,
    ],
)
def test_what_would_take_long_or_much_is_unknown(text: str) -> None:
    tree = parse(text + " y = 1")
    start = time.perf_counter()
    found = evaluate(tree)
    assert {name: plain(entry.value) for name, entry in found.globals.items()} == {
        "x": ...,
        "y": 1.0,
    }
    assert time.perf_counter() - start < 2
