"""The documents that the client has open, and the lines of those that it has not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kong_lsp.config.sniff import form_of
from kong_lsp.finding import SUPPRESSION
from kong_lsp.server.convert import (
    Json,
    Ranges,
    offset_of,
    path_of,
    span_of,
    uri_of,
)
from kong_lsp.settings import FILE
from kong_lsp.text import Document, Edit, Encoding, Span, smallest_edit
from kong_lsp.workspace.snapshot import Snapshot

if TYPE_CHECKING:
    from lsprotocol import types

log = logging.getLogger(__name__)


def ours(path: str) -> bool:
    """Whether kong-lsp reads files of this name at all."""
    return (
        path.endswith((".rockspec", ".lua", "/rockspec", f"/{FILE}")) or form_of(path) is not None
    )


@dataclass(slots=True)
class Opened:
    """An open document, under the URI that the client calls it by. ``commented`` tells that
    some comment in it may switch rules off."""

    uri: str
    version: int | None
    document: Document
    commented: bool = False


class Documents:
    """Every text by its path: open ones as the client edits them, others as on the disk.

    ``configured`` tells files that are read whatever their name; ``closed`` are those that
    the client had open once; ``folders`` are the workspace's, each with the URI that the client
    calls it by.
    """

    def __init__(
        self, encoding: Encoding, configured: Callable[[str], bool] = lambda _: False
    ) -> None:
        self.encoding = encoding
        self._configured = configured
        self.opened: dict[str, Opened] = {}
        self.closed: set[str] = set()
        self.folders: dict[str, str] = {}
        self._read: dict[str, tuple[str, Document]] = {}

    def takes(self, path: str) -> bool:
        """Whether a document is ours."""
        return ours(path) or self._configured(path)

    def uri(self, path: str) -> str:
        """The URI of a file: the client's own spelling where it has it, or its folder, open."""
        opened = self.opened.get(path)
        if opened is not None:
            return opened.uri
        for folder, uri in self.folders.items():
            if path.startswith(f"{folder}/"):
                return uri.rstrip("/") + uri_of(path[len(folder) :]).removeprefix("file://")
        return uri_of(path)

    def version(self, path: str) -> int | None:
        """The version of an open document; None where it is not open."""
        opened = self.opened.get(path)
        return None if opened is None else opened.version

    def open(self, item: Json) -> str | None:
        """Take a ``TextDocumentItem``; gives its path, None where it is not ours."""
        path = path_of(item.get("uri"))
        text = item.get("text")
        if path is None or not self.takes(path) or not isinstance(text, str):
            return None
        self.opened[path] = Opened(item["uri"], _version(item), Document(text), SUPPRESSION in text)
        return path

    def close(self, identifier: Json) -> str | None:
        """Forget an open document; gives its path, None where it was not open."""
        path = path_of(identifier.get("uri"))
        if path is None or self.opened.pop(path, None) is None:
            return None
        self.closed.add(path)
        return path

    def offset(self, path: str, position: types.Position) -> int:
        """The offset of a position in an open document."""
        document = self.opened[path].document
        return offset_of(document, position.line, position.character, self.encoding)

    def span(self, path: str, given: types.Range) -> Span:
        """The span of a range in an open document."""
        return Span(self.offset(path, given.start), self.offset(path, given.end))

    def edits(self, opened: Opened, changes: object) -> list[Edit]:
        """Apply ``contentChanges`` in their order; gives them as edits, each in the
        text that the ones before it left."""
        found: list[Edit] = []
        for change in changes if isinstance(changes, list) else ():
            text = change.get("text") if isinstance(change, dict) else None
            if not isinstance(text, str):
                log.warning("a change of %s without a text is left out", opened.uri)
                continue
            if change.get("range") is None:
                edit = smallest_edit(opened.document.text, text)
            else:
                edit = Edit(span_of(opened.document, change["range"], self.encoding), text)
            opened.document.edit(edit)
            opened.commented = opened.commented or _comments(opened.document, edit)
            found.append(edit)
        return found

    def document(self, path: str, snapshot: Snapshot) -> Document | None:
        """The lines of a file, open or not; None where it cannot be read."""
        opened = self.opened.get(path)
        if opened is not None:
            return opened.document
        text = snapshot.text(path)
        if text is None:
            self._read.pop(path, None)
            return None
        known = self._read.get(path)
        if known is None or known[0] != text:
            known = self._read[path] = text, Document(text)
        return known[1]

    def ranges(self, path: str, snapshot: Snapshot) -> Ranges | None:
        """What turns spans of a file into ranges; None where it cannot be read."""
        document = self.document(path, snapshot)
        return None if document is None else Ranges(document, self.encoding)


def _comments(document: Document, edit: Edit) -> bool:
    """Whether an edit that was made has made a comment that may switch rules off."""
    if SUPPRESSION in edit.text:
        return True
    ends = edit.span.start, edit.span.start + len(edit.text)
    return any(SUPPRESSION in document.line(document.position(end).line) for end in ends)


def _version(item: Json) -> int | None:
    version = item.get("version")
    return version if isinstance(version, int) else None
