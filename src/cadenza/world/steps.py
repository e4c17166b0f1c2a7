"""The steps of a program: who makes a touch, how long it takes, how it may be answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..language.model import CHANNELS, ChannelUse, Playbook, Step, Workspace
from .assumptions import SHARES, Assumptions
from .draws import PURPOSES, code, text64
from .figures import FigureMaker
from .homes import home_of
from .program import CODE, EMAIL, EVENTS, INVITE, MESSAGE, NONE, PHONE, POST, Rows, States, Steps

AUTOMATIC = 60
"""Seconds until what a machine answers comes back: a bounce, an out-of-office note."""


def answer_kind(step: Step) -> int:
    """How a touch of this step is answered. Looking at a profile is not."""
    if step.channel == "linkedin":
        return {"invite": INVITE, "view": NONE}.get(step.action or "message", MESSAGE)
    return {"email": EMAIL, "phone": PHONE, "sms": MESSAGE, "direct_mail": POST}[step.channel]


def worker(workspace: Workspace, use: ChannelUse | None, step: Step) -> tuple[str, int, int]:
    """(role, seconds of work, more seconds when the phone is answered). Software works for nobody: role ""."""
    work = workspace.work.get(step.work)
    if use is not None and use.automation:
        return "", 0, 0
    role = step.role or (use.role if use is not None else None) or (work.role if work is not None else "")
    seconds = work.takes.seconds if work is not None else 0
    talk = workspace.work.get("phone.conversation") if step.channel == "phone" else None
    more = talk.takes.seconds if talk is not None else 0
    return (role, seconds, more) if role in workspace.team and seconds + more > 0 else ("", 0, 0)


def lower_steps(
    playbooks: Sequence[Playbook],
    assumptions: Sequence[Assumptions],
    figures: FigureMaker,
    workspace: Workspace,
    states: States,
    start: str,
) -> tuple[Steps, Rows]:
    """All steps, and all rows of rates. Where a person is in two playbooks, steps with the same id do not have the same luck: the names of their
    draws begin with the playbook's."""
    homes = [home_of(playbook) for playbook in playbooks]
    luck = [f"{playbook.name}/" if homes.count(home) > 1 else "" for playbook, home in zip(playbooks, homes, strict=True)]
    columns: dict[str, list[Any]] = {name: [] for name in Steps.__dataclass_fields__}
    columns["variant"].append(0)
    rows: dict[str, list[int]] = {name: [] for name in Rows.__dataclass_fields__}
    roles = (*workspace.team, "")
    for c, (playbook, assumed) in enumerate(zip(playbooks, assumptions, strict=True)):
        for step in playbook.cadence:
            columns["cohort"].append(c)
            columns["row"].append(len(rows["each_next"]))
            _facts(columns, workspace, playbook, step, roles, luck[c], start)
            _rows(rows, assumed, figures, step)
    columns["reads"] = _reads(states, len(columns["id"]))
    made = {name: tuple(values) for name, values in columns.items()}
    return Steps(**made), Rows(**{name: tuple(values) for name, values in rows.items()})


def _facts(
    columns: dict[str, list[Any]], workspace: Workspace, playbook: Playbook, step: Step, roles: tuple[str, ...], luck: str, start: str
) -> None:
    use = playbook.channels.get(step.channel)
    role, seconds, talk = worker(workspace, use, step)
    work = workspace.work.get(step.work)
    rep = role or (work.role if work is not None and work.role in workspace.team else "")
    add = {
        "id": step.id,
        "channel": CHANNELS.index(step.channel),
        "answer": answer_kind(step),
        "role": roles.index(role),
        "seconds": seconds,
        "talk": talk,
        "reps": workspace.team[rep].accounts(start) if rep else 1,
        "weekly_cap": -1 if use is None or use.weekly_cap is None else use.weekly_cap,
        "daily_cap": -1 if use is None or use.daily_cap is None else use.daily_cap,
        "sender": list(workspace.senders).index(use.senders) if use is not None and use.senders in workspace.senders else -1,
        "variant_code": code(luck + step.id, 0, "variant"),
    }
    for name, value in add.items():
        columns[name].append(value)
    columns["code"].extend(text64(f"{purpose}/{luck}{step.id}") for purpose in PURPOSES)
    total, weight = sum(v.weight for v in step.variants), 0
    for variant in step.variants:
        weight += variant.weight
        columns["weight"].append(weight / total if total else 1.0)
    columns["variant"].append(len(columns["weight"]))


def _rows(rows: dict[str, list[int]], assumed: Assumptions, figures: FigureMaker, step: Step) -> None:
    for variant in [v.id for v in step.variants] or [""]:
        for segment in ("", *(name for name, _ in assumed.segments())):
            where = (step.channel, step.id, variant, segment)
            rows["share"].extend(figures.chain(assumed.chain(key, *where), default=1.0 if key in ("inbox", "delivered") else 0.0) for key in SHARES)
            rows["each_next"].append(figures.chain(assumed.factor("each_next_touch", *where), rate=False, default=1.0))
            rows["reply"].append(figures.table(assumed.delay("reply_delay", *where), least=1))
            rows["signal"].append(figures.table(assumed.delay("signal_delay", *where), least=1))


def _reads(states: States, steps: int) -> list[int]:
    """Which signals of which steps some transition listens to."""
    width, heard = len(states.events), [0] * (steps * len(EVENTS))
    plain = {code for state in range(len(states.name)) for code in range(len(EVENTS)) if states.go[state * width + code] >= 0}
    for step in range(steps):
        for name in ("opened", "clicked", "accepted", "connected", "delivered", "bounced"):
            at = step * len(EVENTS) + CODE[name]
            heard[at] = int(states.named[at] >= 0 or CODE[name] in plain)
    return heard
