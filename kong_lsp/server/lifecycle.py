"""initialize, initialized, and what may change under way: settings, folders, files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from kong_lsp import status
from kong_lsp.server import actions, diagnostics
from kong_lsp.server.convert import Json, path_of
from kong_lsp.server.handshake import STATUS
from kong_lsp.server.session import Session

if TYPE_CHECKING:
    from kong_lsp.server.app import Server

WATCHED = (
    "**/{*.,}rockspec",
    "**/*.{lua,yml,yaml,json,conf,env}",
    "**/.env*",
    "**/{Dockerfile*,*.Dockerfile,.kong-lsp.toml}",
)
"""The files whose coming, going and changing on the disk can change a finding."""


PATIENCE = 5.0
"""Seconds that a client may take to say ``initialized``, and to answer for its settings."""


def register(server: Server) -> None:
    """Let the server answer these methods."""

    def initialize(params: Any) -> None:
        client = server.client
        server.session = Session(server.protocol, client, server.given)
        server.protocol.direct = {
            types.TEXT_DOCUMENT_DID_OPEN: server.session.did_open,
            types.TEXT_DOCUMENT_DID_CHANGE: server.session.did_change,
            types.TEXT_DOCUMENT_DID_CLOSE: server.session.did_close,
        }
        actions.register_for(server, server.given.get("capabilities"))
        if client.pulls:
            diagnostics.register(server)
        asyncio.get_running_loop().call_later(PATIENCE, server.session.start_anyway)

    server.feature(types.INITIALIZE)(initialize)
    server.answer(types.INITIALIZED, initialized)
    server.answer(types.TEXT_DOCUMENT_DID_SAVE, did_save, types.SaveOptions(include_text=False))
    server.answer(types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change_configuration)
    server.answer(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, did_change_watched_files)
    server.answer(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, did_change_folders)

    async def run(ls: Any, *_: object) -> Json:  # pygls gives itself to it
        return await tell_status(server.session)

    server.command(STATUS)(run)


async def initialized(session: Session, _: types.InitializedParams) -> None:
    """The client is ready: watch files, ask for settings, read its folders."""
    registrations: list[tuple[str, Json]] = []
    if session.client.watches:
        watchers = [{"globPattern": pattern} for pattern in WATCHED]
        registrations.append((types.WORKSPACE_DID_CHANGE_WATCHED_FILES, {"watchers": watchers}))
    if session.client.reconfigures:
        section = {"section": "kong-lsp"}
        registrations.append((types.WORKSPACE_DID_CHANGE_CONFIGURATION, section))
    if registrations:
        session.protocol.ask(
            types.CLIENT_REGISTER_CAPABILITY,
            {
                "registrations": [
                    {"id": f"kong-lsp {method}", "method": method, "registerOptions": options}
                    for method, options in registrations
                ]
            },
        )
    await fetch_settings(session)
    await session.start()


async def tell_status(session: Session) -> Json:
    """What is seen, and the settings of each folder with where they come from; ``text`` is
    the same for people."""
    await session.started.wait()
    found = status.status(session.snapshot(), None)
    told = {
        root: status.settings(root, root, session.settings)
        for root in session.workspace.roots
        if root not in session.workspace.further
    }
    text = [status.text(found)]
    for root, each in told.items():
        text += [f"settings of {root}:\n", status.settings_text(each), *each.complaints]
    values = {
        root: {name: shown._asdict() for name, shown in each.values.items()}
        for root, each in told.items()
    }
    return {**found, "settings": values, "text": "\n".join(text)}


async def fetch_settings(session: Session) -> None:
    """Ask the client for its settings, where it can be asked."""
    if not session.client.configures:
        return
    wanted = {"items": [{"section": "kong-lsp"}]}
    future = session.protocol.ask(types.WORKSPACE_CONFIGURATION, wanted)
    try:
        found = await asyncio.wait_for(asyncio.wrap_future(future), timeout=PATIENCE)
    except (TimeoutError, asyncio.TimeoutError, JsonRpcException):
        return
    if isinstance(found, list) and found and found[0] is not None:
        session.configure(found[0])


async def did_change_configuration(
    session: Session, params: types.DidChangeConfigurationParams
) -> None:
    """workspace/didChangeConfiguration"""
    if params.settings:
        session.configure(params.settings)
    await fetch_settings(session)


async def did_save(session: Session, params: types.DidSaveTextDocumentParams) -> None:
    """textDocument/didSave"""
    if (path := path_of(params.text_document.uri)) is not None:
        session.saved(path)


async def did_change_watched_files(
    session: Session, params: types.DidChangeWatchedFilesParams
) -> None:
    """workspace/didChangeWatchedFiles"""
    paths = [path_of(event.uri) for event in params.changes]
    session.disk_changed([path for path in paths if path is not None])


async def did_change_folders(
    session: Session, params: types.DidChangeWorkspaceFoldersParams
) -> None:
    """workspace/didChangeWorkspaceFolders"""
    await session.change_roots(
        added=[folder.uri for folder in params.event.added],
        removed=[folder.uri for folder in params.event.removed],
    )
