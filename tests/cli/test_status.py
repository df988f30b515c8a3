from __future__ import annotations

import json
from pathlib import Path

import pytest

from kong_lsp import cli
from tests.cli.test_check import HANDLER, ROCKSPEC, write


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plugin with a module that is not listed and a configuration that uses it."""
    monkeypatch.chdir(tmp_path)
    schema = '    ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",\n'
    write(tmp_path, ROCKSPEC.replace(schema, ""))
    plugin = tmp_path / "kong" / "plugins" / "acme"
    (plugin / "handler.lua").write_text('require "kong.plugins.acme.tools"\n' + HANDLER)
    (plugin / "tools.lua").write_text("return {}\n")
    (tmp_path / "kong.conf").write_text("plugins = bundled,acme\n")
    (tmp_path / "kong.yml").write_text(
        '_format_version: "3.0"\nplugins:\n- name: acme\n- name: key-auth\n'
    )
    return tmp_path


def test_status_tells_of_plugins_and_who_uses_them(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["status", "--json"]) == 0
    (root,) = json.loads(capsys.readouterr().out)["roots"]
    assert root["path"] == "."
    (rock,) = root["rocks"]
    assert (rock["package"], rock["modules"], rock["held"]) == ("acme", 1, True)
    (plugin,) = root["plugins"]
    listed = ["acme-1.0-1.rockspec"]
    handler = "kong/plugins/acme/handler.lua"
    assert [tuple(module.values()) for module in plugin["modules"]] == [
        ("kong.plugins.acme.handler", "mandatory", handler, listed, []),
        ("kong.plugins.acme.schema", "mandatory", "kong/plugins/acme/schema.lua", [], []),
        ("kong.plugins.acme.tools", None, "kong/plugins/acme/tools.lua", [], [handler]),
    ]
    conf, yaml = root["configurations"]
    assert conf["enabled"] == [{"setting": "plugins", "plugins": ["bundled", "acme"]}]
    assert yaml["uses"] == ["acme", "key-auth"]


def test_status_is_a_table_for_people(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["status", "."]) == 0
    told = capsys.readouterr().out
    assert ["kong.plugins.acme.tools", "yes", "no", "kong/plugins/acme/handler.lua"] in [
        line.split() for line in told.splitlines()
    ]
    assert told.startswith(".: Kong 3.9, as the files say\n")
    assert "  rock acme-1.0-1.rockspec: 1 module, packages acme\n" in told
    assert "  configuration kong.yml (declarative)\n    uses acme, key-auth\n" in told


def test_status_tells_that_no_file_says_which_kong(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "kong.yml").unlink()
    assert cli.main(["status"]) == 0
    assert capsys.readouterr().out.startswith(".: Kong 3.9, the newest: no file says which\n")


def test_status_of_what_is_not_there_ends_with_2(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["status", "absent"]) == 2
    assert capsys.readouterr() == ("", "kong-lsp: absent: no such file or folder\n")


def test_configuration_files_are_checked_by_themselves(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "kong.yml").write_text('_format_version: "3.0"\nplugins:\n- name: key-auht\n')
    (here / "kong.conf").write_text("plugins = bundled,acme,\n")
    for name, code in (("kong.yml", "KC301"), ("kong.conf", "KC306")):
        assert cli.main(["check", name, "--output-format", "concise"]) == 1
        told = capsys.readouterr().out
        assert f" {code} " in told
        assert all(line.startswith(f"{name}:") for line in told.splitlines())
