"""Optimizing: plans are written as edits that keep the rest of the text, lint decides who may stand, the same search gives the same answer."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cadenza.cli.group import run
from cadenza.engines import run as run_engine
from cadenza.forecast.optimizing import Bounds, Optimum, Rejected, optimize
from cadenza.forecast.optimizing.offers import Offer, offers_of
from cadenza.forecast.optimizing.plans import Cadence, Plan, _moves, neighbour, plan_of
from cadenza.forecast.optimizing.texts import CannotWrite, texts_of
from cadenza.forecast.optimizing.workshop import workshop
from cadenza.forecast.trials import Bench
from cadenza.language import load_playbook, load_simulation, read, schema_folder
from cadenza.language.model import Playbook, Simulation
from cadenza.language.nodes import Map, Scalar, Seq
from cadenza.language.values import Duration
from cadenza.render.optimize_terminal import diff, render
from cadenza.rules import lint
from cadenza.world import build
from cadenza.world.program import Program

ROOT = Path(__file__).resolve().parents[2]
COLD = "playbooks/platform-cold.yaml"
AS_OF = date(2027, 1, 1)
EVERYTHING = Bounds(enroll=(60.0, 200.0), people=(("sdr", 4, 12),))


def originals() -> dict[str, str]:
    return {name: (ROOT / name).read_text("utf-8") for name in ("cadenza.yaml", COLD)}


def said(text: str) -> tuple[list[tuple[str, str | None]], str]:
    """The steps of a playbook's text with their delays, and how many are enrolled."""
    tree, _ = read(text, COLD)
    assert isinstance(tree, Map)
    cadence, audience = tree.entries["cadence"], tree.entries["audience"]
    assert isinstance(cadence, Seq) and isinstance(audience, Map)
    steps = [{key: item.entries[key] for key in ("id", "after") if key in item.entries} for item in cadence.items if isinstance(item, Map)]
    texts = [{key: node.text for key, node in step.items() if isinstance(node, Scalar)} for step in steps]
    enroll = audience.entries["enroll"]
    assert isinstance(enroll, Scalar)
    return [(step["id"], step.get("after")) for step in texts], enroll.text


@given(seed=st.integers(0, 10**6), moves=st.integers(0, 12))
def test_a_plan_is_written_down_and_read_back(seed: int, moves: int) -> None:
    now = plan_of((load_playbook(ROOT / COLD),), ROOT)
    plan, random = now, Random(seed)
    for _ in range(moves):
        plan = neighbour(plan, EVERYTHING, random)
    texts = {**originals(), **texts_of(plan, now, originals(), ROOT)}
    (cadence,) = plan.cadences
    steps, enroll = said(texts[COLD])
    assert steps == [(name, None if after is None else str(after)) for name, after in cadence.steps]
    assert enroll == f"{cadence.enroll:.0f} per business day"
    assert 60 <= cadence.enroll <= 200 and 4 <= dict(plan.people)["sdr"] <= 12
    assert (steps[0][0], len(steps) >= 2) == ("intro", True)
    assert f"    people: {dict(plan.people)['sdr']}\n" in texts["cadenza.yaml"]


def test_nothing_else_in_the_text_changes() -> None:
    now = plan_of((load_playbook(ROOT / COLD),))
    (cadence,) = now.cadences
    steps = list(cadence.steps)
    steps[3], steps[4] = (steps[4][0], Duration(9, "business day")), steps[3]
    del steps[6]
    plan = Plan((replace(cadence, steps=tuple(steps)),), now.people)
    text, new = originals()[COLD], texts_of(plan, now, originals(), ROOT)[COLD]
    connect = "  - id: connect\n    channel: linkedin\n    action: invite\n    after: 1 business day\n"
    second = "  - id: second-call\n    channel: phone\n    after: 3 business days\n    script: messages/second-call.md\n"
    start, end = text.index("  - id: linkedin-note\n"), text.index("  - id: goodbye\n")
    expected = (text[:start] + text[end:]).replace(connect + second, second.replace("3 business days", "9 business days") + connect)
    assert new == expected


def test_comments_go_with_their_step(tmp_path: Path) -> None:
    text = (
        "cadence:\n  - id: a\n    channel: email\n  # why b\n  # is here\n  - id: b   # b\n    after: 2 days # two\n\n"
        "  - id: c\n    after: >-\n      3 days\n  - id: d\n    after: 1 day\n# after all\naudience: {enroll: 5 per day}\n"
    )
    (tmp_path / "p.yaml").write_text(text, "utf-8")
    day = {"a": None, "b": Duration(2, "day"), "c": Duration(3, "day"), "d": Duration(1, "day")}
    now = Plan((Cadence("p.yaml", tuple(day.items()), 5.0),), ())
    plan = Plan((Cadence("p.yaml", (("a", None), ("c", day["c"]), ("b", Duration(4, "day")), ("d", day["d"])), 5.0),), ())
    assert texts_of(plan, now, {"p.yaml": text}, tmp_path)["p.yaml"] == (
        "cadence:\n  - id: a\n    channel: email\n  - id: c\n    after: >-\n      3 days\n"
        "  # why b\n  # is here\n  - id: b   # b\n    after: 4 days # two\n\n"
        "  - id: d\n    after: 1 day\n# after all\naudience: {enroll: 5 per day}\n"
    )


def test_a_cadence_in_one_line_keeps_its_order(tmp_path: Path) -> None:
    text = "cadence: [{id: a}, {id: b, after: 1 day}, {id: c, after: 1 day}]\n"
    (tmp_path / "p.yaml").write_text(text, "utf-8")
    day = Duration(1, "day")
    now = Plan((Cadence("p.yaml", (("a", None), ("b", day), ("c", day)), 5.0),), ())
    with pytest.raises(CannotWrite):
        texts_of(Plan((Cadence("p.yaml", (("a", None), ("c", day), ("b", day)), 5.0),), ()), now, {"p.yaml": text}, tmp_path)


SPARE = '---\nsubject: The order of work\n---\nHello {{ first_name | default: "there" }}, three teams wrote down what they did first.\n'


def test_what_may_be_added_needs_no_text_that_nobody_has_written(small: Path) -> None:
    messages = small / "playbooks/messages"
    (messages / "Order of work.md").write_text(SPARE, "utf-8")  # a path that YAML would have to quote
    (messages / "order.md").write_text(SPARE, "utf-8")
    (messages / "ask.md").write_text("---\ngoal: find out who decides\n---\nAsk who decides.\n", "utf-8")
    (messages / "bump.md").write_text("Did my note reach you?\n", "utf-8")
    (messages / "broken.md").write_text("{{ what", "utf-8")
    (messages / "elsewhere.md").write_text(SPARE, "utf-8")
    (small / "playbooks/notes.yaml").write_text("# elsewhere.md is for the partners\n", "utf-8")
    day = Duration(2, "business day")
    assert offers_of(load_playbook(small / COLD), small) == (
        Offer("ask", day, (("channel", "phone"), ("script", "messages/ask.md"))),
        Offer("bump", day, (("channel", "email"), ("thread", "reply"), ("message", "messages/bump.md"))),
        Offer("order", day, (("channel", "email"), ("message", "messages/order.md"))),
        Offer("first-call-again", day, (("channel", "phone"), ("script", "messages/first-call.md")), "first-call"),
        Offer("second-call-again", Duration(3, "business day"), (("channel", "phone"), ("script", "messages/second-call.md")), "second-call"),
    )


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_step_that_is_added_is_written_as_the_others_are(end: str, tmp_path: Path) -> None:
    lines = [
        "cadence:",
        "    - id: a",
        "      channel: email",
        "    # the last one",
        "    - id: b",
        "      after: 2 days",
        "audience: {enroll: 5 per day}",
        "",
    ]
    text = end.join(lines)
    (tmp_path / "p.yaml").write_bytes(text.encode())
    offer = Offer("c", Duration(1, "day"), (("channel", "phone"), ("script", "messages/c.md")))
    now = Plan((Cadence("p.yaml", (("a", None), ("b", Duration(2, "day"))), 5.0, (offer,)),), ())
    plan = Plan((replace(now.cadences[0], steps=(("a", None), ("c", Duration(4, "day")), ("b", Duration(2, "day")))),), ())
    new = ["    - id: c", "      channel: phone", "      after: 4 days", "      script: messages/c.md"]
    assert texts_of(plan, now, {"p.yaml": text}, tmp_path)["p.yaml"] == end.join([*lines[:3], *new, *lines[3:]])


def test_one_more_of_a_call_goes_with_the_call() -> None:
    now = plan_of((load_playbook(ROOT / COLD),), ROOT)
    plan, random, both = now, Random(1), 0
    for number in range(400):
        plan = neighbour(plan if number % 10 else now, Bounds(), random)
        names = {name for name, _ in plan.cadences[0].steps}
        assert names >= {name.removesuffix("-again") for name in names}
        assert len([name for name in names if name.endswith("-again")]) <= 2
        both += {"first-call-again", "second-call-again"} <= names
    assert both


@pytest.mark.parametrize("kind", ["spacing", "order", "fewer", "more", "enroll", "people"])
def test_each_kind_of_move_makes_playbooks_that_pass(kind: str, folder: Path) -> None:
    simulation = load_simulation(folder / "simulations/2027-q1.yaml")
    with workshop(simulation, AS_OF) as shop:
        assert shop.judge_base() == []
        playbooks = shop.playbooks({})
        assert playbooks is not None
        now = plan_of(playbooks, shop.root)
        for plan in (plan for name, plan in _moves(now, Bounds(enroll=(5.0, 20.0), people=(("sdr", 4, 12),))) if name == kind):
            texts = texts_of(plan, now, shop.originals, shop.root)
            found = shop.playbooks(texts)
            if found is not None and shop.passes(texts):
                assert plan_of(found) == plan != now
                assert run_engine(program_of(simulation, found), 0).counts != run_engine(program_of(simulation, playbooks), 0).counts
                return
    pytest.fail(f"lint lets no {kind} pass")


def program_of(simulation: Simulation, playbooks: tuple[Playbook, ...]) -> Program:
    return build(playbooks, simulation.start, simulation.horizon, simulation.seed)


# ---------------------------------------------------------------- the search


def searched(folder: Path, workers: int = 1) -> Optimum:
    simulation = load_simulation(folder / "simulations/2027-q1.yaml")
    return optimize(simulation, as_of=AS_OF, budget=6, replications=6, bench=Bench("simpy", workers))


@pytest.fixture(scope="module")
def optimum(folder: Path) -> Iterator[Optimum]:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    yield searched(folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.slow
def test_the_same_search_gives_the_same_answer(optimum: Optimum, folder: Path) -> None:
    again = searched(folder, workers=2)
    assert [each.texts for each in again.front] == [each.texts for each in optimum.front]
    assert [each.means for each in again.front] == [each.means for each in optimum.front]
    assert (again.pick, again.refused, again.runs) == (optimum.pick, optimum.refused, optimum.runs)


def test_nothing_in_the_front_beats_another_and_lint_lets_all_pass(optimum: Optimum, folder: Path, tmp_path: Path) -> None:
    assert optimum.evaluated == 6 and optimum.front
    for number, each in enumerate(optimum.front):
        better = [other for other in (optimum.now, *optimum.front) if other is not each and _beats(other.means, each.means, optimum.less)]
        assert not better
        copy = tmp_path / str(number)
        shutil.copytree(folder, copy)
        for file, text in each.texts.items():
            (copy / file).write_text(text, "utf-8")
        known = [finding.name for finding in lint([folder / COLD], as_of=AS_OF).findings]
        assert [
            finding.name for finding in lint([copy / COLD], as_of=AS_OF).findings if finding.level.name != "advice" and finding.name not in known
        ] == []


def _beats(one: dict[str, float], other: dict[str, float], less: tuple[str, ...]) -> bool:
    pairs = [(one["meetings"], other["meetings"]), *((-one[key], -other[key]) for key in less)]
    return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)


def test_lint_decides(folder: Path) -> None:
    simulation = load_simulation(folder / "simulations/2027-q1.yaml")
    with workshop(simulation, AS_OF) as shop:
        assert shop.judge_base() == []
        text = shop.originals[COLD]
        assert shop.passes({COLD: text.replace("after: 5 business days", "after: 6 business days")})
        assert not shop.passes({COLD: text.replace("  negative:      {stop: said_no, cooldown: 365 days}\n", "")})
        assert {"ignores-no", "unrouted-event"} <= set(shop.refused)
        assert shop.playbooks({COLD: text.replace("  - id: answer-a-pain\n", "  - id: renamed\n")}) is None
        assert shop.playbooks({}) is not None
        assert (shop.root / COLD).read_text("utf-8") == text
    assert not shop.root.exists()


def test_what_lint_rejects_already_is_not_improved(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "w")
    playbook = tmp_path / "w" / COLD
    playbook.write_text(playbook.read_text("utf-8").replace("  negative:      {stop: said_no, cooldown: 365 days}\n", ""), "utf-8")
    with pytest.raises(Rejected):
        searched(tmp_path / "w")


def test_the_edit_is_one_that_git_applies(optimum: Optimum, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "w")
    edit = diff(optimum, 0)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path / "w", input=edit.encode(), check=True)
    assert {file: (tmp_path / "w" / file).read_text("utf-8") for file in optimum.front[0].texts} == optimum.front[0].texts
    page = render(optimum, 0, width=80)
    assert page.startswith("q: candidate 1, of 6 that were tried: meetings ")
    assert edit in page


def test_at_the_door(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(folder, tmp_path / "w")
    options = ["-n", "4", "-j", "1", "--engine", "simpy", "--as-of", "2027-01-01", "--budget", "2", "--fix", "order", "--fix", "steps"]
    file = str(tmp_path / "w/simulations/2027-q1.yaml")
    assert run(["optimize", file, *options, "--pick", "1", "--format", "json", "--write"]) == 0
    out, err = capsys.readouterr()
    document = json.loads(out)
    Draft202012Validator(json.loads((schema_folder() / "optimum.schema.json").read_text("utf-8"))).validate(document)
    assert err == f"wrote {COLD}\n"
    (tmp_path / "old").mkdir()
    shutil.copytree(folder / "playbooks", tmp_path / "old/playbooks")
    subprocess.run(["git", "apply", "-"], cwd=tmp_path / "old", input=document["diff"].encode(), check=True)
    assert (tmp_path / "w" / COLD).read_bytes() == (tmp_path / "old" / COLD).read_bytes()
    assert all(change["path"].endswith(".after") for each in document["front"] for change in each["changes"])
    assert run(["optimize", file, *options, "--people", "boss=1..2"]) == 2
    assert "the workspace has no role 'boss': there is sdr, ae" in capsys.readouterr().err
    assert run(["optimize", file, *options, "--enroll", "60.."]) == 2
    assert "has an open end; a good one is 60..200" in capsys.readouterr().err
