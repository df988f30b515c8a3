"""The configurations that no editor is here to load: at least they can be read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kong_lsp.settings_layers import read_toml

EDITORS = Path(__file__).resolve().parents[2] / "editors"
UNTESTED = ("helix", "zed", "sublime")


SETTINGS = [*EDITORS.glob("*/*settings*.json"), *EDITORS.glob("sublime/*Servers.*")]


@pytest.mark.parametrize("path", sorted(SETTINGS), ids=str)
def test_settings_are_json_that_starts_the_server(path: Path) -> None:
    text = json.dumps(json.loads(path.read_text(encoding="utf-8")))
    assert "kong-lsp" in text
    assert "serve" in text


@pytest.mark.parametrize("path", sorted(EDITORS.glob("*/*.toml")), ids=str)
def test_tables_are_toml_that_names_the_server(path: Path) -> None:
    table, problem = read_toml(path.read_text(encoding="utf-8"))
    assert problem is None
    assert "kong-lsp" in json.dumps(table)


@pytest.mark.parametrize("editor", UNTESTED)
def test_what_is_not_tested_says_so(editor: str) -> None:
    text = (EDITORS / editor / "README.md").read_text(encoding="utf-8")
    assert re.search(r"Written from .*documentation.*and not tested", text)
    assert "To check that it works" in text


def test_every_editor_is_listed() -> None:
    folders = {path.parent.name for path in EDITORS.glob("*/README.md")}
    listed = set(re.findall(r"\((\w+)/README\.md\)", (EDITORS / "README.md").read_text()))
    assert folders == listed
