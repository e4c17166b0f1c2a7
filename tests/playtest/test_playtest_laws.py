"""Laws of playbook tests: what is written from a run holds, less of it does not, and all of it is what the machine says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.playbooks import load_document, playbooks

from cadenza.language.nodes import Span
from cadenza.machine import Event, Life, Machine, begin, find, lower, step
from cadenza.playtest import Case, Story, check, drafted, load_suite, run
from cadenza.playtest.coverage import coverage
from cadenza.playtest.model import Expect
from cadenza.render import cases_json, cases_junit, cases_terminal

LAW = settings(max_examples=30)
EVENTS = (
    "replied: positive",
    "replied: negative",
    "replied: not_now",
    "replied: out_of_office",
    "replied: out_of_office, until: day 30",
    "replied: wrong_person",
    "replied: unclassified",
    "unsubscribed: true",
    "complained: true",
    "account: meeting_booked",
    "account: opted_out",
    "done: review",
    "done: handoff",
    "meeting: booked",
    "meeting: missed",
    "asked_back: true",
    "enrolled: true",
)
HEAD = "cadenza: 1\nperson: {country: IE}\nstart: 2027-01-04 08:00\ncases:\n"


@st.composite
def happenings(draw: st.DrawFn) -> list[str]:
    """Events as a case writes them; at most one in a minute, so that a minute names one instant."""
    days = draw(st.lists(st.integers(1, 60), max_size=4, unique=True))
    return [f"{{at: day {day} {draw(st.integers(0, 23)):02}:{draw(st.integers(0, 59)):02}, {draw(st.sampled_from(EVENTS))}}}" for day in days]


def written(folder: Path, cases: str) -> Path:
    path = folder / "playbooks" / "tried.test.yaml"
    path.write_text(HEAD + cases, "utf-8")
    return path


def first_case(folder: Path, document: dict[str, Any], events: list[str]) -> tuple[Machine, Case, Story]:
    load_document(folder, document)
    lines = "".join(f"      - {event}\n" for event in events)
    suite = load_suite(written(folder, f"  - name: it\n{'    events:' if events else ''}\n{lines}    until: day 120\n    expect: {{touches: []}}\n"))
    (case,) = suite.cases
    return suite.machine, case, run(suite.machine, case)


@LAW
@given(document=playbooks(), events=happenings())
def test_a_case_written_from_a_run_holds_and_says_the_same(folders: Callable[[], Path], document: dict[str, Any], events: list[str]) -> None:
    folder = folders()
    _, case, story = first_case(folder, document, events)
    report = check([written(folder, drafted(case, story))])
    (verdict,) = report.suites[0].verdicts
    assert [one for one in verdict.checks if not one.ok] == []
    assert (bare(verdict.story), verdict.story.states, verdict.first) == (bare(story), story.states, None)


def bare(story: Story) -> list[tuple[Any, ...]]:
    """What happened, without the lines of the case."""
    return [(beat.at, beat.kind, beat.what, beat.line, beat.step) for beat in story.beats]


@LAW
@given(document=playbooks(), events=happenings(), data=st.data())
def test_with_one_touch_left_out_it_fails_and_names_that_touch(
    folders: Callable[[], Path], document: dict[str, Any], events: list[str], data: st.DataObject
) -> None:
    folder = folders()
    _, case, story = first_case(folder, document, events)
    touches = story.touches
    assume(touches)
    gone = data.draw(st.integers(0, len(touches) - 1))
    text = drafted(case, story).split("\n")
    place = next(number for number, line in enumerate(text) if line.strip() == "touches:")
    if len(touches) == 1:
        text[place : place + 2] = ["      touches: []"]
    else:
        del text[place + 1 + gone]
    report = check([written(folder, "\n".join(text))])
    (verdict,) = report.suites[0].verdicts
    (bad,) = [one for one in verdict.checks if not one.ok]
    extra = [row for row in verdict.rows if row.mark != " "]
    assert [(row.mark, row.what.partition(" ")[0], row.line) for row in extra] == [("+", touches[gone].step, touches[gone].line)]
    same = [beat.at for beat in touches if (beat.step, story.scene.written(beat.at)) == (touches[gone].step, story.scene.written(touches[gone].at))]
    assert extra[0].at in same
    assert bad.key == "touches" and bad.happened.startswith(f"{touches[gone].step} at ") and verdict.first == verdict.rows.index(extra[0])


@LAW
@given(document=playbooks(), events=happenings())
def test_a_story_is_what_step_says(folders: Callable[[], Path], document: dict[str, Any], events: list[str]) -> None:
    """Feed the transitions that a story took, at their instants, to `step`: the same states come, and each clock was due."""
    machine, case, story = first_case(folders(), document, events)
    life: Life = begin(machine, story.states[0][0])
    until = {at: None for at, _, _ in story.states}
    for event in case.events:
        at = event.at.instant(story.scene)
        if event.until is not None and at is not None:
            until[at] = event.until.instant(story.scene, 0)  # type: ignore[assignment]
    for (source, name), (at, state, line) in zip(story.taken, story.states[1:], strict=True):
        bare, _, answered = name.partition(":")
        assert life.state == source
        move = find(machine, source, bare, answered or None)
        life, _ = step(machine, life, Event(bare, answered or None, until.get(at) if bare == "replied.out_of_office" else None), at, case.clock)
        assert move is not None and (life.state, move.origin) == (state.index, line)
    instants = [at for at, _, _ in story.states]
    assert instants == sorted(instants)


@LAW
@given(document=playbooks(), events=happenings())
def test_reports_are_the_same_every_time_and_coverage_only_grows(folders: Callable[[], Path], document: dict[str, Any], events: list[str]) -> None:
    folder = folders()
    machine, case, story = first_case(folder, document, events)
    path = written(folder, drafted(case, story))
    one, other = check([path]), check([path])
    assert cases_json.render(one) == cases_json.render(other)
    assert cases_terminal.render(one, verbose=True) == cases_terminal.render(other, verbose=True)
    assert cases_junit.render(one, least=0.5) == cases_junit.render(other, least=0.5)
    silent = run(machine, Case("silent", case.clock, case.start, {}, (), Expect(Span("x")), Span("x")))
    both, alone = coverage("x", machine, [silent, story]), coverage("x", machine, [story])
    assert [way.what for way in both.ways] == [way.what for way in alone.ways]
    assert all(more.tried or not less.tried for more, less in zip(both.ways, alone.ways, strict=True))
    counted = {(move.source, move.event) for way in both.ways for move in way.moves}
    assert sum(len(way.moves) for way in both.ways) == len(counted)
    left = [move for move in machine.transitions if (move.source, move.event) not in counted]
    assert all(move.event == "replied.unclassified" or machine.states[move.source].task == "review" for move in left)


@settings(max_examples=8)
@given(document=playbooks(most=4))
def test_every_case_that_is_suggested_passes_and_tries_its_way(folders: Callable[[], Path], document: dict[str, Any]) -> None:
    folder = folders()
    load_document(folder, document)
    report = check([written(folder, "  - name: it\n    made: {alpha: never}\n    until: day 1\n    expect: {touches: []}\n")])
    (found,) = report.coverage
    drafts = report.suggestions(found)
    assume(drafts)
    texts = [draft.text.replace("- name: ", f"- name: {number} ", 1) for number, draft in enumerate(drafts.values())]
    texts = [text.replace(f'- name: {number} "', f'- name: "{number} ', 1) for number, text in enumerate(texts)]
    again = check([written(folder, "".join(texts))])
    assert [verdict.case.name for verdict in again.suites[0].verdicts if not verdict.ok] == []
    assert all(again.coverage[0].ways[index].tried for index in drafts)


def test_lower_is_shared(tmp_path: Path) -> None:
    """A suite's machine is the one that `compile` shows."""
    document = {"cadenza": 1, "name": "n", "audience": {"size": 1, "enroll": "1 per day", "fields": ["email"]}}
    document |= {"channels": {"linkedin": {}}, "cadence": [{"id": "alpha", "channel": "linkedin", "message": "messages/hello.md"}]}
    playbook = load_document(tmp_path, document)
    suite = load_suite(written(tmp_path, "  - name: it\n    expect: {outcome: finished}\n"))
    assert suite.machine.hash == lower(playbook).hash
