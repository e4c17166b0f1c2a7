"""What a forecast says about how long its lists last."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.playbooks import write_playbook
from support.quiet import QUIET

from cadenza.forecast import forecast
from cadenza.forecast.burn import said
from cadenza.language import load_simulation
from cadenza.render.forecast_numbers import Numbers
from cadenza.render.forecast_words import footer

SIMULATION = "cadenza: 1\nname: tried\nplaybooks: [%s]\nstart: 2027-03-01\nhorizon: 4 weeks\nseed: 1\nreplications: 4\n"


def lines(folder: Path, **sizes: int) -> list[str]:
    """The sentences for playbooks of these sizes, each enrolling five people a business day for four weeks (19 business days)."""
    for name, size in sizes.items():
        document = {
            "cadenza": 1,
            "name": name,
            "audience": {"size": size, "enroll": "5 per business day", "fields": ["email"]},
            "channels": {"email": {"senders": "pool", "window": "mon-fri 09:00-17:00"}},
            "cadence": [{"id": "one", "channel": "email", "message": "messages/hello.md"}],
            "assumptions": QUIET,
        }
        write_playbook(folder, json.dumps(document, indent=1), name=name)
    (folder / "simulations").mkdir(exist_ok=True)
    path = folder / "simulations" / "tried.yaml"
    path.write_text(SIMULATION % ", ".join(f"../playbooks/{name}.yaml" for name in sizes), "utf-8")
    found = forecast(load_simulation(path), engine="simpy")
    assert [line for line in footer(found, Numbers(True)) if "list" in line] == [f"{line[0].upper()}{line[1:]}." for line in said(found)]
    return said(found)


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ({"tried": 40}, ["the list runs out in week 2: nobody new is enrolled after that"]),
        ({"tried": 380}, ["the list lasts 16 weeks at this pace; by the horizon 25% of it is used"]),
        ({"tried": 2000}, []),
        ({"tried": 40, "other": 2000}, ["the list of tried runs out in week 2: nobody new is enrolled after that"]),
    ],
)
def test_what_is_said(tmp_path: Path, sizes: dict[str, int], told: list[str]) -> None:
    assert lines(tmp_path, **sizes) == told
