"""Hosts, addresses and URLs as Kong reads them (kong/tools/ip.lua, LuaSocket's url.lua)."""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

# Patterns are compiled when they are first met: most files need few of them.
_PORT = r":([0-9]+)\Z"
_HOST_NAME = r"[0-9A-Za-z.\-_]+"
_IPV4 = r"([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})(?::([0-9]+))?"
_BRACKETS = r"(?s)(\[[^\[\]]*\])(.*)"
_IPV6 = r"(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}"


class Address(NamedTuple):
    """A host or address as Kong normalises it. ``kind``: ``ipv4``, ``ipv6``, ``name``."""

    kind: str
    port: int | None


def normalize_ip(address: str) -> Address | str:
    """What kind of address it is, or Kong's message (kong/tools/ip.lua ``normalize_ip``)."""
    if address.count(":") > 1:
        port = _ipv6_port(address)
        return port if isinstance(port, str) else Address("ipv6", port)
    if re.fullmatch(r"[0-9.]+", address.replace(":", "")):
        match = re.fullmatch(_IPV4, address)
        if match is None or any(int(part) > 255 for part in match.groups()[:4]):
            return f"invalid ipv4 address: {address}"
        if match[5] is None:
            return Address("ipv4", None)
        port = port_of(match[5])
        return "invalid port number" if port > 65535 else Address("ipv4", port)
    name, number = address, None
    match = re.search(_PORT, address)
    if match:
        name = address[: match.start()]
        number = port_of(match[1])
        if number > 65535:
            return "invalid port number"
    segments = name.split(".")
    if not re.fullmatch(_HOST_NAME, name) or any(
        part.endswith("-") or (part == "" and index < len(segments) - 1)
        for index, part in enumerate(segments)
    ):
        return f"invalid hostname: {address}"
    return Address("name", number)


def port_of(digits: str) -> int:
    """The number that digits write; never too large to compare."""
    return int(digits.lstrip("0")[:9] or 0)


def _ipv6_port(address: str) -> int | str | None:
    match = re.match(_BRACKETS, address)
    check, port = address, None
    if match:
        check = match[1][1:-1]
        if match[2]:
            digits = re.fullmatch(r":([0-9]*)", match[2])
            if digits is None:
                return "invalid ipv6 address"
            port = port_of(digits[1])
            if port > 65535:
                return "invalid port number"
    if check.startswith(":"):
        check = "0" + check
    if check.endswith(":"):
        check += "0"
    if "::" in check:
        check = check.replace("::", ":" + "0:" * max(0, 8 - check.count(":")), 1)
    return port if re.fullmatch(_IPV6, check) else f"invalid ipv6 address: {address}"


def is_ip(value: str) -> bool:
    """Whether it is an address, of IPv6 maybe in brackets."""
    if value.startswith("[") and value.endswith("]") and ":" in value:
        value = value[1:-1]
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return "%" not in value


def is_range(value: str, *, v4_only: bool) -> bool:
    """Whether it is an address or a range of them in CIDR notation."""
    address, slash, prefix = value.partition("/")
    if not is_ip(address) or (v4_only and ":" in address):
        return False
    most = 128 if ":" in address else 32
    return not slash or prefix in map(str, range(most + 1))


class Url(NamedTuple):
    """A URL as LuaSocket cuts it."""

    scheme: str | None
    host: str | None
    port: str | None
    path: str | None


def split_url(url: str) -> Url:
    """LuaSocket's ``url.parse``."""
    scheme = host = port = None
    match = re.match(r"([0-9A-Za-z][0-9A-Za-z+\-.]*):", url)
    if match:
        scheme, url = match[1], url[match.end() :]
    match = re.match(r"//([^/?#]*)", url)
    if match:
        url = url[match.end() :]
        authority = re.sub(r"^[^@]*@", "", match[1])
        tail = re.search(r":([^:\]]*)\Z", authority)
        if tail:
            port, authority = tail[1], authority[: tail.start()]
        if authority:
            inner = re.fullmatch(r"\[(.+)\]", authority, re.DOTALL)
            host = inner[1] if inner else authority
    path = re.split(r"[#?;]", url, maxsplit=1)[0]
    return Url(scheme, host, port, path or None)
