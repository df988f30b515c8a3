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
    # Two beginnings whose lengths differ by more than the limit need not be compared.
    far = limit + 1
    width = 2 * limit + 1
    before, row = [far] * width, [far] * limit + list(range(far))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, []
        for at in range(width):
            j = i + at - limit
            if not 0 <= j <= len(other):
                row.append(far)
                continue
            cost = before[at + 1] + 1 if at + 1 < width else far
            if at:
                cost = min(cost, row[-1] + 1)
            if j:
                cost = min(cost, before[at] + (letter != other[j - 1]))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == other[j - 1]:
                cost = min(cost, older[at] + 1)
            row.append(cost)
        if min(row) >= far:
            return far
    return min(row[len(other) - len(one) + limit], far)


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
