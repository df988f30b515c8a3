from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from kong_lsp import cli, fixes
from kong_lsp.features.new_plugin import new_plugin
from kong_lsp.features.rename import Refused
from kong_lsp.kong import releases
from kong_lsp.kong.releases import NEWEST, RELEASES
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.workspace import Workspace
from tests.support.trees import plant
from tests.support.world import analyze


def see(folder: Path, release: str = "auto") -> Snapshot:
    workspace = Workspace()
    workspace.configure(kong_version=release)
    workspace.add_root(folder.as_posix(), whole=True)
    return workspace.snapshot()


@pytest.mark.parametrize("release", [str(release) for release in RELEASES])
def test_a_new_plugin_has_no_finding(tmp_path: Path, release: str) -> None:
    assert cli.main(["new", "my-corp", str(tmp_path / "new"), "--kong-version", release]) == 0
    assert analyze(see(tmp_path / "new", release)) == {}
    assert cli.main(["check", str(tmp_path / "new"), "--fail-on", "hint"]) == 0


def test_where_settings_are_made_none_are_added(tmp_path: Path) -> None:
    (tmp_path / ".kong-lsp.toml").write_text('kong_version = "2.8"\n')
    assert cli.main(["new", "corp", str(tmp_path / "new"), "--kong-version", "2.8"]) == 0
    assert [*tmp_path.rglob(".kong-lsp.toml")] == [tmp_path / ".kong-lsp.toml"]
    assert cli.main(["check", str(tmp_path / "new"), "--fail-on", "hint"]) == 0


def test_a_name_in_capitals_is_taken_and_the_rockspecs_file_is_called_in_small_letters(
    tmp_path: Path,
) -> None:
    assert cli.main(["new", "My_Corp", str(tmp_path / "new")]) == 0
    assert (tmp_path / "new/kong-plugin-my_corp-0.1.0-1.rockspec").exists()
    assert analyze(see(tmp_path / "new")) == {}


@pytest.mark.parametrize("release", ["1.2", "2.8", "3.9"])
def test_it_is_built_by_luarocks_and_loaded_by_luajit(tmp_path: Path, release: str) -> None:
    assert cli.main(["new", "corp", str(tmp_path / "new"), "--kong-version", release]) == 0
    lua = (
        'local h, s = require "kong.plugins.corp.handler", require "kong.plugins.corp.schema"\n'
        'assert(h.PRIORITY == 1000 and h.VERSION == "0.1.0" and h.header_filter)\n'
        'assert(s.name == "corp" and s.fields[1].config.fields[1].response_header)\n'
    )
    for command in (
        ["luarocks", "--lua-version=5.1", "make", "--tree", "tree", "--deps-mode=none"],
        ["luajit", "-e", lua],
    ):
        done = subprocess.run(
            command,
            cwd=tmp_path / "new",
            env={
                **os.environ,
                "HOME": str(tmp_path),
                "LUA_PATH": "tree/share/lua/5.1/?.lua;;",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_command_tells_what_it_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["new", "corp"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "kong-plugin-corp/README.md",
        "kong-plugin-corp/kong-plugin-corp-0.1.0-1.rockspec",
        "kong-plugin-corp/kong.conf",
        "kong-plugin-corp/kong/plugins/corp/handler.lua",
        "kong-plugin-corp/kong/plugins/corp/schema.lua",
        "kong-plugin-corp/spec/corp/01-header_spec.lua",
    ]
    assert (tmp_path / "kong-plugin-corp/kong.conf").read_text() == "plugins = bundled,corp\n"
    assert cli.main(["new", "corp"]) == 2
    assert capsys.readouterr().err == (
        "kong-lsp: there is a plugin called corp already; nothing is written\n"
    )
    assert cli.main(["new", "corp", "--kong-version", "nonsense"]) == 2


def test_it_is_added_to_the_list_that_is_there(tmp_path: Path) -> None:
    plant(tmp_path, {"kong.conf": "log_level = debug\nplugins = bundled,other # mine\n"})
    snapshot = see(tmp_path)
    changes = new_plugin(snapshot, f"{tmp_path.as_posix()}/plugins/corp", "corp", NEWEST)
    fixes.write(fixes.planned(snapshot, changes))
    text = (tmp_path / "kong.conf").read_text()
    assert text == "log_level = debug\nplugins = bundled,other,corp # mine\n"
    assert not (tmp_path / "plugins/corp/kong.conf").exists()


@pytest.mark.parametrize(
    ("name", "files", "why"),
    [
        ("jwt", {}, "comes with Kong"),
        ("../x", {}, "cannot be called"),
        ("kong-plugin-corp", {}, "is how the rock of a plugin corp is called: take corp"),
        ("corp", {"kong/plugins/corp/handler.lua": "return {}\n"}, "already"),
        ("corp", {"spec/corp/01-header_spec.lua": ""}, "is there already"),
        ("corp", {"x-1.0-1.rockspec": ""}, "holds a rockspec already"),
    ],
)
def test_nothing_is_overwritten(tmp_path: Path, name: str, files: dict[str, str], why: str) -> None:
    plant(tmp_path, files)
    release = releases.find("3.9")
    assert release is not None
    with pytest.raises(Refused, match=why):
        new_plugin(see(tmp_path), tmp_path.as_posix(), name, release)
