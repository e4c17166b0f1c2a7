"""What is decided here is what the CEL library decides; and what holds of values on the safe side holds of the true ones."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cadenza.language.values import DAYS, Window
from cadenza.rules.facts.registry import FOREVER, NO_LIMIT, catalogue
from cadenza.rules.legal.cel import library
from cadenza.rules.legal.cel.run import holds, within
from cadenza.rules.legal.cel.typing import condition
from cadenza.rules.legal.policies import shapes

KNOWN = shapes(("pool",))
NUMBERS = {"facts.touches_max": "touches_max", 'facts.touches_max_in["7d"]': "touches_max_in", "facts.calls_max_in_24h": "calls_max_in_24h"}
TIMES = {"facts.gap_min_any": "gap_min_any", 'facts.gap_min["phone"]': "gap_min", "facts.opt_out.honour_within": "opt_out.honour_within"}
COMPARE = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
small = st.integers(0, 9)


def texts() -> st.SearchStrategy[str]:
    """Conditions over a few facts of each type, deep enough to nest."""
    number = st.one_of(st.sampled_from(list(NUMBERS)), small.map(str), small.map(lambda n: f"{n}.5"), small.map(lambda n: f"-{n}"))
    length = st.one_of(
        st.sampled_from(list(TIMES)),
        small.map(lambda n: f"days({n})"),
        small.map(lambda n: f"hours({n * 12})"),
        small.map(lambda n: f'duration("{n * 12}h30m")'),
    )
    word = st.sampled_from(["facts.consent", "facts.first_channel", '"email"', '"phone"', "'express'"])
    leaf = st.one_of(
        st.tuples(number, COMPARE, number).map(" ".join),
        st.tuples(length, COMPARE, length).map(" ".join),
        st.tuples(word, COMPARE, word).map(" ".join),
        word.map(lambda w: f"{w} in facts.channels"),
        word.map(lambda w: f'{w} in ["email", "express"]'),
        st.tuples(COMPARE, small).map(lambda p: f"size(facts.channels) {p[0]} {p[1]}"),
        st.sampled_from(["facts.opt_out.kept_forever", "facts.after_no.touch_reachable", "facts.channels == []", 'facts.channels == ["email"]']),
        st.sampled_from(["09:00-17:00", "08:00-21:00"]).map(lambda h: f'within(facts.windows["phone"], "mon-fri {h}")'),
    )
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda p: f"({p[0]}) {p[1]} ({p[2]})"),
            inner.map(lambda t: f"!({t})"),
            st.tuples(inner, inner, inner).map(lambda p: f"({p[0]}) ? ({p[1]}) : ({p[2]})"),
        ),
        max_leaves=6,
    )


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    count = st.one_of(small, st.just(NO_LIMIT))
    time = st.one_of(small.map(lambda n: n * 43200), st.just(FOREVER))
    return {
        **{name: draw(count) for name in NUMBERS.values()},
        **{name: draw(time) for name in TIMES.values()},
        "consent": draw(st.sampled_from(["express", "none"])),
        "first_channel": draw(st.sampled_from(["email", "phone", ""])),
        "channels": tuple(draw(st.lists(st.sampled_from(["email", "phone", "sms"]), unique=True))),
        "opt_out.kept_forever": draw(st.booleans()),
        "after_no.touch_reachable": draw(st.booleans()),
        "windows": draw(st.sampled_from(["", "mon-fri 09:00-17:00", "mon-sun 00:00-24:00", "tue 10:00-20:00"])),
    }


def look(world: dict[str, Any]) -> Callable[[str, tuple[str, ...]], Any]:
    """A world as facts: a map has the same value under every key."""

    def value(name: str, keys: tuple[str, ...]) -> Any:
        levels = KNOWN[name].keys[len(keys) :]
        found = world[name]
        for level in reversed(levels):
            found = dict.fromkeys(level, found)
        return found

    return value


@given(texts().filter(lambda text: "facts." in text and len(text) < 900), worlds())
def test_here_and_in_the_library_a_condition_means_the_same(text: str, world: dict[str, Any]) -> None:
    typed = condition(text, KNOWN)
    assert typed.simple
    mine, why = holds(typed, look(world))
    assert mine is library.decide(typed, look(world))
    assert set(why) <= set(typed.facts)


@given(texts().filter(lambda text: "facts." in text and len(text) < 900), worlds(), worlds())
def test_what_holds_of_rough_values_holds_of_true_ones(text: str, world: dict[str, Any], other: dict[str, Any]) -> None:
    sides = {name: fact.side for name, fact in catalogue().items() if fact.side}
    rough = {name: _further(sides.get(name, ""), value, other[name]) for name, value in world.items()}
    typed = condition(text, KNOWN)
    assert holds(typed, look(world), look(rough), sides)[0] is holds(typed, look(world))[0]


def _further(side: str, value: Any, other: Any) -> Any:
    return max(value, other) if side == "most" else min(value, other) if side == "least" else value


def test_quantifiers_arithmetic_and_text_go_to_the_library() -> None:
    world = look({"channels": ("email", "phone"), "gap_min": 86400, "touches_max": 6, "consent": "express"})
    for text, expected in {
        "facts.channels.all(c, facts.gap_min[c] >= days(1))": True,
        "facts.channels.exists(c, facts.gap_min[c] > days(1))": False,
        "facts.channels.exists_one(c, c == 'phone')": True,
        "facts.touches_max * 2 + 1 == 13 && facts.touches_max % 4 == 2": True,
        "facts.consent.startsWith('ex') && facts.consent.contains('pre') && !facts.consent.endsWith('x')": True,
        "facts.channels.filter(c, c != 'email') == ['phone']": True,
        "facts.channels.map(c, c.size()).all(n, n == 5)": True,
        "facts.gap_min.all(channel, facts.gap_min[channel] == hours(24))": True,
    }.items():
        typed = condition(text, KNOWN)
        assert not typed.simple
        assert holds(typed, world)[0] is expected, text


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 23), st.integers(1, 24)), min_size=1, max_size=4))
def test_a_window_lies_in_another_when_each_of_its_hours_does(spans: list[tuple[int, int, int]]) -> None:
    spans = [(day, min(start, end - 1), end) for day, start, end in spans]
    text = ", ".join(f"{DAYS[day]} {start:02}:00-{end:02}:00" for day, start, end in spans)
    law = "mon-fri 08:00-20:00, sat 10:00-14:00"
    hours = {(day, hour) for day, start, end in spans for hour in range(start, end)}
    legal = {(day, hour) for day in range(5) for hour in range(8, 20)} | {(5, hour) for hour in range(10, 14)}
    assert within(text, law) is operator.le(hours, legal)
    assert within(str(Window.parse(text)), text)
