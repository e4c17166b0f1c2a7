"""Laws that hold for every playbook: one target, no surprise, no way from a no to a touch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from support.clocks import DAY, MONDAY, DayClock
from support.playbooks import load_document, playbooks

from cadenza.machine import RANKS, Event, Life, Machine, Transition, begin, find, lower, outgoing, rank, reach, step, table

LAW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
NAMES = [name for group in RANKS for name in group]
COMING_BACK = ("cooled", "asked_back", "enrolled")


def machine_of(document: dict[str, Any], folder: Path) -> Machine:
    return lower(load_document(folder, document))


def refused(machine: Machine, state: int) -> bool:
    return machine.states[state].outcome == "opted_out" and machine.states[state].kind == "end"


@LAW
@given(document=playbooks())
def test_canonical(document: dict[str, Any], tmp_path: Path) -> None:
    """One target for a state and an event; transitions sorted; every state reached, in the order of discovery; ids unique; origins there."""
    machine = machine_of(document, tmp_path)
    assert len(table(machine)) == len(machine.transitions)
    keys = [(move.source, rank(move.event), move.event) for move in machine.transitions]
    assert keys == sorted(keys)
    assert list(dict.fromkeys([0, *(move.target for move in machine.transitions)])) == [state.index for state in machine.states]
    assert len({state.id for state in machine.states}) == len(machine.states)
    lines = (tmp_path / "playbooks" / "tried.yaml").read_text("utf-8").splitlines()
    for placed in (*machine.states, *machine.transitions, *machine.steps):
        assert placed.origin.file == "playbooks/tried.yaml"
        assert 1 <= placed.origin.line <= len(lines)


@pytest.mark.slow
@LAW
@given(document=playbooks(most=4))
def test_total(document: dict[str, Any], tmp_path: Path) -> None:
    """Every event in every state gives a life of the same machine; what has no transition changes nothing."""
    machine, clock = machine_of(document, tmp_path), DayClock()
    for state in machine.states:
        life = Life(state.index, MONDAY, MONDAY, MONDAY, due=MONDAY, planned=MONDAY, expires=MONDAY, held=MONDAY if state.pause else None)
        for name in NAMES:
            for answered in (None, *(info.id for info in machine.steps), "nobody"):
                then, actions = step(machine, life, Event(name, answered), MONDAY + DAY, clock)
                move = find(machine, state.index, name, answered)
                assert (then, actions) == (life, ()) if move is None else (then.state, actions) == (move.target, move.actions)


@LAW
@given(document=playbooks())
def test_nothing_heard_after_the_end_plans_a_touch(document: dict[str, Any], tmp_path: Path) -> None:
    machine = machine_of(document, tmp_path)

    def stays(move: Transition) -> bool:
        return move.event not in COMING_BACK

    over = [state.index for state in machine.states if state.kind == "end" or state.task in ("handoff", "booking", "meeting")]
    for index in reach(machine, over, stays):
        assert machine.states[index].kind in ("end", "task")
        assert machine.states[index].task != "review"


@LAW
@given(document=playbooks())
def test_an_opt_out_closes_what_it_says(document: dict[str, Any], tmp_path: Path) -> None:
    """Wherever it is heard: until the person asks back, no touch on a closed channel can be reached, through any event."""
    machine = machine_of(document, tmp_path)
    told = document.get("opt_out", {}).get("channels", [])
    closed = set(machine.channels) if told == "all" else set(told)
    moves = [move for move in machine.transitions if move.event in ("unsubscribed", "complained")]
    listening = {state.index for state in machine.states if not refused(machine, state.index)} if "opt_out" in document else set()
    assert {move.source for move in moves} == listening
    after = reach(machine, {move.target for move in moves}, lambda move: move.event != "asked_back")
    assert not [machine.states[index].id for index in after if machine.states[index].kind == "touch" and machine.states[index].channel in closed]


@LAW
@given(document=playbooks())
def test_a_no_for_good_is_for_good(document: dict[str, Any], tmp_path: Path) -> None:
    """Where every route of `negative` is a stop without a cooldown, no touch is reachable from any no, but by asking back."""
    routes = [document["replies"], *(item.get("replies", {}) for item in document["cadence"])]
    for replies in routes:
        if "negative" in replies:
            replies["negative"] = {"stop": "said_no"}
    document["replies"]["negative"] = {"stop": "said_no"}
    machine = machine_of(document, tmp_path)
    heard = [move for move in machine.transitions if move.event.partition(":")[0] == "replied.negative"]
    deaf = {state.index for state in machine.states if state.kind not in ("end", "task") or state.task} - {move.source for move in heard}
    assert not deaf
    after = reach(machine, {move.target for move in heard}, lambda move: move.event != "asked_back")
    assert not [machine.states[index].id for index in after if machine.states[index].kind not in ("end", "task")]


@LAW
@given(document=playbooks())
def test_an_unclassified_reply_waits_for_a_human(document: dict[str, Any], tmp_path: Path) -> None:
    machine = machine_of(document, tmp_path)
    for state in machine.states:
        move = find(machine, state.index, "replied.unclassified")
        assert (move is not None) == (state.kind in ("wait", "touch", "hold"))
        if move is not None:
            assert (machine.states[move.target].task, move.note) == ("review", "default deny")
            assert "due" not in {out.event for out in outgoing(machine)[move.target]}


@LAW
@given(document=playbooks())
def test_counts_are_bounded_and_right(document: dict[str, Any], tmp_path: Path) -> None:
    machine = machine_of(document, tmp_path)
    limits = [rule["when"]["touches"] for rule in document["stop_rules"] if "touches" in rule["when"]]
    for state in machine.states:
        on_the_way = state.kind in ("wait", "touch", "hold") or state.task == "review"
        assert (state.touches is not None) == (on_the_way and bool(limits))
        assert state.touches is None or 0 <= state.touches < min(limits)
        assert all(1 <= count <= 2 for _, count in state.rounds)
    for move in machine.transitions:
        source, target = machine.states[move.source], machine.states[move.target]
        if source.touches is not None and target.touches is not None:
            assert target.touches - source.touches == (1 if move.event == "done" and source.kind == "touch" else 0)


@LAW
@given(document=playbooks())
def test_a_touch_is_told_once_and_only_when_it_is_due(document: dict[str, Any], tmp_path: Path) -> None:
    machine = machine_of(document, tmp_path)
    for move in machine.transitions:
        source, target = machine.states[move.source], machine.states[move.target]
        told = [action.step for action in move.actions if action.kind == "touch"]
        assert told == ([target.step] if source.kind == "wait" and target.kind == "touch" else [])
        assert (target.kind == "touch") == bool(told) or source.kind == "touch"
        ended = [action.outcome for action in move.actions if action.kind == "record"]
        assert ended == ([target.outcome] if target.kind == "end" and source != target else []) or (
            source.kind == target.kind == "end" and source.outcome == target.outcome and not ended
        )


@LAW
@given(document=playbooks())
def test_every_wait_can_be_waited_for(document: dict[str, Any], tmp_path: Path) -> None:
    """Into a wait, a hold and an end that leads back there is always a timer, and there is never one into a touch or a task."""
    machine = machine_of(document, tmp_path)
    moves = outgoing(machine)
    for move in machine.transitions:
        timed = bool({"due", "cooled"} & {out.event for out in moves[move.target]})
        kept = move.timer is not None and move.timer.kind == "keep"
        assert timed == (move.timer is not None) or kept
    assert begin(machine, MONDAY) == Life(0, MONDAY, MONDAY, MONDAY)
