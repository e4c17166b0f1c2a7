"""`lint --format json` keeps to its schema, whatever it is given."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from cadenza.cli.group import group
from cadenza.render.findings_json import render
from cadenza.rules import lint

SCHEMA = json.loads((Path(__file__).parents[2] / "schema" / "finding.schema.json").read_text("utf-8"))


def valid(text: str) -> dict[str, object]:
    document = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return dict(document)


def test_findings_with_everything_keep_to_the_schema(base: Callable[..., Path], today: date) -> None:
    file = base("audience:\n  consent: none  # cadenza: ignore[P006]: known\nopt_out:\n  channels: [email]\nicp:\n  accounts: {countries: [NO]}\n")
    report = lint([file], as_of=today)
    document = valid(render(report.findings, waived=report.waived, files=report.files))
    assert document["summary"] == {"errors": 2, "warnings": 1, "advice": 0, "waived": 1, "files": 1}
    found = document["findings"]
    assert isinstance(found, list)
    assert [(one["code"], one["waived"]) for one in found] == [("R003", None), ("R009", None), ("Y009", None), ("P006", "known")]
    leak = found[0]
    assert leak["witness"]["story"] == "Mon 4 Jan 09:00 intro → Mon 4 Jan 10:00 opted out → Wed 6 Jan 09:00 call"
    assert [event["event"] for event in leak["witness"]["events"]] == ["enrolled", "due", "done", "unsubscribed", "due"]
    assert leak["witness"]["beats"][1]["local"] == "2027-01-04T10:00:00" and leak["witness"]["beats"][1]["zone"] == "Europe/Oslo"
    assert found[2]["fix"] == {
        "title": 'Put "NO" into quotes',
        "safe": True,
        "edits": [{"place": {"file": "playbooks/example.yaml", "line": 6, "column": 26, "end_line": 6, "end_column": 28}, "text": '"NO"'}],
    }


@pytest.mark.parametrize(
    "content",
    [
        b"cadence: [",
        b"\tcadenza: 1",
        b"\x00\x01\xff",
        b"",
        b"- a\n- b\n",
        b"cadenza: 1\nchanel: x\n",
        b"a: &a [*a]\n",
        b"!!python/object:os.system x\n",
        b"[" * 5000,
    ],
)
def test_a_broken_file_gives_json_too(content: bytes, base: Callable[..., Path]) -> None:
    file = base()
    file.write_bytes(content)
    result = CliRunner().invoke(group, ["lint", str(file), "--format", "json", "--as-of", "2027-01-04"])
    document = valid(result.stdout)
    assert result.exit_code == 1
    assert isinstance(document["findings"], list) and document["findings"] != []
    assert all(one["level"] == "error" and one["code"].startswith("Y") for one in document["findings"])


def test_the_same_run_gives_the_same_bytes(broken: Callable[[str, str], Path], today: date) -> None:
    file = broken("channels: all", "channels: [email]")
    once, again = (lint([file], as_of=today) for _ in range(2))
    assert render(once.findings, files=once.files) == render(again.findings, files=again.files)
