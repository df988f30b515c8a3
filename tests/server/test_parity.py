"""An editor is told what the command line reports, for every rule's examples."""

from __future__ import annotations

from pathlib import Path

from kong_lsp.rules import all_rules
from kong_lsp.rules.rule import page
from kong_lsp.server.convert import path_of
from kong_lsp.targets import gather
from kong_lsp.text import Document
from tests.support.fixture import read
from tests.support.places import plant
from tests.support.wire import Json, Wire

SETTLED = {
    "settings": """
        # file: .kong-lsp.toml
        ignore = ["KR", "no-such-rule"]
        exclude = ["old"]
        [severity]
        KM101 = "hint"
        [per-file-ignores]
        "*.lua" = ["KP"]
        -- rock: acme
        build = { type = "builtin", modules = { ["kong.plugins.acme.handler"] = "no.lua" } }
        -- rock: old/older
        build = { type = "builtin", modules = { ["kong.plugins.older.handler"] = "no.lua" } }
        """,
    "comments": """
        -- rock: acme
        -- kong-lsp: ignore[KM101, KR004]
        build = { type = "builtin", modules = { ["kong.plugins.acme.handler"] = "no.lua" } }
        -- file: kong/plugins/acme/tools.lua
        return {} -- kong-lsp: ignore[KM108, nothing]
        # file: kong.yml
        _format_version: "3.0"
        plugins:
        - name: key-auht # kong-lsp: ignore[unknown-plugin]
        - name: key-auth # kong-lsp: ignore[unknown-plugin]
        """,
}
"""Trees in which settings and comments have their say."""

Shown = set[tuple[str, str, str, int, int, int, int]]


def test_the_editor_and_the_command_line_tell_the_same(tmp_path: Path) -> None:
    folders = []
    for module in all_rules():
        shown = page(module.__doc__)
        for kind, text in (("example", shown.example), ("instead", shown.instead)):
            folder = tmp_path / f"{module.rule.code}-{kind}"
            plant(folder.as_posix(), read(text).files)
            folders.append(folder)
    for name, text in SETTLED.items():
        plant((tmp_path / name).as_posix(), read(text).files)
        folders.append(tmp_path / name)
    told, found = told_to_editor(folders), reported(folders)
    assert sorted(found - told) == []
    assert sorted(told - found) == []


def reported(folders: list[Path]) -> Shown:
    """What ``kong-lsp check`` finds in each folder."""
    found: Shown = set()
    for folder in folders:
        targets = gather([folder.as_posix()])
        snapshot = targets.workspace.snapshot()
        for item in targets.findings(snapshot):
            document = Document(snapshot.text(item.path) or "")
            ends = (*document.position(item.span.start), *document.position(item.span.end))
            found.add((item.path, item.code, item.message, *ends))
    return found


def told_to_editor(folders: list[Path]) -> Shown:
    """What a client is told that opens one folder after the other."""
    found: Shown = set()
    with Wire() as wire:
        wire.initialize(
            capabilities={
                "general": {"positionEncodings": ["utf-32"]},
                "textDocument": {"diagnostic": {}},
            },
        )
        removed: list[Json] = []
        for folder in folders:
            added = [{"uri": folder.as_uri(), "name": folder.name}]
            event = {"added": added, "removed": removed}
            wire.tell("workspace/didChangeWorkspaceFolders", {"event": event})
            removed = added
            answer = wire.ask("workspace/diagnostic", {"previousResultIds": []})
            for report in answer["result"]["items"]:
                for item in report["items"]:
                    start, end = item["range"]["start"], item["range"]["end"]
                    ends = (start["line"], start["character"], end["line"], end["character"])
                    path = str(path_of(report["uri"]))
                    found.add((path, item["code"], item["message"], *ends))
    return found
