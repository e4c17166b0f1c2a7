"""Fuzz logs: any bytes as what `forecast --events` is given, and where it is accepted, a forecast that goes on from it, with every engine.

Bytes alone hardly ever make a line that means something. So a line that begins with a tab is short for one: its cells are the values of the keys of a
log, in their order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from harness import Fault, refused, run, workspace

if TYPE_CHECKING:
    from cadenza.language.model import Simulation

ROWS = "".join(f"p{n},p{n}@c{n // 2}.example,+4420794600{n:02d},GB,Europe/London\n" for n in range(6))


def one(data: bytes) -> None:
    from cadenza.engines import names
    from cadenza.engines import run as replicate
    from cadenza.engines.kernel.build import NoKernel
    from cadenza.forecast.warm import NotWarm, warm
    from cadenza.language.scenario import playbooks_of
    from cadenza.world import build

    found, path = simulation()
    path.write_bytes(b"\n".join(map(_written, data.split(b"\n"))))

    def told() -> object:
        log = warm(found, path, path.with_name("people.csv"))
        return build(log.playbooks(playbooks_of(found, {})), found.start, found.horizon, found.seed, log=log.log)

    try:
        program = refused(told)
    except NotWarm:
        return
    outcomes = []
    for engine in names() if program is not None else ():
        try:
            outcomes.append(replicate(program, 0, engine).counts)  # type: ignore[arg-type]
        except NoKernel:
            continue
    if any(outcome != outcomes[0] for outcome in outcomes):
        raise Fault("the engines differ")


def _written(line: bytes) -> bytes:
    """A line as it is, or the one that it is short for."""
    from cadenza.machine.log import KEYS

    if not line.startswith(b"\t"):
        return line
    cells = line[1:].decode("utf-8", "replace").split("\t")
    return json.dumps({key: cell for key, cell in zip(KEYS, cells, strict=False) if cell}).encode()


@cache
def simulation() -> tuple[Simulation, Path]:
    """The small workspace's simulation, with a list; and where the log lies."""
    from cadenza.language.build import load_simulation

    root, _ = workspace()
    (root / "people.csv").write_text("id,email,phone,country,timezone\n" + ROWS, "utf-8")
    return load_simulation(root / "simulations/s.yaml"), root / "log.jsonl"


def seeds() -> Iterable[bytes]:
    at = "2026-12-{:02d}T10:00:00Z".format
    made = f"\t{at(1)}\tp0\tdone\tintro\n\t{at(4)}\tp0\tdone\tagain\n"
    yield made.encode()
    yield _written(f"\t{at(1)}\tp1\tdone\tintro".encode())
    for event in ("replied.negative", "replied.positive", "bounced", "complained", "unsubscribed", "opened", "opportunity.won", "account.opted_out"):
        yield f"{made}\t{at(5)}\tp0\t{event}\tagain\n\t{at(6)}\tp1\tenrolled".encode()
    yield f"{made}\t{at(5)}\tp0\treplied.out_of_office\t\t9999-12-31T23:59:59-12:00".encode()
    yield f"{made}\t{at(5)}\tp0\treplied.out_of_office\t\t{at(9)}\n\t{at(20)}\tp0\tdone\tcall\n\t{at(20)}\tp0\tmeeting.booked\n".encode()
    yield "\n".join(
        f"\t{when}\tp0\tdone\tintro" for when in ("0001-01-01T00:00:00+14:00", "1970-01-01T00:00:00+14:00", "2027-01-03T23:59:59Z")
    ).encode()
    yield f"{made * 3}\t{at(2)}\tp9\tdone\tintro\tp\n\t{at(2)}\tp0\tdone\tnone\n\t{at(2)}\tp0\tdue\n\t{at(2)}\tp0\tdone\tintro\tother".encode()
    yield b'{"at": NaN}\n{"at": 1e999}\n[[[\n"x"\n{"\\ud800": "\\u202e\\u001b[31m"}\n{"prospect": null, "at": 5}'
    yield b'{"at": ' + b"9" * 5000 + b"}"
    yield b"at,prospect,event\n1,2,3"
    yield "\ufeff".encode() + made.encode("utf-8") + b"\xff"


if __name__ == "__main__":
    run("logs", one, seeds, "cadenza.machine", "cadenza.world", "cadenza.calendars")
