from __future__ import annotations

import pytest

from kong_lsp.finding import Finding, Severity
from tests.support.world import Files, apply, findings


def invalid(files: Files, kong_version: str = "auto") -> list[Finding]:
    return [each for each in findings(files, kong_version) if each.code == "KC316"]


def in_conf(line: str, kong_version: str = "auto") -> list[str]:
    """Severity and Kong's words, or the message, of each finding in a kong.conf."""
    files = {"kong.conf": f"# plugins = bundled\n{line}\n"}
    return [f"{each.severity.name.lower()} {_words(each)}" for each in invalid(files, kong_version)]


def _words(found: Finding) -> str:
    return found.message.split('"')[1] if '"' in found.message else found.message


def mended(files: Files, kong_version: str = "auto") -> tuple[Files, str]:
    """The files after the first fix of the one finding, and whether that is safe."""
    (found,) = invalid(files, kong_version)
    after = apply(files, found.fixes[0])
    assert not invalid(after, kong_version)
    return after, found.fixes[0].safety


@pytest.mark.parametrize(
    ("line", "release", "words"),
    [
        (
            "database = postgress",
            "3.9",
            "database has an invalid value: 'postgress' (postgres, cassandra, off)",
        ),
        ("database = off", "1.0", "database has an invalid value: 'off' (postgres, cassandra)"),
        (
            "database = cassandra",
            "3.4",
            (
                "Cassandra as a datastore for Kong is not supported in versions 3.4 and above. "
                "Please use Postgres."
            ),
        ),
        (
            "log_level = warning",
            "2.8",
            (
                "log_level has an invalid value: 'warning' "
                "(debug, info, notice, warn, error, crit, alert, emerg)"
            ),
        ),
        (
            "role = dp",
            "3.9",
            "role has an invalid value: 'dp' (data_plane, control_plane, traditional)",
        ),
        ("ssl_cipher_suite = new", "2.8", "Undefined cipher suite new"),
        ("ssl_cipher_suite = fips", "1.5", "Undefined cipher suite fips"),
        ("pg_user = 12", "3.1", "pg_user is not a string: '12'"),
        ("pg_database = 0x10", "0.9", "pg_database is not a string: '16'"),
        ("log_level = 5", "2.8", "log_level is not a string: '5'"),
        (
            "cluster_max_payload = 4194303",
            "3.9",
            "cluster_max_payload must be 4194304 (4MB) or greater",
        ),
        (
            "cluster_ttl_on_failure = 59",
            "0.9",
            "cluster_ttl_on_failure must be at least 60 seconds",
        ),
        (
            "worker_state_update_frequency = 0",
            "2.8",
            "worker_state_update_frequency must be greater than 0",
        ),
        ("pg_pool_size = 1.5", "3.4", "pg_pool_size must be an integer greater than 0"),
        ("tracing_sampling_rate = 2", "3.4", "tracing_sampling_rate must be between 0 and 1"),
        (
            "lua_max_req_headers = 1001",
            "3.9",
            "lua_max_req_headers must be an integer between 1 and 1000",
        ),
    ],
)
def test_what_kong_refuses_is_an_error_with_its_words(line: str, release: str, words: str) -> None:
    assert in_conf(line, release) == [f"error {words}"]


@pytest.mark.parametrize(
    ("line", "release"),
    [
        ("database = off", "1.1"),
        ("database = cassandra", "3.3"),
        ("database =", "3.9"),
        ("database = {vault://env/db}", "3.9"),
        ("database = ${DB}", "3.9"),
        ("database = postgres # why", "3.9"),
        ("ssl_cipher_suite = fips", "2.8"),
        ("ssl_cipher_suite = custom", "0.10"),
        ("pg_user = 12", "3.2"),
        ("pg_password = 12", "2.8"),
        ("cluster_mtls = pki_check_cn", "3.4"),
        ("cassandra_consistency = NO", "3.9"),
        ("role = x", "1.0"),
        ("nginx_http_client_max_body_size = 0", "2.8"),
        ("pg_port = <port>", "3.9"),
        ("pg_pool_size = 0", "3.4"),
        ("tracing_sampling_rate = 1", "3.4"),
        ("lua_max_req_headers = 1000", "3.9"),
        ("lua_max_req_headers = 1001", "2.8"),
        ("ssl_cipher_suite = modern", "1.5"),
        ("pg_ssl = off", "3.9"),
        ("pg_ssl = no", "3.9"),
        ("pg_ssl = true", "3.9"),
        ("pg_port = 5432", "3.9"),
        ("pg_port = 0x1538", "3.9"),
        ("nginx_http_x = yes", "3.9"),
        ("[x]\ndatabase = y", "3.9"),
        ("lua_package_path = ./?.lua;/opt/?/init.lua;/opt/all.lua;$HOME;<folder>;;", "3.9"),
    ],
)
def test_what_kong_takes_is_fine(line: str, release: str) -> None:
    assert in_conf(line, release) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("pg_ssl = yes", "Kong takes 'yes' for off: pg_ssl is on only where it says so: on."),
        ("pg_ssl = On", "Kong takes 'On' for off: pg_ssl is on only where it says so: on."),
        (
            "nginx_daemon = true",
            "Kong takes 'true' for off: nginx_daemon is on only where it says so: on.",
        ),
        ("pg_port = 5432s", "pg_port is to be a number: Kong takes nothing from '5432s'."),
        ('pg_host = "db"', "Kong keeps the quotes: they are part of the value of pg_host."),
        (
            "lua_package_path = ./?.lua;/opt/plugins;;",
            "cannot read /opt/plugins: Is a directory",
        ),
    ],
)
def test_what_kong_takes_for_something_else_is_a_warning(line: str, message: str) -> None:
    assert in_conf(line) == [f"warning {message}"]


@pytest.mark.parametrize(
    ("line", "is_told"),
    [("database = mysql", True), ("database = off", False), ("database = cassandra", False)],
)
def test_for_a_kong_that_is_not_known_only_what_all_refuse_is_told(
    line: str, is_told: bool
) -> None:
    assert bool(in_conf(line)) == is_told
    assert in_conf("pg_user = 12") == []


def test_a_kong_that_is_newer_may_take_more() -> None:
    assert in_conf("log_level = loud", "3.12")[0].startswith("warning ")


@pytest.mark.parametrize(
    ("path", "text", "after", "safety"),
    [
        ("kong.conf", "pg_host = a\ndatabase = Postgres\n", "database = postgres\n", "safe"),
        ("kong.conf", 'pg_host = a\ndatabase = "postgres"\n', "database = postgres\n", "safe"),
        ("kong.conf", "pg_host = a\ndatabase = postgress\n", "database = postgres\n", "unsafe"),
        ("kong.conf", "pg_host = a\npg_ssl = yes # x\n", "pg_ssl = on # x\n", "unsafe"),
        ("kong.conf", "pg_host = a\npg_ssl = ON\n", "pg_ssl = on\n", "safe"),
        ("kong.conf", "prefix = 'a'\ndatabase = off\n", "prefix = a\ndatabase = off\n", "safe"),
        (
            "kong.conf",
            "prefix = a\nlua_package_path = /a/?.lua;/a/\n",
            "lua_package_path = /a/?.lua;/a/?.lua\n",
            "unsafe",
        ),
        (
            "compose.yml",
            (
                "services:\n  k:\n    environment:\n    - KONG_PG_HOST=a\n"
                '    - KONG_LOG_LEVEL="info"\n'
            ),
            "    - KONG_LOG_LEVEL=info\n",
            "safe",
        ),
        (
            "compose.yml",
            (
                "services:\n  k:\n    environment:\n      KONG_PG_HOST: a\n"
                '      KONG_PG_SSL: "yes"\n'
            ),
            '      KONG_PG_SSL: "on"\n',
            "unsafe",
        ),
        (
            "Dockerfile",
            "ENV KONG_ROLE=Traditional KONG_PG_HOST=a\n",
            "=traditional KONG_PG_HOST=a\n",
            "safe",
        ),
        (
            "values.yaml",
            "ingressController: {}\nenv:\n  role: traditional\n  database: Off\n",
            "",
            "",
        ),
        (
            "values.yaml",
            "ingressController: {}\nenv:\n  role: traditional\n  database: 'Off'\n",
            "  database: 'off'\n",
            "safe",
        ),
    ],
)
def test_the_value_is_put_right_wherever_it_stands(
    path: str, text: str, after: str, safety: str
) -> None:
    if not safety:
        assert invalid({path: text}, "3.9") == []
        return
    files, found = mended({path: text}, "3.9")
    assert files[path].endswith(after), files[path]
    assert found == safety


@pytest.mark.parametrize("value", ["yes", "on", "off", "True", "no", "5432"])
def test_what_a_bare_word_of_yaml_becomes_is_not_known(value: str) -> None:
    text = f"services:\n  k:\n    environment:\n      KONG_PG_HOST: a\n      KONG_PG_SSL: {value}\n"
    assert [each.severity for each in invalid({"compose.yml": text}, "3.9")] == (
        [Severity.WARNING] if value == "5432" else []
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("run.sh", "export KONG_DATABASE=kong KONG_PG_HOST=a\n"),
        (".env", "KONG_DATABASE=kong\nKONG_PG_HOST=db\n"),
        ("compose.yml", "services:\n  db:\n    environment:\n      KONG_DATABASE: kong\n"),
        ("kong.yml", "plugins_available: [cors]\ndatabase: x\n"),
    ],
)
def test_the_settings_of_others_are_left_alone(path: str, text: str) -> None:
    assert invalid({path: text}) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("kong.conf", "admin_listen = 8001\n"),
        ("compose.yml", "services:\n  k:\n    image: kong\n    environment:\n{}"),
        ("Dockerfile", "FROM kong:3.9\nENV KONG_ADMIN_LISTEN=8001 KONG_PG_HOST=a\n"),
    ],
)
def test_an_address_to_listen_on_has_a_host_and_a_port(path: str, text: str) -> None:
    text = text.replace("{}", '      KONG_ADMIN_LISTEN: "8001"\n      KONG_PG_HOST: a\n')
    (found,) = invalid({path: text}, "3.9")
    assert text[slice(*found.span)] == "8001"
    assert found.message.startswith(
        'Kong 3.9 does not start: "admin_listen must be of form: [off] | <ip>:<port> [ssl] [http2]'
    )


@pytest.mark.parametrize("value", ["0.0.0.0:${PORT}", "${ADMIN_LISTEN}", "off"])
def test_an_address_that_is_made_is_left_alone(value: str) -> None:
    environment = f"    environment:\n      KONG_ADMIN_LISTEN: {value}\n"
    assert invalid({"compose.yml": f"services:\n  k:\n    image: kong\n{environment}"}) == []
