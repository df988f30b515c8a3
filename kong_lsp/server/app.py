"""The server: pygls with our protocol, and every method that it answers."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import Any, BinaryIO

from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from kong_lsp import __version__
from kong_lsp.server import editing, lifecycle, reading, refactoring
from kong_lsp.server.client import Client, client_of
from kong_lsp.server.convert import Json
from kong_lsp.server.handshake import Frames
from kong_lsp.server.protocol import PARSE_ERROR, REQUEST_FAILED, Identity, Protocol
from kong_lsp.server.session import Session

log = logging.getLogger(__name__)

Handler = Callable[[Session, Any], Awaitable[Any]]


class Server(LanguageServer):
    """One process serves one client; ``session`` is there from ``initialize`` on."""

    protocol: Protocol
    session: Session

    def __init__(self) -> None:
        super().__init__("kong-lsp", __version__, protocol_cls=Protocol)
        self.given: Json = {}
        for group in (lifecycle, editing, reading, refactoring):
            group.register(self)

    @property
    def exit_code(self) -> int:
        """0 where the client said ``shutdown`` before it left, as it should."""
        return 0 if self.protocol.was_shut_down else 1

    @property
    def client(self) -> Client:
        """What the client can do, from the ``initialize`` message as it came."""
        return client_of(self.given.get("capabilities"))

    def answer(self, method: str, handler: Handler, options: Any = None) -> None:
        """Let ``handler`` answer a method. Should it fail, that is logged and the
        answer is null: an editor keeps working without it. A ``JsonRpcException`` is for
        the user to read."""

        async def guarded(params: Any) -> Any:
            try:
                return await handler(self.session, params)
            except JsonRpcException:
                raise
            except Exception:
                log.exception("%s failed", method)
                return None

        self.feature(method, options)(guarded)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log what pygls could not handle; nothing of it is shown to the user."""
        if isinstance(error, JsonRpcException) and error.code == REQUEST_FAILED:
            return
        log.warning("%s: %s", type(error).__name__, error)
        if isinstance(error, (json.JSONDecodeError, UnicodeDecodeError, RecursionError)):
            self.protocol.refuse(None, PARSE_ERROR, "the message is no JSON")


def start_logging() -> None:
    """Warnings go to standard error; nothing else is written there."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("pygls").setLevel(logging.CRITICAL)


def serve_streams(stdin: Frames, stdout: BinaryIO, answered: Identity | None) -> int:
    """Serve on two streams; ``answered`` is the request that has its answer already."""
    start_logging()
    server = Server()
    server.protocol.answered = answered
    server.start_io(stdin, stdout)  # type: ignore[arg-type]
    return server.exit_code


def serve_socket(host: str, port: int, *, websocket: bool) -> int:
    """Serve the first client that connects, over TCP or a WebSocket."""
    start_logging()
    server = Server()
    (server.start_ws if websocket else server.start_tcp)(host, port)
    return server.exit_code
