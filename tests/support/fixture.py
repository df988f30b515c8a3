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
  linter want but ``build``, which is what the lines after it say.
* ``-- handler: PATH`` and ``-- schema: PATH`` start a file that, with no lines of its own,
  is a sound handler or schema.
* ``^^^`` in a comment line stands under a finding, with its code and, if wanted, a piece of
  its message. ``--^^^`` with no blank between starts in the column of the marker; ``^^...``
  ends on some later line; ``|`` is a place of no width, before the character above it.
* ``$0`` is the cursor, and is taken out.
"""

from __future__ import annotations

import re
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
    presets: dict[str, str] = {}
    gone: set[str] = set()
    cursor = None
    path, line_start = "", 0
    for line in split_lines(dedent(text).lstrip("\n")):
        if header := _HEADER.match(line.rstrip()):
            kind, path = header.groups()
            line_start = 0
            name = path.rpartition("/")[2]
            if kind == "gone":
                gone.add(path)
                continue
            if kind == "rock":
                path += "-1.0-1.rockspec"
            files[path] = _ROCK.format(name=name) if kind == "rock" else ""
            if kind == "handler":
                presets[path] = _HANDLER
            elif kind == "schema":
                presets[path] = _SCHEMA.format(name=(path.split("/")[-2:-1] or ["acme"])[0])
        elif mark := _MARK.match(line.rstrip("\n")):
            start = mark.start("marker") if not mark["gap"] else mark.start("mark")
            end: int | None = line_start + mark.end("mark")
            if mark["open"]:
                end = None
            elif mark["mark"] == "|":
                end = line_start + start
            marks.append(Mark(path, line_start + start, mark["code"], end, mark["message"] or ""))
        else:
            line_start = len(files[path])
            if "$0" in line:
                cursor = path, line_start + line.index("$0")
                line = line.replace("$0", "", 1)
            files[path] += line
    for path, preset in presets.items():
        files[path] = files[path] or preset
    return Fixture(files, tuple(marks), cursor, gone)
