"""``{ }`` and ``[ ]`` in YAML, and JSON: which of them are open at a place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kong_lsp.features.yaml_lines import is_silent, line_at, opens_text, read_line

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\n]+|(?:(?<=[\s,\[\]{}])|\A)\#[^\n]*)
    |(?P<quoted>"(?:[^"\\]|\\.)*(?:"|\Z)|'(?:[^']|'')*(?:'|\Z))
    |(?P<mark>[\[\]{},]|:(?=[ \t\r\n,\[\]{}"']|\Z))
    |(?P<plain>(?:[^\s,\[\]{}:"'#]|:(?=[^\s,\[\]{}]))(?:[^\n,\[\]{}:#]|:(?=[^\s,\[\]{}])|(?<=\S)\#)*)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_FURTHER = 20_000


@dataclass(slots=True)
class Frame:
    """A bracket that is open. ``start`` is its offset; ``key`` the key whose value is being
    written, ``keys`` all of its mapping with the scalars beside them."""

    bracket: str
    start: int
    key: str | None = None
    keys: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Flow:
    """The brackets that are open at a place, outermost first, and the scalar that it is in
    or behind: ``quote`` is "" where that is plain or none."""

    frames: tuple[Frame, ...]
    keys: tuple[str | None, ...]
    start: int
    end: int
    quote: str


def flow_at(text: str, begin: int, offset: int) -> Flow | None:
    """What is open at ``offset``; ``begin`` is the start of a line outside all brackets.
    None where nothing is."""
    if not any(bracket in text[begin:offset] for bracket in "[{"):
        return None
    at = begin
    while at < offset:
        line = line_at(text, at)
        read = read_line(line)
        value = read.column if read.key is None else read.value
        after = at + len(line) + 1
        if is_silent(line):
            at = after
        elif line[value : value + 1] in ("[", "{"):
            found, at = _scan(text, at + value, offset)
            if found is not None:
                return found
            at = text.find("\n", at) + 1 or len(text)
        elif line[value : value + 1] in ("'", '"'):
            match = _TOKEN.match(text, at + value)
            end = match.end() if match else after
            at = text.find("\n", end) + 1 or len(text)
        elif opens_text(line[value:]):
            at = _behind(text, after, read.column if read.key is not None else read.first)
        else:
            at = after
    return None


def _behind(text: str, at: int, column: int) -> int:
    """Where a block scalar ends."""
    while at < len(text):
        line = line_at(text, at)
        if line.strip() and len(line) - len(line.lstrip()) <= column:
            break
        at = text.find("\n", at) + 1 or len(text)
    return at


def _scan(text: str, at: int, offset: int) -> tuple[Flow | None, int]:
    """The collection that starts at ``at``: what is open in it at ``offset``, and where it
    ends. Keys behind the offset are taken in too."""
    stack: list[Frame] = []
    found: Flow | None = None
    last: str | None = None
    for match in _TOKEN.finditer(text, at, offset + _FURTHER):
        kind, piece = match.lastgroup, match[0]
        start, end = match.span()
        if found is None and stack and end >= offset:
            inside = kind in ("quoted", "plain") and (start < offset or kind == "plain")
            closed = kind == "quoted" and len(piece) > 1 and piece.endswith(piece[0])
            if end > offset or (inside and not closed):
                found = _found(stack, text, offset, start if inside else -1, kind or "")
        if kind == "mark":
            if piece in "[{":
                stack.append(Frame(piece, start))
            elif piece in "]}":
                stack.pop()
                if not stack:
                    return found, end
            elif piece == ",":
                stack[-1].key = None
            elif last is not None:
                stack[-1].key = last
                stack[-1].keys.setdefault(last, "")
            last = None
        elif kind in ("quoted", "plain"):
            last = piece[1:].removesuffix(piece[0]) if kind == "quoted" else piece.rstrip()
            if (key := stack[-1].key) is not None:
                stack[-1].keys[key] = last
    if found is None and stack:
        found = _found(stack, text, offset, -1, "")
    return found, len(text)


def _found(stack: list[Frame], text: str, offset: int, start: int, kind: str) -> Flow:
    keys = tuple(frame.key for frame in stack)
    if start < 0:
        return Flow(tuple(stack), keys, offset, offset, "")
    quote = text[start] if kind == "quoted" else ""
    match = _TOKEN.match(text, start)
    end = match.end() if match else offset
    if quote:
        closed = end > start + 1 and text[end - 1] == quote
        stop = text.find("\n", start, end - closed)
        return Flow(tuple(stack), keys, start + 1, stop if stop >= 0 else end - closed, quote)
    return Flow(tuple(stack), keys, start, max(offset, start + len(text[start:end].rstrip())), "")
