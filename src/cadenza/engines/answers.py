"""How a touch is answered: one draw cut into classes, a latency, side signals.

Everything that is drawn hangs on the person, the step and the round, so nothing here depends on what else happens, but for the sender's
reputation and for the pressure that the person is under.
"""

from __future__ import annotations

from typing import TypeAlias

from ..world.assumptions import SHARES
from ..world.draws import GOLDEN, MASK, PURPOSES, UNIT, mix, text64
from ..world.program import CODE, EMAIL, EVENTS, INVITE, NONE, PHONE, POST, Program
from ..world.quantiles import INDEX_SHIFT
from ..world.rates import DEPTH, Rates
from ..world.steps import AUTOMATIC
from .people import Row
from .totals import HEARD_CODES

Answer: TypeAlias = tuple[int, int]
"""(event code, seconds after the touch)."""
P_RESPONSE, P_LATENCY, P_INBOX, P_CONNECTED, P_ACCEPTED, P_DELIVERED, P_OPENED, P_CLICKED, P_SIGNAL = range(9)
UNSUBSCRIBED, COMPLAINED, POSITIVE, NEGATIVE, NOT_NOW, OUT, WRONG, INBOX, BOUNCED, DELIVERED, OPENED, CLICKED, CONNECTED, ACCEPTED = range(14)
WEEK = 604800
_ADDRESS = tuple(text64(f"address/{kind}") for kind in range(6))
_OUT_OF_OFFICE = CODE["replied.out_of_office"]
assert PURPOSES[:9] == ("response", "latency", "inbox", "connected", "accepted", "delivered", "opened", "clicked", "signal")
assert SHARES[7:] == ("inbox", "bounced", "delivered", "opened", "clicked", "connected", "accepted")


def pick(row: Row, code: int) -> int:
    """A draw of the person for this round: 64 bits."""
    return mix((row.base + code + GOLDEN * row.round) & MASK)


class Answers:
    """Draws what one touch brings. `reputation[sender]` is the share of its mail that still arrives in inboxes."""

    __slots__ = ("after_no", "code", "looked_at", "program", "rates", "reputation", "segments", "steps")

    def __init__(self, program: Program, rates: Rates) -> None:
        self.program = program
        self.rates = rates
        self.steps = program.steps
        self.reputation = [1.0] * len(program.senders.name)
        width = len(PURPOSES)
        self.code = [program.steps.code[s * width : (s + 1) * width] for s in range(len(program.steps.id))]
        self.after_no = [rates.chain[c] for c in program.cohorts.after_no]
        self.segments = program.cohorts.segments
        self.looked_at = [self._read(s) for s in range(len(program.steps.id))]

    def _read(self, step: int) -> bool:
        """Whether the machine listens to opens or clicks of this step."""
        return any(self.steps.reads[step * len(EVENTS) + CODE[name]] for name in ("opened", "clicked"))

    def row_of(self, row: Row, step: int) -> int:
        """The row of rates of this person's touch: step, variant, segment."""
        steps = self.steps
        first, last = steps.variant[step], steps.variant[step + 1]
        variant = 0
        if last - first > 1:
            u = (mix((row.base + steps.variant_code[step]) & MASK) >> 11) * UNIT
            while variant < last - first - 1 and u >= steps.weight[first + variant]:
                variant += 1
        return steps.row[step] + variant * self.segments[row.cohort] + row.segment

    def of(self, row: Row, step: int, now: int) -> tuple[int, list[Answer]]:
        """(draw, answers) of the touch that is being made: at most one reply or refusal, and the signals that count or that somebody reads."""
        return self.drawn(row, step, self._pressure(row, now))

    def drawn(self, row: Row, step: int, pressure: float) -> tuple[int, list[Answer]]:
        """(draw, answers) of a touch under this pressure."""
        kind = self.steps.answer[step]
        if kind == NONE:
            return 0, []
        r = self.row_of(row, step)
        share = self.rates.share[r]
        found: list[Answer] = []
        wait = 0
        if kind != PHONE and share[BOUNCED] > 0.0 and (mix((row.base + _ADDRESS[kind]) & MASK) >> 11) * UNIT < share[BOUNCED]:
            return 0, [(CODE["bounced"], AUTOMATIC if kind == EMAIL else self._signal(row, step, r))]
        if kind in (PHONE, INVITE, POST):
            purpose, column, name = _FIRST[kind]
            if (pick(row, self.code[step][purpose]) >> 11) * UNIT >= share[column]:
                return 0, found
            wait = 0 if kind == PHONE else self._signal(row, step, r)
            found.append((CODE[name], wait))
        bits = pick(row, self.code[step][P_RESPONSE])
        reply = self._reply(row, step, r, bits, pressure)
        if reply >= 0 and (kind != EMAIL or self._lands(row, step, share)):
            found.append((reply, wait + self._latency(row, step, r, reply)))
        if self.looked_at[step]:
            self._looks(row, step, r, share, found)
        return bits, found

    def bounces(self, row: Row, step: int) -> bool:
        """Whether the person's address is a bad one."""
        share = self.rates.share[self.row_of(row, step)][BOUNCED]
        return (mix((row.base + _ADDRESS[self.steps.answer[step]]) & MASK) >> 11) * UNIT < share

    def can_bounce(self, row: Row, step: int) -> bool:
        """Whether any address is."""
        return self.steps.answer[step] != PHONE and self.rates.share[self.row_of(row, step)][BOUNCED] > 0.0

    def arrived(self, row: Row, step: int, pressure: float, wait: int) -> list[Answer]:
        """The reply to a touch that was accepted or delivered after `wait` seconds, if there is one."""
        r = self.row_of(row, step)
        reply = self._reply(row, step, r, pick(row, self.code[step][P_RESPONSE]), pressure)
        return [] if reply < 0 else [(reply, wait + self._latency(row, step, r, reply))]

    def _pressure(self, row: Row, now: int) -> float:
        """What the touches of the last seven days do to refusals; counts this one."""
        made = row.made
        while made and made[0] <= now - WEEK:
            made.pop(0)
        factor = self.rates.pressure[row.cohort][min(len(made), DEPTH - 1)]
        made.append(now)
        return factor

    def _reply(self, row: Row, step: int, r: int, bits: int, pressure: float) -> int:
        """The event that answers the touch, or -1: the unit interval, cut in the order of HEARD."""
        share = self.rates.share[r]
        decay = self.rates.decay[r][min(row.on_channel[self.steps.channel[step]], DEPTH - 1)]
        keen = decay * row.propensity
        u = (bits >> 11) * UNIT
        at = share[UNSUBSCRIBED] * pressure
        if u < at:
            return HEARD_CODES[UNSUBSCRIBED]
        at += share[COMPLAINED] * pressure * (self.after_no[row.cohort] if row.refused >= 0 else 1.0)
        if u < at:
            return HEARD_CODES[COMPLAINED]
        at += share[POSITIVE] * keen * row.speed
        if u < at:
            return HEARD_CODES[POSITIVE]
        at += share[NEGATIVE] * decay
        if u < at:
            return HEARD_CODES[NEGATIVE]
        at += share[NOT_NOW] * keen
        if u < at:
            return HEARD_CODES[NOT_NOW]
        at += share[OUT]
        if u < at:
            return HEARD_CODES[OUT]
        at += share[WRONG] * decay
        return HEARD_CODES[WRONG] if u < at else -1

    def _lands(self, row: Row, step: int, share: tuple[float, ...]) -> bool:
        """Whether the mail is in an inbox. Drawn only where it matters: a mail that nobody would answer may lie where it wants."""
        sender = self.steps.sender[step]
        placement = share[INBOX] * (self.reputation[sender] if sender >= 0 else 1.0)
        return placement >= 1.0 or (pick(row, self.code[step][P_INBOX]) >> 11) * UNIT < placement

    def _latency(self, row: Row, step: int, r: int, reply: int) -> int:
        if self.steps.answer[step] == PHONE:
            return 0  # at the end of the conversation
        if reply == _OUT_OF_OFFICE:
            return AUTOMATIC
        return self.program.tables[self.program.rows.reply[r]][pick(row, self.code[step][P_LATENCY]) >> INDEX_SHIFT]

    def _signal(self, row: Row, step: int, r: int) -> int:
        return self.program.tables[self.program.rows.signal[r]][pick(row, self.code[step][P_SIGNAL]) >> INDEX_SHIFT]

    def _looks(self, row: Row, step: int, r: int, share: tuple[float, ...], found: list[Answer]) -> None:
        """Opens and clicks, where the machine listens to them."""
        reads = self.steps.reads
        for purpose, column, name in ((P_OPENED, OPENED, "opened"), (P_CLICKED, CLICKED, "clicked")):
            if not reads[step * len(EVENTS) + CODE[name]]:
                continue
            if (pick(row, self.code[step][purpose]) >> 11) * UNIT < share[column] and self._lands(row, step, share):
                found.append((CODE[name], self._signal(row, step, r)))


_FIRST = {
    PHONE: (P_CONNECTED, CONNECTED, "connected"),
    INVITE: (P_ACCEPTED, ACCEPTED, "accepted"),
    POST: (P_DELIVERED, DELIVERED, "delivered"),
}
"""What must happen before somebody can answer: a conversation, an acceptance, a delivery."""
