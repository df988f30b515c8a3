"""A real Emacs without a screen, and the file of editors/emacs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.editors.test_neovim import HERE, NAME, ROOT


@pytest.mark.parametrize("client", ["eglot", "lsp-mode"])
def test_findings_and_quick_fixes_in_emacs(tmp_path: Path, client: str) -> None:
    plugin = tmp_path / "my plugin"
    shutil.copytree(ROOT / "examples" / "broken", plugin)
    (plugin / "kong.conf").write_text("plugins = bundled,geojsn\n")
    subprocess.run(["git", "init", "--quiet", plugin], check=True)
    folder = str(ROOT / "editors" / "emacs")
    command = ["emacs", "-Q", "--batch", "-L", folder, "-l", str(HERE / "emacs.el")]
    done = subprocess.run(
        [*command, client, str(plugin / NAME), str(plugin / "kong.conf")],
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "LC_ALL": "C.UTF-8",
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
    assert {line, line + 1} <= set(seen.pop("findings"))
    assert seen == {
        "mode": "kong-lsp-rockspec-mode",
        "fixed": broken[line - 1].replace("shema", "schema"),
        "conf": "kong-lsp-conf-mode",
        "conf_findings": [1],
    }
