from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kong_lsp import cli, fixes
from kong_lsp.finding import CreateFile, Finding, Fix, RenameFile, Severity, change
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.workspace import Workspace
from tests.cli.test_check import HANDLER, MISSPELT

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of examples/broken, in the current folder."""
    folder = tmp_path / "plugin"
    subprocess.run(["cp", "-r", EXAMPLES / "broken", folder], check=True)
    monkeypatch.chdir(folder)
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_fix_makes_the_broken_example_the_fixed_one(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["fix"]) == 0
    assert contents(broken) == contents(EXAMPLES / "fixed")
    assert capsys.readouterr().out.endswith("Fixed 4 findings, 0 left.\n")
    assert cli.main(["fix"]) == 0
    assert capsys.readouterr() == ("Fixed 0 findings, 0 left.\n", "")


def test_diff_shows_what_fix_does_and_does_nothing(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(broken)
    assert cli.main(["fix", "--diff"]) == 1
    patch = capsys.readouterr().out
    assert contents(broken) == before
    subprocess.run(["git", "apply", "--unsafe-paths", "-"], input=patch, text=True, check=True)
    assert contents(broken) == contents(EXAMPLES / "fixed")
    assert cli.main(["fix", "--diff"]) == 0
    assert capsys.readouterr() == ("", "")


def test_only_the_chosen_rules_are_fixed(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fix", "--select", "KM101"]) == 0
    assert capsys.readouterr().out.endswith("Fixed 1 finding, 0 left.\n")
    assert cli.main(["check", "--select", "KM106"]) == 1


def test_mode_line_ends_and_byte_order_mark_stay(broken: Path) -> None:
    path = next(broken.glob("*.rockspec"))
    text = path.read_text().replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    path.chmod(0o640)
    cli.main(["fix", "--select", "KM"])
    data = path.read_bytes()
    fixed = next((EXAMPLES / "fixed").glob("*.rockspec")).read_text()
    assert data == b"\xef\xbb\xbf" + fixed.replace("\n", "\r\n").encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(os.listdir(broken)) == ["kong", path.name]


def test_a_link_stays_a_link(broken: Path) -> None:
    path = next(broken.glob("*.rockspec"))
    real = broken.parent / "real.rockspec"
    path.rename(real)
    path.symlink_to(real)
    cli.main(["fix"])
    assert path.is_symlink()
    assert real.read_text() == contents(EXAMPLES / "fixed")[path.name]


def test_bytes_that_are_not_utf8_stay(broken: Path) -> None:
    path = next(broken.glob("*.rockspec"))
    path.write_bytes(path.read_bytes().replace(b"Answers", b"R\xe9pond"))
    cli.main(["fix"])
    fixed = (EXAMPLES / "fixed" / path.name).read_bytes()
    assert path.read_bytes() == fixed.replace(b"Answers", b"R\xe9pond")


def test_a_file_that_has_changed_meanwhile_is_not_written(
    broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = next(broken.glob("*.rockspec"))
    repair = fixes.repair

    def slow(*given: object, **more: object) -> fixes.Repair:
        result = repair(*given, **more)  # type: ignore[arg-type]
        path.write_text("-- somebody else was here\n")
        return result

    monkeypatch.setattr(fixes, "repair", slow)
    assert cli.main(["fix"]) == 2
    assert path.read_text() == "-- somebody else was here\n"
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("has changed since it was read; nothing is written\n")


def many(folder: Path) -> None:
    """Twelve plugins: in each a misspelt path, and no schema."""
    for number in range(12):
        plugin = folder / f"p{number}" / "kong" / "plugins" / f"acme{number}"
        plugin.mkdir(parents=True)
        (plugin / "handler.lua").write_text(HANDLER)
        rockspec = MISSPELT.replace("acme", f"acme{number}") + "-- " + "x" * 20_000 + "\n"
        (folder / f"p{number}" / f"acme{number}-1.0-1.rockspec").write_text(rockspec)


def files_of(folder: Path) -> dict[str, str]:
    return {path: text for path, text in contents(folder).items() if ".kong-lsp-" not in path}


FIX = (sys.executable, "-m", "kong_lsp", "fix", "--unsafe")


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a run that nobody stops makes of ``many``."""
    folder = tmp_path_factory.mktemp("fixed")
    many(folder)
    subprocess.run(FIX, cwd=folder, check=True, capture_output=True)
    return files_of(folder)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("after", [0, 3, 9])
def test_every_file_is_whole_whenever_it_is_stopped(
    tmp_path: Path, fixed: dict[str, str], how: signal.Signals, after: int
) -> None:
    many(tmp_path)
    before = files_of(tmp_path)
    assert len(fixed) == len(before) + 12
    running = subprocess.Popen(
        FIX, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    first = tmp_path / "p0" / "kong" / "plugins" / "acme0" / "schema.lua"
    while not first.exists() and running.poll() is None:
        time.sleep(0.0005)
    time.sleep(after / 1000)
    running.send_signal(how)
    assert running.wait() in (0, 130, -how)
    left = files_of(tmp_path)
    assert left.keys() >= before.keys()
    for path, text in left.items():
        assert text in (before.get(path), fixed[path]), path

    subprocess.run(FIX, cwd=tmp_path, check=True, capture_output=True)
    assert files_of(tmp_path) == fixed


def workspace_of(folder: Path) -> Workspace:
    workspace = Workspace()
    workspace.add_root(str(folder), whole=True)
    return workspace


def finding(path: Path, *fixed: Fix, code: str = "KM101") -> Finding:
    return Finding(code, Severity.ERROR, "m", str(path), Span(0, 0), fixes=fixed)


def test_fixes_at_one_place_are_made_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "a-1.rockspec"
    path.write_text("123")

    def find(snapshot: Snapshot) -> list[Finding]:
        text = snapshot.text(str(path)) or ""
        return [
            finding(path, Fix(f"add {letter}", (change(str(path), Edit(Span(0, 0), letter)),)))
            for letter in "abc"
            if letter not in text
        ]

    result = fixes.repair(workspace_of(tmp_path), find, unsafe=False)
    assert result.after == {str(path): "cba123"}
    assert [fix.title for _, fix in result.done] == ["add a", "add b", "add c"]


def test_fixes_that_undo_each_other_come_to_an_end(tmp_path: Path) -> None:
    path = tmp_path / "a-1.rockspec"
    path.write_text("on")

    def find(snapshot: Snapshot) -> list[Finding]:
        other = "off" if snapshot.text(str(path)) == "on" else "on"
        edit = Edit(Span(0, len(snapshot.text(str(path)) or "")), other)
        return [finding(path, Fix("turn", (change(str(path), edit),)))]

    assert len(fixes.repair(workspace_of(tmp_path), find, unsafe=False).done) <= 4


def test_unsafe_fixes_are_made_only_when_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a-1.rockspec"
    path.write_text("text")
    moved, new = tmp_path / "b-1.rockspec", tmp_path / "sub" / "new.lua"

    def find(snapshot: Snapshot) -> list[Finding]:
        rename = Fix("rename", (RenameFile(str(path), str(moved)),), safety="unsafe")
        create = Fix("create", (CreateFile(str(new), "return {}\n"),), safety="unsafe")
        found = [finding(path, rename)]
        if not snapshot.exists(str(new)):
            found.append(finding(path, create))
        return found

    assert fixes.repair(workspace_of(tmp_path), find, unsafe=False).done == []
    result = fixes.repair(workspace_of(tmp_path), find, unsafe=True)
    assert [fix.title for _, fix in result.done] == ["create", "rename"]
    fixes.write(result)
    assert contents(tmp_path) == {"b-1.rockspec": "text", "sub/new.lua": "return {}\n"}


def test_nothing_is_overwritten_by_a_new_or_a_moved_file(tmp_path: Path) -> None:
    old, there = tmp_path / "old", tmp_path / "there"
    old.write_text("old")
    there.write_text("there")
    moving = fixes.Repair(renames=[RenameFile(str(old), str(there))])
    making = fixes.Repair(before={str(there): None}, after={str(there): "new"})
    for result in (moving, making):
        with pytest.raises(fixes.Refused, match="is there already"):
            fixes.write(result)
    assert contents(tmp_path) == {"old": "old", "there": "there"}


def test_all_files_are_looked_at_before_one_is_written(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("1")
    second.write_text("changed")
    result = fixes.Repair(
        before={str(first): "1", str(second): "2"}, after={str(first): "3", str(second): "4"}
    )
    with pytest.raises(fixes.Refused, match="has changed"):
        fixes.write(result)
    assert contents(tmp_path) == {"first": "1", "second": "changed"}


def test_a_failed_write_leaves_the_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        fixes.write(fixes.Repair(before={str(path): "old"}, after={str(path): "new"}))
    assert contents(tmp_path) == {"file": "old"}
