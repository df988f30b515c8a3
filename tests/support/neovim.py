"""A real Neovim, 0.11, with the configuration of editors/neovim."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EDITOR = ROOT / "editors" / "neovim"


def lua_block(document: Path) -> str:
    """The first block of Lua in a document."""
    found = re.search(r"```lua\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def drive(
    tmp_path: Path,
    script: str,
    subject: Path,
    *,
    readme: Path = EDITOR / "README.md",
    config: Path | None = EDITOR / "lsp" / "kong_lsp.lua",
) -> Any:
    """What a script of tests/editors prints on its last line. ``subject`` is the file or folder
    that it is given; ``readme`` has the lines of init.lua, ``config`` is copied beside it."""
    home = tmp_path / "config" / "nvim"
    (home / "lsp").mkdir(parents=True)
    (home / "init.lua").write_text(lua_block(readme), encoding="utf-8")
    if config is not None:
        shutil.copy(config, home / "lsp")
    scripts = Path(sys.executable).parent
    done = subprocess.run(
        [
            scripts / "nvim",
            *("-u", home / "init.lua"),
            *("-l", ROOT / "tests" / "editors" / script),
            subject,
        ],
        env={
            **os.environ,
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "XDG_DATA_HOME": str(tmp_path / "data"),
        },
        cwd=subject if subject.is_dir() else subject.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])
