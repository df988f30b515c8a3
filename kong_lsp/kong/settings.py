"""The settings of Kong in each release from 0.9 on: kong.conf, and ``KONG_*`` variables.

Kong reads those alone whose default its ``kong/templates/kong_defaults.lua`` holds, and
families that begin with some prefix; it drops all others without a word. What it makes of a
value is in ``check_and_infer`` of ``kong/conf_loader.lua`` (``check_and_parse`` since 3.2).
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from kong_lsp.kong import listeners
from kong_lsp.kong.releases import RELEASES, Release
from kong_lsp.syntax.properties import number

Type = Literal["string", "number", "boolean", "ngx_boolean", "array"]
"""As Kong calls them: ``boolean`` is ``on`` or ``true``, and false for all else;
``ngx_boolean`` is ``on``, and off for all else; ``array`` is cut at commas."""

FIRST = (0, 9)
"""The first release that reads a kong.conf."""

_FILE = os.path.join(os.path.dirname(__file__), "data", "settings.json")
_FAMILY = re.compile(
    r"nginx_(?:main|events|http|upstream|proxy|location|status|admin|stream|supstream|sproxy|wasm)_"
    r"|pluginserver_|vault_"
)
_NEGATIVE = frozenset(("off", "false", "no", "n", "0", "none", "disable", "disabled"))


class Known(NamedTuple):
    """A setting as some releases in a row have it, ``since`` the first and ``until`` the last.

    ``declared``: Kong gives it a type; without one it is a string, which Kong before 3.2
    refuses for a number in a file. ``allowed`` are the values that it may have, if only some.
    ``instead`` is the setting that Kong says to use in its place, if it is deprecated.
    ``limits`` are numbers that Kong refuses: ``<``, ``<=`` or ``>`` one, or ``%``, that is no
    integer; each with what Kong says that the value must be.
    """

    name: str
    since: Release
    until: Release
    type: Type
    declared: bool
    default: str
    allowed: tuple[str, ...]
    instead: str
    limits: tuple[tuple[str, float, str], ...]


@cache
def _data() -> dict[str, list[list[Any]]]:
    import json  # few checks come to ask this file

    with open(_FILE, encoding="utf-8") as file:
        data: dict[str, list[list[Any]]] = json.load(file)
    return data


@lru_cache(maxsize=1024)  # more than all settings there ever were
def eras(name: str) -> tuple[Known, ...]:
    """What each release makes of a setting, the oldest first; none if no Kong reads it."""
    return tuple(_era(name, *facts) for facts in _data().get(name, ()))


def _era(
    name: str,
    first: int,
    last: int,
    kind: Type | None = None,
    default: str = "",
    allowed: Sequence[str] = (),
    instead: str = "",
    limits: Sequence[tuple[str, float, str]] = (),
) -> Known:
    since, until = RELEASES[first], RELEASES[last]
    declared = kind is not None
    bounds = tuple((sign, limit, words) for sign, limit, words in limits)
    return Known(
        name,
        since,
        until,
        kind or "string",
        declared,
        default,
        tuple(allowed),
        instead,
        bounds,
    )


def find(name: str, release: Release) -> Known | None:
    """A setting as ``release`` reads it; None for one that it does not read."""
    return next((era for era in eras(name) if era.since <= release <= era.until), None)


@cache
def names(release: Release) -> tuple[str, ...]:
    """The settings that ``release`` reads, but for the families."""
    return tuple(name for name in _data() if find(name, release) is not None)


def is_known(name: str) -> bool:
    """Whether some release reads a setting of this name."""
    return name in _data() or of_family(name)


def of_family(name: str) -> bool:
    """Whether a setting is one of those that Kong knows by their beginning alone: directives
    of nginx, plugin servers and vaults."""
    return _FAMILY.match(name) is not None


def refusal(known: Known, value: str, release: Release, *, in_file: bool) -> str | None:
    """What ``release`` says of a value that it refuses at start; None of one that it takes,
    and of an empty one. ``in_file``: it is written in a kong.conf."""
    as_number = number(value) if in_file and not known.declared else None
    if as_number is not None and release.number < (3, 2) and not of_family(known.name):
        return f"{known.name} is not a string: '{as_number:.14g}'"
    if known.name == "database" and value == "cassandra" and release.number >= (3, 4):
        return (
            "Cassandra as a datastore for Kong is not supported in versions 3.4 and above. "
            "Please use Postgres."
        )
    amount = number(value) if known.limits else None
    for sign, limit, words in known.limits:
        if amount is not None and _is_refused(amount, sign, limit):
            return f"{known.name} must be {words}"
    refused = listeners.refusal(known.name, value, release) if value else None
    if refused is not None:
        return refused
    if not value or not known.allowed or value in known.allowed:
        return None
    if known.name == "ssl_cipher_suite":
        return f"Undefined cipher suite {value}"
    return f"{known.name} has an invalid value: '{value}' ({', '.join(known.allowed)})"


def _is_refused(amount: float, sign: str, limit: float) -> bool:
    if sign == "%":
        return amount != amount // 1
    return amount > limit if sign == ">" else amount < limit or (sign == "<=" and amount == limit)


def taken_for(known: Known, value: str) -> str | None:
    """What Kong silently makes of a value that does not fit the type, in words: ``off``,
    ``nothing``; None where it fits, or where the difference is none."""
    if not value:
        return None
    if known.type == "number":
        return None if number(value) is not None else "nothing"
    fitting = {"boolean": ("on", "true"), "ngx_boolean": ("on",)}.get(known.type)
    if fitting is None or value in fitting or value.casefold() in _NEGATIVE:
        return None
    return "off"
