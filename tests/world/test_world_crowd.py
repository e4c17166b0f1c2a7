"""The compiled kernel draws the same people as Python, to the last column."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.playbooks import make_playbook

from cadenza.engines import kernel_engine
from cadenza.engines.kernel import build as kernel_build
from cadenza.engines.kernel import crowd as native_crowd
from cadenza.language.values import Duration
from cadenza.world import Program, build, crowd

pytestmark = pytest.mark.skipif(kernel_build.compiler() is None, reason="there is no C compiler")
TEXT = """
cadenza: 1
name: {name}
motion: {motion}
icp: {{accounts: {{countries: [{countries}]}}}}
audience: {{size: {size}, enroll: {enroll}, fields: [email{zone}]}}
channels: {{email: {{window: mon-fri 09:00-17:00}}}}
cadence:
  - {{id: one, channel: email, message: messages/hello.md}}
replies:
  positive: {{handoff: sdr}}
assumptions: {assumptions}
"""


def document(name: str) -> st.SearchStrategy[str]:
    words = st.fixed_dictionaries(
        {
            "name": st.just(name),
            "motion": st.sampled_from(("cold", "inbound")),
            "countries": st.sampled_from(("IE", "US", "IE, US, DE, IN")),
            "size": st.sampled_from((1, 7, 9, 60, 700)),
            "enroll": st.sampled_from(("1 per week", "0.3 per day", "90 per business day", "41 per day")),
            "zone": st.sampled_from(("", ", timezone")),
            "mean": st.sampled_from((1, 1.5, 6)),
            "segments": st.sampled_from(({}, {"big": {"share": "20%"}, "old": {"share": "30%"}}, {"all": {"share": "100%"}})),
        }
    )
    return words.map(lambda each: TEXT.format(**each, assumptions=json.dumps({"accounts": {"people": each["mean"]}, "segments": each["segments"]})))


def drawn(folder: Path, texts: list[str], seed: int, worth: int) -> Program:
    playbooks = [make_playbook(folder, text, name=name) for text, name in zip(texts, ("first", "second", "third"), strict=False)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crowd, "WORTH", worth)
        return build(playbooks, "2027-03-01", Duration(3, "week"), seed)


@given(st.integers(1, 3).flatmap(lambda n: st.tuples(*(document(name) for name in ("first", "second", "third")[:n]))), st.integers(0, 2**32))
@settings(max_examples=12)
def test_the_same_people(tmp_path_factory: pytest.TempPathFactory, texts: tuple[str, ...], seed: int) -> None:
    kernel_engine.ready()
    folder = tmp_path_factory.mktemp("crowd")
    native, python = (drawn(folder, list(texts), seed, worth) for worth in (0, 10**9))
    assert native.people == python.people
    assert native == python


LISTED = TEXT.replace("audience: {{size: {size},", "audience: {{source: {{kind: crm, list: ../lists/people.csv}},")
SHARED = TEXT.replace("audience: {{", "audience: {{market: one, ")
LETTERS = "aé-B.0"


def rows(count: int) -> st.SearchStrategy[list[str]]:
    cells = st.tuples(st.sampled_from(("IE", "us", "DE", "")), st.sampled_from(("Europe/Dublin", "", "nowhere")), st.sampled_from(("", "one", "Two")))
    return st.lists(
        st.tuples(st.text(LETTERS, min_size=1, max_size=4), cells), min_size=1, max_size=count, unique_by=lambda row: row[0].casefold()
    ).map(lambda found: [f"{name},{name}@x{len(name)}.example,{','.join(each)}" for name, each in found])


@given(rows(40), st.integers(0, 2**32), st.booleans())
@settings(max_examples=12)
def test_the_same_people_of_lists_and_of_shared_markets(tmp_path_factory: pytest.TempPathFactory, people: list[str], seed: int, two: bool) -> None:
    """Beside each other, so that accounts are numbered through: two playbooks with one list, two with one market."""
    kernel_engine.ready()
    folder = tmp_path_factory.mktemp("crowd")
    (folder / "lists").mkdir()
    (folder / "lists" / "people.csv").write_text("\n".join(["id,email,country,timezone,segment", *people]) + "\n", "utf-8")
    assumed = json.dumps({"accounts": {"people": 2}, "segments": {"one": {"share": "20%"}, "two": {"share": "30%"}}})
    words = {"motion": "cold", "countries": "IE, US", "enroll": "9 per day", "size": 60, "zone": ", timezone", "assumptions": assumed}
    texts = [text.format(name=name, **words) for text, name in ((LISTED, "first"), (SHARED, "second"), (SHARED if two else LISTED, "third"))]
    native, python = (drawn(folder, texts, seed, worth) for worth in (0, 10**9))
    assert native.people == python.people
    assert native == python


def test_long_lists_are_drawn_by_the_library_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel_engine.ready()
    asked: list[Any] = []
    monkeypatch.setattr(native_crowd, "draw", lambda *given, own=native_crowd.draw: asked.append(given) or own(*given))
    words = {"name": "first", "motion": "cold", "countries": "IE", "zone": "", "assumptions": "{}"}
    short = TEXT.format(**words, size=crowd.WORTH - 1, enroll="9000 per business day")
    long = TEXT.format(**words, size=crowd.WORTH, enroll="9000 per business day")
    for text, times in ((short, 0), (long, 1)):
        program = build([make_playbook(tmp_path, text, name="first")], "2027-03-01", Duration(1, "week"), 1)
        assert len(asked) == times and len(program.people.key) == crowd.WORTH - 1 + times
    monkeypatch.setattr(kernel_engine, "available", lambda: False)
    assert native_crowd.draw(*asked[0]) is None, "where nothing is compiled, Python draws them"
    assert build([make_playbook(tmp_path, long, name="first")], "2027-03-01", Duration(1, "week"), 1) == program
