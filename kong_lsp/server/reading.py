"""Hover, definition, links, symbols, folding, inlay hints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from kong_lsp.features.definition import definition
from kong_lsp.features.folding import folds
from kong_lsp.features.hover import hover
from kong_lsp.features.inlay import hints
from kong_lsp.features.links import links
from kong_lsp.features.symbols import Symbol, symbols
from kong_lsp.server.convert import Json, Ranges, path_of

if TYPE_CHECKING:
    from kong_lsp.server.app import Server
    from kong_lsp.server.session import Session

SYMBOLS = {"table": 19, "string": 15, "number": 16, "boolean": 17, "module": 2, "item": 15}


def register(server: Server) -> None:
    """Let the server answer these methods."""
    server.answer(types.TEXT_DOCUMENT_HOVER, on_hover)
    server.answer(types.TEXT_DOCUMENT_DEFINITION, on_definition)
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


def _opened(session: Session, document: types.TextDocumentIdentifier) -> str | None:
    """The path of an open document of ours."""
    path = path_of(document.uri)
    return path if path in session.documents.opened else None


def _ranges(session: Session, path: str) -> Ranges:
    return Ranges(session.documents.opened[path].document, session.client.encoding)


async def on_hover(session: Session, params: types.HoverParams) -> Json | None:
    """textDocument/hover"""
    path = _opened(session, params.text_document)
    if path is None:
        return None
    offset = session.documents.offset(path, params.position)
    found = hover(session.snapshot(), path, offset)
    if found is None:
        return None
    kind = "markdown" if session.client.markdown else "plaintext"
    text = found.text if session.client.markdown else _unmarked(found.text)
    return {
        "contents": {"kind": kind, "value": text},
        "range": _ranges(session, path).range(found.span),
    }


def _unmarked(text: str) -> str:
    return text.replace("**", "").replace("`", "")


async def on_definition(session: Session, params: types.DefinitionParams) -> list[Json] | None:
    """textDocument/definition"""
    path = _opened(session, params.text_document)
    if path is None:
        return None
    snapshot = session.snapshot()
    offset = session.documents.offset(path, params.position)
    found = []
    for target in definition(snapshot, path, offset):
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
    found = symbols(session.snapshot(), path)
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
    ranges = _ranges(session, path)
    found = []
    for fold in folds(session.snapshot(), path):
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
