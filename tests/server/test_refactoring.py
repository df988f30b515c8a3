"""Rename, moved files and the new plugin, message by message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from kong_lsp.server.convert import path_of, span_of
from kong_lsp.text import Document, Edit
from tests.support.trees import natural, plant, rockspec
from tests.support.wire import Json, Wire

ABLE: Json = {
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "rename", "delete"],
        },
        "fileOperations": {
            "willRename": True,
            "didRename": True,
            "didCreate": True,
            "didDelete": True,
        },
        "workspaceFolders": True,
    },
    "textDocument": {"rename": {"prepareSupport": True}},
}
FILES = {
    "corp-1.0-1.rockspec": rockspec(natural("corp", "handler", "schema", "log"), "corp"),
    "kong/plugins/corp/handler.lua": 'local log = require "kong.plugins.corp.log"\n'
    'return { PRIORITY = 1, VERSION = "1.0.0", log = log }\n',
    "kong/plugins/corp/schema.lua": 'return { name = "corp", fields = {} }\n',
    "kong/plugins/corp/log.lua": "return {}\n",
    "kong.conf": "plugins = bundled,corp\n",
}


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire() as made:
        yield made


def start(wire: Wire, folder: Path, capabilities: Json, files: dict[str, str] = FILES) -> Json:
    plant(folder, files)
    return wire.initialize(
        rootUri=folder.as_uri(),
        capabilities=capabilities,
        workspaceFolders=[{"uri": folder.as_uri(), "name": "x"}],
    )


def ask_at(wire: Wire, method: str, path: Path, text: str, **more: Any) -> Json:
    """A request at the first ``text`` of a file, which is opened first."""
    content = path.read_text(encoding="utf-8")
    wire.open(path.as_uri(), content)
    before = content[: content.index(text)]
    line = before.count("\n")
    position = {"line": line, "character": len(before) - before.rfind("\n") - 1}
    document = {"uri": path.as_uri()}
    return wire.ask(method, {"textDocument": document, "position": position, **more})


def carry_out(edit: Json) -> None:
    """Do on the disk what a client does with a ``WorkspaceEdit``, in its order."""
    operations = edit.get("documentChanges")
    if operations is None:
        operations = [
            {"textDocument": {"uri": uri}, "edits": edits} for uri, edits in edit["changes"].items()
        ]
    for each in operations:
        match each.get("kind"):
            case "create":
                path = local(each["uri"])
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(exist_ok=False)
            case "rename":
                local(each["oldUri"]).rename(local(each["newUri"]))
            case _:
                path = local(each["textDocument"]["uri"])
                document = Document(path.read_text(encoding="utf-8"))
                spans = [span_of(document, one["range"], "utf-16") for one in each["edits"]]
                for span, one in sorted(zip(spans, each["edits"], strict=True), reverse=True):
                    document.edit(Edit(span, one["newText"]))
                path.write_text(document.text, encoding="utf-8")


def local(uri: str) -> Path:
    path = path_of(uri)
    assert path is not None
    return Path(path)


def content(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("name", ["plain", "with blank", "\N{ROCKET}é%20#x"])
def test_rename_is_prepared_and_done(wire: Wire, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    offered = start(wire, folder, ABLE)
    assert offered["renameProvider"] == {"prepareProvider": True}
    conf = folder / "kong.conf"
    prepared = ask_at(wire, "textDocument/prepareRename", conf, "corp")["result"]
    assert prepared == {
        "range": {"start": {"line": 0, "character": 18}, "end": {"line": 0, "character": 22}},
        "placeholder": "corp",
    }
    answer = ask_at(wire, "textDocument/rename", conf, "corp", newName="bolt")
    carry_out(answer["result"])
    assert content(folder) == {
        path.replace("/corp/", "/bolt/"): text.replace("plugins.corp", "plugins.bolt")
        .replace("plugins/corp", "plugins/bolt")
        .replace('name = "corp"', 'name = "bolt"')
        .replace("bundled,corp", "bundled,bolt")
        for path, text in FILES.items()
    }


def test_the_moves_of_a_rename_need_no_edit_of_their_own(wire: Wire, tmp_path: Path) -> None:
    start(wire, tmp_path, ABLE)
    answer = ask_at(wire, "textDocument/rename", tmp_path / "kong.conf", "corp", newName="bolt")
    (move,) = (
        {"oldUri": each["oldUri"], "newUri": each["newUri"]}
        for each in answer["result"]["documentChanges"]
        if each.get("kind") == "rename"
    )
    params = {"files": [move]}
    assert wire.ask("workspace/willRenameFiles", params)["result"] is None
    assert wire.ask("workspace/willRenameFiles", params)["result"] is not None


@pytest.mark.parametrize(
    ("text", "new", "why"),
    [
        ("jwt", "x", "jwt is a plugin that comes with Kong: its name is not yours to change"),
        ("corp", "jwt", "jwt is the name of a plugin that comes with Kong: take another"),
        ("plugins", "x", "there is no name of a plugin here"),
    ],
)
def test_a_refusal_is_an_error_that_says_why(
    wire: Wire, tmp_path: Path, text: str, new: str, why: str
) -> None:
    start(wire, tmp_path, ABLE, {**FILES, "kong.conf": "plugins = bundled,corp,jwt\n"})
    answer = ask_at(wire, "textDocument/rename", tmp_path / "kong.conf", text, newName=new)
    assert answer["error"] == {"code": -32803, "message": why}
    assert wire.leave() == (0, "")


def test_a_client_without_file_operations_is_told_at_once(wire: Wire, tmp_path: Path) -> None:
    offered = start(wire, tmp_path, {})
    assert offered["renameProvider"] is True
    answer = ask_at(wire, "textDocument/prepareRename", tmp_path / "kong.conf", "corp")
    assert answer["error"]["message"].startswith("with the plugin kong/plugins/corp would have")


def test_where_no_folder_has_the_name_plain_changes_do(wire: Wire, tmp_path: Path) -> None:
    files = {
        "corp-1.0-1.rockspec": rockspec(
            {
                "kong.plugins.corp.handler": "src/handler.lua",
                "kong.plugins.corp.schema": "src/schema.lua",
            }
        ),
        "src/handler.lua": FILES["kong/plugins/corp/handler.lua"],
        "src/schema.lua": FILES["kong/plugins/corp/schema.lua"],
    }
    start(wire, tmp_path, {}, files)
    path = tmp_path / "src/schema.lua"
    answer = ask_at(wire, "textDocument/rename", path, "corp", newName="bolt")
    assert answer["result"].keys() == {"changes"}
    carry_out(answer["result"])
    assert {path: text.replace("corp", "bolt") for path, text in files.items()} == {
        path: text.replace("corp", "bolt") for path, text in content(tmp_path).items()
    }
    assert "kong.plugins.corp" not in "".join(content(tmp_path).values())


def test_a_word_that_names_no_plugin_gives_null(wire: Wire, tmp_path: Path) -> None:
    start(wire, tmp_path, ABLE)
    conf = tmp_path / "kong.conf"
    assert ask_at(wire, "textDocument/prepareRename", conf, "plugins")["result"] is None


def filters(*patterns: tuple[str, str]) -> Json:
    return {
        "filters": [
            {"scheme": "file", "pattern": {"glob": glob, "matches": matches}}
            for glob, matches in patterns
        ]
    }


def test_the_client_is_asked_for_what_it_can_tell(wire: Wire, tmp_path: Path) -> None:
    offered = start(wire, tmp_path, ABLE)
    told = filters(("**/*", "file"), ("**", "folder"))
    assert offered["workspace"]["fileOperations"] == {
        "willRename": filters(("**/*.lua", "file"), ("**", "folder")),
        "didRename": told,
        "didCreate": told,
        "didDelete": told,
    }


def test_a_file_that_is_renamed_is_followed_and_nothing_is_found(
    wire: Wire, tmp_path: Path
) -> None:
    start(wire, tmp_path, ABLE)
    old, new = (tmp_path / f"kong/plugins/corp/{name}.lua" for name in ("log", "logger"))
    params = {"files": [{"oldUri": old.as_uri(), "newUri": new.as_uri()}]}
    edit = wire.ask("workspace/willRenameFiles", params)["result"]
    carry_out(edit)
    old.rename(new)
    wire.tell("workspace/didRenameFiles", params)
    after = content(tmp_path)
    assert after["corp-1.0-1.rockspec"] == FILES["corp-1.0-1.rockspec"].replace("log", "logger")
    assert '"kong.plugins.corp.logger"' in after["kong/plugins/corp/handler.lua"]
    uri = (tmp_path / "corp-1.0-1.rockspec").as_uri()
    wire.open(uri, after["corp-1.0-1.rockspec"])
    wire.ask("textDocument/documentLink", {"textDocument": {"uri": uri}})
    params = {"files": [{"oldUri": (tmp_path / "a").as_uri(), "newUri": "untitled:b"}]}
    assert wire.ask("workspace/willRenameFiles", params)["result"] is None


@pytest.mark.parametrize(("moved_at", "told"), [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)])
def test_a_moved_document_that_is_changed_after_it_was_closed_is_gone(
    wire: Wire, tmp_path: Path, moved_at: int, told: int
) -> None:
    start(wire, tmp_path, ABLE)
    folder = tmp_path / "kong/plugins/corp"
    document = {"uri": (folder / "handler.lua").as_uri()}
    wire.open(document["uri"], FILES["kong/plugins/corp/handler.lua"])
    moved = {"oldUri": folder.as_uri(), "newUri": folder.with_name("bolt").as_uri()}
    steps: list[tuple[str, Json]] = [
        ("textDocument/didClose", {"textDocument": document}),
        (
            "textDocument/didChange",
            {"textDocument": {**document, "version": 2}, "contentChanges": [{"text": "return {}"}]},
        ),
    ]
    steps.insert(told, ("workspace/didRenameFiles", {"files": [moved]}))
    for step, (method, params) in enumerate(steps):
        if step == moved_at:
            wire.ask("textDocument/documentSymbol", {"textDocument": document})  # all is heard
            folder.rename(folder.with_name("bolt"))
        wire.tell(method, params)
    status = wire.ask("workspace/executeCommand", {"command": "kong-lsp.status", "arguments": []})
    assert "kong/plugins/bolt" in status["result"]["text"]
    assert "plugin corp in" not in status["result"]["text"]
    assert "kong/plugins/corp/handler.lua" not in status["result"]["text"]


def codes(wire: Wire, uri: str, *wanted: str) -> None:
    """Wait until these are the codes of a document's findings."""
    while [
        item["code"] for item in wire.published(uri)["diagnostics"] if item["code"].startswith("KM")
    ] != list(wanted):
        pass


def test_a_file_that_is_made_is_offered_to_the_rockspec_and_one_deleted_is_missing(
    wire: Wire, tmp_path: Path
) -> None:
    start(wire, tmp_path, ABLE)
    spec = tmp_path / "corp-1.0-1.rockspec"
    uri = spec.as_uri()
    wire.open(uri, FILES[spec.name])
    handler = tmp_path / "kong/plugins/corp/handler.lua"
    new = tmp_path / "kong/plugins/corp/api.lua"
    new.write_text("return {}\n")
    wire.tell("workspace/didCreateFiles", {"files": [{"uri": new.as_uri()}]})
    codes(wire, uri, "KM103")
    new.unlink()
    wire.tell("workspace/didDeleteFiles", {"files": [{"uri": new.as_uri()}]})
    codes(wire, uri)
    handler.unlink()
    wire.tell("workspace/didDeleteFiles", {"files": [{"uri": handler.as_uri()}]})
    codes(wire, uri, "KM101")


def run(wire: Wire, command: str, **given: Any) -> Json:
    """A command; the client takes its edit, and says so."""
    wire.send(
        {
            "jsonrpc": "2.0",
            "id": command,
            "method": "workspace/executeCommand",
            "params": {"command": command, "arguments": [given]},
        }
    )
    message = wire.wait(
        lambda message: (
            message.get("method") == "workspace/applyEdit" or message.get("id") == command
        )
    )
    if message.get("id") == command:
        return message
    carry_out(message["params"]["edit"])
    wire.send({"jsonrpc": "2.0", "id": message["id"], "result": {"applied": True}})
    return wire.wait(lambda message: message.get("id") == command)


def make(wire: Wire, **given: Any) -> Json:
    return run(wire, "kong-lsp.newPlugin", **given)


def test_a_new_plugin_is_one_edit(wire: Wire, tmp_path: Path) -> None:
    offered = start(wire, tmp_path, ABLE, {"notes.txt": ""})
    assert "kong-lsp.newPlugin" in offered["executeCommandProvider"]["commands"]
    answer = make(wire, name="corp", kong="3.9")
    assert unquote(answer["result"]["uri"]).endswith("/kong/plugins/corp/handler.lua")
    assert sorted(content(tmp_path)) == [
        "README.md",
        "kong-plugin-corp-0.1.0-1.rockspec",
        "kong.conf",
        "kong/plugins/corp/handler.lua",
        "kong/plugins/corp/schema.lua",
        "notes.txt",
        "spec/corp/01-header_spec.lua",
    ]
    second = make(wire, name="bolt")
    assert second["result"]["uri"].endswith("/kong-plugin-bolt/kong/plugins/bolt/handler.lua")
    assert (tmp_path / "kong.conf").read_text() == "plugins = bundled,corp,bolt\n"


@pytest.mark.parametrize(
    ("capabilities", "given", "why"),
    [
        (ABLE, {"name": "jwt"}, "jwt is the name of a plugin that comes with Kong"),
        (ABLE, {}, 'it takes one object: {"name": …}'),
        ({}, {"name": "corp"}, "does not let a server make files: run `kong-lsp new corp`"),
    ],
)
def test_a_plugin_that_cannot_be_made_is_refused(
    wire: Wire, tmp_path: Path, capabilities: Json, given: Json, why: str
) -> None:
    start(wire, tmp_path, capabilities, {"notes.txt": ""})
    assert why in make(wire, **given)["error"]["message"]
    unknown = wire.ask("workspace/executeCommand", {"command": "x", "arguments": []})
    assert "error" in unknown


LACKING = FILES | {
    "corp-1.0-1.rockspec": rockspec(natural("corp", "schema"), "corp"),
    "kong/plugins/corp/api.lua": "return {}\n",
    "kong/plugins/corp/unused.lua": "return {}\n",
}


def test_all_missing_modules_are_added_by_a_command(wire: Wire, tmp_path: Path) -> None:
    start(wire, tmp_path, ABLE, LACKING)
    uri = (tmp_path / "corp-1.0-1.rockspec").as_uri()  # it need not be open
    assert run(wire, "kong-lsp.addMissingModules", uri=uri)["result"] == {"added": True}
    wanted = rockspec(natural("corp", "api", "handler", "log", "schema"), "corp")
    assert sorted((tmp_path / "corp-1.0-1.rockspec").read_text().split()) == sorted(wanted.split())
    wire.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]})
    assert run(wire, "kong-lsp.addMissingModules", uri=uri)["result"] == {"added": False}
    assert "error" in run(wire, "kong-lsp.addMissingModules")


def test_all_missing_modules_are_added_by_a_code_action(wire: Wire, tmp_path: Path) -> None:
    literal: Json = {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}
    lazy: Json = {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
    able: Json = {**ABLE, "textDocument": {"codeAction": {**literal, **lazy}}}
    start(wire, tmp_path, able, LACKING)
    path = tmp_path / "corp-1.0-1.rockspec"
    wire.open(path.as_uri(), path.read_text())
    at = {"line": 0, "character": 0}
    (action,) = wire.ask(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": path.as_uri()},
            "range": {"start": at, "end": at},
            "context": {"diagnostics": [], "only": ["source.addMissingModules"]},
        },
    )["result"]
    assert action["kind"] == "source.addMissingModules.kong-lsp"
    carry_out(wire.ask("codeAction/resolve", action)["result"]["edit"])
    assert path.read_text().count("kong/plugins/corp/") == 4
