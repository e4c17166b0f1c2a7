"""The levers: enrolment, people and mailboxes of a simulation, and a bench on which settings of them are tried.

A setting is changed the way a scenario would change it (`audience.enroll`, `team.sdr.people`, `senders.pool.mailboxes`), so whatever can be
sized can also be written down. Where there is enough of everything else, a lever's own effect shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ...language.values import PERIODS, Change, Flow
from .. import statistics
from ..trials import Bench, Trial

if TYPE_CHECKING:
    from ...language.model import Playbook, Simulation

ENOUGH = 20
"""So many times as many people or mailboxes as there are is more than any enrolment that is tried here can use."""


@dataclass(frozen=True, slots=True)
class Setting:
    """`enroll`: people a business day of all playbooks together. `people`, `mailboxes`: by name. `size`: the least size of each audience."""

    enroll: float
    people: tuple[tuple[str, int], ...]
    mailboxes: tuple[tuple[str, int], ...]
    size: int = 0

    def at(self, enroll: float) -> Setting:
        return replace(self, enroll=enroll)

    def staffed(self, role: str, people: int) -> Setting:
        return replace(self, people=tuple((name, people if name == role else count) for name, count in self.people))

    def boxed(self, sender: str, mailboxes: int) -> Setting:
        return replace(self, mailboxes=tuple((name, mailboxes if name == sender else count) for name, count in self.mailboxes))


@dataclass(slots=True)
class Levers:
    """A simulation whose levers can be set: its base, since that is what the playbooks say."""

    simulation: Simulation
    bench: Bench
    playbooks: tuple[Playbook, ...] = ()
    now: Setting = field(default_factory=lambda: Setting(0.0, (), ()))
    _tried: dict[Setting, Trial] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.playbooks = self._load(())
        workspace = self.playbooks[0].workspace
        roles = tuple((name, role.people) for name, role in workspace.team.items() if self._works(name))
        used = {use.senders for playbook in self.playbooks for use in playbook.channels.values()}
        boxes = tuple((name, sender.mailboxes) for name, sender in workspace.senders.items() if name in used)
        self.now = Setting(sum(a_business_day(playbook.audience.enroll) for playbook in self.playbooks), roles, boxes)

    @property
    def days(self) -> float:
        return self.simulation.horizon.seconds / 86400

    def _works(self, role: str) -> bool:
        """Whether some work that the playbooks can ask for is this role's. One without work cannot be too few."""
        workspace = self.playbooks[0].workspace
        return any(work.role == role and work.takes.seconds for work in workspace.work.values())

    def plenty(self, enroll: float) -> Setting:
        """Enough of everything for an enrolment."""
        many = max(1.0, enroll / max(1e-9, self.now.enroll))
        more = int(ENOUGH * many)
        people = tuple((name, count * more) for name, count in self.now.people)
        return Setting(enroll, people, tuple((name, count * more) for name, count in self.now.mailboxes), self.list_for(enroll))

    def list_for(self, enroll: float) -> int:
        """How many people the longest list has to hold, so that it does not run out within the horizon."""
        return int(enroll * self.days) + 1

    def trial(self, setting: Setting) -> Trial:
        """The trial of a setting, the same one whenever it is asked for."""
        if setting not in self._tried:
            playbooks = self._load(tuple(self.changes(setting).items()))
            self._tried[setting] = self.bench.trial(self.simulation, playbooks)
        return self._tried[setting]

    def run(self, settings: Sequence[Setting], n: int) -> list[Trial]:
        trials = [self.trial(setting) for setting in settings]
        self.bench.run(trials, n)
        return trials

    def changes(self, setting: Setting) -> dict[str, Change]:
        """The setting as the changes of a scenario."""
        found: dict[str, Change] = {}
        several = len(self.playbooks) > 1
        factor = setting.enroll / self.now.enroll if self.now.enroll else 1.0
        for playbook in self.playbooks:
            flow, own = playbook.audience.enroll, f"{playbook.name}." if several else ""
            amount = round(flow.amount * factor, 6)
            if amount != flow.amount:
                found[f"{own}audience.enroll"] = Change("set", str(Flow(amount, flow.per)))
            if setting.size > playbook.audience.size:
                found[f"{own}audience.size"] = Change("set", setting.size)
        there = dict((*self.now.people, *self.now.mailboxes))
        found |= {f"team.{name}.people": Change("set", count) for name, count in setting.people if count != there[name]}
        found |= {f"senders.{name}.mailboxes": Change("set", count) for name, count in setting.mailboxes if count != there[name]}
        return found

    def _load(self, changes: tuple[tuple[str, Change], ...]) -> tuple[Playbook, ...]:
        from ...language import playbooks_of

        return playbooks_of(self.simulation, dict(changes))


def busiest(trial: Trial, key: str, n: int) -> float:
    """The mean over n runs of the busiest week's load."""
    return statistics.mean([max(weekly.get(key, (0.0,))) for weekly in trial.weekly[:n]])


def a_business_day(flow: Flow) -> float:
    """People a business day: of seven days five are one."""
    return flow.amount if flow.per == "business day" else flow.amount / PERIODS[flow.per] * 7 / 5
