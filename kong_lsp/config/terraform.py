"""Terraform: the plugins that ``resource "kong_plugin"`` sets up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kong_lsp.config.draft import Draft
from kong_lsp.config.facts import At, Use
from kong_lsp.config.model import Config, grouped

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r]+|(?:\#|//)[^\n]*|/\*(?:.*?\*/|.*)
        |<<-?[ \t]*(\w+)[^\n]*\n(?:.*?^[ \t]*\2\b|.*))
    |(?P<string>"(?:[^"\\$\n]|\\[^\n]|\$\{(?:[^{}"\n]|"[^"\n]*")*\}|\$(?!\{))*"?)
    |(?P<name>[A-Za-z_][\w-]*)
    |(?P<mark>\n|==|.)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def read_terraform(path: str, text: str) -> Config:
    """The ``name`` of each ``resource "kong_plugin"``; one that is no plain string is not
    known. Nothing else is read."""
    draft = Draft()
    tokens = list(_tokens(text))
    end = 0
    for index, token in enumerate(tokens):
        if token.text == "resource" and index >= end:
            head = [each.text for each in tokens[index : index + 4]]
            if head[1:2] == ['"kong_plugin"'] and head[3:] == ["{"]:
                end = _take(draft, tokens, token.start, index + 4)
    return Config(path, "terraform", grouped(draft.part()))


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind in ("string", "name", "mark"):
            yield _Token(kind, match[0], *match.span())


def _take(draft: Draft, tokens: list[_Token], start: int, index: int) -> int:
    """Take in the block whose content begins at a token, if it is closed; and tell where."""
    depth = 1
    found = None
    for at in range(index, len(tokens)):
        token = tokens[at]
        depth += (token.text in "{[(") - (token.text in "}])")
        if not depth:
            if found is not None:
                draft.uses.append(found._replace(entry=At(None, start, token.end)))
            return at
        opens = at == index or tokens[at - 1].text in ("\n", "{")
        if depth == 1 and opens and [each.text for each in tokens[at : at + 2]] == ["name", "="]:
            found = _use(tokens[at + 2 : at + 4])
    return len(tokens)


def _use(tokens: list[_Token]) -> Use | None:
    if len(tokens) < 2:
        return None
    value, after = tokens
    at = At(None, value.start, value.end)
    content = value.text[1:-1]
    plain = value.kind == "string" and value.text.endswith('"') and after.text in ("\n", "}")
    if not plain or any(mark in content for mark in ("\\", "${", "%{")):
        return Use("", at, "plugin", at, templated=True)
    inside = At(None, value.start + 1, value.end - 1)
    return Use(content, inside, "plugin", at, templated=not content)
