"""What the rules of rockspec fields share: fixes by edits, and places in the file."""

from __future__ import annotations

from functools import lru_cache
from posixpath import basename

from kong_lsp.finding import Fix, Safety, TextChange
from kong_lsp.rockspec import format as rockspec_format
from kong_lsp.rockspec import schema
from kong_lsp.rockspec.model import is_template
from kong_lsp.syntax.lua.values import Place
from kong_lsp.text import Edit, Span
from kong_lsp.workspace.snapshot import Rock

complaints = lru_cache(maxsize=8)(rockspec_format.complaints)
"""What LuaRocks refuses in a rockspec, found once for all the rules that tell of it."""


def of_code(rock: Rock, code: str) -> tuple[rockspec_format.Complaint, ...]:
    """The complaints that belong to one rule."""
    return tuple(each for each in complaints(rock.rockspec) if each.code == code)


def edit_fix(
    rock: Rock, title: str, edits: tuple[Edit, ...], safety: Safety = "safe"
) -> tuple[Fix, ...]:
    """A fix of edits in the rockspec; none where there are no edits."""
    return (Fix(title, (TextChange(rock.path, edits),), safety),) if edits else ()


def span_of(rock: Rock, place: Place | None) -> Span:
    """The span of a place; without one, what stands for the whole file: its name field, or
    its first line."""
    rockspec = rock.rockspec
    if place is None:
        name = rockspec.fields.get("package") or next(iter(rockspec.fields.values()), None)
        place = name.key_at or name.at if name is not None else None
    if place is not None:
        return rockspec.tree.span(place)
    pieces = rockspec.tree.pieces
    if not pieces:
        return Span(0, 0)
    first = pieces[0].first
    return Span(first.start, first.end)


def templated(rock: Rock) -> bool:
    """Whether some tool fills this file in before LuaRocks reads it."""
    return is_template(rock.path, rock.rockspec)


def name_parts(path: str) -> tuple[str, str] | None:
    """The package and version that a file's name tells, if it is shaped as LuaRocks wants."""
    stem, dot, ending = basename(path).rpartition(".")
    package, dash, revision = stem.rpartition("-")
    package, second, version = package.rpartition("-")
    full = f"{version}-{revision}"
    if not (dot and ending == "rockspec" and dash and second and package):
        return None
    return (package, full) if schema.fits("version", full, "1.0") else None
