"""Findings as text: what every output format shares.

Each format is a module with ``render(report) -> str``.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable, Iterable

from kong_lsp.finding import Finding
from kong_lsp.text import Document, Position

# What would move the cursor, colour the screen or cannot be encoded, wherever it comes
# from: C0 and C1 controls, the line separators, bidirectional overrides, surrogates.
_UNPRINTABLE = "[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"


class Report:
    """What is told, and what is needed to tell it.

    ``text`` gives a file's text by its absolute path, ``names`` a rule's name by its
    code; ``folder`` is the absolute folder that paths are shown relative to. ``width`` is
    how many columns of a line of code are shown.
    """

    def __init__(
        self,
        findings: tuple[Finding, ...],
        text: Callable[[str], str | None],
        names: dict[str, str],
        folder: str,
        *,
        colour: bool = False,
        width: int = 120,
    ) -> None:
        self.findings = findings
        self.text = text
        self.names = names
        self.folder = folder
        self.colour = colour
        self.width = width
        self._documents: dict[str, Document] = {}
        self._shown: dict[str, str] = {}

    def document(self, path: str) -> Document:
        """The lines of a file; empty where it cannot be read."""
        document = self._documents.get(path)
        if document is None:
            document = self._documents[path] = Document(self.text(path) or "")
        return document

    def position(self, path: str, offset: int) -> Position:
        """Line and column, both from 1, of an offset in a file."""
        line, column = self.document(path).position(offset)
        return Position(line + 1, column + 1)

    def name(self, finding: Finding) -> str:
        """The name of the finding's rule."""
        return self.names.get(finding.code, "")

    def shown(self, path: str) -> str:
        """A path as it is shown."""
        shown = self._shown.get(path)
        if shown is None:
            shown = self._shown[path] = printable(relative(path, self.folder))
        return shown

    def place(self, path: str, offset: int) -> str:
        """``path:line:column``, as editors and terminals make links of."""
        line, column = self.position(path, offset)
        return f"{self.shown(path)}:{line}:{column}"


def relative(path: str, folder: str) -> str:
    """``path`` as seen from ``folder``, with ``/``; unchanged on another drive."""
    try:
        return os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:
        return path


def printable(text: str) -> str:
    """``text`` on one line, safe for any terminal and any encoding of Unicode."""
    return re.sub(
        _UNPRINTABLE,
        lambda match: "\ufffd" if "\ud800" <= match[0] <= "\udfff" else " ",
        text,
    )


def counted(number: int, noun: str) -> str:
    """``1 error``, ``2 errors``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def tally(findings: Iterable[Finding]) -> str:
    """``2 errors, 1 warning``: how many of each severity, the worst first."""
    numbers: dict[str, int] = {}
    for finding in sorted(findings, key=lambda finding: finding.severity):
        noun = finding.severity.name.lower()
        numbers[noun] = numbers.get(noun, 0) + 1
    return ", ".join(counted(number, noun) for noun, number in numbers.items())
