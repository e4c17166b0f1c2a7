"""M012: reported by whoever makes the machine and by the proofs over it; the page beside this file says what it means."""

from __future__ import annotations

from ..registry import reported

RULE = reported(code="M012", name="too-many-states", level="error", file=__file__)
