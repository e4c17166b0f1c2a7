"""Draws: known bits, independence in practice, and no dependence on the process."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from cadenza.world.draws import GOLDEN, MASK, PURPOSES, base, code, draw, key, mix, text64, unit

WORDS = st.integers(0, MASK)


def test_the_mixer_is_splitmix64s() -> None:
    """The published first outputs of splitmix64 with seed 1234567 (rosettacode and the reference C code agree)."""
    state, out = 1234567, []
    for _ in range(5):
        state = (state + GOLDEN) & MASK
        out.append(mix(state))
    assert out == [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821]


def test_a_text_has_the_same_bits_in_every_process() -> None:
    """FNV-1a's published values for these texts, mixed."""
    known = {"": 0xCBF29CE484222325, "a": 0xAF63DC4C8601EC8C, "foobar": 0x85944171F73967E8}
    assert {text: text64(text) for text in known} == {text: mix(bits) for text, bits in known.items()}


@given(WORDS, WORDS)
def test_different_people_have_different_luck(a: int, b: int) -> None:
    assert (base(1, 0, a) == base(1, 0, b)) == (a == b)


def test_no_two_numbers_of_a_person_are_the_same() -> None:
    codes = {code(step, round, purpose) for step in ("", "a", "b", "intro") for round in range(50) for purpose in PURPOSES}
    assert len(codes) == 4 * 50 * len(PURPOSES)


def test_draws_are_uniform_and_do_not_follow_each_other() -> None:
    """Means, variances and correlations over people, replications and purposes lie within four standard errors."""
    n = 20000
    first = [unit(draw(base(7, 0, key("x", i)), code("s", 0, "response"))) for i in range(n)]
    second = [unit(draw(base(7, 0, key("x", i)), code("s", 0, "latency"))) for i in range(n)]
    third = [unit(draw(base(7, 1, key("x", i)), code("s", 0, "response"))) for i in range(n)]
    error = math.sqrt(1 / 12 / n)
    for sample in (first, second, third):
        assert abs(sum(sample) / n - 0.5) < 4 * error
    for other in (second, third, [*first[1:], first[0]]):
        covariance = sum((a - 0.5) * (b - 0.5) for a, b in zip(first, other, strict=True)) / n
        assert abs(covariance * 12) < 4 / math.sqrt(n)


@given(WORDS)
def test_a_unit_is_below_one(bits: int) -> None:
    assert 0 <= unit(bits) < 1
