"""Y015: reported where policies are read; the page beside this file says what it means."""

from __future__ import annotations

from ..registry import reported

RULE = reported(code="Y015", name="bad-condition", level="error", file=__file__)
