"""A client that speaks bytes, right or wrong, to a server of its own."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any

Json = dict[str, Any]

SECONDS = 20.0
"""How long an answer may take before a test fails."""


class Wire:
    """``kong-lsp serve`` as a process; ``seen`` are the messages that nobody waited for."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kong_lsp", "serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self._in = self.process.stdin.fileno()
        self._out = self.process.stdout.fileno()
        self._received = b""
        self._number = 0
        self.seen: list[Json] = []

    def __enter__(self) -> Wire:  # noqa: PYI034 - typing.Self is of 3.11
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        while data:
            data = data[os.write(self._in, data) :]

    def send(self, message: object) -> None:
        """Send a message in its frame."""
        body = json.dumps(message).encode()
        self.raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def tell(self, method: str, params: object = None) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: object = None) -> Json:
        """Send a request; gives the whole answer."""
        self._number += 1
        number = self._number
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return self.wait(lambda message: message.get("id") == number and "method" not in message)

    def initialize(self, **params: Any) -> Json:
        """``initialize`` and ``initialized``; gives the server's capabilities."""
        given = {"processId": None, "rootUri": None, "capabilities": {}, **params}
        answer = self.ask("initialize", given)
        self.tell("initialized", {})
        found: Json = answer["result"]["capabilities"]
        return found

    def open(self, uri: str, text: str, version: int = 1) -> None:
        """Open a document."""
        item = {"uri": uri, "languageId": "lua", "version": version, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, changes: Iterable[Json]) -> None:
        """Change a document."""
        document = {"uri": uri, "version": version}
        self.tell(
            "textDocument/didChange",
            {"textDocument": document, "contentChanges": list(changes)},
        )

    def published(self, uri: str) -> Json:
        """The next diagnostics of a document."""
        found: Json = self.wait(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == uri
            )
        )["params"]
        return found

    def wait(self, wanted: Any) -> Json:
        """The next message that is wanted, those already seen included."""
        for message in self.seen:
            if wanted(message):
                self.seen.remove(message)
                return message
        end = time.monotonic() + SECONDS
        while (received := self.receive(end - time.monotonic())) is not None:
            if wanted(received):
                return received
            self.seen.append(received)
        raise AssertionError(f"no answer; seen: {self.seen}")

    def receive(self, seconds: float) -> Json | None:
        """The next message, None if none comes in time."""
        end = time.monotonic() + seconds
        while True:
            head, blank, rest = self._received.partition(b"\r\n\r\n")
            if blank:
                length = int(head.lower().partition(b"content-length:")[2].split()[0])
                if len(rest) >= length:
                    self._received = rest[length:]
                    message: Json = json.loads(rest[:length])
                    return message
            ready = select.select([self._out], [], [], max(0.0, end - time.monotonic()))[0]
            data = os.read(self._out, 1 << 20) if ready else b""
            if not data:
                return None
            self._received += data

    def leave(self) -> tuple[int, str]:
        """``shutdown`` and ``exit``; gives the exit code and what was logged."""
        self.ask("shutdown")
        self.tell("exit")
        return self.gone()

    def gone(self) -> tuple[int, str]:
        """Wait for the end of the process; gives its exit code and what was logged."""
        _, errors = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, errors.decode()
