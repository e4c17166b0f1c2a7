"""Findings as text: within the width, marked at the right letter, and harmless whatever the file says."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadenza.language.findings import Beat, Finding, Level, Related, Witness
from cadenza.language.nodes import Span
from cadenza.render.ansi import clean, columns, wrap
from cadenza.render.findings_terminal import _lines, one, render, summary
from cadenza.rules import lint

SPAN = Span("playbooks/x.yaml", 2, 3, 2, 8)


def finding(message: str = "something is wrong", level: Level = Level.error, span: Span = SPAN, **more: object) -> Finding:
    return Finding("X001", "wrong-thing", level, message, span, **more)  # type: ignore[arg-type]


@given(st.text(), st.text(), st.text())
def test_no_text_drives_the_terminal(message: str, help: str, what: str) -> None:
    told = finding(message, help=help, related=(Related(Span(what), help),), witness=Witness((Beat(None, what),)))
    for verbose in (False, True):
        lines = one(told, verbose=verbose)
        assert not any(re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", line) for line in lines)


def test_what_is_hostile_is_shown_for_what_it_is() -> None:
    assert clean("a\x1b[31mred\x07\r\n\u202egnp.exe") == "a\\x1b[31mred\\x07\\r\\n\\u202egnp.exe"


def test_a_hostile_line_of_source_is_harmless_and_marked_at_the_right_place(tmp_path: Path) -> None:
    _lines.cache_clear()
    (tmp_path / "x.yaml").write_text("name: \x1b]0;owned\x07 日本 here\n", "utf-8")
    lines = one(finding(span=Span("x.yaml", 1, 21, 1, 25)), base=tmp_path)
    assert lines[1:] == ["  1 | name: \\x1b]0;owned\\x07 日本 here", "    | " + " " * 28 + "^^^^"]
    assert columns(lines[1][: lines[1].index("here")]) == lines[2].index("^")


@given(st.text(alphabet="abc äß日 ", max_size=300), st.integers(20, 120))
def test_a_wrapped_text_fits_and_loses_no_word(text: str, width: int) -> None:
    lines = wrap(text, width, "    ")
    assert " ".join(lines).split() == text.split()
    assert all(columns(line) <= width or len(line.split()) == 1 for line in lines)


def test_a_long_line_is_cut_around_what_is_marked(tmp_path: Path) -> None:
    _lines.cache_clear()
    (tmp_path / "x.yaml").write_text("a" * 500 + "WRONG" + "b" * 500, "utf-8")
    lines = one(finding(span=Span("x.yaml", 1, 501, 1, 506)), base=tmp_path, width=60)
    assert all(len(line) <= 60 for line in lines)
    assert lines[1][lines[2].index("^") : lines[2].rindex("^") + 1] == "WRONG"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"", "directory"])
def test_a_file_that_cannot_be_shown_is_not(tmp_path: Path, content: bytes | str | None) -> None:
    _lines.cache_clear()
    if content == "directory":
        (tmp_path / "x.yaml").mkdir()
    elif isinstance(content, bytes):
        (tmp_path / "x.yaml").write_bytes(content)
    assert one(finding(span=Span("x.yaml", 7, 1, 7, 2)), base=tmp_path) == ["x.yaml:7:1 error X001 wrong-thing: something is wrong"]


def test_colour_only_paints(base: Callable[..., Path], today: date) -> None:
    file = base("audience:\n  consent: none\nopt_out:\n  channels: [email]\n")
    report = lint([file], as_of=today)
    for verbose in (False, True):
        how = {"base": file.parent.parent, "verbose": verbose, "files": report.files}
        painted, plain = render(report.findings, colour=True, **how), render(report.findings, **how)  # type: ignore[arg-type]
        assert "\x1b[" in painted and "\x1b" not in plain
        assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain


def test_the_last_line_sums_up() -> None:
    bad, warned, told = finding(), finding(level=Level.warning), finding(level=Level.advice)
    assert summary([], files=["a", "b"]) == "Clean: 2 files."
    assert summary([], [bad], ["a"]) == "Clean: 1 file. 1 waived."
    assert summary([bad], files=["a"]) == "1 error in 1 file."
    assert summary([bad, bad, warned, told, told], [bad], ["a", "b", "c"]) == "2 errors, 1 warning, 2 pieces of advice in 3 files. 1 waived."


def test_a_source_is_named_once() -> None:
    text = render([finding(source="a law"), finding(source="a law")])
    assert text.count("a law") == 1
