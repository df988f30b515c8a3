"""Dependency strings mean what LuaRocks takes them for."""

from __future__ import annotations

import pytest

from kong_lsp.rockspec.dependency import (
    LUA,
    Dependency,
    DependencyProblem,
    parse,
    read_version,
    satisfies,
)


@pytest.mark.parametrize(
    ("text", "namespace", "name", "constraints"),
    [
        ("lua", None, "lua", []),
        ("lua >= 5.1, < 5.4", None, "lua", [(">=", "5.1"), ("<", "5.4")]),
        ("lua >= 5.1 < 5.4", None, "lua", [(">=", "5.1"), ("<", "5.4")]),
        ("x >= 1,", None, "x", [(">=", "1")]),
        ("Kong-Pongo @>= 1.0", None, "kong-pongo", [(">=", "1.0")]),
        ("x@1.0", None, "x", [("==", "1.0")]),
        ("x = 1", None, "x", [("==", "1")]),
        ("x != 1", None, "x", [("~=", "1")]),
        ("luasocket3.0", None, "luasocket3.0", []),
        ("lua 5.1 or later", None, "lua", [("==", "5.1"), ("==", "or"), ("==", "later")]),
        ("acme/lua-ns ~> 1", "acme", "lua-ns", [("~>", "1")]),
        ("  x  1  ", None, "x", [("==", "1")]),
    ],
)
def test_a_dependency_is_read(
    text: str, namespace: str | None, name: str, constraints: list[tuple[str, str]]
) -> None:
    read = parse(text, "3.0")
    assert isinstance(read, Dependency)
    assert (read.namespace, read.name) == (namespace, name)
    found = [(constraint.operator, constraint.version.text) for constraint in read.constraints]
    assert found == constraints


@pytest.mark.parametrize(
    ("text", "rest", "operator", "at"),
    [
        ("lua >> 5.1", ">> 5.1", ">>", ">> 5.1"),
        ("x === 1", "=== 1", "===", "=== 1"),
        ("lua >= 5.1 && < 5.4", ">= 5.1 && < 5.4", "nil", "&& < 5.4"),
        ("lua-cjson ^2.1", "^2.1", "nil", "^2.1"),
        ("x >= 1.*", ">= 1.*", "nil", "*"),
        ("lua >=", ">=", "nil", ">="),
        ("x >=@5", ">=@5", "nil", ">=@5"),
        ("x 1 @ >= 2", "1 @ >= 2", "nil", "@ >= 2"),
        ("x ,1", ",1", "nil", ",1"),
        ("x: 1.0", ": 1.0", "nil", ": 1.0"),
    ],
)
def test_a_bad_constraint_is_told_in_the_words_of_luarocks(
    text: str, rest: str, operator: str, at: str
) -> None:
    problem = parse(text, "1.0")
    assert problem == DependencyProblem(
        f"Failed to parse constraint '{rest}' with error: Encountered bad constraint operator:"
        f" '{operator}' in '{at}'",
        text.index(at, 1),
        len(text),
    )


@pytest.mark.parametrize("text", ["", "#x", ">= 5.1", "a/b/c", "https://example.com/x", "/", "é"])
@pytest.mark.parametrize("rockspec_format", ["1.0", "3.0"])
def test_what_the_pattern_of_the_schema_refuses(text: str, rockspec_format: str) -> None:
    problem = parse(text, rockspec_format)
    assert problem == DependencyProblem(
        f"invalid value '{text}' does not match a valid dependency string", 0, len(text), shape=True
    )


def test_a_namespace_needs_format_3() -> None:
    assert isinstance(parse("acme/x >= 1", "1.1"), DependencyProblem)
    assert isinstance(parse("acme/x >= 1", "3.0"), Dependency)


@pytest.mark.parametrize(
    ("constraint", "holds"),
    [
        ("~> 5.1", True),
        (">= 5.1", True),
        ("== 5.1", True),
        ("~> 5", True),
        ("", True),
        ("< 5.4", True),
        (">= 5.1.5", False),
        ("== 5.1.5", False),
        ("~> 5.1.5", False),
        ("> 5.1", False),
        ("5.1 or later", False),
        (">= 5.1-1", True),
        (">= 5.1-2", False),
    ],
)
def test_what_the_lua_of_kong_satisfies(constraint: str, *, holds: bool) -> None:
    read = parse(f"lua {constraint}", "1.0")
    assert isinstance(read, Dependency)
    assert all(satisfies(LUA, one) for one in read.constraints) is holds


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("1.0alpha1", "1.0beta1"),
        ("1.0beta1", "1.0pre1"),
        ("1.0rc1", "1.0"),
        ("1.0", "1.0.1"),
        ("1.9", "1.10"),
        ("1.0", "cvs"),
        ("cvs-1", "scm-1"),
        ("scm-1", "dev-1"),
        ("1.0", "1.0RC1"),
        ("1.0-1", "1.0-2"),
    ],
)
def test_versions_are_ordered_as_luarocks_orders_them(older: str, newer: str) -> None:
    read = parse(f"x < {newer}", "1.0")
    assert isinstance(read, Dependency)
    assert satisfies(read_version(older), read.constraints[0])
    assert not satisfies(read_version(newer), read.constraints[0])


def test_equality_wants_as_many_parts_and_heeds_a_revision_only_on_both_sides() -> None:
    read = parse("x == 1.0", "1.0")
    assert isinstance(read, Dependency)
    assert satisfies(read_version("1.0-3"), read.constraints[0])
    assert not satisfies(read_version("1.0.0-1"), read.constraints[0])
