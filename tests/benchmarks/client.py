"""A blocking client of the Language Server Protocol that adds as little time as it can."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from pathlib import Path
from typing import Any

# What VS Code 1.139 sends, as far as it steers a server's work.
CAPABILITIES = {
    "workspace": {
        "applyEdit": True,
        "configuration": True,
        "didChangeConfiguration": {"dynamicRegistration": True},
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "rename"]},
        "workspaceFolders": True,
    },
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True, "versionSupport": True},
        "synchronization": {"dynamicRegistration": True},
        "completion": {"completionItem": {"snippetSupport": True}},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}},
        },
    },
    "window": {"workDoneProgress": True},
    "general": {"positionEncodings": ["utf-16"]},
}


class Client:
    """One server process, spoken to over its standard input and output.

    ``settings`` are what it is told when it asks for its configuration.
    """

    def __init__(self, command: list[str], settings: dict[str, Any] | None = None) -> None:
        self._settings = settings or {}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._in = self.process.stdin.fileno()
        self._out = self.process.stdout.fileno()
        self._buffer = bytearray()
        self._number = 0

    def send(self, message: dict[str, Any]) -> None:
        """Write one message."""
        body = json.dumps(message).encode()
        data = memoryview(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        while data:
            data = data[os.write(self._in, data) :]

    def receive(self, seconds: float = 60) -> dict[str, Any]:
        """The next message; requests of the server are answered with null."""
        end = time.perf_counter() + seconds
        while True:
            head = self._buffer.find(b"\r\n\r\n")
            if head >= 0:
                length = int(
                    bytes(self._buffer[:head]).lower().split(b"content-length:")[1].split()[0]
                )
                if len(self._buffer) >= head + 4 + length:
                    body = bytes(self._buffer[head + 4 : head + 4 + length])
                    del self._buffer[: head + 4 + length]
                    message: dict[str, Any] = json.loads(body)
                    if "method" in message and "id" in message:
                        answer = {"jsonrpc": "2.0", "id": message["id"], "result": None}
                        if message["method"] == "workspace/configuration":
                            items = message["params"]["items"]
                            answer["result"] = [self._settings.get(i.get("section")) for i in items]
                        self.send(answer)
                    return message
            if not select.select([self._out], [], [], max(0.0, end - time.perf_counter()))[0]:
                raise TimeoutError
            data = os.read(self._out, 1 << 20)
            if not data:
                raise EOFError
            self._buffer += data

    def settle(self) -> None:
        """Read until nothing comes for half a second."""
        try:
            while True:
                self.receive(0.5)
        except TimeoutError:
            pass

    def request(self, method: str, params: Any) -> Any:
        """Ask, and wait for the answer."""
        self._number += 1
        number = self._number
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == number and "method" not in message:
                return message.get("result")

    def notify(self, method: str, params: Any) -> None:
        """Tell, and do not wait."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def initialize(self, folder: Path) -> Any:
        """The first request."""
        uri = folder.as_uri()
        return self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": folder.name}],
                "capabilities": CAPABILITIES,
            },
        )

    def diagnostics(self, uri: str, version: int) -> list[Any]:
        """Wait for what is published for this version of a document."""
        while True:
            message = self.receive()
            if message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                if params["uri"] == uri and params.get("version") == version:
                    found: list[Any] = params["diagnostics"]
                    return found

    def close(self) -> None:
        """End the session and the process."""
        try:
            self.request("shutdown", None)
            self.notify("exit", None)
            self.process.wait(5)
        except (OSError, EOFError, TimeoutError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()
