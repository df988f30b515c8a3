from __future__ import annotations

import pytest

from kong_lsp.finding import Finding, Severity
from tests.support.checks import check_none
from tests.support.world import Files, apply, findings

COMPOSE = "services:\n  kong:\n    environment:\n"


def obsolete(files: Files, kong_version: str = "auto") -> list[Finding]:
    return [each for each in findings(files, kong_version) if each.code == "KC304"]


@pytest.mark.parametrize(
    ("key", "kong", "ignored"),
    [
        ("custom_plugins", "3.9", True),
        ("custom_plugins", "1.0", True),
        ("custom_plugins", "0.15", False),
        ("custom_plugins", "0.9", False),
        ("plugins", "0.14", False),
        ("plugins", "0.13", True),
        ("plugins", "3.9", False),
        ("plugins_available", "3.9", True),
    ],
)
def test_which_release_reads_which_setting(key: str, kong: str, *, ignored: bool) -> None:
    found = obsolete({"kong.conf": f"database = off\n{key} = jwt\n"}, kong)
    assert [each.severity for each in found] == [Severity.WARNING] * ignored


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("kong.conf", "custom_plugins = x\n", "plugins = bundled,x\n"),
        ("kong.conf", "custom_plugins = x, y\n", "plugins = bundled, x, y\n"),
        ("kong.conf", "custom_plugins = bundled,x\n", "plugins = bundled,x\n"),
        ("kong.conf", "custom_plugins =\n", "plugins =\n"),
        (
            "compose.yml",
            COMPOSE + "      KONG_CUSTOM_PLUGINS: x\n",
            COMPOSE + "      KONG_PLUGINS: bundled,x\n",
        ),
        (
            "compose.yml",
            COMPOSE + '    - "KONG_CUSTOM_PLUGINS=x"\n',
            COMPOSE + '    - "KONG_PLUGINS=bundled,x"\n',
        ),
        (
            "compose.yml",
            COMPOSE + "      KONG_PLUGINS: bundled\n      KONG_CUSTOM_PLUGINS: x\n",
            COMPOSE + "      KONG_PLUGINS: bundled,x\n",
        ),
        (
            "compose.yml",
            COMPOSE + "      KONG_CUSTOM_PLUGINS: x\n      KONG_PLUGINS: bundled,x\n",
            COMPOSE + "      KONG_PLUGINS: bundled,x\n",
        ),
        ("Dockerfile", "ENV KONG_CUSTOM_PLUGINS=x\n", "ENV KONG_PLUGINS=bundled,x\n"),
        ("Dockerfile", "ENV KONG_CUSTOM_PLUGINS x\n", "ENV KONG_PLUGINS bundled,x\n"),
        (".env", "KONG_CUSTOM_PLUGINS='x'\n", "KONG_PLUGINS='bundled,x'\n"),
        (
            "values.yaml",
            "ingressController: {}\nenv:\n  database: off\n  custom_plugins: x\n",
            "ingressController: {}\nenv:\n  database: off\n  plugins: bundled,x\n",
        ),
        (
            "pod.yaml",
            (
                "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: k\n    image: kong\n"
                "    env:\n    - {name: KONG_CUSTOM_PLUGINS, value: x}\n"
            ),
            (
                "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: k\n    image: kong\n"
                '    env:\n    - {name: KONG_PLUGINS, value: "bundled,x"}\n'
            ),
        ),
        (
            "spec/a_spec.lua",
            'helpers.start_kong({ custom_plugins = "x" })\n',
            'helpers.start_kong({ plugins = "bundled,x" })\n',
        ),
    ],
)
def test_the_value_is_carried_over(path: str, before: str, after: str) -> None:
    lead = "database = off\n" if path == "kong.conf" else ""
    files = {path: lead + before}
    (found,) = obsolete(files)
    fix = found.fixes[0]
    assert fix.safety == "safe"
    assert apply(files, fix) == {path: lead + after}
    assert obsolete({path: lead + after}) == []


@pytest.mark.parametrize(
    ("kong", "before", "after"),
    [
        ("0.10", "plugins = bundled,x\n", "custom_plugins = x\n"),
        ("0.10", "plugins = x\n", "custom_plugins = x\n"),
        ("0.10", "plugins = cors,x, y\n", "custom_plugins = x,y\n"),
    ],
)
def test_older_kongs_get_the_older_setting(kong: str, before: str, after: str) -> None:
    files = {"kong.conf": "database = off\n" + before}
    (found,) = obsolete(files, kong)
    assert apply(files, found.fixes[0]) == {"kong.conf": "database = off\n" + after}


def test_the_yaml_lists_of_old_kongs() -> None:
    files = {"kong.yml": "plugins_available:\n  - cors\n  - x\nport: 1\n"}
    assert obsolete(files, "0.5") == []
    (found,) = obsolete(files, "0.7")
    assert apply(files, found.fixes[0]) == {"kong.yml": "custom_plugins:\n  - x\nport: 1\n"}
    (found,) = obsolete(files, "3.9")
    assert found.message == (
        "Kong 3.9 ignores plugins_available: it reads kong.conf, and reads plugins. The plugins in "
        "it are not enabled."
    )
    (fix,) = found.fixes
    assert fix.safety == "unsafe"
    assert apply(files, fix) == {"kong.yml": "port: 1\n", "kong.conf": "plugins = bundled,x\n"}


def test_a_setting_that_another_one_makes_up_for_is_information() -> None:
    files = {"kong.conf": "database = off\nplugins = bundled,x\ncustom_plugins = x\n"}
    (found,) = obsolete(files)
    assert (found.severity, found.tags) == (Severity.INFORMATION, ("deprecated",))
    assert apply(files, found.fixes[0]) == {"kong.conf": "database = off\nplugins = bundled,x\n"}


OLD = [
    (
        "cassandra_port = 1",
        "3.9",
        "Kong 3.9 ignores cassandra_port: Kong 3.3 was the last to read it.",
    ),
    ("serf_path = x", "0.11", "Kong 0.11 ignores serf_path: Kong 0.10 was the last to read it."),
    (
        "opentelemetry_tracing = all",
        "3.9",
        (
            "Kong 3.9 says that opentelemetry_tracing is deprecated, and to use "
            "tracing_instrumentations instead."
        ),
    ),
    ("opentelemetry_tracing = all", "3.0", ""),
    ("cassandra_port = 1", "3.3", ""),
    ("cassandra_port = 1", "auto", ""),
    ("wasm = on", "2.8", ""),
    ("nginx_http_x = on", "0.9", ""),
    ("nginx_http_upstream_keepalive = 5", "3.9", ""),
    ("my_own = 1", "3.9", ""),
]


@pytest.mark.parametrize(("line", "kong", "message"), OLD)
def test_settings_of_older_releases_are_worth_knowing(line: str, kong: str, message: str) -> None:
    found = obsolete({"kong.conf": f"pg_host = a\n{line}\n"}, kong)
    assert [(each.message, each.severity) for each in found] == (
        [(message, Severity.INFORMATION)] if message else []
    )


def test_what_kong_deprecates_is_replaced() -> None:
    files = {
        "compose.yml": COMPOSE
        + "      KONG_DATABASE: 'off'\n      KONG_OPENTELEMETRY_TRACING: all\n"
    }
    (found,) = obsolete(files, "3.9")
    (fix,) = found.fixes
    assert (fix.title, fix.safety) == (
        "Replace KONG_OPENTELEMETRY_TRACING by KONG_TRACING_INSTRUMENTATIONS",
        "safe",
    )
    after = apply(files, fix)
    assert after["compose.yml"].endswith("      KONG_TRACING_INSTRUMENTATIONS: all\n")
    assert obsolete(after, "3.9") == []
    conf = "opentelemetry_tracing = all\ntracing_instrumentations = all\n"
    assert [each.fixes for each in obsolete({"kong.conf": f"pg_host = a\n{conf}"}, "3.9")] == [()]


def test_the_go_plugin_server_of_kong_2_is_set_up_otherwise_in_3() -> None:
    files = {".env": "KONG_PLUGINS=bundled,x\nKONG_GO_PLUGINS_DIR=/p\n"}
    (found,) = obsolete(files, "3.0")
    assert "pluginserver_names" in found.message
    assert obsolete(files, "2.8") == []


@pytest.mark.parametrize(
    "text",
    [
        '# file: kong.yml\n_format_version: "3.0"\ncustom_plugins:\n- name: x\n',
        (
            "# file: compose.yml\nservices:\n  kong:\n    image: kong:0.13\n    environment:\n"
            "      KONG_CUSTOM_PLUGINS: x\n"
        ),
        "# file: wordpress.yml\ncustom_plugins: {a: 1}\n",
    ],
)
def test_another_meaning_of_the_word_is_silent(text: str) -> None:
    check_none(text, only="KC304")


def test_a_value_that_is_made_is_told_and_left_alone() -> None:
    (found,) = obsolete({"compose.yml": COMPOSE + "      KONG_CUSTOM_PLUGINS: ${X}\n"})
    assert found.fixes == ()


def test_where_nothing_says_which_kong_it_is_no_more_than_information() -> None:
    found = findings({"kong.conf": "custom_plugins = acme\nlog_level = debug\n"}, "auto")
    (told,) = [each for each in found if each.code == "KC304"]
    assert told.severity == Severity.INFORMATION
    assert "No file says which Kong this is for" in told.message
