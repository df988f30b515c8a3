"""What LuaRocks' builtin build makes of ``build.modules``."""

from __future__ import annotations

import pytest

from kong_lsp.rockspec import build
from kong_lsp.rockspec.build import Detected, Effect
from kong_lsp.rockspec.model import Rockspec, read
from kong_lsp.syntax.lua.tree import parse


def rockspec_of(inside: str, rockspec_format: str = "1.0") -> Rockspec:
    return read(parse(f'rockspec_format = "{rockspec_format}"\nbuild = {{ {inside} }}\n'))


def effect_of(field: str) -> Effect:
    (entry,) = rockspec_of(f"modules = {{ {field} }}").modules
    return build.effect(entry)


@pytest.mark.parametrize(
    ("field", "installs", "module"),
    [
        ('["a.b"] = "x/y.lua"', "a/b.lua", "a.b"),
        ('["a.b"] = "x/init.lua"', "a/b/init.lua", "a.b"),
        ('["a.init"] = "x/init.lua"', "a/init.lua", "a"),
        ('["a/b"] = "x.lua"', "a/b.lua", "a.b"),
        ('["a.b.lua"] = "x.lua"', "a/b/lua.lua", "a.b.lua"),
        ('["a.b "] = "x.lua"', "a/b .lua", "a.b "),
        ('["..a.b"] = "x.lua"', "a/b.lua", "a.b"),
        ('a = "x\\\\init.lua"', "a/init.lua", "a"),
    ],
)
def test_the_key_decides_what_a_lua_file_is_installed_as(
    field: str, installs: str, module: str
) -> None:
    found = effect_of(field)
    assert (found.kind, found.installs, found.module) == ("lua", installs, module)


@pytest.mark.parametrize(
    ("field", "sources"),
    [
        ('a = "x.c"', ("x.c",)),
        ('a = "x"', ("x",)),
        ('a = ""', ("",)),
        ('a = "x.LUA"', ("x.LUA",)),
        ('a = "x.lua "', ("x.lua ",)),
        ('a = { "x.c", "y.c" }', ("x.c", "y.c")),
        ('a = { sources = "x.c" }', ("x.c",)),
        ('a = { sources = { "x.c" }, libraries = { "z" } }', ("x.c",)),
    ],
)
def test_what_goes_to_the_compiler(field: str, sources: tuple[str, ...]) -> None:
    found = effect_of(field)
    assert (found.kind, found.sources) == ("c", sources)


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("a = true", "skipped"),
        ("a = 1", "skipped"),
        ('"a.lua"', "crash"),
        ('[""] = "a.lua"', "crash"),
        ('["a."] = "a.lua"', "crash"),
        ("a = {}", "crash"),
    ],
)
def test_what_is_never_installed(field: str, kind: str) -> None:
    assert effect_of(field).kind == kind


@pytest.mark.parametrize(
    ("inside", "rockspec_format", "builds", "detects"),
    [
        ('type = "builtin", modules = {}', "1.0", True, False),
        ('type = "builtin"', "1.0", True, False),
        ('type = "builtin"', "3.0", True, True),
        ("", "3.0", True, True),
        ('type = "none"', "3.0", False, False),
        ('type = "make", modules = {}', "1.0", False, False),
        ('type = "rust-mlua"', "3.0", None, False),
    ],
)
def test_who_looks_at_modules(
    inside: str, rockspec_format: str, *, builds: bool | None, detects: bool
) -> None:
    rockspec = rockspec_of(inside, rockspec_format)
    assert build.builds_modules(rockspec) is builds
    assert build.detects_modules(rockspec) is detects


def test_what_luarocks_finds_by_itself() -> None:
    files = [
        "kong/plugins/acme/handler.lua",
        "kong/plugins/acme/migrations/init.lua",
        "spec/acme_spec.lua",
        "test.lua",
        "README.md",
        "native.c",
        "bin/acme",
        "docs/index.md",
    ]
    assert build.detect(files) == Detected(
        modules={
            "kong.plugins.acme.handler": "kong/plugins/acme/handler.lua",
            "kong.plugins.acme.migrations.init": "kong/plugins/acme/migrations/init.lua",
            "native": "native.c",
        },
        programs=("bin/acme",),
        copied=("docs",),
    )


def test_sources_in_a_folder_of_their_own_hide_the_rest() -> None:
    found = build.detect(["src/a.lua", "lua/b.lua", "c.lua", "src/bin/run"])
    assert found == Detected({"a": "src/a.lua"}, ("src/bin/run",), ())
