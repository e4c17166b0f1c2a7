"""Degenerate playbooks whose waiting times theory knows, and playbooks like those that published tables are about.

A queue: inbound people come at any second, one call each, reps who never sleep. A service time that is nearly exponential: three kinds of work whose
seconds and shares are the Gauss-Laguerre nodes and weights, so that the first five moments are those of the exponential distribution.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from support.playbooks import write_playbook
from support.quiet import QUIET, laid

from cadenza.engines import run
from cadenza.engines.expected_engine import expect
from cadenza.language import load_playbook
from cadenza.language.values import Duration
from cadenza.world import Program, build

LAGUERRE = ((0.4157745567834791, 0.7110930099291730), (2.2942803602790417, 0.2785177335692408), (6.2899450829374792, 0.0103892565015861))
"""Nodes and weights of the Gauss-Laguerre rule with three points."""
WORK = ("phone.attempt", "linkedin.action", "direct_mail.parcel")
STEPS = (
    {"id": "call", "channel": "phone", "script": "messages/hello.md"},
    {"id": "note", "channel": "linkedin", "action": "message", "message": "messages/hello.md"},
    {"id": "card", "channel": "direct_mail", "message": "messages/hello.md"},
)
REPLIES = {"positive": {"handoff": "ae"}}

W_KNOWN = {
    "touches": (73765, 182),
    "touches.email": (46025, 112),
    "touches.phone": (18498, 47),
    "touches.linkedin": (9241, 27),
    "replies": (1466, 36),
    "replies.positive": (440, 21),
    "replies.negative": (587, 23),
    "unsubscribed": (137, 11),
    "bounced": (301, 16),
}
"""Means and standard deviations of one run, over 200 runs of straightforward SimPy code."""


class Kind(NamedTuple):
    """One kind of work: how long it takes, how many come in a day."""

    seconds: int
    per_day: int


def exponential(mean: int, per_day: int) -> tuple[Kind, ...]:
    return tuple(Kind(round(mean * x), max(1, round(per_day * w))) for x, w in LAGUERRE)


def queue(folder: Path, kinds: Sequence[Kind], reps: int, days: int) -> Program:
    """People of each kind, one touch each, in one queue before so many reps."""
    role = {"people": reps, "hours": "mon-sun 00:00-24:00", "timezone": "UTC", "selling_time": "100%"}
    work = {name: {"role": "sdr", "takes": f"{kind.seconds} seconds"} for name, kind in zip(WORK, kinds, strict=False)}
    workspace = {
        "cadenza": 1,
        "organization": {"name": "Q", "postal_address": "1 Way, Dublin", "timezone": "UTC", "holidays": []},
        "team": {"sdr": role, "ae": role},
        "work": work,
        "senders": {"pool": {"mailboxes": 1, "domain": "q.example", "daily_cap": 1}},
    }
    playbooks = []
    for step, kind in zip(STEPS, kinds, strict=False):
        document = {
            "cadenza": 1,
            "name": step["id"],
            "motion": "inbound",
            "audience": {"size": kind.per_day * days, "enroll": f"{kind.per_day} per day", "fields": ["email", "phone"]},
            "channels": {step["channel"]: {}},
            "cadence": [step],
            "replies": REPLIES,
            "assumptions": laid(QUIET, {"direct_mail": {"delivered": "0%", "reply": {"positive": "0%"}}}),
        }
        playbooks.append(
            load_playbook(write_playbook(folder, json.dumps(document, indent=1), workspace=json.dumps(workspace, indent=1), name=step["id"]))
        )
    return build(playbooks, "2027-03-01", Duration(days, "day"), 7)


def waits(program: Program, replication: int = 0) -> list[list[int]]:
    """By day of coming: how long each person waited, in seconds."""
    came: dict[int, int] = {}
    found: list[list[int]] = [[] for _ in range((program.end - program.start) // 86400)]

    def told(at: int, key: int, _state: str, event: str, _resource: str, _draw: int) -> None:
        if event == "enrolled":
            came[key] = at
        elif event == "done":
            found[(came[key] - program.start) // 86400].append(at - came[key])

    run(program, replication, "auto", told)
    return found


def mean_of_days(days: Sequence[Sequence[int]]) -> tuple[float, float]:
    """The mean wait and its standard error, from the means of days after the first (which begins empty)."""
    means = [sum(day) / len(day) for day in days[1:] if day]
    centre = sum(means) / len(means)
    return centre, math.sqrt(sum((m - centre) ** 2 for m in means) / (len(means) - 1) / len(means))


def erlang_c(kinds: Sequence[Kind], reps: int) -> float:
    """The mean wait of M/M/c, from the probability to wait at all."""
    rate = sum(kind.per_day for kind in kinds) / 86400
    service = sum(kind.per_day * kind.seconds for kind in kinds) / sum(kind.per_day for kind in kinds)
    load = rate * service
    top = load**reps / math.factorial(reps) * reps / (reps - load)
    waiting = top / (sum(load**k / math.factorial(k) for k in range(reps)) + top)
    return waiting * service / (reps - load)


def pollaczek_khinchine(kinds: Sequence[Kind]) -> float:
    """The mean wait of M/G/1."""
    rate = sum(kind.per_day for kind in kinds) / 86400
    count = sum(kind.per_day for kind in kinds)
    load = rate * sum(kind.per_day * kind.seconds for kind in kinds) / count
    return rate * sum(kind.per_day * kind.seconds**2 for kind in kinds) / count / (2 * (1 - load))


# ---------------------------------------------------------------- playbooks like those of published tables


def mails(
    folder: Path, count: int, assumptions: Mapping[str, Any], *, size: int = 10_000, name: str = "mails", quiet: bool = True, channel: str = "email"
) -> Program:
    """So many e-mails (or calls), three business days apart, to people who are all let in within a week. Without `quiet`, over the shipped table."""
    pool = {"mailboxes": 100, "domain": "m.example", "daily_cap": 5000}
    role = {"people": 500, "hours": "mon-fri 09:00-17:00", "timezone": "UTC", "selling_time": "100%"}
    workspace = {
        "cadenza": 1,
        "organization": {"name": "M", "postal_address": "1 Way, Dublin", "timezone": "UTC", "holidays": []},
        "team": {"sdr": role},
        "work": {"reply.positive": {"role": "sdr", "takes": "15 minutes"}},
        "senders": {"pool": pool},
    }
    what, text, use = ("mail", "message", {"senders": "pool"}) if channel == "email" else ("call", "script", {})
    steps = [{"id": f"{what}-{n + 1}", "channel": channel, text: "messages/hello.md"} for n in range(count)]
    document = {
        "cadenza": 1,
        "name": name,
        "audience": {"size": size, "enroll": f"{size // 5} per business day", "fields": [channel]},
        "channels": {channel: {**use, "window": "mon-fri 09:00-17:00"}},
        "cadence": [step | ({"after": "3 business days"} if n else {}) for n, step in enumerate(steps)],
        "replies": {"positive": {"handoff": "sdr"}, "negative": {"stop": "said_no"}},
        "opt_out": {"ways": ["reply"], "channels": "all"},
        "assumptions": laid(QUIET, dict(assumptions)) if quiet else {"accounts": {"people": 1}, **assumptions},
    }
    path = write_playbook(folder, json.dumps(document, indent=1), workspace=json.dumps(workspace, indent=1), name=name)
    return build((load_playbook(path),), "2027-03-01", Duration(20, "week"), 7)


def means(program: Program) -> dict[str, float]:
    return dict(expect(program).outcome.counts)
