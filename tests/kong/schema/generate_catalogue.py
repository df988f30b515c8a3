"""Write ``kong_lsp/kong/data/catalogue-*.json`` from what Kong's own schema code says.

    python tests/kong/schema/generate_catalogue.py CATALOGUE.json …

Each input is one Kong's evaluated schemas as JSON: ``kong`` (its version), ``plugins``,
``entities``, ``vaults``, ``declarative``. The output has the same, as Kong's definitions but for

* ``fields`` and ``shorthand_fields``: a map in the order of the list; a number instead of a
  definition is its index in ``shared``;
* ``entity_checks``: pairs of name and argument;
* a function: its name in ``kong_lsp.kong.schema.functions``, or true;
* ``deprecation.replaced_with``: a list of paths;
* ``when_database_off``: attributes of a Kong without a database; ``typedef``: what it is made of;
* ``handler``: priority, version, phases.

It holds facts only (names, types, defaults, limits), no sentences of Kong's.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[3] / "kong_lsp" / "kong" / "data"

DROPPED = {
    "custom_validator_typedef",
    "functions",
    "fields_order_unstable",
    "one_of_order_unstable",
    "args_order_unstable",
}
TYPEDEF_FUNCTIONS = {
    "host": "host",
    "host_with_optional_port": "host_with_optional_port",
    "hosts.elements": "hosts.elements",
    "sni": "sni",
    "wildcard_host": "wildcard_host",
    "ip": "ip",
    "ip_or_cidr": "ip_or_cidr",
    "cidr_v4": "cidr_v4",
    "path": "path",
    "paths.elements": "paths.elements",
    "router_path": "router_path",
    "url": "url",
    "tag": "tag",
    "name": "name",
    "utf8_name": "utf8_name",
    "header_name": "header_name",
    "cookie_name": "cookie_name",
}
OWN_FUNCTIONS = {
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
SHORTHANDS = {
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
"""What the functions of Kong's own shorthand fields do (the plugins' schema.lua)."""


def field(old: dict[str, Any], place: str, kong: str) -> dict[str, Any]:
    """One field in our form."""
    new: dict[str, Any] = {}
    for key, value in old.items():
        if key == "name" or key in DROPPED:
            continue
        if key in ("elements", "keys", "values"):
            new[key] = field(value, place, kong)
        elif key in ("fields", "shorthand_fields"):
            new[key] = {
                part["name"]: field(part, f"{place}.{part['name']}", kong) for part in value
            }
        elif key == "entity_checks":
            new[key] = [check(part) for part in value]
        elif key == "custom_validator":
            names = old.get("custom_validator_typedef", ())
            known = [TYPEDEF_FUNCTIONS[name] for name in names if name in TYPEDEF_FUNCTIONS]
            new[key] = known[0] if known else OWN_FUNCTIONS.get(place, True)
            if new[key] == "rate_limiting" and kong.startswith("2."):
                new[key] = "rate_limiting_2"
        elif key == "deprecation":
            new[key] = {part: value[part] for part in value if part != "message"}
        elif key == "one_of" and not value:
            continue  # the wasm filters of the node that wrote the facts
        elif key == "default_random":
            new["default"] = "random"
        else:
            new[key] = value
    if "functions" in old:
        paths = old.get("deprecation", {}).get("replaced_with")
        func = f"set:{'.'.join(paths[0])}" if paths else SHORTHANDS.get(place, True)
        if func == "upstream_algorithm" and kong.startswith("2."):
            func = "upstream_algorithm_2"
        new["func"] = func
    return new


def check(old: dict[str, Any]) -> list[Any]:
    """One entity check: its name and argument."""
    if old["check"] == "custom_entity_check":
        return [
            old["check"],
            {key: old[key] for key in old if key not in ("check", "function", *DROPPED)},
        ]
    return [old["check"], old["args"]]


def schema(name: str, old: dict[str, Any], kong: str) -> dict[str, Any]:
    """A plugin, an entity or a subschema."""
    new: dict[str, Any] = {}
    for key, value in old.items():
        if key in ("name", "restricts", "handler", "dao", "table_name", "core") or not value:
            continue
        if key in ("fields", "shorthand_fields", "entity_checks"):
            new |= field({key: value}, name, kong)
        elif key == "subschemas":
            new[key] = {part: schema(name, below, kong) for part, below in value.items()}
        else:
            new[key] = value
    if "handler" in old:
        new["handler"] = [old["handler"].get(key) for key in ("priority", "version", "phases")]
    return new


class Shared:
    """Definitions that occur more than once, by number."""

    def __init__(self, tables: list[dict[str, Any]]) -> None:
        self.counts: Counter[str] = Counter()
        self.numbers: dict[str, int] = {}
        self.written: list[Any] = []
        for table in tables:
            self.count(table)

    def count(self, table: dict[str, Any]) -> None:
        for below in self.parts(table):
            self.counts[json.dumps(below)] += 1
            if self.counts[json.dumps(below)] == 1:
                self.count(below)

    def parts(self, table: dict[str, Any]) -> list[dict[str, Any]]:
        found = [table[key] for key in ("elements", "keys", "values") if key in table]
        for key in ("fields", "shorthand_fields", "subschemas"):
            found += table.get(key, {}).values()
        return found

    def pack(self, table: dict[str, Any]) -> dict[str, Any]:
        packed = dict(table)
        for key in ("elements", "keys", "values"):
            if key in table:
                packed[key] = self.number(table[key])
        for key in ("fields", "shorthand_fields", "subschemas"):
            if key in table:
                packed[key] = {name: self.number(below) for name, below in table[key].items()}
        return packed

    def number(self, table: dict[str, Any]) -> Any:
        text = json.dumps(table)
        if self.counts[text] < 2 or len(text) < 12:
            return self.pack(table)
        if text not in self.numbers:
            packed = self.pack(table)
            self.numbers[text] = len(self.written)
            self.written.append(packed)
        return self.numbers[text]


def compact(facts: dict[str, Any]) -> dict[str, Any]:
    """The whole catalogue of one Kong."""
    kong = facts["kong"]
    groups = {
        group: {name: schema(name, old, kong) for name, old in facts[group].items()}
        for group in ("plugins", "entities", "vaults")
    }
    shared = Shared([table for group in groups.values() for table in group.values()])
    packed = {
        group: {name: shared.pack(table) for name, table in tables.items()}
        for group, tables in groups.items()
    }
    known = [
        item["name"]
        for item in facts["declarative"]["top_level"]
        if not item["name"].startswith("_")
    ]
    versions = next(
        item["one_of"]
        for item in facts["declarative"]["top_level"]
        if item["name"] == "_format_version"
    )
    return {
        "kong": kong,
        "format_versions": versions,
        "declarative": known,
        "shared": shared.written,
        **packed,
    }


def main() -> None:
    """Write one file per input."""
    for name in sys.argv[1:]:
        facts = json.loads(Path(name).read_text("utf-8"))
        release = ".".join(facts["kong"].split(".")[:2])
        text = json.dumps(compact(facts), separators=(",", ":"), ensure_ascii=False)
        (DATA / f"catalogue-{release}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
