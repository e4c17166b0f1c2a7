"""Laws that hold for every kind of value, whatever is written."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cadenza.language.values import Change, Distribution, Duration, Flow, Open, Rate, UnitError, Window, read_value


def _strategies() -> ModuleType:
    """The strategies beside this file (tests are no package)."""
    spec = importlib.util.spec_from_file_location("strategies_values", Path(__file__).with_name("strategies_values.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


S = _strategies()
KINDS = sorted(S.KINDS, key=lambda kind: kind.__name__)
PIECES = (
    *("0", "1", "2", "9", "00", "17", "24", "100", "1000", "09:00", "25:00", "17:00-9:00", "09:00-17:00", "mon", "fri-mon", "sun..", ".."),
    *(".5", "5.", "-3", "+2", "1,5", "18.000,50", "1000000000000", "9999999999999", "%", "3%", "0%", "120%", "3%..8%", "8%..3%", "/", "0/0"),
    *("5/3", "x", "0.5x", "0.9x..0.75x", "×", "per", "day", "days", "hrs", "months", "years", "business", "bussiness", "EUR", "eur", "€"),
    *("$5", "k", "at", "least", "most", "under", "<", "{median:", "p90:", "}", ",", ":", "1e9", "∞", "٣", "½", "—", "'", '"', "`", "_", "a"),
)
WORDS = st.sampled_from(PIECES)
TEXTS = st.one_of(st.text(max_size=40), st.lists(WORDS, max_size=6).map(" ".join), st.lists(WORDS, max_size=5).map("".join))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_what_is_printed_is_read_back(kind: Any, data: st.DataObject) -> None:
    value = data.draw(S.KINDS[kind])
    assert kind.parse(str(value)) == value
    assert str(kind.parse(str(value))) == str(value)


@pytest.mark.parametrize("kind", KINDS)
@given(text=TEXTS)
@settings(max_examples=100)
def test_any_text_is_a_value_or_an_error_whose_good_value_is_good(kind: Any, text: str) -> None:
    _judge(kind, text)


def _judge(kind: Any, text: str) -> None:
    try:
        value = kind.parse(text)
    except UnitError as error:
        assert str(error)
        kind.parse(error.good)
    else:
        assert kind.parse(str(value)) == value, "canonical text is a fixed point"


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@given(text=TEXTS)
@settings(max_examples=5000, deadline=None)
def test_any_text_at_length(kind: Any, text: str) -> None:
    _judge(kind, text)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data(), blanks=st.sampled_from((" ", "   ", "\u00a0", "\t", " \n")))
def test_blanks_make_no_difference(kind: Any, data: st.DataObject, blanks: str) -> None:
    value = data.draw(S.KINDS[kind])
    assert kind.parse(blanks + str(value).replace(" ", blanks) + blanks) == value


@given(S.windows, st.integers(0, 6), st.integers(0, 1439))
def test_a_window_is_open_in_the_same_minutes_however_it_is_written(window: Window, day: int, minute: int) -> None:
    second = minute * 60
    apart = tuple(
        Open((one,), part, min(part + 3600, span.end)) for span in window.spans for one in span.days for part in range(span.start, span.end, 3600)
    )
    assert Window(apart) == window
    assert _is_open(window, day, second) == _is_open(Window.parse(str(window)), day, second)
    assert sum(day in span.days and span.start <= second < span.end for span in window.spans) <= 1, "no minute twice"


def _is_open(window: Window, day: int, second: int) -> bool:
    return any(day in span.days and span.start <= second < span.end for span in window.spans)


@given(st.one_of(S.rates(), S.flows, S.factors(), S.money, S.distributions(), S.durations(tuple(S.SECONDS))))
def test_once_changes_nothing(value: Any) -> None:
    assert Change.parse("1x").applied(value) == value


@given(S.rates(), S.factors().filter(lambda factor: factor.high is None))
def test_a_factor_on_a_rate_multiplies_its_scale_only(rate: Rate, factor: Any) -> None:
    changed = Change.parse(str(factor)).applied(rate)
    assert isinstance(changed, Rate)
    assert (changed.kind, changed.low, changed.high, changed.hits, changed.trials) == (rate.kind, rate.low, rate.high, rate.hits, rate.trials)
    assert changed.scale == pytest.approx(rate.scale * factor.low)


@given(S.durations(tuple(S.SECONDS)))
@example(Duration(1, "hour"))
def test_half_of_a_duration_is_half_of_its_seconds(duration: Duration) -> None:
    half = Change.parse("0.5x").applied(duration)
    assert isinstance(half, Duration)
    assert half.seconds == (duration.seconds + 1) // 2


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind in (Duration, Flow, Rate, Distribution)])
@given(data=st.data())
def test_a_value_is_recognised_by_its_text(kind: Any, data: st.DataObject) -> None:
    value = data.draw(S.KINDS[kind])
    assert read_value(str(value)) == value
