"""Assumptions under which nothing happens, for tests to lay their own over."""

from __future__ import annotations

from typing import Any

QUIET: dict[str, Any] = {
    **{
        channel: {
            **dict.fromkeys(("bounced", "unsubscribed", "complained", "opened", "clicked", "connected", "accepted"), "0%"),
            "reply": dict.fromkeys(("positive", "negative", "not_now", "out_of_office", "wrong_person"), "0%"),
            "reply_delay": {"median": "1 hour", "p90": "1 hour"},
            "signal_delay": {"median": "1 hour", "p90": "1 hour"},
            "each_next_touch": "1x",
        }
        for channel in ("email", "phone", "linkedin")
    },
    "propensity": {"spread": 0},
    "pressure": {"each_touch": "1x", "after_no": "1x"},
    "reputation": {"complaints": "1x", "bounces": "1x"},
    "replies": {"unclassified": "0%"},
    "accounts": {"people": 1},
}
"""Nobody ever answers, and nothing is uncertain: a test says what it wants to happen on top of this."""


def laid(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        figure = isinstance(value, dict) and "median" not in value and isinstance(merged.get(key), dict)
        merged[key] = laid(merged[key], value) if figure else value
    return merged
