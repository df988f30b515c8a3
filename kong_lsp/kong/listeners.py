"""Addresses that Kong listens on, as ``kong/conf_loader`` reads them: ``address:port`` before
0.13, and from then on ``[off] | <ip>:<port> [flags], …`` (``parse_listeners``)."""

from __future__ import annotations

import re
from typing import NamedTuple

from kong_lsp.kong.releases import Release

_NAMES = frozenset(
    f"{name}_listen" for name in ("proxy", "admin", "admin_gui", "status", "cluster", "stream")
)
_FORMER_NAMES = _NAMES | {"proxy_listen_ssl", "admin_listen_ssl"}
_IPV4 = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3}):0*(\d{1,5})")
_PORTS = 65_535


class _Era(NamedTuple):
    """The flags from the release ``since`` on, as Lua patterns."""

    since: tuple[int, int]
    http: str
    stream: str
    status: str


_1_3 = "proxy_protocol transparent", "bind reuseport"
_2_0 = "proxy_protocol", "bind reuseport backlog=%d+"
_3_0 = "ipv6only=on ipv6only=off so_keepalive=on so_keepalive=off so_keepalive=%w*:%w*:%d*"
_HTTP = f"ssl http2 {_2_0[0]} deferred {_2_0[1]}"
_STREAM = f"udp ssl {_2_0[0]} {_2_0[1]}"
_ERAS = (
    _Era((3, 2), f"{_HTTP} {_3_0}", f"{_STREAM} {_3_0}", f"{_HTTP} {_3_0}"),
    _Era((3, 0), f"{_HTTP} {_3_0}", f"{_STREAM} {_3_0}", "ssl"),
    _Era((2, 2), _HTTP, _STREAM, "ssl"),
    _Era((2, 0), _HTTP, f"ssl {_2_0[0]} {_2_0[1]}", "ssl"),
    _Era((1, 3), f"ssl http2 {_1_3[0]} deferred {_1_3[1]}", f"{_1_3[0]} {_1_3[1]}", "ssl"),
    _Era((1, 0), f"ssl http2 {_1_3[0]}", _1_3[0], ""),
    _Era((0, 13), "ssl http2 proxy_protocol", "", ""),
)


def refusal(name: str, value: str, release: Release) -> str | None:
    """What ``release`` says at start of addresses that it refuses; None where it takes them,
    and of other settings."""
    era = next((era for era in _ERAS if era.since <= release.number), None)
    if era is None:
        refused = name in _FORMER_NAMES and re.search(r".:\d+\Z", value) is None
        return f"{name} must be of form 'address:port'" if refused else None
    entries = [entry.strip() for entry in value.split(",")]
    if name not in _NAMES or entries[0] == "off":
        return None
    flags = {"stream_listen": era.stream, "status_listen": era.status}.get(name, era.http).split()
    if all(_is_address(_without(entry, flags)) for entry in entries if entry):
        return None
    shown = "] [".join(flags)
    return f"{name} must be of form: [off] | <ip>:<port> [{shown}], [... next entry ...]"


def _without(entry: str, flags: list[str]) -> str:
    left = f" {entry} "
    for flag in flags:
        pattern = flag.replace("%d", r"\d").replace("%w", r"[^\W_]")
        left = re.sub(rf"\s{pattern}\s", " ", left)
    return left.strip()


def _is_address(text: str) -> bool:
    """Whether a text has a host and a port (``normalize_ip`` of ``kong/tools``)."""
    if text.count(":") > 1:
        return re.fullmatch(r"\[.*\]:\d+", text) is not None
    if re.fullmatch(r"[\d.]+", text.replace(":", "")) is None:
        return re.fullmatch(r".+:\d+", text) is not None
    found = _IPV4.fullmatch(text)
    if found is None:
        return False
    *octets, port = map(int, found.groups())
    return max(octets) <= 255 and port <= _PORTS
