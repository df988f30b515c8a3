"""Hover, definition, references, links, symbols, folding, inlay hints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from kong_lsp.features.config_definition import config_definition
from kong_lsp.features.config_example import example_hover, example_text, unknown_plugin
from kong_lsp.features.config_hover import config_hover
from kong_lsp.features.config_symbols import config_folds, config_symbols
from kong_lsp.features.definition import definition
from kong_lsp.features.field_references import field_references
from kong_lsp.features.folding import folds
from kong_lsp.features.hover import hover
from kong_lsp.features.inlay import hints
from kong_lsp.features.links import links
from kong_lsp.features.plugin_files import lua_hover
from kong_lsp.features.references import references
from kong_lsp.features.symbols import Symbol, symbols
from kong_lsp.features.workspace_symbols import workspace_symbols
from kong_lsp.kong.releases import NEWEST
from kong_lsp.server.convert import Json, Ranges, path_of
from kong_lsp.server.handshake import EXAMPLE
from kong_lsp.server.protocol import INVALID_PARAMS, REQUEST_FAILED

if TYPE_CHECKING:
    from kong_lsp.server.app import Server
    from kong_lsp.server.session import Session

SYMBOLS = {
    "table": 19,
    "string": 15,
    "number": 16,
    "boolean": 17,
    "module": 2,
    "item": 15,
    "plugin": 2,
    "resource": 19,
}


def register(server: Server) -> None:
    """Let the server answer these methods."""
    server.answer(types.TEXT_DOCUMENT_HOVER, on_hover)
    server.answer(types.TEXT_DOCUMENT_DEFINITION, on_definition)
    server.answer(types.TEXT_DOCUMENT_REFERENCES, on_references)
    server.answer(
        types.WORKSPACE_SYMBOL,
        on_workspace_symbols,
        types.WorkspaceSymbolOptions(resolve_provider=False),
    )
    server.answer(
        types.TEXT_DOCUMENT_DOCUMENT_LINK,
        on_links,
        types.DocumentLinkOptions(resolve_provider=False),
    )
    server.answer(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, on_symbols)
    server.answer(types.TEXT_DOCUMENT_FOLDING_RANGE, on_folding)
    server.answer(
        types.TEXT_DOCUMENT_INLAY_HINT, on_inlay, types.InlayHintOptions(resolve_provider=False)
    )

    async def run(ls: Any, *arguments: object) -> Json:  # pygls gives itself to it
        return await tell_example(server.session, arguments)

    server.command(EXAMPLE)(run)


def _opened(session: Session, document: types.TextDocumentIdentifier) -> str | None:
    """The path of an open document of ours."""
    path = path_of(document.uri)
    return path if path in session.documents.opened else None


def _text(session: Session, path: str) -> str:
    return session.documents.opened[path].document.text


def _ranges(session: Session, path: str) -> Ranges:
    return Ranges(session.documents.opened[path].document, session.client.encoding)


async def on_hover(session: Session, params: types.HoverParams) -> Json | None:
    """textDocument/hover"""
    path = _opened(session, params.text_document)
    if path is None:
        return None
    offset = session.documents.offset(path, params.position)
    snapshot = session.snapshot()
    found = hover(snapshot, path, offset)
    if found is None and snapshot.config_at(path) is not None:
        found = config_hover(snapshot, path, _text(session, path), offset)
    if found is None:
        text = _text(session, path)
        found = example_hover(snapshot, path, text, offset) or lua_hover(
            snapshot, path, text, offset
        )
    if found is None:
        return None
    kind = "markdown" if session.client.markdown else "plaintext"
    said = found.text if session.client.markdown else _unmarked(found.text)
    return {
        "contents": {"kind": kind, "value": said},
        "range": _ranges(session, path).range(found.span),
    }


def _unmarked(text: str) -> str:
    return re.sub(r"```\w+\n|\*\*|`", "", text)


async def tell_example(session: Session, arguments: tuple[object, ...]) -> Json:
    """``kong-lsp.configExample`` with one argument, an object: ``name`` of a plugin, and
    optionally ``uri`` of a file of the workspace that is meant.

    Gives ``{"text": an entry of the plugin that Kong takes}`` as YAML.
    """
    first: Any = session.protocol.plain(arguments[0]) if arguments else None
    name = first.get("name") if isinstance(first, dict) else None
    if not isinstance(name, str):
        raise JsonRpcException('it takes one object: {"name": …}', INVALID_PARAMS)
    await session.started.wait()
    snapshot = session.snapshot()
    path = path_of(first.get("uri"))
    root = next(iter(snapshot.roots), None) if path is None else snapshot.root_of(path)
    text = example_text(root, name, root.kong if root is not None else NEWEST)
    if text is None:
        raise JsonRpcException(unknown_plugin(root, name), REQUEST_FAILED)
    return {"text": text}


async def on_definition(session: Session, params: types.DefinitionParams) -> list[Json] | None:
    """textDocument/definition"""
    path = _opened(session, params.text_document)
    if path is None:
        return None
    snapshot = session.snapshot()
    offset = session.documents.offset(path, params.position)
    targets = definition(snapshot, path, offset)
    if not targets and snapshot.config_at(path) is not None:
        targets = config_definition(snapshot, path, _text(session, path), offset)
    found = []
    for target in targets:
        ranges = session.documents.ranges(target.path, snapshot)
        if ranges is None:
            continue
        uri, at = session.documents.uri(target.path), ranges.range(target.span)
        if session.client.links:
            found.append(
                {
                    "targetUri": uri,
                    "targetRange": at,
                    "targetSelectionRange": at,
                    "originSelectionRange": _ranges(session, path).range(target.origin),
                }
            )
        else:
            found.append({"uri": uri, "range": at})
    return found or None


async def on_references(session: Session, params: types.ReferenceParams) -> list[Json] | None:
    """textDocument/references"""
    path = _opened(session, params.text_document)
    if path is None:
        return None
    snapshot = session.snapshot()
    offset = session.documents.offset(path, params.position)
    wanted = params.context.include_declaration
    places = references(snapshot, path, offset, declaration=wanted) or field_references(
        snapshot, path, _text(session, path), offset, declaration=wanted
    )
    return [
        {"uri": session.documents.uri(place.path), "range": ranges.range(place.span)}
        for place in places
        if (ranges := session.documents.ranges(place.path, snapshot)) is not None
    ] or None


async def on_workspace_symbols(
    session: Session, params: types.WorkspaceSymbolParams
) -> list[Json] | None:
    """workspace/symbol"""
    snapshot = session.snapshot()
    return [
        {
            "name": found.name,
            "kind": SYMBOLS[found.kind],
            "containerName": found.inside,
            "location": {
                "uri": session.documents.uri(found.path),
                "range": ranges.range(found.span),
            },
        }
        for found in workspace_symbols(snapshot, params.query)
        if (ranges := session.documents.ranges(found.path, snapshot)) is not None
    ]


async def on_links(session: Session, params: types.DocumentLinkParams) -> list[Json] | None:
    """textDocument/documentLink"""
    path = _opened(session, params.text_document)
    if path is None:
        return None
    ranges = _ranges(session, path)
    return [
        {"range": ranges.range(link.span), "target": session.documents.uri(link.target)}
        for link in links(session.snapshot(), path)
    ]


async def on_symbols(session: Session, params: types.DocumentSymbolParams) -> list[Json] | None:
    """textDocument/documentSymbol"""
    path = _opened(session, params.text_document)
    if path is None:
        return None
    snapshot = session.snapshot()
    found: tuple[Symbol, ...] | None = symbols(snapshot, path)
    if not found and snapshot.rock_at(path) is None:
        found = config_symbols(snapshot, path)
    if found is None:
        return None
    ranges = _ranges(session, path)
    if session.client.nests:
        return [_symbol(item, ranges) for item in found]
    flat: list[Json] = []
    _flatten(found, "", params.text_document.uri, ranges, flat)
    return flat


def _symbol(item: Symbol, ranges: Ranges) -> Json:
    return {
        "name": item.name,
        "kind": SYMBOLS[item.kind],
        "detail": item.detail,
        "range": ranges.range(item.span),
        "selectionRange": ranges.range(item.selection),
        "children": [_symbol(child, ranges) for child in item.children],
    }


def _flatten(
    items: tuple[Symbol, ...], inside: str, uri: str, ranges: Ranges, flat: list[Json]
) -> None:
    for item in items:
        location = {"uri": uri, "range": ranges.range(item.span)}
        symbol = {"name": item.name, "kind": SYMBOLS[item.kind], "location": location}
        flat.append({**symbol, "containerName": inside} if inside else symbol)
        _flatten(item.children, item.name, uri, ranges, flat)


async def on_folding(session: Session, params: types.FoldingRangeParams) -> list[Json] | None:
    """textDocument/foldingRange"""
    path = _opened(session, params.text_document)
    if path is None:
        return None
    snapshot = session.snapshot()
    config = snapshot.config_at(path)
    if config is not None and config.tree is not None:
        return [
            {"startLine": lines.first, "endLine": lines.last, "kind": lines.kind}
            for lines in config_folds(_text(session, path), session.client.folds)
        ]
    if snapshot.rock_at(path) is None:
        return None
    ranges = _ranges(session, path)
    found = []
    for fold in folds(snapshot, path):
        at = ranges.range(fold.span)
        first, last = at["start"]["line"], at["end"]["line"]
        if fold.kind == "region":
            last -= 1
        if last > first:
            found.append({"startLine": first, "endLine": last, "kind": fold.kind})
    return found


async def on_inlay(session: Session, params: types.InlayHintParams) -> list[Json] | None:
    """textDocument/inlayHint"""
    path = _opened(session, params.text_document)
    if path is None:
        return None
    ranges = _ranges(session, path)
    within = session.documents.span(path, params.range)
    return [
        {
            "position": ranges.position(hint.offset),
            "label": hint.text,
            "paddingLeft": True,
        }
        for hint in hints(session.snapshot(), path, within)
    ]
