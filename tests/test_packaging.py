from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import kong_lsp

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_the_wheel_holds_all_of_the_package_and_nothing_else(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "kong_lsp", "grammars"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    wanted = {f"kong_lsp/{name}" if name.startswith("grammars/") else name for name in tracked}
    packed = {
        path.relative_to(wheel).as_posix()
        for path in wheel.rglob("*")
        if path.is_file() and ".dist-info" not in str(path)
    }
    assert {name for name in packed if not name.startswith("kong_lsp/")} == set()
    assert wanted <= packed
    assert {"kong_lsp/py.typed", "kong_lsp/grammars/lua.lark"} <= packed


def test_the_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(wheel), "XDG_CACHE_HOME": str(tmp_path)}
    program = "import kong_lsp, sys; from kong_lsp.cli import main; print(kong_lsp.__file__);"
    program += f"sys.exit(main(['check', '--output-format', 'concise', {str(ROOT)!r} + '/examples/broken']))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 1)
    assert done.stdout.startswith(str(wheel))
    assert " KM102 unlisted-module: " in done.stdout


def test_the_projects_address_is_one() -> None:
    """Written once in the code; wherever else it has to stand it is the same."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    address = re.compile(r"(?:https://github\.com/|uses: )([\w-]+/kong-lsp)\b")
    found = {
        name: set(address.findall((ROOT / name).read_text(encoding="utf-8")))
        for name in tracked
        if name.endswith((".py", ".toml", ".json", ".md", ".yaml", ".yml")) and "lock" not in name
    }
    found = {name: owners for name, owners in found.items() if owners}
    assert [name for name in found if name.startswith("kong_lsp/")] == ["kong_lsp/__init__.py"]
    home = kong_lsp.HOME.removeprefix("https://github.com/")
    assert set().union(*found.values()) == {home}
    assert {"pyproject.toml", "docs/ci.md", "editors/vscode/package.json"} <= found.keys()
