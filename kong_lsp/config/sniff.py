"""Whether a file may be Kong's configuration, by its name and one look at its bytes.

What says yes here is read, and may still turn out to be none. What says no costs nothing.
"""

from __future__ import annotations

import re
from typing import Literal

Form = Literal["yaml", "conf", "dockerfile", "dotenv", "shell"]
"""How a file is written; JSON is YAML."""

_ENDS: dict[str, Form] = {
    ".yml": "yaml",
    ".yaml": "yaml",
    ".conf": "conf",
    ".env": "dotenv",
    ".sh": "shell",
    ".bash": "shell",
    "Makefile": "shell",
}
_PLAIN = tuple(_ENDS)
_OTHER: tuple[tuple[str, re.Pattern[str], Form], ...] = (
    ("ockerfile", re.compile(r"(?i:.*\.dockerfile|(?:.*/)?dockerfile[^/]*)"), "dockerfile"),
    ("ontainerfile", re.compile(r"(?:.*/)?[Cc]ontainerfile[^/]*"), "dockerfile"),
    (".env.", re.compile(r"(?:.*/)?[^/]*\.env\.[^/]*"), "dotenv"),
    (".conf.", re.compile(r".*\.conf\.\w+"), "conf"),
    (".y", re.compile(r".*\.ya?ml\.(?:tpl|tmpl|j2|example|sample|dist)"), "yaml"),
)
_JSON = re.compile(r"(?i)kong|deck|declarative|db-?less|gateway")

_YAML = (
    b"_format_version",
    b"konghq.com",
    b"plugins_available",
    b"custom_plugins",
    b"pluginName",
    b"preInstalled",
    b"ingressController",
)
_VARIABLE = re.compile(
    rb"KONG_(?:(?:CUSTOM_)?PLUGINS|DATABASE|DECLARATIVE|LUA_|PROXY_|ADMIN_|STATUS_|PLUGINSERVER"
    rb"|NGINX_|PG_|LOG_LEVEL|CASSANDRA_|GO_|WASM|UNTRUSTED|VAULT|ROLE|CLUSTER_|SSL|TRUSTED_)"
)
_DECLARES = re.compile(
    rb"^[\"']?(?:services|routes|plugins|consumers|upstreams)[\"']?[ \t]*:", re.MULTILINE
)
_OURS = re.compile(r"(?:.*/)?(?:kong|deck)[\w.-]*\.(?:ya?ml|json)")
_CONF = re.compile(
    rb"^[ \t]*[#;]?[ \t]*(?:(?:custom_)?plugins|database|declarative_config|admin_listen"
    rb"|proxy_listen|lua_package_path|pg_host|cassandra_contact_points|log_level|prefix)[ \t]*=",
    re.MULTILINE,
)
_NGINX = re.compile(rb"^[^#;\n]*[{}][ \t]*$|^[ \t]*\[(?!kong\])\w", re.MULTILINE)


def form_of(path: str, *, any_json: bool = False) -> Form | None:
    """How a file of this name would be written; None for one that is never looked at.

    Of JSON files only those whose name speaks of Kong are, or ``any_json`` that is open.
    """
    if path.endswith(_PLAIN):
        return next(form for end, form in _ENDS.items() if path.endswith(end))
    if path.endswith(".json"):
        return "yaml" if any_json or _JSON.search(path.rpartition("/")[2]) else None
    for hint, pattern, form in _OTHER:
        if hint in path and pattern.fullmatch(path):
            return form
    return None


def looks_ours(path: str, form: Form, data: bytes) -> bool:
    """Whether the bytes of a file hold what only Kong's configuration holds."""
    if form == "conf":
        return _CONF.search(data) is not None and _NGINX.search(data) is None
    if form == "dockerfile":
        return b"KONG_" in data or b"kong" in data
    if form != "yaml":
        return b"KONG_" in data and _VARIABLE.search(data) is not None
    if any(mark in data for mark in _YAML):
        return True
    if b"KONG_" in data and _VARIABLE.search(data) is not None:
        return True
    return _OURS.fullmatch(path) is not None and _DECLARES.search(data) is not None


def named_for_kong(path: str) -> bool:
    """Whether a file is named as Kong's and decK's declarative files are."""
    return _OURS.fullmatch(path) is not None


def text_looks_ours(path: str, text: str) -> bool:
    """``looks_ours`` of a text that is open."""
    form = form_of(path, any_json=True)
    return form is not None and looks_ours(path, form, text.encode("utf-8", "surrogatepass"))
