"""The published tables as scenarios, each with its verdict: the part of the validation page that is about how people answer.

A campaign is a mixture of cadences of different lengths, since in the studies later mails reach fewer people: `reach` is the share of those who may
get the next mail among those who may get this one. Everything is worked out in closed form (`engines.expect`).
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from support import theory

HUMAN = ("positive", "negative", "not_now", "wrong_person")
EVERYBODY = (1.0,)
YES, NO = "comes out", "does not come out"
FITTED = "comes out, one figure chosen for it"
YESWARE = (0.30, 11 / 30)
"""T11: 70% of unanswered chains stop after one mail, 19% after two."""
BANK = ((5.58, 5.14, 4.42, 3.26, 2.41, 2.22, 1.58, 0.96), (0.605, 0.581, 0.616, 0.675, 0.696, 0.727, 0.750))
"""C1: success in percent of those at risk, by contact, and the share of the others who are contacted again."""


class Check(NamedTuple):
    table: str
    says: str
    scenario: str
    here: str
    verdict: str


@dataclass(frozen=True)
class Campaign:
    """Per step: touches made, and answers by class, for 10,000 people of whom not everybody gets the longest cadence."""

    sent: tuple[float, ...]
    said: tuple[dict[str, float], ...]

    def answers(self, *classes: str) -> list[float]:
        return [sum(each[name] for name in classes or HUMAN) for each in self.said]

    def shares(self, *classes: str) -> list[float]:
        found = self.answers(*classes)
        return [value / sum(found) for value in found]

    def rates(self, *classes: str) -> list[float]:
        return [said / sent for said, sent in zip(self.answers(*classes), self.sent, strict=True)]


def campaign(
    count: int, rates: Mapping[str, Any] | None = None, reach: Sequence[float] = EVERYBODY, *, quiet: bool = False, channel: str = "email"
) -> Campaign:
    """At most `count` steps; the last `reach` holds for all further ones. Without rates, the shipped cold table."""
    going = [1.0]
    for n in range(count - 1):
        going.append(going[-1] * reach[min(n, len(reach) - 1)])
    sent, said = [0.0] * count, [dict.fromkeys(HUMAN, 0.0) for _ in range(count)]
    step = "mail" if channel == "email" else "call"
    for length, (here, more) in enumerate(itertools.pairwise([*going, 0.0]), 1):
        if here == more:
            continue
        own = dict(rates or {})
        if "steps" in own:
            own["steps"] = {name: each for name, each in own["steps"].items() if int(name.rpartition("-")[2]) <= length}
        with tempfile.TemporaryDirectory() as folder:
            counts = theory.means(theory.mails(Path(folder), length, own, quiet=quiet, channel=channel))
        for n in range(length):
            sent[n] += (here - more) * counts[f"touches.step.{step}-{n + 1}"]
            for name in HUMAN:
                said[n][name] += (here - more) * counts.get(f"replies.step.{step}-{n + 1}.{name}", 0.0)
    return Campaign(tuple(sent), tuple(said))


def by_step(rates: Sequence[Mapping[str, str]], channel: str = "email") -> dict[str, Any]:
    """Reply rates in percent, each step its own."""
    step = "mail" if channel == "email" else "call"
    return {"steps": {f"{step}-{n + 1}": {"reply": dict(each)} for n, each in enumerate(rates)}}


def published() -> list[Check]:
    """Every table, in their order."""
    tables = (t1, t2, t3, t4_t9, t5_t6_t12, t7, t8, t10_t11, t13, b3, latency, c1)
    return [check for table in tables for check in table()]


def t1() -> Iterator[Check]:
    """A reply rate that falls by 0.86 from mail to mail, in cadences of one to six mails."""
    rates = {"email": {"reply": {"positive": "0.2%", "negative": "0.39%"}, "each_next_touch": "0.86x"}}
    found = campaign(6, rates, (0.706,), quiet=True)
    rate, share = found.rates(), found.shares()
    scenario = "six mails, T1's own 0.59% and 0.86x from one to the next, each next one for 0.71 of those who may get the last"
    fall = rate[5] / rate[0]
    says = "per mail sent 0.59% at step 1, 0.28% at step 6: 0.47 of it"
    yield Check("T1 Belkins 2025", says, scenario, f"{_percent(rate[0], 2)} and {_percent(rate[5], 2)}: {fall:.2f}", _near(fall, 0.28 / 0.59, 0.03))
    verdict = _near(1 - share[0], 0.586, 0.015, FITTED)
    yield Check("T1", "follow-ups have 58.6% of the replies", scenario, _percent(1 - share[0], 1), verdict)
    meetings = "53% and more of the meetings from step 3 on"
    why = f"{NO}: the first mail has 41.4% of the replies, so those to later ones must lead to a meeting more than twice as often"
    yield Check("T1", meetings, "the same, a meeting as likely after any positive reply", _percent(sum(share[2:])), why)
    worth = {"steps": {f"mail-{n}": {"reply": {"positive": "0.458%", "negative": "0.132%"}} for n in range(3, 7)}}
    worth_more = campaign(6, rates | worth, (0.706,), quiet=True).shares("positive")
    why = f"{FITTED}, which is against T7: there, later replies are less often positive"
    yield Check("T1", meetings, "the same, replies from the third mail on 2.3 times as often positive", _percent(sum(worth_more[2:])), why)
    first, third = share[0] + share[1], share[2]
    why = f"{NO}: those replies to mail 3 would have to be worth {first / third:.1f} times as much, and nothing that was published says why"
    here = f"{_percent(worth_more[2])} and {_percent(worth_more[0] + worth_more[1])}"
    yield Check("T1", "step 3 books more meetings than 1 and 2 together", "the same", here, why)


def t2() -> Iterator[Check]:
    found = []
    for count in (1, 4):
        with tempfile.TemporaryDirectory() as folder:
            found.append(theory.means(theory.mails(Path(folder), count, {}, quiet=False)))
    times = [found[1][key] / found[0][key] for key in ("unsubscribed", "complained")]
    here = f"{times[0]:.1f} and {times[1]:.1f} times"
    scenario = "one and four mails, the shipped cold table, per person"
    says = "four mails: opt-outs and complaints more than 3 times those of one"
    yield Check("T2 Belkins 2024", says, scenario, here, YES if min(times) > 3 else NO)
    one, five = campaign(1), campaign(5)
    per_mail = sum(five.answers()) / sum(five.sent) / one.rates()[0]
    per_person = sum(five.answers()) / sum(one.answers())
    why = f"{NO}: the same people cannot answer less often for being asked again; longer sequences must have had other people"
    here = f"{per_mail:.2f} of it per mail sent, {per_person:.1f} times per person"
    yield Check("T2", "sequences of five mails: less than half the reply rate of one mail", "one and five mails, the shipped cold table", here, why)


def t3() -> Iterator[Check]:
    rates = [4.1 * 0.64**n for n in range(5)]
    found = campaign(5, by_step([{"negative": f"{rate:.3f}%"} for rate in rates]), quiet=True).answers()
    here = ", ".join(_percent(total / 10_000, 1) for total in itertools.accumulate(found))
    says = "by length of the sequence 4.1, 6.64, 6.94, 5.75, 3.01% answer"
    why = f"{NO} from three mails on: the same people cannot answer less often for being asked again; one and two come out"
    yield Check('T3 "Instantly 2026", doubtful', says, "4.1% at the first mail, T8's fall of 0.64", here, why)


def t4_t9() -> Iterator[Check]:
    """One figure for both, and for T5, T6 and T10: how many may get the next mail."""
    scenario = "five mails, the shipped cold table, each next one for 0.55 of those who may get the last"
    share = campaign(5, reach=(0.55,)).shares()
    yield Check("T4 Instantly 2025", "the first mail has 58% of the replies", scenario, _percent(share[0]), _near(share[0], 0.58, 0.01, FITTED))
    four = campaign(4, reach=(0.55,)).shares()
    says = ((0.50, 0.60), (0.20, 0.25), (0.12, 0.18), (0.05, 0.10))
    off = max(max(low - value, value - high) for value, (low, high) in zip(four, says, strict=True))
    here = ", ".join(_percent(value) for value in four)
    verdict = f"{YES}: within {100 * max(0.0, off):.1f} points, nothing more chosen" if off < 0.015 else NO
    yield Check("T9", "of four mails' replies 50-60, 20-25, 12-18, 5-10%", "the same, four mails", here, verdict)


def t5_t6_t12() -> Iterator[Check]:
    some, everybody = (campaign(2, reach=(reach,)).answers() for reach in (0.55, 1.0))
    more, all_more = some[1] / some[0], everybody[1] / everybody[0]
    for table, says, share in (("T5 Woodpecker", "9% with no follow-up, 13% with: +44%", 0.44), ("T6 Belkins 2021-24", "first follow-up +49%", 0.49)):
        good = f"{YES} within {100 * abs(more - share):.0f} points, nothing more chosen"
        yield Check(table, says, "two mails, the second for 0.55 (as T4)", f"+{_percent(more)}", _near(more, share, 0.08, good))
    says = "experienced users: 16% and 27%: +69%"
    good = f"{YES} within {100 * abs(all_more - 0.69):.0f} points, nothing chosen"
    yield Check("T5", says, "two mails to everybody, the shipped cold table", f"+{_percent(all_more)}", _near(all_more, 0.69, 0.08, good))
    why = f"{NO}: more mails to the same people cannot bring fewer replies; other people got the longer ones"
    four = campaign(4, reach=(0.55,)).answers()
    yield Check("T6", "third follow-up -20% or -30%", "four mails, each next one for 0.55", f"+{_percent(four[3] / sum(four[:3]))}", why)
    rates = by_step([{"negative": "1.2%"}, {"negative": "0.8%"}])
    found = campaign(2, rates, quiet=True).answers()
    more = found[1] / found[0]
    yield Check("T12 Backlinko", "+65.8% with one follow-up", "two mails with T8's rates", f"+{_percent(more, 1)}", _near(more, 0.658, 0.02))


def t7() -> Iterator[Check]:
    """Over the table that ships: propensity wears out among those who are left, negatives do not."""
    found = campaign(6)
    positive, negative = found.rates("positive"), found.rates("negative")
    ratios = [b / a for a, b in zip(positive, negative, strict=True)]
    rises, much = all(b > a for a, b in itertools.pairwise(ratios)), ratios[-1] / ratios[0] - 1
    verdict = NO if not rises else YES if much > 0.1 else f"{YES}, but hardly: {100 * much:.1f}% in all"
    says = "negatives per positive rise with every step"
    yield Check("T7 Growbots 2018", says, "six mails, the shipped cold table", " ".join(f"{ratio:.3f}" for ratio in ratios), verdict)
    slower = by_step([{"negative": f"{1.12**n:.4f}x"} for n in range(6)])
    there = campaign(6, slower)
    ratios = [b / a for a, b in zip(there.rates("positive"), there.rates("negative"), strict=True)]
    scenario = "the same, negatives falling more slowly by 1.12x a step (`assumptions.steps`)"
    rises = all(b > a for a, b in itertools.pairwise(ratios))
    yield Check("T7", says, scenario, " ".join(f"{ratio:.2f}" for ratio in ratios), f"{FITTED}; the study has a graph only" if rises else NO)
    fall = (positive[5] / positive[1]) ** 0.25
    says = "warm answers fall from 1.28% at follow-up 1 to 0.62% at follow-up 5: 0.83 a step"
    yield Check("T7", says, "six mails, the shipped cold table", f"{fall:.2f} a step", _near(fall, (0.62 / 1.28) ** 0.25, 0.05))


def t8() -> Iterator[Check]:
    rates = [{"negative": f"{rate}%"} for rate in (1.2, 0.8, 0.6, 0.4, 0.2)]
    for length, says in ((3, 2.6), (5, 3.2)):
        share = sum(campaign(length, by_step(rates[:length]), quiet=True).answers()) / 10_000
        said = f"{length} mails at 1.2, 0.8, 0.6, 0.4, 0.2%: {says}% answer"
        yield Check("T8 imisofts", said, f"{length} mails with these rates", _percent(share, 2), _near(share, says / 100, 0.001))


def t10_t11() -> Iterator[Check]:
    says = "32% of the positive replies on mails 2 to 5"
    shares = [1 - campaign(5, reach=reach).shares("positive")[0] for reach in (YESWARE, (0.55,), EVERYBODY)]
    for scenario, share, verdict in (
        ("five mails to everybody, the shipped cold table", shares[2], f"{NO}: it takes campaigns that stop earlier"),
        ("the same, chains stopping as in T4", shares[1], f"{NO}, but is nearer"),
        ("the same, chains stopping as in T11: 70% after one mail, 19% after two", shares[0], _between(shares[0], 0.32, shares[1])),
    ):
        yield Check("T10 LeadGenius 2015", says, scenario, _percent(share), verdict)
    why = "no scenario: all sales mail, mostly to people who know the sender, and nothing about the first mail; where chains stop is used for T10"
    yield Check("T11 Yesware 2014", "after silence a second mail has a chance of 21%, and still 25% in all", "", "", why)


def _between(low: float, says: float, high: float) -> str:
    return f"{NO} to the point, but lies between this and T4's: where chains stop explains it" if low < says < high else NO


def calls(count: int, connected: str, reach: Sequence[float] = EVERYBODY) -> Campaign:
    """Phone calls until somebody is reached, which ends it."""
    rates = {"phone": {"connected": connected, "reply": {"negative": "100%"}}}
    return campaign(count, rates, reach, quiet=True, channel="phone")


def t13() -> Iterator[Check]:
    found = calls(6, "10%")
    reached = sum(found.answers()) / 10_000
    why = f"{NO}: six calls of which each has one chance in ten reach {_percent(reached)}; who goes on calling has other people than who stops"
    yield Check("T13 InsideSales 2007", "10% reached by one call, 90% by six", "six calls to everybody, 10% each", _percent(reached), why)
    two = calls(2, "13.3%").answers()
    more = two[1] / two[0]
    scenario = "two calls, 13.3% each (the top quartile of Gong's 300 million calls)"
    yield Check("T13 Leads360", "two calls reach 87% more than one", scenario, f"+{_percent(more)}", _near(more, 0.87, 0.02))
    for table, known, says, reach, third, last, tolerance in (
        ("T13 Cognism 2025", 5, "93% of conversations by the third call, 98% by the fifth", 0.47, 0.93, 0.98, 0.015),
        ("T13 Velocify 2015", 6, "85% of the reached by the third call, 95% by the sixth, less than half by the first", 0.62, 0.85, 0.95, 0.035),
    ):
        share = list(itertools.accumulate(calls(8, "13.3%", (reach,)).shares()))
        here = f"{_percent(share[0])}, {_percent(share[2])}, {_percent(share[known - 1])}"
        good = abs(share[2] - third) < 0.01 and abs(share[known - 1] - last) < tolerance and share[0] < 0.6
        scenario = f"eight calls, 13.3% each, each next one for {reach} of those who may get the last"
        yield Check(table, says, scenario, here, FITTED if good else NO)


def b3() -> Iterator[Check]:
    from cadenza.world.assumptions import TABLE_OF, Assumptions, shipped
    from cadenza.world.figures import law
    from cadenza.world.rates import quantile

    table = Assumptions(shipped(TABLE_OF["inbound"]))
    half = table.duration("speed_to_lead", "half_life")
    assert half is not None
    (floor,) = table.figure("speed_to_lead", "floor")
    kind, a, b, scale = law(floor.value)
    least = scale * quantile(kind, 0.5, a, b)

    def keeps(hours: float) -> float:
        return least + (1 - least) * 0.5 ** (hours * 3600 / half.seconds)

    hour = [sum(keeps(begin + i / 60) for i in range(60)) / 60 for begin in (0, 1)]
    why = f"{NO}, and is not meant to: observed on firms that chose whom to call first; other data show the contrary"
    here = f"{hour[0] / hour[1]:.1f} and {hour[0] / least:.1f} times"
    says = "an answer within the hour qualifies 7 times as often as one in the next, 60 times as often as one after a day"
    yield Check("B3 HBR 2011", says, "the shipped inbound table", here, why)


def latency() -> Iterator[Check]:
    """B4: how many replies come within a day, in the tables that ship."""
    from cadenza.world.assumptions import TABLE_OF, Assumptions, shipped
    from cadenza.world.quantiles import lognormal_table

    for motion, name in TABLE_OF.items():
        points = Assumptions(shipped(name)).points("email", "reply_delay")
        assert points is not None
        table = lognormal_table(*points)
        share = sum(value <= 86400 for value in table) / len(table)
        scenario = f"e-mail, the shipped {motion} table"
        yield Check("B4 latency", "70% to 90% of the replies within 24 hours", scenario, _percent(share), YES if 0.7 <= share <= 0.9 else NO)


def c1() -> Iterator[Check]:
    """What is lost by giving up after so many calls, out of success and stopping by contact."""
    hazards, reach = BANK
    rates = {"phone": {"connected": "100%"}, **by_step([{"positive": f"{rate}%"} for rate in hazards], "phone")}
    share = campaign(8, rates, reach, quiet=True, channel="phone").shares("positive")
    lost = [1 - total for total in itertools.accumulate(share)]
    here = ", ".join(_percent(lost[cap - 1], 1) for cap in (1, 2, 3, 4, 5))
    good = all(abs(lost[n] - says) < 0.02 for n, says in enumerate((0.504, 0.243, 0.120, 0.066, 0.040)))
    says = "who stops after 1, 2, 3, 4, 5 contacts loses 50.4, 24.3, 12.0, 6.6, 4.0% of the successes"
    scenario = "eight calls with the success and the stopping by contact of the data (which have up to 56)"
    yield Check("C1 Bank Marketing", says, scenario, here, YES if good else NO)


def _percent(value: float, digits: int = 0) -> str:
    return f"{100 * value:.{digits}f}%"


def _near(value: float, says: float, tolerance: float, good: str = YES) -> str:
    return good if abs(value - says) <= tolerance else NO
