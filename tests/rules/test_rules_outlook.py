"""Where rules over forecasts end; the figures are made up, as any forecast could have them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cadenza.rules import lint
from cadenza.rules.outlook import Figure, Goal, Outlook


def flat(**means: float) -> dict[str, Figure]:
    return {key.replace("__", "."): Figure(mean, mean, mean, mean) for key, mean in means.items()}


def outlook(metrics: dict[str, Figure], weeks: float = 13, weekly: tuple[float, ...] = (), goals: tuple[Goal, ...] = ()) -> Outlook:
    return Outlook(weeks, 20, metrics, {"opportunities": weekly}, goals)


CASES = [
    ("P011", outlook(flat(complained__share=0.00099)), []),
    (
        "P011",
        outlook(flat(complained__share=0.001)),
        [("warning", "one forecast in ten has 0.10% complaints for each e-mail or more; the limit is 0.10%")],
    ),
    (
        "P011",
        outlook(flat(complained__share=0.003)),
        [("error", "one forecast in ten has 0.30% complaints for each e-mail or more; the limit is 0.30%")],
    ),
    ("P014", outlook(flat(replies__step__intro__unsubscribed=4.9)), []),
    ("P014", outlook(flat(replies__step__intro__unsubscribed=6, replies__step__intro__positive=4)), []),
    (
        "P014",
        outlook(flat(replies__step__intro__complained=6)),
        [("warning", "`intro` drives more people away than it wins: 6.0 opt-outs and complaints to 0.0 positive replies")],
    ),
    ("E011", outlook(flat(minutes__sdr=60, pipeline=0)), []),
    ("E011", outlook(flat(minutes__sdr=600, minutes__ae=600, pipeline=600000)), []),
    (
        "E011",
        outlook(flat(minutes__sdr=600, minutes__ae=660, pipeline=600000)),
        [("advice", "21 hours of work cost 1,260 and create a pipeline of 6,000: 21% of it; the limit is 20%")],
    ),
    ("C003", outlook({}), []),
    ("C003", outlook(flat(opportunities=1), weeks=3), []),
    ("C003", outlook(flat(opportunities=52)), []),
    (
        "C003",
        outlook(flat(opportunities=0)),
        [("advice", "with 0.0 opportunities a week the chance of one in each of 4 weeks is 0%; the least is 90%")],
    ),
    ("C006", outlook({}, goals=(Goal("meetings", "at least 4 per month", 0.1, 12, 9),)), []),
]


CUT = "`enough` stops after 2 touches of 4 that are written: that costs 2 meetings of 40 (P50)"


@pytest.mark.parametrize(
    ("now", "then", "found"),
    [(38.0, 40.0, [CUT]), (38.5, 40.0, []), (9.5, 10.0, []), (40.0, None, [])],
    ids=["a twentieth", "less", "not one meeting", "noise"],
)
def test_stopping_short_is_said_from_its_share_on(now: float, then: float | None, found: list[str], base: Callable[..., Path], today: date) -> None:
    playbook = base("stop_rules:\n  - {id: enough, when: {touches: 2}, stop: exhausted}\n")
    uncut = {} if then is None else flat(meetings=then)
    told = Outlook(13, 20, flat(meetings=now), {}, (), uncut)
    assert [finding.message for finding in lint([playbook], as_of=today, select=["E016"], foresee=lambda _: told).findings] == found


@pytest.mark.parametrize(("code", "expected", "found"), CASES)
def test_a_rule_ends_where_its_limit_is(code: str, expected: Outlook, found: list[tuple[str, str]], base: Callable[..., Path], today: date) -> None:
    report = lint([base()], as_of=today, select=[code], foresee=lambda _: expected)
    assert [(finding.level.name, finding.message) for finding in report.findings] == found


def test_what_it_takes_is_enough(base: Callable[..., Path], today: date) -> None:
    """With the number of people that C003 names, the chance is what was asked for: the rate goes with the people."""
    (finding,) = lint([base()], as_of=today, select=["C003"], foresee=lambda _: outlook(flat(opportunities=8))).findings
    more = finding.facts["people"] / 20  # type: ignore[operator]
    assert lint([base()], as_of=today, select=["C003"], foresee=lambda _: outlook(flat(opportunities=8 * more * 1.001))).findings == ()
    assert lint([base()], as_of=today, select=["C003"], foresee=lambda _: outlook(flat(opportunities=8 * more * 0.999))).findings != ()


def test_a_waiver_that_no_forecast_needs_is_stale(base: Callable[..., Path], today: date) -> None:
    file = base("audience:\n  size: 400  # cadenza: ignore[complaint-risk, P014]: the list is small\n")
    calm = outlook(flat(complained__share=0.0001))
    found = lint([file], as_of=today, foresee=lambda _: calm, select=["P011", "Y"]).findings
    code = next(f.code for f in lint([file], as_of=today, foresee=lambda _: outlook(flat(complained__share=0.004)), select=["P011"]).findings)
    assert code == "P011"
    assert [(f.code, f.span.line, f.message) for f in found] == [("Y011", 2, "the waiver of `complaint-risk` waives nothing here")]
    assert lint([file], as_of=today, select=["P011", "Y"]).findings == (), "nobody made a forecast"
