"""Templates inside YAML: hidden before composing, put back after.

``${VAR}``, ``${{ env "X" }}`` (decK), ``{{ … }}`` (Helm, Jinja) and ``{% … %}`` are
replaced by as many private-use characters; a line that is nothing but templates becomes
a comment. All of this is decided within one line, so that an edit changes nothing else.
"""

from __future__ import annotations

import re

HIDDEN = "\ue000"
_HIDDEN_LINE = "\ue001"

_TEMPLATE = re.compile(r"\$?\{\{[^\r\n]*?\}\}|\{%[^\r\n]*?%\}|\$\{[^}\r\n]*\}")
_ECHO, _TAG = r"\{\{[^\r\n]*?\}\}", r"\{%[^\r\n]*?%\}"
# What is between the first braces and the last counts as inside them; to look at each template
# between would try n of them in 2**n ways.
_LINE = re.compile(
    rf"^([ \t]*)({_ECHO}(?:[ \t]*{_TAG})?|{_TAG}(?:[ \t]*{_ECHO})?)(?=[ \t]*(?:#[^\r\n]*)?\r?$)",
    re.MULTILINE,
)
_RUN = re.compile(f"#{_HIDDEN_LINE}+|{HIDDEN}+")


def hide(text: str) -> str:
    """``text`` with its templates hidden; the same object where it has none."""
    if "{{" not in text and "${" not in text and "{%" not in text:
        return text
    if "{{" in text or "{%" in text:
        text = _LINE.sub(lambda m: m[1] + "#" + _HIDDEN_LINE * (len(m[2]) - 1), text)
    return _TEMPLATE.sub(lambda m: HIDDEN * len(m[0]), text)


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
