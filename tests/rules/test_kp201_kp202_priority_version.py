"""KP201 and KP202: a handler without a sound PRIORITY or VERSION."""

from __future__ import annotations

import pytest

from tests.support.checks import check, check_fix, check_none
from tests.support.fixture import read
from tests.support.world import findings

BARE = """
    -- file: kong/plugins/acme/handler.lua
    local Acme = {}
    function Acme:access(conf) end
       return Acme
    --        ^^^^ KP201 got: "nil"
    --        ^^^^ KP202 got: "nil"
    -- schema: kong/plugins/acme/schema.lua
"""


def plugin(handler: str) -> str:
    return f"-- file: kong/plugins/acme/handler.lua\n{handler}\n-- schema: kong/plugins/acme/schema.lua\n"


@pytest.mark.parametrize("kong", ["3.0", "3.4", "3.9", "master", "auto"])
def test_both_are_mandatory_from_3_0_on(kong: str) -> None:
    check(BARE, kong_version=kong)


@pytest.mark.parametrize("kong", ["0.14", "1.5", "2.8"])
def test_neither_is_before(kong: str) -> None:
    unmarked = "\n".join(line for line in BARE.split("\n") if "KP20" not in line)
    check_none(unmarked, kong_version=kong)


@pytest.mark.parametrize("value", ["-5", "0", "2^4", "1e3", "tonumber(os.getenv('P')) or 1"])
def test_what_kong_takes_or_only_it_knows_as_priority(value: str) -> None:
    check_none(plugin(f'return {{ PRIORITY = {value}, VERSION = "1.0.0" }}'), only="KP")


@pytest.mark.parametrize(
    ("value", "got"),
    [("1000.5", "1000.5"), ("math.huge", "inf"), ('"1000"', "1000"), ("true", "true")],
)
def test_what_kong_refuses_as_priority(value: str, got: str) -> None:
    carets = "^" * len(value)
    check(
        plugin(
            f'   return {{ PRIORITY = {value}, VERSION = "1.0.0" }}\n'
            f'--                     {carets} KP201 got: "{got}"'
        ),
        only="KP",
    )


@pytest.mark.parametrize("value", ['"1"', '"v1.2.3"', '"1.0.0-rc1"', "kong.meta.version"])
def test_what_kong_takes_or_only_it_knows_as_version(value: str) -> None:
    check_none(plugin(f"return {{ PRIORITY = 1, VERSION = {value} }}"), only="KP")


@pytest.mark.parametrize("value", ['"1.0.0.1"', '""', '"abc"', '"1..2"', "1.0", "false"])
def test_what_kong_refuses_as_version(value: str) -> None:
    carets = "^" * len(value)
    check(
        plugin(
            f"   return {{ PRIORITY = 1, VERSION = {value} }}\n"
            f"--                                  {carets} KP202"
        ),
        only="KP",
    )


def test_quotes_round_a_priority_go() -> None:
    check_fix(
        plugin('return { PRIORITY = "1000", VERSION = "1.0.0" }'),
        "Take the quotes away",
        '-- file: kong/plugins/acme/handler.lua\nreturn { PRIORITY = 1000, VERSION = "1.0.0" }\n',
    )


def test_a_version_that_is_a_number_gets_quotes() -> None:
    check_fix(
        plugin("return { PRIORITY = 1, VERSION = 1.0 }"),
        "KP202",
        '-- file: kong/plugins/acme/handler.lua\nreturn { PRIORITY = 1, VERSION = "1.0" }\n',
    )


def test_what_is_missing_is_added_in_the_authors_style() -> None:
    check_fix(
        plugin('local A = {\n    VERSION = "1.0.0",\n}\nreturn A'),
        "Add PRIORITY = 1000",
        "-- file: kong/plugins/acme/handler.lua\n"
        'local A = {\n    PRIORITY = 1000,\n    VERSION = "1.0.0",\n}\nreturn A\n',
    )
    check_fix(
        plugin('return { VERSION = "1.0.0" }'),
        "Add PRIORITY = 1000",
        '-- file: kong/plugins/acme/handler.lua\nreturn { PRIORITY = 1000, VERSION = "1.0.0" }\n',
    )
    check_fix(
        plugin('local A = require("b"):extend()\nA.VERSION = "1"\nreturn A').replace(
            'require("b")', 'require("kong.vendor.classic")'
        ),
        "Add PRIORITY = 1000",
        "-- file: kong/plugins/acme/handler.lua\n"
        'local A = require("kong.vendor.classic"):extend()\nA.VERSION = "1"\n'
        "A.PRIORITY = 1000\nreturn A\n",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "local A = base:extend()\n\nA.VERSION = '1' -- ours\n\nfunction A:log() end\n\nreturn A",
            "local A = base:extend()\n\nA.VERSION = '1' -- ours\nA.PRIORITY = 1000\n\nfunction A:log() end\n\nreturn A",
        ),
        (
            "local A = base:extend()\n\nA.access = function(self)\nend\nreturn A",
            "local A = base:extend()\nA.PRIORITY = 1000\n\nA.access = function(self)\nend\nreturn A",
        ),
        (
            "local A = {}\n\nfunction A:log() end\n\nreturn A",
            "local A = {}\nA.PRIORITY = 1000\n\nfunction A:log() end\n\nreturn A",
        ),
        (
            "local A = base:extend() local B\nfunction A:log() end\nreturn A",
            "local A = base:extend() local B\nfunction A:log() end\nA.PRIORITY = 1000\nreturn A",
        ),
    ],
)
def test_it_stands_with_its_like(before: str, after: str) -> None:
    classic = 'local base = require("kong.vendor.classic")\n'
    check_fix(
        plugin(classic + before),
        "Add PRIORITY = 1000",
        f"-- file: kong/plugins/acme/handler.lua\n{classic}{after}\n",
    )


def test_the_rockspec_tells_the_version() -> None:
    check_fix(
        """
        -- rock: acme
        build = { type = "builtin", modules = {
          ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
          ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
        } }
        -- file: kong/plugins/acme/handler.lua
        return { PRIORITY = 1000 }
        -- schema: kong/plugins/acme/schema.lua
        """,
        'Add VERSION = "1.0"',
        """
        -- file: kong/plugins/acme/handler.lua
        return { VERSION = "1.0", PRIORITY = 1000 }
        """,
    )


def test_what_a_called_function_sets_is_known() -> None:
    check_none(
        plugin(
            "local A = {}\n"
            'local function name(it) it.PRIORITY = 10; it.VERSION = "1.0" end\n'
            "name(A)\nreturn A"
        ),
        only="KP",
    )
    check(
        plugin(
            "local A = {}\n"
            'local function name(it) it.PRIORITY = 1.5; it.VERSION = "1.0" end\n'
            "--                                    ^^^ KP201\n"
            "name(A)\nreturn A"
        ),
        only="KP",
    )


@pytest.mark.parametrize(
    ("use", "told_in"),
    [
        ("base.name(A)", "base.lua"),
        ("for k, v in pairs(base) do A[k] = v end", "handler.lua"),
        ("setmetatable(A, { __index = base })", "base.lua"),
        ("setmetatable(A, base)", "base.lua"),
    ],
)
def test_what_a_required_module_gives_is_known(use: str, told_in: str) -> None:
    text = plugin(f'local base = require "kong.plugins.acme.base"\nlocal A = {{}}\n{use}\nreturn A')
    text += """
-- file: kong/plugins/acme/base.lua
local base = { PRIORITY = 10, VERSION = "1.0.0" }
base.__index = base
function base.name(it)
  it.PRIORITY, it.VERSION = base.PRIORITY, base.VERSION
end
return base
"""
    check_none(text, only="KP")
    found = findings(read(text.replace('"1.0.0"', '"1.0.0.0"')).files)
    assert [(each.code, each.path) for each in found if each.code.startswith("KP")] == [
        ("KP202", f"kong/plugins/acme/{told_in}")
    ]


@pytest.mark.parametrize(
    "use",
    [
        "require('not.here')(A)",
        "require('not.here').name(A)",
        "kong.name(A)",
        "for _, name in ipairs(NAMES) do A[name] = 1 end",
        "setmetatable(A, { __index = function(_, name) return 1 end })",
        "setmetatable(A, { __index = require('not.here') })",
        "(function(it) if ngx.x then it.PRIORITY = 1; it.VERSION = '1' end end)(A)",
        "ngx.timer.at(0, function() A.PRIORITY = 1; A.VERSION = '1' end)",
    ],
)
def test_what_cannot_be_known_is_not_told(use: str) -> None:
    check_none(plugin(f"local A = {{}};\n{use}\nreturn A"), only="KP")


def test_a_class_inherits_from_one_of_the_workspace() -> None:
    check_none(
        plugin('local A = require("kong.plugins.acme.base"):extend()\nA.VERSION = "1"\nreturn A')
        + '-- file: kong/plugins/acme/base.lua\nlocal Base = require("classic"):extend()\n'
        "Base.PRIORITY = 5\nreturn Base\n",
        only="KP",
    )
