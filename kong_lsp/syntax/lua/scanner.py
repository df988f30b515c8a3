"""One pass over Lua text: a single regular expression that knows every token.

The language is LuaJIT 2.1's, which is what runs Kong and most often LuaRocks: bytes
past ASCII belong to names, ``goto`` is a keyword only before a name, numbers may end
in ``LL``, ``ULL`` or ``i``. What cannot be a token still becomes one (``BAD_…``), so
that scanning never fails.
"""

from __future__ import annotations

import re
from typing import NamedTuple

KEYWORDS = frozenset(
    "and break do else elseif end false for function if in local nil not or repeat return"
    " then true until while".split()
)

OPERATORS = {
    "...": "VARARG",
    "..": "CONCAT",
    "==": "EQ",
    "~=": "NE",
    "<=": "LE",
    ">=": "GE",
    "=": "ASSIGN",
    "<": "LT",
    ">": "GT",
    "+": "PLUS",
    "-": "MINUS",
    "*": "STAR",
    "/": "SLASH",
    "%": "PERCENT",
    "^": "CARET",
    "#": "HASH",
    "(": "LPAR",
    ")": "RPAR",
    "{": "LBRACE",
    "}": "RBRACE",
    "[": "LSQB",
    "]": "RSQB",
    ";": "SEMICOLON",
    ":": "COLON",
    ",": "COMMA",
    ".": "DOT",
}

# ASCII letters, digits, "_" and all past ASCII; said by what it is not, which compiles faster.
_NAME = r"[^\x00-@\[-^`{-\x7f][^\x00-/:-@\[-^`{-\x7f]*"
_ESCAPE = r"\\(?:z\s*(?!\s)|\r\n|\n\r|[^z])"

_TOKEN = re.compile(
    rf"""
    (?P<BLANK>[ \t\n\r\v\f]+)
  | (?P<NAME>{_NAME})
  | (?P<STRING>"(?:[^"\\\n\r]|{_ESCAPE})*"|'(?:[^'\\\n\r]|{_ESCAPE})*')
  | (?P<COMMENT>--(?:\[(?P<c>=*)\[[\s\S]*?\](?P=c)\]|(?!\[=*\[)[^\n\r]*))
  | (?P<BAD_COMMENT>--[\s\S]*)
  | (?P<LONG_STRING>\[(?P<l>=*)\[[\s\S]*?\](?P=l)\])
  | (?P<BAD_LONG_STRING>\[=*\[[\s\S]*)
  | (?P<NUMBER>0[xX](?:[pP][+-]|[A-Za-z0-9_.])*|\.?[0-9](?:[eE][+-]|[A-Za-z0-9_.])*)
  | (?P<LABEL>::[ \t]*{_NAME}[ \t]*::)
  | (?P<OPERATOR>\.\.\.|\.\.|[=~<>]=|[-+*/%^\#<>=(){{}}\[\];:,.])
  | (?P<BAD_STRING>"(?:[^"\\\n\r]|{_ESCAPE})*\\?|'(?:[^'\\\n\r]|{_ESCAPE})*\\?)
  | (?P<BAD_CHARACTER>[\s\S])
    """,
    re.VERBOSE,
)
_GOTO = re.compile(rf"[ \t]+(?=[A-Za-z_])(?!(?:and|or)\b){_NAME}")
_NUMBER = re.compile(
    r"(?i:0x(?:[0-9a-f]+(?:\.[0-9a-f]*)?|\.[0-9a-f]+)(?:p[+-]?[0-9]+)?"
    r"|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?|0b[01]+)(?i:u?ll|i)?"
)
_FIRST_LINE = re.compile(r"\ufeff?(?:#[^\n\r]*)?")


class Token(NamedTuple):
    """One token; ``start`` and ``end`` are offsets from the start of the scanned text.

    ``type`` is the terminal's name in ``grammars/lua.lark``, or ``BAD_…``.
    ``fresh`` tells whether a line end lies between it and the token before.
    """

    type: str
    text: str
    start: int
    end: int
    fresh: bool


def scan(text: str, *, whole: bool = True) -> list[Token]:
    """The tokens of ``text``, without blanks and comments.

    ``whole`` tells that the text begins a file, where a byte-order mark and a first
    line that begins with ``#`` are skipped, as LuaJIT does.
    """
    tokens: list[Token] = []
    append = tokens.append
    start = _FIRST_LINE.match(text).end() if whole else 0  # type: ignore[union-attr]
    fresh = True
    for match in _TOKEN.finditer(text, start):
        kind = match.lastgroup
        found = match.group()
        if kind == "BLANK":
            fresh = fresh or "\n" in found or "\r" in found
            continue
        if kind == "COMMENT":
            fresh = fresh or "\n" in found
            continue
        begin, end = match.span()
        if kind == "NAME":
            if found in KEYWORDS:
                kind = found.upper()
            elif found == "goto" and _GOTO.match(text, end):
                kind = "GOTO"
        elif kind == "OPERATOR":
            kind = OPERATORS[found]
        elif kind == "NUMBER" and not _NUMBER.fullmatch(found):
            kind = "BAD_NUMBER"
        append(Token(kind, found, begin, end, fresh))  # type: ignore[arg-type]
        fresh = False
    return tokens
