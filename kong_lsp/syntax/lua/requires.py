"""Which modules a Lua file loads: a scan for ``require``, without parsing the file.

Most files are decided by searching for the word. Only where it might stand in a comment
or a string is the text before it scanned for these.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from kong_lsp.syntax.lua.scanner import Token
from kong_lsp.syntax.lua.scanner import scan as tokens_of
from kong_lsp.syntax.lua.strings import decode
from kong_lsp.text import Span

# Patterns are compiled when they are first met: at a start most are not.
_LONG_OPEN = r"\[(=*)\["
_SKIP = (
    r"--\[(=*)\[[\s\S]*?(?:\]\1\]|\Z)|--[^\n\r]*|\[(=*)\[[\s\S]*?(?:\]\2\]|\Z)"
    r'|"(?:[^"\\\n\r]|\\(?:\r\n|z\s*|[\s\S]))*"?|\'(?:[^\'\\\n\r]|\\(?:\r\n|z\s*|[\s\S]))*\'?'
)
_SIMPLE = (
    r"""\s*(?:\(\s*(?:"([^"\\\n\r]*)"|'([^'\\\n\r]*)')\s*\)|"([^"\\\n\r]*)"|'([^'\\\n\r]*)')"""
)
_ARGUMENT = r"(?:\s|--(?!\[=*\[)[^\n\r]*[\n\r])*(?:([(,])\s*|(?=[\"'\[]))"
_PCALL = r"(?<![\w.:])x?pcall\s*\(\s*\Z"
_PCALL_FUNCTION = (
    r"(?<![\w.:])x?pcall\s*\(\s*function\s*\(\s*\)\s*(?:(?:return|local\s+\w+\s*=|\w+\s*=)\s*)?\Z"
)
_CLOSED = r"(?:\s|--[^\n\r]*[\n\r])*\)"
_DIRECTIVE = r"%(?:[-+ #0-9.]*[\s\S]|\Z)"
_CONSTANT = r"(?m)^local[ \t]+([A-Za-z_]\w*)[ \t]*=(?!=)"
_USUAL, _LONGEST = 100, 600
"""Characters of an argument that are looked at, first and at most."""

_DEPTH = 20


class Require(NamedTuple):
    """A call of ``require``.

    ``module`` is the name it loads, or None where that is not known; ``prefix`` is how
    the name begins then. ``span`` is the argument, inside the quotes where it is one
    literal; ``call`` the whole call. ``protected`` tells that ``pcall`` catches the error.
    """

    module: str | None
    prefix: str
    span: Span
    call: Span
    protected: bool


def scan(text: str) -> tuple[Require, ...]:
    """Every ``require`` of a Lua text, in order. Never raises, whatever the text."""
    at = text.find("require")
    if at < 0:
        return ()
    code = _Code(text)
    constants = _Constants(text, code)
    found: list[Require] = []
    while at >= 0:
        end = at + 7
        if _stands_alone(text, at, end) and code.holds(at):
            require = _read(text, at, end, constants)
            if require is not None:
                found.append(require)
        at = text.find("require", end)
    return tuple(found)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the word is a name of its own, and no field."""
    before = text[start - 1 : start]
    if before and (_is_word(before) or before == ":"):
        return False
    if before == "." and text[start - 2 : start - 1] != ".":
        return False
    return not (end < len(text) and _is_word(text[end]))


def _is_word(char: str) -> bool:
    return char > "\x7f" or char == "_" or char.isalnum()


class _Code:
    """Tells code from comments and strings; scans the text only when it has to."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.skipped: list[tuple[int, int]] | None = None
        self.regions: list[tuple[int, int]] | None = None
        self.continued = "\\\n" in text or "\\\r" in text or "\\z" in text

    def holds(self, at: int) -> bool:
        """Whether offset ``at`` is code."""
        if self.skipped is None:
            line = max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1
            before = self.text[line:at]
            plain = not ('"' in before or "'" in before or "--" in before)
            if plain and not self.continued and not self._in_long(line, at):
                return True
            self.skipped = [match.span() for match in re.finditer(_SKIP, self.text)]
        index = bisect_right(self.skipped, (at, len(self.text))) - 1
        return index < 0 or self.skipped[index][1] <= at

    def _in_long(self, line: int, at: int) -> bool:
        """Whether a long bracket might be open at ``at``, or end on its line."""
        if self.regions is None:
            self.regions = self._long_regions()
        index = bisect_right(self.regions, (at, len(self.text))) - 1
        return index >= 0 and line < self.regions[index][1]

    def _long_regions(self) -> list[tuple[int, int]]:
        """What every ``[[`` would hold if none stood in a comment or a string, merged."""
        regions: list[tuple[int, int]] = []
        closers: dict[str, int] = {}
        for match in re.finditer(_LONG_OPEN, self.text):
            level, start, inside = match[1], match.start(), match.end()
            end = closers.get(level, -1)
            if end < inside:
                found = self.text.find(f"]{level}]", inside)
                end = closers[level] = len(self.text) if found < 0 else found
            end = min(len(self.text), end + len(level) + 2)
            if regions and start <= regions[-1][1]:
                regions[-1] = (regions[-1][0], max(end, regions[-1][1]))
            else:
                regions.append((start, end))
        return regions


def _read(text: str, at: int, end: int, constants: _Constants) -> Require | None:
    """The call of the ``require`` at ``at``; None where it is no call."""
    simple = re.compile(_SIMPLE).match(text, end)
    protected = "pcall" in text[max(0, at - 200) : at] and (
        re.compile(_PCALL_FUNCTION).search(text, max(0, at - 200), at) is not None
    )
    if simple is not None:
        group = simple.lastindex or 1
        name = simple[group]
        return Require(name, name, Span(*simple.span(group)), Span(at, simple.end()), protected)
    following = re.compile(_ARGUMENT).match(text, end)
    if following is None:
        return None
    start = following.end()
    if following[1] == ",":
        opening = re.compile(_PCALL).search(text, max(0, at - 100), at)
        if opening is None:
            return None
        at, protected = opening.start(), True
    elif following[1] is None:
        if text.startswith("[", start) and re.compile(_LONG_OPEN).match(text, start) is None:
            return None
        tokens = _tokens(text, start, _LONGEST)[:1]
        return _argument(tokens, constants, Span(at, tokens[0].end), protected) if tokens else None
    tokens = _upto_end(_tokens(text, start, _USUAL)) or _upto_end(_tokens(text, start, _LONGEST))
    if not tokens:
        return None
    closed = re.compile(_CLOSED).match(text, tokens[-1].end)
    call = Span(at, closed.end() if closed else tokens[-1].end)
    return _argument(tokens, constants, call, protected)


def _argument(
    tokens: list[Token], constants: _Constants, call: Span, protected: bool
) -> Require | None:
    first, last = tokens[0], tokens[-1]
    span = Span(first.start, last.end)
    if len(tokens) == 1:
        if first.type not in ("STRING", "LONG_STRING", "NAME"):
            return None
        if first.type != "NAME":
            decoded = decode(first.text)
            inside = first.text.index("[", 1) + 1 if first.type == "LONG_STRING" else 1
            span = Span(first.start + inside, first.end - inside)
            return Require(decoded.value, decoded.value, span, call, protected)
    value, known = _Reader(tokens, constants).whole()
    return Require(value if known else None, value, span, call, protected)


def _tokens(text: str, start: int, size: int) -> list[Token]:
    """The tokens of the next ``size`` characters."""
    return [
        Token(kind, shown, begin + start, end + start, fresh)
        for kind, shown, begin, end, fresh in tokens_of(text[start : start + size], whole=False)
    ]


def _upto_end(tokens: list[Token]) -> list[Token]:
    """The tokens of the first argument: up to a ``,`` or ``)`` outside its own brackets."""
    depth = 0
    for index, token in enumerate(tokens):
        if token.type in ("LPAR", "LBRACE", "LSQB"):
            depth += 1
        elif depth and token.type in ("RPAR", "RBRACE", "RSQB"):
            depth -= 1
        elif not depth and token.type in ("RPAR", "COMMA"):
            return tokens[:index]
    return []


class _Constants:
    """The file's constants: ``local NAME = …`` at the margin, set once and never again."""

    def __init__(self, text: str, code: _Code) -> None:
        self.text = text
        self.code = code
        self.starts: dict[str, int] | None = None
        self.values: dict[str, tuple[str, bool]] = {}

    def get(self, name: str) -> tuple[str, bool]:
        """The value of a constant as far as it is known, and whether that is all of it."""
        if name not in self.values:
            self.values[name] = ("", False)  # what it is while its own value is looked for
            start = self._find().get(name)
            if start is not None and not self._changes(name):
                self.values[name] = _Reader(_tokens(self.text, start, _LONGEST), self).statement()
        return self.values[name]

    def _find(self) -> dict[str, int]:
        if self.starts is None:
            self.starts = {}
            for match in re.finditer(_CONSTANT, self.text):
                if self.code.holds(match.start()):
                    self.starts[match[1]] = match.end()
        return self.starts

    def _changes(self, name: str) -> bool:
        """Whether the name is bound or assigned anywhere else; fields of tables do not count."""
        bound = re.compile(
            rf"\b(?:local|for)\b[^=\n]*(?<![\w.]){name}\b"
            rf"|\bfunction\b[^(\n]*\([^)]*(?<![\w.]){name}\b"
            rf"|^[ \t]*{name}[ \t]*=(?!=)(?![^\n]*,[ \t]*$)",
            re.MULTILINE,
        )
        return sum(1 for match in bound.finditer(self.text) if self.code.holds(match.start())) > 1


class _Reader:
    """Reads an expression of strings, constants, ``..`` and ``format``.

    A result is what is known of the beginning, and whether that is the whole value.
    """

    def __init__(self, tokens: list[Token], constants: _Constants) -> None:
        self.tokens = tokens
        self.constants = constants
        self.at = 0
        self.depth = 0

    def whole(self) -> tuple[str, bool]:
        """The value of all the tokens."""
        found = self._concatenation()
        if self._type() in ("AND", "OR"):
            return "", False
        return (found[0], found[1] and self.at == len(self.tokens))

    def statement(self) -> tuple[str, bool]:
        """The value of the expression that a statement ends with."""
        found = self._concatenation()
        if self._type() in ("AND", "OR"):
            return "", False
        ends = (
            self.at == len(self.tokens)
            or self.tokens[self.at].fresh
            or self._type() in ("SEMICOLON", "LOCAL")
        )
        return found if ends else (found[0], False)

    def _type(self, ahead: int = 0) -> str:
        index = self.at + ahead
        return self.tokens[index].type if index < len(self.tokens) else ""

    def _take(self, *types: str) -> bool:
        if tuple(self._type(ahead) for ahead in range(len(types))) != types:
            return False
        self.at += len(types)
        return True

    def _concatenation(self) -> tuple[str, bool]:
        value, known = self._operand()
        while self._take("CONCAT"):
            more, all_of_it = self._operand()
            if known:
                value, known = value + more, all_of_it
        return value, known

    def _operand(self) -> tuple[str, bool]:
        self.depth += 1
        found = self._atom() if self.depth < _DEPTH else ("", False)
        while self._type() in ("DOT", "COLON", "LSQB", "LPAR", "STRING", "LBRACE"):
            text = self.tokens[self.at + 1].text if self.at + 1 < len(self.tokens) else ""
            if text == "format" and self._take("COLON", "NAME", "LPAR"):
                found = _formatted(found, self._arguments())
            else:
                self._skip()
                found = ("", False)
        self.depth -= 1
        return found

    def _atom(self) -> tuple[str, bool]:
        if self.at >= len(self.tokens):
            return "", False
        token = self.tokens[self.at]
        self.at += 1
        if token.type in ("STRING", "LONG_STRING"):
            return decode(token.text).value, True
        if token.type == "NUMBER" and token.text.isdecimal():
            return token.text, True
        if token.type == "NAME":
            ahead = [following.text for following in self.tokens[self.at : self.at + 3]]
            if token.text == "string" and ahead == [".", "format", "("]:
                self.at += 3
                template, *arguments = self._arguments() or [("", False)]
                return _formatted(template, arguments)
            return self.constants.get(token.text)
        if token.type == "LPAR":
            opening = self.at - 1
            found = self._concatenation()
            if self._take("RPAR"):
                return found
            self.at = opening
            self._skip()
        return "", False

    def _arguments(self) -> list[tuple[str, bool]]:
        found: list[tuple[str, bool]] = []
        while self.at < len(self.tokens) and not self._take("RPAR"):
            found.append(self._concatenation())
            if self._type() not in ("COMMA", "RPAR"):
                found[-1] = ("", False)
                self._skip()
            self._take("COMMA")
        return found

    def _skip(self) -> None:
        """Pass over one token, or over a bracket and all that is in it."""
        depth = 0
        while self.at < len(self.tokens):
            kind = self._type()
            self.at += 1
            depth += (kind in ("LPAR", "LSQB", "LBRACE")) - (kind in ("RPAR", "RSQB", "RBRACE"))
            if depth <= 0:
                return


def _formatted(template: tuple[str, bool], arguments: list[tuple[str, bool]]) -> tuple[str, bool]:
    """What ``template:format(arguments)`` gives."""
    text, known = template
    if not known:
        return text.split("%", 1)[0], False
    value = ""
    rest = iter(arguments)
    last = 0
    for match in re.finditer(_DIRECTIVE, text):
        value += text[last : match.start()]
        last = match.end()
        if match[0] == "%%":
            value += "%"
            continue
        found, whole = next(rest, ("", False))
        if match[0] not in ("%s", "%d"):
            return value, False
        value += found
        if not whole:
            return value, False
    return value + text[last:], True
