"""Entities whose texts are of one stencil: nothing is wrong with any that is like a sound one.

What is refused of an entity hangs on its keys, on some of its values, and for the others only
on whether their own fields accept them (``kong_lsp.kong.schema.shapes``). The keys are those of
the stencil. So of thousands of entities that some tool wrote, few are judged as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kong_lsp.config.data import TooMuch, data_of, filler, holds_made, outline, slots_of
from kong_lsp.kong.schema.declarative import lone_parts
from kong_lsp.kong.schema.fields import Field
from kong_lsp.kong.schema.file_format import Format
from kong_lsp.kong.schema.judge import acceptor
from kong_lsp.kong.schema.values import UNKNOWN, Key
from kong_lsp.rules.kc.entity import Asked, alone, forms_for, inside_of, is_sound, nested
from kong_lsp.rules.kc.linking import linking
from kong_lsp.rules.kc.target import Target
from kong_lsp.syntax.yaml.pieces import Piece
from kong_lsp.syntax.yaml.stencils import Stencil

_MOST = 1000


@dataclass(slots=True, eq=False)
class _Value:
    """A part of an entity and the fields that have to accept it; ``slots`` are those in it,
    ``accepted`` what was found for texts in them."""

    slots: tuple[int, ...]
    made: Callable[[Sequence[str]], object]
    fields: list[Callable[[object], bool]] = field(default_factory=list)
    accepted: dict[tuple[str, ...], object] = field(default_factory=dict)

    def token(self, values: Sequence[str]) -> object:
        """What of the value counts, where the fields accept it; else UNKNOWN."""
        texts = tuple([values[slot] for slot in self.slots])
        found = self.accepted.get(texts, self)
        if found is self:
            if len(self.accepted) >= _MOST:
                self.accepted.clear()
            found = self.accepted[texts] = self._token(self.made(values))
        return found

    def _token(self, given: object) -> object:
        if given is None or given is True or given is False:
            return given
        for accepts in self.fields:
            if not accepts(given):
                return UNKNOWN
        return "accepted"


@dataclass(slots=True, eq=False)
class _Member:
    """One entity of those in a piece.

    ``decisive`` are the slots whose values count, ``others`` what is around the rest of them.
    ``sound`` has what sound ones have in common.
    """

    asked: Asked
    made: Callable[[Sequence[str]], object]
    decisive: tuple[int, ...]
    others: tuple[_Value, ...]
    sound: set[tuple[object, ...]] = field(default_factory=set)

    def is_sound(self, values: Sequence[str]) -> bool:
        """Whether nothing is refused of it with these values."""
        signature = (
            *[values[slot] for slot in self.decisive],
            *[other.token(values) for other in self.others],
        )
        if UNKNOWN in signature:
            return False
        if signature in self.sound:
            return True
        if not is_sound(self.asked.about(self.made(values))):
            return False
        if len(self.sound) >= _MOST:
            self.sound.clear()
        self.sound.add(signature)
        return True


@dataclass(slots=True, eq=False)
class Alike:
    """The entity that is a piece, with those nested in it, for all pieces of a stencil.

    ``link`` makes what ``linking`` gives, ``named`` are the slots in that.
    """

    members: tuple[_Member, ...]
    link: Callable[[Sequence[str]], object]
    named: tuple[int, ...]

    def is_sound(self, piece: Piece) -> bool:
        """Whether nothing is refused of any, and ``link`` knows all names."""
        values = piece.values
        return (
            not holds_made(piece)
            and all(isinstance(data_of(values[slot]), str) for slot in self.named)
            and all(member.is_sound(values) for member in self.members)
        )


@dataclass(slots=True, eq=False)
class _Kinds:
    """The kinds of entities of one stencil, by what stands in the slots that choose."""

    target: Target
    selectors: tuple[int, ...] | None
    known: dict[tuple[str, ...], Alike | None] = field(default_factory=dict)


def alike_of(piece: Piece, entity: str, inside: tuple[str, ...], target: Target) -> Alike | None:
    """How the entity that is a piece of the text is compared with others; None where it
    has to be judged by itself."""
    stencil = piece.stencil
    if stencil is None:
        return None
    asked = ("alike", id(target), entity, inside)
    kinds: _Kinds | None = stencil.memo.get(asked)
    if kinds is None or kinds.target is not target:
        kinds = stencil.memo[asked] = _Kinds(target, _selectors(piece, entity, target))
    if kinds.selectors is None:
        return None
    chosen = tuple([piece.values[slot] for slot in kinds.selectors])
    if chosen not in kinds.known:
        if len(kinds.known) >= _MOST:
            kinds.known.clear()
        kinds.known[chosen] = _made(stencil, piece.values, entity, inside, target)
    return kinds.known[chosen]


def _selectors(piece: Piece, entity: str, target: Target) -> tuple[int, ...] | None:
    """The slots whose values choose what the others are held against: names of plugins."""
    assert piece.stencil is not None
    form = target.forms[-1]
    try:
        drawn = outline(piece.stencil, piece.values)
    except TooMuch:
        return None
    found: list[int] = []
    for name, value, _ in nested(entity, drawn, form):
        record = form.entities.get(name)
        if record is None or (name == "plugins" and "_config" in value):
            return None
        if record.subschema_key is not None:
            found += slots_of(value.get(record.subschema_key))
    return tuple(found)


def _made(
    stencil: Stencil,
    values: Sequence[str],
    entity: str,
    inside: tuple[str, ...],
    target: Target,
) -> Alike | None:
    form = target.forms[-1]
    drawn = outline(stencil, values)
    members = []
    for name, value, path in nested(entity, drawn, form):
        own = alone(name, value, form)
        forms = forms_for(target, name, value)
        asked = Asked(forms, name, inside_of(inside, entity, path), target.version, own)
        member = _member(asked)
        if member is None:
            return None
        members.append(member)
    link = linking(form, entity, drawn)
    made = filler(link, words=True)
    return Alike(tuple(members), made, tuple(set(slots_of(link)))) if members else None


def _member(asked: Asked) -> _Member | None:
    assert isinstance(asked.value, Mapping)
    slots = set(slots_of(asked.value))
    decisive: set[int] = set()
    others: dict[int, _Value] = {}
    for form in asked.forms:
        parts = _lone_parts(asked, asked.value, form)
        if parts is None:
            return None
        lone: set[int] = set()
        for own, part in parts:
            below = set(slots_of(part))
            if below:
                value = others.setdefault(id(part), _Value(tuple(below), filler(part)))
                value.fields.append(acceptor(own, form.release))
            if own.type != "record":
                lone |= below
        decisive |= slots - lone
    return _Member(asked, filler(asked.value), tuple(decisive), tuple(others.values()))


def _lone_parts(
    asked: Asked, value: Mapping[Key, object], form: Format
) -> list[tuple[Field, object]] | None:
    if form.release.number >= (3, 0) and asked.version in ("1.1", "2.1"):
        return None  # Kong changes some values of such a file first
    return lone_parts(asked.entity, value, form, asked.inside)
