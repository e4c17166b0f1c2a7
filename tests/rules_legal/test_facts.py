"""Facts: each with its value and with what makes it so; computed when asked for, and once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cadenza.language import load_playbook, schema_folder
from cadenza.language.findings import Witness
from cadenza.language.nodes import Span
from cadenza.machine import begin, step
from cadenza.machine.types import Event
from cadenza.render import facts_json
from cadenza.rules.context import Subject
from cadenza.rules.facts import registry
from cadenza.rules.facts._longest import most
from cadenza.rules.facts.registry import FOREVER, NO_LIMIT, Facts, catalogue, shown

TODAY = date(2027, 1, 4)
Change = Callable[[Path, str, str], None]


def facts_of(file: Path) -> Facts:
    playbook = load_playbook(file)
    return Subject(playbook.node, TODAY, playbook).facts


def lines(facts: Facts) -> dict[str, str]:
    """`name[key]` -> its value and its place, of what is no bound over paths."""
    found = {}
    for fact in catalogue().values():
        for keys, known in facts.known(fact.name) if not _is_bound(fact.name) else ():
            name = fact.name + "".join(f"[{key}]" for key in keys)
            found[name] = f"{shown(fact, known.value)} ({known.because if isinstance(known.because, Span) else 'a story'})"
    return found


def _is_bound(name: str) -> bool:
    return name.startswith(("gap_min", "touches_max_in", "calls_max", "after_refusal", "elapsed"))


def test_the_facts_of_the_example(EXAMPLES: Path, golden: Callable[[str, Path], None]) -> None:
    found = lines(facts_of(EXAMPLES / "playbooks/platform-cold.yaml"))
    golden("".join(f"{name}: {value}\n" for name, value in found.items()), Path(__file__).parent / "example.facts")


def test_every_fact_that_was_promised_is_there() -> None:
    promised = """channels countries subscriber_types consent touches_max touches_max_in gap_min gap_min_any first_channel calls_max_in_24h
        elapsed_max opt_out.honour_within
        opt_out.reaches opt_out.ways opt_out.page.steps gap_min_before after_no.touch_reachable after_no.cooldown windows
        emails_per_day_max authentication one_click postal_address_in_every_email opt_out_in_every_email invitations_per_week_max list_age
        touch_minutes_per_prospect_max"""
    assert set(promised.split()) <= set(catalogue())
    for fact in catalogue().values():
        assert fact.description.endswith("."), fact.name
        assert fact.type.count("map<") == len(fact.levels)


def test_bounds_are_facts_with_stories_that_replay(EXAMPLES: Path) -> None:
    facts = facts_of(EXAMPLES / "playbooks/platform-cold.yaml")
    for name, keys, value in [
        ("touches_max_in", ("7d",), 4),
        ("touches_max_in_by_channel", ("phone", "30d"), 2),
        ("touches_max", (), 8),
        ("gap_min_before", ("phone",), 2 * 86400),
    ]:
        known = facts.get(name, keys)
        assert known.value == value
        assert isinstance(known.because, Witness) and known.because.events
        _replay(facts, known.because)


def _replay(facts: Facts, witness: Witness) -> None:
    """The story's events, given to the machine one by one, are all heard."""
    machine = facts.subject.machine
    life = begin(machine, witness.events[0][1])
    for event, at in witness.events:
        name, _, answered = event.partition(":")
        after, _ = step(machine, life, Event(name, answered or None), at, facts.subject.teller.clock)
        assert after != life, (event, at)
        life = after


def test_a_value_is_computed_when_it_is_asked_for_and_once(EXAMPLES: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = facts_of(EXAMPLES / "playbooks/platform-cold.yaml")
    made: list[tuple[str, tuple[str, ...]]] = []
    honest = {name: fact.make for name, fact in catalogue().items()}
    counted = {
        name: registry.Fact(
            fact.name,
            fact.type,
            fact.unit,
            fact.description,
            fact.levels,
            lambda subject, *keys, name=name: (made.append((name, keys)), honest[name](subject, *keys))[1],
        )
        for name, fact in catalogue().items()
    }
    monkeypatch.setattr(registry, "catalogue", lambda: counted)
    assert facts.value("windows", ("email",)) == "mon-fri 08:30-17:00"
    assert facts.value("windows", ("email",)) == "mon-fri 08:30-17:00"
    assert facts.value("consent") == "legitimate_interest"
    assert made == [("windows", ("email",)), ("consent", ())]
    assert set(facts.value("windows")) == {"email", "phone", "linkedin", "sms", "direct_mail"}


def test_rough_values_lie_on_their_side_of_the_true_ones(EXAMPLES: Path, best: Path, worst: Path) -> None:
    for file in (EXAMPLES / "playbooks/platform-cold.yaml", best / "playbooks/best.yaml", worst / "playbooks/worst.yaml"):
        for name, side in registry.sides().items():
            rough = facts_of(file)
            for keys, known in facts_of(file).known(name):
                value: Any = rough.rough(name, keys)
                assert value >= known.value if side == "most" else value <= known.value, (name, keys)


# ---------------------------------------------------------------- single facts


@pytest.mark.parametrize(
    ("written", "days", "business"),
    [
        ("24 hours", 1, 1),
        ("10 business days", 20, 10),
        ("14 days", 14, 10),
        ("8 days", 8, 6),
        ("1 business hour", 7, 1),
        ("0 minutes", 0, 0),
    ],
)
def test_a_promise_in_calendar_and_in_business_days(best: Path, change: Change, written: str, days: int, business: int) -> None:
    change(best / "playbooks/best.yaml", "honour_within: 24 hours", f"honour_within: {written}")
    facts = facts_of(best / "playbooks/best.yaml")
    assert facts.value("opt_out.honour_within") == days * 86400
    assert facts.value("opt_out.honour_within_business_days") == business


def test_without_a_promise_the_slowest_channel_is_one(best: Path, change: Change) -> None:
    change(best / "playbooks/best.yaml", "  honour_within: 24 hours\n", "")
    assert facts_of(best / "playbooks/best.yaml").value("opt_out.honour_within") == 4 * 3600


def test_without_an_opt_out_nothing_is_honoured(best: Path) -> None:
    file = best / "playbooks/best.yaml"
    head, _, rest = file.read_text("utf-8").partition("opt_out:")
    file.write_text(head + rest[rest.index("targets:") :], "utf-8")
    facts = facts_of(file)
    assert facts.value("opt_out.honour_within") == facts.value("opt_out.reaches", ("email",)) == FOREVER
    assert facts.value("opt_out.channels_left") == ("email", "phone", "sms", "linkedin")
    assert (facts.value("opt_out.keep"), facts.value("opt_out.kept_forever"), facts.value("opt_out.ways")) == (0, False, ())
    known = facts.get("after_opt_out.touch_reachable")
    assert known.value is True and isinstance(known.because, Witness)


def test_a_no_that_nobody_hears_has_no_cooldown(best: Path, change: Change) -> None:
    change(best / "playbooks/best.yaml", "  negative: {stop: said_no, cooldown: 365 days}\n", "  negative: {go_on: true}\n")
    facts = facts_of(best / "playbooks/best.yaml")
    assert facts.value("after_no.touch_reachable") is True
    assert facts.value("after_no.cooldown") == 0


def test_a_no_for_good_never_cools(best: Path, change: Change) -> None:
    change(best / "playbooks/best.yaml", "{stop: said_no, cooldown: 365 days}", "{stop: said_no}")
    assert facts_of(best / "playbooks/best.yaml").value("after_no.cooldown") == FOREVER


def test_a_loop_has_no_most(best: Path, change: Change) -> None:
    change(
        best / "playbooks/best.yaml", "  positive: {stop: yes_please}", "  positive: {stop: yes_please}\n  not_now: {pause: 30 days, resume: first}"
    )
    facts = facts_of(best / "playbooks/best.yaml")
    assert facts.value("touches_max") == NO_LIMIT
    assert shown(catalogue()["touches_max"], NO_LIMIT) == "no limit"


def test_the_heaviest_path_is_the_one_with_the_most_weight(EXAMPLES: Path) -> None:
    graph = facts_of(EXAMPLES / "playbooks/platform-cold.yaml").subject.graph
    only = most(graph, lambda step: int(step == "linkedin-note"))
    assert only.total == 1 and graph.states[only.path[-1].source].step == "linkedin-note"


def test_mails_are_judged_by_what_they_say(best: Path) -> None:
    message = best / "playbooks/messages/first.md"
    text = message.read_text("utf-8")

    def says(body: str) -> tuple[bool, ...]:
        message.write_text(body, "utf-8")
        names = ("opt_out_in_every_email", "opt_out_link_in_every_email", "postal_address_in_every_email", "sender_in_every_email")
        facts = facts_of(best / "playbooks/best.yaml")
        return tuple(bool(facts.value(name)) for name in names)

    assert says(text) == (True, True, True, True)
    assert says(text.replace("{{ unsubscribe_link }}", "To opt out, write back.")) == (True, False, True, True)
    assert says(text.replace("{{ unsubscribe_link }}", "Zum Abmelden genügt ein Wort.")) == (True, False, True, True)
    assert says(text.replace("{{ unsubscribe_link }}", "Bye.")) == (False, False, True, True)
    assert says(text.replace("{{ organization.postal_address }}", "1 Example Way,\nDublin")) == (True, True, True, True)
    assert says(text.replace("{{ organization.postal_address }}", "Dublin")) == (True, True, False, True)
    assert says(text.replace("{{ sender.name }}", "the team")) == (True, True, True, False)


def test_json_is_of_its_schema_and_the_same_each_time(best: Path) -> None:
    facts = facts_of(best / "playbooks/best.yaml")
    written = facts_json.render(facts, list(catalogue().values()), TODAY)
    document = json.loads(written)
    Draft202012Validator(json.loads((schema_folder() / "facts.schema.json").read_text("utf-8"))).validate(document)
    assert written == facts_json.render(facts_of(best / "playbooks/best.yaml"), list(catalogue().values()), TODAY)
    by_name = {fact["name"]: fact for fact in document["facts"]}
    assert by_name["opt_out.keep"]["values"] == [
        {
            "keys": [],
            "value": None,
            "text": "without end",
            "exact": True,
            "place": {"file": "playbooks/best.yaml", "line": 33, "column": 3, "end_line": 33, "end_column": 7},
            "witness": None,
        }
    ]
    assert by_name["authentication"]["values"][0]["value"] == ["spf", "dkim", "dmarc"]
