"""Y010: reported by the loader; the page beside this file says what it means."""

from __future__ import annotations

from ..registry import reported

RULE = reported(code="Y010", name="deprecated", level="warning", file=__file__)
