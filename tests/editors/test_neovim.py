"""Real Neovims with the configurations of editors/neovim, and with the README's lines.

0.11 comes with the other tools in ``.venv``; the older one is the system's (Debian 12: 0.7.2).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.neovim import drive

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
NAME = "kong-plugin-geojson-1.0.0-1.rockspec"


def run(tmp_path: Path, readme: Path, config: Path | None = None) -> dict[str, Any]:
    """What Neovim sees in a copy of examples/broken."""
    plugin = tmp_path / "plugin"
    shutil.copytree(ROOT / "examples" / "broken", plugin)
    subprocess.run(["git", "init", "--quiet", plugin], check=True)
    seen: dict[str, Any] = drive(
        tmp_path, "neovim.lua", plugin / NAME, readme=readme, config=config
    )
    assert seen.pop("root") == str(plugin)
    return seen


@pytest.mark.parametrize("way", ["file", "readme"])
def test_findings_quick_fixes_and_completion_in_neovim(tmp_path: Path, way: str) -> None:
    if way == "file":
        folder = ROOT / "editors" / "neovim"
        seen = run(tmp_path, folder / "README.md", folder / "lsp" / "kong_lsp.lua")
    else:
        seen = run(tmp_path, ROOT / "README.md")
    broken = (ROOT / "examples" / "broken" / NAME).read_text(encoding="utf-8")
    lines = broken.splitlines()
    line = next(i for i, text in enumerate(lines, 1) if "shema.lua" in text)
    assert seen["filetype"] == "lua"
    assert {(each[0], each[2], each[3]) for each in seen["findings"]} >= {
        (line, "KM101", "kong-lsp"),
        (line + 1, "KM106", "kong-lsp"),
    }
    assert (
        seen["fixed"]
        == (
            broken.replace("shema.lua", "schema.lua").replace("kong.plugin.", "kong.plugins.")
        ).splitlines()
    )
    assert {each[2] for each in seen["left"]} == {"KM102"}
    assert seen["completion"][0] == "tools"


def test_the_systems_older_neovim(tmp_path: Path) -> None:
    plugin = tmp_path / "my plugin"
    shutil.copytree(ROOT / "examples" / "broken", plugin)
    (plugin / "kong.conf").write_text("plugins = bundled,geojsn\n")
    subprocess.run(["git", "init", "--quiet", plugin], check=True)
    home = tmp_path / "config" / "nvim" / "plugin"
    home.mkdir(parents=True)
    shutil.copy(ROOT / "editors" / "neovim" / "plugin" / "kong_lsp.lua", home)
    lua = (
        f"dofile([[{HERE}/neovim_old.lua]]); kong_test([[{plugin / NAME}]], [[{plugin}/kong.conf]])"
    )
    done = subprocess.run(
        ["/usr/bin/nvim", "--headless", "-c", f"lua {lua}"],
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
        },
        cwd=plugin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    seen = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    broken = (ROOT / "examples" / "broken" / NAME).read_text(encoding="utf-8").splitlines()
    line = next(i for i, text in enumerate(broken, 1) if "shema.lua" in text)
    assert {f"{line} KM101", f"{line + 1} KM106"} <= set(seen.pop("findings"))
    assert seen == {
        "filetype": "lua",
        "root": str(plugin),
        "fixed": broken[line - 1].replace("shema", "schema"),
        "conf": "conf",
        "conf_findings": ["1 KC301"],
        "clients": 1,
    }
