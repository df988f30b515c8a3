"""Which of the functions in the schemas of Kong's own plugins and entities do what.

By the place of the field that has them: plugin or entity, then the fields' names. The names
are those that ``functions`` knows; Kong 2.8 to 3.9.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kong_lsp.kong.releases import Release
from kong_lsp.kong.schema.values import UNKNOWN, Function, as_sequence, text

_VALIDATORS = {
    "rate-limiting.config": "rate_limiting",
    "response-ratelimiting.config.limits": "response_limit",
    "request-termination.config": "request_termination",
    "oauth2.config": "oauth2",
    "zipkin.config.static_tags": "static_tags",
    "response-transformer.config.rename.headers": "two_headers",
    "request-transformer.config.remove.headers": "header_pair",
    "request-transformer.config.rename.headers": "two_headers",
    **{
        f"request-transformer.config.{action}.{part}": "has_value"
        for action in ("rename", "replace", "add", "append")
        for part in ("body", "headers", "querystring")
        if (action, part) != ("rename", "headers")
    },
    "targets.target": "target",
    "upstreams.name": "upstream_name",
    "upstreams.hash_on_cookie": "old_cookie_name",
}
_SHORTHANDS = {
    "services.url": "service_url",
    "upstreams.algorithm": "upstream_algorithm",
    "upstreams.hash_on": "upstream_hash_on",
    "session.config.cookie_lifetime": "set:rolling_timeout",
    "session.config.cookie_idletime": "cookie_idletime",
    "session.config.cookie_renew": "nothing",
    "session.config.cookie_discard": "set:stale_ttl",
    "session.config.cookie_samesite": "cookie_samesite",
    "session.config.cookie_httponly": "set:cookie_http_only",
    "session.config.cookie_persistent": "set:remember",
    "opentelemetry.config.endpoint": "set:traces_endpoint",
    "acl.config.whitelist": "set:allow",
    "acl.config.blacklist": "set:deny",
    "bot-detection.config.whitelist": "set:allow",
    "bot-detection.config.blacklist": "set:deny",
    "ip-restriction.config.whitelist": "set:allow",
    "ip-restriction.config.blacklist": "set:deny",
}
_CHANGED = {"rate_limiting": (3, 4), "upstream_algorithm": (3, 2)}
"""The first release in which a function is as its name says; before, it is ``NAME_2``."""

_MAX_DEPTH = 40


def named(
    definition: Mapping[str, Any], place: str, release: Release, depth: int = 0
) -> dict[str, Any]:
    """The definition of a plugin, an entity or a field with its functions named."""
    found = dict(definition)
    if depth > _MAX_DEPTH:
        return found
    for key, part in definition.items():
        if key in ("elements", "keys", "values") and isinstance(part, Mapping):
            found[key] = named(part, place, release, depth + 1)
        elif key in ("fields", "shorthand_fields"):
            found[key] = [
                _entry(entry, place, release, depth + 1) for entry in as_sequence(part) or ()
            ]
        elif key == "subschemas":
            found[key] = {
                name: named(below, f"{place}.{name}", release, depth + 1)
                for name, below in part.items()
            }
        elif key == "custom_validator" and part in (UNKNOWN, Function()):
            found[key] = _function(_VALIDATORS.get(place), release)
        elif key == "func":
            found[key] = _function(_replaced(definition) or _SHORTHANDS.get(place), release)
    return found


def _entry(entry: Any, place: str, release: Release, depth: int) -> Any:
    if not isinstance(entry, Mapping):
        return entry
    return {
        name: named(field, f"{place}.{name}", release, depth)
        if isinstance(field, Mapping)
        else field
        for name, field in entry.items()
    }


def _replaced(definition: Mapping[str, Any]) -> str | None:
    """A shorthand that has a replacement sets it (``translate_backwards`` in 3.6 and 3.7)."""
    backwards = as_sequence(definition.get("translate_backwards"))
    if backwards:
        return f"set:{'.'.join(map(text, backwards))}"
    deprecation = definition.get("deprecation")
    listed = (
        as_sequence(deprecation.get("replaced_with")) if isinstance(deprecation, Mapping) else ()
    )
    for item in listed or ():
        path = as_sequence(item.get("path")) if isinstance(item, Mapping) else None
        if path:
            return f"set:{'.'.join(map(text, path))}"
    return None


def _function(name: str | None, release: Release) -> Function:
    changed = _CHANGED.get(name or "")
    return Function(f"{name}_2" if changed is not None and release.number < changed else name)
