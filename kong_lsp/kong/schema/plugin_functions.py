"""The validators that Kong's own plugins bring with them, as far as a value alone decides.

Sources: kong/plugins/{rate-limiting,response-ratelimiting,request-termination,oauth2,zipkin,
request-transformer,response-transformer}/schema.lua of 2.8.5, 3.4.2 and 3.9.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from kong_lsp.kong.schema.values import Key, as_sequence, is_number

_PERIODS = ("second", "minute", "hour", "day", "month", "year")
_PAIR = re.compile(r"([^:]+):*(.*)", re.DOTALL)
_HEADER = re.compile(r"[a-zA-Z0-9\-_]+\n?")
_FLOWS = (
    "enable_authorization_code",
    "enable_implicit_grant",
    "enable_client_credentials",
    "enable_password_grant",
)

Table = Mapping[Key, object]


def _periods(config: Table, article: str = "The") -> str | None:
    given = [(name, value) for name in _PERIODS if is_number(value := config.get(name))]
    for index, (lower, least) in enumerate(given):
        for upper, most in given[index + 1 :]:
            if most < least:
                return (
                    f"{article} limit for {upper}({most:.1f}) cannot be lower than "
                    f"the limit for {lower}({least:.1f})"
                )
    return None


def _rate_limiting(config: Table) -> str | None:
    if words := _periods(config):
        return words
    policy, rate = config.get("policy"), config.get("sync_rate")
    if not isinstance(policy, str) or not is_number(rate) or rate == -1:
        return None
    if policy != "redis":
        return "sync_rate can only be used with the redis policy"
    return "sync_rate must be greater than 0.02, or -1 to disable" if rate < 0.02 else None


def _response_limit(limit: Table) -> str | None:
    return _periods(limit, "the")


def _present(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _request_termination(config: Table) -> str | None:
    kind, body = _present(config.get("content_type")), _present(config.get("body"))
    if _present(config.get("message")) and (kind or body):
        return "message cannot be used with content_type or body"
    if kind and config.get("body") is None:
        return "content_type requires a body"
    if config.get("echo") is True and (kind or body):
        return "echo cannot be used with content_type and body"
    return None


def _oauth2(config: Table) -> str | None:
    if any(config.get(name) not in (False, None) for name in _FLOWS):
        return None
    return f"at least one of these fields must be true: {', '.join(_FLOWS)}"


TABLES: dict[str, Callable[[Table], str | None]] = {
    "rate_limiting": _rate_limiting,
    "rate_limiting_2": _periods,
    "response_limit": _response_limit,
    "request_termination": _request_termination,
    "oauth2": _oauth2,
}
"""Validators of records."""

FIELDS = {"oauth2": _FLOWS}
"""The fields of which a validator asks for one."""


def static_tags(tags: object) -> str | None:
    """zipkin: each tag once."""
    seen: set[str] = set()
    for tag in as_sequence(tags) or ():
        name = tag.get("name") if isinstance(tag, Mapping) else None
        if isinstance(name, str):
            if name in seen:
                return f"repeated tags are not allowed: {name}"
            seen.add(name)
    return None


def _pair(entry: str) -> tuple[str, str]:
    match = _PAIR.fullmatch(entry)
    return (match[1], match[2]) if match else ("nil", "")


def _header(entry: str) -> str | None:
    name, _ = _pair(entry)
    return None if _HEADER.fullmatch(name) else f"'{name}' is not a valid header"


def _two_headers(entry: str) -> str | None:
    for name in _pair(entry):
        if not _HEADER.fullmatch(name):
            return f"'{name}' is not a valid header"
    return None


def _has_value(entry: str) -> str | None:
    name, value = _pair(entry)
    return None if value else f"key '{name}' has no value"


STRINGS: dict[str, Callable[[str], str | None]] = {
    "header_pair": _header,
    "two_headers": _two_headers,
    "has_value": _has_value,
}
"""Validators of strings. What ``has_value`` accepts may still be a broken template."""
