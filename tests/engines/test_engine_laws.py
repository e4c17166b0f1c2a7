"""Laws that hold whatever the playbook: the same input gives the same outcome, order does not matter, means are where theory says."""

from __future__ import annotations

import hashlib
import math
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.playbooks import WORKSPACE, make_playbook
from support.theory import W_KNOWN

from cadenza.engines import choose, names, run
from cadenza.language import load_playbook
from cadenza.language.values import Duration
from cadenza.world import build, draw_rates

World = Callable[..., Any]
CALLS = "cadence:\n  - {id: call, channel: phone, script: messages/hello.md}\nreplies:\n  positive: {handoff: sdr}\n"
MAIL = "cadence:\n  - {id: one, channel: email, message: messages/hello.md}\nreplies:\n  positive: {handoff: sdr}\n  negative: {stop: no}\n"
DIGEST = """
import hashlib, sys
from pathlib import Path
from cadenza.engines import run
from cadenza.language import load_playbook
from cadenza.language.values import Duration
from cadenza.world import build
program = build((load_playbook(Path(sys.argv[1])),), "2027-01-04", Duration(6, "week"), 3, 500)
told = []
outcome = run(program, 1, trace=lambda *event: told.append(event))
print(hashlib.sha256(repr((program, outcome, told)).encode()).hexdigest())
"""


def test_the_same_bytes_in_every_process(EXAMPLES: Path) -> None:
    """Program, outcome and every event, under different hash seeds."""
    path = str(EXAMPLES / "playbooks" / "platform-cold.yaml")
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST, path], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(digests) == 1 and len(digests.pop().strip()) == len(hashlib.sha256().hexdigest())


def test_a_program_survives_the_way_to_another_process(EXAMPLES: Path) -> None:
    playbook = load_playbook(EXAMPLES / "playbooks" / "platform-cold.yaml")
    program = build((playbook,), "2027-01-04", Duration(4, "week"), 3, 200)
    copy = pickle.loads(pickle.dumps(program))
    assert copy == program
    assert run(copy, 5) == run(program, 5)
    assert run(program, 5) != run(program, 6)


def test_the_order_of_playbooks_does_not_matter(tmp_path: Path) -> None:
    """Two playbooks that share reps and mailboxes, given in both orders: the same counts for each of them."""
    rates = "assumptions: {email: {reply: {positive: 20%, negative: 20%}}, phone: {connected: 40%}, accounts: {people: 1}}\n"
    head = "cadenza: 1\naudience: {size: 200, enroll: 40 per business day, fields: [email]}\nchannels: {email: {senders: pool}, phone: {}}\n"
    one = make_playbook(tmp_path, f"name: one\n{head}{MAIL}{rates}", name="one")
    two = make_playbook(tmp_path, f"name: two\nmotion: warm\n{head}{CALLS}{rates}", name="two")
    outcomes = [run(build(pair, "2027-03-01", Duration(3, "week"), 9), 2).counts for pair in ((one, two), (two, one))]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0]["one:touches.email"] > 0 < outcomes[0]["two:touches.phone"]
    assert outcomes[0]["touches"] == outcomes[0]["one:touches"] + outcomes[0]["two:touches"]


def test_other_people_do_not_change_ones_luck(world: World) -> None:
    """With ten times as many people in the list, those who were in it before meet the same fate (nothing is scarce here)."""
    rates = {"email": {"reply": {"positive": "20%", "negative": "20%"}}, "propensity": {"spread": 0.8}}
    few, many = world(MAIL, rates, people=20, days=60), world(MAIL, rates, people=200, days=60)
    mine = set(few.program.people.key)
    fates = [{(key, event) for _, key, _, event, _, _ in made.told() if event.startswith("replied")} for made in (few, many)]
    assert len(fates[0]) > 3
    assert fates[0] == {fate for fate in fates[1] if fate[0] in mine} < fates[1]


def test_more_hands_never_mean_fewer_touches(world: World) -> None:
    """One rep, two, three, four; 120 calls a day of 200 seconds want more than one and a half."""
    head = "cadenza: 1\nname: tried\naudience: {size: 2000, enroll: 300 per business day, fields: [phone]}\nchannels: {phone: {}}\n"
    counts = []
    for people in range(1, 5):
        made = world(head + CALLS, {}, people=2000, days=8, workspace=WORKSPACE.replace("sdr: {people: 2", f"sdr: {{people: {people}"))
        counts.append(made.run().counts)
    touches = [each["touches"] for each in counts]
    assert touches == sorted(touches) and touches[0] < touches[1] <= touches[3] == 1800
    assert [each["load.sdr"] > 0.99 for each in counts[:2]] == [True, True]


def test_a_single_rep_is_an_m_d_1_queue(world: World) -> None:
    """Pollaczek and Khinchine: with constant service s and load rho the mean wait is rho * s / (2 * (1 - rho))."""
    workspace = WORKSPACE.replace(
        "sdr: {people: 2, hours: mon-fri 09:00-17:00, timezone: Europe/Dublin, selling_time: 60%}",
        "sdr: {people: 1, hours: mon-sun 00:00-24:00, timezone: Europe/Dublin, selling_time: 100%}",
    ).replace("holidays: [IE]", "holidays: []")
    head = "cadenza: 1\nname: tried\nmotion: inbound\naudience: {size: 30000, enroll: 504 per day, fields: [phone]}\nchannels: {phone: {}}\n"
    made = world(head + CALLS, {}, people=30000, days=42, workspace=workspace)
    came: dict[int, int] = {}
    waits = []
    for at, key, _, event, _, _ in made.told():
        if event == "enrolled":
            came[key] = at
        elif event == "done":
            waits.append(at - came[key])
    rho = 504 * 120 / 86400
    assert len(waits) > 20000
    assert sum(waits) / len(waits) == pytest.approx(rho * 120 / (2 * (1 - rho)), rel=0.1)


@pytest.mark.parametrize(("channel", "gate"), [("email", {}), ("phone", {"connected": "50%"}), ("linkedin", {"accepted": "50%"})])
def test_mean_rates_come_back(world: World, channel: str, gate: dict[str, str]) -> None:
    """Shares of 4,000 people within four standard errors, whatever the spread of propensity (its mean is 1)."""
    rates = {"positive": 0.06, "negative": 0.05, "not_now": 0.04, "wrong_person": 0.03}
    reply = {name: f"{rate * 100:g}%" for name, rate in rates.items()}
    extra = "script" if channel == "phone" else "action: invite, message" if channel == "linkedin" else "message"
    head = f"cadenza: 1\nname: tried\naudience: {{size: 4000, enroll: 400 per business day, fields: [email]}}\nchannels: {{{channel}: {{}}}}\n"
    text = f"{head}cadence:\n  - {{id: one, channel: {channel}, {extra}: messages/hello.md}}\nreplies:\n  positive: {{handoff: sdr}}\n"
    workspace = WORKSPACE.replace("sdr: {people: 2", "sdr: {people: 40")
    counts = world(text, {channel: {"reply": reply, **gate}, "propensity": {"spread": 0.8}}, people=4000, days=28, workspace=workspace).run().counts
    share = 0.5 if gate else 1.0
    for name, rate in rates.items():
        p = rate * share
        assert counts[f"replies.{name}"] == pytest.approx(4000 * p, abs=4 * math.sqrt(4000 * p * (1 - p))), name


def test_decay_steps_variants_and_segments_multiply(world: World) -> None:
    text = """
cadence:
  - {id: one, channel: email, message: messages/hello.md}
  - {id: two, channel: email, after: 1 business day, message: messages/hello.md}
  - id: three
    channel: email
    after: 1 business day
    variants: [{id: a, weight: 3, message: messages/hello.md}, {id: b, weight: 1, message: messages/hello.md}]
replies: {wrong_person: {go_on: true}, positive: {handoff: sdr}}
"""
    rates = {
        "email": {"reply": {"wrong_person": "8%"}, "each_next_touch": "0.5x"},
        "steps": {"two": {"reply": {"wrong_person": "20%"}}},
        "variants": {"b": {"reply": {"wrong_person": "2x"}}},
        "segments": {"keen": {"share": "50%", "reply": {"wrong_person": "3x"}}},
    }
    head = "cadenza: 1\nname: tried\naudience: {size: 4000, enroll: 400 per business day, fields: [email]}\nchannels: {email: {}}\n"
    counts = world(head + text, rates, people=4000, days=28).run().counts
    for step, p in (("one", 0.08 * 2), ("two", 0.2 * 0.5 * 2), ("three", 0.08 * 0.25 * 2 * 1.25)):
        assert counts[f"replies.step.{step}.wrong_person"] == pytest.approx(4000 * p, abs=4 * math.sqrt(4000 * p)), step


def test_a_scenario_lives_in_the_same_world(EXAMPLES: Path) -> None:
    """Halving a rate halves what was drawn of it, in every replication, and changes no other figure."""
    from cadenza.language import load_simulation, playbooks_of

    simulation = load_simulation(EXAMPLES / "simulations" / "2027-q1.yaml")
    scenario = next(each for each in simulation.scenarios if each.name == "halve-the-replies")
    base = build(playbooks_of(simulation, {}), "2027-01-04", Duration(1, "week"), 1)
    half = build(playbooks_of(simulation, scenario.changes), "2027-01-04", Duration(1, "week"), 1)  # type: ignore[arg-type]
    assert base.people == half.people
    for replication in range(5):
        before, after = draw_rates(base, replication), draw_rates(half, replication)
        changed = [(a, b) for a, b in zip(before.share[0], after.share[0], strict=True) if a != b]
        assert changed == [(before.share[0][2], pytest.approx(before.share[0][2] / 2, rel=1e-9))]


def test_engines_are_found_by_name(world: World) -> None:
    program = world(MAIL, {}).program
    assert names() == ("simpy",) or "simpy" in names()
    assert choose("auto", program) in names()
    with pytest.raises(ValueError, match=r"there is no engine `warp`; there is .*simpy"):
        choose("warp", program)


@pytest.mark.slow
def test_workload_w_comes_out_as_other_engines_have_it(EXAMPLES: Path) -> None:
    """Means and standard deviations of one replication, from 200 replications of straightforward SimPy code; here within four of them."""
    playbook = load_playbook(EXAMPLES / "benchmarks" / "w" / "playbooks" / "w.yaml")
    counts = run(build((playbook,), "2027-01-04", Duration(40, "week"), 1), 0).counts
    assert {name: abs(counts[name] - mean) <= 4 * deviation for name, (mean, deviation) in W_KNOWN.items()} == dict.fromkeys(W_KNOWN, True)
