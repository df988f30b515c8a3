"""What a client does before the server knows its folders and settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kong_lsp.server.lifecycle import PATIENCE
from tests.support.trees import natural, plant, rockspec
from tests.support.wire import Json, Wire

NAME = "inner-1.0-1.rockspec"
BROKEN = rockspec(natural("inner", "handler", "schema"), "inner")
TWO_PLUGINS = {
    ".git/HEAD": "ref: refs/heads/main\n",
    "outer-1.0-1.rockspec": rockspec(natural("outer", "handler", "schema"), "outer"),
    f"inner/{NAME}": BROKEN,
}
ASKS = {"workspace": {"configuration": True}}


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire() as made:
        yield made


def opened_early(wire: Wire, folder: Path) -> str:
    """Open the inner rockspec while the server waits for its settings; gives its URI."""
    plant(folder, TWO_PLUGINS)
    uri = (folder / "inner" / NAME).as_uri()
    wire.initialize(rootUri=(folder / "inner").as_uri(), capabilities=ASKS)
    wire.open(uri, BROKEN)
    return uri


def answer_settings(wire: Wire, settings: Json) -> None:
    asked = wire.wait(lambda message: message.get("method") == "workspace/configuration")
    wire.send({"jsonrpc": "2.0", "id": asked["id"], "result": [settings]})


def published(wire: Wire) -> dict[str, list[str]]:
    """The codes of the findings that were told of each document, when nothing more comes."""
    while (received := wire.receive(1)) is not None:
        wire.seen.append(received)
    return {
        message["params"]["uri"]: [item["code"] for item in message["params"]["diagnostics"]]
        for message in wire.seen
        if message.get("method") == "textDocument/publishDiagnostics"
    }


def test_a_document_that_comes_before_the_settings_opens_no_folder_above_the_clients(
    wire: Wire, tmp_path: Path
) -> None:
    uri = opened_early(wire, tmp_path)
    wire.change(uri, 2, [{"text": BROKEN.replace("schema.lua", "scheme.lua")}])
    assert published(wire) == {}
    answer_settings(wire, {"ignore": ["KR"]})
    assert published(wire) == {uri: ["KM101", "KM101"]}


def test_a_request_that_comes_before_the_settings_is_answered_after_them(
    wire: Wire, tmp_path: Path
) -> None:
    uri = opened_early(wire, tmp_path)
    asked = {"textDocument": {"uri": uri}}
    method = "textDocument/documentSymbol"
    wire.send({"jsonrpc": "2.0", "id": "early", "method": method, "params": asked})
    answer_settings(wire, {})
    answer = wire.wait(lambda message: message.get("id") == "early")
    assert answer["result"] == wire.ask(method, asked)["result"] != []


def test_a_client_that_never_says_initialized_is_served_all_the_same(
    wire: Wire, tmp_path: Path
) -> None:
    plant(tmp_path, TWO_PLUGINS)
    root = (tmp_path / "inner").as_uri()
    wire.ask("initialize", {"processId": None, "rootUri": root, "capabilities": {}})
    uri = (tmp_path / "inner" / NAME).as_uri()
    wire.open(uri, BROKEN)
    assert wire.receive(PATIENCE / 2) is None
    codes = [item["code"] for item in wire.published(uri)["diagnostics"]]
    assert "KM101" in codes
