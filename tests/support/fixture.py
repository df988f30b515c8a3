"""Read a fixture: several files in one string, what is expected in them, and a cursor.

::

    -- rock: acme
    build = { type = "builtin", modules = {
      ["kong.plugins.acme.handler"] = "kong/plugins/acme/hander.lua",
    --                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ KM101 did you mean
    } }
    -- handler: kong/plugins/acme/handler.lua
    # file: kong.yml
    plugins: [$0]

* ``-- file: PATH`` (``#`` serves as well as ``--``) starts a file.
* ``-- rock: [FOLDER/]NAME`` starts ``NAME-1.0-1.rockspec`` with all that LuaRocks and its
  linter want, except ``build`` and what else the lines after it say themselves.
* ``-- handler: PATH`` and ``-- schema: PATH`` start a file that, with no lines of its own,
  is a sound handler or schema.
* ``^^^`` in a comment line stands under a finding, with its code and, if wanted, a piece of
  its message. ``--^^^`` with no blank between starts in the column of the marker; ``^^...``
  ends on some later line; ``|`` is a place of no width, before the character above it.
* ``$0`` is the cursor, and is taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent
from typing import NamedTuple

from kong_lsp.text import split_lines

_HEADER = re.compile(r"(?:--|#) (file|rock|handler|schema|gone): (\S+)$")
_MARK = re.compile(
    r"\s*(?P<marker>--|#)(?P<gap>\s*)(?P<mark>\^+|\|)(?P<open>\.\.\.)? (?P<code>K[RPCMX]\d+)(?: (?P<message>.*))?$"
)

_ROCK = """\
package = "{name}"
version = "1.0-1"
source = {{ url = "git+https://example.com/{name}.git" }}
description = {{ summary = "A Kong plugin", license = "MIT" }}
dependencies = {{}}
"""
_HANDLER = """\
return { PRIORITY = 1000, VERSION = "1.0.0", access = function() end }
"""
_SCHEMA = """\
return {{ name = "{name}", fields = {{ {{ config = {{ type = "record", fields = {{}} }} }} }} }}
"""


class Mark(NamedTuple):
    """A finding that a fixture expects. ``end`` is None where it is on a later line."""

    path: str
    start: int
    code: str
    end: int | None
    message: str = ""


@dataclass(frozen=True)
class Fixture:
    """Files by relative path, expected findings in their order, the cursor, and the paths
    of files that are no longer there (for what a fix gives)."""

    files: dict[str, str]
    marks: tuple[Mark, ...]
    cursor: tuple[str, int] | None
    gone: set[str]


def read(text: str) -> Fixture:
    """Read a fixture; see the module's docstring."""
    files: dict[str, str] = {}
    marks: list[Mark] = []
    gone: set[str] = set()
    cursor = None
    for kind, path, lines in _sections(text):
        if kind == "gone":
            gone.add(path)
            continue
        if kind == "rock":
            path += "-1.0-1.rockspec"
        body = _beginning(kind, path, lines)
        line_start = len(body)
        for line in lines:
            mark = _MARK.match(line.rstrip("\n"))
            if mark:
                marks.append(_mark(path, line_start, mark))
                continue
            line_start = len(body)
            if "$0" in line:
                cursor = path, line_start + line.index("$0")
                line = line.replace("$0", "", 1)
            body += line
        files[path] = body
    return Fixture(files, tuple(marks), cursor, gone)


def _sections(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """What each header says, and the lines after it."""
    kind, path, lines = "", "", list[str]()
    for line in split_lines(dedent(text).lstrip("\n")):
        header = _HEADER.match(line.rstrip())
        if header is None:
            lines.append(line)
            continue
        if kind:
            yield kind, path, lines
        elif "".join(lines).strip():
            raise ValueError("a fixture starts with the header of a file")
        kind, path, lines = header[1], header[2], []
    yield kind, path, lines


def _beginning(kind: str, path: str, lines: list[str]) -> str:
    """What the file begins with before its own lines."""
    own = "".join(lines)
    match kind:
        case "rock":
            name = path.rpartition("/")[2].removesuffix("-1.0-1.rockspec")
            fields = split_lines(_ROCK.format(name=name))
            return "".join(f for f in fields if not re.search(rf"(?m)^{f.split()[0]}\s*=", own))
        case "handler":
            return "" if own.strip() else _HANDLER
        case "schema":
            plugin = ["acme", *path.removeprefix("src/").split("/")[:-1]][-1]
            return "" if own.strip() else _SCHEMA.format(name=plugin)
        case _:
            return ""


def _mark(path: str, line_start: int, mark: re.Match[str]) -> Mark:
    start = line_start + (mark.start("mark") if mark["gap"] else mark.start("marker"))
    end: int | None = line_start + mark.end("mark")
    if mark["open"]:
        end = None
    elif mark["mark"] == "|":
        end = start
    return Mark(path, start, mark["code"], end, mark["message"] or "")


def is_fixture(text: str) -> bool:
    """Whether a text is a fixture: its first line that is not blank is a header."""
    first = text.strip().partition("\n")[0]
    return _HEADER.match(first.rstrip()) is not None
