"""Write ``kong_lsp/kong/data/bundled.json`` from two tables of facts about Kong's tags.

    python tests/kong/generate_data.py MODULES.json BUNDLED.json

``kong_lsp/kong/data/README.md`` says what the tables hold and how they are made.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from kong_lsp.kong.releases import RELEASES

TARGET = Path(__file__).parents[2] / "kong_lsp" / "kong" / "data" / "bundled.json"


def by_release(table: dict[str, Any]) -> list[Any]:
    """The entry of the last tag of each release, in the order of ``RELEASES``."""
    found: dict[str, Any] = {}
    for tag, entry in table.items():
        name = tag if tag == "master" else ".".join(tag.replace("beta", ".").split(".")[:2])
        found[name] = entry
    return [found[release.name] for release in RELEASES]


def ranges(numbers: list[int]) -> list[int]:
    """``[0, 1, 2, 5]`` as ``[0, 2, 5, 5]``: first and last of each run."""
    runs: list[int] = []
    for number in numbers:
        if runs and runs[-1] == number - 1:
            runs[-1] = number
        else:
            runs += [number, number]
    return runs


def compact(modules: dict[str, Any], bundled: dict[str, Any]) -> dict[str, Any]:
    """Per plugin the runs of releases that bundle it, and per module those that hold it."""
    trees = by_release(modules)
    lists = by_release(bundled)
    held: dict[str, dict[str, list[int]]] = {}
    for index, tree in enumerate(trees):
        for plugin, facts in tree.items():
            for tail in facts["modules"]:
                held.setdefault(plugin, {}).setdefault(tail, []).append(index)
    named: dict[str, dict[str, list[int]]] = {"bundled": {}, "deprecated": {}, "rocks": {}}
    for index, row in enumerate(lists):
        rocks = {name for name, facts in trees[index].items() if facts.get("external_rock")}
        for kind, names in (
            ("bundled", row["bundled"]),
            ("deprecated", row.get("deprecated", ())),
            ("rocks", rocks | set(row.get("from_external_rock", ()))),
        ):
            for name in names:
                named[kind].setdefault(name, []).append(index)
    enterprise = bundled["enterprise"]["enterprise_only"]
    return {
        "releases": [release.name for release in RELEASES],
        **{
            kind: {name: ranges(at) for name, at in sorted(table.items())}
            for kind, table in named.items()
        },
        "modules": {
            plugin: {tail: ranges(at) for tail, at in sorted(tails.items())}
            for plugin, tails in sorted(held.items())
        },
        "enterprise": sorted({name for names in enterprise.values() for name in names}),
    }


def main(arguments: list[str]) -> None:
    modules, bundled = (
        {tag: row for tag, row in json.loads(Path(name).read_text()).items() if tag[0] != "_"}
        for name in arguments
    )
    text = json.dumps(compact(modules, bundled), separators=(",", ":"), sort_keys=True)
    TARGET.write_text(text + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
