"""Whether a file may be Kong's configuration, by its name and one look at its bytes.

What says yes here is read, and may still turn out to be none. What says no costs nothing.
"""

from __future__ import annotations

import re
from typing import Literal

Form = Literal["yaml", "conf", "dockerfile", "dotenv", "shell", "terraform"]
"""How a file is written; JSON is YAML."""

_ENDS: dict[str, Form] = {
    ".yml": "yaml",
    ".yaml": "yaml",
    ".conf": "conf",
    ".env": "dotenv",
    ".sh": "shell",
    ".bash": "shell",
    "Makefile": "shell",
    ".tf": "terraform",
}
_PLAIN = tuple(_ENDS)
_OTHER: tuple[tuple[str, str, Form], ...] = (
    ("ockerfile", r"(?i:.*\.dockerfile|(?:.*/)?[\w-]*dockerfile[^/]*)", "dockerfile"),
    ("ontainerfile", r"(?:.*/)?[Cc]ontainerfile[^/]*", "dockerfile"),
    (".env.", r"(?:.*/)?[^/]*\.env\.[^/]*", "dotenv"),
    (".conf.", r".*\.conf\.\w+", "conf"),
    (".y", r".*\.ya?ml\.(?:tpl|tmpl|j2|example|sample|dist)", "yaml"),
)
_KONG = r"(?i)kong|deck|declarative|db-?less|gateway"
_JSON = _KONG + "|plugin"
_LONGEST_BODY = 100_000
BODY_KEYS = frozenset(
    "id name instance_name config enabled protocols tags ordering service route consumer "
    "consumer_group created_at updated_at run_on api_id service_id route_id consumer_id".split()
)
"""What a plugin may have in the admin API of Kong 0.10 to 3.9."""

_YAML = (
    b"_format_version",
    b"plugins_available",
    b"custom_plugins",
    b"pluginName",
    b"preInstalled",
    b"ingressController",
    b"pluginsToInstall",
    b"kong.conf",
)
_VARIABLE = (
    rb"KONG_(?:(?:CUSTOM_)?PLUGINS|DATABASE|DECLARATIVE|LUA_|PROXY_|ADMIN_|STATUS_|PLUGINSERVER"
    rb"|NGINX_|PG_|LOG_LEVEL|CASSANDRA_|GO_|WASM|UNTRUSTED|VAULT|ROLE|CLUSTER_|SSL|TRUSTED_)"
)
_RESOURCE = (
    rb"(?m)konghq\.com/plugins|extensionRef"
    rb"|^[- ]*[\"']?kind[\"']?[ \t]*:[ \t]*[\"']?Kong(?:(?:Cluster)?Plugin|CustomEntity)"
)
_PLAIN_KINDS = {b"CustomResourceDefinition", b"Secret", b"ConfigMap", b"Namespace"}
_DECLARES = rb"(?m)^[\"']?(?:services|routes|plugins|consumers|upstreams)[\"']?[ \t]*:"
_VALUES = rb"(?m)^[ \t]+(?:database|plugins|pg_host|role)[ \t]*:"
_OURS = r"(?:.*/)?(?:kong|deck)[\w.-]*\.(?:ya?ml|json)"
_OURS_END = (".yml", ".yaml", ".json")
_CONF = (
    rb"(?m)^[ \t]*(?:[#;][ \t]*)?(?:custom_plugins|declarative_config|admin_listen|proxy_listen"
    rb"|stream_listen|lua_package_path|pg_host|pg_password|cassandra_contact_points"
    rb"|admin_gui_listen|nginx_worker_processes)[ \t]*="
)
_WEAK = rb"(?m)^[ \t]*(?:[#;][ \t]*)?(?:plugins|database|log_level|prefix|wasm\w*)[ \t]*="
_STARTS = r"(?i)(?:docker-)?compose[\w.-]*\.ya?ml|dockerfile[\w.-]*|[\w.-]*\.env(?:\.\w+)?"
_IMAGE = (
    rb"(?m)^[ \t]*(?:- )?(?:image:|FROM)[ \t]+[\"']?(?:docker\.io/)?(?:library/)?"
    rb"kong(?:/kong(?:-gateway)?)?[:@\"'\s]"
)
_CURL = rb"(?<![\w./:$-])(?:curl|https?|xh)[ \t]"
_CALL = (
    rb"(?:8001|8444|(?i:kong)|/(?:services|routes|consumers|consumer_groups|apis)/)[^\s/?#]*"
    rb"(?:/[^\s/?#]+)?/plugins/?(?=[\"'\s\\)]|\Z)"
)
_NGINX = rb"(?m)^[^#;\n=]*[{}][ \t]*$"


def form_of(path: str, *, any_json: bool = False) -> Form | None:
    """How a file of this name would be written; None for one that is never looked at.

    Of JSON files only those whose name, or whose folder's, speaks of Kong or plugins are, or
    ``any_json`` that is open.
    """
    if path.endswith(_PLAIN):
        return next(form for end, form in _ENDS.items() if path.endswith(end))
    if path.endswith(".json"):
        return "yaml" if any_json or re.search(_JSON, _tail(path)) else None
    for hint, pattern, form in _OTHER:
        if hint in path and re.fullmatch(pattern, path):
            return form
    return None


def looks_ours(path: str, form: Form, data: bytes) -> bool:
    """Whether the bytes of a file hold what only Kong's configuration holds."""
    if form == "conf":
        named = "kong" in path.rpartition("/")[2]
        found = re.search(_CONF, data) or (named and re.search(_WEAK, data))
        return bool(found) and re.search(_NGINX, data) is None
    if form == "dockerfile":
        return b"KONG_" in data or b"kong" in data
    if form == "yaml" and b"CustomResourceDefinition" in data:
        kinds = set(re.findall(rb"(?m)^kind:[ \t]*[\"']?(\w+)", data))
        if b"CustomResourceDefinition" in kinds and kinds <= _PLAIN_KINDS:
            return False
    if form == "terraform":
        return b'"kong_plugin"' in data
    variables = b"KONG_" in data and re.search(_VARIABLE, data) is not None
    if not variables and form in ("shell", "yaml") and b"/plugins" in data:
        variables = bool(re.search(_CURL, data) and re.search(_CALL, data))
    if variables or form != "yaml":
        return variables
    if b"env_file" in data and b"kong" in data:
        return True
    if any(mark in data for mark in _YAML) or b"plugins.konghq.com" in data:
        return True
    if b"konghq.com" in data and re.search(_RESOURCE, data):
        return True
    if path.endswith(".json") and b'"config"' in data and _is_body(data):
        return True
    if b"env:" in data and speaks_of_kong(path) and re.search(_VALUES, data):
        return True
    return named_for_kong(path) and re.search(_DECLARES, data) is not None


def _is_body(data: bytes) -> bool:
    """Whether JSON is a plugin's entry, as the admin API takes it."""
    import json

    if len(data) > _LONGEST_BODY:
        return False
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(found, dict) and found.keys() >= {"name", "config"} and found.keys() <= BODY_KEYS
    )


def speaks_of_kong(path: str) -> bool:
    """Whether the name of a file or of its folder does."""
    return re.search(_KONG, _tail(path)) is not None


def _tail(path: str) -> str:
    return "/".join(path.split("/")[-2:])


def named_for_kong(path: str) -> bool:
    """Whether a file is named as Kong's and decK's declarative files are."""
    return path.endswith(_OURS_END) and re.fullmatch(_OURS, path) is not None


def may_run_kong(name: str) -> bool:
    """Whether a file of this name may start a Kong: compose files, Dockerfiles, ``.env``."""
    return re.fullmatch(_STARTS, name) is not None


def runs_kong(data: bytes) -> bool:
    """Whether such a file does: by variables of Kong, or its image."""
    return re.search(_VARIABLE, data) is not None or re.search(_IMAGE, data) is not None


def text_looks_ours(path: str, text: str) -> bool:
    """``looks_ours`` of a text that is open."""
    form = form_of(path, any_json=True)
    return form is not None and looks_ours(path, form, text.encode("utf-8", "surrogatepass"))
