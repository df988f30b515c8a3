"""Addresses to listen on, with the verdicts that ``conf_loader`` of these releases gives."""

from __future__ import annotations

import pytest

from kong_lsp.kong import listeners, releases, settings
from kong_lsp.kong.releases import RELEASES

FORM_2_8 = (
    "must be of form: [off] | <ip>:<port> [ssl] [http2] [proxy_protocol] [deferred] [bind] "
    "[reuseport] [backlog=%d+], [... next entry ...]"
)


def said(name: str, value: str, release: str) -> str | None:
    found = releases.find(release)
    assert found is not None
    return listeners.refusal(name, value, found)


@pytest.mark.parametrize(
    "value",
    [
        "off",
        "off, whatever",
        "0.0.0.0:8000",
        "0.0.0.0:8000, 0.0.0.0:8443 ssl",
        "0.0.0.0:8000 reuseport backlog=16384,0.0.0.0:8443  http2 ssl  reuseport",
        "[::]:8000, [::1]:8443 ssl",
        "localhost:8001",
        "kong.internal:8001 ssl",
        "0.0.0.0:8000,",
        "",
    ],
)
def test_addresses_that_kong_takes(value: str) -> None:
    assert [said("proxy_listen", value, release) for release in ("2.0", "2.8", "3.9")] == [None] * 3


@pytest.mark.parametrize(
    "value",
    [
        "8000",
        "127.0.0.1",
        ":8000",
        "0.0.0.0:8000 tls",
        "0.0.0.0:8000 ssl;",
        "0.0.0.0:8000:8000",
        "0.0.0.256:8000",
        "0.0.0.0:70000",
        "0.0.0.0:" + "9" * 5000,
        "::1",
        "0.0.0.0:8000, 8443 ssl",
        "0.0.0.0:8000, off",
        '"0.0.0.0:8000"',
        "0.0.0.0:8000 backlog=many",
        "http://0.0.0.0",
    ],
)
def test_addresses_that_kong_refuses(value: str) -> None:
    assert said("proxy_listen", value, "2.8") == f"proxy_listen {FORM_2_8}"


@pytest.mark.parametrize(
    ("name", "value", "first"),
    [
        ("stream_listen", "0.0.0.0:9000 udp", "2.2"),
        ("proxy_listen", "0.0.0.0:8000 ipv6only=on", "3.0"),
        ("admin_listen", "0.0.0.0:8001 so_keepalive=30m::10", "3.0"),
        ("status_listen", "0.0.0.0:8100 ssl", "1.3"),
        ("status_listen", "0.0.0.0:8100 http2", "3.2"),
        ("proxy_listen", "0.0.0.0:8000 reuseport", "1.3"),
        ("proxy_listen", "0.0.0.0:8000 backlog=10", "2.0"),
    ],
)
def test_flags_that_came_later(name: str, value: str, first: str) -> None:
    eras = [release for release in RELEASES if release.number >= (0, 13)]
    taken = [each.name for each in eras if listeners.refusal(name, value, each) is None]
    assert taken == [each.name for each in eras][[each.name for each in eras].index(first) :]


def test_a_server_of_another_protocol_has_other_flags() -> None:
    assert said("stream_listen", "0.0.0.0:9000 http2", "3.9") is not None
    assert said("proxy_listen", "0.0.0.0:9000 udp", "3.9") is not None


@pytest.mark.parametrize("release", ["0.9", "0.12"])
def test_before_0_13_there_is_one_address(release: str) -> None:
    words = "proxy_listen_ssl must be of form 'address:port'"
    assert said("proxy_listen_ssl", "8443", release) == words
    assert said("proxy_listen_ssl", "0.0.0.0:8443", release) is None


def test_other_settings_are_no_addresses() -> None:
    assert said("proxy_listen_ssl", "8000", "3.9") is None
    assert said("log_level", "8000", "0.9") is None


def test_kongs_own_defaults_are_taken_in_every_release() -> None:
    for release in RELEASES:
        for name in settings.names(release):
            known = settings.find(name, release)
            assert known is not None
            assert listeners.refusal(name, known.default, release) is None
