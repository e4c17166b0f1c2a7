"""The least value for which something holds, where more never makes it worse: a bracket that grows from a guess, then halving."""

from __future__ import annotations

from collections.abc import Callable


def least(holds: Callable[[int], bool], guess: int, most: int, grain: Callable[[int], int] = lambda _: 1) -> int | None:
    """The least of 1 to `most` for which `holds` is true, to within `grain`; None where it is not true of `most` either.

    `holds` is asked for a value only once. The bracket grows by a quarter, so that a good guess is settled in a few questions.
    """
    asked: dict[int, bool] = {}

    def ask(value: int) -> bool:
        if value not in asked:
            asked[value] = holds(value)
        return asked[value]

    high = max(1, min(guess, most))
    low = 0
    if ask(high):
        step = max(1, high // 8)
        while high > 1:
            below = max(1, high - step)
            if not ask(below):
                low = below
                break
            high, step = below, step * 2
    else:
        while not ask(high):
            if high == most:
                return None
            low, high = high, min(most, max(high + 1, high + high // 4))
    while high - low > max(1, grain(high)):
        middle = (low + high) // 2
        low, high = (low, middle) if ask(middle) else (middle, high)
    return high
