"""Plugins that a file lays into a container: ``COPY . /usr/local/share/lua/5.1/kong/plugins/x``."""

from __future__ import annotations

import re
from collections import Counter

_NAMED = re.compile(r"kong/plugins/(\w[\w.-]*)")
_PUT = re.compile(
    r"(?<![^\s\"'=:,\[])(?:/|\$[{(]?\w)[^\s\"'=:,;\[]*?(?<=/)kong/plugins/(\w[\w.-]*)"
)


def put_by_lines(text: str) -> frozenset[str]:
    """The plugins that the lines of a Dockerfile or of a script put in place."""
    if "kong/plugins/" not in text:
        return frozenset()
    lines = text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines()
    return frozenset().union(*(put_by(line) for line in lines if line.lstrip()[:1] != "#"))


def put_by(text: str) -> frozenset[str]:
    """The plugins that one instruction, command or volume puts below a ``kong/plugins`` with
    an absolute path. One that it takes from ``kong/plugins/NAME`` too is not among them: the
    folder there says what the plugin is."""
    times = Counter(_NAMED.findall(text))
    return frozenset(
        name for name in _PUT.findall(text) if times[name] == 1 and not name.endswith(".lua")
    )
