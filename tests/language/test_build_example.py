"""The example workspace as values, bases with places from both files, and files that stay inside the workspace."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cadenza.language import Refused, collect_playbook, load_playbook, load_simulation, load_workspace
from cadenza.language.nodes import at, plain
from cadenza.language.trees import PACKAGE_TABLES
from cadenza.language.validate import validate
from cadenza.language.values import Duration, Flow, Rate
from cadenza.language.yaml import read

DUBLIN = """\
cadenza: 1
organization: {name: Acme}
team: {sdr: {}, ae: {timezone: Europe/Dublin}}
senders: {pool: {domain: mail.acme.example}}
"""
BASE = """\
cadenza: 1
name: base
audience: {enroll: 10 per business day}
channels: {email: {senders: pool}, phone: {}}
cadence:
  - {id: intro, channel: email, message: messages/hello.md}
  - {id: call, channel: phone, after: 2 business days}
replies:
  negative: {stop: said_no, cooldown: 365 days}
"""
OWN = """\
extends: shared/base.yaml
name: own
cadence:
  - {id: call, after: 3 business days}
  - {id: last, channel: email, message: hello.md, after: 1 day}
replies:
  negative: {stop: said_no, cooldown: forever}
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A workspace with a base in one folder and a playbook on top of it in another."""
    (tmp_path / "playbooks/shared/messages").mkdir(parents=True)
    (tmp_path / "cadenza.yaml").write_text(DUBLIN)
    (tmp_path / "playbooks/shared/base.yaml").write_text(BASE)
    (tmp_path / "playbooks/own.yaml").write_text(OWN)
    for path in ("playbooks/shared/messages/hello.md", "playbooks/hello.md"):
        (tmp_path / path).write_text("---\nsubject: Hello\n---\nHello.\n")
    return tmp_path


def said(path: Path) -> list[str]:
    return [f"{found.span} {found.code} {found.message}" for found in collect_playbook(path)[1]]


def test_the_example_as_values(EXAMPLES: Path) -> None:
    playbook, findings = collect_playbook(EXAMPLES / "playbooks/platform-cold.yaml")
    assert findings == [] and playbook is not None
    assert (playbook.file, playbook.name, playbook.motion, playbook.circle, playbook.priority) == (
        "playbooks/platform-cold.yaml",
        "platform-cold",
        "cold",
        6,
        4,
    )
    assert [(step.id, step.channel, step.work, str(step.after or "at once"), step.message or step.script) for step in playbook.cadence] == [
        ("intro", "email", "email.personalised", "at once", "playbooks/messages/intro.md"),
        ("first-call", "phone", "phone.attempt", "2 business days", "playbooks/messages/first-call.md"),
        ("evidence", "email", "email.templated", "2 business days", None),
        ("connect", "linkedin", "linkedin.action", "1 business day", None),
        ("second-call", "phone", "phone.attempt", "3 business days", "playbooks/messages/second-call.md"),
        ("answer-a-pain", "email", "email.templated", "2 business days", "playbooks/messages/answer-a-pain.md"),
        ("linkedin-note", "linkedin", "linkedin.action", "2 business days", "playbooks/messages/linkedin-note.md"),
        ("goodbye", "email", "email.templated", "5 business days", "playbooks/messages/goodbye.md"),
    ]
    when = playbook.cadence[6].when
    assert when is not None and when.all_of == (("accepted", "connect"),)
    assert [(name, route.kind) for name, route in playbook.replies.items()] == [
        ("positive", "handoff"),
        ("not_now", "pause"),
        ("out_of_office", "pause"),
        ("wrong_person", "stop"),
        ("negative", "stop"),
    ]
    away, negative = playbook.replies["out_of_office"], playbook.replies["negative"]
    assert (away.until, away.assume, negative.outcome, negative.cooldown) == ("until_return", Duration(7, "day"), "said_no", Duration(365, "day"))
    assert [(rule.id, rule.event, rule.touches, str(rule.elapsed)) for rule in playbook.stop_rules][-2:] == [
        ("enough", None, 8, "None"),
        ("too-long", None, None, "45 days"),
    ]
    assert playbook.audience.enroll == Flow(120, "business day") and playbook.audience.size == 10000
    assert sorted(playbook.messages) == [f"playbooks/messages/{path.name}" for path in sorted((EXAMPLES / "playbooks/messages").iterdir())]
    assert str(playbook.cadence[1].place("after")) == "playbooks/platform-cold.yaml:49:12"


def test_a_table_lies_under_the_playbook_s_own_figures(EXAMPLES: Path) -> None:
    assumptions = load_playbook(EXAMPLES / "playbooks/platform-cold.yaml").assumptions
    assert assumptions is not None
    own, table = at(assumptions, ("email", "reply", "positive")), at(assumptions, ("email", "opened", "value"))
    assert own is not None and table is not None
    assert (plain(own), own.span.file) == ("71/12168", "playbooks/platform-cold.yaml")
    assert table.span.file == "cadenza/tables/cold-b2b-2025.yaml"
    replaced = at(assumptions, ("email", "reply_delay"))
    assert replaced is not None and plain(replaced) == {"median": "4 hours", "p90": "3 days"}  # and keeps no source of the table's


def test_the_workspace_and_the_simulation_as_values(EXAMPLES: Path) -> None:
    workspace = load_workspace(EXAMPLES / "playbooks")
    assert (workspace.root, workspace.organization.timezone, workspace.team["ae"].people) == (EXAMPLES, "Europe/Dublin", 2)
    assert workspace.suppression.lists == ("lists/do-not-contact.csv",) and workspace.suppression.customers == "lists/customers.csv"
    simulation = load_simulation(EXAMPLES / "simulations/2027-q1.yaml")
    assert (simulation.name, simulation.playbooks, simulation.start, simulation.seed) == (
        "2027-q1",
        ("playbooks/platform-cold.yaml",),
        "2027-01-04",
        65969257,
    )
    assert [(one.name, {path: str(change) for path, change in one.changes.items()}) for one in simulation.scenarios] == [
        ("base", {}),
        ("one-more-sdr", {"team.sdr.people": "9"}),
        ("halve-the-replies", {"assumptions.email.reply.positive": "0.5x"}),
        ("gives-up-after-two", {"stop_rules.enough.when.touches": "2"}),
    ]


def test_a_base_lies_under_with_the_places_of_both(house: Path) -> None:
    playbook = load_playbook(house / "playbooks/own.yaml")
    assert [(step.id, str(step.after), step.message, str(step.place("after"))) for step in playbook.cadence] == [
        ("intro", "None", "playbooks/shared/messages/hello.md", "playbooks/shared/base.yaml:6:5"),
        ("call", "3 business days", None, "playbooks/own.yaml:4:23"),
        ("last", "1 day", "playbooks/hello.md", "playbooks/own.yaml:5:58"),
    ]
    assert playbook.replies["negative"].cooldown is None
    assert str(playbook.place("audience")) == "playbooks/shared/base.yaml:3:11"


def test_roles_without_a_zone_share_one(house: Path) -> None:
    workspace = load_workspace(house)
    assert (workspace.organization.timezone, workspace.team["sdr"].timezone, workspace.team["sdr"].selling_time) == (
        "Europe/Dublin",
        "Europe/Dublin",
        Rate.parse("100%"),
    )


def test_links_that_lead_out_are_refused(house: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.md"
    outside.write_text("secret\n")
    (house / "playbooks/hello.md").unlink()
    (house / "playbooks/hello.md").symlink_to(outside)
    assert said(house / "playbooks/own.yaml") == ["playbooks/own.yaml:5:41 Y007 the path `hello.md` leads out of the workspace"]
    (house / "playbooks/linked.yaml").symlink_to(outside)
    assert said(house / "playbooks/linked.yaml") == [
        f"{house}/playbooks/linked.yaml:1:1 Y007 `{house}/playbooks/linked.yaml` lies outside the workspace"
    ]


def test_a_link_that_stays_inside_is_fine(house: Path) -> None:
    (house / "playbooks/hello.md").unlink()
    (house / "playbooks/hello.md").symlink_to("shared/messages/hello.md")
    assert said(house / "playbooks/own.yaml") == []


def test_a_table_of_one_s_own_comes_before_the_shipped_one(house: Path) -> None:
    (house / "assumptions").mkdir()
    (house / "assumptions/cold-b2b-2025.yaml").write_text("email: {bounced: {value: 7%, source: our own log}}\n")
    (house / "playbooks/own.yaml").write_text(OWN + "assumptions: {use: cold-b2b-2025, email: {bounced: 2%}, phone: {connected: 9%}}\n")
    assumptions = load_playbook(house / "playbooks/own.yaml").assumptions
    assert assumptions is not None
    assert plain(assumptions) == {"email": {"bounced": "2%"}, "use": "cold-b2b-2025", "phone": {"connected": "9%"}}
    (house / "assumptions/cold-b2b-2025.yaml").write_text("email: {opend: 7%}\n")
    assert said(house / "playbooks/own.yaml") == ["assumptions/cold-b2b-2025.yaml:1:9 Y003 unknown key `opend`: did you mean `opened`?"]


@pytest.mark.parametrize("path", sorted(PACKAGE_TABLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_tables_are_right(path: Path) -> None:
    """A load takes the figures of a shipped table as they are, since this test has read them all."""
    assert validate(read(path, path.name)[0], "assumptions") == []


def test_without_a_workspace_there_is_a_way_out(house: Path) -> None:
    (house / "cadenza.yaml").unlink()
    with pytest.raises(Refused) as refused:
        load_playbook(house / "playbooks/own.yaml")
    assert [(found.code, found.help) for found in refused.value.findings] == [
        ("Y004", "run `cadenza init` in the folder that should be the workspace"),
    ]


def test_errors_of_the_workspace_stop_a_playbook(house: Path) -> None:
    (house / "cadenza.yaml").write_text(DUBLIN + "linsk: {}\n")
    assert said(house / "playbooks/own.yaml") == ["cadenza.yaml:5:1 Y003 unknown key `linsk`: did you mean `links`?"]


def test_the_workspace_may_be_given(house: Path) -> None:
    workspace = load_workspace(house)
    shutil.copy(house / "playbooks/own.yaml", house / "playbooks/other.yaml")
    assert load_playbook(house / "playbooks/other.yaml", workspace=workspace).workspace is workspace


def test_reading_a_playbook_imports_nothing_heavy(EXAMPLES: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from cadenza.language import load_playbook; load_playbook(Path('playbooks/platform-cold.yaml'));"
        "print(sorted({'numpy','simpy','rich','holidays','liquid','phonenumbers','jsonschema','click','tzdata'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=EXAMPLES, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
