"""What a rockspec says is read, in whichever way it is written."""

from __future__ import annotations

import pytest

from kong_lsp.rockspec.model import Rockspec, has_marker, is_rockspec, is_template, read
from kong_lsp.syntax.lua.tree import parse
from kong_lsp.syntax.lua.values import Nil, Text, Unknown


def rockspec_of(text: str) -> Rockspec:
    return read(parse(text))


def test_modules_are_given_as_written() -> None:
    rockspec = rockspec_of(
        """
        local name = "acme"
        build = { modules = {
          ["kong.plugins." .. name .. ".handler"] = "src/" .. name .. ".lua",
          twice = "1.lua", twice = "2.lua", gone = nil, flag = true, "array.lua",
        } }
        build.modules["late"] = "late.lua"
        """
    )
    assert [(each.name, each.path, each.overwritten) for each in rockspec.modules] == [
        ("kong.plugins.acme.handler", "src/acme.lua", False),
        ("twice", "1.lua", True),
        ("twice", "2.lua", False),
        ("flag", None, False),
        (None, "array.lua", False),
        ("late", "late.lua", False),
    ]


def test_what_else_is_installed_is_given() -> None:
    rockspec = rockspec_of(
        """
        build = {
          install = { lua = { ["a.b"] = "x.lua", "flat.lua" } },
          platforms = { linux = { modules = { ["l"] = "l.lua" } }, windows = {} },
        }
        dependencies = { "lua ~> 5.1", 5, "kong >= 3" }
        """
    )
    assert [(each.name, each.path) for each in rockspec.installs] == [
        ("a.b", "x.lua"),
        (None, "flat.lua"),
    ]
    assert {
        platform: [each.name for each in modules]
        for platform, modules in rockspec.platform_modules.items()
    } == {"linux": ["l"]}
    assert [text.value for text in rockspec.dependencies] == ["lua ~> 5.1", "kong >= 3"]


def test_a_field_is_absent_only_where_all_could_be_read() -> None:
    assert isinstance(rockspec_of('package = "a"').get("source", "url"), Nil)
    assert isinstance(rockspec_of('package = "a').get("source", "url"), Unknown)
    url = rockspec_of('source = { url = "x" }').get("source", "url")
    assert isinstance(url, Text)
    assert url.value == "x"


@pytest.mark.parametrize(
    "text", ["", "=", "{{{{", "build = {", "build = build", "return", "\0", "a.b.c = 1", "x()"]
)
def test_nothing_makes_reading_fail(text: str) -> None:
    assert rockspec_of(text).modules == ()


@pytest.mark.parametrize("name", ["rockspec", "a-1-1.rockspec", "/x/a-1-1.rockspec", "/x/rockspec"])
def test_a_name_of_a_rockspec(name: str) -> None:
    assert is_rockspec(name)


@pytest.mark.parametrize("name", ["a.rockspec.in", "rockspec.lua", "a-rockspec", "/rockspec/x"])
def test_a_name_that_is_none(name: str) -> None:
    assert not is_rockspec(name)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("/x/a-1-1.rockspec", 'package = "a" version = "1-1"', False),
        ("/x/a-scm-1.rockspec", 'package = "a" version = "$version"', True),
        ("/x/a-scm-1.rockspec", 'package = "{{ name }}" version = "1-1"', True),
        ("/x/a-@VERSION@-1.rockspec", "", True),
        ("/x/a.rockspec.template", "", True),
        ("/x/rockspec", "", False),
    ],
)
def test_what_is_filled_in_later_is_a_template(path: str, text: str, *, expected: bool) -> None:
    assert is_template(path, rockspec_of(text)) is expected


@pytest.mark.parametrize("text", ["1.0-1", "git@github.com:a/b", "100%", "a_b", "$5", "mail@x.y"])
def test_what_is_no_marker(text: str) -> None:
    assert not has_marker(text)
