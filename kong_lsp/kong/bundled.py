"""Kong's own plugins and their modules in each release. Loaded on first use."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from kong_lsp.kong.releases import RELEASES, Release, between

_PREFIX = "kong.plugins."
_FILE = os.path.join(os.path.dirname(__file__), "data", "bundled.json")


@cache
def _data() -> dict[str, Any]:
    import json  # few checks come to ask this file

    with open(_FILE, encoding="utf-8") as file:
        data: dict[str, Any] = json.load(file)
    return data


def _releases(runs: list[int]) -> tuple[Release, ...]:
    pairs = zip(runs[::2], runs[1::2], strict=True)
    return tuple(release for first, last in pairs for release in RELEASES[first : last + 1])


def _holds(runs: list[int], release: Release) -> bool:
    index = RELEASES.index(release)
    return any(a <= index <= b for a, b in zip(runs[::2], runs[1::2], strict=True))


@cache
def plugins(release: Release) -> dict[str, frozenset[str]]:
    """The plugins that ``release`` bundles, each with its modules' tails.

    One that comes from a rock of its own has no known modules.
    """
    modules = _data()["modules"]
    return {
        name: frozenset(tail for tail, at in modules.get(name, {}).items() if _holds(at, release))
        for name, runs in _data()["bundled"].items()
        if _holds(runs, release)
    }


@cache
def ever_bundled() -> frozenset[str]:
    """The plugins that some release bundles."""
    return frozenset(_data()["bundled"])


def deprecated(release: Release) -> frozenset[str]:
    """The bundled plugins whose use ``release`` warns about."""
    return frozenset(n for n, runs in _data()["deprecated"].items() if _holds(runs, release))


def bundled_in(plugin: str) -> tuple[Release, ...]:
    """The releases that bundle ``plugin``, oldest first."""
    return _releases(_data()["bundled"].get(plugin, []))


@cache
def enterprise() -> frozenset[str]:
    """The plugins that only Kong Enterprise has, of whichever release."""
    return frozenset(_data()["enterprise"])


def ever(module: str) -> tuple[Release, ...]:
    """The releases in whose tree Kong itself had ``kong.plugins.…``, oldest first.

    Empty for what Kong never had, and for what is no module of a plugin
    (``kong.tools.utils``), which this table does not judge.
    """
    if module == "kong.plugins.base_plugin":
        return between("0.1", "2.8")
    if not module.startswith(_PREFIX):
        return ()
    name, _, tail = module[len(_PREFIX) :].partition(".")
    tails = _data()["modules"].get(name, {})
    runs = tails.get(tail) or tails.get(tail.removesuffix(".init"), [])
    return _releases(runs)


def may_exist(module: str) -> bool:
    """Whether some Kong has or may have ``module``: one that it had (``ever``), one of an
    Enterprise plugin or of a plugin that came as its own rock, or no plugin's module."""
    if not module.startswith(_PREFIX):
        return True
    name = module[len(_PREFIX) :].partition(".")[0]
    return name in enterprise() or name in _data()["rocks"] or bool(ever(module))
