"""Templates inside YAML: hidden before composing, put back after.

``${VAR}``, ``${{ env "X" }}`` (decK), ``{{ … }}`` (Helm, Jinja) and ``{% … %}`` are
replaced by as many private-use characters; a line that is nothing but templates becomes
a comment. All of this is decided within one line, so that an edit changes nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

HIDDEN = "\ue000"
_HIDDEN_LINE = "\ue001"

_OPENING = re.compile(r"\$\{\{|\{\{|\{%|\$\{")
_CLOSED_BY = {
    "${{": ((3, "}}"), (2, "}")),
    "{{": ((2, "}}"),),
    "{%": ((2, "%}"),),
    "${": ((2, "}"),),
}
"""What ends a template that begins so, and how far behind its beginning that may stand."""
_LINE_END = re.compile(r"[\r\n]|\Z")
_LINE = re.compile(r"^[ \t]*(?=\{[{%])", re.MULTILINE)
_LAST = re.compile(r"(?:\}\}|%\})(?=[ \t]*(?:#|\Z))")
_TURNS = {
    "{{": ("}}", re.compile(r"\}\}[ \t]*\{%")),
    "{%": ("%}", re.compile(r"%\}[ \t]*\{\{")),
}
"""What ends a line of templates that begins so; or the other does after such a turn."""
_RUN = re.compile(f"#{_HIDDEN_LINE}+|{HIDDEN}+")


def hide(text: str) -> str:
    """``text`` with its templates hidden; the same object where it has none."""
    if "{{" not in text and "${" not in text and "{%" not in text:
        return text
    if "{{" in text or "{%" in text:
        text = _replaced(text, _lines(text), lambda size: "#" + _HIDDEN_LINE * (size - 1))
    return _replaced(text, _templates(text), lambda size: HIDDEN * size)


def _replaced(
    text: str, stretches: Iterator[tuple[int, int]], instead: Callable[[int], str]
) -> str:
    parts: list[str] = []
    at = 0
    for start, end in stretches:
        parts += text[at:start], instead(end - start)
        at = end
    return "".join((*parts, text[at:]))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """The templates of each line that has nothing else but a comment. What is between the first
    braces and the last counts as inside them."""
    for blank in _LINE.finditer(text):
        start = blank.end()
        own, turn = _TURNS[text[start : start + 2]]
        line_end = _line_end(text, start)
        turned = None
        for last in _LAST.finditer(text, start + 2, line_end):
            if last[0] != own and turned is None:
                match = turn.search(text, start + 2, line_end)
                turned = match.end() if match else line_end
            if last[0] == own or (turned is not None and turned <= last.start()):
                yield start, last.end()
                break


def _templates(text: str) -> Iterator[tuple[int, int]]:
    """Each template, from left to right; what a line does not have is looked for in it once."""
    at = line_end = 0
    absent: set[str] = set()
    while (opening := _OPENING.search(text, at)) is not None:
        start = opening.start()
        at = start + 1
        if start >= line_end:
            line_end = _line_end(text, start)
            absent.clear()
        for behind, closing in _CLOSED_BY[opening[0]]:
            if closing in absent:
                continue
            found = text.find(closing, start + behind, line_end)
            if found >= 0:
                at = found + len(closing)
                yield start, at
                break
            absent.add(closing)


def _line_end(text: str, offset: int) -> int:
    match = _LINE_END.search(text, offset)
    return len(text) if match is None else match.start()


def has_hidden(text: str) -> bool:
    """Whether something in ``text`` was hidden."""
    return HIDDEN in text or _HIDDEN_LINE in text


def show(value: str, hidden: str, shown: str) -> str:
    """``value`` with its templates back; ``hidden`` and ``shown`` are its source, twice."""
    runs = [shown[match.start() : match.end()] for match in _RUN.finditer(hidden)]
    runs.reverse()
    return _RUN.sub(lambda match: runs.pop() if runs else match[0], value)


def line_follows(hidden: str, offset: int) -> bool:
    """Whether after ``offset`` the next content is a line of templates alone."""
    match = _FOLLOWING.match(hidden, offset)
    return match is not None


_FOLLOWING = re.compile(
    rf"(?:[ \t]*(?:#(?!{_HIDDEN_LINE})[^\r\n]*)?(?:\r\n?|\n))*[ \t]*#{_HIDDEN_LINE}"
)
