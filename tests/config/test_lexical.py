"""What ``#`` means in a value, release by release: in kong.conf and in variables apart."""

from __future__ import annotations

from textwrap import dedent

import pytest

from kong_lsp.config.lexical import for_release
from kong_lsp.kong.releases import find
from tests.rules.test_kc302_plugin_not_enabled import PLUGIN, not_enabled
from tests.support.configs import config_of, facts
from tests.support.world import findings

EVERY = ("0.9", "0.10", "0.11", "1.3", "1.4", "3.1", "3.2", "3.9", "?")
COMPOSE = "services:\n  kong:\n    environment:\n      "


def by_release(path: str, text: str) -> dict[str, str]:
    """The one fact that a file says to each release; ``?`` is a release that is not known."""
    text = dedent(text)
    config = config_of(path, text)
    assert config is not None
    found = {}
    for name in EVERY:
        (fact,) = facts(for_release(config, find(name)), text)
        found[name] = fact.removeprefix("pg_host = ").rpartition(": ")[2]
    return found


def told(old: str, eleven: str, new: str, *, ten: str = "?", unknown: str = "?") -> dict[str, str]:
    """``old`` until 0.9, ``eleven`` from 0.11 to 3.1, ``new`` from 3.2."""
    middle = dict.fromkeys(("0.11", "1.3", "1.4", "3.1"), eleven)
    return {"0.9": old, "0.10": ten, **middle, "3.2": new, "3.9": new, "?": unknown}


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("pg_host = db", told("db", "db", "db", ten="db", unknown="db")),
        ("pg_host = db # why", told("db", "db", "db", ten="db", unknown="db")),
        ("pg_host = db#why", told("db", "d", "db")),
        ("pg_host = #why", told("", "#why", "")),
        ("pg_host = d\\#b", told("d\\", "d#b", "d#b")),
        ("plugins = a, b # c", told(*["['a', 'b']"] * 3, ten="['a', 'b']", unknown="['a', 'b']")),
        (
            "plugins = a, bc#d",
            told(
                "['a', 'bc']", "['a', 'b']", "['a', 'bc']", ten="['?', '?']", unknown="['?', '?']"
            ),
        ),
    ],
)
def test_in_kong_conf(line: str, wanted: dict[str, str]) -> None:
    assert by_release("kong.conf", f"# pg_host = x\n{line}\n") == wanted


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("compose.yml", COMPOSE + "KONG_PLUGINS: '", "'\n"),
        ("compose.yml", COMPOSE + "- 'KONG_PLUGINS=", "'\n"),
        ("Dockerfile", "ENV KONG_PLUGINS='", "'\n"),
        (".env", "KONG_PLUGINS='", "'\n"),
    ],
)
def test_in_a_variable(path: str, before: str, after: str) -> None:
    old = ("0.9", "0.11", "1.3")
    cut, kept, unknown = "['a', 'b']", "['a', 'b #c']", "['?', '?']"
    assert by_release(path, f"{before}a, b #c{after}") == {
        **{name: cut if name in old else kept for name in EVERY},
        "0.10": cut,
        "?": unknown,
    }
    assert set(by_release(path, f"{before}a,b{after}").values()) == {cut}


def test_in_a_single_variable() -> None:
    assert by_release(".env", "KONG_PG_HOST='db #1'\n") == {
        **dict.fromkeys(("0.9", "0.10", "0.11", "1.3"), "db"),
        **dict.fromkeys(("1.4", "3.1", "3.2", "3.9"), "db #1"),
        "?": "?",
    }


@pytest.mark.parametrize(
    ("kong_version", "text", "wanted"),
    [
        ("3.1", "plugins = bundled,hello#1\n", ["KC301 'hell'"]),
        ("3.2", "plugins = bundled,hello#1\n", []),
        ("auto", "plugins = bundled,hello#1\n", []),
        ("3.1", "plugins = bundled,hello # 1\n", []),
        ("0.14", "custom_plugins = hello#1\n", ["KC301 'hell'"]),
        ("0.10", "custom_plugins = hello#1\n", []),
        ("0.9", "custom_plugins = hello#1\n", []),
        ("3.9", "# plugins = hello\nplugins = bundled\n", ["KC302 'hello'"]),
    ],
)
def test_rules_follow_the_release(kong_version: str, text: str, wanted: list[str]) -> None:
    files = {**PLUGIN, "kong.conf": f"database = postgres\n{text}"}
    found = [each for each in findings(files, kong_version) if each.code < "KC307"]
    assert [f"{each.code} '{each.message.split(chr(39))[1]}'" for each in found] == wanted


def test_rules_follow_the_release_of_the_image() -> None:
    def compose(image: str) -> str:
        return (
            f"services:\n  kong:\n    image: kong:{image}\n    environment:\n"
            "      KONG_PLUGINS: 'bundled,hello #1'\n"
        )

    old = {**PLUGIN, "deck/kong.yml": PLUGIN["deck/kong.yml"].replace("3.0", "1.1")}
    assert not not_enabled({**old, "compose.yml": compose("1.3")})
    assert not_enabled({**old, "compose.yml": compose("2.8")})
