from __future__ import annotations

import pytest

from tests.support.world import Files, apply, findings

GREETER = {
    "kong/plugins/greeter/handler.lua": 'return { PRIORITY = 1, VERSION = "1.0.0" }\n',
    "kong/plugins/greeter/schema.lua": (
        'return { name = "greeter", fields = {{ config = { type = "record", fields = {} } }} }\n'
    ),
}
SERVICE = "services:\n  kong:\n    environment:\n      KONG_DATABASE: 'off'\n"
POD = (
    "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: kong\n    env:\n"
    "    - {name: KONG_DATABASE, value: 'off'}\n"
)


def ignored(files: Files, kong_version: str = "auto") -> list[tuple[str, str]]:
    """Each KC315 finding: what it stands on and the title of its fix."""
    return [
        (files[each.path][slice(*each.span)], each.fixes[0].title if each.fixes else "")
        for each in findings(files, kong_version)
        if each.code == "KC315"
    ]


def in_conf(text: str, kong_version: str = "auto") -> list[tuple[str, str]]:
    return ignored({"kong.conf": f"# database = off\n{text}"}, kong_version)


def mended(files: Files, kong_version: str = "auto") -> tuple[Files, str]:
    """The files after the fix of the one KC315 finding, and whether that is safe."""
    (fix,) = (each.fixes[0] for each in findings(files, kong_version) if each.code == "KC315")
    after = apply(files, fix)
    assert not ignored(after, kong_version)
    return after, fix.safety


@pytest.mark.parametrize(
    ("name", "better", "release"),
    [
        ("log_levell", "log_level", "3.9"),
        ("LOG_LEVEL", "log_level", "3.9"),
        ("loglevel", "log_level", "3.9"),
        ("pg_hots", "pg_host", "0.9"),
        ("plugin", "plugins", "3.9"),
        ("plugin", "custom_plugins", "0.13"),
        ("lua_pakage_cpath", "lua_package_cpath", "3.9"),
        ("Plugins", "plugins", "3.9"),
        ("customer_plugins", "plugins", "3.9"),
        ("custom_plugin", "plugins", "1.0"),
        ("customer_plugins", "custom_plugins", "0.10"),
        ("customs_plugins", "plugins", "0.14"),
        ("lua_packge_path", "lua_package_path", "2.8"),
        ("declarative_conifg", "declarative_config", "auto"),
        ("nginx_worker_proceses", "nginx_worker_processes", "3.9"),
    ],
)
def test_a_misspelt_name_in_kong_conf(name: str, better: str, release: str) -> None:
    assert in_conf(f"{name} = x\n", release) == [(name, f"Change to {better}")]


@pytest.mark.parametrize(
    "name",
    [
        "log_level",
        "log.level",
        "nginx_http_log_levell",
        "nginx_proxi",
        "vault_env_prefixx",
        "pluginserver_name",
        "cassandra_contact_points",
        "serf_path",
        "go_plugins_dir",
        "admin_gui_auth",
        "admin_api_uri",
        "audit_log",
        "cluster_telemetry_listen",
        "enforce_rbac",
        "license_path",
        "portal",
        "portal_gui_host",
        "role_x",
        "smtp_host",
        "vitals",
        "admin_gui_host",
        "cluster_telemetry_server_name",
        "data_plane_config_cache_path",
        "debug_listen",
        "debug_ssl_cert",
        "event_hooks_enabled",
        "fips",
        "keyring_enabled",
        "pg_iam_auth",
        "portal_api_listen",
        "portal_gui_ssl_cert",
        "rbac",
        "route_match_calculation",
        "tracing_types",
        "plugins_dir",
        "my_plugin_setting",
        "x",
    ],
)
def test_other_names_are_left_alone(name: str) -> None:
    assert in_conf(f"{name} = x\n", "3.9") == []
    variable = f"      KONG_{name.upper().replace('.', '_')}: x\n"
    assert ignored({"compose.yml": SERVICE + variable}, "3.9") == []


@pytest.mark.parametrize(
    ("path", "text", "end"),
    [
        ("compose.yml", SERVICE + "      KONG_LOG_LEVELL: info\n", "KONG_LOG_LEVEL: info\n"),
        (
            "compose.yml",
            "services:\n  k:\n    environment:\n    - KONG_DATABASE=off\n    - KONG_PG_SLL=on\n",
            "    - KONG_PG_SSL=on\n",
        ),
        ("Dockerfile", "ENV KONG_DATABASE=off KONG_LOGLEVEL=info\n", "KONG_LOG_LEVEL=info\n"),
        (
            "pod.yaml",
            POD + "    - {name: KONG_LOG_LEVELL, value: info}\n",
            "_LEVEL, value: info}\n",
        ),
        (
            "values.yaml",
            "ingressController: {}\nenv:\n  database: 'off'\n  log_levell: info\n",
            "  log_level: info\n",
        ),
        ("kong.conf", "admin_listen = off\nlog.levell = info # x\n", "log_level = info # x\n"),
    ],
)
def test_the_name_is_put_right_wherever_it_stands(path: str, text: str, end: str) -> None:
    after, safety = mended({path: text}, "3.9")
    assert after[path].endswith(end)
    assert safety == "safe"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.yml", "services:\n  a:\n    environment:\n      KONG_LOG_LEVELL: x\n"),
        (".env", "KONG_DATABASE=off\nKONG_LOG_LEVELL=info\n"),
        ("run.sh", "export KONG_DATABASE=off\nexport KONG_LOG_LEVELL=info\n"),
        (
            ".github/workflows/a.yml",
            "on: push\njobs:\n  a:\n    env:\n      KONG_DATABASE: 'off'\n      KONG_LOGLEVEL: x\n",
        ),
        (
            "compose.yml",
            SERVICE + "  other:\n    environment:\n      KONG_PG_SLL: x\n",
        ),
        (
            "compose.yml",
            SERVICE
            + "".join(
                f"      KONG_{name}: x\n"
                for name in (
                    "VERSION",
                    "IMAGE",
                    "TAG",
                    "LICENSE_DATA",
                    "PASSWORD",
                    "NGINX_HTTP_LOGLEVEL",
                    "VAULTS_X",
                    "NGINX_PROXY_PROXY_BUFFERS",
                    "TEST_DATABASE",
                    "ADMIN_URL",
                    "PROXY_URL",
                    "ADMIN_HOST",
                    "CUSTOM",
                    "X_LOG",
                    "DOCKER_TAG",
                )
            ),
        ),
    ],
)
def test_variables_of_others_are_left_alone(path: str, text: str) -> None:
    assert ignored({path: text}) == []


def test_an_env_file_of_a_compose_file_is_kongs() -> None:
    compose = "services:\n  kong:\n    image: kong:3.9\n    env_file: kong.env\n"
    files = {"compose.yml": compose, "kong.env": "KONG_DATABASE=off\nKONG_LOGLEVEL=info\n"}
    assert ignored(files) == [("KONG_LOGLEVEL", "Change to KONG_LOG_LEVEL")]


def test_a_misspelt_list_keeps_bundled() -> None:
    files = {**GREETER, "kong.conf": "database = off\ncustomer_plugins = greeter\n"}
    after, safety = mended(files)
    assert after["kong.conf"] == "database = off\nplugins = bundled,greeter\n"
    assert safety == "unsafe"
    files["kong.conf"] = "database = off\nplugin = bundled,greeter\n"
    assert mended(files)[0]["kong.conf"] == "database = off\nplugins = bundled,greeter\n"


def test_what_is_set_already_is_not_set_again() -> None:
    assert in_conf("log_level = info\nlog_levell = debug\n") == [("log_levell", "")]


@pytest.mark.parametrize(
    ("line", "release"),
    [
        ("log_levell = loud", "3.9"),
        ("pg_sssl = yes", "3.9"),
        ("pg_hosst = 'a'", "3.9"),
        ("opentelemetry_traccing = all", "3.9"),
        ("declarative_confg = kong.yml", "3.9"),
        ("plugin = bundled", "3.9"),
        ("pg_usser = 5", "3.1"),
    ],
)
def test_a_fix_that_may_bring_other_findings_is_unsafe(line: str, release: str) -> None:
    (fix,) = (
        fix
        for each in findings({"kong.conf": f"admin_listen = off\n{line}\n"}, release)
        for fix in each.fixes
    )
    assert fix.safety == "unsafe"


def test_settings_below_a_section() -> None:
    text = "pg_host = a\n[kong]\nplugins = bundled\nx = 1\n[other]\ny = 1\n"
    assert in_conf(text) == [("[kong]", "Remove the section")]
    after, safety = mended({"kong.conf": text})
    assert after["kong.conf"] == text.replace("[kong]\n", "")
    assert safety == "unsafe"


def test_a_colon_is_no_equals_sign() -> None:
    text = "pg_host = a\ndatabase: off\nplugins : bundled\nmy: x\n"
    assert in_conf(text) == [
        ("database: off", 'Change ":" to "="'),
        ("plugins : bundled", 'Change ":" to "="'),
    ]
    after, safety = mended({"kong.conf": "pg_host = a\ndatabase: off\n"})
    assert (after["kong.conf"], safety) == ("pg_host = a\ndatabase = off\n", "safe")


def test_the_last_of_two_counts() -> None:
    text = "pg_host = a\npg_port = 1\npg_host = b\nx = 1\nx = 2\n"
    assert in_conf(text) == [("pg_host", "Remove the line")]
    after, _ = mended({"kong.conf": text})
    assert after["kong.conf"] == text.replace("pg_host = a\n", "")


def test_a_backslash_at_the_end() -> None:
    text = "pg_host = a\nplugins = bundled \\\n"
    assert in_conf(text) == [("\\", "Remove the backslash")]
    after, _ = mended({"kong.conf": text})
    assert after["kong.conf"] == "pg_host = a\nplugins = bundled \n"


def test_all_of_it_in_the_text_of_a_config_map() -> None:
    text = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kong}\ndata:\n  kong.conf: |\n"
        "    admin_listen = off\n    log_levell = info\n    pg_port: 1\n"
    )
    files = {"map.yaml": text}
    assert ignored(files) == [
        ("log_levell", "Change to log_level"),
        ("pg_port: 1", 'Change ":" to "="'),
    ]
