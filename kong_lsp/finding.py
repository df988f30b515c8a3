"""What a rule finds, and how it is put right: plain data."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal, NamedTuple

from kong_lsp.text import Edit, Span

SUPPRESSION = "kong-lsp:"
"""What every comment holds that switches a rule off (``suppressions``)."""

Safety = Literal["safe", "unsafe"]
Tag = Literal["unnecessary", "deprecated"]


class Severity(IntEnum):
    """How bad it is; the numbers are those of the Language Server Protocol."""

    ERROR = 1
    WARNING = 2
    INFORMATION = 3
    HINT = 4


class Related(NamedTuple):
    """Another place that explains a finding. ``path`` is absolute, with ``/``."""

    path: str
    span: Span
    message: str


class TextChange(NamedTuple):
    """Edits of one file; their spans are in the text that the snapshot holds."""

    path: str
    edits: tuple[Edit, ...]


class CreateFile(NamedTuple):
    """Write a new file; never replaces one."""

    path: str
    text: str


class RenameFile(NamedTuple):
    """Move a file; never replaces one."""

    old: str
    new: str


Change = TextChange | CreateFile | RenameFile


class Fix(NamedTuple):
    """One way to put a finding right.

    ``title`` starts with a verb. A ``safe`` fix, applied, removes its finding and
    adds none. ``unsafe`` ones (delete, create, rename, a guess) are offered in the
    editor and applied by ``kong-lsp fix`` only with ``--unsafe``.
    """

    title: str
    changes: tuple[Change, ...]
    safety: Safety = "safe"


class Finding(NamedTuple):
    """One thing that is wrong, at one place.

    ``message`` says what is wrong, what LuaRocks or Kong would do, and what to do.
    ``fixes`` are best first. ``path`` is absolute, with ``/``.
    """

    code: str
    severity: Severity
    message: str
    path: str
    span: Span
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()
    tags: tuple[Tag, ...] = ()


def change(path: str, *edits: Edit) -> TextChange:
    """Edits of one file as a change."""
    return TextChange(path, edits)
