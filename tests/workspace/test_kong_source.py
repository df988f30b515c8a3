"""The Kong that the settings point at, and plugins that they name."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from kong_lsp.features.config_completion import config_completion
from kong_lsp.features.config_hover import config_hover
from kong_lsp.plugin.kong_source import source_at
from kong_lsp.workspace.workspace import Workspace
from tests.support.kong import HANDLER, SCHEMA, kong
from tests.support.trees import plant
from tests.support.world import analyze

KONG_YML = """\
_format_version: "3.0"
plugins:
- name: queue-jumper
  config:
    host: example.com
"""


class World:
    """A folder of configuration beside a Kong."""

    def __init__(
        self, folder: Path, files: dict[str, Any], version: str = "3.11.0", **given: Any
    ) -> None:
        self.kong = plant(folder / "kong", kong(version, others=files.pop("kong", None)))
        self.root = plant(folder / "work", files)
        self.workspace = Workspace()
        self.given: dict[str, Any] = {"kong_version": "auto", "kong_source": self.kong, **given}
        self.workspace.configure(**self.given)
        self.workspace.add_root(self.root, whole=True)

    def found(self) -> list[tuple[str, str]]:
        """Codes and messages."""
        snapshot = self.workspace.snapshot()
        return [(each.code, each.message) for part in analyze(snapshot).values() for each in part]

    def codes(self) -> list[str]:
        return [code for code, _ in self.found()]


def world(
    folder: Path, text: str = KONG_YML, version: str = "3.11.0", plugins: Iterable[str] = ()
) -> World:
    return World(folder, {"kong.yml": text}, version, plugins=tuple(plugins))


def test_its_plugins_are_known_and_their_schemas_hold(tmp_path: Path) -> None:
    assert world(tmp_path / "a").codes() == []
    wrong = KONG_YML.replace("    host: example.com", "    limit: 0\n    hots: x")
    found = world(tmp_path / "b", wrong)
    codes = ["KC308", "KC309", "KC311"]
    assert sorted(found.codes()) == codes
    found.workspace.configure(kong_version="auto")
    assert found.codes() == ["KC301"]


def test_errors_of_its_plugins_are_errors_whatever_its_version(tmp_path: Path) -> None:
    wrong = KONG_YML.replace("example.com", "1")
    (finding,) = analyze(world(tmp_path, wrong).workspace.snapshot()).popitem()[1]
    assert 'Kong 3.11.0 refuses it: "expected a string".' in finding.message
    assert (finding.code, finding.severity.name) == ("KC310", "ERROR")


def test_what_it_does_not_bundle_is_not_bundled(tmp_path: Path) -> None:
    ((code, message),) = world(tmp_path, KONG_YML.replace("queue-jumper", "key-auth")).found()
    assert code == "KC301"
    assert "3.11.0" in message


def test_bundled_means_what_it_bundles(tmp_path: Path) -> None:
    text = "services:\n  kong:\n    image: kong\n    environment:\n      KONG_PLUGINS: bundled\n"
    found = World(tmp_path, {"kong.yml": KONG_YML, "docker-compose.yml": text})
    assert found.codes() == []


def test_what_was_installed_beside_is_there_but_not_enabled(tmp_path: Path) -> None:
    beside = {"kong/plugins/mine/handler.lua": HANDLER, "kong/plugins/mine/schema.lua": SCHEMA}
    compose = "services:\n  kong:\n    image: kong\n    environment:\n      KONG_PLUGINS: {}\n"
    for listed, codes in (("bundled", ["KC302"]), ("bundled,mine", [])):
        files = {
            "kong": beside,
            "kong.yml": KONG_YML.replace("queue-jumper", "mine"),
            "docker-compose.yml": compose.format(listed),
        }
        assert World(tmp_path / listed, files).codes() == codes


def test_its_version_is_the_release(tmp_path: Path) -> None:
    found = world(tmp_path, version="3.4.2")
    (root,) = found.workspace.snapshot().roots
    assert root.kong.name == "3.4"
    found.workspace.configure(**{**found.given, "kong_version": "3.6"})
    (root,) = found.workspace.snapshot().roots
    assert (root.kong.name, root.source is None) == ("3.6", False)


def test_its_plugins_are_completed_and_explained(tmp_path: Path) -> None:
    text = KONG_YML.replace("    host: example.com", "    ")
    found = world(tmp_path, text)
    path = f"{found.root}/kong.yml"
    found.workspace.open(path, text)
    snapshot = found.workspace.snapshot()
    fields = [item.label for item in config_completion(snapshot, path, text, len(text) - 1)]
    assert fields == ["host", "limit"]
    at = text.index("queue-jumper")
    names = [item.label for item in config_completion(snapshot, path, text, at)]
    assert names == ["queue-jumper"]
    hover = config_hover(snapshot, path, text, at + 1)
    assert hover is not None
    assert hover.text.splitlines()[0] == "**queue-jumper** — bundled with Kong 3.11.0"
    assert "- PRIORITY 700" in hover.text


def test_a_plugin_whose_schema_cannot_be_read_is_not_judged(tmp_path: Path) -> None:
    closed = {"kong/plugins/queue-jumper/schema.lua": "\x1bLJ\x02"}
    text = KONG_YML.replace("host", "whatever")
    assert World(tmp_path, {"kong": closed, "kong.yml": text}).codes() == []


def test_modules_that_it_has_may_be_required(tmp_path: Path) -> None:
    rockspec = """package = "kong-plugin-x"
version = "1.0-1"
source = { url = "git+https://example.com/x.git" }
description = { license = "MIT" }
build = { type = "builtin", modules = {
  ["kong.plugins.x.handler"] = "kong/plugins/x/handler.lua",
  ["kong.plugins.x.schema"] = "kong/plugins/x/schema.lua",
} }
"""
    handler = 'local other = require "kong.plugins.queue-jumper.schema"\n' + HANDLER.replace(
        'local meta = require "kong.meta"', ""
    ).replace("meta.version", '"1.0.0"')
    files = {
        "kong-plugin-x-1.0-1.rockspec": rockspec,
        "kong/plugins/x/handler.lua": handler,
        "kong/plugins/x/schema.lua": 'return { name = "x", fields = {} }\n',
    }
    found = World(tmp_path, files)
    assert "KM108" not in found.codes()
    found.workspace.configure(kong_version="auto")
    assert "KM108" in found.codes()


@pytest.mark.parametrize("text", [KONG_YML, KONG_YML.replace("queue-jumper", "quene-jumper")])
def test_plugins_that_the_settings_name_exist(tmp_path: Path, text: str) -> None:
    name = text.split()[5]
    found = World(tmp_path, {"kong.yml": text}, kong_source="", plugins=("queue-jumper", "my-own"))
    assert found.codes() == ([] if name == "queue-jumper" else ["KC301"])
    found.workspace.configure(kong_version="auto")
    assert found.codes() == ["KC301"]


def test_it_is_read_once_until_it_changes(tmp_path: Path) -> None:
    folder = plant(tmp_path, kong())
    first = source_at(folder)
    assert first is not None
    assert first is source_at(folder)
    assert first is source_at(f"{folder}/kong")
    assert first.record("queue-jumper") is first.record("queue-jumper")
    assert first.record("absent") is None
    os.utime(tmp_path / "kong" / "constants.lua", (1, 1))
    assert source_at(folder) is not first
    assert source_at(f"{folder}/nowhere") is None
