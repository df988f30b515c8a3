"""pygls' protocol, hardened, and with documents of our own.

What differs from pygls 2.1.1: a message is taken apart once and whole, after it was
judged (pygls does it inside the JSON decoder, where a wrong parameter loses the message);
every request is answered, whatever is wrong with it; documents are kept by
``documents.Documents``, because pygls' own cost milliseconds for each keystroke in a large
file; answers are plain dictionaries and go out as they are.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from kong_lsp.server.convert import Json

if TYPE_CHECKING:
    from kong_lsp.server.app import Server

log = logging.getLogger(__name__)

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
SERVER_NOT_INITIALIZED = -32002
REQUEST_FAILED = -32803

Identity = str | int


class Protocol(LanguageServerProtocol):
    """One session's messages, in and out."""

    _server: Server
    answered: Identity | None = None
    """The id of an ``initialize`` request that ``handshake`` answered already."""
    started: bool = False
    """Whether ``initialize`` was received."""
    direct: dict[str, Callable[[Json], None]]
    """Handlers of notifications that take the parameters as they came, at once."""

    @property
    def was_shut_down(self) -> bool:
        """Whether ``shutdown`` was received."""
        return self._shutdown

    def structure_message(self, data: Json) -> Any:
        return data

    def handle_message(self, message: Any) -> None:
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            identity = message.get("id") if isinstance(message, dict) else None
            self.refuse(identity, INVALID_REQUEST, "not a JSON-RPC 2.0 message")
        elif "method" not in message:
            self._take_answer(message)
        elif not isinstance(message["method"], str):
            self.refuse(message.get("id"), INVALID_REQUEST, "the method is not a string")
        elif "id" in message:
            self._take_request(message)
        else:
            self._take_notification(message)

    def _take_request(self, message: Json) -> None:
        identity, method = message["id"], message["method"]
        if not isinstance(identity, (str, int)) or isinstance(identity, bool):
            self.refuse(None, INVALID_REQUEST, "the id is neither a string nor a number")
        elif method == types.INITIALIZE:
            if self.started:
                self.refuse(identity, INVALID_REQUEST, "initialize was sent before")
            else:
                self.started = True
                super().handle_message(self._initialize_message(message))
        elif not self.started:
            self.refuse(identity, SERVER_NOT_INITIALIZED, "initialize was not sent yet")
        elif self._shutdown:
            self.refuse(identity, INVALID_REQUEST, "shutdown was sent before")
        elif method not in self.fm.features and method not in self.fm.builtin_features:
            self.refuse(identity, METHOD_NOT_FOUND, f"unknown method: {method}")
        elif (request := self._structured(message)) is None:
            self.refuse(identity, INVALID_PARAMS, f"wrong parameters of {method}")
        else:
            super().handle_message(request)

    def _take_notification(self, message: Json) -> None:
        method = message["method"]
        if method == types.EXIT:
            self._handle_notification(types.EXIT, None)
        elif not self.started or self._shutdown:
            return
        elif handler := self.direct.get(method):
            params = message.get("params")
            try:
                handler(params if isinstance(params, dict) else {})
            except Exception:
                log.exception("%s failed", method)
        elif method in self.fm.features or method in self.fm.builtin_features:
            if (notification := self._structured(message)) is not None:
                super().handle_message(notification)
        elif method == types.CANCEL_REQUEST:
            self._cancel(message.get("params"))

    def _cancel(self, params: object) -> None:
        identity = params.get("id") if isinstance(params, dict) else None
        if isinstance(identity, (str, int)) and (future := self._request_futures.get(identity)):
            future.cancel()

    def _take_answer(self, message: Json) -> None:
        identity = message.get("id")
        if not isinstance(identity, (str, int)):
            return
        future = self._request_futures.pop(identity, None)
        if future is None or future.done():
            return
        error = message.get("error")
        if error is None:
            future.set_result(message.get("result"))
        else:
            text = error.get("message") if isinstance(error, dict) else error
            future.set_exception(JsonRpcException(str(text)))

    def _structured(self, message: Json) -> Any:
        try:
            return super().structure_message(message)
        except (JsonRpcException, TypeError, ValueError) as error:
            log.warning("wrong parameters of %s: %r", message["method"], error.__cause__)
            return None

    def _initialize_message(self, message: Json) -> Any:
        """The request as pygls takes it, reduced to what pygls needs where it is odd, or
        where it has its answer already, as to take it apart costs 40 ms: what the client can
        do is read from the message itself."""
        params = message.get("params")
        self._server.given = params if isinstance(params, dict) else {}
        if message["id"] != self.answered and (structured := self._structured(message)):
            return structured
        capabilities = types.ClientCapabilities(
            general=types.GeneralClientCapabilities(
                position_encodings=[types.PositionEncodingKind(self._server.client.encoding)]
            )
        )
        return types.InitializeRequest(
            id=message["id"], params=types.InitializeParams(capabilities=capabilities)
        )

    def _send_response(
        self,
        msg_id: Identity,
        result: Any | None = None,
        error: types.ResponseError | None = None,
    ) -> None:
        if msg_id == self.answered:
            self.answered = None
        elif error is not None:
            self.refuse(msg_id, error.code, error.message)
        else:
            self._send_data({"jsonrpc": "2.0", "id": msg_id, "result": result})

    def refuse(self, identity: object, code: int, why: str) -> None:
        """Answer a request with an error, in one line; no traceback leaves this process."""
        if code not in (types.LSPErrorCodes.RequestCancelled, REQUEST_FAILED):
            log.warning("request refused: %s", why)
        answer = {"jsonrpc": "2.0", "id": identity, "error": {"code": code, "message": why}}
        self._send_data(answer)

    def plain(self, value: Any) -> Json:
        """One of lsprotocol's objects as it goes over the wire."""
        taken_apart: Json = self._converter.unstructure(value)
        return taken_apart

    def tell(self, method: str, params: Json) -> None:
        """Send a notification."""
        self._send_data({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: Json | None) -> Future[Any]:
        """Send a request; the future holds the result as it came."""
        self._asked += 1
        identity = f"kong-lsp-{self._asked}"
        future: Future[Any] = Future()
        self._request_futures[identity] = future
        message: Json = {"jsonrpc": "2.0", "id": identity, "method": method}
        if params is not None:
            message["params"] = params
        self._send_data(message)
        return future

    _asked = 0
