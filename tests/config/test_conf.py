"""kong.conf."""

from __future__ import annotations

import pytest

from tests.support.configs import said


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("plugins = bundled, widget # why", ["bundled", "widget"]),
        ("  plugins=bundled,widget\r", ["bundled", "widget"]),
        ("plugins = bundled, \\\n   # why\n  widget", ["bundled", "widget"]),
        ("plugins = x\nplugins = bundled", ["bundled"]),
        ("plugins = bundled,,widget,", ["bundled", "", "widget", ""]),
        ('plugins = "bundled,widget"', ['"bundled', 'widget"']),
        ("plugins = {vault://env/plugins}", ["?"]),
        ("plugins =", []),
    ],
)
def test_the_list(text: str, items: list[str]) -> None:
    assert said("kong.conf", f"# x\n{text}\n") == ["kong.conf", f"plugins file comma: {items}"]


def test_settings() -> None:
    text = """\
        # plugins = no
        ; plugins = no
        database = off
        lua.package-path = ./?.lua;;   # why
        customer_plugins = widget
        custom_plugins = widget
        [section]
        plugins = widget
        """
    assert said("my-kong.conf.example", text) == [
        "kong.conf",
        "custom_plugins file comma: ['widget']",
        "database = off",
        "lua_package_path = ./?.lua;;",
        "customer_plugins = widget",
        "section.plugins = widget",
    ]


def test_a_file_with_comments_alone_is_still_a_kong_conf() -> None:
    assert said("kong.conf", "#plugins = bundled\n") == ["kong.conf"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("nginx.conf", "http {\n  proxy_listen = 1;\n}\n"),
        ("kong.conf", "server {\n  # plugins = x\n}\n"),
        ("my.conf", "plugins = a\ndatabase = b\n"),
        ("supervisord.conf", "[program:kong]\ncommand = kong start\n"),
    ],
)
def test_files_of_others_say_nothing(path: str, text: str) -> None:
    assert said(path, text) == []
