"""What `cadenza forecast --engine expected` says: one column, no band, no chance; and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.playbooks import WORKSPACE, write_playbook
from support.quiet import QUIET, laid

from cadenza.cli.forecast import command

ROOT = Path(__file__).resolve().parents[2]
RATES = {"email": {"reply": {"positive": "10%"}}, "meeting": {"booked": "100%", "held": "100%", "opportunity": "50%"}}
TEXT = f"""cadenza: 1
name: tried
audience: {{size: 1000, enroll: 200 per business day, fields: [email]}}
channels: {{email: {{senders: pool}}}}
cadence:
  - {{id: one, channel: email, message: messages/hello.md}}
replies: {{positive: {{handoff: sdr, then: meeting}}}}
targets: {{meetings: 120 per quarter, complained: at most 0.1%}}
assumptions: {json.dumps(laid(QUIET, RATES))}
"""


def said(folder: Path, *options: str, code: int = 0) -> str:
    path = write_playbook(folder, TEXT, workspace=WORKSPACE)
    result = CliRunner().invoke(
        command, [str(path), "--as-of", "2027-02-24", "--engine", "expected", *options], standalone_mode=False, env={"COLUMNS": "100"}
    )
    if result.exception is not None:
        assert code == 2
        return str(getattr(result.exception, "message", result.exception))
    assert result.return_value == code
    return result.stdout  # what is compiled first is said on stderr


def test_the_page(tmp_path: Path) -> None:
    text = said(tmp_path)
    assert text.splitlines()[:11] == [
        "tried: tried, 13 weeks from Mon 1 Mar 2027, in the mean",
        "",
        "Base: at most 100 meetings held in 13 weeks, in the mean.",
        "",
        "Scarce: mailboxes of pool: 1000 mails are asked in week 1, 2 times what can be done: at most 50% of",
        "it is done in time; 100% of all that is asked has room within 13 weeks.",
        "",
        "Scarce: ae: 3037 minutes are asked in week 2, 3.16 times what can be done: at most 32% of it is done",
        "in time; 100% of all that is asked has room within 13 weeks.",
        "",
        "So every number here is an upper bound: what waits for its turn comes later, or not at all.",
    ]
    assert "  meetings held                100  ≥ 120: the mean misses it\n" in text
    assert "  complaints per e-mail         0%  ≤ 0.10%: the mean meets it\n" in text
    assert "there is no band and no chance here" in text
    assert "P10" not in text and "replication" not in text


def test_the_document_is_what_its_schema_says(tmp_path: Path) -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads((ROOT / "schema" / "expected.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    document = json.loads(said(tmp_path, "--format", "json"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(document)] == []
    base = document["points"][0]
    assert base["upper_bound"] is True and base["means"]["touches"] == 1000
    assert [(goal["name"], goal["mean_reaches_it"]) for goal in base["targets"]] == [("meetings", False), ("complained", True)]
    assert not {"p10", "interval", "probability"} & set(json.dumps(document).replace('"', " ").split())


def test_targets_decide_the_exit_code(tmp_path: Path) -> None:
    said(tmp_path, "--require-targets", code=1)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (("-n", "20"), "--replications"),
        (("--for-seconds", "3"), "--for-seconds"),
        (("--workers", "2"), "--workers"),
        (("--verify",), "--verify"),
        (("--shards", "2"), "--shards"),
    ],
)
def test_what_is_about_replications_is_refused(tmp_path: Path, options: tuple[str, ...], name: str) -> None:
    text = said(tmp_path, *options, code=2)
    assert text == f"{name} is about replications, and --engine expected makes none; leave it out, or take another engine."
