"""A check or a pack by its name: of those that ship, and of the workspace that one stands in."""

from __future__ import annotations

from pathlib import Path

from ...language.findings import Refused
from .pack import Check, Pack, shipped, shipped_ids, shipped_names


def find(word: str, here: Path) -> Check | Pack | None:
    """The check with that id, or the pack of that name; None where there is none. A workspace that cannot be read has none of its own."""
    name = word.strip()
    if name in shipped_names():
        return shipped(name)
    if name in shipped_ids():
        return _check(shipped(shipped_ids()[name]), name)
    for pack in _own(here):
        found = pack if pack.name == name else _check(pack, name)
        if found is not None:
            return found
    return None


def _check(pack: Pack, id: str) -> Check | None:
    return next((check for check in pack.checks if check.id == id), None)


def _own(here: Path) -> tuple[Pack, ...]:
    from ...language import load_workspace
    from .policies import of

    try:
        return of(load_workspace(here)).packs
    except Refused:
        return ()
