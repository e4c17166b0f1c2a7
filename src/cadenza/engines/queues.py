"""What people wait for: roles with hours, mailboxes with caps.

A resource has *lanes*: heaps of (priority, due, person, stamp), one for each gate that its work must pass (the recipient's window, a rep's cap).
Whenever there is room, the smallest head among the open lanes is served. A person who has moved on since leaves a stale entry, which is
dropped when it comes up.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from heapq import heappop, heappush
from typing import Any, TypeAlias

from ..world.clocks import Clocks
from .agenda import CALENDAR, CAPACITY, Agenda, At
from .people import Row

Job: TypeAlias = tuple[int, int, int, int]
"""(priority, due, person, stamp)."""


class Cap:
    """How many touches one rep may still make this week and today; shared by all lanes of that rep and channel."""

    __slots__ = ("today", "week")

    def __init__(self) -> None:
        self.week = 0
        self.today = 0


class Lane:
    __slots__ = ("active", "cap", "daily", "heap", "opens", "shuts", "weekly", "window")

    def __init__(self, window: int, cap: Cap | None, weekly: int, daily: int) -> None:
        self.window = window
        self.cap = cap
        self.weekly = weekly
        self.daily = daily
        self.heap: list[Job] = []
        self.opens = self.shuts = 0
        self.active = False  # whether the resource looks at it, now or when its cap is lifted

    def capped(self) -> bool:
        """Whether its rep has had enough for this week, or today."""
        cap = self.cap
        return cap is not None and (0 <= self.weekly <= cap.week or 0 <= self.daily <= cap.today)


class Resource:
    """`serve(now)` is called in the capacity phase of every instant for which the bell was rung."""

    def __init__(self, agenda: Agenda, clocks: Clocks, rows: list[Row], index: int) -> None:
        self.agenda = agenda
        self.clocks = clocks
        self.rows = rows
        self.phase = CAPACITY + index
        self.bells: set[int] = set()
        self.lanes: dict[tuple[int, int], Lane] = {}
        self.active: list[Lane] = []  # those in which somebody waits
        self.parked: list[Lane] = []  # and those that wait for another day
        self.caps: dict[tuple[int, int], Cap] = {}

    def ring(self, at: int) -> None:
        """Look again at `at`."""
        if at not in self.bells and at < self.agenda.end:
            self.bells.add(at)
            At(self.agenda.env, at, self.phase, self._rung)

    def _rung(self, _: Any) -> None:
        now = int(self.agenda.env.now)
        self.bells.discard(now)
        self.serve(now)

    def serve(self, now: int) -> None:
        raise NotImplementedError

    def push(self, lane: Lane, job: Job, now: int) -> None:
        heappush(lane.heap, job)
        if not lane.active:
            lane.active = True
            self.active.append(lane)
        if now not in self.bells:
            self.ring(now)

    def lane(self, window: int) -> Lane:
        """The lane of work that may be done while the window is open."""
        found = self.lanes.get((window, -1))
        if found is None:
            found = self.lanes[(window, -1)] = Lane(window, None, -1, -1)
        return found

    def capped_lane(self, window: int, step: int, rep: int, channel: int, weekly: int, daily: int) -> Lane:
        """The lane of one step's touches by one rep. A rep's caps count over all steps of a channel."""
        key = (window, (step << 20) + rep)
        found = self.lanes.get(key)
        if found is None:
            found = self.lanes[key] = Lane(window, self.cap(rep, channel), weekly, daily)
        return found

    def cap(self, rep: int, channel: int) -> Cap:
        """What a rep has made on a channel."""
        return self.caps.setdefault((rep, channel), Cap())

    def pick(self, now: int) -> Lane | None:
        """The open lane with the smallest job that is not stale; rings for the next opening where a window keeps one shut."""
        best, least, rows, emptied = None, None, self.rows, False
        for lane in self.active:
            heap = lane.heap
            while heap and rows[heap[0][2]].stamp != heap[0][3]:
                heappop(heap)
            if not heap:
                lane.active, emptied = False, True
                continue
            if lane.cap is not None and lane.capped():
                self.parked.append(lane)
                emptied = True
                continue
            if lane.window >= 0 and not lane.opens <= now < lane.shuts and not self._opened(lane, now):
                continue
            if least is None or heap[0] < least:
                best, least = lane, heap[0]
        if emptied:
            parked = {id(lane) for lane in self.parked}
            self.active = [lane for lane in self.active if lane.active and id(lane) not in parked]
        return best

    def _opened(self, lane: Lane, now: int) -> bool:
        """Whether the lane's window is open; its next opening is looked up once and rung for."""
        if now >= lane.shuts:
            lane.opens, lane.shuts = self.clocks.opening(lane.window, now)
        if lane.opens > now:
            self.ring(lane.opens)
            return False
        return True

    def new_day(self, monday: bool) -> None:
        """Daily counts begin again, on a Monday weekly ones too."""
        for cap in self.caps.values():
            cap.today = 0
            if monday:
                cap.week = 0
        self.active += self.parked
        self.parked = []

    def waiting(self) -> bool:
        return bool(self.active)


class Team(Resource):
    """The people of one role; or (-1) nobody: then work takes no time and never waits for a hand. Without selling time nothing gets done.

    Where people come, go or are away, each has a seat (`world.roster`): work goes to whoever is there today and has been free the longest, and
    takes as much longer as that person is slower.

    `begin(now, person, stamp)` starts a job and gives its seconds of work, or -1 where it came to nothing.
    """

    def __init__(
        self, agenda: Agenda, clocks: Clocks, rows: list[Row], index: int, people: int, window: int, selling: float, paces: Sequence[float]
    ) -> None:
        super().__init__(agenda, clocks, rows, index)
        self.people = people
        self.window = window
        self.selling = selling
        self.busy: list[int] = []
        self.paces = paces
        self.days = len(paces) // people if paces else 0
        self.today = 0
        self.until = [0] * people if paces else []  # by seat: busy until
        self.seat = -1  # who works now, at which pace
        self.pace = 1.0
        self.shuts = agenda.end if window < 0 < selling else 0
        self.begin: Callable[[int, int, int], int] = _refuse
        self.worked = 0
        self.weekly = [0] * (-(-(agenda.end - int(agenda.env.now)) // 604800))
        self.first = int(agenda.env.now)
        if window >= 0 and selling > 0:
            agenda.env.process(self.hours())

    def hours(self) -> Generator[At, None, None]:
        """A SimPy process: the office opens, again and again."""
        low, high = self.clocks.window[self.window], self.clocks.window[self.window + 1]
        for i in range(low, high):
            opens, shuts = self.clocks.opens[i], self.clocks.closes[i]
            if shuts <= self.agenda.env.now:
                continue
            if opens > self.agenda.env.now:
                yield At(self.agenda.env, opens, CALENDAR)
            self.shuts = shuts
            self.ring(int(self.agenda.env.now))

    def stretch(self, seconds: int) -> int:
        """How long work takes when only a part of the hours is for it."""
        return int(seconds / (self.selling * self.pace) + 0.5) if seconds else 0

    def serve(self, now: int) -> None:
        """Start jobs while a hand is free; they start inside the hours and run to their end."""
        busy = self.busy
        while busy and busy[0] <= now:
            heappop(busy)
        if now >= self.shuts:
            return
        while self.people < 0 or (self._seated(now) if self.until else len(busy) < self.people):
            lane = self.pick(now)
            if lane is None:
                return
            _, _, person, stamp = heappop(lane.heap)
            seconds = self.begin(now, person, stamp)
            if seconds >= 0 and lane.cap is not None:
                lane.cap.week += 1
                lane.cap.today += 1
            if seconds > 0 and self.people > 0:
                self._work(now, seconds)

    def _seated(self, now: int) -> bool:
        """Whether somebody is there and free: of those the one who has been free the longest, who works next."""
        self.seat = -1
        for seat, until in enumerate(self.until):
            if until <= now and (self.seat < 0 or until < self.until[self.seat]) and self.paces[seat * self.days + self.today] > 0.0:
                self.seat = seat
        if self.seat >= 0:
            self.pace = self.paces[self.seat * self.days + self.today]
        return self.seat >= 0

    def _work(self, now: int, seconds: int) -> None:
        ends = now + self.stretch(seconds)
        if self.until:
            self.until[self.seat] = ends
        else:
            heappush(self.busy, ends)
        self.worked += seconds
        self.weekly[(now - self.first) // 604800] += seconds
        self.ring(ends)


class Mailbox(Resource):
    """One mailbox: so many mails a day. `send(now, person, stamp)` says whether one went out."""

    def __init__(self, agenda: Agenda, clocks: Clocks, rows: list[Row], index: int) -> None:
        super().__init__(agenda, clocks, rows, index)
        self.left = 0
        self.send: Callable[[int, int, int], int] = _refuse

    def serve(self, now: int) -> None:
        while self.left > 0:
            lane = self.pick(now)
            if lane is None:
                return
            _, _, person, stamp = heappop(lane.heap)
            if self.send(now, person, stamp) >= 0:
                self.left -= 1


def _refuse(*_: int) -> int:
    raise RuntimeError("a resource without its work")
