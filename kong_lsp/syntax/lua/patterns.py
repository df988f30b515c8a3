"""Lua's patterns (LuaJIT 2.1, lib_string.c and lj_str.c), on bytes and within bounds."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

_SPECIALS = frozenset(b"$^*+?.([%-")
_MAX_CAPTURES = 32
_MAX_DEPTH = 60

_CLASSES: dict[str, Callable[[int], bool]] = {
    "a": lambda c: 65 <= c <= 90 or 97 <= c <= 122,
    "c": lambda c: c < 32 or c == 127,
    "d": lambda c: 48 <= c <= 57,
    "g": lambda c: 33 <= c <= 126,
    "l": lambda c: 97 <= c <= 122,
    "p": lambda c: 33 <= c <= 47 or 58 <= c <= 64 or 91 <= c <= 96 or 123 <= c <= 126,
    "s": lambda c: c == 32 or 9 <= c <= 13,
    "u": lambda c: 65 <= c <= 90,
    "w": lambda c: 48 <= c <= 57 or 65 <= c <= 90 or 97 <= c <= 122,
    "x": lambda c: 48 <= c <= 57 or 65 <= c <= 70 or 97 <= c <= 102,
    "z": lambda c: c == 0,
}
_ALL = frozenset(range(256))


@cache
def _class(letter: int) -> frozenset[int]:
    """The bytes that ``%`` and this letter stand for."""
    test = _CLASSES.get(chr(letter).lower())
    if test is None:
        return frozenset((letter,))
    members = frozenset(filter(test, range(256)))
    return members if letter >= 97 else _ALL - members


class PatternError(Exception):
    """The pattern is malformed; the text is LuaJIT's message."""


class TooComplex(Exception):
    """The bounds of steps or depth are met: the result is not known."""


class Budget:
    """Steps that matching may still take; several calls may share one."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, steps: int) -> None:
        """Take ``steps`` off; raises TooComplex when they are used up."""
        self.left -= steps
        if self.left < 0:
            raise TooComplex


class Match(NamedTuple):
    """A match at ``start`` to ``end``.

    A capture is a range, or an int: a position from 1. In ``substitute`` it may be None,
    unfinished, which is an error only once ``capture`` is asked for it.
    """

    start: int
    end: int
    captures: tuple[tuple[int, int] | int | None, ...]


def is_plain(pattern: str) -> bool:
    """Whether a pattern matches nothing but itself."""
    return _SPECIALS.isdisjoint(pattern.encode("utf-8", "surrogatepass"))


def find(
    subject: bytes, pattern: bytes, init: int, budget: Budget, *, plain: bool = False
) -> Match | None:
    """The first match at or after offset ``init``. Raises PatternError and TooComplex."""
    budget.spend(1 + len(subject) // 64)
    if plain or _SPECIALS.isdisjoint(pattern):
        at = subject.find(pattern, init)
        return None if at < 0 else Match(at, at + len(pattern), ())
    if pattern.startswith(b"^") and _SPECIALS.isdisjoint(pattern[1:]):
        end = init + len(pattern) - 1
        return Match(init, end, ()) if subject[init:end] == pattern[1:] else None
    return search(subject, pattern, init, budget)


def search(subject: bytes, pattern: bytes, init: int, budget: Budget) -> Match | None:
    """As ``find``, and never takes the pattern as plain text. Raises PatternError as it does."""
    anchored = pattern.startswith(b"^")
    matcher = _Matcher(subject, pattern, budget)
    for start in range(init, init + 1 if anchored else len(subject) + 1):
        end = matcher.begin(start, 1 if anchored else 0)
        if end is not None:
            if None in matcher.ends:
                raise PatternError("unfinished capture")
            return Match(start, end, matcher.taken())
    return None


def substitute(
    subject: bytes,
    pattern: bytes,
    replacement: Callable[[Match], bytes | None],
    limit: int | None,
    budget: Budget,
) -> tuple[bytes, int]:
    """``gsub``: the new text and the number of matches; None keeps what matched."""
    anchored = pattern.startswith(b"^")
    matcher = _Matcher(subject, pattern, budget)
    written = bytearray()
    at = count = 0
    while limit is None or count < limit:
        end = matcher.begin(at, 1 if anchored else 0)
        if end is not None:
            count += 1
            new = replacement(Match(at, end, matcher.taken()))
            written += subject[at:end] if new is None else new
            budget.spend(len(written) // 1024)
        if end is not None and end > at:
            at = end
        elif at < len(subject):
            written.append(subject[at])
            at += 1
        else:
            break
        if anchored:
            break
    return bytes(written + subject[at:]), count


def expand(template: bytes, subject: bytes, match: Match) -> bytes:
    """The replacement string of ``gsub`` for one match: ``%0`` to ``%9`` filled in."""
    if b"%" not in template:
        return template
    written = bytearray()
    at = 0
    while at < len(template):
        byte = template[at]
        if byte == 37:
            at += 1
            byte = template[at] if at < len(template) else 0
            if 48 <= byte <= 57:
                written += capture(subject, match, byte - 48)
                at += 1
                continue
        written.append(byte)
        at += 1
    return bytes(written)


def capture(subject: bytes, match: Match, number: int) -> bytes:
    """What capture ``number`` holds (0 is the whole match; 1 too, where there is none)."""
    if number == 0 or (number == 1 and not match.captures):
        return subject[match.start : match.end]
    if number > len(match.captures):
        raise PatternError("invalid capture index")
    taken = match.captures[number - 1]
    if taken is None:
        raise PatternError("unfinished capture")
    return str(taken).encode() if isinstance(taken, int) else subject[slice(*taken)]


class _Matcher:
    """One subject and one pattern; ``begin`` tries one start."""

    def __init__(self, subject: bytes, pattern: bytes, budget: Budget) -> None:
        self.subject = subject
        self.pattern = pattern
        self.budget = budget
        self.depth = 0
        self.level = 0
        self.starts: list[int] = []
        self.ends: list[int | None] = []  # None: unfinished; -1: a position
        self.singles: dict[int, tuple[frozenset[int], int]] = {}

    def begin(self, start: int, at: int) -> int | None:
        self.starts.clear()
        self.ends.clear()
        self.depth = 0
        return self._match(start, at)

    def taken(self) -> tuple[tuple[int, int] | int | None, ...]:
        return tuple(
            None if end is None else start + 1 if end < 0 else (start, end)
            for start, end in zip(self.starts, self.ends, strict=True)
        )

    def _match(self, s: int, p: int) -> int | None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise TooComplex
        try:
            return self._run(s, p)
        finally:
            self.depth -= 1

    def _run(self, s: int, p: int) -> int | None:
        subject, pattern = self.subject, self.pattern
        while p < len(pattern):
            self.budget.spend(1)
            byte = pattern[p]
            if byte == 40:  # (
                if pattern[p + 1 : p + 2] == b")":
                    return self._open(s, p + 2, -1)
                return self._open(s, p + 1, None)
            if byte == 41:  # )
                return self._close(s, p + 1)
            if byte == 36 and p + 1 == len(pattern):  # $
                return s if s == len(subject) else None
            if byte == 37 and p + 1 < len(pattern):  # %
                kind = pattern[p + 1]
                if kind == 98:  # b
                    found = self._balanced(s, p + 2)
                elif kind == 102:  # f
                    found, p = self._frontier(s, p + 2)
                elif 48 <= kind <= 57:
                    found = self._again(s, kind - 48)
                else:
                    found = -1
                if found is None:
                    return None
                if found >= 0:
                    s = found
                    p += 4 if kind == 98 else 0 if kind == 102 else 2
                    continue
            members, after = self._single(p)
            suffix = pattern[after] if after < len(pattern) else 0
            if suffix == 42:  # *
                return self._longest(s, members, after + 1, 0)
            if suffix == 43:  # +
                return self._longest(s, members, after + 1, 1)
            if suffix == 45:  # -
                return self._shortest(s, members, after + 1)
            matches = s < len(subject) and subject[s] in members
            if suffix == 63:  # ?
                if matches:
                    end = self._match(s + 1, after + 1)
                    if end is not None:
                        return end
                p = after + 1
            elif matches:
                s += 1
                p = after
            else:
                return None
        return s

    def _longest(self, s: int, members: frozenset[int], p: int, least: int) -> int | None:
        end = s
        while end < len(self.subject) and self.subject[end] in members:
            end += 1
        self.budget.spend((end - s) // 8)
        if p == len(self.pattern):
            return end if end - s >= least else None
        while end - s >= least:
            found = self._match(end, p)
            if found is not None:
                return found
            end -= 1
        return None

    def _shortest(self, s: int, members: frozenset[int], p: int) -> int | None:
        while True:
            found = self._match(s, p)
            if found is not None:
                return found
            if s >= len(self.subject) or self.subject[s] not in members:
                return None
            s += 1

    def _open(self, s: int, p: int, end: int | None) -> int | None:
        if len(self.starts) >= _MAX_CAPTURES:
            raise PatternError("too many captures")
        self.starts.append(s)
        self.ends.append(end)
        count = len(self.starts)
        found = self._match(s, p)
        if found is None:
            del self.starts[count - 1 :], self.ends[count - 1 :]
        return found

    def _close(self, s: int, p: int) -> int | None:
        for index in range(len(self.ends) - 1, -1, -1):
            if self.ends[index] is None:
                break
        else:
            raise PatternError("invalid pattern capture")
        self.ends[index] = s
        found = self._match(s, p)
        if found is None:
            self.ends[index] = None
        return found

    def _balanced(self, s: int, p: int) -> int | None:
        if p + 1 >= len(self.pattern):
            raise PatternError("unbalanced pattern")
        opening, closing = self.pattern[p], self.pattern[p + 1]
        if s >= len(self.subject) or self.subject[s] != opening:
            return None
        nested = 1
        for at in range(s + 1, len(self.subject)):
            byte = self.subject[at]
            if byte == closing:
                nested -= 1
                if not nested:
                    self.budget.spend((at - s) // 4)
                    return at + 1
            elif byte == opening:
                nested += 1
        self.budget.spend((len(self.subject) - s) // 4)
        return None

    def _frontier(self, s: int, p: int) -> tuple[int | None, int]:
        if self.pattern[p : p + 1] != b"[":
            raise PatternError("missing '[' after '%f' in pattern")
        members, after = self._single(p)
        before = self.subject[s - 1] if s else 0
        here = self.subject[s] if s < len(self.subject) else 0
        return (s if before not in members and here in members else None), after

    def _again(self, s: int, number: int) -> int | None:
        if not 0 < number <= len(self.ends) or self.ends[number - 1] is None:
            raise PatternError("invalid capture index")
        end = self.ends[number - 1]
        if end is None or end < 0:
            return None
        taken = self.subject[self.starts[number - 1] : end]
        return s + len(taken) if self.subject.startswith(taken, s) else None

    def _single(self, p: int) -> tuple[frozenset[int], int]:
        """The bytes that the item at ``p`` matches, and where the item ends."""
        found = self.singles.get(p)
        if found is None:
            found = self.singles[p] = self._read_single(p)
        return found

    def _read_single(self, p: int) -> tuple[frozenset[int], int]:
        pattern = self.pattern
        byte = pattern[p]
        if byte == 46:  # .
            return _ALL, p + 1
        if byte == 37:
            if p + 1 >= len(pattern):
                raise PatternError("malformed pattern (ends with '%')")
            return _class(pattern[p + 1]), p + 2
        if byte != 91:  # [
            return frozenset((byte,)), p + 1
        p += 1
        negated = pattern[p : p + 1] == b"^"
        p += negated
        members: set[int] = set()
        first = True
        while True:
            if p >= len(pattern):
                raise PatternError("malformed pattern (missing ']')")
            byte = pattern[p]
            if byte == 93 and not first:
                return frozenset(_ALL - members if negated else members), p + 1
            first = False
            if byte == 37:
                if p + 1 >= len(pattern):
                    raise PatternError("malformed pattern (missing ']')")
                members |= _class(pattern[p + 1])
                p += 2
            elif pattern[p + 1 : p + 2] == b"-" and p + 2 < len(pattern) and pattern[p + 2] != 93:
                members |= set(range(byte, pattern[p + 2] + 1))
                p += 3
            else:
                members.add(byte)
                p += 1
