"""Files: one walk of a root, and texts of open buffers over those of the disk."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol

MAX_FILES = 200_000
"""A walk stops at this many files; what lies beyond counts as not known."""

MAX_BYTES = 4 * 1024 * 1024
"""A file of more bytes is not read."""

GLANCE = 65_536
"""So many bytes tell whose a file is."""

SKIPPED = frozenset(
    (
        ".git",
        ".hg",
        ".svn",
        "node_modules",
        "lua_modules",
        ".luarocks",
        "servroot",
        ".venv",
        "venv",
        "__pycache__",
        ".mypy_cache",
        ".pytest_cache",
        ".tox",
        ".idea",
        ".terraform",
    )
)
"""Folders that are not entered: nothing in them is known."""

Log = Callable[[str], None]

FlawKind = Literal["unreadable", "huge", "folder", "encoding"]


@dataclass(slots=True, eq=False, repr=False)
class Listing:
    """The files below a root, by exact case; paths are relative with ``/``.

    ``files`` are regular files and links to such; ``folders`` those that were entered
    (without the root itself, ``""``). ``unknown`` are the folders that were not: skipped,
    unreadable, or links. ``complete`` is false where the cap ended the walk.
    """

    files: frozenset[str] | set[str]
    folders: frozenset[str] | set[str]
    unknown: frozenset[str] | set[str]
    complete: bool

    def has(self, path: str) -> bool | None:
        """Whether ``path`` is a file; None where the walk cannot tell."""
        if path in self.files:
            return True
        if not self.complete:
            return None
        if self.unknown:
            end = path.find("/")
            while end >= 0:
                if path[:end] in self.unknown:
                    return None
                end = path.find("/", end + 1)
        return False

    def below(self, folder: str, suffix: str = "") -> list[str]:
        """The files below ``folder`` that end in ``suffix``, sorted."""
        prefix = folder + "/" if folder else ""
        return sorted(
            path for path in self.files if path.startswith(prefix) and path.endswith(suffix)
        )


EMPTY = Listing(frozenset(), frozenset(), frozenset(), True)
UNWALKED = Listing(frozenset(), frozenset(), frozenset(), False)


def may_walk(root: str) -> bool:
    """Whether a walk of ``root`` is ours to do: never of the whole disk or a home folder."""
    path = os.path.realpath(root)
    home = os.path.realpath(os.path.expanduser("~"))
    return os.path.dirname(path) != path and path != home and not home.startswith(path + os.sep)


def listing(root: str, log: Log, limit: int = MAX_FILES, exclude: tuple[str, ...] = ()) -> Listing:
    """Walk ``root`` once. Links to folders are not followed, nor are folders entered of which
    the globs ``exclude`` (absolute) mean all."""
    files: set[str] = set()
    folders: set[str] = set()
    unknown: set[str] = set()
    pending = [""]
    scandir = os.scandir
    add = files.add
    while pending:
        folder = pending.pop()
        prefix = folder + "/" if folder else ""
        try:
            entries = scandir(root + "/" + folder)
        except OSError as error:
            unknown.add(folder)
            log(f"{root}/{folder}: not looked into: {error.strerror}")
            continue
        with entries:
            for entry in entries:
                name = entry.name
                try:
                    if entry.is_dir(follow_symlinks=False):
                        if name in SKIPPED or any(
                            matches(glob, f"{root}/{prefix}{name}/") for glob in exclude
                        ):
                            unknown.add(prefix + name)
                        else:
                            folders.add(prefix + name)
                            pending.append(prefix + name)
                    elif entry.is_file():
                        add(prefix + name)
                    elif entry.is_dir():
                        unknown.add(prefix + name)
                except OSError:
                    unknown.add(prefix + name)
        if len(files) > limit:
            log(f"{root}: more than {limit} files; the rest is not looked at")
            return Listing(files, folders, unknown, False)
    return Listing(files, folders, unknown, "" not in unknown)


def matches(glob: str, path: str) -> bool:
    """Whether ``path`` is what ``glob`` (both absolute) means, or lies below it."""
    return _expression(glob).match(path) is not None


@lru_cache(maxsize=256)
def _expression(glob: str) -> re.Pattern[str]:
    """``**`` is any number of folders, ``*`` and ``?`` stay within one name."""
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    return re.compile("".join(parts.get(each) or re.escape(each) for each in pieces) + "(?:/|$)")


def read(path: str) -> tuple[str | None, FlawKind | None, str]:
    """The text of a file on disk, the kind of its flaw if it has one, and the detail.

    Line ends stay as they are; a byte that is not UTF-8 becomes a surrogate.
    """
    data, kind, detail = read_bytes(path)
    return (None, kind, detail) if data is None else decoded(data)


def read_bytes(path: str) -> tuple[bytes | None, FlawKind | None, str]:
    """The bytes of a file on disk, else the kind of its flaw and the detail."""
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_BYTES:
                return None, "huge", f"{size} bytes, more than {MAX_BYTES}"
            return file.read(), None, ""
    except IsADirectoryError:
        return None, "folder", "a folder, not a file"
    except (OSError, ValueError) as error:
        return None, "unreadable", getattr(error, "strerror", None) or str(error)


def beginning(path: str) -> bytes | None:
    """The first ``GLANCE`` bytes of a file; None where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(GLANCE)
    except (OSError, ValueError):
        return None


def decoded(data: bytes) -> tuple[str, FlawKind | None, str]:
    """The text of bytes, as ``read`` gives it."""
    try:
        return data.decode(), None, ""
    except UnicodeDecodeError as error:
        detail = f"byte 0x{data[error.start]:02X} at offset {error.start} is not UTF-8"
        return data.decode("utf-8", "surrogateescape"), "encoding", detail


class Written(Protocol):
    """A tree, which knows its text."""

    @property
    def text(self) -> str: ...


@dataclass(slots=True, eq=False, repr=False)
class Reader:
    """Texts as one snapshot sees them: ``open`` buffers first, then the disk."""

    open: Mapping[str, str | Written]

    def text(self, path: str) -> str | None:
        """The text of the file at ``path``; None if it cannot be read."""
        known = self.open.get(path)
        if known is None:
            return read(path)[0]
        return known if isinstance(known, str) else known.text
