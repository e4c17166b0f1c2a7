"""Hypothesis strategies for the values of playbooks: any value that a person could have written."""

from __future__ import annotations

from hypothesis import strategies as st

from cadenza.language.values import SECONDS, UNITS, Change, Distribution, Duration, Factor, Flow, Money, Open, Price, Range, Rate, Target, Window

DAY = 86400
CENTURY = 36525 * DAY
counts = st.integers(0, 10**12)
hundredths = st.integers(0, 10**8).map(lambda number: number / 100)
positives = st.integers(1, 10**8).map(lambda number: number / 100)
shares = st.integers(0, 10**6).map(lambda number: number / 10**6)
inner_shares = st.integers(1, 10**6 - 1).map(lambda number: number / 10**6)
currencies = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)
periods = st.sampled_from(("hour", "day", "business day", "week", "month", "quarter", "year"))


@st.composite
def durations(draw: st.DrawFn, units: tuple[str, ...] = UNITS, least: int = 0) -> Duration:
    unit = draw(st.sampled_from(units))
    most = CENTURY // SECONDS[unit] if unit in SECONDS else 36525
    return Duration(draw(st.integers(least, most)), unit)


@st.composite
def stretches(draw: st.DrawFn) -> Open:
    days = draw(st.sets(st.integers(0, 6), min_size=1))
    start, end = sorted(draw(st.sets(st.integers(0, 1440), min_size=2, max_size=2)))
    return Open(tuple(sorted(days)), start * 60, end * 60)


windows = st.lists(stretches(), min_size=1, max_size=2).map(lambda found: Window(tuple(found)))


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    low, high = sorted((draw(counts), draw(counts)))
    return draw(st.sampled_from((Range(low, high), Range(low, None), Range(None, high))))


@st.composite
def rates(draw: st.DrawFn) -> Rate:
    scale = draw(st.sampled_from((1.0, 0.5, 1.25, 0.0)))
    kind = draw(st.sampled_from(("point", "seen", "believed")))
    if kind == "point":
        return Rate("point", draw(shares), scale=scale)
    if kind == "seen":
        trials = draw(st.integers(1, 10**9))
        hits = draw(st.integers(0, trials))
        return Rate("seen", hits / trials, hits=hits, trials=trials, scale=scale)
    low, high = sorted(draw(st.sets(inner_shares, min_size=2, max_size=2)))
    return Rate("believed", low, high, scale=scale)


money = st.builds(Money, st.integers(0, 10**14), currencies)
flows = st.builds(Flow, hundredths, periods)
prices = st.builds(Price, money, st.sampled_from(("day", "week", "month", "quarter", "year", "contact")))


@st.composite
def factors(draw: st.DrawFn) -> Factor:
    ends = st.integers(1, 10**5).map(lambda number: number / 100)
    if draw(st.booleans()):
        return Factor(draw(st.one_of(st.just(0.0), ends)))
    low, high = sorted(draw(st.sets(ends, min_size=2, max_size=2)))
    return Factor(low, high)


@st.composite
def distributions(draw: st.DrawFn) -> Distribution:
    if draw(st.booleans()):
        code = draw(currencies)
        cents = sorted((draw(st.integers(1, 10**12)), draw(st.integers(1, 10**12))))
        return Distribution(Money(cents[0], code), Money(cents[1], code))
    points = sorted((draw(durations(tuple(SECONDS), 1)), draw(durations(tuple(SECONDS), 1))), key=lambda point: point.seconds)
    return Distribution(points[0], points[1])


@st.composite
def targets(draw: st.DrawFn) -> Target:
    bound = draw(st.sampled_from(("at least", "at most")))
    of = draw(st.sampled_from(("count", "money", "share")))
    if of == "share":
        return Target(bound, draw(shares), "share")
    per = draw(st.sampled_from(("", "day", "business day", "week", "month", "quarter", "year")))
    if of == "money":
        return Target(bound, float(draw(st.integers(0, 10**14))), "money", per, draw(currencies))
    return Target(bound, draw(hundredths), "count", per)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    kind = draw(st.sampled_from(("times", "plus", "set")))
    if kind == "times":
        return Change("times", draw(st.integers(0, 10**5)) / 100)
    if kind == "plus":
        return Change("plus", draw(st.one_of(st.integers(-(10**6), 10**6), positives.filter(lambda number: number != int(number)))))
    set_to = st.one_of(counts, st.booleans(), durations().map(str), flows.map(str), factors().filter(lambda found: found.high is not None).map(str))
    return Change("set", draw(set_to))


KINDS = {
    Duration: durations(),
    Window: windows,
    Range: ranges(),
    Rate: rates(),
    Money: money,
    Flow: flows,
    Price: prices,
    Factor: factors(),
    Distribution: distributions(),
    Target: targets(),
    Change: changes(),
}
