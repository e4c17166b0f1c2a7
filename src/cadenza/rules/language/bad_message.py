"""Y013: reported by the loader; the page beside this file says what it means."""

from __future__ import annotations

from ..registry import reported

RULE = reported(code="Y013", name="bad-message", level="error", file=__file__)
