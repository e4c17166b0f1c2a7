"""What the rules of respect are about, told once more: what makes each of them watch, what lets it go, and what breaks it.

Nothing here looks ahead, and nothing is shared with the rules: a life is shown event by event, and what it has shown so far is all that is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cadenza.machine.types import State, Transition

DAY = 86400
NO = "replied.negative"


@dataclass(frozen=True)
class Turn:
    """One event of a life: the states before and after it, the transition (None: nobody listened), since when the
    life was in the state before, and when the next timer is due."""

    event: str
    at: int
    before: State
    after: State
    move: Transition | None
    since: int
    due: int | None

    @property
    def name(self) -> str:
        return self.event.partition(":")[0]

    @property
    def ends(self) -> bool:
        """The event was heard, and led to an end."""
        return self.move is not None and self.after.kind == "end"

    @property
    def made(self) -> bool:
        return self.before.kind == "touch" and self.name == "done"

    @property
    def given_out(self) -> bool:
        return self.after.kind == "touch" and self.after.index != self.before.index

    @property
    def touches(self) -> bool:
        return self.made or self.given_out

    @property
    def said_yes(self) -> bool:
        return self.name == "replied.positive" and self.after.kind == "task"

    @property
    def pauses(self) -> int | None:
        """How long the pause is that this event begins."""
        begins = self.move is not None and self.after.kind == "hold" and self.after.index != self.before.index
        return self.due - self.at if begins and self.due is not None else None

    @property
    def read(self) -> bool:
        """Somebody has looked at the reply that nobody had classified, or a later one says what the person wants."""
        return (self.name == "done" and self.before.task == "review") or (self.name.startswith("replied.") and self.name != "replied.unclassified")


@dataclass(frozen=True)
class Watched:
    """One thing that a rule watches. `arms`: from this event on; `lets_go`: (the event, seconds since it was armed) it is no longer watched;
    `breaks`: what must not happen meanwhile. `timed`: seconds matter."""

    rule: str
    arms: Callable[[Turn], bool]
    lets_go: Callable[[Turn, int], bool]
    breaks: Callable[[Turn], bool] = lambda turn: turn.touches
    timed: bool = False

    @property
    def code(self) -> str:
        return self.rule.partition(" ")[0]


def _came_back(turn: Turn, _: int) -> bool:
    return turn.name == "asked_back"


def _quiet(turn: Turn, _: int) -> bool:
    return turn.after.kind in ("hold", "task", "end", "start")


def _talked_over(reply: str) -> Watched:
    return Watched(f"R007 {reply}", lambda turn: turn.name == reply and not _quiet(turn, 0), _quiet)


WATCHED = (  # of several noes the last one counts
    Watched("R001 unheard", lambda turn: turn.name == NO and not turn.ends, lambda turn, _: turn.name in ("asked_back", NO) or turn.said_yes),
    Watched("R001 ended", lambda turn: turn.name == NO and turn.ends, lambda turn, _: turn.name in ("asked_back", "cooled", NO) or turn.said_yes),
    Watched("R003 own", lambda turn: turn.name == "unsubscribed", _came_back),
    Watched("R003 colleague", lambda turn: turn.name == "account.opted_out", _came_back),
    Watched(
        "R006",
        lambda turn: turn.name == NO and turn.ends,
        lambda turn, past: past >= 90 * DAY if turn.name == "cooled" else turn.after.index != turn.before.index,
        breaks=lambda turn: turn.name == "cooled",
        timed=True,
    ),
    _talked_over("replied.positive"),
    _talked_over("replied.not_now"),
    Watched(
        "R008",
        lambda turn: (
            turn.name == "replied.out_of_office"
            and not (turn.move is not None and turn.move.timer is not None and turn.move.timer.kind == "return")
            and turn.before.kind in ("wait", "touch")
            and turn.after.kind not in ("task", "end")
        ),
        lambda turn, _: turn.after.kind in ("task", "end"),
    ),
    Watched("R009", lambda turn: turn.name == "complained", _came_back),
    Watched("R010", lambda turn: turn.name == "replied.wrong_person", lambda turn, _: turn.name in ("asked_back", "replied.positive", "cooled")),
    Watched(
        "R011",
        lambda turn: turn.name == "account.replied_negative",
        lambda turn, _: turn.name in ("asked_back", "replied.positive") or (turn.name == "cooled" and turn.at - turn.since >= 30 * DAY),
    ),
    Watched(
        "R013",
        lambda turn: turn.name == "replied.not_now" and turn.pauses is not None and turn.pauses < 30 * DAY,
        lambda turn, _: turn.name == "replied.positive" or turn.after.kind in ("task", "end"),
    ),
    Watched(
        "R014",
        lambda turn: turn.name == "replied.unclassified" and (turn.before.kind in ("wait", "touch", "hold") or turn.before.task == "review"),
        lambda turn, _: turn.read or turn.name in ("asked_back", "cooled"),
    ),
    Watched("R015 own", lambda turn: turn.after.task == "handoff", _came_back),
    Watched(
        "R015 colleague",
        lambda turn: turn.name == "account.meeting_booked" and not (turn.move is not None and turn.after.kind in ("end", "task")),
        lambda turn, _: turn.name in ("asked_back", "replied.positive"),
    ),
)


@dataclass(frozen=True)
class Seen:
    """What a life has shown so far. `behind`: the states of this enrolment before its last touch, `since`: those after it; `on`: what is watched (its
    place in WATCHED), and since when; `broken`: the names of what was broken."""

    touches: tuple[tuple[int, str], ...] = ()
    made: frozenset[str] = frozenset()
    mailed: bool = False
    behind: frozenset[int] = frozenset()
    since: frozenset[int] = frozenset()
    on: tuple[tuple[int, int], ...] = ()
    broken: frozenset[str] = frozenset()

    @property
    def codes(self) -> set[str]:
        return {name.partition(" ")[0] for name in self.broken}


def watch(seen: Seen, turn: Turn, pretends: frozenset[str] = frozenset()) -> Seen:
    """What a life has shown after one more event. `pretends`: the steps whose subjects claim to answer a mail (P010)."""
    on = {at: since for at, since in seen.on if not WATCHED[at].lets_go(turn, turn.at - since)}
    broken = {WATCHED[at].rule for at in on if WATCHED[at].breaks(turn)}
    on |= {at: turn.at if watched.timed else 0 for at, watched in enumerate(WATCHED) if watched.arms(turn)}
    if turn.given_out and turn.after.step in pretends and not seen.mailed:
        broken.add("P010")
    touches = () if turn.name == "asked_back" else seen.touches  # what comes then, the person has asked for
    behind, since = (frozenset(), frozenset()) if turn.name == "enrolled" else (seen.behind, seen.since)
    if turn.made:
        touches = (*touches, (turn.at, turn.before.channel or ""))
        behind, since = behind | since, frozenset()
    if turn.after.index in behind:
        broken.add("P004")  # once round, with a touch on the way
    if turn.after.kind in ("wait", "touch", "hold"):
        since |= {turn.after.index}
    made = seen.made | {turn.before.step or ""} if turn.made else seen.made
    mailed = seen.mailed or (turn.made and turn.before.channel == "email")
    return Seen(touches, made, mailed, behind, since, tuple(sorted(on.items())), seen.broken | broken)
