"""Between what the protocol says and what kong-lsp means: URIs, positions, edits.

Messages are plain dictionaries, as they go over the wire: building lsprotocol's objects
and taking them apart again doubles the cost of a large answer.
"""

from __future__ import annotations

import os
import posixpath
import re
from bisect import bisect_right
from itertools import accumulate
from typing import Any
from urllib.parse import quote, unquote

from kong_lsp.text import (
    Document,
    Edit,
    Encoding,
    Position,
    Span,
    from_units,
    split_lines,
    to_units,
)

Json = dict[str, Any]

_DRIVE = re.compile(r"/([A-Za-z])[:|](?=/|$)")


def path_of(uri: object) -> str | None:
    """The absolute path of a ``file:`` URI, with ``/``; None for any other.

    A host is kept, as ``//host/share``. On Windows a drive letter is lowered, and
    ``file:////host/share`` has a host too.
    """
    if not isinstance(uri, str) or uri[:5].lower() != "file:":
        return None
    rest = uri[5:]
    host = ""
    if rest.startswith("//"):
        host, slash, tail = rest[2:].partition("/")
        rest = slash + tail
    path = unquote(rest, errors="surrogateescape")
    if not path.startswith("/") or "\0" in path:
        return None
    if host and host != "localhost":
        return "//" + unquote(host) + posixpath.normpath(path)
    if os.name == "nt" and re.match("//[^/]", path):
        return posixpath.normpath(path)
    path = "/" + posixpath.normpath(path).lstrip("/")
    if os.name == "nt" and (drive := _DRIVE.match(path)):
        return drive[1].lower() + ":" + (path[drive.end() :] or "/")
    return path


def uri_of(path: str) -> str:
    """The ``file:`` URI of an absolute path."""
    if path.startswith("//"):
        return "file:" + _quote(path)
    return "file://" + _quote(path if path.startswith("/") else "/" + path)


def _quote(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"), safe="/~")


def offset_of(document: Document, line: int, units: int, encoding: Encoding) -> int:
    """The offset of a line and its column in the protocol's units; what lies outside
    the text is moved to its edge."""
    content = document.line(max(0, line)).rstrip("\r\n")
    return document.offset(Position(max(0, line), from_units(content, max(0, units), encoding)))


def span_of(document: Document, given: object, encoding: Encoding) -> Span:
    """The span of a ``Range`` as it came; one that ends before it starts is turned round."""
    ends = given if isinstance(given, dict) else {}
    start, end = (
        offset_of(document, _count(at, "line"), _count(at, "character"), encoding)
        for at in (ends.get("start"), ends.get("end"))
    )
    return Span(min(start, end), max(start, end))


def _count(position: object, name: str) -> int:
    value = position.get(name) if isinstance(position, dict) else None
    return int(value) if isinstance(value, (int, float)) else 0


class Ranges:
    """Turns spans of one document into ranges; many of them for the price of one table."""

    _MANY = 16

    def __init__(self, document: Document, encoding: Encoding) -> None:
        self._document = document
        self._encoding = encoding
        self._asked = 0
        self._lines: list[str] = []
        self._starts: list[int] = []

    def position(self, offset: int) -> Json:
        """The ``Position`` of an offset; past the end of the text, its end."""
        self._asked += 1
        if self._asked <= self._MANY:
            line, column = self._document.position(offset)
            text = self._document.line(line)
        else:
            if not self._starts:
                self._lines = [*split_lines(self._document.text), ""]
                self._starts = [0, *accumulate(map(len, self._lines[:-1]))]
            line = bisect_right(self._starts, max(0, offset)) - 1
            text = self._lines[line]
            if not text and line and not self._lines[line - 1].endswith(("\n", "\r")):
                line -= 1
                text = self._lines[line]
            column = min(max(0, offset - self._starts[line]), len(text))
        return {"line": line, "character": to_units(text, column, self._encoding)}

    def range(self, span: Span) -> Json:
        """The ``Range`` of a span."""
        return {"start": self.position(span.start), "end": self.position(span.end)}

    def edit(self, edit: Edit) -> Json:
        """The ``TextEdit`` of an edit."""
        return {"range": self.range(edit.span), "newText": edit.text}
