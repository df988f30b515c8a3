"""The nodes of YAML.

``start`` and ``end`` count code points from the start of the *piece* that holds the
node (``pieces`` explains), so a node never changes when its surroundings do. A node's
anchor and tag lie before its ``start``. Where a mapping or sequence is the content of a
piece that is cut, ``nodes`` is None: its entries are the children of that piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

Type = Literal["null", "bool", "int", "float", "str", "unknown"]
"""What a scalar is to Kong; "unknown" where a template stands."""

_TAG = "tag:yaml.org,2002:"


class Scalar(NamedTuple):
    """A scalar. ``style`` is "" (plain), ``'``, ``"``, ``|`` or ``>``.

    ``value`` is the text after unescaping and folding, templates as written;
    ``templated`` tells that one is in it, so that nobody can know the value.
    """

    start: int
    end: int
    value: str
    style: str
    tag: str | None
    anchor: str | None
    templated: bool

    @property
    def type(self) -> Type:
        """The type by YAML 1.1 as Kong's reader resolves it (lyaml 6.2, ``implicit.lua``)."""
        if self.templated:
            return "unknown"
        if self.tag is not None and self.tag.startswith(_TAG):
            name = self.tag[len(_TAG) :]
            return name if name in {"null", "bool", "int", "float"} else "str"  # type: ignore[return-value]
        return "str" if self.style or self.tag is not None else plain_type(self.value)

    @property
    def data(self) -> str | float | bool | None:
        """The value as Python has it; the text where ``type`` is "str" or "unknown"."""
        kind = self.type
        if kind in {"str", "unknown"}:
            return self.value
        return plain_data(self.value) if plain_type(self.value) == kind else self.value


class Alias(NamedTuple):
    """``*name``: a reference, never a copy; ``Tree.resolve`` finds what it names."""

    start: int
    end: int
    name: str


class Mapping(NamedTuple):
    """A mapping: keys and values in turn, duplicates kept."""

    start: int
    end: int
    nodes: tuple[Node, ...] | None
    flow: bool
    tag: str | None
    anchor: str | None

    @property
    def pairs(self) -> Iterator[tuple[Node, Node]]:
        """Key and value of each entry, as written; nothing where the piece is cut."""
        nodes = self.nodes or ()
        return zip(nodes[::2], nodes[1::2], strict=False)


class Sequence(NamedTuple):
    """A sequence of nodes."""

    start: int
    end: int
    nodes: tuple[Node, ...] | None
    flow: bool
    tag: str | None
    anchor: str | None


Node: TypeAlias = Scalar | Alias | Mapping | Sequence


_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {
    spelling: truth
    for truth, words in ((True, ("true", "yes", "on")), (False, ("false", "no", "off")))
    for word in words
    for spelling in (word, word.capitalize(), word.upper())
}
_INT = re.compile(
    r"""[-+]?(?:
    (?P<binary>0b_*[01][01_]+)
  | (?P<hex>0x_*[0-9a-fA-F][0-9a-fA-F_]*)
  | (?P<octal>0_*[0-7][0-7_]*)
  | (?P<sexagesimal>[0-9]+:[0-5]?[0-9][:0-9]*)
  | (?P<decimal>_*[0-9][0-9_]*)
)\Z""",
    re.VERBOSE,
)
_FLOAT = re.compile(
    r"""[-+]?(?:
    (?=[0-9._]*[.eE])(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?
  | (?P<sexagesimal>[0-9]+:[0-5]?[0-9][:0-9]*\.[0-9]+)
  | (?P<inf>\.(?:inf|Inf|INF))
  | (?P<nan>(?<![-+])\.(?:nan|NaN|NAN))
)\Z""",
    re.VERBOSE,
)


@lru_cache(maxsize=4096)
def plain_type(text: str) -> Type:
    """The type of an untagged plain scalar."""
    if text in _NULL:
        return "null"
    if text in _BOOL:
        return "bool"
    if text[0] not in "-+._0123456789":
        return "str"
    if _INT.match(text):
        return "int"
    return "float" if _FLOAT.match(text) else "str"


def plain_data(text: str) -> str | float | bool | None:
    """The value of an untagged plain scalar."""
    kind = plain_type(text)
    if kind == "null":
        return None
    if kind == "bool":
        return _BOOL[text]
    if kind == "str":
        return text
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-").replace("_", "")
    match = (_INT if kind == "int" else _FLOAT).match(text)
    form = match.lastgroup if match else None
    if form == "sexagesimal":
        return sign * _sexagesimal(digits)
    if kind == "float":
        return sign * float("inf" if form == "inf" else "nan" if form == "nan" else digits)
    return sign * _integer(digits, form)


def _integer(digits: str, form: str | None) -> float:
    """An integer; a float where it is larger than what Lua holds exactly, as Lua's is."""
    base = {"binary": 2, "hex": 16, "octal": 8}.get(form or "", 10)
    if len(digits) > 400:
        return float("inf")
    return int(digits, base)


def _sexagesimal(digits: str) -> float:
    total: float = 0
    whole, _, fraction = digits.partition(".")
    for part in whole.split(":")[:40]:
        total = total * 60 + int(part[:300] or "0")
    return total + float("0." + fraction) if fraction else total
