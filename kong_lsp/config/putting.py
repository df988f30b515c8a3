"""Plugins that a file lays into a container: ``COPY . /usr/local/share/lua/5.1/kong/plugins/x``,
``luarocks install kong-plugin-x``."""

from __future__ import annotations

import re
from collections import Counter

_NAMED = re.compile(r"kong/plugins/(\w[\w.-]*)")
_PUT = re.compile(
    r"(?<![^\s\"'=:,\[])(?:/|\$[{(]?\w)[^\s\"'=:,;\[]*?(?<=/)kong/plugins/(\w[\w.-]*)"
)

_INSTALL = re.compile(r"\bluarocks\s+(?:-\S+\s+)*install\s([^;&|]*)")
_ROCK = re.compile(r"(?:[^\s/]*/)*(?:lua-)?kong-(?:plugin-)?([A-Za-z]\w*(?:-[A-Za-z]\w*)*)")


def put_by_lines(text: str) -> frozenset[str]:
    """The plugins that the lines of a Dockerfile or of a script put in place."""
    if "kong/plugins/" not in text:
        return frozenset()
    return frozenset().union(*map(put_by, _lines(text)))


def installed_by_lines(text: str) -> frozenset[str]:
    """The plugins whose rocks the lines have LuaRocks install, by what rocks are mostly called:
    ``kong-plugin-x`` and ``kong-x`` hold the plugin ``x``."""
    if "luarocks" not in text:
        return frozenset()
    installs = (match for line in _lines(text) for match in _INSTALL.finditer(line))
    words = (word for install in installs for word in install[1].split())
    return frozenset(rock[1] for rock in map(_ROCK.match, words) if rock is not None)


def put_by(text: str) -> frozenset[str]:
    """The plugins that one instruction, command or volume puts below a ``kong/plugins`` with
    an absolute path. One that it takes from ``kong/plugins/NAME`` too is not among them: the
    folder there says what the plugin is."""
    times = Counter(_NAMED.findall(text))
    return frozenset(
        name for name in _PUT.findall(text) if times[name] == 1 and not name.endswith(".lua")
    )


def _lines(text: str) -> list[str]:
    """The lines, each with those that go on with it; no comments."""
    lines = text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines()
    return [line for line in lines if line.lstrip()[:1] != "#"]
