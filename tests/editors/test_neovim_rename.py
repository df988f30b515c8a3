"""A new plugin and a rename of it, in a real Neovim."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from kong_lsp import cli
from tests.editors.test_neovim import HERE, ROOT, lua_block


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_plugin_that_is_made_and_renamed_is_as_if_it_had_been_made_so(tmp_path: Path) -> None:
    plugin = tmp_path / "my plugin"
    plugin.mkdir()
    (plugin / "kong.conf").write_text("plugins = bundled\n")
    home = tmp_path / "config" / "nvim"
    (home / "lsp").mkdir(parents=True)
    editor = ROOT / "editors" / "neovim"
    (home / "init.lua").write_text(lua_block(editor / "README.md"), encoding="utf-8")
    shutil.copy(editor / "lsp" / "kong_lsp.lua", home / "lsp")
    scripts = Path(sys.executable).parent
    done = subprocess.run(
        [
            scripts / "nvim",
            *("-u", home / "init.lua"),
            *("-l", HERE / "neovim_rename.lua"),
            plugin / "kong.conf",
        ],
        env={
            **os.environ,
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "XDG_DATA_HOME": str(tmp_path / "data"),
        },
        cwd=plugin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    seen = json.loads(done.stdout.strip().splitlines()[-1])
    assert seen["made"]["uri"].endswith("/my%20plugin/kong/plugins/corp/handler.lua")
    assert seen["told"] == ["Nothing to rename"]
    other = tmp_path / "other"
    assert cli.main(["new", "corp", str(other)]) == 0
    wanted = {
        path.replace("/corp/", "/bolt/"): text.replace("plugins.corp", "plugins.bolt")
        .replace("plugins/corp", "plugins/bolt")
        .replace('name = "corp"', 'name = "bolt"')
        .replace('PLUGIN_NAME = "corp"', 'PLUGIN_NAME = "bolt"')
        .replace("plugins = bundled,corp", "plugins = bundled,bolt")
        for path, text in files(other).items()
    }
    wanted["README.md"] = files(other)["README.md"]
    assert files(plugin) == wanted
