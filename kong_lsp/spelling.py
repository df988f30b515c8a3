"""Which name was meant: the nearest of those that exist."""

from __future__ import annotations

from collections.abc import Iterable


def distance(one: str, other: str, limit: int) -> int:
    """How many letters are wrong between two words, or ``limit + 1`` where more are.

    A letter too many, too few or another one counts one, and so do two neighbours swapped.
    """
    if one == other:
        return 0
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The one candidate that ``word`` is likely meant to be; None where none or two are.

    A difference of case, ``-`` or ``_`` alone counts as no wrong letter; otherwise one
    letter in three may be wrong, and no more than three.
    """
    plain = _plain(word)
    limit = min(3, len(plain) // 3)
    best: list[str] = []
    fewest = limit
    for candidate in candidates:
        if candidate == word:
            continue
        wrong = distance(plain, _plain(candidate), fewest)
        if wrong < fewest:
            fewest, best = wrong, [candidate]
        elif wrong == fewest:
            best.append(candidate)
    return best[0] if len(best) == 1 else None


def _plain(word: str) -> str:
    return word.casefold().replace("-", "_")
