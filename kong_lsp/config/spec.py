"""Tests of a plugin, in Lua: which plugins they start Kong with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kong_lsp.config.draft import Draft, absolute, split_items
from kong_lsp.config.facts import At, EnabledList, Item, ListKey
from kong_lsp.config.model import Part
from kong_lsp.syntax.lua.strings import decode

_CALL = re.compile(r"\b(start_kong|get_db_utils)\s*\(")
_TOKEN = re.compile(
    r"""(?P<blank>\s+|--\[(=*)\[.*?\]\2\]|--[^\n]*)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<long>\[(=*)\[.*?\]\5\])
    |(?P<name>[A-Za-z_]\w*(?:\.\w+)*)
    |(?P<mark>\.\.|[^\s])""",
    re.VERBOSE | re.DOTALL,
)
_NAMED = (
    r"(?m)^[ \t]*local[ \t]+{}[ \t]*=[ \t]*(\"[^\"\\\n]*\"|'[^'\\\n]*')[ \t]*(?:;[ \t]*)?(?:--.*)?$"
)
_LONGEST = 20_000

_OPENS, _CLOSES = "({[", ")}]"


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def read_spec(text: str) -> Part | None:
    """``helpers.start_kong({ plugins = "bundled,x" })`` and the third argument of
    ``helpers.get_db_utils(strategy, tables, { "x" })``. None where a text has neither.

    A name that is a local of one literal (``local PLUGIN_NAME = "x"``) is read; its place
    is that literal's. Any other expression makes the list unknown.
    """
    draft = Draft()
    for call in _CALL.finditer(text):
        if "--" in text[text.rfind("\n", 0, call.start()) + 1 : call.start()]:
            continue
        arguments = list(_arguments(text, call.end()))
        if call[1] == "start_kong" and arguments:
            _start(draft, text, arguments[0])
        elif call[1] == "get_db_utils" and len(arguments) > 2:
            _listed(draft, text, arguments[2], call.start(1), call.end(1))
    part = draft.part()
    return part or None


def _arguments(text: str, start: int) -> Iterator[list[_Token]]:
    """The arguments of a call, each as its tokens; none where it is not closed."""
    depth = 0
    tokens: list[_Token] = []
    found: list[list[_Token]] = []
    for match in _TOKEN.finditer(text, start, start + _LONGEST):
        kind = match.lastgroup or ""
        if kind == "blank":
            continue
        piece = match[0]
        if kind == "mark":
            if piece in _CLOSES:
                depth -= 1
            if depth < 0:
                yield from [*found, tokens]
                return
            if piece in _OPENS:
                depth += 1
            if piece == "," and not depth:
                found.append(tokens)
                tokens = []
                continue
        tokens.append(_Token(kind, piece, *match.span()))


def _start(draft: Draft, text: str, tokens: list[_Token]) -> None:
    depth = 0
    for index, token in enumerate(tokens):
        if token.kind == "mark":
            depth += (token.text in _OPENS) - (token.text in _CLOSES)
        is_key = depth == 1 and token.kind == "name" and token.text in ("plugins", "custom_plugins")
        if is_key and index + 1 < len(tokens) and tokens[index + 1].text == "=":
            _text_list(draft, text, token, _value(tokens, index + 2))


def _value(tokens: list[_Token], index: int) -> list[_Token]:
    """The tokens of one field's value."""
    depth = 0
    found: list[_Token] = []
    for token in tokens[index:]:
        if token.kind == "mark":
            if depth == 0 and token.text in (",", ";", "}"):
                break
            depth += (token.text in _OPENS) - (token.text in _CLOSES)
        found.append(token)
    return found


def _text_list(draft: Draft, text: str, key: _Token, value: list[_Token]) -> None:
    """``"bundled," .. PLUGIN_NAME``: strings and names, joined."""
    pieces = []
    for index, token in enumerate(value):
        known = _literal(text, token) if index % 2 == 0 else None
        if index % 2 == 1 and token.text != "..":
            known = None
        elif index % 2 == 1:
            continue
        pieces.append(known)
    whole = At(None, value[0].start, value[-1].end) if value else None
    key_at = At(None, key.start, key.end)
    name: ListKey = "plugins" if key.text == "plugins" else "custom_plugins"
    known_pieces = [piece for piece in pieces if piece is not None]
    if len(known_pieces) != len(pieces) or not pieces:
        draft.enabled.append(
            EnabledList(name, key.text, key_at, "comma", (), whole, "file", templated=True)
        )
        return
    written = "".join(content for content, _ in known_pieces)

    def locate(start: int, end: int) -> At:
        begin = 0
        for content, at in known_pieces:
            if begin <= start and end <= begin + len(content):
                return At(None, at + start - begin, at + end - begin)
            begin += len(content)
        return whole or key_at

    if len(known_pieces) == 1:
        whole = locate(0, len(written))
    items = split_items(written, locate)
    draft.enabled.append(EnabledList(name, key.text, key_at, "comma", items, whole, "file"))


def _listed(draft: Draft, text: str, tokens: list[_Token], start: int, end: int) -> None:
    """``{ "x", PLUGIN_NAME }``: plugins to load besides the bundled ones."""
    if not tokens or tokens[0].text != "{":
        return
    items = []
    made = False
    for token in tokens[1:-1]:
        if token.text in (",", ";"):
            continue
        known = _literal(text, token)
        if known is None:
            made = True
            continue
        content, at = known
        items.append(Item(content, absolute(at)(0, len(content)), content))
    draft.enabled.append(
        EnabledList(
            "plugins",
            "get_db_utils",
            At(None, start, end),
            "list",
            tuple(items),
            At(None, tokens[0].start, tokens[-1].end),
            "file",
            templated=made,
            implied=("bundled",),
        )
    )


def _literal(text: str, token: _Token) -> tuple[str, int] | None:
    """The content of a string, or of a local that is one, and where it begins."""
    if token.kind == "name":
        match = re.search(_NAMED.format(re.escape(token.text)), text)
        return None if match is None else (match[1][1:-1], match.start(1) + 1)
    if token.kind != "string" or "\\" in token.text:
        return None
    return decode(token.text).value, token.start + 1
