from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kong_lsp import cli

ROCKSPEC = """\
package = "acme"
version = "1.0-1"
source = { url = "git+https://example.com/acme.git" }
description = { summary = "A plugin", license = "MIT" }
dependencies = {}
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
    ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
  },
}
"""
MISSPELT = ROCKSPEC.replace("acme/handler.lua", "acme/hander.lua")
HANDLER = "return { PRIORITY = 1, VERSION = '1.0.0', access = function() end }\n"
SCHEMA = 'return { name = "acme", fields = {} }\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound plugin, in the current folder."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, ROCKSPEC)
    return tmp_path


def write(folder: Path, rockspec: str) -> Path:
    plugin = folder / "kong" / "plugins" / "acme"
    plugin.mkdir(parents=True, exist_ok=True)
    (plugin / "handler.lua").write_text(HANDLER)
    (plugin / "schema.lua").write_text(SCHEMA)
    path = folder / "acme-1.0-1.rockspec"
    path.write_text(rockspec)
    return path


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[tuple[str, str]]]:
    """The exit code, and the path and code of each finding."""
    capsys.readouterr()
    code = cli.main(["check", "--output-format", "json", *arguments])
    told: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return code, [(each["path"], each["code"]) for each in told]


def test_a_sound_plugin_ends_with_0(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check"]) == 0
    assert capsys.readouterr() == ("Nothing found in 1 rockspec.\n", "")


def test_a_finding_ends_with_1(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, MISSPELT)
    assert cli.main(["check", "--output-format", "concise", "--select", "KM101"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("acme-1.0-1.rockspec:9:")
    assert " error KM101 missing-module-file: " in out
    assert out.count("\n") == 1
    assert err == ""


@pytest.mark.parametrize("asked", [".", "kong/plugins/acme", "kong/plugins/acme/schema.lua"])
def test_a_plugin_without_a_rockspec_is_checked_from_whichever_of_its_places(
    here: Path, capsys: pytest.CaptureFixture[str], asked: str
) -> None:
    (here / "acme-1.0-1.rockspec").unlink()
    assert cli.main(["check", asked]) == 0
    assert capsys.readouterr() == ("Nothing found in 1 plugin.\n", "")
    (here / "kong/plugins/acme/schema.lua").write_text("return { name = 'acme', fields = 1 }\n")
    assert found(capsys, asked, "--kong-version", "3.9") == (
        1,
        [("kong/plugins/acme/schema.lua", "KP206")],
    )


def test_fail_on_says_what_counts(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unlicensed = ROCKSPEC.replace(', license = "MIT"', "")
    write(here, unlicensed)
    only = ("--select", "KR011")
    assert found(capsys, *only) == (1, [("acme-1.0-1.rockspec", "KR011")])
    assert found(capsys, *only, "--fail-on", "error")[0] == 0
    assert found(capsys, *only, "--fail-on", "hint")[0] == 1
    write(here, MISSPELT)
    assert found(capsys, "--fail-on", "error")[0] == 1
    assert found(capsys, "--fail-on", "never")[0] == 0


def test_rules_are_chosen_by_code_by_beginning_and_by_name(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, MISSPELT)
    code, everything = found(capsys)
    assert code == 1
    missing = ("acme-1.0-1.rockspec", "KM101")
    assert missing in everything
    assert found(capsys, "--select", "KM101") == (1, [missing])
    assert found(capsys, "--select", "km,KR", "--ignore", "missing-module-file") == (
        int(len(everything) > 1),
        [each for each in everything if each != missing],
    )
    assert found(capsys, "--select", "KR") == (0, [])


def test_an_unknown_rule_ends_with_2(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--ignore", "missing-module-fil"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "kong-lsp: there is no rule missing-module-fil; did you mean KM101 (missing-module-file)?\n"
    )


def test_a_file_stands_for_the_rocks_it_belongs_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    for name in ("one", "two"):
        write(tmp_path / name, MISSPELT.replace("acme", name))
        (tmp_path / name / "kong" / "plugins" / "acme").rename(
            tmp_path / name / "kong" / "plugins" / name
        )
        (tmp_path / name / "acme-1.0-1.rockspec").rename(tmp_path / name / f"{name}-1.0-1.rockspec")
    one = ("one/one-1.0-1.rockspec", "KM101")
    two = ("two/two-1.0-1.rockspec", "KM101")
    only = ("--select", "KM101")
    assert found(capsys, *only) == (1, [one, two])
    assert found(capsys, *only, "one/one-1.0-1.rockspec") == (1, [one])
    assert found(capsys, *only, "two/kong/plugins/two/handler.lua") == (1, [two])
    assert found(capsys, *only, "two") == (1, [two])
    assert found(capsys, *only, "two/kong") == (1, [two])
    assert found(capsys, *only, "one", "two/two-1.0-1.rockspec") == (1, [one, two])


def test_a_file_is_seen_with_its_whole_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also from elsewhere, without version control, and with rockspecs in a folder of their own."""
    write(tmp_path / "work", ROCKSPEC)
    (tmp_path / "work" / "rockspecs").mkdir()
    rockspec = tmp_path / "work" / "rockspecs" / "acme-1.0-1.rockspec"
    (tmp_path / "work" / "acme-1.0-1.rockspec").rename(rockspec)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    for path in (rockspec, rockspec.parent, tmp_path / "work/kong/plugins/acme/schema.lua"):
        assert found(capsys, str(path)) == (0, [])
    rockspec.write_text(MISSPELT)
    for path in (rockspec, rockspec.parent, tmp_path / "work/kong/plugins/acme/schema.lua"):
        assert found(capsys, "--select", "KM101", str(path)) == (
            1,
            [("../work/rockspecs/acme-1.0-1.rockspec", "KM101")],
        )


def test_standard_input_takes_the_place_of_a_file(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def type_in(text: str) -> None:
        stdin = io.TextIOWrapper(io.BytesIO(text.encode()))
        monkeypatch.setattr(sys, "stdin", stdin)

    only = ("--select", "KM", "--stdin-filename")
    type_in(MISSPELT)
    assert found(capsys, *only, "acme-1.0-1.rockspec")[1][0] == ("acme-1.0-1.rockspec", "KM101")
    type_in('require "kong.plugins.acme.nowhere"\n' + HANDLER)
    assert found(capsys, *only, "kong/plugins/acme/handler.lua") == (
        1,
        [("kong/plugins/acme/handler.lua", "KM108")],
    )
    type_in(ROCKSPEC.replace("acme", "none").replace("1.0-1", "2.0-1"))
    code, told = found(capsys, *only, "none-2.0-1.rockspec")
    assert code == 1
    assert {path for path, _ in told} == {"none-2.0-1.rockspec"}


def complaint(capsys: pytest.CaptureFixture[str], *paths: str) -> str:
    """What is said on standard error by a check that cannot run."""
    capsys.readouterr()
    assert cli.main(["check", *paths]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err


def test_paths_that_cannot_be_checked_end_with_2(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "dead.rockspec").symlink_to("nowhere")
    (here / "folder.rockspec").mkdir()
    (here / "notes.txt").write_text("")
    os.mkfifo(here / "pipe.rockspec")
    with (here / "huge.rockspec").open("wb") as file:
        file.truncate(50_000_000)
    said = [
        complaint(capsys, path)
        for path in (
            "absent.rockspec",
            "absent",
            "dead.rockspec",
            "folder.rockspec",
            "notes.txt",
            "pipe.rockspec",
            "huge.rockspec",
        )
    ]
    assert said == [
        "kong-lsp: absent.rockspec: no such file or folder\n",
        "kong-lsp: absent: no such file or folder\n",
        "kong-lsp: dead.rockspec: a link to nowhere, which does not exist\n",
        "kong-lsp: folder.rockspec: a folder, not a rockspec\n",
        "kong-lsp: notes.txt: neither a rockspec, a Lua file, nor a configuration of Kong's\n",
        "kong-lsp: pipe.rockspec: not a regular file\n",
        "kong-lsp: huge.rockspec: 50000000 bytes, more than 4194304: not read\n",
    ]


def test_a_home_folder_is_not_walked(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(here))
    assert complaint(capsys, ".") == (
        "kong-lsp: .: too large a folder to work in; name one inside it\n"
    )


def test_one_bad_path_does_not_hide_what_the_others_say(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, MISSPELT)
    assert found(capsys, "--select", "KM101", ".", "absent") == (
        2,
        [("acme-1.0-1.rockspec", "KM101")],
    )


def test_odd_entries_in_a_folder_are_told_and_passed_over(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "dead.rockspec").symlink_to("nowhere")
    (here / "folder.rockspec").mkdir()
    os.mkfifo(here / "pipe.rockspec")
    os.mkfifo(here / "kong" / "plugins" / "acme" / "pipe.lua")
    with (here / "huge-1-1.rockspec").open("wb") as file:
        file.truncate(50_000_000)
    assert cli.main(["check"]) == 0
    out, err = capsys.readouterr()
    assert out == "Nothing found in 1 rockspec.\n"
    assert err == (
        "kong-lsp: folder.rockspec: a folder, not a file\n"
        "kong-lsp: huge-1-1.rockspec: 50000000 bytes, more than 4194304: not read\n"
    )


def test_where_nothing_could_be_read_the_code_is_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.rockspec").mkdir()
    assert complaint(capsys) == "kong-lsp: folder.rockspec: a folder, not a file\n"


def test_where_there_is_nothing_to_check_the_code_is_0(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check"]) == 0
    said = "no rockspec, no plugin and no configuration of Kong's there"
    assert capsys.readouterr() == ("", f"kong-lsp: .: {said}\n")


def test_a_rockspec_that_is_not_utf8_is_told_and_checked(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = MISSPELT.replace("A plugin", "Caf\xe9").encode("latin-1")
    (here / "acme-1.0-1.rockspec").write_bytes(data)
    assert cli.main(["check", "--select", "KM101"]) == 1
    out, err = capsys.readouterr()
    assert "KM101" in out
    assert err.startswith("kong-lsp: acme-1.0-1.rockspec: byte 0xE9 at offset ")


def command(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kong_lsp", *arguments],
        capture_output=True,
        text=True,
        check=False,
        **more,
    )


def test_wrong_usage_ends_with_2(here: Path) -> None:
    for arguments in ((), ("chekc",), ("check", "--output-format", "xml"), ("explain",)):
        done = command(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("usage: kong-lsp")


def test_a_reader_that_leaves_is_no_error(here: Path) -> None:
    write(here, MISSPELT)
    read, write_end = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "kong_lsp", "check"],
        stdout=write_end,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write_end)
    assert (done.stderr, done.returncode) == (b"", 1)


def test_an_interrupt_ends_quietly_with_130(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(cli._COMMANDS, "check", interrupted)
    assert cli.main(["check"]) == 130
    assert capsys.readouterr() == ("", "")


def test_check_loads_nothing_slow(here: Path) -> None:
    """Not even with findings and help to tell of."""
    write(here, MISSPELT)
    program = (
        "import sys; from kong_lsp.cli import main; main(['check']);"
        "print([m for m in ('pygls', 'lsprotocol', 'yaml', 'asyncio', 'ssl', 'pathlib',"
        " 'attrs', 'cattrs', 'difflib', 'logging.config') if m in sys.modules],"
        " file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stderr == "[]\n"


def test_a_text_in_a_narrow_encoding_does_not_fail(here: Path) -> None:
    write(here, MISSPELT.replace("A plugin", "\u6f22"))
    done = command("check", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (1, "")
