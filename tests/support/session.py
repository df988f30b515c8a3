"""A session in this process, and what its client is shown."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, cast

from kong_lsp.server.client import client_of
from kong_lsp.server.convert import Json, path_of, uri_of
from kong_lsp.server.session import Session

if TYPE_CHECKING:
    from kong_lsp.server.protocol import Protocol

Shown = dict[str, list[Json]]
"""Diagnostics by the path of their file."""


class Peer:
    """The other end: keeps what it is told, and agrees to all that it is asked."""

    def __init__(self) -> None:
        self.shown: Shown = {}

    def tell(self, method: str, params: Json) -> None:
        if method == "textDocument/publishDiagnostics":
            self.shown[str(path_of(params["uri"]))] = params["diagnostics"]

    def ask(self, _: str, __: object) -> Future[Any]:
        answer: Future[Any] = Future()
        answer.set_result(None)
        return answer


class Server:
    """A session, and what its client sees."""

    def __init__(self, folders: Iterable[str], capabilities: Json) -> None:
        self.peer = Peer()
        given = [{"uri": uri_of(folder), "name": folder} for folder in folders]
        client = client_of(capabilities)
        self.session = Session(cast("Protocol", self.peer), client, {"workspaceFolders": given})

    def open(self, path: str, text: str) -> None:
        item = {"uri": uri_of(path), "version": 1, "text": text}
        self.session.did_open({"textDocument": item})

    def change(self, path: str, *changes: Json) -> None:
        identifier = {"uri": uri_of(path), "version": 2}
        self.session.did_change({"textDocument": identifier, "contentChanges": list(changes)})

    def close(self, path: str) -> None:
        self.session.did_close({"textDocument": {"uri": uri_of(path)}})

    @property
    def texts(self) -> dict[str, str]:
        """The buffers, in the order in which they were opened."""
        return {path: each.document.text for path, each in self.session.documents.opened.items()}

    async def shown(self) -> Shown:
        """What the client is shown of each file, once everything is settled."""
        await self.session.started.wait()
        await self.session.diagnostics.settled()
        if not self.session.client.pulls:
            return {path: items for path, items in self.peer.shown.items() if items}
        found = self.session.diagnostics
        return {path: items for path in found.paths() if (items := found.items(path).items)}
