"""What a glance at a handler's text tells: whether it surely needs no closer look.

Most handlers are plain and sound; for these nothing is parsed.
"""

from __future__ import annotations

import re

from kong_lsp.plugin.contract import meant_phase

_TABLE = re.compile(r"(?:\blocal\s+(\w+)\s*=\s*|^return\s*)(\{[^{}]*)", re.MULTILINE)
_RETURNED = re.compile(r"^return\s+(\w+)\s*(?:;\s*)?\Z", re.MULTILINE)
_PRIORITY = re.compile(r"[{,;\s]PRIORITY\s*=\s*-?[0-9]+\s*[,;}]")
_VERSION = re.compile(r"[{,;\s]VERSION\s*=\s*([\"'])v?[0-9]+(?:\.[0-9]+){0,2}\1\s*[,;}]")
_OPENING = re.compile(r"\b(?:function|if|do|repeat)\b")
_CLOSING = re.compile(r"\b(?:end|until)\b")
_NAMES = re.compile(r"\bfunction\s+\w+\s*[.:]\s*(\w+)|\b(\w+)\s*=[^=]")


def plainly_sound(text: str, release: tuple[int, int]) -> bool:
    """Whether a handler surely has a priority and a version that every Kong takes, and no
    function whose name is near to that of a phase."""
    if text.count("PRIORITY") != 1 or text.count("VERSION") != 1 or "--[" in text:
        return False
    if "setmetatable" in text or "response" in text or not _is_balanced(text):
        return False
    returned = _RETURNED.search(text)
    for match in _TABLE.finditer(text):
        if match[1] is not None and (returned is None or returned[1] != match[1]):
            continue
        table = text[match.start(2) : match.end() + 1]
        if "--" in table or not (_PRIORITY.search(table) and _VERSION.search(table)):
            continue
        if match[1] is not None and re.search(rf"[(,]\s*{match[1]}\s*[,)]|\b{match[1]}\s*\[", text):
            continue
        names = {first or second for first, second in _NAMES.findall(text)}
        return all(meant_phase(name, release) is None for name in names)
    return False


def _is_balanced(text: str) -> bool:
    """Whether all that is opened seems to be closed."""
    return all(text.count(one) == text.count(other) for one, other in ("()", "[]", "{}")) and len(
        _OPENING.findall(text)
    ) == len(_CLOSING.findall(text))
