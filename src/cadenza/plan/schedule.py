"""A plan: everybody walks through the machine as if nobody answered, and room is dealt out in the order (due, prospect key).

First the log is replayed, if there is one, person by person through `step`; what happens to one person reaches their colleagues. Then the
rest of the list is enrolled. Then the touches that are due are dealt out, earliest first, each of them moving the person on to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import count, dropwhile, islice
from typing import TYPE_CHECKING

from ..calendars import NEVER, Calendar, RecipientClock, day
from ..language.model import Playbook
from ..machine import lower
from ..machine.log import Entry
from ..machine.replay import Replay
from .admit import ADDRESS, Admitted, Suppressor, account_of, admit
from .capacity import Capacity
from .enrol import enrolments
from .guards import guards_of
from .identity import touch_id
from .texts import write
from .types import Guard, LeftOut, Schedule, Touch
from .walk import Offer, Walk

if TYPE_CHECKING:
    from ..language.people import Person

DAY = 86400


def plan(
    playbook: Playbook, people: Iterable[Person], suppressed: Suppressor, start: str, as_of: str | None = None, events: Sequence[Entry] | None = None
) -> Schedule:
    """The touches that are due for these people from `start` (ISO date) on.

    `events`: the log of what happened, in its order (`read_log`). With it, nothing is planned before `as_of` (ISO date) nor before the last
    event, and no touch that was made comes again. Raises ValueError for a date that is none.
    """
    everyone = list(people)
    return _Planner(playbook, start, as_of if events is not None else None).run(everyone, suppressed, events or ())


class _Planner:
    """The state of one planning run."""

    def __init__(self, playbook: Playbook, start: str, as_of: str | None) -> None:
        self.playbook, self.machine = playbook, lower(playbook)
        self.start, self.as_of = start, as_of
        self.capacity = Capacity(playbook, day(start))
        self.office = self.capacity.office
        self.order = {step.id: index for index, step in enumerate(playbook.cadence)}
        self.guards: dict[int, tuple[Guard, ...]] = {}
        self.walks: dict[str, Walk] = {}
        self.absent: dict[str, Walk] = {}
        self.replay = Replay({})
        self.touches: list[Touch] = []
        self.left: list[LeftOut] = []
        self.refused: dict[str, LeftOut] = {}
        self.from_day = max(day(start), day(as_of)) if as_of else day(start)
        self.now = self.office.where.from_wall(self.from_day * DAY)

    def run(self, people: list[Person], suppressed: Suppressor, events: Sequence[Entry]) -> Schedule:
        chosen, self.left = admit(self.playbook, people, suppressed, self.now)
        for who in chosen:
            self.walks[who.key] = Walk.new(self.playbook, self.machine, who, self.capacity)
        anywhere = RecipientClock(Calendar(("UTC",)), {})
        for person in people:  # nothing is planned for those who are left out, but their colleagues hear what happened to them
            if person.key not in self.walks:
                nobody = Admitted(person, anywhere, account_of(person))
                self.absent.setdefault(person.key, Walk.new(self.playbook, self.machine, nobody, self.capacity))
        self.replay = Replay(self.walks, self.absent)
        self.now = max([self.now, *(entry.at for entry in events[-1:])])
        self.replay.run(events, self.now)
        self._enrol(events)
        self._deal()
        self._account_for()
        return self._schedule(len(people))

    # ------------------------------------------------------------ enrolment

    def _enrol(self, events: Sequence[Entry]) -> None:
        midnight = self.office.where.from_wall(self.from_day * DAY)
        already = len({entry.prospect for entry in events if entry.event.name == "enrolled" and entry.at >= midnight})
        waiting = [walk for _, walk in sorted(self.walks.items()) if walk.state.kind == "start"]
        pace = enrolments(self.playbook.audience.enroll, self.office, day(self.start))
        instants = islice(dropwhile(lambda at: at < midnight, pace), already, None)
        for walk, at in zip(waiting, instants, strict=False):
            self.replay.enter(walk, max(at, self.now))

    # ------------------------------------------------------------ dealing out

    def _deal(self) -> None:
        heap: list[tuple[int, str, int, Offer]] = []
        turn = count()  # in one instant a person's own offers keep their order

        def push(walk: Walk) -> None:
            for offer in walk.offers(self.now):
                heappush(heap, (offer.at, walk.who.key, next(turn), offer))

        for _, walk in sorted(self.walks.items()):
            if walk.state.kind != "start":
                push(walk)
        while heap:
            _, key, _, offer = heappop(heap)
            walk = self.walks[key]
            if self._give(walk, offer) and not offer.conditional:
                push(walk)

    def _give(self, walk: Walk, offer: Offer) -> bool:
        """Make an offer a touch, and go on; False where the person's way ends here."""
        clock = walk.who.clock
        at = self.capacity.place(offer.at, walk.who.key, offer.step, clock)
        if at >= NEVER:
            walk.stuck = walk.stuck or not offer.conditional
            return False
        if offer.life.expires is not None and offer.life.expires <= at:
            if not offer.conditional:
                walk.take("elapsed", offer.life.expires)
            return True
        self.capacity.count(at, walk.who.key, offer.step)
        self.touches.append(self._touch(walk, offer, at))
        walk.planned += 1
        if not offer.conditional:
            walk.made[offer.step.id] += 1
            walk.take("done", at)
        return True

    def _touch(self, walk: Walk, offer: Offer, at: int) -> Touch:
        who, step, calendar = walk.who, offer.step, walk.who.clock.calendar
        opening = calendar.opening(at, who.clock.window(step.channel))
        end = opening[1] if opening else calendar.where.from_wall((calendar.where.to_wall(at) // DAY + 1) * DAY)
        seat, text, round = self.capacity.seat(who.key, step), write(self.playbook, step, who), walk.made[step.id] + 1
        address = ADDRESS.get(step.channel)
        return Touch(
            id=touch_id(self.playbook.name, who.key, step.id, round),
            playbook=self.playbook.name,
            prospect=who.key,
            step=step.id,
            round=round,
            channel=step.channel,
            kind=step.kind,
            action=step.action,
            thread=step.thread,
            to=who.person.fields[address].strip() if address else None,
            sender=seat.sender,
            mailbox=seat.mailbox,
            role=seat.role,
            rep=seat.rep,
            enrolled=walk.life.enrolled,
            not_before=at,
            not_after=min(end, offer.life.expires or end),
            zone=calendar.zones[0],
            conditional=offer.conditional,
            guards=self._guards(offer),
            variant=text.variant,
            subject=text.subject,
            body=text.body,
            fill=text.fill,
            machine_state=self.machine.states[offer.life.state].id,
            machine=self.machine.hash,
        )

    def _guards(self, offer: Offer) -> tuple[Guard, ...]:
        state = offer.life.state
        if state not in self.guards:
            self.guards[state] = guards_of(self.machine, state, offer.step)
        return self.guards[state]

    # ------------------------------------------------------------ accounts

    def _account_for(self) -> None:
        """Everybody without a touch is named, with what they are doing instead."""
        for key, walk in self.walks.items():
            if walk.planned:
                continue
            state, line = walk.state, walk.who.person.line
            if walk.stuck:
                self.left.append(LeftOut(key, line, "no_room", "no hour of the next two years is inside the window and within the caps"))
            elif state.kind == "task":
                self.left.append(LeftOut(key, line, "with_a_human", f"`{state.id}`: a human's turn"))
            elif state.kind == "end":
                self.left.append(LeftOut(key, line, "ended", f"ended as `{state.outcome}`"))
            else:
                self.left.append(LeftOut(key, line, "no_room", "`audience.enroll` lets nobody in"))

    def _schedule(self, people: int) -> Schedule:
        self.touches.sort(key=lambda touch: (touch.not_before, touch.prospect, self.order[touch.step]))
        self.left.sort(key=lambda one: (one.prospect, one.line))
        steps = tuple(self.order)
        return Schedule(self.playbook.name, self.machine.hash, self.start, self.as_of, steps, people, tuple(self.touches), tuple(self.left))
