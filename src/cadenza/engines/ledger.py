"""Counting: while it runs, integers in flat lists; at the end, the names that people read."""

from __future__ import annotations

from ..language.model import CHANNELS
from ..world.program import CODE, END, START, Program
from .outcome import Outcome
from .people import Row
from .queues import Team

CLASSES: tuple[str, ...] = ("positive", "negative", "not_now", "out_of_office", "wrong_person")
HEARD: tuple[str, ...] = ("unsubscribed", "complained", *CLASSES)
"""How a touch can be answered, in the order in which one draw is cut up: what does most harm first."""
PLAIN: tuple[str, ...] = (
    "enrolled",
    "reenrolled",
    "bounced",
    "connected",
    "accepted",
    "unclassified",
    "contacts_after_no",
    "handoffs",
    "meetings.booked",
    "meetings",
    "opportunities",
    "pipeline",
    "won",
    "won_value",
)
NUMBER: dict[str, int] = {name: number for number, name in enumerate(PLAIN)}
CURVES: tuple[str, ...] = ("enrolled", "touches", "replies", "meetings", "opportunities")
CURVE: dict[str, int] = {name: number for number, name in enumerate(CURVES)}
WEEK = 604800
_REPLIED = tuple(CODE[f"replied.{name}"] for name in CLASSES)
HEARD_CODES: tuple[int, ...] = (CODE["unsubscribed"], CODE["complained"], *_REPLIED)


class Ledger:
    __slots__ = ("curves", "handoff_late", "plain", "program", "said", "sent", "start", "touch_late", "touches")

    def __init__(self, program: Program) -> None:
        self.program = program
        self.start = program.start
        cohorts, steps = len(program.cohorts.name), len(program.steps.id)
        self.plain = [[0] * len(PLAIN) for _ in range(cohorts)]
        self.touches = [0] * steps
        self.said = [[0] * len(HEARD) for _ in range(steps)]
        self.curves = [[[0] * program.weeks for _ in CURVES] for _ in range(cohorts)]
        self.sent = [0] * len(program.senders.name)
        self.touch_late: list[list[int]] = [[] for _ in range(cohorts)]
        self.handoff_late: list[list[int]] = [[] for _ in range(cohorts)]

    def add(self, name: str, cohort: int, amount: int = 1) -> None:
        self.plain[cohort][NUMBER[name]] += amount

    def mark(self, name: str, cohort: int, now: int) -> None:
        """One more on this week's point of a curve."""
        self.curves[cohort][CURVE[name]][(now - self.start) // WEEK] += 1

    # ------------------------------------------------------------ the end

    def outcome(self, rows: list[Row], teams: list[Team]) -> Outcome:
        """The counts of all playbooks, of each where there are several, and the use of people and mailboxes."""
        program = self.program
        everyone = list(range(len(program.cohorts.name)))
        counts = self._counts(everyone, rows)
        if len(everyone) > 1:
            for c, name in enumerate(program.cohorts.name):
                counts.update({f"{name}:{key}": value for key, value in self._counts([c], rows).items()})
        weekly = {name: tuple(float(sum(week)) for week in zip(*(c[i] for c in self.curves), strict=True)) for i, name in enumerate(CURVES)}
        self._loads(counts, weekly, teams)
        self._senders(counts)
        return Outcome(counts, weekly)

    def _counts(self, cohorts: list[int], rows: list[Row]) -> dict[str, float]:
        counts = {name: float(sum(self.plain[c][i] for c in cohorts)) for i, name in enumerate(PLAIN)}
        steps = [s for s, c in enumerate(self.program.steps.cohort) if c in cohorts]
        self._touches(counts, steps)
        self._replies(counts, steps)
        self._ends(counts, cohorts, rows)
        for name, each in (("touch", self.touch_late), ("handoff", self.handoff_late)):
            late = sorted(value for c in cohorts for value in each[c])
            counts[f"late.{name}.p50"] = float(quantile(late, 50))
            counts[f"late.{name}.p90"] = float(quantile(late, 90))
        return counts

    def _touches(self, counts: dict[str, float], steps: list[int]) -> None:
        made = self.program.steps
        counts["touches"] = float(sum(self.touches[s] for s in steps))
        for channel in sorted({made.channel[s] for s in steps}):
            counts[f"touches.{CHANNELS[channel]}"] = float(sum(self.touches[s] for s in steps if made.channel[s] == channel))
        for s in steps:
            key = f"touches.step.{made.id[s]}"
            counts[key] = counts.get(key, 0.0) + self.touches[s]

    def _replies(self, counts: dict[str, float], steps: list[int]) -> None:
        for i, name in enumerate(HEARD):
            key = name if i < 2 else f"replies.{name}"
            counts[key] = float(sum(self.said[s][i] for s in steps))
            for s in steps:
                at = f"replies.step.{self.program.steps.id[s]}.{name}"
                counts[at] = counts.get(at, 0.0) + self.said[s][i]
        for i, name in enumerate(HEARD[:2]):  # by channel too: a share of e-mails sent is of the answers to e-mails
            for channel in sorted({self.program.steps.channel[s] for s in steps}):
                told = (self.said[s][i] for s in steps if self.program.steps.channel[s] == channel)
                counts[f"{name}.{CHANNELS[channel]}"] = float(sum(told))
        counts["replies"] = sum(counts[f"replies.{name}"] for name in CLASSES)

    def _ends(self, counts: dict[str, float], cohorts: list[int], rows: list[Row]) -> None:
        """Where everybody stands at the horizon. Of the people enrolled, each has ended, waits in the pool again, or is in flight."""
        states = self.program.states
        wanted = set(cohorts)
        ended = [0] * len(states.outcomes)
        flying = pool = silent = 0
        for row in rows:
            if row.round < 0 or row.cohort not in wanted:
                continue
            kind = states.kind[row.state]
            if kind == END:
                ended[states.outcome[row.state]] += 1
            elif kind == START:
                pool += 1
            else:
                flying += 1
            silent += row.answered < 0
        counts.update({f"ended.{name}": float(ended[i]) for i, name in enumerate(states.outcomes)})
        counts["ended"] = float(sum(ended))
        counts["in_pool"] = float(pool)
        counts["in_flight"] = float(flying)
        counts["people_without_answer"] = float(silent)

    def _loads(self, counts: dict[str, float], weekly: dict[str, tuple[float, ...]], teams: list[Team]) -> None:
        """The share of the selling time that was worked: seconds of work over people, open seconds and selling time."""
        program = self.program
        for name, team in zip(program.roles.name, teams, strict=True):
            if not name:
                continue
            room = [self._room(team, program.start + w * WEEK, min(program.start + (w + 1) * WEEK, program.end)) for w in range(program.weeks)]
            counts[f"minutes.{name}"] = team.worked / 60
            counts[f"load.{name}"] = team.worked / sum(room) if sum(room) else 0.0
            weekly[f"load.{name}"] = tuple(worked / each if each else 0.0 for worked, each in zip(team.weekly, room, strict=True))

    def _room(self, team: Team, start: int, end: int) -> float:
        return team.people * self.program.clocks.open_seconds(team.window, start, end) * team.selling

    def _senders(self, counts: dict[str, float]) -> None:
        """Mails sent, and their share of what the caps allow on business days."""
        senders, days = self.program.senders, len(self.program.days.business)
        for s, name in enumerate(senders.name):
            boxes = senders.mailbox[s + 1] - senders.mailbox[s]
            room = boxes * sum(senders.cap[s * days + d] for d in range(days) if self.program.days.business[d])
            counts[f"sent.{name}"] = float(self.sent[s])
            counts[f"load.sender.{name}"] = self.sent[s] / room if room else 0.0


def quantile(values: list[int], percent: int) -> int:
    """The smallest value that at least so many per cent do not exceed; 0 of none. `values` are sorted."""
    return values[max(0, -(-len(values) * percent // 100) - 1)] if values else 0
