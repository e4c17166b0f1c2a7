"""Whether a condition holds, and which facts decided it.

What needs no quantifier and no arithmetic is decided here, in microseconds; the rest by the library (`library.py`). A property test holds the
two against each other. Lengths of time are whole seconds here; the library gets them as CEL's own durations.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

from ....language.values import ALWAYS, Window
from .parse import Expr
from .typing import CALENDAR, Condition, seconds_of

Read: TypeAlias = "tuple[str, tuple[str, ...]]"
Look: TypeAlias = Callable[[str, tuple[str, ...]], Any]
"""Gives a fact's value by its name and keys; with fewer keys than it has levels, a map of what remains."""

Sides: TypeAlias = "dict[str, str]"

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def holds(condition: Condition, look: Look, rough: Look | None = None, sides: Sides | None = None) -> tuple[bool, tuple[Read, ...]]:
    """Whether the condition holds, and the facts that made it so, in the order they were read. Slip where it cannot be computed.

    `rough` gives values on the safe side of some facts, `sides` says on which (`most`: never too small; `least`: never too large). They are tried
    first, where what holds of them must hold of the truth.
    """
    if condition.simple and rough is not None and sides is not None and _safe(condition.tree, sides, True):
        value, why = _decide(condition.tree, rough)
        if value:
            return True, why
    if condition.simple:
        value, why = _decide(condition.tree, look)
        return bool(value), why
    from .library import decide

    return decide(condition, look), condition.facts


def _decide(tree: Expr, look: Look) -> tuple[Any, tuple[Read, ...]]:
    if tree.kind == "literal":
        return tree.value, ()
    if tree.kind == "fact":
        read: Read = tree.value  # type: ignore[assignment]
        return look(*read), (read,)
    if tree.kind in ("and", "or"):
        return _logic(tree, look)
    if tree.kind == "cond":
        test, why = _decide(tree.parts[0], look)
        value, more = _decide(tree.parts[1 if test else 2], look)
        return value, (*why, *more)
    found = [_decide(part, look) for part in tree.parts]
    values = [value for value, _ in found]
    return _apply(tree, values), tuple(read for _, why in found for read in why)


def _safe(tree: Expr, sides: Sides, positive: bool) -> bool:
    """Whether the condition can only become truer when its facts move from their rough values towards the true ones."""
    if tree.kind in ("and", "or"):
        return all(_safe(part, sides, positive) for part in tree.parts)
    if tree.kind == "not":
        return _safe(tree.parts[0], sides, not positive)
    if tree.kind == "compare":
        left, right = (_side(part, sides) for part in tree.parts)
        falling = {"<": True, "<=": True, ">": False, ">=": False}.get(str(tree.value))
        wanted = ("most", "least") if falling is positive else ("least", "most")
        return left in ("", wanted[0]) and right in ("", wanted[1]) and (falling is not None or left == right == "")
    return _side(tree, sides) == ""


def _side(tree: Expr, sides: Sides) -> str:
    """On which side the rough value of a part lies; empty where it has no rough value, `none` where that cannot be said."""
    if tree.kind == "fact":
        read: Read = tree.value  # type: ignore[assignment]
        return sides.get(read[0], "")
    return "none" if any(_side(part, sides) for part in tree.parts) else ""


def _logic(tree: Expr, look: Look) -> tuple[bool, tuple[Read, ...]]:
    """Of `&&` the first side that is false is to blame, of `||` the first that is true; else all of them."""
    stop = tree.kind == "or"
    every: tuple[Read, ...] = ()
    for part in tree.parts:
        value, why = _decide(part, look)
        if value is stop:
            return stop, why
        every += why
    return not stop, every


def _apply(tree: Expr, values: list[Any]) -> Any:
    if tree.kind == "compare":
        return _COMPARE[str(tree.value)](*values)
    if tree.kind == "in":
        return values[0] in values[1]
    if tree.kind == "not":
        return not values[0]
    if tree.kind == "neg":
        return -values[0]
    if tree.kind == "list":
        return tuple(values)
    if tree.value == "within":
        return within(*values)
    if tree.value == "size":
        return len(values[0])
    return seconds_of(values[0]) if tree.value == "duration" else values[0] * CALENDAR[str(tree.value)]


def within(window: str, law: str) -> bool:
    """Whether every open hour of one window lies in the other. No window at all lies in any."""
    if not window:
        return True
    inner, outer = Window.parse(window), Window.parse(law)
    if outer == ALWAYS:
        return True
    return Window((*inner.spans, *outer.spans)) == outer
