"""SPIN, a model checker that knows nothing of this project, is asked what `ignores-no` and `opt-out-leaks` say: the same verdict every time.

Three questions to each playbook: is anybody touched after a no (R001), after an opt-out (R003), after a colleague's opt-out that should cover them
(R003, where the scope is the account or the domain)? About fifteen playbooks are compared with every change, more than five hundred for each question
among the slow tests, which print how many held and how many did not.
"""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from rules_truth import spin
from rules_truth.strategies import refusing_playbooks
from support.playbooks import load_document, make_playbook, playbooks, write_playbook

from cadenza.cli import main
from cadenza.language import Playbook, Refused, load_playbook
from cadenza.machine import Machine, dumps, lower
from cadenza.machine.views import promela
from cadenza.rules.context import Context, Subject
from cadenza.rules.proof.graph import TooDear
from cadenza.rules.registry import named

HERE = Path(__file__).parent
TODAY = date(2027, 1, 4)
needs_spin = pytest.mark.skipif(spin.missing is not None, reason=f"{spin.missing} is not installed (Debian: apt-get install spin gcc)")
unhurried = settings(suppress_health_check=list(HealthCheck), max_examples=15, phases=[Phase.explicit, Phase.generate])  # small as they are
ASKED = {spin.NO: "R001 after a no", spin.OPT_OUT: "R003 after an opt-out", spin.COLLEAGUE: "R003 after a colleague's"}
Judge = Callable[[Machine, spin.Property], bool]


@pytest.fixture(scope="session")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """One compiled verifier for all machines, each of which it reads as a table."""
    folder = tmp_path_factory.mktemp("spin")
    pan = spin.build(HERE / "interpreter.pml", folder / "verifier")

    def violated(machine: Machine, property: spin.Property) -> bool:
        table = folder / "machine"
        table.write_text(spin.table(dumps(machine), property))
        return spin.violated(pan, table)

    return violated


def said(playbook: Playbook) -> dict[spin.Property, bool]:
    """What the rules say to each property that they judge in this playbook."""
    subject = Subject(playbook.node, TODAY, playbook)

    def messages(code: str) -> list[str]:
        rule = named(code)
        assert rule is not None and rule.check is not None
        return [finding.message for finding in rule.check(Context(rule, subject))]

    found = {spin.NO: bool(messages("R001"))}
    if playbook.opt_out is not None:
        leaks = messages("R003")
        found[spin.OPT_OUT] = any(message.startswith("an opt-out leaks by") for message in leaks)
        if playbook.opt_out.scope != "person":
            found[spin.COLLEAGUE] = any(message.startswith("an opt-out does not cover") for message in leaks)
    return found


def compared(document: dict[str, Any], folder: Path, judge: Judge) -> dict[spin.Property, tuple[bool, bool]] | None:
    """What the rules say to each question, and what SPIN says. None where the playbook is too large for a proof: lint says that."""
    try:
        playbook = load_document(folder, document)
        machine, rules = lower(playbook), said(playbook)
    except (Refused, TooDear):
        return None
    return {property: (broken, judge(machine, property)) for property, broken in rules.items()}


@needs_spin
@unhurried
@given(document=refusing_playbooks(most=3))
def test_the_same_verdict(document: dict[str, Any], tmp_path: Path, verifier: Judge) -> None:
    verdicts = compared(document, tmp_path, verifier) or {}
    assert {property: ours for property, (ours, _) in verdicts.items()} == {property: theirs for property, (_, theirs) in verdicts.items()}


@needs_spin
@pytest.mark.slow
def test_the_same_verdict_five_hundred_times(tmp_path: Path, verifier: Judge) -> None:
    tally: Counter[tuple[str, str]] = Counter()
    differ: list[str] = []

    @settings(unhurried, max_examples=120)
    @given(document=playbooks())
    def as_drawn(document: dict[str, Any]) -> None:
        one(document)

    @settings(unhurried, max_examples=680)
    @given(document=refusing_playbooks())
    def refusing(document: dict[str, Any]) -> None:
        one(document)

    def one(document: dict[str, Any]) -> None:
        verdicts = compared(document, tmp_path, verifier)
        tally["too large", ""] += verdicts is None
        for property, (ours, theirs) in (verdicts or {}).items():
            tally[ASKED[property], "broken" if theirs else "held"] += 1
            if ours != theirs:
                differ.append(f"{ASKED[property]}: {document}")

    as_drawn()
    refusing()
    print(*(f"{' '.join(what).strip()}: {count}" for what, count in sorted(tally.items())), sep="\n")
    assert not differ, "\n".join(differ)
    for asked in ASKED.values():
        assert tally[asked, "held"] + tally[asked, "broken"] >= 500
        assert min(tally[asked, "held"], tally[asked, "broken"]) >= 100, "a comparison in which nearly all say the same shows little"


# ---------------------------------------------------------------- the translation that users get


def translated(machine: Machine, property: spin.Property, folder: Path) -> bool:
    """The verdict over the machine's own translation, the one that `compile --format promela` writes."""
    model = folder / "machine.pml"
    model.write_text(promela(machine))
    return spin.violated(spin.build(model, folder / f"pan{property}", f"-DPROPERTY={property}"))


@needs_spin
@pytest.mark.slow
@settings(unhurried, max_examples=20)
@given(document=refusing_playbooks(most=3))
def test_the_readable_translation_says_the_same(document: dict[str, Any], tmp_path: Path, verifier: Judge) -> None:
    try:
        playbook = load_document(tmp_path, document)
        machine, rules = lower(playbook), said(playbook)
    except (Refused, TooDear):
        return
    if len(machine.states) < 150:  # the C compiler takes minutes over large ones
        for property in rules:
            assert translated(machine, property, tmp_path) == verifier(machine, property), property


TALKATIVE = """\
cadence:
  - {id: hello, channel: email, message: messages/hello.md, replies: {negative: {goto: last}}}
  - {id: last, channel: phone, after: 2 days, script: messages/hello.md}
replies: {positive: {handoff: ae}, negative: {stop: said_no}}
opt_out: {ways: [reply], scope: person, channels: all, undo: by_request}
"""


@needs_spin
def test_what_compile_writes_is_what_its_head_tells_to_do_with_it(tmp_path: Path) -> None:
    """`compile --format promela`, then the commands in the head of the model."""
    path, model = write_playbook(tmp_path, TALKATIVE), tmp_path / "machine.pml"
    with pytest.raises(SystemExit) as left:
        main(["compile", str(path), "--format", "promela", "--output", str(model)])
    assert left.value.code == 0
    assert model.read_text("utf-8") == promela(lower(load_playbook(path)))
    assert "spin -a -DPROPERTY=1 machine.pml && gcc -DSAFETY -o pan pan.c && ./pan -E\n" in model.read_text("utf-8")
    verdicts = {}
    for property in (spin.NO, spin.OPT_OUT):
        for command in (["spin", "-a", f"-DPROPERTY={property}", "machine.pml"], ["gcc", "-DSAFETY", "-o", "pan", "pan.c"]):
            subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)
        verdicts[property] = subprocess.run(["./pan", "-E"], cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60).stdout
    assert "assertion violated (refused==0)" in verdicts[spin.NO]
    assert "errors: 0" in verdicts[spin.OPT_OUT]


@needs_spin
@pytest.mark.slow
def test_the_shipped_playbook_is_safe(EXAMPLES: Path, tmp_path: Path, verifier: Judge) -> None:
    machine = lower(load_playbook(EXAMPLES / "playbooks" / "platform-cold.yaml"))
    assert [verifier(machine, property) for property in (spin.NO, spin.OPT_OUT, spin.COLLEAGUE)] == [False, False, True]  # its scope is the person
    assert not translated(machine, spin.NO, tmp_path)


# ---------------------------------------------------------------- what SPIN found


NEWS = """\
cadence:
  - {id: call, channel: phone, script: messages/hello.md}
  - {id: note, channel: linkedin, message: messages/hello.md}
replies: {positive: {handoff: ae}, negative: {stop: said_no}}
stop_rules: [{id: enough, when: {touches: 1}, stop: exhausted}]
opt_out: {ways: [reply], scope: account, channels: [linkedin]}
"""


@needs_spin
def test_a_colleague_may_opt_out_before_any_touch(tmp_path: Path, verifier: Judge) -> None:
    """What SPIN found: there is one touch only, so nobody answers before it and touches follow; but the news of a colleague come before it."""
    playbook = make_playbook(tmp_path, NEWS)
    assert said(playbook) == {spin.NO: False, spin.OPT_OUT: False, spin.COLLEAGUE: True}
    assert verifier(lower(playbook), spin.COLLEAGUE)


OTHERS_COOLDOWN = """\
cadence:
  - {id: call, channel: phone, script: messages/hello.md}
  - {id: note, channel: linkedin, after: 1 day, message: messages/hello.md}
replies: {positive: {handoff: ae}, negative: {handoff: sdr}}
stop_rules: [{id: colleague, when: {event: account.replied_negative}, stop: later, cooldown: 30 days}]
"""


@needs_spin
def test_the_cooldown_of_another_event_is_not_the_cooldown_of_a_no(tmp_path: Path, verifier: Judge) -> None:
    """The end that a colleague's no led to does not hear this person's own: when that end's cooldown is over, they are touched after a no."""
    playbook = make_playbook(tmp_path, OTHERS_COOLDOWN)
    assert said(playbook) == {spin.NO: True}
    assert verifier(lower(playbook), spin.NO)
