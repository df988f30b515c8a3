"""Completion and hover of Kong's settings, wherever they may stand."""

from __future__ import annotations

import pytest

from tests.support.config_places import complete, hover_at, labels, proposals

SERVICE = "services:\n  kong:\n    image: kong:3.9\n    environment:\n"
POD = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: kong\n    image: kong:3.9\n    env:\n"
HELM = "ingressController: {}\nenv:\n  database: 'off'\n"


def file(path: str, text: str) -> str:
    return f"-- file: {path}\n{text}\n"


@pytest.mark.parametrize(
    ("path", "text", "label", "done"),
    [
        ("kong.conf", "database = off\nlog$0", "log_level", "log_level = "),
        ("kong.conf", "database = off\n  lo$0 = info", "log_level", "  log_level = info"),
        ("kong.conf", "database = off\n$0", "pg_host", "pg_host = "),
        ("compose.yml", SERVICE + "      $0", "KONG_LOG_LEVEL", "      KONG_LOG_LEVEL: "),
        ("compose.yml", SERVICE + "      KONG_L$0", "KONG_LOG_LEVEL", "      KONG_LOG_LEVEL: "),
        ("compose.yml", SERVICE + "      KO$0: x", "KONG_LOG_LEVEL", "      KONG_LOG_LEVEL: x"),
        ("compose.yml", SERVICE + "    - KONG_L$0", "KONG_LOG_LEVEL", "    - KONG_LOG_LEVEL="),
        ("compose.yml", SERVICE + "    - A=b\n    - $0", "KONG_LOG_LEVEL", "    - KONG_LOG_LEVEL="),
        ("Dockerfile", "FROM kong:3.9\nENV KONG_L$0", "KONG_LOG_LEVEL", "ENV KONG_LOG_LEVEL="),
        ("Dockerfile", "FROM kong\nENV A=b K$0=x", "KONG_PREFIX", "ENV A=b KONG_PREFIX=x"),
        (".env", "KONG_LO$0", "KONG_LOG_LEVEL", "KONG_LOG_LEVEL="),
        ("run.sh", "export KONG_LO$0", "KONG_LOG_LEVEL", "export KONG_LOG_LEVEL="),
        ("values.yaml", HELM + "  lo$0", "log_level", "  log_level: "),
        ("pod.yaml", POD + "    - name: KONG_LO$0", "KONG_LOG_LEVEL", "    - name: KONG_LOG_LEVEL"),
        ("pod.yaml", POD + "    - {name: K$0}", "KONG_LOG_LEVEL", "    - {name: KONG_LOG_LEVEL}"),
        (
            "map.yaml",
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  kong.conf: |\n    pg_host = x\n    lo$0",
            "log_level",
            "    log_level = ",
        ),
    ],
)
def test_the_name_of_a_setting(path: str, text: str, label: str, done: str) -> None:
    assert complete(file(path, text), label).splitlines()[-1] == done


@pytest.mark.parametrize(
    ("path", "text", "wanted"),
    [
        ("kong.conf", "pg_host = a\nlog_level = $0", ["debug", "info", "notice"]),
        ("kong.conf", "pg_host = a\nlog.level=no$0 # x", ["debug", "info", "notice"]),
        ("kong.conf", "pg_host = a\npg_ssl = $0", ["on", "off"]),
        ("kong.conf", "pg_host = a\npg_port = $0", ["5432"]),
        ("compose.yml", SERVICE + "      KONG_DATABASE: $0", ["postgres", "cassandra", "off"]),
        ("compose.yml", SERVICE + '      KONG_DATABASE: "$0"', ["postgres", "cassandra", "off"]),
        ("compose.yml", SERVICE + "    - KONG_DATABASE=$0", ["postgres", "cassandra", "off"]),
        ("Dockerfile", "FROM kong\nENV KONG_DATABASE=$0", ["postgres", "cassandra", "off"]),
        ("Dockerfile", "FROM kong\nENV KONG_DATABASE $0", ["postgres", "cassandra", "off"]),
        (".env", "KONG_DATABASE=$0", ["postgres", "cassandra", "off"]),
        ("values.yaml", HELM + "  role: $0", ["data_plane", "control_plane", "traditional"]),
        (
            "pod.yaml",
            POD + "    - name: KONG_ROLE\n      value: $0",
            ["data_plane", "control_plane", "traditional"],
        ),
        (
            "pod.yaml",
            POD + "    - {name: KONG_ROLE, value: $0}",
            ["data_plane", "control_plane", "traditional"],
        ),
    ],
)
def test_the_values_of_a_setting(path: str, text: str, wanted: list[str]) -> None:
    assert labels(file(path, text))[: len(wanted)] == wanted


def test_a_value_of_yaml_is_quoted_where_it_must_be() -> None:
    text = file("compose.yml", SERVICE + "      KONG_DATABASE: $0")
    assert complete(text, "off").endswith('KONG_DATABASE: "off"\n')
    text = file("compose.yml", SERVICE + "      KONG_DATABASE: '$0'")
    assert complete(text, "off").endswith("KONG_DATABASE: 'off'\n")
    assert complete(file(".env", "KONG_DATABASE=$0"), "off") == "KONG_DATABASE=off\n"


def test_a_name_brings_its_choices_or_its_default() -> None:
    text = file("kong.conf", "pg_host = a\n$0")
    assert complete(text, "log_level", snippet=True).splitlines()[1] == (
        "log_level = ${1|debug,info,notice,warn,error,crit,alert,emerg|}"
    )
    assert complete(text, "pg_port", snippet=True).splitlines()[1] == "pg_port = ${1:5432}"
    assert complete(text, "pg_password", snippet=True).splitlines()[1] == "pg_password = $1"
    text = file("compose.yml", SERVICE + "      $0")
    assert complete(text, "KONG_PG_SSL", snippet=True).splitlines()[-1] == (
        '      KONG_PG_SSL: ${1|"on","off"|}'
    )


def test_names_are_those_of_the_release_and_not_there_yet() -> None:
    new = file("kong.conf", "pg_host = a\nplugins = bundled\n$0")
    assert not {"pg_host", "plugins", "cassandra_port", "_debug_pg_ttl_cleanup_interval"} & set(
        labels(new)
    )
    old = "-- file: kong.conf\npg_host = a\n$0\n-- file: Dockerfile\nFROM kong:2.8\n"
    assert "cassandra_port" in labels(old)
    assert "wasm" not in labels(old)


def test_details() -> None:
    found = {item.label: item.detail for item in proposals(file("kong.conf", "pg_host = a\n$0"))}
    assert found["pg_port"] == "number, default 5432"
    assert found["pg_ssl"] == "on or off, default off"
    assert found["database"] == "one of postgres, cassandra, off, default postgres"
    assert found["plugins"] == "comma-separated list, default bundled"
    assert found["pg_schema"] == "string"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("kong.conf", "pg_host = a\n# log$0"),
        ("kong.conf", "pg_host = a\n[lo$0"),
        ("kong.conf", "plugins = a,\\\n  $0"),
        ("kong.conf", "pg_host = a\nmine = $0"),
        ("compose.yml", SERVICE + "      KONG_DATABASE: x\n    labels:\n      $0"),
        ("compose.yml", SERVICE + "      KONG_DATABASE: x\n    image: $0"),
        ("compose.yml", SERVICE + "      X: $0"),
        ("compose.yml", SERVICE + "    - X=$0"),
        ("Dockerfile", "FROM kong\nRUN echo $0"),
        ("Dockerfile", "FROM kong\n# KONG_$0"),
        ("other.conf", "log$0"),
        ("values.yaml", "customEnv:\n  $0\n" + HELM),
    ],
)
def test_other_places_get_no_settings(path: str, text: str) -> None:
    found = set(labels(file(path, text)))
    assert not found & {"log_level", "KONG_LOG_LEVEL", "info", "on"}


HOVERED = """\
**log_level** — one of debug, info, notice, warn, error, crit, alert, emerg

- default: `notice`
- read by Kong 0.9 and newer
- `KONG_LOG_LEVEL` in the environment replaces what a kong.conf says"""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("kong.conf", "pg_host = a\nlog_$0level = info"),
        ("kong.conf", "pg_host = a\nlog_level = in$0fo"),
        ("compose.yml", SERVICE + "      KONG_LOG$0_LEVEL: info"),
        ("compose.yml", SERVICE + "    - KONG_LOG_LEVEL=i$0nfo"),
        ("Dockerfile", "ENV KONG_LO$0G_LEVEL=info"),
        (".env", "KONG_LO$0G_LEVEL=info"),
        ("values.yaml", HELM + "  lo$0g_level: info"),
        ("pod.yaml", POD + "    - name: KONG_LO$0G_LEVEL\n      value: info"),
        ("pod.yaml", POD + "    - name: KONG_LOG_LEVEL\n      value: in$0fo"),
    ],
)
def test_hover_says_what_a_setting_is(path: str, text: str) -> None:
    assert hover_at(file(path, text)) == HOVERED


def test_hover_on_a_setting_of_other_releases() -> None:
    assert hover_at(file("kong.conf", "pg_host = a\ncassandra_po$0rt = 1")) == (
        "**cassandra_port** — number\n\n- Kong 3.9 **does not read it**\n- default: `9042`\n"
        "- read by Kong 0.9 to 3.3\n"
        "- `KONG_CASSANDRA_PORT` in the environment replaces what a kong.conf says"
    )


def test_hover_tells_what_to_use_instead_and_who_else_sets_it() -> None:
    text = (
        "-- file: kong.conf\npg_host = a\nopentelemetry_trac$0ing = all\n"
        "-- file: compose.yml\n"
        + SERVICE
        + "      KONG_OPENTELEMETRY_TRACING: off\n      KONG_DATABASE: off\n"
    )
    found = hover_at(text)
    assert "- deprecated: use `tracing_instrumentations`\n" in found
    assert found.endswith("- set as `KONG_OPENTELEMETRY_TRACING` in `compose.yml`")


def test_hover_tells_the_limits_of_a_number() -> None:
    found = hover_at(file("kong.conf", "pg_host = a\ncluster_max_pay$0load = 1"))
    assert "- default: `16777216`\n- must be 4194304 (4MB) or greater\n" in found


def test_hover_on_the_list_itself_and_on_directives() -> None:
    assert hover_at(file("kong.conf", "pg_host = a\nplu$0gins = bundled")).startswith(
        "**plugins** — comma-separated list\n\n- default: `bundled`\n- read by Kong 0.14 and newer"
    )
    found = hover_at(file("kong.conf", "pg_host = a\nnginx_http_lua_$0shared_dict = x 1m"))
    assert found == (
        "**nginx_http_lua_shared_dict** — nginx's `lua_shared_dict` in the `http` part of its "
        "configuration"
    )
