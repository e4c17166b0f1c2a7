"""A workspace so small that its sensitivity is run in a second, and in which it is plain what moves what."""

from __future__ import annotations

from pathlib import Path

from support.playbooks import write_playbook

from cadenza.language import Simulation, load_simulation

PLAYBOOK = """\
cadenza: 1
name: tried
motion: warm
audience: {size: 24, enroll: 8 per business day, fields: [email, phone, first_name]}
channels: {email: {senders: pool, window: mon-fri 09:00-17:00}}
cadence:
  - {id: hello, channel: email, message: messages/hello.md}
  - {id: again, channel: email, after: 2 business days, message: messages/hello.md}
replies:
  positive: {handoff: ae, then: meeting}
assumptions:
  email:
    reply: {positive: 20%..60%}
    bounced: 0%
    reply_delay: {median: 1 hour, p90: 4 hours}
  meeting: {booked: 50%, held: 100%}
"""
SIMULATION = """\
cadenza: 1
name: small
playbooks: [../playbooks/tried.yaml]
start: 2027-01-04
horizon: 2 weeks
seed: 7
"""


def small(folder: Path, playbook: str = PLAYBOOK, simulation: str = SIMULATION) -> Path:
    """Write it; the path of the simulation."""
    write_playbook(folder, playbook)
    (folder / "simulations").mkdir(exist_ok=True)
    path = folder / "simulations" / "small.yaml"
    path.write_text(simulation, "utf-8")
    return path


def loaded(folder: Path, playbook: str = PLAYBOOK, simulation: str = SIMULATION) -> Simulation:
    return load_simulation(small(folder, playbook, simulation))
