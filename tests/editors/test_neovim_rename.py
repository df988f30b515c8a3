"""A new plugin and a rename of it, in a real Neovim."""

from __future__ import annotations

from pathlib import Path

from kong_lsp import cli
from tests.support.neovim import drive


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_plugin_that_is_made_and_renamed_is_as_if_it_had_been_made_so(tmp_path: Path) -> None:
    plugin = tmp_path / "my plugin"
    plugin.mkdir()
    (plugin / "kong.conf").write_text("plugins = bundled\n")
    seen = drive(tmp_path, "neovim_rename.lua", plugin / "kong.conf")
    assert seen["made"]["uri"].endswith("/my%20plugin/kong/plugins/corp/handler.lua")
    assert seen["told"] == ["Nothing to rename"]
    other = tmp_path / "other"
    assert cli.main(["new", "corp", str(other)]) == 0
    wanted = {
        path.replace("/corp/", "/bolt/"): text.replace("plugins.corp", "plugins.bolt")
        .replace("plugins/corp", "plugins/bolt")
        .replace('name = "corp"', 'name = "bolt"')
        .replace('PLUGIN_NAME = "corp"', 'PLUGIN_NAME = "bolt"')
        .replace("plugins = bundled,corp", "plugins = bundled,bolt")
        for path, text in files(other).items()
    }
    wanted["README.md"] = files(other)["README.md"]
    assert files(plugin) == wanted
