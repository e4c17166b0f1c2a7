"""Y012: reported by the reader of waivers; the page beside this file says what it means."""

from __future__ import annotations

from ..registry import reported

RULE = reported(code="Y012", name="waiver-without-reason", level="warning", file=__file__)
