"""Instants as terms over one unknown: the second in which a touch was made, or a refusal came.

`T` is the unknown. What the machine does with time is built from it by four operations: a delay that it adds (`add`), a delay that a person starts at
the moment that suits worst (`free`), the next opening of a channel (`forward`) and the later of two (`latest`). Equal terms have equal numbers, and
`leq` proves, without any calendar, that one term is never later than another. So thousands of paths fold into a handful of terms, and calendars
are asked about those only.
"""

from __future__ import annotations

from typing import NamedTuple

from ...language.values import Duration

PAST, T = 0, 1
"""Before everything · the unknown."""
DAY = 86400
DEEPEST = 300
"""Operations one in another beyond which terms are not compared."""


class Term(NamedTuple):
    """`kind` past | t | add | free | late | forward | latest; `of` the terms that it is made from."""

    kind: str
    of: tuple[int, ...] = ()
    delay: Duration | None = None
    channel: str | None = None


class Terms:
    """All terms of one machine, by number. A term's number is greater than those it is made from."""

    def __init__(self) -> None:
        self.all: list[Term] = [Term("past"), Term("t")]
        self._known: dict[Term, int] = {term: at for at, term in enumerate(self.all)}
        self._leq: dict[tuple[int, int], bool] = {}
        self._least: list[int] = [-(1 << 60), 0]
        self._depth: list[int] = [0, 0]
        self._forward: dict[tuple[int, str | None], int] = {}
        self._latest: dict[tuple[int, ...], int] = {}
        self._added: dict[tuple[int, Duration, str | None, str | None], int] = {}

    def _make(self, term: Term, least: int) -> int:
        found = self._known.get(term)
        if found is None:
            found = self._known[term] = len(self.all)
            self.all.append(term)
            self._least.append(least)
            self._depth.append(1 + max(self._depth[part] for part in term.of))
        return found

    def add(self, of: int, delay: Duration | None, channel: str | None, *, free: str | None = None) -> int:
        """`of` plus a delay. With `free`, the least that it can come to when it may begin at any later second, too: at which that channel is open
        (a touch that is made late), or with "" at any at all (a person who waits)."""
        if delay is None or of == PAST:
            return of
        key = (of, delay, channel, free)
        found = self._added.get(key)
        if found is None:
            found = self._added[key] = self._add(of, delay, channel, free)
        return found

    def _add(self, of: int, delay: Duration, channel: str | None, free: str | None) -> int:
        if delay.amount == 0 and delay.unit != "business day":
            return of
        if free is not None and delay.unit == "business day":
            term = Term("free", (of,), delay, free or None)
        else:
            term = Term("add", (of,), delay, channel if delay.unit == "business hour" else None)
        return self._make(term, self._least[of] + shortest_of(delay))

    def late(self, of: int, delay: Duration | None, channel: str | None) -> int:
        """`of` plus a delay; the most that it can come to when it may have begun earlier: business days on which nothing passes are the same."""
        added = self.add(of, delay, channel)
        if delay is None or delay.unit != "business day" or added == of:
            return added
        return self._make(Term("late", (of,), delay), self._least[added])

    def forward(self, of: int, channel: str | None) -> int:
        """The first second from `of` on in which the channel is open."""
        found = self._forward.get((of, channel))
        if found is None:
            term = self.all[of]
            open = channel is None or of == PAST or (term.kind == "forward" and term.channel == channel)
            found = self._forward[of, channel] = of if open else self._make(Term("forward", (of,), None, channel), self._least[of])
        return found

    def latest(self, *of: int) -> int:
        """The last of some instants; those that are never later than another one are left out."""
        found = self._latest.get(of)
        if found is None:
            found = self._latest[of] = self._last(of)
        return found

    def _last(self, of: tuple[int, ...]) -> int:
        parts = {part for item in of for part in (self.all[item].of if self.all[item].kind == "latest" else (item,))}
        kept = [a for a in parts if not any(a != b and self.leq(a, b) and not (self.leq(b, a) and a < b) for b in parts)]
        if len(kept) == 1:
            return kept[0]
        return self._make(Term("latest", tuple(sorted(kept))), max(self._least[part] for part in kept))

    def least(self, of: int) -> int:
        """The fewest seconds that can lie between T and the term, whatever the calendar."""
        return self._least[of]

    def days(self, of: int) -> int:
        """How many business days the delays from T to the term have at least."""
        term = self.all[of]
        own = term.delay.amount if term.delay is not None and term.delay.unit == "business day" else 0
        return own + max((self.days(part) for part in term.of), default=0)

    def depth(self, of: int) -> int:
        """How many operations lie between T and the term."""
        return self._depth[of]

    def base(self, of: int, near: int) -> int:
        """The part of a term through which all of it depends on T, at most `near` seconds (by the least) before it; the term itself if there is
        no other."""
        found, part = of, self.all[of]
        at = of
        while len(part.of) == 1:
            at = part.of[0]
            part = self.all[at]
            if self._least[of] - self._least[at] > near:
                return found
            if at == T or part.kind == "forward":
                found = at
        return found

    def leq(self, a: int, b: int) -> bool:
        """Whether `a` is never later than `b`, as far as that can be seen without a calendar."""
        if a in (b, PAST):
            return True
        if b == PAST:
            return False
        if a == T:
            return True
        if self._least[a] > self._least[b] or self._depth[b] > DEEPEST:
            return False  # what is never later is not later by the least times either: each rule below keeps that
        found = self._leq.get((a, b))
        if found is None:
            found = self._leq[a, b] = self._is_leq(a, b)
        return found

    def _is_leq(self, a: int, b: int) -> bool:
        left, right = self.all[a], self.all[b]
        if left.kind == "latest":
            return all(self.leq(part, b) for part in left.of)
        if right.kind == "latest":
            return any(self.leq(a, part) for part in right.of)
        if right.kind == "t":
            return False
        if self.leq(a, right.of[0]):
            return True
        if left.kind == "forward":
            return right.kind == "forward" and left.channel == right.channel and self.leq(left.of[0], right.of[0])
        delays = ("add", "free", "late")
        return left.kind in delays and right.kind in delays and self._shorter(left, right)

    def _shorter(self, left: Term, right: Term) -> bool:
        """Of two delays. Business days are not monotone: Saturday 15:00 and Sunday 10:00, one business day later, change places."""
        one, other = left.delay, right.delay
        if left.kind == "late" and right.kind != "late":
            return False
        alike = left.channel == right.channel or (left.kind == "free" and left.channel is None)
        if one is None or other is None or one.unit != other.unit or not alike or one.amount > other.amount:
            return False
        if left.of == right.of and (left.kind == "free" or right.kind != "free" or one.unit != "business day"):
            return True
        monotone = one.unit != "business day" or left.kind == "free" or right.kind == "late"
        return monotone and self.leq(left.of[0], right.of[0])


def shortest_of(delay: Duration) -> int:
    """The fewest seconds that a delay takes in any calendar: a business day may lose three hours to a clock that is put forward."""
    if delay.unit == "business day":
        return max(0, delay.amount * DAY - 3 * 3600)
    if delay.unit == "business hour":
        return delay.amount * 3600
    return delay.seconds
