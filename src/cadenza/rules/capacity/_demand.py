"""What one prospect costs before a single answer: the path of somebody who never replies, walked on the machine.

Real work is more (replies, conversations, meetings) and a little less (who has answered gets no further touches); a forecast has both. These
numbers are what must fit even if nobody answers, and they need no assumption.
"""

from __future__ import annotations

from ...language.values import Flow, Window
from ..context import Context, Subject
from ..proof.graph import Graph

PER_BUSINESS_DAY = {
    "hour": 24 * 7 / 5,
    "day": 7 / 5,
    "business day": 1.0,
    "week": 1 / 5,
    "month": 12 / 260,
    "quarter": 4 / 260,
    "year": 1 / 260,
}
"""A flow on a business day: a year has 260 of them, a week 5."""


def silent_path(graph: Graph) -> list[str]:
    """The steps that are touched for somebody who never answers, in order. A step that would come round again ends it."""
    here, steps, seen = graph.start, [], set()
    while here not in seen:
        seen.add(here)
        state = graph.states[here]
        if state.kind == "touch" and state.step:
            steps.append(state.step)
        move = next((graph.out[here][event] for event in ("enrolled", "done", "due") if event in graph.out[here]), None)
        if move is None or state.kind == "end":
            break
        here = move.target
    return steps


def per_business_day(flow: Flow) -> float:
    """People enrolled on a business day, on average."""
    return flow.amount * PER_BUSINESS_DAY[flow.per]


def open_seconds(window: Window) -> float:
    """Seconds that a window is open on a business day, on average over a week of five."""
    return sum(len(span.days) * (span.end - span.start) for span in window.spans) / 5


def minutes_by_role(ctx: Context) -> dict[str, dict[str, float]]:
    """Role -> step -> minutes of its people that one silent prospect takes."""
    return _minutes(ctx.subject)


def demand(subject: Subject) -> tuple[dict[str, float], dict[str, float]]:
    """Role -> minutes, and sender -> mails, on a business day for everybody who is enrolled, before a single answer."""
    enrolled = per_business_day(subject.playbook.audience.enroll)
    use = subject.playbook.channels.get("email")
    mails = sum(1 for name in silent_path(subject.graph) if (step := subject.playbook.step(name)) and step.channel == "email")
    minutes = {role: enrolled * sum(steps.values()) for role, steps in _minutes(subject).items()}
    return minutes, {use.senders: enrolled * mails} if use and use.senders and mails else {}


def _minutes(subject: Subject) -> dict[str, dict[str, float]]:
    work = subject.playbook.workspace.work
    found: dict[str, dict[str, float]] = {}
    for name in silent_path(subject.graph):
        step = subject.playbook.step(name)
        kind = work.get(step.work) if step else None
        if step is None or kind is None:
            continue
        use = subject.playbook.channels.get(step.channel)
        role = step.role or (use.role if use and use.role else kind.role)
        minutes = kind.takes.amount * 60 if kind.takes.business else kind.takes.seconds / 60
        of_role = found.setdefault(role, {})
        of_role[name] = of_role.get(name, 0) + minutes
    return found
