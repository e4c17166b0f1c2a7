"""What follows from a person's key alone: ids, the mailbox, the rep, the variant. SHA-256 over names, so that nothing depends on rows, runs
or machines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def digest(*names: str | int) -> bytes:
    """32 bytes; names are kept apart from each other, so `("ab", "c")` is not `("a", "bc")`."""
    return sha256(_compact(names).encode("utf-8", "surrogatepass")).digest()


def touch_id(playbook: str, prospect: str, step: str, round: int) -> str:
    """32 hexadecimal digits: the first half of the SHA-256 of `["playbook","prospect","step",round]`, as compact JSON."""
    return digest(playbook, prospect, step, round)[:16].hex()


def share(places: int, *names: str | int) -> int:
    """A number from 0 to places - 1 that is the same for the same names."""
    return int.from_bytes(digest(*names)[:8], "big") % places


def weighted(weights: Sequence[int], *names: str | int) -> int:
    """An index, each as likely as its weight; the first where all weights are nothing."""
    at = share(max(1, sum(weights)), *names)
    for index, weight in enumerate(weights):
        if at < weight:
            return index
        at -= weight
    return 0
