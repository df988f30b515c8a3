from __future__ import annotations

import io
import json
from typing import Any

import pytest

from kong_lsp.server import handshake
from kong_lsp.server.handshake import Frames, greet, initialize_result
from kong_lsp.server.start import complete_server

VSCODE: dict[str, Any] = {
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "rename"]},
        "configuration": True,
        "workspaceFolders": True,
        "fileOperations": dict.fromkeys(
            ("willRename", "didRename", "didCreate", "didDelete"), True
        ),
        "diagnostics": {"refreshSupport": True},
    },
    "textDocument": {
        "synchronization": {"willSave": True, "willSaveWaitUntil": True, "didSave": True},
        "completion": {"completionItem": {"snippetSupport": True}},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}},
            "resolveSupport": {"properties": ["edit"]},
        },
        "diagnostic": {"dynamicRegistration": True, "relatedDocumentSupport": False},
        "rename": {"prepareSupport": True},
    },
    "general": {"positionEncodings": ["utf-16"]},
    "notebookDocument": {"synchronization": {"dynamicRegistration": True}},
}
NEOVIM: dict[str, Any] = {
    "textDocument": {
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
        "publishDiagnostics": {"relatedInformation": True},
    },
    "general": {"positionEncodings": ["utf-8", "utf-16", "utf-32"]},
}
CLIENTS = {
    "VS Code": VSCODE,
    "Neovim": NEOVIM,
    "utf-32": {"general": {"positionEncodings": ["utf-32"]}},
    "unknown encoding": {"general": {"positionEncodings": ["utf-7"]}},
    "pulls only": {"textDocument": {"diagnostic": {}}},
    "minimal": {"textDocument": {}, "workspace": {}},
    "empty": {},
}


class Recorded:
    """A writer that keeps what the server sends."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def write(self, data: bytes) -> None:
        self.sent.append(json.loads(data.partition(b"\r\n\r\n")[2]))

    def close(self) -> None: ...


def request(capabilities: object, identity: object = 1) -> dict[str, Any]:
    params = {"processId": None, "rootUri": None, "capabilities": capabilities}
    return {"jsonrpc": "2.0", "id": identity, "method": "initialize", "params": params}


def framed(message: object) -> bytes:
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


@pytest.mark.filterwarnings("ignore:Unknown")
@pytest.mark.asyncio
@pytest.mark.parametrize("client", CLIENTS)
async def test_pygls_would_have_given_the_same_answer(client: str) -> None:
    capabilities = CLIENTS[client]
    server = complete_server()
    written = Recorded()
    server.protocol.set_writer(written)
    server.protocol.handle_message(request(capabilities))
    assert written.sent == [{"jsonrpc": "2.0", "id": 1, "result": initialize_result(capabilities)}]


@pytest.mark.asyncio
async def test_pygls_keeps_its_answer_to_a_request_that_was_answered() -> None:
    server = complete_server()
    written = Recorded()
    server.protocol.set_writer(written)
    server.protocol.answered = 0
    server.protocol.handle_message(request({}, 0))
    server.protocol.handle_message({"jsonrpc": "2.0", "id": 1, "method": "shutdown"})
    assert written.sent == [{"jsonrpc": "2.0", "id": 1, "result": None}]


@pytest.mark.parametrize(
    "capabilities", [None, 1, [], "x", {"general": 3}, {"general": {"positionEncodings": 3}}]
)
def test_odd_capabilities_count_as_none(capabilities: object) -> None:
    assert initialize_result(capabilities) == initialize_result({})


def test_the_message_that_was_answered_is_still_there_to_be_read() -> None:
    message = request(NEOVIM)
    stdin = Frames(io.BytesIO(framed(message) + framed({"method": "initialized"})))
    stdout = io.BytesIO()
    assert greet(stdin, stdout) == 1
    answer = json.loads(stdout.getvalue().partition(b"\r\n\r\n")[2])
    assert answer == {"jsonrpc": "2.0", "id": 1, "result": initialize_result(NEOVIM)}
    assert read(stdin) == message
    assert read(stdin) == {"method": "initialized"}
    assert stdin.readline() == b""


@pytest.mark.parametrize(
    "first",
    [
        {"jsonrpc": "2.0", "method": "exit"},
        {"jsonrpc": "2.0", "id": None, "method": "initialize"},
        {"jsonrpc": "1.0", "id": 1, "method": "initialize"},
        {"jsonrpc": "2.0", "id": 1, "method": "shutdown"},
        [],
        3,
    ],
)
def test_any_other_first_message_is_left_to_pygls(first: object) -> None:
    stdin, stdout = Frames(io.BytesIO(framed(first))), io.BytesIO()
    assert greet(stdin, stdout) is None
    assert stdout.getvalue() == b""
    assert read(stdin) == first


def test_the_end_of_the_stream_is_no_message() -> None:
    assert greet(Frames(io.BytesIO(b"")), io.BytesIO()) is None
    assert greet(Frames(io.BytesIO(b"Content-Length: 10\r\n\r\nabc")), io.BytesIO()) is None


@pytest.mark.parametrize(
    "header",
    [
        b"content-length: 2\r\n\r\n",
        b"Content-Length:2\r\n\r\n",
        b"Content-Length: 2\n\n",
        b"Content-Type: x; charset=utf-8\r\nContent-Length: 2\r\n\r\n",
        b"nonsense\r\n\r\nCONTENT-LENGTH : 2 \r\n\r\n",
        b"Content-Length: x\r\n\r\nContent-Length: 2\r\n\r\n",
    ],
)
def test_headers_are_read_however_they_are_spelt(header: bytes) -> None:
    assert Frames(io.BytesIO(header + b"{}")).receive() == b"{}"


def test_the_handshake_needs_the_standard_library_alone() -> None:
    source = handshake.__file__
    assert source is not None
    with open(source, encoding="utf-8") as file:
        imported = [line.split()[1] for line in file if line.startswith(("import ", "from "))]
    assert imported == ["__future__", "io", "json", "sys", "typing", "kong_lsp"]


def read(stdin: Frames) -> Any:
    """The next message, as pygls reads it."""
    length = int(stdin.readline().partition(b":")[2])
    assert stdin.readline() == b"\r\n"
    return json.loads(stdin.read(length))
