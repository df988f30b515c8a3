"""Write ``kong_lsp/kong/data/typedefs.json`` from what Kong's typedefs expand to.

    python tests/kong/schema/generate_typedefs.py TYPEDEFS.json

The input has one object per tag of Kong, name → definition, ``availability`` (name → first and
last tag) and ``shared_libs``. ``<fn NAME …>`` and ``<stub>`` stand for functions, ``<null>`` for
null. The output has, by typedef, its first and last release and its definition from each release
on that changed it; a function is ``{"$": name}``, the name in ``kong_lsp.kong.schema.functions``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[3] / "kong_lsp" / "kong" / "data" / "typedefs.json"

FUNCTIONS = {
    "validate_host": "host",
    "validate_host_with_optional_port": "host_with_optional_port",
    "validate_host_with_wildcards": "hosts.elements",
    "validate_ip": "ip",
    "validate_ip_or_cidr": "ip_or_cidr",
    "validate_ip_or_cidr_v4": "cidr_v4",
    "validate_cidr": "cidr_v4",
    "validate_cidr_v4": "cidr_v4",
    "validate_path": "path",
    "validate_name": "name",
    "validate_tag": "tag",
    "validate_utf8_name": "utf8_name",
    "validate_sni": "sni",
    "validate_wildcard_host": "wildcard_host",
    "validate_url": "url",
}


PROPAGATION = ("w3c", "b3", "b3-single", "jaeger", "ot", "datadog", "aws", "gcp")
"""What a running Kong fills in (kong/observability/tracing/propagation/utils.lua, FORMATS)."""


def with_formats(value: Any, name: str = "") -> Any:
    """The typedef ``propagation`` with the formats that it takes."""
    if isinstance(value, list):
        return [with_formats(part, name) for part in value]
    if not isinstance(value, dict):
        return value
    found = {
        key: with_formats(part, key if key in FORMAT_FIELDS else name)
        for key, part in value.items()
    }
    if "one_of" in found:
        found["one_of"] = FORMAT_FIELDS[name]
    return found


FORMAT_FIELDS = {
    "extract": [each for each in PROPAGATION if each != "b3-single"],
    "inject": ["preserve", *PROPAGATION],
    "default_format": list(PROPAGATION),
}


def function(text: str, name: str, tag: str) -> dict[str, Any]:
    """A function by the name that ``functions`` has for it; null where it has none."""
    if text == "<stub>":
        return {"$": "cookie_name" if name == "cookie_name" else "header_name"}
    own = text.split()[1]
    if own == "validate_path_with_regexes":
        old = tag.startswith(("0.", "1.", "2."))
        return {"$": "paths.elements" if old else None if tag == "3.0.2" else "router_path"}
    return {"$": FUNCTIONS.get(own)}


def converted(value: Any, name: str, tag: str) -> Any:
    """A definition with its functions and nulls marked."""
    if isinstance(value, dict):
        return {key: converted(part, name, tag) for key, part in value.items()}
    if isinstance(value, list):
        return [converted(part, name, tag) for part in value]
    if value == "<null>":
        return None
    if isinstance(value, str) and value.startswith(("<fn", "<stub")):
        return function(value, name, tag)
    return value


def whole_bounds(value: Any) -> Any:
    """A definition without bounds that are fractions."""
    if isinstance(value, list):
        return [whole_bounds(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        key: whole_bounds(part)
        for key, part in value.items()
        if key != "between" or all(isinstance(bound, int) for bound in part)
    }


def minor(tag: str) -> str:
    """The release of a tag."""
    return tag if tag == "master" else ".".join(tag.split(".")[:2])


def main() -> None:
    """Write the table."""
    facts = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    tags = [tag for tag in facts if tag[0].isdigit() or tag == "master"]
    found: dict[str, Any] = {}
    for name, at in facts["availability"].items():
        states: list[Any] = []
        for tag in tags:
            if name in facts[tag]:
                state = converted(facts[tag][name], name, tag)
                if name == "propagation":
                    state = with_formats(state)
                if not states or states[-1][1] != state:
                    states.append([minor(tag), state])
        if name == "queue":  # new in 3.3, whose metaschema takes whole bounds only
            states.insert(0, ["3.3", whole_bounds(states[0][1])])
        found[name] = [minor(at["first"]), minor(at["last"]), *states]
    libraries = {
        library.split("@")[0]: [
            "3.6",
            {key: converted(part, key, "3.9.3") for key, part in value.items()},
        ]
        for library, value in facts["shared_libs"].items()
    }
    table = {"typedefs": found, "libraries": libraries}
    text = json.dumps(table, separators=(",", ":"), ensure_ascii=False)
    TARGET.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
