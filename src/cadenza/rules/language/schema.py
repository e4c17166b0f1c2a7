"""Y003: reported by the loader; the page beside this file says what it means."""

from __future__ import annotations

from ..registry import reported

RULE = reported(code="Y003", name="schema", level="error", file=__file__)
