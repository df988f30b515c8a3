"""Dependency strings (``"lua >= 5.1, < 5.4"``) and versions, as LuaRocks reads them.

LuaRocks passes a dependency through two gates: the schema's pattern (``is_shaped``), then
the parser of its constraints (``luarocks/queries.lua``, ``luarocks/core/vers.lua``).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from lark import Lark, Token, Tree

from kong_lsp.syntax.lua.grammar import load

OPERATORS = {
    "==": "==",
    "~=": "~=",
    ">": ">",
    "<": "<",
    ">=": ">=",
    "<=": "<=",
    "~>": "~>",
    "": "==",
    "=": "==",
    "!=": "~=",
}
"""Each operator and the one it means."""

_WORDS = {
    "dev": 120_000_000.0,
    "scm": 110_000_000.0,
    "cvs": 100_000_000.0,
    "rc": -1_000.0,
    "pre": -10_000.0,
    "beta": -100_000.0,
    "alpha": -1_000_000.0,
}
_NUMBER = re.compile(r"([0-9]+)[._-]*")
_WORD = re.compile(r"([A-Za-z]+)[._-]*")
_REVISION = re.compile(r"(?s)(.*)-([0-9]+)")


class Version(NamedTuple):
    """A version as LuaRocks compares it: numbers, and the revision if it has one."""

    text: str
    parts: tuple[float, ...]
    revision: int | None


class Constraint(NamedTuple):
    """``operator`` is one of the values of ``OPERATORS``; ``start`` to ``end`` is its
    place in the dependency."""

    operator: str
    version: Version
    start: int
    end: int


class Dependency(NamedTuple):
    """``name`` is in lower case, as LuaRocks looks it up; ``name_end`` ends it in the text."""

    namespace: str | None
    name: str
    name_start: int
    name_end: int
    constraints: tuple[Constraint, ...]


class DependencyProblem(NamedTuple):
    """Why LuaRocks refuses a dependency, in its words; ``start`` to ``end`` is what is wrong.

    ``shape`` tells that the schema's pattern refused it already.
    """

    message: str
    start: int
    end: int
    shape: bool = False


@cache
def _grammar() -> Lark:
    return load("dependency", start=["plain", "namespaced"])


@lru_cache(maxsize=4096)
def parse(text: str, rockspec_format: str = "3.0") -> Dependency | DependencyProblem:
    """Read a dependency as LuaRocks would in a rockspec of that format."""
    start = "plain" if rockspec_format in ("1.0", "1.1") else "namespaced"
    full_name = None
    name_start = 0
    constraints: list[Constraint] = []
    refused: tuple[int, str | None] | None = None
    for item in _grammar().parse(text, start=start).children:
        if isinstance(item, Tree):
            if refused is None:
                read = _constraint(item)
                if isinstance(read, Constraint):
                    constraints.append(read)
                else:
                    refused = read
        elif item.type in ("NAME", "FULL_NAME"):
            full_name, name_start = str(item), _start(item)
        elif item.type == "TAIL" and refused is None:
            refused = _start(item), None
    if full_name is None or "/" in text[name_start + len(full_name) :]:
        return DependencyProblem(
            f"invalid value '{text}' does not match a valid dependency string",
            0,
            len(text),
            shape=True,
        )
    name_end = name_start + len(full_name)
    if refused is not None:
        at, bad = refused
        rest = text[name_end:].lstrip(" \t\n\v\f\r")
        return DependencyProblem(
            f"Failed to parse constraint '{rest}' with error: Encountered bad constraint"
            f" operator: '{'nil' if bad is None else bad}' in '{text[at:]}'",
            at,
            len(text),
        )
    namespace, slash, name = full_name.lower().rpartition("/")
    return Dependency(namespace if slash else None, name, name_start, name_end, tuple(constraints))


def _constraint(tree: Tree[Token]) -> Constraint | tuple[int, str | None]:
    """A constraint, or where LuaRocks stops and the operator that it does not know."""
    tokens = [token for token in tree.children if isinstance(token, Token)]
    start = _start(tokens[0])
    operator = next((str(token) for token in tokens if token.type == "OPERATOR"), "")
    if tree.data == "broken":
        return start, None
    if operator not in OPERATORS:
        return start, operator
    version = str(tokens[-1])
    return Constraint(
        OPERATORS[operator], read_version(version), start, _start(tokens[-1]) + len(version)
    )


def _start(token: Token) -> int:
    return token.start_pos or 0


@lru_cache(maxsize=4096)
def read_version(text: str) -> Version:
    """Cut a version into what LuaRocks compares (``luarocks/core/vers.lua``)."""
    text = text.strip(" \t\n\v\f\r")
    revision = None
    rest = text
    if match := _REVISION.fullmatch(text):
        rest, revision = match[1], int(match[2])
    parts: list[float] = []
    pending: float | None = None
    while rest:
        if match := _NUMBER.match(rest):
            number = float(match[1])
            parts.append(number if pending is None else pending + number / 100_000)
            pending = None
        elif match := _WORD.match(rest):
            pending = _WORDS.get(match[1], ord(match[1][0]) / 1_000)
        else:
            pending = 0.0
            break
        rest = rest[match.end() :]
    if pending is not None:
        parts.append(pending)
    return Version(text, tuple(parts), revision)


def satisfies(version: Version, constraint: Constraint) -> bool:
    """Whether LuaRocks takes ``version`` for what ``constraint`` asks."""
    wanted = constraint.version
    operator = constraint.operator
    if operator == "==":
        return _equal(version, wanted)
    if operator == "~=":
        return not _equal(version, wanted)
    if operator == "<":
        return is_older(version, wanted)
    if operator == ">":
        return is_older(wanted, version)
    if operator == "<=":
        return not is_older(wanted, version)
    if operator == ">=":
        return not is_older(version, wanted)
    padded = version.parts + (0.0,) * len(wanted.parts)
    if padded[: len(wanted.parts)] != wanted.parts:
        return False
    return wanted.revision is None or wanted.revision == version.revision


def _equal(left: Version, right: Version) -> bool:
    if left.parts != right.parts:
        return False
    return None in (left.revision, right.revision) or left.revision == right.revision


def is_older(left: Version, right: Version) -> bool:
    """Whether LuaRocks takes ``left`` for the older version."""
    length = max(len(left.parts), len(right.parts))
    ours = left.parts + (0.0,) * (length - len(left.parts))
    theirs = right.parts + (0.0,) * (length - len(right.parts))
    if ours != theirs:
        return ours < theirs
    if left.revision is None or right.revision is None:
        return False
    return left.revision < right.revision


LUA = read_version("5.1-1")
"""What LuaRocks provides as ``lua`` for the LuaJIT that Kong runs on."""
