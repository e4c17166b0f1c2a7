"""The conditions of `when` and `skip_if`, as a plan needs them: as data, and as the signals that would make them true."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..language.model import Condition


def as_data(condition: Condition) -> dict[str, Any]:
    """`{"signal": "accepted", "step": "connect"}`, or `all`, `any`, `not` over such."""
    parts: list[dict[str, Any]] = [{"signal": signal, "step": step} for signal, step in condition.all_of]
    if condition.any_of:
        parts.append({"any": [as_data(item) for item in condition.any_of]})
    if condition.none_of:
        parts.append({"not": [as_data(item) for item in condition.none_of]})
    return parts[0] if len(parts) == 1 else {"all": parts}


def wanted(condition: Condition, made: Collection[str]) -> list[tuple[str, str]] | None:
    """The (signal, step) pairs that make it true, taking the first way that is open; None where it needs an answer to a touch that nobody made."""
    pairs = list(condition.all_of)
    if any(step not in made for _, step in pairs):
        return None
    if condition.any_of:
        ways = [way for item in condition.any_of if (way := wanted(item, made)) is not None]
        if not ways:
            return None
        pairs += ways[0]
    return pairs
