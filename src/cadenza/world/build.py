"""From playbooks to a program: `build(playbooks, start, horizon, seed)`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from ..calendars import Calendar, day, zone
from ..language.model import Playbook, Workspace
from ..language.values import Distribution, Duration, Money
from ..machine import Machine, lower
from ..machine.log import Entry
from .aboard import boarded
from .assumptions import Assumptions, resolve
from .before import warmed
from .capacity import lower_roles, lower_senders, task_work
from .clocks import DAY, REACH, ClockMaker
from .cohorts import lower_cohorts
from .crowd import ordered
from .figures import FigureMaker
from .homes import Market, crowds, is_shared
from .population import NINE, people, quotas
from .program import Days, People, Program
from .roster import lower_roster
from .states import lower_machines
from .steps import lower_steps

__all__ = ["build"]


@dataclass(slots=True)
class Site:
    """What the parts of a program are built on."""

    workspace: Workspace
    playbooks: tuple[Playbook, ...]
    machines: tuple[Machine, ...]
    assumptions: tuple[Assumptions, ...]
    clocks: ClockMaker
    figures: FigureMaker
    days: Days
    first: int  # ordinal of the first day
    roles: tuple[str, ...]
    senders: tuple[str, ...]
    aboard: dict[str, frozenset[str]] = field(default_factory=dict)  # by playbook, keys of those of its list who are under way
    warmed: dict[str, tuple[int, int]] = field(default_factory=dict)  # by sender, (business days, days) since its first mail
    names: dict[int, str] = field(default_factory=dict)  # of them and the others of the lists, by the program's keys


def build(
    playbooks: Sequence[Playbook],
    start: str,
    horizon: Duration,
    seed: int,
    people: int | None = None,
    log: Sequence[Entry] | None = None,
    machines: Sequence[Machine] | None = None,
) -> Program:
    """The program of these playbooks (of one workspace) from the ISO date `start` (00:00 of the organization) over `horizon`.

    `machines` are those of the playbooks, where somebody has them already.
    `people` replaces the size of every audience. `log` is what happened before the start (`machine.log`), to people of the playbooks' lists: they
    begin where it has brought them. Raises ValueError for a start that is no date or a horizon without an end, and for a log about people of a
    playbook that is not there or has no list.
    """
    made = tuple(machines or (lower(playbook, hashed=False) for playbook in playbooks))
    listed = {playbook.name for playbook in playbooks if playbook.audience.source is not None and playbook.audience.source.list is not None}
    if any(entry.playbook not in listed for entry in log or ()):
        raise ValueError("a log is about people of the lists of the playbooks")
    return _build(tuple(playbooks), made, start, horizon, seed, people, log or ())


def _build(
    playbooks: tuple[Playbook, ...],
    machines: tuple[Machine, ...],
    start: str,
    horizon: Duration,
    seed: int,
    size: int | None,
    log: Sequence[Entry],
) -> Program:
    workspace = playbooks[0].workspace
    organization = Calendar((workspace.organization.timezone,), workspace.organization.holidays)
    first = zone(workspace.organization.timezone).from_wall(day(start) * DAY)
    end = organization.add(first, horizon)
    site = Site(
        workspace=workspace,
        playbooks=playbooks,
        machines=machines,
        assumptions=tuple(resolve(playbook) for playbook in playbooks),
        clocks=ClockMaker(first, end, max(REACH, first - log[0].at + 30 * DAY if log else 0)),
        figures=FigureMaker(),
        days=_days(organization, day(start), end),
        first=day(start),
        roles=(*workspace.team, ""),
        senders=tuple(workspace.senders),
        aboard={playbook.name: frozenset(entry.prospect for entry in log if entry.playbook == playbook.name) for playbook in playbooks if log},
        warmed=warmed(playbooks, log, organization, day(start)),
    )
    program = _assemble(site, organization, seed, size)
    return boarded(program, playbooks, site.names, log) if log else program


def _assemble(site: Site, organization: Calendar, seed: int, size: int | None) -> Program:
    machines = site.machines
    firsts = [sum(len(p.cadence) for p in site.playbooks[:n]) for n in range(len(machines))]
    states, starts = lower_machines(machines, firsts, site.roles)
    steps, rows = lower_steps(site.playbooks, site.assumptions, site.figures, site.workspace, states, _iso(site.first))
    plan = [quotas(p.audience.enroll, site.days, p.motion == "inbound") for p in site.playbooks]
    sizes, everybody = _people(site, plan, seed, size)
    work = task_work(site.workspace, site.roles)
    cohorts = lower_cohorts(site.playbooks, site.assumptions, site.figures, starts, machines, plan, work, sizes)
    roles = lower_roles(site.workspace, site.clocks, site.figures)
    roster = lower_roster(tuple(site.workspace.team.values()), site.figures, site.days, site.first)
    senders = lower_senders(site.workspace, site.playbooks, site.assumptions, site.figures, site.days, site.warmed)
    return Program(
        seed=seed,
        start=site.clocks.start,
        end=site.clocks.end,
        currency=currency_of(site.assumptions[0]),
        calendar=site.clocks.calendar(organization, {}),
        clocks=site.clocks.make(),
        days=site.days,
        states=states,
        steps=steps,
        rows=rows,
        figures=site.figures.make(),
        cohorts=cohorts,
        roles=roles,
        roster=roster,
        senders=senders,
        people=everybody,
        tables=tuple(site.figures.tables),
        shared=is_shared(site.playbooks),
        halves=tuple(2.0 ** (-i / 16) for i in range(256)),
    )


def _people(site: Site, plan: list[list[int]], seed: int, size: int | None) -> tuple[list[int], People]:
    """How many people each playbook may enrol, and those of them for whom there is time; long lists by whoever does it faster."""
    found = crowds(Market(site.playbooks, site.assumptions, plan, seed, size, site.days, site.clocks), site.aboard)
    for crowd in found:
        site.names.update(zip(crowd.members.key, crowd.names, strict=False))
    cohorts = [crowd.members for crowd in found]
    everybody = ordered(cohorts)
    return [crowd.size for crowd in found], people(cohorts) if everybody is None else everybody


def _days(organization: Calendar, first: int, end: int) -> Days:
    """The organization's days up to the end; a last one that the end cuts short is among them."""
    where = organization.where
    at = [where.from_wall(first * DAY)]
    while at[-1] < end:
        at.append(where.from_wall((first + len(at)) * DAY))
    ordinals = range(first, first + len(at) - 1)
    return Days(
        at=tuple(at),
        nine=tuple(where.from_wall(ordinal * DAY + NINE) for ordinal in ordinals),
        business=tuple(int(organization.business_day(ordinal)) for ordinal in ordinals),
        monday=tuple(int((ordinal + 3) % 7 == 0) for ordinal in ordinals),
    )


def _iso(ordinal: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=ordinal)).isoformat()


def currency_of(assumptions: Assumptions) -> str:
    """The currency in which opportunities are valued."""
    from ..language.nodes import Map, Scalar

    found = assumptions.node("opportunity", "value")
    median = found.entries.get("median") if isinstance(found, Map) else found
    if not isinstance(median, Scalar):
        return ""
    value = median.value
    if isinstance(value, Distribution):
        value = value.median
    return value.currency if isinstance(value, Money) else Money.parse(median.text).currency
