"""The settings of Kong, release by release."""

from __future__ import annotations

import pytest

from kong_lsp.kong import settings
from kong_lsp.kong.releases import MASTER, NEWEST, RELEASES, Release, find


def release(name: str) -> Release:
    found = find(name)
    assert found is not None
    return found


def eras(name: str) -> list[tuple[str, str, str, str, bool]]:
    return [
        (str(era.since), str(era.until), era.type, era.default, era.declared)
        for era in settings.eras(name)
    ]


def test_a_setting_changes_with_the_releases() -> None:
    assert eras("pg_user") == [("0.9", "master", "string", "kong", False)]
    assert eras("admin_gui_url") == [
        ("3.4", "3.8", "string", "", True),
        ("3.9", "master", "array", "", True),
    ]
    assert eras("serf_path") == [("0.9", "0.10", "string", "serf", False)]
    assert eras("log_levell") == []


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("custom_plugins", "0.9", "0.15"),
        ("plugins", "0.14", "master"),
        ("go_plugins_dir", "2.0", "2.8"),
        ("cassandra_contact_points", "0.9", "3.3"),
        ("pluginserver_names", "2.3", "master"),
        ("wasm_filters", "3.7", "master"),
        ("declarative_config", "1.1", "master"),
        ("status_listen", "1.4", "master"),
        ("untrusted_lua", "2.2", "master"),
    ],
)
def test_which_releases_read_a_setting(name: str, since: str, until: str) -> None:
    read = [str(each) for each in RELEASES if settings.find(name, each) is not None]
    assert read == [str(each) for each in RELEASES if release(since) <= each <= release(until)]


def test_choices_are_those_of_the_release() -> None:
    def allowed(name: str) -> dict[str, tuple[str, ...]]:
        return {str(era.since): era.allowed for era in settings.eras(name)}

    assert allowed("database") == {
        "0.9": ("postgres", "cassandra"),
        "1.1": ("postgres", "cassandra", "off"),
    }
    assert allowed("untrusted_lua") == {"2.2": ("on", "off", "sandbox")}
    assert allowed("ssl_cipher_suite")["0.10"] == ("modern", "intermediate", "old", "custom")


def test_names_are_those_that_a_release_reads() -> None:
    new = settings.names(NEWEST)
    assert {"plugins", "database", "log_level", "pg_host"} <= set(new)
    assert not {"custom_plugins", "cassandra_port", "serf_path"} & set(new)
    assert len(settings.names(MASTER)) > 150


@pytest.mark.parametrize(
    "name",
    ["nginx_http_lua_shared_dict", "nginx_wasm_x", "vault_hcv_host", "pluginserver_go_socket"],
)
def test_families_are_known_by_their_beginning(name: str) -> None:
    assert settings.is_known(name)
    assert not settings.is_known(name.replace("_", "x", 1))
