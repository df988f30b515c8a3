"""The functions of Kong's own typedefs and entities, as far as a value alone decides.

A schema of Kong's names them (``custom_validator = typedefs.host.custom_validator``); any
other function stays opaque. Sources: 3.9.1 kong/db/schema/typedefs.lua, kong/tools/ip.lua,
kong/tools/http.lua, kong/tools/uri.lua, kong/db/schema/entities/{services,upstreams,targets}.lua.
What needs a certificate, a key, PCRE or a Lua compiler is not judged.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping

from kong_lsp.kong.schema import plugin_functions
from kong_lsp.kong.schema.addresses import (
    Address,
    is_ip,
    is_range,
    normalize_ip,
    port_of,
    split_url,
)
from kong_lsp.kong.schema.values import is_number, text

# Patterns are compiled when they are first met: most files need few of them.
_HEADER = r"[a-zA-Z0-9\-_]+\n?"
_SEPARATOR = r"[\x00-\x1f\x7f-\U0010ffff \t()<>@,;:\\\"/?={}\[\]]"
_PATH = r"/[0-9A-Za-z.\-_~/%:@!$&'()*+,;=]*"
_ESCAPE = r"%[0-9A-Fa-f]{2}"
_NAME = r"[0-9A-Za-z.\-_~]+"
_TAG = r"[ !-+\-.0-~\u0080-\U0010ffff]+"
_UTF8_NAME = r"[0-9A-Za-z.\-_~\u0080-\U0010ffff]+"
_PCRE_ONLY = r"\\Q|\(\?[^:=!<]|\(\*|\[\[:|#"
_BROKEN = ("missing ), unterminated subpattern", "unterminated character set", "unbalanced par")
_DRAFT = "http://json-schema.org/draft-04/schema"
_RESERVED = frozenset("!*'();:@&=+$,/?%#[]")


def broken_regex(pattern: str) -> bool:
    """Whether it is for sure no regular expression of PCRE: brackets that are not closed."""
    if len(pattern) > 2000 or re.search(_PCRE_ONLY, pattern):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except re.error as error:
        return str(error).startswith(_BROKEN)
    except (OverflowError, RecursionError, MemoryError):
        pass
    return False


def _host(value: str) -> str | None:
    found = normalize_ip(value)
    if isinstance(found, str):
        return "must not have a port" if found == "invalid port number" else _invalid(value)
    return None if found.port is None else "must not have a port"


def _invalid(value: str) -> str:
    return f"invalid value: {value}"


def _host_with_optional_port(value: str) -> str | None:
    found = normalize_ip(value)
    return found if isinstance(found, str) else None


def _hosts_element(value: str) -> str | None:
    return _host_with_optional_port(value.replace("*", "abc"))


def _sni(value: str) -> str | None:
    found = normalize_ip(value)
    if isinstance(found, Address) and found.kind != "name":
        return "must not be an IP"
    return _host(value)


def _wildcard_host(value: str) -> str | None:
    if "*" in value:
        if value.find("*") not in (0, len(value) - 1):
            return "wildcard must be leftmost or rightmost character"
        if value.count("*") > 1:
            return "only one wildcard must be specified"
        value = value.replace("*", "wildcard")
    return _sni(value)


def _ip(value: str) -> str | None:
    return None if is_ip(value) else f"not an ip address: {value}"


def _ip_or_cidr(value: str) -> str | None:
    if is_range(value, v4_only=False):
        return None
    return f"invalid ip or cidr range: '{value}'"


def _cidr_v4(value: str) -> str | None:
    if is_range(value, v4_only=True):
        return None
    return f"invalid ipv4 cidr range: '{value}'"


def _escapes(value: str) -> str | None:
    rest = re.sub(_ESCAPE, "___", value)
    if "%" not in rest:
        return None
    start = rest.index("%")
    return f"invalid url-encoded value: '{rest[start : start + 3]}'"


def _path(value: str) -> str | None:
    if not re.fullmatch(_PATH, value):
        return (
            f"invalid path: '{value}' (characters outside of the reserved list of RFC 3986 found)"
        )
    return _escapes(value)


def _router_path(value: str) -> str | None:
    """A path of a route from 3.1 on: a prefix is in normal form (a regex is left to Kong)."""
    if re.fullmatch(_PATH, value) and (broken := _escapes(value)):
        return broken
    if value.startswith("~"):
        return f"invalid regex: '{value[1:]}'" if broken_regex(value[1:]) else None
    normal = _normalized(value)
    return None if normal == value else f"non-normalized path, consider use '{normal}' instead"


def _plain_path(value: str) -> str | None:
    """A path of a route of 2.8: its escapes, and that a regex is one."""
    if re.fullmatch(_PATH, value) and (broken := _escapes(value)):
        return broken
    return f"invalid regex: '{value}'" if broken_regex(value) else None


def _decoded(match: re.Match[str]) -> str:
    character = chr(int(match[0][1:], 16))
    return match[0].upper() if character in _RESERVED else character


def _normalized(path: str) -> str:
    """kong/tools/uri.lua ``normalize``, with double slashes merged."""
    if path in ("", "/"):
        return path
    if path[0] == "/" and not ("//" in path or "/." in path or "%" in path):
        return path
    path = re.sub(_ESCAPE, _decoded, path)
    written: list[str] = []
    for part in re.sub(r"/+", "/", path).split("/")[1:]:
        if part == "..":
            if written:
                written.pop()
        elif part != ".":
            written.append(part)
    if path.endswith(("/.", "/..")):
        written.append("")
    return "/" + "/".join(written)


def _utf8(value: str) -> str | None:
    if value.isascii():
        return None
    for index, character in enumerate(value):
        if "\ud800" <= character <= "\udfff":
            place = len(value[:index].encode("utf-8", "surrogatepass")) + 1
            return f"invalid utf-8 character sequence detected at position {place}"
    return None


def _tag(value: str) -> str | None:
    if broken := _utf8(value):
        return broken
    if re.fullmatch(_TAG, value):
        return None
    return (
        f"invalid tag '{value}': expected printable ascii (except `,` and `/`) "
        "or valid utf-8 sequences"
    )


def _name(value: str) -> str | None:
    if re.fullmatch(_NAME, value):
        return None
    return f"invalid value '{value}': it must only contain alphanumeric and '., -, _, ~' characters"


def _utf8_name(value: str) -> str | None:
    if broken := _utf8(value):
        return broken
    if re.fullmatch(_UTF8_NAME, value):
        return None
    return (
        f"invalid value '{value}': the only accepted ascii characters are alphanumerics "
        "or ., -, _, and ~"
    )


def _header_name(value: str) -> str | None:
    if value == "":
        return "no header name provided"
    if re.fullmatch(_HEADER, value):
        return None
    return f"bad header name '{value}', allowed characters are A-Z, a-z, 0-9, '_', and '-'"


def _cookie_name(value: str) -> str | None:
    if value == "":
        return "no token provided"
    if not re.search(_SEPARATOR, value):
        return None
    return (
        "contains one or more invalid characters. ASCII control characters (0-31;127), space, "
        'tab and the characters ()<>@,;:\\"/?={}[] are not allowed.'
    )


def _old_cookie_name(value: str) -> str | None:
    """Before 3.6."""
    if value == "":
        return "no cookie name provided"
    if re.fullmatch(_HEADER, value):
        return None
    return f"bad cookie name '{value}', allowed characters are A-Z, a-z, 0-9, '_', and '-'"


def _url(value: str) -> str | None:
    if value == "":
        return "could not parse url. invalid url"
    parts = split_url(value)
    if parts.host is None:
        return "missing host in url"
    return None if parts.scheme else "missing scheme in url"


def _upstream_name(value: str) -> str | None:
    named = "Invalid name" if _utf8(value) else f"Invalid name ('{value}')"
    found = normalize_ip(value)
    if isinstance(found, str):
        return f"{named}; must be a valid hostname"
    if found.kind != "name":
        return f"{named}; no ip addresses allowed"
    return f"{named}; no port allowed" if found.port is not None else None


def _target(value: str) -> str | None:
    if isinstance(normalize_ip(value), Address):
        return None
    named = "Invalid target" if _utf8(value) else f"Invalid target ('{value}')"
    return f"{named}; not a valid hostname or ip address"


VALIDATORS: dict[str, Callable[[str], str | None]] = {
    "host": _host,
    "host_with_optional_port": _host_with_optional_port,
    "hosts.elements": _hosts_element,
    "sni": _sni,
    "wildcard_host": _wildcard_host,
    "ip": _ip,
    "ip_or_cidr": _ip_or_cidr,
    "cidr_v4": _cidr_v4,
    "path": _path,
    "paths.elements": _plain_path,
    "router_path": _router_path,
    "url": _url,
    "tag": _tag,
    "name": _name,
    "utf8_name": _utf8_name,
    "header_name": _header_name,
    "cookie_name": _cookie_name,
    "old_cookie_name": _old_cookie_name,
    "upstream_name": _upstream_name,
    "target": _target,
}
"""Validators of strings by name: the message of what they refuse, None for the rest."""


def _service_url(value: object) -> dict[str, object]:
    parts = split_url(value if isinstance(value, str) else "userdata: NULL")
    port = port_of(parts.port) if parts.port and re.fullmatch(r"[0-9]+", parts.port) else None
    scheme = parts.scheme or {80: "http", 443: "https"}.get(port or 0, "http")
    return {
        "protocol": scheme,
        "host": parts.host,
        "port": (
            port if port is not None else parts.port or {"http": 80, "https": 443}.get(scheme, 80)
        ),
        "path": parts.path,
    }


def _upstream_algorithm(value: object) -> dict[str, object]:
    if value in ("least-connections", "latency"):
        return {"algorithm": value, "hash_on": None}
    return {"algorithm": value}


def _upstream_algorithm_2(value: object) -> dict[str, object]:
    if value == "least-connections":
        return {"algorithm": value, "hash_on": None}
    return {"algorithm": value}


def _upstream_hash_on(value: object) -> dict[str, object]:
    if value is None:
        return {"hash_on": "none"}
    if value == "none":
        return {"hash_on": value, "algorithm": "round-robin"}
    return {"hash_on": value, "algorithm": "consistent-hashing"}


def _cookie_samesite(value: object) -> dict[str, object]:
    return {"cookie_same_site": "Lax" if value == "off" else value}


def _cookie_idletime(value: object) -> dict[str, object]:
    return {"idling_timeout": 0 if value is None else value}


SHORTHANDS: dict[str, Callable[[object], dict[str, object]]] = {
    "service_url": _service_url,
    "upstream_algorithm": _upstream_algorithm,
    "upstream_algorithm_2": _upstream_algorithm_2,
    "upstream_hash_on": _upstream_hash_on,
    "cookie_samesite": _cookie_samesite,
    "cookie_idletime": _cookie_idletime,
    "nothing": lambda value: {},
}
"""Functions of shorthand fields by name: the fields that they set.

``set:a.b`` (see ``shorthand``) sets one field to the value as it is."""


OVERRULED = {"service_url": ("protocol", "host", "port", "path")}
"""Fields that a shorthand sets whatever they hold, where its own value is not known."""


def shorthand(name: str | None, value: object) -> dict[str, object] | None:
    """The fields that a shorthand's function sets; None where that is not known."""
    if name is None:
        return None
    if name.startswith("set:"):
        *parents, last = name[4:].split(".")
        found: dict[str, object] = {last: value}
        for parent in reversed(parents):
            found = {parent: found}
        return found
    known = SHORTHANDS.get(name)
    return known(value) if known else None


def validate(name: str | None, value: object) -> tuple[bool, str | None]:
    """Whether the function is known, and what it says against the value."""
    if name == "json_schema":
        return True, _json_schema(value)
    if name == "static_tags":
        return True, plugin_functions.static_tags(value)
    if name in plugin_functions.TABLES:
        table = value if isinstance(value, Mapping) else {}
        return True, plugin_functions.TABLES[name](table) if table else None
    known = VALIDATORS.get(name or "") or plugin_functions.STRINGS.get(name or "")
    if known is None:
        return False, None
    message = known(value if isinstance(value, str) else text(value)) if _plain(value) else None
    return name != "has_value" or message is not None, message


def of_strings(name: str | None) -> Callable[[str], str | None] | None:
    """The function that says what is against a string, where nothing else decides."""
    if name is None or name in ("json_schema", "static_tags", "has_value"):
        return None
    return VALIDATORS.get(name) or plugin_functions.STRINGS.get(name)


def _json_schema(value: object) -> str | None:
    """kong/db/schema/json.lua: which draft of JSON schema it takes."""
    given = value.get("$schema") if isinstance(value, Mapping) else None
    if not isinstance(given, str) or given.rstrip("#") == _DRAFT:
        return None
    return f"unsupported document $schema: '{given}', expected: {_DRAFT}#"


def _plain(value: object) -> bool:
    return isinstance(value, str) or is_number(value)
