"""Y005: reported by the loader; the page beside this file says what it means."""

from __future__ import annotations

from ..registry import reported

RULE = reported(code="Y005", name="bad-unit", level="error", file=__file__)
