"""Fuzz simulations: scenarios and sweeps that change anything to anything, as far as the playbooks that come out of them."""

from __future__ import annotations

from collections.abc import Iterable

from harness import refused, run, workspace

HEAD = "cadenza: 1\nname: s\nplaybooks: [../playbooks/p.yaml]\nstart: 2027-01-04\nhorizon: 4 weeks\nreplications: 10\nseed: 1\n"


def one(data: bytes) -> None:
    from cadenza.language.build import load_simulation
    from cadenza.language.model import Simulation
    from cadenza.language.scenario import playbooks_of
    from cadenza.machine import lower

    root, _ = workspace()
    path = root / "simulations/s.yaml"
    path.write_bytes((b"" if data[:1] == b"!" else HEAD.encode()) + data)
    simulation = refused(lambda: load_simulation(path))
    if not isinstance(simulation, Simulation):
        return
    points = [scenario.changes for scenario in simulation.scenarios]
    points += [{key: value} for key, values in simulation.sweep.items() for value in values]
    for changes in points[:6]:
        books = refused(lambda changes=changes: playbooks_of(simulation, changes))
        for book in books if isinstance(books, tuple) else ():
            refused(lambda book=book: lower(book))


def seeds() -> Iterable[bytes]:
    for text in (
        "scenarios:\n  base: {}\n  a: {team.sdr.people: 9}\n  b: {assumptions.email.reply.positive: 0.5x}\n",
        "scenarios:\n  c: {stop_rules.enough.when.touches: 2, cadence.call.after: 1 business day}\n",
        "sweep:\n  audience.enroll: [60 per business day, 0.5x, +1]\n  audience.size: [1, 10]\n",
        "scenarios:\n  d: {p.replies.not_now.pause: 10 days, assumptions.use: warm-b2b-2025}\n  e: {senders.pool.daily_cap: 0.5x}\n",
        "scenarios:\n  f: {cadence.note.when: {clicked: intro}, opt_out.channels: [email]}\n  g: {assumptions.opportunity.value: 2x}\n",
        "scenarios:\n  h: {cadence: [], replies: {}}\n",
    ):
        yield text.encode()
    yield b"!" + HEAD.encode()


if __name__ == "__main__":
    run("simulation", one, seeds, "cadenza.machine")
