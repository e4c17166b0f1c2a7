"""Did you mean: the known word that a mistyped one is nearest to.

The distance is optimal string alignment (insert, delete, replace, swap neighbours), after letters are folded and `_`, `-` and blanks are
taken for one another. How far is still near grows with the word: one slip up to four letters, two up to nine, three beyond.
"""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 60
"""Longer words are never guessed: the work grows with the square, and such a word is no slip of a finger."""


def near(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate nearest to `word`, or None where none is near. Ties go to the alphabetically first, whatever the order given."""
    if not 0 < len(word) <= LONGEST:
        return None
    folded = _fold(word)
    reach = 1 if len(folded) <= 4 else 2 if len(folded) <= 9 else 3
    best: tuple[int, str] | None = None
    for candidate in candidates:
        other = _fold(candidate)
        if abs(len(other) - len(folded)) > reach or len(other) > LONGEST:
            continue
        found = (distance(folded, other), candidate)
        # At least half of the word must be right: `to` is no slip of `at`.
        if found[0] <= reach and found[0] * 2 <= max(len(folded), len(other)) and (best is None or found < best):
            best = found
    return best[1] if best else None


def distance(one: str, two: str) -> int:
    """How many slips (insert, delete, replace, swap neighbours) lead from one word to the other."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, other in enumerate(two, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _fold(word: str) -> str:
    return word.casefold().replace("_", "-").replace(" ", "-")
