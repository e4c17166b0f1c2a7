"""Several playbooks of one workspace, judged together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cadenza.language.findings import Level
from cadenza.rules import lint
from cadenza.rules.across._overlap import Overlap, somebody
from cadenza.rules.portrait import Portrait

PEOPLE = {"countries": ("IE", "GB"), "industries": ("software",), "titles": ("Head of Platform",), "low": 50, "high": 500}


def drawn(**how: object) -> Portrait:
    fixed = {"file": "a.yaml", "name": "a", "motion": "cold", "circle": None, "priority": 4, "exclude": (), "extends": ""}
    numbers = {"minutes": {}, "mails": {}, "most": {1: 1, 7: 3, 30: 5}, "places": {}}
    return Portrait(**{**fixed, **PEOPLE, **numbers, **how})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "person"),
    [
        ({}, "a Head of Platform in software with 50 employees in IE"),
        ({"titles": ("head of platform", "CTO"), "countries": ("GB",)}, "a Head of Platform in software with 50 employees in GB"),
        ({"titles": (), "industries": (), "countries": (), "low": None, "high": None}, "a Head of Platform in software with 50 employees in IE"),
        ({"low": 500, "high": None}, "a Head of Platform in software with 500 employees in IE"),
        ({"low": 501, "high": None}, ""),
        ({"low": None, "high": 49}, ""),
        ({"titles": ("CTO",)}, ""),
        ({"industries": ("retail",)}, ""),
        ({"countries": ("DE",)}, ""),
        ({"circle": 6}, "a Head of Platform in software with 50 employees in IE"),
    ],
)
def test_somebody_whom_both_select_or_nobody(other: dict[str, object], person: str) -> None:
    assert somebody(drawn(), drawn(**other)) == person
    assert bool(somebody(drawn(**other), drawn())) == bool(person)


def test_people_of_two_circles_and_customers_are_different_people() -> None:
    assert somebody(drawn(circle=6), drawn(circle=7)) == ""
    assert somebody(drawn(circle=1), drawn(exclude=("customers",))) == ""
    assert somebody(drawn(circle=3), drawn(exclude=("customers",))) != ""


def test_a_market_says_who_the_people_are() -> None:
    cold, warm = drawn(home="market/emea"), drawn(home="market/emea", titles=("CTO",), circle=3, priority=3)
    assert somebody(cold, warm) == "anybody of the market `emea`"
    assert somebody(cold, drawn(home="market/emea", countries=("DE",))) == ""
    assert somebody(cold, drawn(home="market/apac")) == ""
    assert somebody(cold, drawn()) == somebody(drawn(), drawn()) != ""
    assert somebody(drawn(home="list/lists/a.csv"), drawn(home="list/lists/b.csv")) == somebody(drawn(), drawn())
    assert somebody(drawn(home="list/lists/a.csv"), drawn(home="list/lists/a.csv", titles=())) == "anybody of the list `lists/a.csv`"
    assert Overlap(cold, warm, "").apart and Overlap(cold, warm, "").settled
    assert not Overlap(cold, drawn(home="market/emea"), "").settled, "one cadence at a time, but nothing says which"
    assert not Overlap(cold, drawn(), "").apart


def test_playbooks_of_one_market(pair: Callable[[str, str], Path], today: date) -> None:
    shared = "audience: {enroll: 5 per business day, market: emea}\n"
    assert said(pair(f"priority: 4\n{shared}", f"priority: 3\n{shared}"), today) == []
    folder = pair(f"priority: 4\n{shared}", f"priority: 4\n{shared}")
    (finding,) = lint([folder], as_of=today, select=["X"]).findings
    assert (finding.code, finding.message) == (
        "X005",
        "nothing says whether `example` or `other` has anybody of the market `emea`: both have priority 4",
    )
    apart = shared.replace("emea", "apac")
    assert said(pair(f"priority: 4\n{shared}", f"priority: 4\n{apart}"), today) == []


def test_two_profiles_that_say_nothing_select_anybody() -> None:
    nothing = {"titles": (), "industries": (), "countries": (), "low": None, "high": None}
    assert somebody(drawn(**nothing), drawn(**nothing)) == "anybody"


@pytest.fixture
def pair(base: Callable[..., Path]) -> Callable[[str, str], Path]:
    """The folder of two playbooks, `example` and `other`, each with its text over the base."""

    def make(one: str, other: str) -> Path:
        folder = base(one).parent
        (folder / "other.yaml").write_text(f"cadenza: 1\nextends: base.yaml\nname: other\n{other}", "utf-8")
        return folder

    return make


def said(folder: Path, today: date, **how: object) -> list[tuple[str, str, int]]:
    return [(f.code, f.span.file, f.span.line) for f in lint([folder], as_of=today, select=["X"], **how).findings]  # type: ignore[arg-type]


def test_a_folder_is_judged_together_and_a_file_alone(pair: Callable[[str, str], Path], today: date) -> None:
    folder = pair("priority: 4\n", "priority: 4\naudience: {enroll: 5 per business day}\n")
    found = [("X002", "playbooks/base.yaml", 17), ("X001", "playbooks/base.yaml", 4), ("X005", "playbooks/other.yaml", 4)]
    assert sorted(said(folder, today)) == sorted(found)
    assert said(folder / "example.yaml", today) == said(folder / "other.yaml", today) == []


def test_a_base_is_a_model_and_not_compared(pair: Callable[[str, str], Path], today: date) -> None:
    """Else everything that extends a playbook would overlap with it."""
    assert said(pair("", "circle: 3\nmotion: warm\naudience: {enroll: 2 per business day}\nicp: {accounts: {countries: [FR]}}\n"), today) == []


def test_one_that_cannot_be_read_does_not_keep_the_others_from_being_compared(pair: Callable[[str, str], Path], today: date) -> None:
    folder = pair("", "audience: {enroll: 5 per business day}\n")
    (folder / "third.yaml").write_text("cadenza: 1\nextends: nothing.yaml\nname: third\n", "utf-8")
    found = lint([folder], as_of=today, select=["X005"]).findings
    assert {finding.code for finding in found if finding.level is not Level.error} == {"X005"}


def test_findings_over_several_can_be_waived_where_they_stand(pair: Callable[[str, str], Path], today: date) -> None:
    other = "priority: 4  # cadenza: ignore[no-precedence]: settled by hand every Monday\naudience: {enroll: 5 per business day}\n"
    folder = pair("", other)
    report = lint([folder], as_of=today, select=["X005", "Y"])
    assert (report.findings, [(f.code, f.waived) for f in report.waived]) == ((), [("X005", "settled by hand every Monday")])
    alone = lint([folder / "other.yaml"], as_of=today, select=["X005", "Y"])
    assert alone.findings == (), "not called unused where nothing could be compared"


def test_the_cache_and_many_processes_change_nothing(pair: Callable[[str, str], Path], today: date, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = pair("", "audience: {enroll: 5 per business day}\n")
    for number in range(20):
        text = (folder / "other.yaml").read_text("utf-8").replace("name: other", f"name: copy-{number}")
        (folder / f"copy-{number}.yaml").write_text(text, "utf-8")
    kept = tmp_path_factory.mktemp("kept")
    plain = lint([folder], as_of=today, select=["X"])
    for _ in range(2):
        assert lint([folder], as_of=today, select=["X"], cache=kept, jobs=2) == plain
    same = "a Head of Platform in software in IE (20 more playbooks with this profile can, too)"
    assert [f.message for f in plain.findings if f.code == "X001"] == [f"`copy-1` and `copy-0` can both select {same}"]


def test_x003_is_silent_where_one_alone_is_too_much(pair: Callable[[str, str], Path], today: date) -> None:
    assert said(pair("circle: 6\naudience: {enroll: 70 per business day}\n", "circle: 5\naudience: {enroll: 2 per business day}\n"), today) == []


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("icp: {exclude: [customers]}\n", ["open opportunities are not left out: the cadence writes to them as if they were strangers"]),
        ("icp: {exclude: []}\ncircle: 3\nmotion: warm\n", []),
        ("icp: {exclude: []}\naudience: {consent: existing_customer}\n", []),
    ],
)
def test_x004_by_whom_the_playbook_is_for(text: str, messages: list[str], base: Callable[..., Path], today: date) -> None:
    assert [finding.message for finding in lint([base(text)], as_of=today, select=["X004"]).findings] == messages


def test_a_waiver_that_nothing_needs_is_stale_where_all_were_judged(pair: Callable[[str, str], Path], today: date) -> None:
    other = "priority: 5  # cadenza: ignore[no-precedence, X001]: settled by hand\nicp: {accounts: {countries: [FR]}}\n"
    folder = pair("priority: 4\nicp: {accounts: {countries: [IE]}}\n", f"{other}audience: {{enroll: 5 per business day}}\n")
    found = lint([folder], as_of=today, select=["X", "Y"]).findings
    words = [f"the waiver of `{word}` waives nothing here" for word in ("X001", "no-precedence")]
    assert [(f.code, f.span.file, f.span.line, f.message) for f in found if f.code == "Y011"] == [
        ("Y011", "playbooks/other.yaml", 4, w) for w in words
    ]
    assert [f.code for f in lint([folder], as_of=today, select=["Y"]).findings] == [], "the rule did not run"
    (folder / "third.yaml").write_text("cadenza: 1\nextends: base.yaml\nname: third\n", "utf-8")
    files = [folder / name for name in ("base.yaml", "example.yaml", "other.yaml")]
    some = lint(files, as_of=today, select=["X", "Y"]).findings
    assert "Y011" not in {f.code for f in some}, "it may be about the third one"
