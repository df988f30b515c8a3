"""What a handler.lua says."""

from __future__ import annotations

import pytest

from kong_lsp.plugin.contract import is_priority, is_version
from kong_lsp.syntax.lua.values import NIL, UNKNOWN, Num, Text
from tests.support.programs import handler


def test_a_table_with_functions() -> None:
    found, memory = handler(
        """
        local Acme = { PRIORITY = 2^3, VERSION = "1." .. "0" }
        function Acme:access(conf) end
        Acme.log = function() end
        Acme.helper = function() end
        return Acme
        """
    )
    assert (found.form, found.phases) == ("table", ("access", "log"))
    assert found.functions == ("access", "log", "helper")
    assert found.get("PRIORITY") == Num(8.0)
    version = found.get("VERSION")
    assert isinstance(version, Text)
    assert version.value == "1.0"
    assert memory.at(found.key_place("access")) == "/handler.lua:access"
    assert memory.at(found.value_place("VERSION")) == '/handler.lua:"1." .. "0"'


def test_a_class_that_extends_base_plugin() -> None:
    found, _ = handler(
        """
        local BasePlugin = require "kong.plugins.base_plugin"
        local Acme = BasePlugin:extend()
        Acme.PRIORITY = 10
        function Acme:new() Acme.super.new(self, "acme") end
        function Acme:access(conf) Acme.super.access(self) end
        return Acme
        """
    )
    assert (found.form, found.phases) == ("class", ("access",))
    assert (found.get("PRIORITY"), found.get("VERSION")) == (Num(10.0), NIL)


def test_values_from_another_module_of_the_plugin() -> None:
    found, _ = handler(
        """
        local meta = require "kong.plugins.acme.meta"
        return { PRIORITY = meta.priority, VERSION = meta.version }
        """,
        meta="return { priority = 5, version = '2.0' }",
    )
    assert found.get("PRIORITY") == Num(5.0)


@pytest.mark.parametrize(
    "text",
    [
        "return { PRIORITY = tonumber(os.getenv('P')) or 10 }",
        "local h = setmetatable({}, { __index = require 'parent' }) return h",
        "local h = {} decorate(h) return h",
        "return require('somewhere').handler",
        "return { PRIORITY = ",
    ],
)
def test_what_only_a_running_kong_knows_is_unknown(text: str) -> None:
    assert handler(text)[0].get("PRIORITY") is UNKNOWN


def test_kong_takes_finite_whole_priorities() -> None:
    taken = [
        number for number in (0, -5, 1e6, 0.5, float("inf"), float("nan")) if is_priority(number)
    ]
    assert taken == [0, -5, 1e6]


def test_kong_takes_versions_of_up_to_three_numbers() -> None:
    accepted = ("1.0.0", "1.2", "1", "v1.2.3", "1.0.0-rc1", "1.0.0-1", "0.1.0 beta 2")
    refused = ("1.2.3.4", "", "abc", "1..2")
    assert [each for each in accepted + refused if is_version(each)] == list(accepted)
