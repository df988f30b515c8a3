"""One client's session: its documents, its roots, its settings, its findings."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import time
from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING

from kong_lsp.features.completion import Item
from kong_lsp.finding import Finding
from kong_lsp.server.client import Client
from kong_lsp.server.convert import Json, path_of
from kong_lsp.server.diagnostics import SLICE, Diagnostics
from kong_lsp.server.documents import Documents, Opened
from kong_lsp.server.garbage import garbage_uncollected
from kong_lsp.server.handshake import capability
from kong_lsp.server.progress import Progress
from kong_lsp.server.settings import read_settings, section
from kong_lsp.settings import FILE
from kong_lsp.settings_layers import NOTHING, Known
from kong_lsp.text import Document
from kong_lsp.workspace.snapshot import Snapshot
from kong_lsp.workspace.workspace import Workspace

if TYPE_CHECKING:
    from kong_lsp.server.protocol import Protocol

log = logging.getLogger(__name__)


class Session:
    """Everything between ``initialize`` and ``exit``.

    ``begun``: the folders are known, and open documents belong to them; ``started``: the
    folders are read. ``ends_lines``: the client ends the last line of a new file by itself;
    Neovim does.
    """

    def __init__(self, protocol: Protocol, client: Client, given: Json) -> None:
        self.protocol = protocol
        self.client = client
        self.ends_lines = capability(given, "clientInfo", "name") == "Neovim"
        self.workspace = Workspace(log=log.warning)
        self.documents = Documents(client.encoding, self.workspace.configured)
        self.settings = Known(NOTHING, self.workspace.text)
        self.diagnostics = Diagnostics(self)
        self.begun = asyncio.Event()
        self.started = asyncio.Event()
        self.proposed: list[Item] = []
        self.moving: set[tuple[str, str]] = set()  # what our last rename has the client move
        self._told: set[str] = set()
        self._configured: list[str] = []
        self._sent: Json = {}
        self._starting: asyncio.Future[None] | None = None
        self._waiting = _roots(given)
        self.configure(given.get("initializationOptions"))

    def snapshot(self) -> Snapshot:
        """What is known now."""
        return self.workspace.snapshot()

    def wanted(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Those findings that the settings do not switch off, as they are to be shown."""
        return tuple(
            kept
            for finding in findings
            if (kept := self.settings.of(finding.path).judge(finding)) is not None
        )

    def say(self, message: str) -> None:
        """Tell the user something, once in a session."""
        if message not in self._told:
            self._told.add(message)
            log.warning("%s", message)
            self.protocol.tell("window/showMessage", {"type": 2, "message": message})

    # --- roots and settings

    async def start(self) -> None:
        """Read the folders of the workspace, and the documents that were opened meanwhile."""
        waiting, self._waiting = self._waiting, []
        await self.change_roots(added=waiting, removed=[])
        gc.collect()
        gc.freeze()

    def start_anyway(self) -> None:
        """Start for a client that never says ``initialized`` as well."""
        if not self.begun.is_set():
            self._starting = asyncio.ensure_future(self.start())

    async def change_roots(self, added: Iterable[str], removed: Iterable[str]) -> None:
        """Follow the client's workspace folders, given as URIs."""
        self.started.clear()
        for uri in removed:
            if (path := path_of(uri)) is not None:
                self.workspace.remove_root(path)
                self.documents.folders.pop(path, None)
        async with Progress(self.protocol, "Reading Kong plugins", self.client.progress):
            for uri in added:
                if (path := path_of(uri)) is not None:
                    self.documents.folders[path] = uri
                    exclude = self.settings.of(f"{path}/x").exclude
                    self.workspace.add_root(path, exclude=exclude)
                    await asyncio.sleep(0)
            self._take_settings(self._sent)
            self.settings_changed()
            self._begin()
            await self._work()
        self.diagnostics.touch()
        self.started.set()

    def _begin(self) -> None:
        if not self.begun.is_set():
            self.begun.set()
            for path in list(self.documents.opened):
                self._read(path)

    async def _work(self) -> None:
        """Read what is to be read, in slices that let other messages in between."""
        started = time.perf_counter()
        with garbage_uncollected():
            for _ in self.workspace.work():
                if time.perf_counter() - started > SLICE:
                    await asyncio.sleep(0)
                    started = time.perf_counter()

    def configure(self, given: object) -> None:
        """Take settings, however the client sends them; unknown keys are told once."""
        if isinstance(given, dict):
            self._sent = {**self._sent, **section(given)}
            self._take_settings(section(given))
        elif given is not None:
            self.say("kong-lsp: the settings are not an object")

    def _take_settings(self, given: Json) -> None:
        """Their paths are relative to the first of the client's folders."""
        waiting = (path for uri in self._waiting if (path := path_of(uri)) is not None)
        folder = next(chain(self.workspace.folders, waiting), "/")
        before = self.settings.over
        over, complaints = read_settings(given, before, folder)
        for complaint in complaints:
            self.say(complaint)
        if over != before:
            self.settings.change(over)
            self.settings_changed()

    def _reconsider(self, *paths: str) -> None:
        """Read the settings anew where a change of these files or folders may change them, or
        where it has opened a folder."""
        if (
            self.workspace.roots != self._configured
            or any(path.endswith(f"/{FILE}") or os.path.isdir(path) for path in paths)
            or any(file.startswith(f"{path}/") for file in self.settings.files() for path in paths)
        ):
            self.settings_changed()

    def settings_changed(self) -> None:
        """Let other settings have their effect."""
        self.settings.change()
        self.workspace.read_further(
            folder
            for root in self.workspace.roots
            if root not in self.workspace.further
            for folder in self.settings.of(f"{root}/x").roots
        )
        for root in self.workspace.roots:
            of_root = self.settings.of(f"{root}/x")
            if root not in self.workspace.further:
                self.workspace.exclude(root, of_root.exclude)
            self.workspace.configure(**of_root.of_kong, root=root)
        self._configured = self.workspace.roots
        self.diagnostics.settings_changed()
        if self.started.is_set():
            self.diagnostics.touch()

    # --- documents

    def did_open(self, params: Json) -> None:
        """textDocument/didOpen. Before the folders are known it is not read: it would be
        looked for in a folder above them."""
        path = self.documents.open(params.get("textDocument") or {})
        if path is not None and self.begun.is_set():
            self._read(path)

    def _read(self, path: str) -> None:
        with garbage_uncollected():
            self.workspace.open(path, self.documents.opened[path].document.text)
        self._reconsider(path)
        self.diagnostics.opened(path)

    def did_change(self, params: Json) -> None:
        """textDocument/didChange. VS Code tells of the last edit of a document that it moves
        after it has closed it: what was closed, or is not on the disk, is left alone."""
        identifier = params.get("textDocument") or {}
        path = path_of(identifier.get("uri"))
        if path is None or not self.documents.takes(path):
            return
        opened = self.documents.opened.get(path)
        if opened is None:
            if path in self.documents.closed or not os.path.isfile(path):
                return
            opened = self._open_unasked(path, identifier["uri"])
        version = identifier.get("version")
        opened.version = version if isinstance(version, int) else None
        edits = self.documents.edits(opened, params.get("contentChanges"))
        if not self.begun.is_set():
            return
        for edit in edits:
            self.workspace.change(path, edit)
        self._reconsider(path)
        self.diagnostics.edited(path, edits)

    def _open_unasked(self, path: str, uri: str) -> Opened:
        """A document that is changed and was never opened: the edit is for the disk's text."""
        log.warning("%s is changed, but was not opened", uri)
        text = self.snapshot().text(path) or ""
        opened = self.documents.opened[path] = Opened(uri, None, Document(text))
        if self.begun.is_set():
            self.workspace.open(path, text)
        return opened

    def did_close(self, params: Json) -> None:
        """textDocument/didClose"""
        path = self.documents.close(params.get("textDocument") or {})
        if path is not None:
            self.workspace.close(path)
            self._reconsider(path)
            self.diagnostics.closed(path)

    def saved(self, path: str) -> None:
        """A file was saved; other files may have changed with it, where nobody watches."""
        if self.client.watches:
            self.workspace.saved(path)
            self._reconsider(path)
        else:
            self.workspace.rescan()
            self.settings_changed()
        self.diagnostics.saved(path)

    def disk_changed(self, paths: list[str]) -> None:
        """These files were made, changed or deleted on the disk."""
        if paths:
            self.workspace.disk_changed(paths)
            self._reconsider(*paths)
            self.diagnostics.touch(*paths)


def _roots(given: Json) -> list[str]:
    """The URIs of the folders that ``initialize`` names."""
    folders = given.get("workspaceFolders")
    if isinstance(folders, list):
        uris = [folder.get("uri") for folder in folders if isinstance(folder, dict)]
        return [uri for uri in uris if isinstance(uri, str)]
    if isinstance(given.get("rootUri"), str):
        return [given["rootUri"]]
    path = given.get("rootPath")
    if isinstance(path, str) and path:
        from kong_lsp.server.convert import uri_of

        return [uri_of(path.replace("\\", "/"))]
    return []
