"""Who is told of what, and when: pushed or pulled, never stale, never twice."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kong_lsp.server.handshake import initialize_result
from tests.support.places import plant
from tests.support.wire import Wire

HEAD = """\
package = "acme"
version = "1.0-1"
source = { url = "git+https://example.com/acme.git" }
description = { license = "MIT" }
"""
ROCKSPEC = (
    HEAD
    + """\
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.acme.handler"] = "kong/plugins/acme/handler.lua",
    ["kong.plugins.acme.schema"] = "kong/plugins/acme/schema.lua",
  },
}
"""
)
FILES = {
    "acme-1.0-1.rockspec": ROCKSPEC,
    "kong/plugins/acme/handler.lua": 'return { PRIORITY = 1, VERSION = "1.0.0" }\n',
    "kong/plugins/acme/schema.lua": 'return { name = "acme", fields = {} }\n',
    "kong/plugins/acme/api.lua": "return {}\n",
}
VERSIONED = {"textDocument": {"publishDiagnostics": {"versionSupport": True}}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    plant(tmp_path.as_posix(), FILES)
    return tmp_path


def uri(folder: Path) -> str:
    return (folder / "acme-1.0-1.rockspec").as_uri()


def start(wire: Wire, folder: Path, capabilities: Any = None, **params: Any) -> None:
    folders = [{"uri": folder.as_uri(), "name": "acme"}]
    wire.initialize(capabilities=capabilities or {}, workspaceFolders=folders, **params)


def codes(params: Any) -> list[str]:
    return [item["code"] for item in params.get("diagnostics", params.get("items"))]


def insert(line: int, character: int, text: str, cut: int = 0) -> dict[str, Any]:
    return {
        "range": {
            "start": {"line": line, "character": character},
            "end": {"line": line, "character": character + cut},
        },
        "text": text,
    }


def quiet(wire: Wire) -> list[Any]:
    """What is published until the server has nothing more to say."""
    wire.ask(
        "textDocument/hover",
        hover := {"textDocument": {"uri": "x"}, "position": {"line": 0, "character": 0}},
    )
    while (message := wire.receive(0.3)) is not None:
        wire.seen.append(message)
    wire.ask("textDocument/hover", hover)
    told = [m["params"] for m in wire.seen if m["method"] == "textDocument/publishDiagnostics"]
    wire.seen.clear()
    return told


def test_versions_are_told_and_what_has_not_changed_is_not_told_again(folder: Path) -> None:
    with Wire() as wire:
        start(wire, folder, VERSIONED)
        assert codes(wire.published(uri(folder))) == ["KM103"]
        wire.open(uri(folder), ROCKSPEC, 3)
        assert wire.published(uri(folder))["version"] == 3
        wire.change(uri(folder), 4, [insert(3, 30, "/X11")])
        wire.change(uri(folder), 5, [insert(3, 30, "", 4)])
        assert quiet(wire) == []
        wire.change(uri(folder), 6, [insert(7, 34, "er")])
        told = wire.published(uri(folder))
        assert told["version"] == 6
        assert "KM106" in codes(told) or "KM107" in codes(told) or len(codes(told)) > 1


def test_after_a_close_the_file_on_the_disk_counts(folder: Path) -> None:
    with Wire() as wire:
        start(wire, folder)
        wire.published(uri(folder))
        wire.open(uri(folder), HEAD + "nonsense = 1\n" + ROCKSPEC[len(HEAD) :])
        while "KR004" not in codes(wire.published(uri(folder))):
            pass
        wire.tell("textDocument/didClose", {"textDocument": {"uri": uri(folder)}})
        assert codes(wire.published(uri(folder))) == ["KM103"]


def test_nothing_is_left_of_a_deleted_file(folder: Path) -> None:
    with Wire() as wire:
        start(wire, folder, {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}})
        wire.published(uri(folder))
        watched = wire.wait(lambda m: m.get("method") == "client/registerCapability")
        assert ".{lua," in str(watched["params"])
        (folder / "acme-1.0-1.rockspec").unlink()
        changes = [{"uri": uri(folder), "type": 3}]
        wire.tell("workspace/didChangeWatchedFiles", {"changes": changes})
        assert codes(wire.published(uri(folder))) == []


def test_a_new_file_is_seen_where_files_are_watched_and_else_after_a_save(folder: Path) -> None:
    new = folder / "kong/plugins/acme/daos.lua"
    for watched in (True, False):
        new.unlink(missing_ok=True)
        with Wire() as wire:
            client = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": watched}}}
            start(wire, folder, client)
            assert codes(wire.published(uri(folder))) == ["KM103"]
            new.write_text("return {}\n")
            if watched:
                changes = [{"uri": new.as_uri(), "type": 1}]
                wire.tell("workspace/didChangeWatchedFiles", {"changes": changes})
            else:
                wire.tell("textDocument/didSave", {"textDocument": {"uri": new.as_uri()}})
            assert codes(wire.published(uri(folder))) == ["KM103", "KM103"]


def test_what_is_missing_does_not_flicker_while_the_text_does_not_parse(folder: Path) -> None:
    with Wire() as wire:
        start(wire, folder)
        wire.open(uri(folder), ROCKSPEC)
        assert codes(wire.published(uri(folder))) == ["KM103"]
        typed = '    ["kong.plugins.acme.api"] = "kong/plugins/acme/api.lua",\n'
        shown: list[list[str]] = []
        for count, letter in enumerate(typed):
            wire.change(uri(folder), count + 2, [insert(9, count, letter)])
            shown += [codes(told) for told in (quiet(wire) if letter in '"=' else [])]
        assert all("KM103" in found for found in shown[:-1])
        assert quiet(wire)[-1:] in ([], [{"uri": uri(folder), "diagnostics": []}])


def test_a_client_that_pulls_is_not_pushed_to(folder: Path) -> None:
    capabilities = {
        "textDocument": {"diagnostic": {}},
        "workspace": {"diagnostics": {"refreshSupport": True}},
    }
    document = {"textDocument": {"uri": uri(folder)}}
    with Wire() as wire:
        start(wire, folder, capabilities)
        everything = wire.ask("workspace/diagnostic", {"previousResultIds": []})["result"]
        (report,) = [item for item in everything["items"] if item["uri"] == uri(folder)]
        assert (report["kind"], report["version"], codes(report)) == ("full", None, ["KM103"])
        wire.open(uri(folder), ROCKSPEC)
        first = wire.ask("textDocument/diagnostic", document)["result"]
        assert (first["kind"], codes(first)) == ("full", ["KM103"])
        known = {**document, "previousResultId": first["resultId"]}
        again = wire.ask("textDocument/diagnostic", known)["result"]
        assert again == {"kind": "unchanged", "resultId": first["resultId"]}
        wire.change(uri(folder), 2, [insert(4, 0, "nonsense = 1\n")])
        after = wire.ask("textDocument/diagnostic", known)["result"]
        assert (after["kind"], codes(after)) == ("full", ["KR004", "KM103"])
        (folder / "kong/plugins/acme/api.lua").unlink()
        gone = [{"uri": (folder / "kong/plugins/acme/api.lua").as_uri(), "type": 3}]
        wire.tell("workspace/didChangeWatchedFiles", {"changes": gone})
        wire.wait(lambda m: m.get("method") == "workspace/diagnostic/refresh")
        assert quiet(wire) == []


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("way", ["initializationOptions", "didChangeConfiguration", "pulled"])
def test_settings_come_by_every_way(folder: Path, way: str, wrapped: bool) -> None:
    settings: Any = {"ignore": ["unlisted-plugin-module"], "selct": [], "trace": {"server": "off"}}
    settings = {"kong-lsp": settings} if wrapped else settings
    with Wire() as wire:
        if way == "pulled":
            start(wire, folder, {"workspace": {"configuration": True}})
            asked = wire.wait(lambda m: m.get("method") == "workspace/configuration")
            assert asked["params"] == {"items": [{"section": "kong-lsp"}]}
            wire.send({"jsonrpc": "2.0", "id": asked["id"], "result": [settings]})
        elif way == "initializationOptions":
            start(wire, folder, initializationOptions=settings)
        else:
            start(wire, folder)
            wire.published(uri(folder))
            wire.tell("workspace/didChangeConfiguration", {"settings": settings})
            assert codes(wire.published(uri(folder))) == []
        wire.open(uri(folder), ROCKSPEC)
        assert codes(wire.published(uri(folder))) == []
        told = wire.wait(lambda m: m.get("method") == "window/showMessage")
        assert told["params"]["message"] == (
            "kong-lsp: there is no setting selct; did you mean select?"
        )


def test_the_kong_version_decides_what_is_obsolete(folder: Path) -> None:
    (folder / "kong/plugins/acme/api.lua").rename(folder / "kong/plugins/acme/status_api.lua")
    with Wire() as wire:
        start(wire, folder, initializationOptions={"kong_version": "1.0"})
        wire.open(uri(folder), ROCKSPEC)
        assert "KM103" not in codes(wire.published(uri(folder)))
        wire.tell("workspace/didChangeConfiguration", {"settings": {"kongVersion": "3.9"}})
        assert "KM103" in codes(wire.published(uri(folder)))


def test_folders_come_and_go(folder: Path) -> None:
    with Wire() as wire:
        wire.initialize(workspaceFolders=[])
        event = {"added": [{"uri": folder.as_uri(), "name": "a"}], "removed": []}
        wire.tell("workspace/didChangeWorkspaceFolders", {"event": event})
        assert codes(wire.published(uri(folder))) == ["KM103"]
        event = {"added": [], "removed": [{"uri": folder.as_uri(), "name": "a"}]}
        wire.tell("workspace/didChangeWorkspaceFolders", {"event": event})
        assert codes(wire.published(uri(folder))) == []


def test_a_client_without_versioned_edits_gets_plain_ones_and_no_new_files(folder: Path) -> None:
    (folder / "kong/plugins/acme/schema.lua").unlink()
    literal: dict[str, Any] = {"codeAction": {"codeActionLiteralSupport": {}}}
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    question = {
        "textDocument": {"uri": uri(folder)},
        "range": everything,
        "context": {"diagnostics": []},
    }
    with Wire() as wire:
        start(wire, folder, {"textDocument": literal})
        wire.open(uri(folder), ROCKSPEC)
        actions = wire.ask("textDocument/codeAction", question)["result"]
        assert actions
        assert all(list(item["edit"]) == ["changes"] for item in actions)
    edits = {"documentChanges": True, "resourceOperations": ["create"]}
    with Wire() as wire:
        start(wire, folder, {"textDocument": literal, "workspace": {"workspaceEdit": edits}})
        wire.open(uri(folder), ROCKSPEC)
        more = wire.ask("textDocument/codeAction", question)["result"]
        operations = [op for item in more for op in item["edit"]["documentChanges"]]
        assert len(more) > len(actions)
        assert {op.get("kind") for op in operations} == {None, "create"}


def test_an_edit_of_a_lua_file_changes_what_its_rockspec_lacks(folder: Path) -> None:
    handler = (folder / "kong/plugins/acme/handler.lua").as_uri()
    helper = folder / "kong/plugins/acme/helper.lua"
    helper.write_text("return {}\n")
    with Wire() as wire:
        start(wire, folder)
        wire.open(handler, FILES["kong/plugins/acme/handler.lua"])
        before = [params for params in quiet(wire) if params["uri"] == uri(folder)]
        assert "KM102" not in codes(before[-1])
        wire.change(handler, 2, [insert(0, 0, 'require "kong.plugins.acme.helper"\n')])
        after = quiet(wire)
        assert "KM102" in [code for params in after for code in codes(params)]
        wire.change(handler, 3, [insert(0, 9, "x")])
        assert "KM102" not in [code for params in quiet(wire) for code in codes(params)]


def test_a_request_that_is_cancelled_is_answered_so(folder: Path) -> None:
    capabilities = {"textDocument": {"diagnostic": {}}, "workspace": {"configuration": True}}
    with Wire() as wire:
        start(wire, folder, capabilities)
        wire.wait(lambda message: message.get("method") == "workspace/configuration")
        question = {"jsonrpc": "2.0", "id": "q", "method": "workspace/diagnostic"}
        wire.send({**question, "params": {"previousResultIds": []}})
        wire.tell("$/cancelRequest", {"id": "q"})
        answer = wire.wait(lambda message: message.get("id") == "q")
        assert answer["error"]["code"] == -32800


def test_it_serves_over_tcp_as_well(folder: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "kong_lsp", "serve", "--tcp", "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with contextlib.suppress(ConnectionRefusedError):
                connection = socket.create_connection(("127.0.0.1", port), timeout=20)
                break
            time.sleep(0.05)
        with connection, connection.makefile("rwb") as stream:
            params: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}
            request = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
            body = json.dumps(request).encode()
            stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            stream.flush()
            length = int(stream.readline().partition(b":")[2])
            while stream.readline().strip():
                pass
            assert json.loads(stream.read(length))["result"] == initialize_result({})
    finally:
        server.kill()
        server.wait()
