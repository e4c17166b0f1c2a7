"""Conditions are read and typed: what is wrong is found at its letters, and nothing takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadenza.rules.legal.cel.parse import parse
from cadenza.rules.legal.cel.typing import condition
from cadenza.rules.legal.cel.words import Slip
from cadenza.rules.legal.policies import shapes

KNOWN = shapes(("pool",))


def slip(text: str) -> tuple[str, str, str, bool]:
    """(the letters that are wrong, the message, the help, whether a name is unknown)."""
    with pytest.raises(Slip) as caught:
        condition(text, KNOWN)
    found = caught.value
    return text[found.start : found.end], found.message, found.help, found.unknown


@pytest.mark.parametrize(
    ("text", "wrong", "message", "help", "unknown"),
    [
        ("facts.touch_max <= 4", "touch_max", "there is no fact `touch_max`", "did you mean `touches_max`?", True),
        (
            "facts.opt_out.honour_witin <= days(2)",
            "honour_witin",
            "there is no fact `opt_out.honour_witin`",
            "did you mean `opt_out.honour_within`?",
            True,
        ),
        ('facts.touches_max_in["8d"] <= 4', '"8d"', "`touches_max_in` has no key `8d`", "did you mean `1d`?", True),
        ("facts.gap_min.phon >= days(1)", "phon", "`gap_min` has no key `phon`", "did you mean `phone`?", True),
        ('size(facts.authentication["pol"]) == 3', '"pol"', "`authentication` has no key `pol`", "did you mean `pool`?", True),
        ("touches_max < 3", "touches_max", "there is no `touches_max` here", "did you mean `facts.touches_max`?", True),
        ('facts.touches_max <= "4"', 'facts.touches_max <= "4"', "`<=` compares a number with a text", "write numbers without quotes", False),
        (
            "true && facts.gap_min_any >= 4",
            "facts.gap_min_any >= 4",
            "`>=` compares a length of time with a number",
            "write a length of time as `days(2)`, `hours(4)` or `minutes(30)`",
            False,
        ),
        ("facts.channels > 3", "facts.channels > 3", "`>` compares a list with a number", "compare the size of a list, or look `in` it", False),
        ("4 in facts.channels", "4", "`in` looks for a number where there is only a text", "", False),
        ('"a" in facts.consent', "facts.consent", "`in` looks into a list, not into a text", "", False),
        ("!facts.touches_max", "facts.touches_max", "`!` takes true or false, not a number", "", False),
        ("facts.touches_max", "facts.touches_max", "a condition is true or false; this is a number", "compare it: `facts.touches_max <= 8`", False),
        ("1 < 2", "1 < 2", "this reads no fact, so it says nothing about a playbook", "`cadenza facts` lists all facts", False),
        ("facts.touches_max = 3", "=", "`=` is no operator of CEL", "write `==`", False),
        ("facts.touches_max <= 4 and true", "and", "`and` is no word of CEL", "write `&&`", False),
        ("(facts.touches_max <= 4", "(", "`(` is never closed", "add `)`", False),
        ("facts.touches_max <= 4)", ")", "`)` stands where an operator or the end is wanted", "", False),
        ("facts.touches_max <=", "", "the condition ends where a value is wanted", "", False),
        ("facts.consent == 'x", "'x", "this text has no closing quote", "end it with ' on the same line", False),
        ("facts.consent == null", "null", "no fact is null", "what has no limit compares as larger than every number", False),
        ("has(facts.consent)", "has", "every fact is always there, so `has` says nothing", "compare the fact itself", False),
        ("sise(facts.channels) > 1", "sise", "there is no function `sise`", "did you mean `size()`?", True),
        ('facts.consent.matches("(a+)+$")', "matches", "`matches` is not allowed: a pattern can take for ever", None, False),
        (
            "facts.channels.all(a, facts.channels.all(b, facts.channels.all(c, true)))",
            "all",
            "more than 2 quantifiers in one another",
            "split it into several checks",
            False,
        ),
        ('within(facts.windows["phone"], "mon-fri 9-17")', '"mon-fri 9-17"', None, 'a good one is "mon-fri 09:00-17:00"', False),
        ('duration("3d") < facts.gap_min_any', '"3d"', "`duration` takes a text of hours, minutes and seconds", None, False),
        ("facts.opt_out == 3", "facts.opt_out", "`facts.opt_out` is a group of facts, no value", None, False),
        ("facts.touches_max_in.7d < 3", ".7", "`.7` stands where an operator or the end is wanted", None, False),
        ('facts["consent"] == "x"', 'facts["consent"]', "a fact is read by its name", "write `facts.name`", False),
    ],
)
def test_a_slip_is_told_at_its_letters(text: str, wrong: str, message: str | None, help: str | None, unknown: bool) -> None:
    found = slip(text)
    assert found[0] == wrong and found[3] is unknown
    assert message is None or found[1] == message
    assert help is None or found[2] == help


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "true" + ")" * 5000,
        "!" * 900 + "true",
        "-" * 900 + "1",
        "[" * 500 + "]" * 500,
        "a" * 100_000,
        "1+" * 499 + "1",
        "a." * 499 + "b",
        "facts" + "[0]" * 300,
        "true?" * 190 + "true",
        "facts.channels" + ".map(c, c)" * 90,
        '"' + "\\" * 900,
        "facts.touches_max in in in in",
        "\x00\x1b[31m",
        "\U0001f600" * 200,
        "facts.channels.all(x, [1] + [1])",
        "0" * 900,
        "9" * 900 + " < 1",
        ".5" * 400,
        "// " + "a" * 900,
    ],
)
def test_no_hostile_text_takes_long_or_escapes(text: str) -> None:
    begun = time.process_time()
    with pytest.raises(Slip) as caught:
        condition(text, KNOWN)
    assert time.process_time() - begun < 5, "nothing takes five seconds, on any machine"
    assert 0 <= caught.value.start < caught.value.end


def test_a_long_chain_of_equals_is_read_flat() -> None:
    tree = parse(" && ".join(["true"] * 60))
    assert tree.kind == "and" and len(tree.parts) == 60


def test_strings_have_their_escapes() -> None:
    def value(text: str) -> object:
        return parse(text).value

    assert value(r'"a\"b\n\x41\u00e9\\"') == 'a"b\nA\u00e9\\'
    assert value(r"r'\n'") == "\\n"
    with pytest.raises(Slip, match="escape"):
        parse(r'"\q"')


PIECES = [
    "facts",
    ".",
    "touches_max",
    "gap_min",
    "channels",
    "[",
    "]",
    "(",
    ")",
    '"7d"',
    "all",
    "map",
    "x",
    ",",
    "<=",
    "&&",
    "!",
    "-",
    "in",
    "?",
    ":",
    "1",
    "size",
]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.lists(st.sampled_from(PIECES)).map(" ".join)))
def test_any_text_is_a_condition_or_a_slip_within_it(text: str) -> None:
    try:
        assert condition(text, KNOWN).facts
    except Slip as found:
        assert 0 <= found.start < found.end <= max(len(text), 1) + 1
