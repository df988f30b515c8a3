"""What ``kong.db.schema.typedefs`` and the schema libraries of Kong give a schema.lua.

Read from ``kong_lsp/kong/data/typedefs.json`` on first need; Kong 0.15 to the newest.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import Any

from kong_lsp.kong.releases import RELEASES, Release, find
from kong_lsp.kong.schema.values import Function

_FILE = os.path.join(os.path.dirname(os.path.dirname(__file__)), "data", "typedefs.json")

MODULE = "kong.db.schema.typedefs"
"""The module that holds the typedefs."""


def variable(text: str) -> str | None:
    """The variable that holds the typedefs in a file; None where there is none."""
    start = rf"\blocal\s+(\w+)\s*=\s*require\s*\(?\s*[\"']{re.escape(MODULE)}[\"']"
    found = re.search(start, text)
    return None if found is None else found[1]


@cache
def _data() -> dict[str, Any]:
    import json

    with open(_FILE, encoding="utf-8") as file:
        data: dict[str, Any] = json.load(file)
    return data


def _release(name: str) -> Release:
    return find(name) or RELEASES[0]


def names(release: Release) -> tuple[str, ...]:
    """The typedefs that a release has."""
    return tuple(name for name in _data()["typedefs"] if available(name, release))


def availability(name: str) -> tuple[Release, Release] | None:
    """The first and the last release that have a typedef."""
    found = _data()["typedefs"].get(name)
    return None if found is None else (_release(found[0]), _release(found[1]))


def available(name: str, release: Release) -> bool:
    """Whether a release has a typedef; an unknown one raises when the schema is loaded:
    ``schema typedef error: definition NAME does not exist``."""
    span = availability(name)
    return span is not None and span[0] <= release <= span[1]


def definition(name: str, release: Release) -> dict[str, Any] | None:
    """What a typedef expands to, as a new table; None where the release lacks it."""
    if not available(name, release):
        return None
    states = _data()["typedefs"][name][2:]
    older = [state for since, state in states if _release(since) <= release]
    found: dict[str, Any] = _with_functions(older[-1] if older else states[0][1])
    return found


def library(module: str, release: Release) -> dict[str, Any] | None:
    """What another module of Kong gives a schema (``kong.tools.redis.schema``)."""
    found = _data()["libraries"].get(module)
    if found is None or release < _release(found[0]):
        return None
    table: dict[str, Any] = _with_functions(found[1])
    return table


def libraries() -> tuple[str, ...]:
    """The other modules of Kong that are known to give a schema something."""
    return tuple(_data()["libraries"])


def _with_functions(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"$"}:
            return Function(value["$"])
        return {key: _with_functions(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_with_functions(part) for part in value]
    return value
