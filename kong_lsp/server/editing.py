"""Completion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from kong_lsp.features.completion import Item, completion
from kong_lsp.features.config_completion import config_completion, is_config
from kong_lsp.features.plugin_files import lua_completion
from kong_lsp.rules.km import shipping
from kong_lsp.server.convert import Json, Ranges, path_of
from kong_lsp.server.handshake import TRIGGERS
from kong_lsp.workspace.snapshot import Rock, Snapshot

if TYPE_CHECKING:
    from kong_lsp.server.app import Server
    from kong_lsp.server.session import Session

MOST = 200
"""Proposals in one answer; a client asks again as the user types on."""

KINDS = {
    "module": 9,
    "file": 17,
    "folder": 19,
    "field": 5,
    "value": 12,
    "rock": 18,
    "plugin": 9,
    "block": 15,
    "resource": 18,
    "entity": 18,
    "typedef": 22,
    "function": 3,
}


def register(server: Server) -> None:
    """Let the server answer these methods."""
    options = types.CompletionOptions(trigger_characters=list(TRIGGERS), resolve_provider=True)
    server.answer(types.TEXT_DOCUMENT_COMPLETION, complete, options)
    server.answer(types.COMPLETION_ITEM_RESOLVE, resolve)


async def complete(session: Session, params: types.CompletionParams) -> Json | None:
    """textDocument/completion"""
    path = path_of(params.text_document.uri)
    opened = session.documents.opened.get(path or "")
    if path is None or opened is None:
        return None
    snapshot = session.snapshot()
    rock = snapshot.rock_at(path)
    offset = session.documents.offset(path, params.position)
    text = opened.document.text
    if rock is None:
        found = lua_completion(snapshot, path, text, offset)
        if not found and is_config(snapshot, path):
            found = config_completion(snapshot, path, text, offset)
        if not found:
            return None
    else:
        found = completion(snapshot, path, text, offset, missing_modules(snapshot, rock))
    if len(found) > MOST:
        found = [item for item in found if _fits(item, text, offset)]
    session.proposed = found[:MOST]
    ranges = Ranges(opened.document, session.client.encoding)
    return {
        "isIncomplete": len(found) > MOST,
        "items": [_item(session, ranges, number) for number in range(len(session.proposed))],
    }


def missing_modules(snapshot: Snapshot, rock: Rock) -> dict[str, str]:
    """The modules that a rockspec does not list and that are on the disk: those that it
    has to list first, then all others of its plugins."""
    known = shipping.shipping(snapshot, rock)
    found = {name: known.files[name] for name in known.missing}
    there = {*found.values(), *rock.files}
    for tree in rock.plugins or snapshot.root(rock).plugins:
        for tail, file in sorted(tree.modules.items(), key=lambda item: (len(item[0]), item[0])):
            name = f"{tree.key_prefix}.{tail}"
            if file not in there and name not in rock.listed:
                there.add(file)
                found[name] = file
    return found


def _fits(item: Item, text: str, offset: int) -> bool:
    """Whether what stands before the cursor is the beginning of the proposal."""
    return item.filter.startswith(text[item.edit.span.start : offset])


def _item(session: Session, ranges: Ranges, number: int) -> Json:
    found = session.proposed[number]
    item: Json = {
        "label": found.label,
        "kind": KINDS[found.kind],
        "sortText": f"{found.rank:02d}{number:04d}",
        "filterText": found.filter,
        "textEdit": ranges.edit(found.edit),
    }
    if found.snippet is not None and session.client.snippets:
        item["textEdit"]["newText"] = found.snippet
        item["insertTextFormat"] = 2
        if session.client.indents:
            item["insertTextMode"] = 2
    if found.also:
        item["additionalTextEdits"] = [ranges.edit(edit) for edit in found.also]
    if found.detail:
        item["detail"] = found.detail
    if found.doc:
        if "documentation" in session.client.lazy:
            item["data"] = {"number": number, "label": found.label}
        else:
            item["documentation"] = _documentation(found.doc)
    return item


async def resolve(session: Session, item: types.CompletionItem) -> Json:
    """completionItem/resolve"""
    answer: Json = session.protocol.plain(item)
    data: Any = answer.pop("data", None)
    number = data.get("number") if isinstance(data, dict) else None
    if isinstance(number, int) and 0 <= number < len(session.proposed):
        found = session.proposed[number]
        if found.label == item.label:
            answer["documentation"] = _documentation(found.doc)
    return answer


def _documentation(doc: str) -> Json:
    return {"kind": "markdown", "value": doc}
