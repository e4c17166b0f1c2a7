"""Y011: reported by the reader of waivers; the page beside this file says what it means."""

from __future__ import annotations

from ..registry import reported

RULE = reported(code="Y011", name="stale-waiver", level="warning", file=__file__)
