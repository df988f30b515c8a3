"""Settings: which wins, what is wrong with a file, what is shown of them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kong_lsp import cli
from kong_lsp.settings import KEYS, Settings, schema
from kong_lsp.settings_layers import NOTHING, Known, Layer
from kong_lsp.workspace.files import matches
from tests.cli.test_check import ROCKSPEC, found, write
from tests.support.kong import kong
from tests.support.trees import plant

UNLICENSED = ROCKSPEC.replace(', license = "MIT"', "")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plugin whose rockspec lacks a licence, in the current folder."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, UNLICENSED)
    return tmp_path


def say(folder: Path, text: str) -> None:
    (folder / ".kong-lsp.toml").write_text(text)


LICENCE = ("acme-1.0-1.rockspec", "KR011")


def test_a_file_switches_rules_off(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert found(capsys) == (1, [LICENCE])
    for text in (
        'ignore = ["missing-licence"]',
        'select = ["KM"]',
        'severity = { KR011 = "off" }',
        'exclude = ["*.rockspec"]',
        '[per-file-ignores]\n"*.rockspec" = ["KR"]',
    ):
        say(here, text)
        assert found(capsys) == (0, [])


def test_a_file_changes_severities(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say(here, '[severity]\nKR = "error"\nKR011 = "hint"\n')
    assert found(capsys) == (0, [LICENCE])
    say(here, '[severity]\nKR = "error"\n')
    assert found(capsys, "--fail-on", "error") == (1, [LICENCE])


def test_the_command_line_wins_over_the_file(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    say(here, 'ignore = ["KR011"]')
    assert found(capsys, "--ignore", "KM") == (1, [LICENCE])


def test_the_nearest_file_above_is_the_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say(here, 'ignore = ["KR011"]')
    write(here / "inner", UNLICENSED)
    say(here / "inner", "")
    assert found(capsys) == (1, [("inner/acme-1.0-1.rockspec", "KR011")])
    assert found(capsys, "inner") == (1, [("inner/acme-1.0-1.rockspec", "KR011")])


def test_the_version_of_kong_decides_what_is_obsolete(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hooks = (
        '["kong.plugins.acme.hooks"] = "kong/plugins/acme/hooks.lua",\n    ["kong.plugins.acme.s'
    )
    write(here, ROCKSPEC.replace('["kong.plugins.acme.s', hooks))
    (here / "kong/plugins/acme/hooks.lua").write_text("return {}\n")
    only = ("--select", "KM111")
    assert found(capsys, *only) == (1, [("acme-1.0-1.rockspec", "KM111")])
    say(here, 'kong_version = "0.10"')
    assert found(capsys, *only) == (0, [])
    assert found(capsys, *only, "--kong-version", "3.9")[0] == 1
    assert cli.main(["check", "--kong-version", "next"]) == 2
    assert capsys.readouterr().err == (
        'kong-lsp: there is no Kong next; name a release, such as 3.4, or "auto"\n'
    )


def test_what_is_wrong_with_a_file_is_told_in_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    say(
        here,
        'selct = ["KM"]\n'
        'ignore = ["KR011", "unlisted-modul"]\n'
        "exclude = 3\n"
        "\n[diagnostics]\n"
        'run = "always"\n'
        "[severity]\n"
        'KM101 = "bad"\n',
    )
    assert cli.main(["check", "--output-format", "concise"]) == 1
    assert capsys.readouterr().out == (
        ".kong-lsp.toml:1:1: warning KX903 unknown-setting: There is no setting selct; did you mean "
        "select?\n"
        ".kong-lsp.toml:2:21: warning KX904 invalid-setting: There is no rule unlisted-modul; "
        "did you mean unlisted-module?\n"
        '.kong-lsp.toml:3:1: warning KX904 invalid-setting: "exclude" must be a list of files, '
        "not 3.\n"
        '.kong-lsp.toml:6:1: warning KX904 invalid-setting: "diagnostics.run" must be '
        '"onType" or "onSave", not "always".\n'
        '.kong-lsp.toml:8:1: warning KX904 invalid-setting: "severity.KM101" must be one of '
        'error, warning, information, hint, off, not "bad".\n'
    )


def test_what_is_no_toml_is_told_where_it_ends(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    say(here, 'ignore = ["KR011"]\nselect = [\n')
    assert found(capsys) == (1, [(".kong-lsp.toml", "KX904"), LICENCE])


def test_a_file_that_breaks_keeps_what_it_said(tmp_path: Path) -> None:
    say(tmp_path, "")
    file = f"{tmp_path.as_posix()}/.kong-lsp.toml"
    texts = {file: 'ignore = ["KR011"]\nkong_version = "3.4"'}
    known = Known(NOTHING, texts.get)
    path = f"{tmp_path.as_posix()}/x.rockspec"
    wanted = Settings(kong_version="3.4", ignore=("KR011",))
    assert known.of(path) == wanted
    for broken in ('ignore = ["KR011"', 'ignore = 3\nkong_version = "next"'):
        texts[file] = broken
        known.change()
        assert known.of(path) == wanted
        assert known.layer_of(file).problems
    texts[file] = ""
    known.change()
    assert known.of(path) == Settings()


def test_globs() -> None:
    assert matches("/w/**/vendor", "/w/a/vendor/x.lua")
    assert matches("/w/**/vendor", "/w/vendor")
    assert matches("/w/spec/**", "/w/spec/a/b.lua")
    assert matches("/w/a*.lua", "/w/ab.lua")
    assert not matches("/w/a*.lua", "/w/a/b.lua")
    assert not matches("/w/vendor", "/w/vendored/x.lua")
    assert not matches("/w/a.lua", "/w/axlua")


def test_settings_shows_where_each_comes_from(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    say(here, 'kong_version = "3.4"\n[severity]\nKM101 = "hint"\n')
    assert cli.main(["settings", "kong", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == [key.name for key in KEYS]
    assert told["kong_version"] == {"value": "3.4", "origin": ".kong-lsp.toml"}
    assert told["severity"] == {"value": {"KM101": "hint"}, "origin": ".kong-lsp.toml"}
    assert told["select"] == {"value": [], "origin": "default"}
    assert cli.main(["settings"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["kong_version", "=", '"3.4"', "#", ".kong-lsp.toml"]
    assert cli.main(["settings", "absent"]) == 2


def test_settings_that_are_wrong_end_with_2(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say(here, "selct = []")
    assert cli.main(["settings"]) == 2
    assert capsys.readouterr().err == (
        "kong-lsp: .kong-lsp.toml: there is no setting selct; did you mean select?\n"
    )


def test_the_schema_takes_what_we_take_and_nothing_else() -> None:
    judge = jsonschema.Draft7Validator(schema())
    judge.check_schema(schema())
    good = {
        "kong_version": "3.4",
        "kong_source": "../kong",
        "plugins": ["my-company-auth"],
        "select": ["KM", "rock-name"],
        "ignore": ["KR011"],
        "per-file-ignores": {"spec/**": ["KP"]},
        "severity": {"KM115": "off"},
        "exclude": ["vendor"],
        "roots": ["../other"],
        "diagnostics": {"run": "onSave"},
    }
    assert list(judge.iter_errors(good)) == []
    wrong: tuple[dict[str, Any], ...] = (
        {"selct": []},
        {"kong_version": "next"},
        {"ignore": ["no-such-rule"]},
        {"severity": {"KM115": "bad"}},
        {"diagnostics": {"run": "never"}},
    )
    for bad in wrong:
        assert not judge.is_valid(bad), bad


def test_other_roots_make_plugins_known(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, ROCKSPEC)
    (here / "kong.yml").write_text(
        '_format_version: "3.0"\nplugins:\n- name: strange-one\n', encoding="utf-8"
    )
    other = here.parent / "other" / "kong" / "plugins" / "strange-one"
    other.mkdir(parents=True)
    (other / "handler.lua").write_text("return {}\n")
    (other / "schema.lua").write_text('return { name = "strange-one", fields = {} }\n')
    only = ("--select", "KC301")
    assert found(capsys, *only)[1] == [("kong.yml", "KC301")]
    say(here, 'roots = ["../other"]')
    assert found(capsys, *only)[1] == []


def test_plugins_that_are_named_are_known(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "kong.yml").write_text(
        '_format_version: "3.0"\nplugins:\n- name: strange-one\n', encoding="utf-8"
    )
    only = ("--select", "KC301")
    assert found(capsys, *only)[1] == [("kong.yml", "KC301")]
    say(here, 'plugins = ["strange-one"]')
    assert found(capsys, *only)[1] == []


def test_a_kong_on_the_disk_is_found_from_the_file_that_names_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(here.parent / "my-kong", kong("3.11.0"))
    (here / "kong.yml").write_text(
        '_format_version: "3.0"\nplugins:\n- name: queue-jumper\n', encoding="utf-8"
    )
    only = ("--select", "KC,KX")
    assert found(capsys, *only)[1] == [("kong.yml", "KC301")]
    say(here, 'kong_source = "../my-kong"')
    assert found(capsys, *only)[1] == [("kong.yml", "KC309")]
    say(here, 'kong_source = "../no-kong"')
    assert sorted(found(capsys, *only)[1]) == [(".kong-lsp.toml", "KX904"), ("kong.yml", "KC301")]


def test_a_kong_that_was_not_there_yet_is_found_later(tmp_path: Path) -> None:
    file = tmp_path / ".kong-lsp.toml"
    file.write_text('kong_source = "kong"\n')
    known = Known(NOTHING, lambda path: Path(path).read_text())
    (problem,) = known.layer_of(file.as_posix()).problems
    assert problem.message == (
        '"kong_source" must be the folder of a Kong, with kong/meta.lua in it, not "kong"'
    )
    plant(tmp_path / "kong", kong())
    known.change()
    assert known.of(f"{tmp_path.as_posix()}/x").kong_source == f"{tmp_path.as_posix()}/kong"
    assert known.layer_of(file.as_posix()).problems == ()


def test_layers_say_what_they_hold() -> None:
    over = Layer("the command line", {"ignore": ("KM",)})
    known = Known(over, lambda _: None)
    assert [origin for _, _, origin in known.origins("/w/x")].count("the command line") == 1
    assert known.of("/w/x").ignore == ("KM",)


@pytest.fixture
def looked_into(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the folders whose entries are read from now on."""
    seen: list[str] = []
    scandir = os.scandir

    def counted(path: str) -> Any:
        seen.append(os.path.basename(os.path.normpath(path)))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", counted)
    return seen


@pytest.mark.parametrize(
    ("exclude", "skipped"),
    [
        ("vendor", {"vendor", "inner"}),
        ("vendor/", {"vendor", "inner"}),
        ("vendor/**", {"vendor", "inner"}),
        ("vendor/*", {"vendor", "inner"}),
        ("**/inner", {"inner"}),
        ("vendor/*.lua", set()),
        ("*.rockspec", set()),
    ],
)
def test_excluded_folders_are_not_looked_into(
    here: Path,
    capsys: pytest.CaptureFixture[str],
    looked_into: list[str],
    exclude: str,
    skipped: set[str],
) -> None:
    (here / "vendor" / "inner").mkdir(parents=True)
    say(here, f'exclude = ["{exclude}"]')
    cli.main(["check"])
    assert {"vendor", "inner"} - set(looked_into) == skipped
    write(here / "vendor", ROCKSPEC.replace("handler.lua", "hander.lua"))
    said = found(capsys, "--select", "KM101")[1]
    assert said == ([] if "vendor" in skipped or "rockspec" in exclude else [MISSING])


MISSING = ("vendor/acme-1.0-1.rockspec", "KM101")


def test_a_module_in_an_excluded_folder_is_not_known_to_be_absent(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, ROCKSPEC.replace("kong/plugins/acme/schema", "generated/schema"))
    only = ("--select", "KM101")
    assert found(capsys, *only) == (1, [("acme-1.0-1.rockspec", "KM101")])
    (here / "generated").mkdir()
    say(here, 'exclude = ["generated"]')
    assert found(capsys, *only) == (0, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("select = " + "[" * 10_000, ":1:1: warning KX904 invalid-setting: This is nested too"),
        ('kong_version = "3.4"\n[', ":2:2: warning KX904 invalid-setting: This is no TOML"),
    ],
)
def test_a_file_that_is_no_toml_is_told_where_it_stops(
    here: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    say(here, text)
    assert cli.main(["check", "--select", "KX", "--output-format", "concise"]) == 1
    assert capsys.readouterr().out.startswith(f".kong-lsp.toml{said}")
