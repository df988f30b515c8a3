"""Write ``kong_lsp/kong/data/removed.json``: which modules Kong had, and has no more.

``python -m tests.kong.generate_removed CLONE``: a clone of Kong's repository with its tags.
The modules of its plugins are not among them (``bundled.json`` has those).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from kong_lsp.kong.releases import MASTER, RELEASES

DATA = Path(__file__).parents[2] / "kong_lsp" / "kong" / "data" / "removed.json"
FILE = re.compile(r"(?:src/)?(kong(?:/.+)?)\.lua")
BASE = "kong/plugins/base_plugin.lua"


def main() -> None:
    """Read the clone, write the file."""
    clone = sys.argv[1]
    newest = newest_tags(clone)
    found: dict[str, list[str]] = {}
    for release in RELEASES:
        if release.number not in newest:
            continue
        for path in git(clone, "ls-tree", "-r", "--name-only", newest[release.number]):
            match = FILE.fullmatch(path)
            if match and ("kong/plugins/" not in path or path.endswith(BASE)):
                module = match[1].replace("/", ".")
                for name in {module, module.removesuffix(".init")}:
                    found.setdefault(name, [release.name, ""])[1] = release.name
    gone = {name: last for name, (_, last) in sorted(found.items()) if last != MASTER.name}
    DATA.write_text(json.dumps(gone, separators=(",", ":")) + "\n")


def newest_tags(clone: str) -> dict[tuple[int, int], str]:
    """The last tag of each release."""
    newest: dict[tuple[int, int], tuple[int, str]] = {}
    for tag in git(clone, "tag"):
        match = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", tag)
        if match:
            minor = int(match[1]), int(match[2])
            newest[minor] = max(newest.get(minor, (-1, "")), (int(match[3]), tag))
    return {**{minor: tag for minor, (_, tag) in newest.items()}, MASTER.number: "master"}


def git(clone: str, *words: str) -> list[str]:
    """The lines that git prints."""
    command = ["git", "-C", clone, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.split("\n")


if __name__ == "__main__":
    main()
