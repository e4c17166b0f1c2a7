"""What there is to work with: people with hours, mailboxes with caps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from ..calendars import Calendar
from ..language.flows import PERIODS
from ..language.model import Playbook, Sender, Workspace
from .assumptions import Assumptions, Figure
from .clocks import ClockMaker
from .figures import FigureMaker
from .program import Days, Roles, Senders


def lower_roles(workspace: Workspace, clocks: ClockMaker, figures: FigureMaker) -> Roles:
    """The team, and nobody: a last role without a name, hours or limit, for what takes no one's time."""
    team, holidays = workspace.team.values(), workspace.organization.holidays
    calendars = [Calendar((role.timezone,), holidays) for role in team]
    windows = [{"email": role.hours} for role in team]
    chains = [figures.chain((Figure(f"team.{role.id}.selling_time", role.selling_time),)) for role in team]
    return Roles(
        name=(*(role.id for role in team), ""),
        people=(*(role.everybody for role in team), -1),
        window=(*(clocks.window(calendar, role.hours) for calendar, role in zip(calendars, team, strict=True)), -1),
        calendar=(*(clocks.calendar(calendar, own) for calendar, own in zip(calendars, windows, strict=True)), -1),
        selling_time=(*chains, figures.chain((), default=1.0)),
    )


def caps(sender: Sender, days: Days, before: tuple[int, int] = (0, 0)) -> list[int]:
    """Mails per mailbox on each day: the cap, or what the warm-up has come to by then. `before`: (business days, days) that it has lasted already."""
    if sender.warm_up is None:
        return [sender.daily_cap] * len(days.business)
    add = sender.warm_up.add
    step = Fraction(str(add.amount)) / Fraction(str(PERIODS[add.per]))
    found, passed = [], before[0]
    for n, business in enumerate(days.business, before[1]):
        grown = int(step * (passed if add.per == "business day" else n))
        found.append(min(sender.daily_cap, sender.warm_up.start + grown))
        passed += business
    return found


def lower_senders(
    workspace: Workspace,
    playbooks: Sequence[Playbook],
    assumptions: Sequence[Assumptions],
    figures: FigureMaker,
    days: Days,
    warmed: Mapping[str, tuple[int, int]],
) -> Senders:
    """The senders; `warmed` says how long each has warmed up. How a reputation falls is assumed by the first playbook that uses the sender."""
    bounds, cap, complaints, bounces = [0], [], [], []
    for name, sender in workspace.senders.items():
        bounds.append(bounds[-1] + sender.mailboxes)
        cap.extend(caps(sender, days, warmed.get(name, (0, 0))))
        users = [a for p, a in zip(playbooks, assumptions, strict=True) if any(use.senders == name for use in p.channels.values())]
        assumed = users[0] if users else assumptions[0]
        complaints.append(figures.chain(assumed.figure("reputation", "complaints"), rate=False, default=1.0))
        bounces.append(figures.chain(assumed.figure("reputation", "bounces"), rate=False, default=1.0))
    return Senders(tuple(workspace.senders), tuple(bounds), tuple(cap), tuple(complaints), tuple(bounces))


def task_work(workspace: Workspace, roles: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """(role, seconds) of each task: review, handoff, booking, meeting. -1: the role that the machine's state names."""
    found = []
    for name in ("reply.other", "reply.positive", "", "meeting"):
        work = workspace.work.get(name)
        known = work is not None and work.role in roles
        found.append((roles.index(work.role) if work is not None and known else -1, work.takes.seconds if work is not None else 0))
    return tuple(found)
