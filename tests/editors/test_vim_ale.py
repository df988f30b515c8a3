"""A real Vim with ALE and the file of editors/vim."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.editors.test_neovim import HERE, NAME, ROOT


def test_findings_and_quick_fixes_in_vim_with_ale(tmp_path: Path) -> None:
    plugin = tmp_path / "my plugin"
    shutil.copytree(ROOT / "examples" / "broken", plugin)
    (plugin / "kong.conf").write_text("plugins = bundled,geojsn\n")
    subprocess.run(["git", "init", "--quiet", plugin], check=True)
    home = tmp_path / ".vim" / "after" / "plugin"
    home.mkdir(parents=True)
    shutil.copy(ROOT / "editors" / "vim" / "ale.vim", home / "kong_lsp.vim")
    (tmp_path / ".vimrc").write_text("set nomore noswapfile\nfiletype plugin on\npackadd! ale\n")
    seen = tmp_path / "seen.json"
    command = ["vim", "-N", "-u", str(tmp_path / ".vimrc"), "-i", "NONE", "-es"]
    done = subprocess.run(
        [*command, "-c", f"source {HERE}/ale.vim"],
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "ROCKSPEC": str(plugin / NAME),
            "CONF": str(plugin / "kong.conf"),
            "SEEN": str(seen),
        },
        cwd=plugin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    failed = Path(f"{seen}.failed")
    assert not failed.exists(), failed.read_text(encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(seen.read_text(encoding="utf-8"))
    broken = (ROOT / "examples" / "broken" / NAME).read_text(encoding="utf-8").splitlines()
    line = next(i for i, text in enumerate(broken, 1) if "shema.lua" in text)
    findings = {(each[0], each[2], each[3]) for each in found.pop("findings")}
    assert findings >= {(line, "KM101", "kong-lsp"), (line + 1, "KM106", "kong-lsp")}
    assert found == {
        "filetype": "lua",
        "fixed": broken[line - 1].replace("shema", "schema"),
        "conf": "conf",
        "conf_findings": [[1, 19, "KC301", "kong-lsp"]],
    }
