"""Environment variables in texts that are not YAML: Dockerfiles, ``.env`` files, scripts."""

from __future__ import annotations

import re
from typing import Any

from kong_lsp.config.draft import Draft, Written, images
from kong_lsp.config.facts import At
from kong_lsp.config.model import Config, Kind, grouped
from kong_lsp.config.putting import installed_by_lines, put_by_lines
from kong_lsp.text import Span

_QUOTED = r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\''
_VALUE = rf"(?:{_QUOTED}|(?:[^\s\"'\\]|\\.)+)*"
_DOTENV = re.compile(
    r"^[ \t]*(?:export[ \t]+)?(KONG_[A-Z0-9_]+)[ \t]*=[ \t]*"
    rf"({_QUOTED}|(?:(?![ \t]#)[^\n\r])*)",
    re.MULTILINE,
)
_INSTRUCTION = re.compile(
    r"^[ \t]*ENV[ \t]+((?:[^\\\n]|\\[ \t]*\r?\n(?:[ \t]*#[^\n]*\n)*|\\[^\n])*)",
    re.MULTILINE | re.IGNORECASE,
)
_PAIR = re.compile(rf"([A-Za-z_]\w*)=({_VALUE})")
_OLD = re.compile(r"([A-Za-z_]\w*)[ \t]+([^\n\r]*)")
_ASSIGNED = re.compile(rf"""(?<![\w$])(["']?)(KONG_[A-Z0-9_]+)=({_VALUE})""")
_COMMENT = re.compile(r"[ \t]*(?:#|//|@?rem\b)", re.IGNORECASE)


def read_dotenv(path: str, text: str) -> Config:
    """Lines ``KONG_PLUGINS=bundled,x``, with ``export`` or quotes as they come."""
    draft = Draft()
    for match in _DOTENV.finditer(text):
        _take(draft, text, match.span(1), match.span(2))
    return _config(path, "dotenv", text, draft)


def read_dockerfile(path: str, text: str) -> Config:
    """``ENV`` instructions: ``ENV KONG_PLUGINS=bundled,x``, several in one, continued
    lines, and the old form ``ENV KONG_PLUGINS bundled,x``."""
    draft = Draft()
    for instruction in _INSTRUCTION.finditer(text):
        start, end = instruction.span(1)
        old = _OLD.match(text, start, end)
        first = _PAIR.match(text, start, end)
        if first is None and old is not None:
            _take(draft, text, old.span(1), old.span(2))
            continue
        for match in _PAIR.finditer(text, start, end):
            _take(draft, text, match.span(1), match.span(2))
    return _config(path, "dockerfile", text, draft)


def read_shell(path: str, text: str) -> Config:
    """``export KONG_PLUGINS=…`` and ``docker run -e KONG_PLUGINS=…`` in a script, and its
    calls of the admin API."""
    draft = Draft()
    take_assignments(draft, text)
    if "/plugins" in text:
        from kong_lsp.config.calls import take_calls

        take_calls(draft, text)
    return _config(path, "shell", text, draft)


def take_assignments(
    draft: Draft, text: str, span: Span | None = None, piece: Any = None, scope: str = ""
) -> None:
    """Take in the variables that a shell sets in ``span`` of a text, that of ``piece``."""
    first, last = span or Span(0, len(text))
    at = line = first
    comment = _COMMENT.match(text, line)
    for match in _ASSIGNED.finditer(text, first, last):
        newline = text.rfind("\n", at, match.start())
        at = match.start()
        if newline >= 0:
            line = newline + 1
            comment = _COMMENT.match(text, line)
        if comment:
            continue
        start, end = match.span(3)
        if match[1]:
            start, end = match.start(3), text.find(match[1], match.start(3), last)
            if end < 0 or "\n" in text[start:end]:
                continue
        _take(draft, text, match.span(2), (start, end), piece, scope)


def _take(
    draft: Draft,
    text: str,
    key: tuple[int, int],
    value: tuple[int, int],
    piece: Any = None,
    scope: str = "",
) -> None:
    start, end = value
    written = text[start:end]
    if len(written) > 1 and written[0] in "\"'" and written.endswith(written[0]):
        start, end = start + 1, end - 1
    content = text[start:end].rstrip()
    known = None if any(mark in content for mark in "\\\"'") else content
    end = start + len(content)

    def locate(begin: int, stop: int) -> At:
        if known is None:
            return At(piece, start, end)
        return At(piece, start + begin, start + stop)

    draft.variable(Written(text[slice(*key)], known, At(piece, *key), locate), scope)


def _config(path: str, kind: Kind, text: str, draft: Draft) -> Config:
    return Config(
        path,
        kind,
        grouped(draft.part()),
        images=images(text),
        puts=put_by_lines(text),
        installs=installed_by_lines(text),
    )
