"""Which plugins a test in Lua starts Kong with."""

from __future__ import annotations

from textwrap import dedent

import pytest

from kong_lsp.config import reading
from kong_lsp.config.model import Config, grouped
from kong_lsp.config.spec import read_spec
from tests.support.configs import facts


def said(text: str) -> list[str]:
    text = dedent(text)
    part = read_spec(text)
    return [] if part is None else facts(Config("/x_spec.lua", "spec", grouped(part)), text)


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ('"bundled,acme"', ["bundled", "acme"]),
        ("'bundled, acme'", ["bundled", "acme"]),
        ('"bundled," .. NAME', ["bundled", "my-plugin"]),
        ('"bundled, " .. NAME .. ",b"', ["bundled", "my-plugin", "b"]),
        ("NAME", ["my-plugin"]),
        ('"bundled," .. name()', []),
        ('"bundled," .. OTHER', []),
    ],
)
def test_the_list_that_kong_is_started_with(value: str, items: list[str]) -> None:
    text = f"""\
        local NAME = "my-plugin" -- why
        assert(helpers.start_kong({{
          database = strategy, -- plugins = "no"
          nginx_conf = [[ plugins = "no" ]],
          plugins = {value},
          t = {{ plugins = "no" }},
        }}, nil, nil, fixtures))
        """
    assert said(text) == [f"plugins file comma: {items}"]


def test_the_third_argument_of_get_db_utils() -> None:
    text = """\
        local NAME = 'my-plugin'
        helpers.get_db_utils(strategy, { "routes", "services" }, { NAME, "other" })
        helpers.get_db_utils(strategy, nil, { name() })
        helpers.get_db_utils(strategy, { "routes" })
        -- helpers.get_db_utils(strategy, nil, { "no" })
        """
    assert said(text) == [
        "get_db_utils file list: ['bundled', 'my-plugin', 'other']",
        "get_db_utils file list: ['bundled']",
    ]


def test_what_starts_no_kong_says_nothing() -> None:
    assert reading.read_spec("x_spec.lua", 'return { plugins = "x" }\n') is None
    assert said('helpers.start_kong({ plugins = "x"') == []
