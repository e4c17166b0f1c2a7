"""The manual's page on time: its Python runs, and what its tables say is what happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from cadenza.calendars import Calendar, instant, zone


def test_the_python_of_the_page_runs(EXAMPLES: Path) -> None:
    page = (EXAMPLES / "docs" / "reference" / "calendars.md").read_text("utf-8")
    found: dict[str, Any] = {}
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 1
    exec(blocks[0], found)
    assert found["london"].local(found["monday"]) == "2027-01-04T09:00:00+00:00"


def test_easter_monday_is_worked_in_a_part_of_britain() -> None:
    easter = instant("2027-03-29", zone("Europe/London"), "12:00") // 86400
    assert [Calendar(("Europe/London",), (place,)).business_day(easter) for place in ("GB", "GB-ENG", "GB-SCT")] == [True, False, True]
