"""What others run us by: pre-commit, GitHub's action, shells."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from kong_lsp import cli
from kong_lsp.options import SHELLS

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def loaded(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    folder = tmp_path / "plugin"
    shutil.copytree(ROOT / "examples" / "broken", folder)
    return folder


def run(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": path, **environment},
    )


def test_pre_commit_takes_our_manifest() -> None:
    done = run([str(BIN / "pre-commit"), "validate-manifest", ".pre-commit-hooks.yaml"], ROOT)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_hooks_check_and_mend_the_whole_tree(broken: Path) -> None:
    check, fix = loaded(".pre-commit-hooks.yaml")
    assert not check["pass_filenames"]
    assert not fix["pass_filenames"]
    files = re.compile(check["files"])
    for path in ("a.rockspec", "kong/plugins/a/handler.lua", "kong.yml", "Dockerfile", "kong.conf"):
        assert files.search(path), path
    assert run(check["entry"].split(), broken).returncode == 1
    assert run(fix["entry"].split(), broken).returncode == 0
    assert run(check["entry"].split(), broken).returncode == 0


def test_the_steps_of_the_action_annotate_and_write_a_log(broken: Path) -> None:
    action = loaded("action.yml")
    inputs = {name: str(told["default"]) for name, told in action["inputs"].items()}
    inputs["sarif-file"] = "found.sarif"
    codes = []
    out = ""
    for step in action["runs"]["steps"][2:]:
        assert step["shell"] == "bash"
        names = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: inputs[m[1]], value)
            for name, value in step["env"].items()
        }
        done = run(["bash", "-eo", "pipefail", "-c", step["run"]], broken, **names)
        codes.append(done.returncode)
        out += done.stdout
    assert codes == [0, 1]
    assert out.startswith("::error file=kong-plugin-geojson-1.0.0-1.rockspec,line=")
    assert (broken / "found.sarif").read_text(encoding="utf-8").startswith("{\n")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_is_told_every_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for word in ("check", "fix", "status", "settings", "output-format", "sarif", "fail-on"):
        assert word in script, word


def test_bash_completes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["completion", "bash"])
    script = capsys.readouterr().out

    def completed(*words: str) -> list[str]:
        line = " ".join(f"'{word}'" for word in words)
        ask = f"COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _kong_lsp; echo ${{COMPREPLY[@]}}"
        return run(["bash", "-c", f"{script}\n{ask}"], tmp_path).stdout.split()

    assert completed("kong-lsp", "st") == ["status"]
    assert completed("kong-lsp", "check", "--output-fo") == ["--output-format"]
    assert completed("kong-lsp", "check", "--output-format", "s") == ["sarif"]
    assert completed("kong-lsp", "completion", "f") == ["fish"]
