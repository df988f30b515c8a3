"""Completion and hover inside handler.lua, and of the modules that a Lua file requires."""

from __future__ import annotations

import pytest

from kong_lsp.features.handler_words import PHASES
from kong_lsp.plugin.contract import PHASES as SINCE
from tests.support.lua_places import complete, handler, hovered, labels, proposals

NEWEST = [
    "access",
    "body_filter",
    "header_filter",
    "log",
    "response",
    "certificate",
    "configure",
    "init_worker",
    "preread",
    "rewrite",
]


def acme(line: str, more: str = "") -> str:
    """A handler with a line in it."""
    return handler(f"local Acme = {{}}\n{more}\n{line}\n\nreturn Acme")


def taken(line: str, label: str, *, snippet: bool = True) -> str:
    """What becomes of the line."""
    text = complete(acme(line), label, snippet=snippet)
    return text.removeprefix("local Acme = {}\n\n").removesuffix("\n\nreturn Acme")


@pytest.mark.parametrize("line", ["function Acme:$0", "function Acme:acc$0", "function Acme.a$0"])
def test_phases_are_proposed_the_usual_first(line: str) -> None:
    assert labels(acme(line)) == NEWEST


def test_phases_are_those_of_the_release() -> None:
    line = acme("function Acme:$0")
    assert {*NEWEST} - {*labels(line, kong_version="3.4")} == {"configure"}
    assert {*NEWEST} - {*labels(line, kong_version="2.1")} == {"configure", "response"}
    assert labels(line, kong_version="0.2") == ["access", "body_filter", "header_filter", "log"]


@pytest.mark.parametrize(
    "more",
    [
        "function Acme:log(conf) end",
        "function Acme.log(self, conf) end",
        "Acme.log = function(self, conf) end",
        "Acme.log = shared.log",
    ],
)
def test_a_phase_that_is_there_is_not_proposed(more: str) -> None:
    assert labels(acme("function Acme:$0", more)) == [name for name in NEWEST if name != "log"]


def test_response_and_the_filters_exclude_each_other() -> None:
    assert "response" not in labels(acme("function Acme:$0", "function Acme:body_filter() end"))
    found = labels(acme("function Acme:$0", "function Acme:response() end"))
    assert {"header_filter", "body_filter", "response"}.isdisjoint(found)


@pytest.mark.parametrize(
    ("line", "label", "stub"),
    [
        ("function Acme:acc$0", "access", "function Acme:access(conf)\n\t$0\nend"),
        ("function Acme.acc$0", "access", "function Acme.access(self, conf)\n\t$0\nend"),
        ("function Acme:$0", "init_worker", "function Acme:init_worker()\n\t$0\nend"),
        ("function Acme.$0", "init_worker", "function Acme.init_worker(self)\n\t$0\nend"),
        ("function Acme:$0", "configure", "function Acme:configure(configs)\n\t$0\nend"),
        ("function $0", "Acme:log(conf)", "function Acme:log(conf)\n\t$0\nend"),
        ("fun$0", "function Acme:log(conf)", "function Acme:log(conf)\n\t$0\nend"),
        ("lo$0", "function Acme:log(conf)", "function Acme:log(conf)\n\t$0\nend"),
    ],
)
def test_a_phase_is_put_in_as_a_stub(line: str, label: str, stub: str) -> None:
    assert taken(line, label) == stub


def test_only_the_name_is_put_in_where_the_rest_is_there() -> None:
    assert taken("function Acme:acc$0(conf)\nend", "access", snippet=False) == (
        "function Acme:access(conf)\nend"
    )


def test_the_stub_of_a_class_calls_its_parent() -> None:
    text = handler(
        """
        local BasePlugin = require "kong.plugins.base_plugin"
        local Acme = BasePlugin:extend()
        function Acme:acc$0
        return Acme
        """
    )
    stub = "function Acme:access(conf)\n\tAcme.super.access(self)\n\t$0\nend\n"
    assert stub in complete(text, "access", snippet=True)


@pytest.mark.parametrize(
    ("line", "label", "put"),
    [
        ("Acme.$0", "PRIORITY", "Acme.PRIORITY = 1000"),
        ("Acme.VER$0", "VERSION", 'Acme.VERSION = "1.0.0"'),
        ("PRI$0", "Acme.PRIORITY", "Acme.PRIORITY = 1000"),
    ],
)
def test_priority_and_version_are_put_in(line: str, label: str, put: str) -> None:
    assert taken(line, label, snippet=False) == put


def test_they_are_proposed_in_the_table_until_they_are_there() -> None:
    text = handler("local Acme = {\n  $0\n}\nreturn Acme")
    assert labels(text)[:3] == ["PRIORITY", "VERSION", "access"]
    assert complete(text, "PRIORITY") == "local Acme = {\n  PRIORITY = 1000,\n}\nreturn Acme"
    stub = "local Acme = {\n  access = function(self, conf)\n\t$0\nend,\n}\nreturn Acme"
    assert complete(text, "access", snippet=True) == stub
    assert labels(handler("return { PRIORITY = 1, $0 }"))[:2] == ["VERSION", "access"]
    text = handler("local Acme = { PRIORITY = 1 }\nAcme.$0\nreturn Acme")
    assert labels(text) == ["VERSION"]


def test_the_version_is_that_of_the_rock() -> None:
    rock = '-- rock: acme\nbuild = { type = "builtin", modules = { ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua" } }\n'
    found = {item.label: item for item in proposals(rock + acme("Acme.$0"))}
    assert found["VERSION"].edit.text == 'VERSION = "1.0"'


@pytest.mark.parametrize(
    "line",
    [
        "-- function Acme:$0",
        "function Other:$0",
        "local x = Acme.$0",
        'local x = "$0"',
        "function Acme:access(conf)\n  fun$0\nend",
        "local x = { $0 }",
    ],
)
def test_nothing_is_proposed_elsewhere(line: str) -> None:
    assert labels(acme(line)) == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("function Acme:acc$0ess(conf) end", "**access**(self, conf) — Runs for each request"),
        ("function Acme:cert$0ificate(conf) end", "- in the subsystem http and stream"),
        ("Acme.l$0og = function() end", "Runs after the last byte"),
        ("Acme.VERS$0ION = '1'", "- mandatory: Kong 3.9 does not start without it"),
    ],
)
def test_hover_tells_of_phases_and_fields(line: str, says: str) -> None:
    assert says in (hovered(acme(line)) or "")


def test_hover_tells_of_a_phase_that_the_release_lacks() -> None:
    text = hovered(acme("function Acme:conf$0igure(configs) end"), kong_version="3.4") or ""
    assert "- since Kong 3.5 — **not in Kong 3.4**" in text


@pytest.mark.parametrize(
    "line",
    [
        "local PRIOR$0ITY = 1",
        "function Other:acc$0ess() end",
        "x = { acc$0ess = 1 }",
        "Acme.x$0 = 1",
    ],
)
def test_hover_is_silent_elsewhere(line: str) -> None:
    assert hovered(acme(line)) is None


def test_hover_on_the_priority_tells_what_runs_before_and_after() -> None:
    text = hovered(acme("Acme.PRIO$0RITY = 1250")) or ""
    lines = text.split("\n")
    assert lines[-3].startswith("- runs after `")
    assert lines[-3].endswith("of higher priority")
    assert "`oauth2` (1400)" in lines[-3]
    assert lines[-2] == "- shares it with `key-auth` (1250), which run by name, from z to a"
    assert lines[-1].startswith("- runs before `ldap-auth` (1200), ")
    assert "priority 1250 among the plugins of Kong 3.9:" in text


def test_the_priority_may_be_computed() -> None:
    assert "priority 1251 among" in (hovered(acme("Acme.PRIO$0RITY = 1250 + 1")) or "")


def test_every_phase_is_explained() -> None:
    assert PHASES.keys() == SINCE.keys()


MORE = """
-- file: kong/plugins/acme/redis/pool.lua
return {}
-- file: kong/plugins/other/handler.lua
return {}
"""


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('require "kong.plugins.acme.$0"', ["redis", "schema"]),
        ('require "kong.plugins.acme.r$0', ["redis", "schema"]),
        ("require('kong.plugins.acme.redis.$0')", ["pool"]),
        ('require("kong.plugins.acme." .. "redis.$0")', ["pool"]),
        ('local p = "kong.plugins.acme"\nlocal x = require(p .. ".redis.$0")', ["pool"]),
        ('require("kong.plugins." .. unknown .. ".$0")', []),
        ('require "kong.plugins.key-auth.$0"', ["daos", "handler", "migrations", "schema"]),
    ],
)
def test_modules_are_completed_part_by_part(line: str, found: list[str]) -> None:
    names = labels(acme(line) + MORE)
    assert names == found


def test_the_own_plugin_comes_first_then_others_then_kongs() -> None:
    found = labels(acme('require "kong.plugins.$0"') + MORE)
    assert found[:3] == ["acme", "other", "acl"]
    assert "key-auth" in found
    assert "kong" in labels(acme('require "$0"') + MORE)


def test_a_part_that_is_begun_outside_the_literal_is_completed() -> None:
    line = 'local n = "acm"\nlocal x = require("kong.plugins." .. n .. "$0")'
    assert 'n .. "e")' in complete(acme(line) + MORE, "acme")


def test_modules_of_kong_are_those_of_the_release() -> None:
    line = acme('require "kong.plugins.$0"')
    assert "ai-proxy" in labels(line)
    assert "ai-proxy" not in labels(line, kong_version="3.4")


@pytest.mark.parametrize(
    "line", ['print("kong.$0")', 'local require_x = "$0"', 'f(require "a", "$0")']
)
def test_other_strings_are_none(line: str) -> None:
    assert labels(acme(line)) == []
