"""The server: pygls with our protocol, and how a method is answered."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from kong_lsp import __version__
from kong_lsp.server.client import Client, client_of
from kong_lsp.server.convert import Json
from kong_lsp.server.protocol import PARSE_ERROR, REQUEST_FAILED, Protocol
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

    @property
    def exit_code(self) -> int:
        """0 where the client said ``shutdown`` before it left, as it should."""
        return 0 if self.protocol.was_shut_down else 1

    @property
    def client(self) -> Client:
        """What the client can do, from the ``initialize`` message as it came."""
        return client_of(self.given.get("capabilities"))

    def answer(self, method: str, handler: Handler, options: Any = None) -> None:
        """Let ``handler`` answer a method, once the folders are known. Should it fail, that
        is logged and the answer is null: an editor keeps working without it. A
        ``JsonRpcException`` is for the user to read."""

        async def guarded(params: Any) -> Any:
            try:
                if method != types.INITIALIZED:
                    await self.session.begun.wait()
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
