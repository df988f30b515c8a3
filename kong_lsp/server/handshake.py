"""Answer ``initialize`` before pygls is there.

Loading pygls and lsprotocol takes some 400 ms, most of it to build classes that a
session never uses, and an editor waits for the answer to ``initialize`` before it does
anything. The answer depends on the client's capabilities only, so this file, which
needs the standard library alone, reads the first message, answers it and keeps it.
pygls is then loaded while the client works on the answer, is given the same message,
and keeps its own answer to itself (``Protocol.answered``). A test compares both.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any, BinaryIO

from kong_lsp import __version__

Json = dict[str, Any]

ENCODINGS = ("utf-8", "utf-16", "utf-32")
TRIGGERS = ['"', "'", ".", "/", "[", "=", ","]
"""The characters after which a client asks for completions on its own."""
FIX_ALL, ADD_MODULES = "source.fixAll.kong-lsp", "source.addMissingModules.kong-lsp"
REWRITE = "refactor.rewrite"
ACTION_KINDS = ["quickfix", REWRITE, FIX_ALL, ADD_MODULES]
STATUS, EXAMPLE, NEW_PLUGIN, ADD_MISSING = COMMANDS = [
    "kong-lsp.status",
    "kong-lsp.configExample",
    "kong-lsp.newPlugin",
    "kong-lsp.addMissingModules",
]
MOVING = {"**/*.lua": "file", "**": "folder"}
"""What the client asks about before it renames it: globs, and what they match."""
MOVED = {"**/*": "file", "**": "folder"}
"""What the client tells of after it was made, renamed or deleted."""


class Frames(io.RawIOBase):
    """Standard input as pygls reads it, whatever the sender's taste in headers.

    pygls 2.1.1 knows ``Content-Length: N`` in exactly this spelling and waits for ever
    after any other. Here every message is read whole and handed on in that spelling.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._ready = io.BytesIO()

    def receive(self) -> bytes | None:
        """The body of the next message; None at the end of the stream."""
        length = 0
        while line := self._stream.readline():
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length" and value.strip().isdigit():
                length = int(value)
            elif not line.strip() and length:
                body = self._stream.read(length)
                return body if len(body) == length else None
        return None

    def put_back(self, body: bytes) -> None:
        """Give this message again, before any other."""
        self._ready = io.BytesIO(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def readline(self, size: int | None = -1, /) -> bytes:
        line = self._ready.readline()
        if not line and (body := self.receive()) is not None:
            self.put_back(body)
            line = self._ready.readline()
        return line

    def read(self, size: int = -1, /) -> bytes:
        return self._ready.read(size)


def take_streams() -> tuple[Frames, BinaryIO]:
    """Standard input and output for the protocol alone: a stray ``print`` goes to the log."""
    stdout = sys.stdout.buffer
    sys.stdout = sys.stderr
    return Frames(sys.stdin.buffer), stdout


def greet(stdin: Frames, stdout: BinaryIO) -> str | int | None:
    """Read the first message, answer it if it is ``initialize``, and leave it to be read.

    Gives the id of the answered request, None where the message was another.
    """
    body = stdin.receive()
    if body is None:
        return None
    stdin.put_back(body)
    try:
        message = json.loads(body)
    except ValueError:
        return None
    if not isinstance(message, dict) or message.get("method") != "initialize":
        return None
    identity = message.get("id")
    if not isinstance(identity, (str, int)) or message.get("jsonrpc") != "2.0":
        return None
    result = initialize_result(capability(message, "params", "capabilities"))
    answer = json.dumps({"jsonrpc": "2.0", "id": identity, "result": result}).encode()
    stdout.write(b"Content-Length: %d\r\n\r\n" % len(answer) + answer)
    stdout.flush()
    return identity


def initialize_result(client: object) -> Json:
    """What ``initialize`` is answered with, for a client of these capabilities."""
    return {
        "capabilities": server_capabilities(client),
        "serverInfo": {"name": "kong-lsp", "version": __version__},
    }


def server_capabilities(client: object) -> Json:
    """What the server offers to a client of these capabilities (``ServerCapabilities``)."""
    offered: Json = {
        "positionEncoding": position_encoding(client),
        "textDocumentSync": {
            "openClose": True,
            "change": 2,
            "save": {"includeText": False},
        },
        "completionProvider": {"triggerCharacters": TRIGGERS, "resolveProvider": True},
        "hoverProvider": True,
        "definitionProvider": True,
        "referencesProvider": True,
        "documentSymbolProvider": True,
        "workspaceSymbolProvider": {"resolveProvider": False},
        "documentLinkProvider": {"resolveProvider": False},
        "foldingRangeProvider": True,
        "inlayHintProvider": {"resolveProvider": False},
        "executeCommandProvider": {"commands": COMMANDS},
        "renameProvider": True,
        "workspace": {
            "workspaceFolders": {"supported": True, "changeNotifications": True},
            "fileOperations": file_operations(client),
        },
    }
    for name in ("willSave", "willSaveWaitUntil"):
        if capability(client, "textDocument", "synchronization", name) is not None:
            offered["textDocumentSync"][name] = False
    if capability(client, "textDocument", "codeAction", "codeActionLiteralSupport") is not None:
        offered["codeActionProvider"] = {"codeActionKinds": ACTION_KINDS, "resolveProvider": True}
    if capability(client, "textDocument", "rename", "prepareSupport"):
        offered["renameProvider"] = {"prepareProvider": True}
    if pulls(client):
        offered["diagnosticProvider"] = {
            "identifier": "kong-lsp",
            "interFileDependencies": True,
            "workspaceDiagnostics": True,
        }
    return offered


def file_operations(client: object) -> Json:
    """Which of the client's file operations the server wants to hear of."""
    wanted = {"willRename": MOVING, "didRename": MOVED, "didCreate": MOVED, "didDelete": MOVED}
    return {
        name: {
            "filters": [
                {"scheme": "file", "pattern": {"glob": glob, "matches": matches}}
                for glob, matches in patterns.items()
            ]
        }
        for name, patterns in wanted.items()
        if capability(client, "workspace", "fileOperations", name)
    }


def position_encoding(client: object) -> str:
    """The first of the client's position encodings that we know; UTF-16 where it names none."""
    encodings = capability(client, "general", "positionEncodings")
    for encoding in encodings if isinstance(encodings, list) else ():
        if encoding in ENCODINGS:
            return str(encoding)
    return "utf-16"


def pulls(client: object) -> bool:
    """Whether the client asks for diagnostics; where it does, none are pushed."""
    return isinstance(capability(client, "textDocument", "diagnostic"), dict)


def capability(client: object, *names: str) -> Any:
    """The value under these keys, one inside the other; None where it is not so."""
    for name in names:
        if not isinstance(client, dict):
            return None
        client = client.get(name)
    return client
