"""Money and intrusion: prices are added to what was counted, what has no price is absent, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from cadenza.forecast import forecast
from cadenza.forecast.metrics import computed
from cadenza.forecast.terms import Pay, Terms, terms_of
from cadenza.language import Refused, load_playbook, load_simulation
from cadenza.language.values import Change, Money, Price, UnitError

COLD = "playbooks/platform-cold.yaml"


def priced(folder: Path, *edits: tuple[str, str]) -> Path:
    for name in ("cadenza.yaml", COLD):
        text = (folder / name).read_text("utf-8")
        for old, new in edits:
            text = text.replace(old, new, 1)
        (folder / name).write_text(text, "utf-8")
    return folder


SDR = ("    people: 8\n", "    people: 8\n    cost: 3043.75 EUR per month\n")
AE = ("    people: 2\n", "    people: 2\n    cost: 73050 EUR per year\n    charge: used\n")
LIST = ("valid_emails: 97%}", "valid_emails: 97%, cost: 0.40 EUR per contact}")
TOOLS = (
    "links:  ",
    "tools:\n  phone: {cost: 10 EUR per day, each: sdr}\n  mail: {cost: 7 EUR per week, each: outbound-pool}\n"
    "  data: {cost: 1 EUR per day}\nlinks:  ",
)


def test_prices_over_a_horizon(small: Path) -> None:
    found = terms_of([load_playbook(priced(small, SDR, AE, LIST, TOOLS) / COLD)], "2027-01-04", 91)
    assert found == Terms(
        pay=(Pay("sdr", pytest.approx(8 * 91 * 10_000), False), Pay("ae", pytest.approx(2 * 91 * 20_000), True)),  # type: ignore[arg-type]
        tools=91 * (8 * 1000 + 12 * 100 + 100),
        contact=(("platform-cold", 40.0),),
        won=(("platform-cold", 0.22),),
        asked=(("platform-cold", False),),
        alone=True,
    )
    counts = {"load.sdr": 0.5, "load.ae": 0.25, "enrolled": 1000.0, "pipeline": 100_000.0, "touches": 10.0, "meetings": 4.0, "opportunities": 2.0}
    values = computed(found.counted(counts))
    people, tools = 8 * 91 * 10_000 + 0.25 * 2 * 91 * 20_000, 91 * 9300
    assert values["cost.people"] == pytest.approx(people)
    assert values["cost.tools"] == tools
    assert values["cost.lists"] == 40_000
    assert values["cost"] == pytest.approx(people + tools + 40_000)
    assert values["cost_per_meeting"] == pytest.approx(values["cost"] / 4)
    assert values["cost_per_opportunity"] == pytest.approx(values["cost"] / 2)
    assert values["return_on_cost"] == pytest.approx(22_000 / values["cost"])
    assert values["without_consent.share"] == 1.0


def test_who_asked_is_not_bothered(small: Path) -> None:
    asked = ("consent: legitimate_interest", "consent: express")
    found = terms_of([load_playbook(priced(small, asked) / COLD)], "2027-01-04", 91)
    assert found.counted({"touches": 10.0}) == {"touches": 10.0, "touches.without_consent": 0.0}


def test_several_playbooks_side_by_side() -> None:
    terms = Terms((), None, (("a", 50.0),), (("a", 0.5), ("b", 0.1)), (("a", False), ("b", True)), alone=False)
    counts = {"touches": 30.0, "a:touches": 10.0, "b:touches": 20.0, "a:enrolled": 4.0, "a:pipeline": 100.0, "b:pipeline": 1000.0}
    added = {key: value for key, value in terms.counted(counts).items() if key not in counts}
    assert added == {
        "a:touches.without_consent": 10.0,
        "b:touches.without_consent": 0.0,
        "touches.without_consent": 10.0,
        "cost.lists": 200.0,
        "cost": 200.0,
        "pipeline.expected": 150.0,
    }


def test_who_is_hired_has_a_seat_from_the_first_day(small: Path) -> None:
    hires = ("    people: 8\n", "    people: 8\n    hires: [{id: spring, people: 2, starts: 2027-02-01}]\n")
    found = terms_of([load_playbook(priced(small, hires, TOOLS) / COLD)], "2027-01-04", 91)
    assert found.tools == 91 * (8 * 1000 + 12 * 100 + 100) + 2 * 63 * 1000


def test_who_is_hired_is_paid_from_the_first_day(small: Path) -> None:
    hire = ("    people: 8\n", "    people: 8\n    cost: 100 EUR per day\n    hires:\n      - {id: new, people: 2, starts: 2027-01-11}\n")
    found = terms_of([load_playbook(priced(small, hire) / COLD)], "2027-01-04", 28)
    assert found.pay == (Pay("sdr", (8 * 28 + 2 * 21) * 10_000.0, False),)


def test_only_what_has_a_price_is_in_a_forecast(small: Path) -> None:
    simulation = small / "simulations/2027-q1.yaml"
    simulation.write_text(
        "cadenza: 1\nname: q\nplaybooks: [../playbooks/platform-cold.yaml]\nstart: 2027-01-04\nhorizon: 4 weeks\nreplications: 2\nseed: 7\n"
        "scenarios: {base: {}, dear: {audience.source.cost: 2x}, cheaper: {audience.source.cost: 0.10 EUR per contact}}\n",
        "utf-8",
    )
    (small / COLD).write_text((small / COLD).read_text("utf-8").replace(*LIST), "utf-8")
    told = forecast(load_simulation(simulation), engine="simpy", workers=1)
    (small / COLD).write_text((small / COLD).read_text("utf-8").replace(LIST[1], LIST[0]), "utf-8")
    silent = forecast(load_simulation(simulation), engine="simpy", workers=1, scenarios=[])
    base, dear, cheaper = (point.measures for point in told.points)
    added = base.keys() - silent.base.measures.keys()
    assert added == {"cost", "cost.lists", "cost_per_meeting", "cost_per_opportunity", "return_on_cost", "pipeline.expected"}
    assert {key: base[key] for key in base if key not in added} == silent.base.measures
    assert base["cost"].mean == 40 * base["enrolled"].mean > 0
    assert (dear["cost"].mean, cheaper["cost"].mean) == (2 * base["cost"].mean, base["cost"].mean / 4)


def test_one_currency(small: Path) -> None:
    playbook = load_playbook(priced(small, SDR, ("cost: 3043.75 EUR per month", "cost: 3000 GBP per month")) / COLD)
    with pytest.raises(Refused) as refused:
        terms_of([playbook], "2027-01-04", 91)
    (finding,) = refused.value.findings
    assert str(finding.span) == "cadenza.yaml:12:11"
    assert finding.message == "this price is in GBP, and the opportunities are in EUR: a forecast adds up one currency"


def test_a_tool_for_each_of_nobody(small: Path) -> None:
    with pytest.raises(Refused) as refused:
        load_playbook(priced(small, (TOOLS[0], TOOLS[1].replace("each: sdr", "each: sdrs"))) / COLD)
    (finding,) = refused.value.findings
    assert (finding.message, finding.help) == ("there is no role or sender `sdrs` under `team:` or `senders:`", "did you mean `sdr`?")


@pytest.mark.parametrize(
    ("text", "why", "good"),
    [
        ("5200 EUR", "a price is so much `per` day or week or month or quarter or year, and `5200 EUR` does not say for what", "5200 EUR per month"),
        ("5200 EUR per moth", "a price is so much `per` day or week or month or quarter or year, and `moth` is none of them", "5200 EUR per month"),
        ("5200 per month", "`5200` has no currency", "5200 EUR per month"),
        (
            "0.40 EUR per contact",
            "a price is so much `per` day or week or month or quarter or year, and `contact` is none of them",
            "0.40 EUR per month",
        ),
    ],
)
def test_bad_prices(text: str, why: str, good: str) -> None:
    with pytest.raises(UnitError) as error:
        Price.of_time(text)
    assert (str(error.value), error.value.good) == (why, good)


def test_prices_change() -> None:
    price = Price.parse("5200 EUR per month")
    assert Change.parse("0.5x").applied(price) == Price(Money(260_000, "EUR"), "month")
    assert str(Change.parse("+100").applied(price)) == "5300 EUR per month"
    assert str(Price.parse("0.4 EUR per contacts")) == "0.40 EUR per contact"
