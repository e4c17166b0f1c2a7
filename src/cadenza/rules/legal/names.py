"""What one may call checks and packs in `--select`, `--ignore`, `lint:` and waivers, without reading a single pack that is not in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .pack import HOUSE, shipped_ids, shipped_names

if TYPE_CHECKING:
    from ...language.model import Workspace

RULE = "L001"
"""The rule that runs the checks."""


def is_shipped(word: str) -> bool:
    """Whether a word names a check or a pack that ships, or `house`."""
    return word == HOUSE or word in shipped_names() or word in shipped_ids()


def is_pack(word: str) -> bool:
    """Whether a word names a pack that ships, or the house rules."""
    return word == HOUSE or word in shipped_names()


def all_shipped() -> tuple[str, ...]:
    """Every such word, for guesses."""
    return (*shipped_names(), HOUSE, *shipped_ids())


def in_force(workspace: Workspace | None) -> frozenset[str]:
    """The names of the checks and packs of a workspace, those of its own files and its house rules among them."""
    if workspace is None or not workspace.policies:
        return frozenset()
    from .policies import of

    policies = of(workspace)
    return policies.ids | {pack.name for pack in policies.packs}
