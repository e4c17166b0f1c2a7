"""Logs that cannot be replayed: every bad line, with its place, the reason and a way out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cadenza.language import Refused
from cadenza.machine import Event
from cadenza.plan import Entry, read_log

GOOD = '{"at": "2027-01-05T10:12:00Z", "prospect": "p-1", "event": "done", "step": "intro"}'


def refused(tmp_path: Path, data: bytes) -> list[str]:
    (tmp_path / "log.jsonl").write_bytes(data)
    with pytest.raises(Refused) as error:
        read_log(tmp_path / "log.jsonl", {"p-1", "p-2"}, {"intro", "call"})
    return [f"{f.code} {f.span.line}:{f.span.column} {f.message} | {f.help}" for f in error.value.findings]


def test_events_come_in_the_order_in_which_they_happened_refusals_first(tmp_path: Path) -> None:
    lines = [
        '{"at": "2027-01-05T10:12:00Z", "prospect": "p-1", "event": "done", "step": "call"}',
        '{"at": "2027-01-05T11:12:00+01:00", "prospect": "p-1", "event": "replied.negative:intro", "step": null}',
        "",
        '{"at": "2027-01-04T10:12:00Z", "prospect": "p-2", "event": "replied.out_of_office", "until": "2027-01-11T00:00:00Z"}',
    ]
    (tmp_path / "log.jsonl").write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    assert read_log(tmp_path / "log.jsonl", {"p-1", "p-2"}, {"intro", "call"}) == [
        Entry(1799057520, "p-2", Event("replied.out_of_office", None, 1799625600), 4),
        Entry(1799143920, "p-1", Event("replied.negative", "intro"), 2),
        Entry(1799143920, "p-1", Event("done", "call"), 1),
    ]


def test_every_bad_line_is_told(tmp_path: Path) -> None:
    lines = [
        GOOD,
        GOOD[:-1],
        "[1]",
        GOOD.replace("done", "don"),
        GOOD.replace("done", "due"),
        GOOD.replace("intro", "intor"),
        GOOD.replace("p-1", "p-10"),
        GOOD.replace("p-1", "somebody"),
        GOOD.replace('"step"', '"stpe"'),
        GOOD.replace('"intro"', "7"),
        GOOD.replace("10:12:00Z", "10:12:00"),
        '{"at": "2027-01-05T10:12:00Z", "event": "done"}',
        GOOD.replace('"intro"', "NaN"),
        "[" * 100_000,
    ]
    assert refused(tmp_path, "\n".join(lines).encode()) == [
        """Y014 2:83 this is no JSON: expecting ',' delimiter | write one object, such as {"at": ..., "prospect": ...}""",
        'Y014 3:1 this line is no object | write {"at": ..., "prospect": ..., "event": ...}',
        "Y014 4:1 there is no event `don` | did you mean `done`?",
        "Y014 5:1 `due` is a clock of the machine and no event | leave the line out: cadenza runs the clocks itself",
        "Y014 6:1 the playbook has no step `intor` | did you mean `intro`?",
        "Y014 7:1 the list has no prospect `p-10` | did you mean `p-1`?",
        "Y014 8:1 the list has no prospect `somebody` | add the person to the list, or take the line out of the log",
        "Y014 9:1 unknown key `stpe` | did you mean `step`?",
        'Y014 10:1 `step` is no text | write "step": "..."',
        "Y014 11:1 `2027-01-05T10:12:00` is no instant | write one with its offset, such as 2027-01-04T09:00:00Z",
        'Y014 12:1 `prospect` is missing | write "prospect": "..."',
        "Y014 13:1 NaN is no value | write text in quotes",
        "Y014 14:1 this is nested too deeply | write one flat object",
    ]


def test_a_log_that_is_no_text_or_no_file(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD.encode() + b"\n\xff\xfe") == ["Y014 2:1 this is not UTF-8 | save the log as UTF-8"]
    shape = 'write one object, such as {"at": ..., "prospect": ...}'
    assert refused(tmp_path, b"x\n" * 3) == [f"Y014 {line}:1 this is no JSON: expecting value | {shape}" for line in (1, 2, 3)]
    assert refused(tmp_path, b"x\n" * 5000) == [f"Y014 1:1 this is no JSON: expecting value (so it is with 4999 more lines) | {shape}"]
    assert len(refused(tmp_path, b"".join(b'{"k%d": 1}\n' % number for number in range(5000)))) == 100
    with pytest.raises(Refused) as error:
        read_log(tmp_path, {"p-1"}, {"intro"})
    assert [f.code for f in error.value.findings] == ["Y004"]
    with pytest.raises(Refused) as error:
        read_log(tmp_path / "nothing.jsonl", {"p-1"}, {"intro"})
    assert [f.message.partition("`")[0] for f in error.value.findings] == ["there is no log "]


def test_what_no_log_says_is_refused_in_a_line_of_letters(tmp_path: Path) -> None:
    def line(**more: str) -> str:
        return json.dumps({**json.loads(GOOD), **more})

    lines = [
        '{"at": ' + "9" * 5000 + "}",
        line(at="0001-01-01T00:00:00Z"),
        line(event="replied.out_of_office", until="9999-12-31T23:59:59Z"),
        line(prospect="p" * 1_000_000),
        line(at="2" * 1_000_000),
        line(at="1970-01-01T00:00:00Z"),
    ]
    assert refused(tmp_path, "\n".join(lines).encode()) == [
        "Y014 1:1 a number here has thousands of digits | write text in quotes",
        "Y014 2:1 `0001-01-01T00:00:00Z` is not in the years 1970 to 2999 | write the year in which it happened",
        "Y014 3:1 `9999-12-31T23:59:59Z` is not in the years 1970 to 2999 | write the year in which it happened",
        f"Y014 4:1 the list has no prospect `{'p' * 80}...` | add the person to the list, or take the line out of the log",
        f"Y014 5:1 `{'2' * 80}...` is no instant | write one with its offset, such as 2027-01-04T09:00:00Z",
    ]
