"""Settings files and comments in an editor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.server.test_diagnostics import FILES, ROCKSPEC, codes, start, uri
from tests.support.kong import kong
from tests.support.places import plant
from tests.support.wire import Wire

UNLICENSED = ROCKSPEC.replace('description = { license = "MIT" }', "description = {}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    plant(tmp_path.as_posix(), {**FILES, "acme-1.0-1.rockspec": UNLICENSED})
    return tmp_path


def settings_uri(folder: Path) -> str:
    return (folder / ".kong-lsp.toml").as_uri()


def quiet(wire: Wire, folder: Path) -> list[Any]:
    """What is published of the rockspec until nothing more comes."""
    while (message := wire.receive(0.5)) is not None:
        wire.seen.append(message)
    told = [
        each
        for each in wire.seen
        if each.get("method") == "textDocument/publishDiagnostics"
        and each["params"]["uri"] == uri(folder)
    ]
    wire.seen.clear()
    return told


def last(wire: Wire, folder: Path) -> Any:
    """The last of what is published of the rockspec."""
    told = wire.published(uri(folder))
    more = quiet(wire, folder)
    return more[-1]["params"] if more else told


def changed(wire: Wire, address: str) -> None:
    event = {"uri": address, "type": 2}
    wire.tell("workspace/didChangeWatchedFiles", {"changes": [event]})


def test_a_settings_file_is_followed(folder: Path) -> None:
    (folder / ".kong-lsp.toml").write_text('ignore = ["KM"]')
    with Wire() as wire:
        start(wire, folder)
        assert codes(wire.published(uri(folder))) == ["KR011"]
        (folder / ".kong-lsp.toml").write_text('ignore = ["KR"]')
        changed(wire, settings_uri(folder))
        assert codes(wire.published(uri(folder))) == ["KM103"]
        (folder / ".kong-lsp.toml").unlink()
        changed(wire, settings_uri(folder))
        assert codes(wire.published(uri(folder))) == ["KR011", "KM103"]


def test_a_settings_file_is_followed_as_it_is_typed(folder: Path) -> None:
    with Wire() as wire:
        (folder / ".kong-lsp.toml").write_text("")
        start(wire, folder)
        assert codes(wire.published(uri(folder))) == ["KR011", "KM103"]
        wire.open(settings_uri(folder), 'ignore = ["KM"]')
        assert codes(wire.published(uri(folder))) == ["KR011"]
        assert codes(wire.published(settings_uri(folder))) == []
        change = {"text": 'ignore = ["KM"'}
        document = {"uri": settings_uri(folder), "version": 1}
        wire.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        (told,) = wire.published(settings_uri(folder))["diagnostics"]
        assert told["code"] == "KX904"
        change = {"text": 'ignor = ["KM"]'}
        wire.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        (told,) = wire.published(settings_uri(folder))["diagnostics"]
        assert (told["code"], told["message"]) == (
            "KX903",
            "There is no setting ignor; did you mean ignore?",
        )
        assert told["range"]["start"] == {"line": 0, "character": 0}
        assert codes(wire.published(uri(folder))) == ["KR011", "KM103"]


def test_an_editor_that_sends_defaults_leaves_the_file_its_say(folder: Path) -> None:
    (folder / ".kong-lsp.toml").write_text('ignore = ["KM"]')
    defaults: Any = {"kongVersion": "auto", "select": [], "ignore": []}
    with Wire() as wire:
        start(wire, folder, initializationOptions=defaults)
        assert codes(wire.published(uri(folder))) == ["KR011"]
        wire.tell("workspace/didChangeConfiguration", {"settings": {"ignore": ["KR"]}})
        assert codes(wire.published(uri(folder))) == ["KM103"]
        wire.tell("workspace/didChangeConfiguration", {"settings": defaults})
        assert codes(wire.published(uri(folder))) == ["KR011"]


def test_comments_switch_rules_off_as_they_are_typed(folder: Path) -> None:
    with Wire() as wire:
        start(wire, folder)
        wire.open(uri(folder), UNLICENSED)
        assert codes(last(wire, folder)) == ["KR011", "KM103"]
        text = "-- kong-lsp: ignore-file[KM103, KM101]\n" + UNLICENSED
        document = {"uri": uri(folder), "version": 1}
        wire.tell(
            "textDocument/didChange",
            {"textDocument": document, "contentChanges": [{"text": text}]},
        )
        assert codes(wire.published(uri(folder))) == ["KX901", "KR011"]


def test_a_quick_fix_writes_the_comment(folder: Path) -> None:
    with Wire() as wire:
        start(wire, folder, {"textDocument": {"codeAction": {"codeActionLiteralSupport": {}}}})
        wire.open(uri(folder), UNLICENSED)
        published = wire.published(uri(folder))["diagnostics"]
        (told,) = [each for each in published if each["code"] == "KR011"]
        question = {
            "textDocument": {"uri": uri(folder)},
            "range": told["range"],
            "context": {"diagnostics": [told]},
        }
        actions = wire.ask("textDocument/codeAction", question)["result"]
        (action,) = [each for each in actions if each["title"].startswith("Ignore KR011")]
        assert action["title"] == "Ignore KR011 (missing-licence) here"
        (edit,) = action["edit"]["changes"][uri(folder)]
        assert edit["newText"] == "-- kong-lsp: ignore[KR011]\n"
        assert edit["range"]["start"] == {"line": 3, "character": 0}


def test_an_editor_can_ask_what_is_seen(folder: Path) -> None:
    (folder / ".kong-lsp.toml").write_text('kong_version = "3.4"')
    with Wire() as wire:
        start(wire, folder)
        told = wire.ask("workspace/executeCommand", {"command": "kong-lsp.status"})["result"]
        (root,) = told["roots"]
        assert (root["kong"], [each["name"] for each in root["plugins"]]) == ("3.4", ["acme"])
        assert root["path"] == folder.as_posix()
        assert root["plugins"][0]["folder"] == "kong/plugins/acme"
        (settings,) = told["settings"].values()
        assert settings["kong_version"] == {"value": "3.4", "origin": ".kong-lsp.toml"}
        assert 'kong_version = "3.4"' in told["text"]


def test_findings_can_wait_until_a_file_is_saved(folder: Path) -> None:
    settings = {"diagnostics": {"run": "onSave"}}
    with Wire() as wire:
        start(wire, folder, initializationOptions=settings)
        wire.open(uri(folder), UNLICENSED)
        assert codes(last(wire, folder)) == ["KR011", "KM103"]
        document = {"uri": uri(folder), "version": 1}
        wire.tell(
            "textDocument/didChange",
            {"textDocument": document, "contentChanges": [{"text": ROCKSPEC}]},
        )
        assert quiet(wire, folder) == []
        wire.tell("textDocument/didSave", {"textDocument": {"uri": uri(folder)}})
        assert codes(wire.published(uri(folder))) == ["KM103"]


def test_a_kong_on_the_disk_is_followed(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    yml = '_format_version: "3.0"\nplugins:\n- name: queue-jumper\n'
    own = {"kong.yml": yml, ".kong-lsp.toml": ""}
    plant(folder.as_posix(), {**FILES, "acme-1.0-1.rockspec": ROCKSPEC, **own})
    plant((tmp_path / "kong").as_posix(), kong("3.11.0"))
    yaml = (folder / "kong.yml").as_uri()
    with Wire() as wire:
        start(wire, folder)
        assert codes(wire.published(yaml)) == ["KC301"]
        wire.open(settings_uri(folder), 'kong_source = "../kong"')
        assert codes(wire.published(yaml)) == ["KC309"]
        change = {"text": 'plugins = ["queue-jumper"]'}
        document = {"uri": settings_uri(folder), "version": 1}
        wire.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        assert codes(wire.published(yaml)) == []


WATCHED = """
import os
scandir = os.scandir
def counted(path):
    with open(os.environ["LOOKED_INTO"], "a") as file:
        file.write(os.path.basename(os.path.normpath(path)) + "\\n")
    return scandir(path)
os.scandir = counted
"""


def test_excluded_folders_are_not_looked_into(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first walk on; a change of the settings has them walked anew."""
    watch = tmp_path_factory.mktemp("watch")
    (watch / "sitecustomize.py").write_text(WATCHED)
    monkeypatch.setenv("PYTHONPATH", str(watch))
    monkeypatch.setenv("LOOKED_INTO", str(watch / "seen"))
    (folder / "vendor").mkdir()
    (folder / ".kong-lsp.toml").write_text('exclude = ["vendor"]')

    def looked_into() -> list[str]:
        names = (watch / "seen").read_text().split()
        (watch / "seen").write_text("")
        return [name for name in names if name in ("acme", "vendor")]

    with Wire() as wire:
        start(wire, folder)
        assert codes(wire.published(uri(folder))) == ["KR011", "KM103"]
        assert looked_into() == ["acme"]
        (folder / ".kong-lsp.toml").write_text('exclude = ["acme"]')
        changed(wire, settings_uri(folder))
        assert codes(last(wire, folder)) == ["KR011"]
        assert looked_into() == ["vendor"]
