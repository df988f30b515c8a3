"""What others run us by: pre-commit, GitHub's action, shells."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from kong_lsp import __version__, cli
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


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    done = run(["git", *identity, *words], folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def committed(folder: Path) -> str:
    """A repository of all that is in the folder; gives its commit."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", "all")
    return git(folder, "rev-parse", "HEAD")


def test_pre_commit_runs_the_hooks(broken: Path, tmp_path: Path) -> None:
    """With an environment that it makes by itself."""
    ours = tmp_path / "ours"
    tracked = ("kong_lsp", "grammars", "pyproject.toml", "README.md", "LICENSE")
    listed = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", *tracked)
    for name in (*listed.splitlines(), ".pre-commit-hooks.yaml"):
        (ours / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, ours / name)
    revision = committed(ours)
    hooks = [{"id": "kong-lsp"}, {"id": "kong-lsp-fix", "stages": ["manual"]}]
    wanted = {"repos": [{"repo": str(ours), "rev": revision, "hooks": hooks}]}
    (broken / ".pre-commit-config.yaml").write_text(yaml.safe_dump(wanted), encoding="utf-8")
    committed(broken)

    def hook(*words: str) -> subprocess.CompletedProcess[str]:
        home = {"PRE_COMMIT_HOME": str(tmp_path / "home")}
        return run([str(BIN / "pre-commit"), "run", *words], broken, **home)

    done = hook("--all-files")
    assert (done.returncode, done.stderr) == (1, "")
    assert "kong-plugin-geojson-1.0.0-1.rockspec:" in done.stdout
    assert " error KM1" in done.stdout
    done = hook("--all-files", "--hook-stage", "manual", "kong-lsp-fix")
    assert "files were modified by this hook" in done.stdout
    assert hook("--all-files").returncode == 0
    git(broken, "add", "--all")
    assert "Passed" in hook().stdout


def test_the_steps_of_the_action_install_annotate_and_write_a_log(
    broken: Path, tmp_path: Path
) -> None:
    """In a Python that has nothing of ours, as the first step sets one up."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "python"], check=True)
    path = f"{tmp_path / 'python' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    action = loaded("action.yml")
    inputs = {name: str(told["default"]) for name, told in action["inputs"].items()}
    inputs["sarif-file"] = "found.sarif"
    first, *steps = action["runs"]["steps"]
    assert first["uses"].startswith("actions/setup-python@")
    codes = []
    out = ""
    for step in steps:
        assert step["shell"] == "bash"
        names = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: inputs[m[1]], value)
            for name, value in step.get("env", {}).items()
        }
        names |= {"PATH": path, "GITHUB_ACTION_PATH": str(ROOT), "GITHUB_WORKSPACE": str(broken)}
        done = run(["bash", "-eo", "pipefail", "-c", step["run"]], broken, **names)
        codes.append(done.returncode)
        out += done.stdout
    assert codes == [0, 0, 1]
    assert out.startswith("::error file=kong-plugin-geojson-1.0.0-1.rockspec,line=")
    log = json.loads((broken / "found.sarif").read_text(encoding="utf-8"))
    assert {each["ruleId"] for each in log["runs"][0]["results"]} >= {"KM101", "KM106"}


def test_the_snippet_for_gitlab_runs(broken: Path) -> None:
    """All of it but the installation, which the package's own tests have."""
    (job,) = documented("GitLab")
    install, check = job["kong-lsp"]["script"]
    assert install == "pip install kong-lsp"
    done = run(["sh", "-ec", check], broken)
    assert (done.returncode, done.stderr) == (1, "")
    assert run(["sh", "-ec", check], ROOT / "examples" / "fixed").returncode == 0


def test_the_snippets_for_github_and_pre_commit_name_what_there_is() -> None:
    (config,) = documented("pre-commit")
    offered = {hook["id"] for hook in loaded(".pre-commit-hooks.yaml")}
    assert {hook["id"] for hook in config["repos"][0]["hooks"]} <= offered
    annotate, upload = documented("GitHub")
    assert annotate[-1]["uses"] == upload["steps"][1]["uses"]
    assert upload["steps"][1]["with"].keys() <= loaded("action.yml")["inputs"].keys()
    assert config["repos"][0]["rev"] == annotate[-1]["uses"].partition("@")[2] == f"v{__version__}"


def documented(heading: str) -> list[Any]:
    """The YAML that docs/ci.md shows below a heading."""
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [yaml.safe_load(each) for each in re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)]


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
    assert completed("kong-lsp", "check", "--fail-on", "=", "w") == ["warning"]
    assert completed("kong-lsp", "check", "--fail-on", "=")[:2] == ["error", "warning"]


def test_fish_completes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["completion", "fish"])
    (tmp_path / "script.fish").write_text(capsys.readouterr().out)

    def completed(line: str) -> list[str]:
        done = run(["fish", "-c", f"source script.fish; complete -C '{line}'"], tmp_path)
        return [each.partition("\t")[0] for each in done.stdout.splitlines()]

    assert completed("kong-lsp st") == ["status"]
    assert completed("kong-lsp ") == sorted(cli._COMMANDS)
    assert completed("kong-lsp check --output-fo") == ["--output-format"]
    assert completed("kong-lsp check --output-format s") == ["sarif"]
    assert completed("kong-lsp completion f") == ["fish"]


@pytest.mark.parametrize(
    "setup",
    [
        "autoload -Uz compinit; compinit -u -D; source _kong-lsp",
        "fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D",
    ],
)
def test_zsh_completes(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    setup: str,
) -> None:
    """In a terminal: sourced, and found by zsh itself, from the first time on."""
    cli.main(["completion", "zsh"])
    (tmp_path / "_kong-lsp").write_text(capsys.readouterr().out)
    monkeypatch.chdir(tmp_path)
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "dumb", "PS1": "", "ZDOTDIR": str(tmp_path)}
    shell = subprocess.Popen(
        ["zsh", "-f", "-i"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    )

    def typed(keys: str, awaited: str) -> None:
        os.write(ours, keys.encode())
        said = ""
        while awaited not in said:
            ready, _, _ = select.select([ours], [], [], 30)
            assert ready, (keys, said)
            said += os.read(ours, 4096).decode(errors="replace")

    try:
        typed(f"{setup}; echo rea''dy\n", "ready")
        for line, completed in (
            ("kong-lsp st", "status "),
            ("kong-lsp check --output-fo", "--output-format="),
            ("kong-lsp check --output-format s", "sarif "),
            ("kong-lsp check --fail-on=w", "=warning "),
            ("kong-lsp completion f", "fish "),
        ):
            typed(f"{line}\t", completed)
            typed("\x15echo do''ne\n", "done")
    finally:
        shell.kill()
        shell.wait()
        os.close(ours)
        os.close(theirs)
