"""Rename, files that the editor moves, the new plugin, and the missing modules."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from kong_lsp.features import moves, new_plugin, rename
from kong_lsp.features.rename import Refused
from kong_lsp.finding import CreateFile, RenameFile
from kong_lsp.kong import releases
from kong_lsp.server.actions import MISSING_MODULES, edit_all
from kong_lsp.server.changes import workspace_edit
from kong_lsp.server.convert import Json, path_of
from kong_lsp.server.handshake import ADD_MISSING, MOVED, MOVING, NEW_PLUGIN
from kong_lsp.server.protocol import INVALID_PARAMS, REQUEST_FAILED

if TYPE_CHECKING:
    from kong_lsp.server.app import Server
    from kong_lsp.server.session import Session

log = logging.getLogger(__name__)


def register(server: Server) -> None:
    """Let the server answer these methods."""
    server.answer(types.TEXT_DOCUMENT_PREPARE_RENAME, prepare_rename)
    server.answer(types.TEXT_DOCUMENT_RENAME, on_rename)
    server.answer(types.WORKSPACE_WILL_RENAME_FILES, will_rename, _filters(MOVING))
    server.answer(types.WORKSPACE_DID_RENAME_FILES, did_rename, _filters(MOVED))
    server.answer(types.WORKSPACE_DID_CREATE_FILES, files_changed, _filters(MOVED))
    server.answer(types.WORKSPACE_DID_DELETE_FILES, files_changed, _filters(MOVED))

    async def new(ls: Any, *arguments: object) -> Json:  # pygls gives itself to it
        return await make_plugin(server.session, arguments)

    async def add(ls: Any, *arguments: object) -> Json:
        return await add_missing_modules(server.session, arguments)

    server.command(NEW_PLUGIN)(new)
    server.command(ADD_MISSING)(add)


def _filters(patterns: dict[str, str]) -> types.FileOperationRegistrationOptions:
    return types.FileOperationRegistrationOptions(
        [
            types.FileOperationFilter(
                types.FileOperationPattern(glob, types.FileOperationPatternKind(matches)), "file"
            )
            for glob, matches in patterns.items()
        ]
    )


def _failed(error: Refused) -> JsonRpcException:
    return JsonRpcException(str(error), REQUEST_FAILED)


async def prepare_rename(session: Session, params: types.PrepareRenameParams) -> Json | None:
    """textDocument/prepareRename"""
    path = path_of(params.text_document.uri)
    if path is None or path not in session.documents.opened:
        return None
    snapshot = session.snapshot()
    offset = session.documents.offset(path, params.position)
    try:
        found = rename.prepare(snapshot, path, offset, moves=session.client.renames)
    except Refused as error:
        raise _failed(error) from None
    ranges = session.documents.ranges(path, snapshot)
    if found is None or ranges is None:
        return None
    return {"range": ranges.range(found.span), "placeholder": found.name}


async def on_rename(session: Session, params: types.RenameParams) -> Json | None:
    """textDocument/rename"""
    path = path_of(params.text_document.uri)
    if path is None or path not in session.documents.opened:
        return None
    snapshot = session.snapshot()
    offset = session.documents.offset(path, params.position)
    try:
        changes = rename.rename(
            snapshot, path, offset, params.new_name, moves=session.client.renames
        )
    except Refused as error:
        raise _failed(error) from None
    edit = workspace_edit(session, changes, snapshot)
    if edit is None:
        why = "the rockspec would have to be renamed too, and this editor cannot do that"
        raise JsonRpcException(why, REQUEST_FAILED)
    session.moving = {(each.old, each.new) for each in changes if isinstance(each, RenameFile)}
    return edit


async def will_rename(session: Session, params: types.RenameFilesParams) -> Json | None:
    """workspace/willRenameFiles; VS Code asks it also of the moves of our own rename, and
    gives the whole rename up if an edit comes in between."""
    snapshot = session.snapshot()
    known = _pairs(params)
    changes = moves.follow(snapshot, sorted(known - session.moving))
    session.moving -= known
    return workspace_edit(session, changes, snapshot) if changes else None


async def did_rename(session: Session, params: types.RenameFilesParams) -> None:
    """workspace/didRenameFiles. A move of our own rename is over now, asked about or not: the
    next one of the same files is the user's."""
    known = _pairs(params)
    session.moving -= known
    session.disk_changed([path for pair in sorted(known) for path in pair])


def _pairs(params: types.RenameFilesParams) -> set[tuple[str, str]]:
    """The old and the new paths of files."""
    pairs = ((path_of(file.old_uri), path_of(file.new_uri)) for file in params.files)
    return {(old, new) for old, new in pairs if old is not None and new is not None}


async def files_changed(
    session: Session, params: types.CreateFilesParams | types.DeleteFilesParams
) -> None:
    """workspace/didCreateFiles and workspace/didDeleteFiles: what a rockspec lacks now, or
    has too much, is found, and the fix of it is offered."""
    paths = (path_of(file.uri) for file in params.files)
    session.disk_changed([path for path in paths if path is not None])


async def make_plugin(session: Session, arguments: tuple[object, ...]) -> Json:
    """``kong-lsp.newPlugin`` with one argument, an object: ``name``, and optionally
    ``folder`` (a URI; else the workspace, or a folder in it where that holds a rockspec)
    and ``kong`` (a release; else that of the workspace).

    Gives ``{"uri": the handler's, "files": all that changed}`` once the client has made
    the files.
    """
    given = _given(session, arguments)
    name = given.get("name")
    if not isinstance(name, str):
        raise JsonRpcException('it takes one object: {"name": …}', INVALID_PARAMS)
    await session.started.wait()
    snapshot = session.snapshot()
    folder = _folder(session, name, given.get("folder"))
    if folder is None:
        raise JsonRpcException("no folder is open to make the plugin in", REQUEST_FAILED)
    root = snapshot.root_of(f"{folder}/-")
    release = releases.find(str(given.get("kong"))) or (root.kong if root else releases.NEWEST)
    try:
        changes = new_plugin.new_plugin(snapshot, folder, name, release)
    except Refused as error:
        raise _failed(error) from None
    edit = workspace_edit(session, changes, snapshot)
    if edit is None or not session.client.applies:
        raise JsonRpcException(
            f"this editor does not let a server make files: run `kong-lsp new {name}`",
            REQUEST_FAILED,
        )
    await _apply(session, f"New Kong plugin {name}", edit)
    session.disk_changed([each.path for each in changes if isinstance(each, CreateFile)])
    return {
        "uri": session.documents.uri(f"{folder}/kong/plugins/{name}/handler.lua"),
        "files": [
            session.documents.uri(each.path) for each in changes if not isinstance(each, RenameFile)
        ],
    }


async def add_missing_modules(session: Session, arguments: tuple[object, ...]) -> Json:
    """``kong-lsp.addMissingModules`` with one argument, an object: ``uri``, a rockspec.

    Has the client add every module that the rockspec lacks, and gives ``{"added": whether
    there was one}``.
    """
    path = path_of(_given(session, arguments).get("uri"))
    if path is None:
        raise JsonRpcException('it takes one object: {"uri": …}', INVALID_PARAMS)
    await session.started.wait()
    await session.diagnostics.settled()
    edit = edit_all(session, path, MISSING_MODULES)
    if edit is None:
        return {"added": False}
    if not session.client.applies:
        why = "this editor does not let a server edit files: run `kong-lsp fix`"
        raise JsonRpcException(why, REQUEST_FAILED)
    await _apply(session, "Add all missing modules", edit)
    return {"added": True}


def _given(session: Session, arguments: tuple[object, ...]) -> Json:
    """The one object that a command takes."""
    first: Any = session.protocol.plain(arguments[0]) if arguments else None
    return first if isinstance(first, dict) else {}


async def _apply(session: Session, label: str, edit: Json) -> None:
    """Have the client make an edit; raises what it says where it does not."""
    future = session.protocol.ask(types.WORKSPACE_APPLY_EDIT, {"label": label, "edit": edit})
    answer = await asyncio.wrap_future(future)
    if not isinstance(answer, dict) or answer.get("applied") is not True:
        reason = answer.get("failureReason") if isinstance(answer, dict) else None
        raise JsonRpcException(
            f"the editor did not make the edit: {reason or 'no reason given'}", REQUEST_FAILED
        )


def _folder(session: Session, name: str, uri: object) -> str | None:
    asked = path_of(uri)
    if asked is not None:
        return asked
    folder = next(iter(session.workspace.folders), None)
    if folder is not None and new_plugin.holds_rockspec(folder):
        return f"{folder}/kong-plugin-{name}"
    return folder
