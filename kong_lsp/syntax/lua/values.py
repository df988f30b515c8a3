"""What evaluation knows of a Lua value, and where each part of it was written.

A value is one of ``Text``, ``Num``, ``Bool``, ``NIL``, ``Table``, ``Func`` or
``UNKNOWN``. Unknown is contagious and silent: no rule may report on it.

Nothing changes these objects, yet their classes are not frozen: at each start it would cost
twice as long to make them (``syntax/lua/nodes`` says more).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from kong_lsp.syntax.lua.pieces import Piece


class Place(NamedTuple):
    """Where something is written: code points from the start of ``piece``.

    ``Tree.span(place)`` gives the span in the text.
    """

    piece: Piece
    start: int
    end: int


class Part(NamedTuple):
    """A run of a string and the literal that it came from.

    Characters ``start`` to ``end`` of the string are written at ``place``, one for
    one (no escape among them), inside the quotes.
    """

    start: int
    end: int
    place: Place


@dataclass(slots=True, unsafe_hash=True)
class Text:
    """A string. Bytes that are not UTF-8 are held as ``surrogateescape`` does.

    ``parts`` cover what is known to come from a literal, in order; what was computed
    (``:lower()``, ``:gsub()``) has none. ``literal`` is the place of the whole literal,
    quotes included, where the value is exactly one string literal.
    """

    value: str
    parts: tuple[Part, ...] = ()
    literal: Place | None = None

    def place(self, start: int, end: int) -> Place | None:
        """Where characters ``start`` to ``end`` are written, if in one literal."""
        for part in self.parts:
            if part.start <= start and end <= part.end:
                piece, offset, _ = part.place
                return Place(piece, offset + start - part.start, offset + end - part.start)
        return None


@dataclass(slots=True, unsafe_hash=True)
class Num:
    value: float


@dataclass(slots=True, unsafe_hash=True)
class Bool:
    value: bool


@dataclass(slots=True, unsafe_hash=True)
class Nil:
    pass


@dataclass(slots=True, unsafe_hash=True)
class Unknown:
    pass


@dataclass(slots=True, eq=False, repr=False)
class Func:
    """A function written in the file, or a method of strings. Opaque outside ``evaluate``."""

    body: Any
    scope: Any
    piece: Piece | None


NIL = Nil()
UNKNOWN = Unknown()


@dataclass(slots=True, eq=False, repr=False)
class Entry:
    """One entry of a table, as written by a field or by an assignment.

    ``key_at`` is the key's expression (inside the brackets), None for a positional
    entry; ``value_at`` the value's expression; ``at`` the whole field without its
    separator, or the whole assignment. ``late`` tells the latter.
    """

    key: Value
    value: Value
    key_at: Place | None
    value_at: Place
    at: Place
    late: bool = False


@dataclass(slots=True, eq=False)
class Table:
    """A table while it is evaluated, and after.

    ``entries`` holds the entry that Lua would see for each key (a nil value removes
    it); ``written`` every entry in the order of the text, overwritten ones and those
    with an unknown key included. ``open`` is true where some key is unknown or some
    content could not be read, so that nothing may be said to be absent.
    ``at`` is the place of the constructor. ``meta`` is its metatable. ``flat`` tells that every
    value is a string, and that the entries are kept for the next evaluation too: ``own`` comes
    before a change of them.
    """

    at: Place
    entries: dict[Key, Entry] = field(default_factory=dict)
    written: list[Entry] = field(default_factory=list)
    open: bool = False
    meta: Table | None = None
    flat: bool = False

    def own(self) -> None:
        """Make the entries the table's alone."""
        if self.flat:
            self.entries, self.written, self.flat = self.entries.copy(), self.written.copy(), False

    def get(self, key: Key) -> Value:
        """The value under ``key``; NIL where absent, UNKNOWN where that is not known."""
        entry = self.entries.get(key)
        if entry is not None:
            return entry.value
        return UNKNOWN if self.open else NIL

    def array(self) -> list[Entry]:
        """The entries 1, 2, … up to the first gap, as LuaRocks' ``ipairs`` walks them."""
        found: list[Entry] = []
        while (entry := self.entries.get(float(len(found) + 1))) is not None:
            found.append(entry)
        return found


Key = str | float | Bool | Func | Table
"""What a table is indexed by: the content of a string or number, else the value itself."""

Value = Text | Num | Bool | Nil | Unknown | Func | Table
