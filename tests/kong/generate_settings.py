"""Write ``kong_lsp/kong/data/settings.json``: the settings that each release of Kong reads.

``python -m tests.kong.generate_settings CLONE``: a clone of Kong's repository with its tags.
Read are ``kong/templates/kong_defaults.lua`` (Kong drops every key that is not there) and the
table of types in ``kong/conf_loader*``, of the last tag of each release from 0.9 on.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from kong_lsp.kong.releases import RELEASES
from kong_lsp.syntax.lua.evaluate import evaluate
from kong_lsp.syntax.lua.tree import parse
from kong_lsp.syntax.lua.values import Table, Text
from tests.kong.generate_removed import git, newest_tags

DATA = Path(__file__).parents[2] / "kong_lsp" / "kong" / "data" / "settings.json"
DEFAULTS = "kong/templates/kong_defaults.lua"
LOADERS = (
    "kong/conf_loader.lua",
    "kong/conf_loader/init.lua",
    "kong/conf_loader/constants.lua",
    "kong/conf_loader/parse.lua",
    "kong/tools/ciphers.lua",
)
SUITE = r"(?m)^ +(modern|intermediate|old|fips) *= *(?:\{|http_tls)"
LIMITS = re.compile(
    r"if conf\.(\w+) (<=?|~=) (floor\(conf\.\1\)|-?[\d.]+)(?: or conf\.\1 > ([\d.]+))?"
    r"(\s+or conf\.\1 ~= floor\(conf\.\1\))?\s+then\s+"
    r'errors\[#errors *\+ *1\] *= *"\1 must be ([^"\n]*)"'
)
FIRST = (0, 9)

Limit = tuple[str, float, str]
"""What Kong refuses (``<``, ``<=`` or ``>`` a number; ``%``: not an integer), and what it says
that the value must be."""

Facts = tuple[str | None, str, tuple[str, ...], str, tuple[Limit, ...]]
"""Type (None where it is not declared), default, allowed values, what to use instead, limits."""


def main() -> None:
    """Read the clone, write the file."""
    clone = sys.argv[1]
    tags = newest_tags(clone)
    found: dict[str, list[tuple[int, Facts]]] = {}
    for index, release in enumerate(RELEASES):
        if release.number >= FIRST:
            for name, facts in settings(clone, tags[release.number]).items():
                found.setdefault(name, []).append((index, facts))
    eras = {name: runs(facts) for name, facts in sorted(found.items())}
    compact = json.dumps(eras, separators=(",", ":"))
    DATA.write_text(re.sub(r'(?<=\]\],)(?="\w+":)', "\n", compact) + "\n")


def settings(clone: str, tag: str) -> dict[str, Facts]:
    """The settings of one tag."""
    loader = "\n".join(filter(None, (show(clone, tag, path) for path in LOADERS)))
    types = table(loader, "CONF_PARSERS") or table(loader, "CONF_INFERENCES")
    assert types is not None, tag
    refused = limits(loader)
    found: dict[str, Facts] = {}
    for key, default in re.findall(r"(?m)^(\w+) *= *(.*?) *$", show(clone, tag, DEFAULTS)):
        given = types.get(key)
        kind = text(given, "typ")
        allowed = words(given.get("enum")) if isinstance(given, Table) else ()
        if key == "ssl_cipher_suite":
            allowed = (*re.findall(SUITE, loader), "custom")
        deprecated = given.get("deprecated") if isinstance(given, Table) else None
        instead = text(deprecated, "replacement") or ""
        plain = re.sub(r"\s*(?<!\\)#.*$", "", default).replace("\\#", "#")
        plain = "" if plain == "NONE" else plain
        found[key] = kind, plain, allowed, instead, tuple(refused.get(key, ()))
    assert len(found) > 30, tag
    return found


def limits(loader: str) -> dict[str, list[Limit]]:
    """The numbers that a loader refuses, by setting."""
    found: dict[str, list[Limit]] = {}
    for name, sign, low, high, whole, words in LIMITS.findall(loader):
        own = found.setdefault(name, [])
        if sign == "~=":
            own.append(("%", 0, words))
            continue
        own.append((sign, float(low), words))
        if high:
            own.append((">", float(high), words))
        if whole:
            own.append(("%", 0, words))
    return found


def runs(facts: list[tuple[int, Facts]]) -> list[list[object]]:
    """``[first, last, type, default, allowed, instead, limits]`` of each run of releases that say the
    same; what is empty at the end is left out."""
    breaks = [0]
    for at, ((before, one), (after, other)) in enumerate(pairwise(facts), 1):
        if one != other or after != before + 1:
            breaks.append(at)
    found = []
    for start, end in pairwise([*breaks, len(facts)]):
        era: list[object] = [facts[start][0], facts[end - 1][0], *facts[start][1]]
        while not era[-1]:
            era.pop()
        found.append(era)
    return found


def table(source: str, name: str) -> Table | None:
    """The table that a source assigns to a local variable."""
    match = re.search(rf"(?ms)^local {name} = (\{{.*?^\}})", source)
    if match is None:
        return None
    found = evaluate(parse(f"return {match[1]}")).returned
    assert isinstance(found, Table), name
    return found


def text(value: object, key: str) -> str | None:
    """The string under a key; None where there is none."""
    found = value.get(key) if isinstance(value, Table) else None
    return found.value if isinstance(found, Text) else None


def words(value: object) -> tuple[str, ...]:
    """A list of strings."""
    listed = value.array() if isinstance(value, Table) else []
    return tuple(each.value.value for each in listed if isinstance(each.value, Text))


def show(clone: str, tag: str, path: str) -> str:
    """A file of a tag; nothing where it has none."""
    try:
        return "\n".join(git(clone, "show", f"{tag}:{path}"))
    except subprocess.CalledProcessError:
        return ""


if __name__ == "__main__":
    main()
