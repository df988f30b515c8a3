"""``fix`` on trees of published plugins: LuaRocks loads what it loaded before, a second run
changes nothing, and little is changed."""

from __future__ import annotations

import difflib
import gzip
import json
import subprocess
from pathlib import Path

import pytest

from kong_lsp import cli
from tests.support.world import write

HISTORY = Path(__file__).parent / "data" / "history.jsonl.gz"
LOAD = """
require("luarocks.core.cfg").init()
require("luarocks.fs").init()
local load = require("luarocks.fetch").load_local_rockspec
for path in io.lines() do
  local _, rockspec = pcall(load, path, true)
  print(type(rockspec) == "table" and "loads" or "fails")
end
"""


def loads(paths: list[Path]) -> dict[Path, bool]:
    """Which rockspecs LuaRocks itself loads."""
    asked = "".join(f"{path}\n" for path in paths)
    done = subprocess.run(
        ["luajit", "-e", LOAD], input=asked, capture_output=True, text=True, check=True
    )
    said = done.stdout.split()
    return {path: word == "loads" for path, word in zip(paths, said, strict=True)}


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_bytes().decode("utf-8", "surrogateescape")
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("unsafe", [False, True])
def test_published_trees_are_not_broken(tmp_path: Path, unsafe: bool) -> None:
    words = ["fix", "--unsafe"] if unsafe else ["fix"]
    with gzip.open(HISTORY, "rt", encoding="utf-8") as lines:
        for number, case in enumerate(map(json.loads, lines)):
            write(f"{tmp_path}/{number}", case["files"])
    folders = sorted(tmp_path.iterdir())
    before = {folder: contents(folder) for folder in folders}
    loaded = loads(sorted(tmp_path.rglob("*.rockspec")))
    assert sum(loaded.values()) > 40

    for folder in folders:
        assert cli.main([*words, str(folder)]) in (0, 1)
    after = {folder: contents(folder) for folder in folders}
    assert sum(before[folder] != after[folder] for folder in folders) > 20
    for folder in folders:
        cli.main([*words, str(folder)])
        assert contents(folder) == after[folder], folder

    still = loads(sorted(tmp_path.rglob("*.rockspec")))
    assert [path for path, well in loaded.items() if well and not still.get(path)] == []
    for folder in folders:
        for name in before[folder].keys() & after[folder].keys():
            old = before[folder][name].splitlines()
            new = after[folder][name].splitlines()
            kept = difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
            changed = len(old) - sum(block.size for block in kept)
            assert changed <= max(12, len(old) // 3), (folder, name)
