"""Whatever a client sends, it gets an answer, no traceback, and no edit is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.wire import Wire

ROCKSPEC = """\
package = "acme"
version = "1.0-1"
source = { url = "git+https://example.com/acme.git" }
description = { license = "MIT" }
build = { type = "builtin", modules = {} }
"""


def change(text: str, *ends: int) -> dict[str, Any]:
    line, character, last, final = ends
    return {
        "range": {
            "start": {"line": line, "character": character},
            "end": {"line": last, "character": final},
        },
        "text": text,
    }


def test_odd_messages_get_an_error_and_the_session_goes_on() -> None:
    with Wire() as wire:
        wire.initialize()
        wire.raw(b"Content-Length: 5\r\n\r\n{nope")
        assert wire.wait(lambda m: "error" in m)["error"]["code"] == -32700
        wire.raw(b"content-length:4\n\n\xff\xfe\xfd\xfc")
        assert wire.wait(lambda m: "error" in m)["error"]["code"] == -32700
        odd: tuple[Any, ...] = (
            [],
            3,
            "x",
            None,
            {},
            {"jsonrpc": "1.0", "id": 7},
            {"jsonrpc": "2.0", "id": {}, "method": "x"},
            {"jsonrpc": "2.0", "id": 1, "method": 5},
            {"jsonrpc": "2.0", "method": None},
        )
        for message in odd:
            wire.send(message)
        codes = [wire.wait(lambda m: "error" in m)["error"]["code"] for _ in odd]
        assert codes == [-32600] * len(odd)
        wire.send({"jsonrpc": "2.0", "id": 99, "result": None})
        wire.send({"jsonrpc": "2.0", "id": [], "error": 3})
        assert wire.ask("initialize", {"capabilities": {}})["error"]["code"] == -32600
        assert wire.ask("no/such/method", {"a": 1})["error"]["code"] == -32601
        assert wire.ask("textDocument/hover", {"textDocument": 3})["error"]["code"] == -32602
        assert wire.ask("textDocument/hover")["error"]["code"] == -32602
        wire.tell("$/cancelRequest", {"id": 1234})
        wire.tell("$/cancelRequest", [])
        wire.tell("no/such/notification", {"a": 1})
        wire.tell("textDocument/didOpen", {"textDocument": {"uri": 3}})
        wire.tell("textDocument/didOpen", [])
        wire.tell("textDocument/didChange", {"textDocument": []})
        wire.tell("textDocument/didClose", {})
        wire.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": "x"}]})
        wire.tell("workspace/didChangeConfiguration", {"settings": 3})
        code, errors = wire.leave()
        assert code == 0
        shown = [m for m in wire.seen if m.get("method") == "window/showMessage"]
        assert [m["params"]["message"] for m in shown] == [
            "kong-lsp: the settings are not an object"
        ]
        assert "Traceback" not in errors


def test_edits_past_the_end_before_the_start_and_turned_round(tmp_path: Path) -> None:
    uri = (tmp_path / "acme-1.0-1.rockspec").as_uri()
    with Wire() as wire:
        wire.initialize(capabilities={"textDocument": {"documentSymbol": {}}})
        wire.open(uri, 'package = "a"\n')
        wire.change(uri, 2, [change('\nversion = "1"', 99, 99, 99, 99)])
        wire.change(uri, 3, [change("b", 0, 12, 0, 11)])
        wire.change(uri, 4, [change("-- x\n", -1, -5, -1, -5), change("", 0, 999, 0, 0)])
        wire.change(uri, 5, [{"text": 3}, {"range": 7}, change("c", 1, 12, 1, 12)])
        found = wire.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}})["result"]
        assert [(item["name"], item["location"]["range"]) for item in found] == [
            (
                "package",
                {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 14}},
            ),
            (
                "version",
                {"start": {"line": 3, "character": 0}, "end": {"line": 3, "character": 13}},
            ),
        ]
        assert "Traceback" not in wire.leave()[1]


def test_a_change_of_a_document_that_was_not_opened_is_for_the_text_on_the_disk(
    tmp_path: Path,
) -> None:
    path = tmp_path / "acme-1.0-1.rockspec"
    path.write_text(ROCKSPEC)
    with Wire() as wire:
        wire.initialize()
        wire.change(path.as_uri(), 7, [change("nonsense = 1\n", 1, 0, 1, 0)])
        found = wire.published(path.as_uri())["diagnostics"]
        assert [(item["code"], item["range"]["start"]["line"]) for item in found] == [("KR004", 1)]


URIS = (
    "untitled:Untitled-1",
    "untitled:x.rockspec",
    "git:/x/acme-1.0-1.rockspec?%7B%7D",
    "file:",
    "file:///",
    "file://host/share/acme-1.0-1.rockspec",
    "file:///c%3A/Users/me/acme-1.0-1.rockspec",
    "file:///C:/Users/me/acme-1.0-1.rockspec",
    "file:///no/such%20folder/100%25/acme-1.0-1.rockspec",
    "file:///bad%zz%ff/acme-1.0-1.rockspec",
    "file:///nul%00/acme-1.0-1.rockspec",
    "",
    "acme-1.0-1.rockspec",
)


def test_every_request_on_any_uri_is_answered() -> None:
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 9}}
    with Wire() as wire:
        wire.initialize(
            workspaceFolders=[{"uri": uri, "name": uri} for uri in URIS],
            capabilities={"textDocument": {"codeAction": {"codeActionLiteralSupport": {}}}},
        )
        for uri in URIS:
            place = {"textDocument": {"uri": uri}, "position": {"line": 4, "character": 3}}
            wire.open(uri, ROCKSPEC)
            wire.change(uri, 2, [change("x", 0, 0, 0, 0)])
            for method in ("hover", "definition", "completion", "documentLink", "documentSymbol"):
                assert "error" not in wire.ask(f"textDocument/{method}", place), (method, uri)
            ranged = {**place, "range": everything, "context": {"diagnostics": []}}
            for method in ("inlayHint", "codeAction"):
                assert "error" not in wire.ask(f"textDocument/{method}", ranged), (method, uri)
            wire.tell("textDocument/didSave", place)
            wire.tell("textDocument/didClose", place)
        code, errors = wire.leave()
        assert code == 0
        assert "Traceback" not in errors


def test_before_initialize_requests_are_refused_and_notifications_dropped() -> None:
    with Wire() as wire:
        wire.open("file:///x/a.rockspec", "")
        assert wire.ask("textDocument/hover", {})["error"]["code"] == -32002
        wire.initialize()
        assert wire.leave() == (
            0,
            "WARNING kong_lsp.server.protocol: request refused: initialize was not sent yet\n",
        )


def test_after_shutdown_requests_are_refused() -> None:
    with Wire() as wire:
        wire.initialize()
        wire.ask("shutdown")
        assert wire.ask("textDocument/hover", {})["error"]["code"] == -32600
        wire.tell("exit")
        assert wire.gone()[0] == 0


def test_a_client_that_leaves_without_shutdown_is_an_error() -> None:
    with Wire() as wire:
        wire.initialize()
        wire.tell("exit")
        assert wire.gone()[0] == 1


@pytest.mark.parametrize(
    "params", [None, [], {}, {"capabilities": 3}, {"capabilities": {"textDocument": []}}]
)
def test_initialize_with_odd_parameters_still_starts(params: object, tmp_path: Path) -> None:
    uri = (tmp_path / "acme-1.0-1.rockspec").as_uri()
    with Wire() as wire:
        assert "result" in wire.ask("initialize", params)
        wire.tell("initialized", {})
        wire.open(uri, ROCKSPEC)
        assert wire.published(uri)["diagnostics"] == []
        assert wire.leave()[0] == 0
