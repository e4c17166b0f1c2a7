"""Results are kept as long as nothing that they were made from has changed, and not a moment longer."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.judged import BOTH, TODAY, Check, entries, fresh, shown

from cadenza.language.noted import note, notes
from cadenza.rules import cache as cache_module
from cadenza.rules import run
from cadenza.rules.cache import FORMAT, tool_digest

# ---------------------------------------------------------------- kept


def test_what_did_not_change_is_not_judged_again(home: Path, check: Check, judged: list[str]) -> None:
    first = check()
    assert judged == BOTH
    assert shown(check()) == shown(first)
    assert judged == BOTH
    assert shown(fresh(home)) == shown(first)


def test_findings_with_stories_fixes_and_facts_come_back_byte_for_byte(home: Path, check: Check, judged: list[str]) -> None:
    base = home / "playbooks" / "base.yaml"
    base.write_text(
        base.read_text("utf-8").replace("  negative: {stop: said_no, cooldown: 365 days}\n", "").replace("name: base", "name: no"), "utf-8"
    )
    first = check()
    assert {"R001"} <= {finding.code for finding in first.findings}
    assert any(finding.witness is not None and finding.witness.events for finding in first.findings)
    again = check()
    assert judged == BOTH
    assert shown(again) == shown(first) == shown(fresh(home))
    assert again.findings == first.findings


def test_the_cache_may_be_deleted_at_any_time(check: Check, store: Path, judged: list[str]) -> None:
    first = check()
    for entry in entries(store):
        entry.unlink()
    (store / FORMAT).rmdir()
    assert shown(check()) == shown(first)
    assert judged == BOTH * 2


# ---------------------------------------------------------------- each thing that a result depends on


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


CHANGES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "the playbook": (lambda home: replace(home / "playbooks/two.yaml", "name: two", "name: other"), ["two.yaml"]),
    "its base": (lambda home: replace(home / "playbooks/base.yaml", "365 days", "20 days"), BOTH),
    "the workspace": (lambda home: replace(home / "cadenza.yaml", "people: 1", "people: 0"), BOTH),
    "a message": (lambda home: replace(home / "playbooks/messages/intro.md", "---\n", "---\ngives: nothing\n"), BOTH),
    "a message that is gone": (lambda home: (home / "playbooks/messages/intro.md").unlink(), BOTH),
    "a list of people": (lambda home: (home / "lists/people.csv").write_text("email\nnobody\n", "utf-8"), ["one.yaml"]),
    "a list that is gone": (lambda home: (home / "lists/people.csv").unlink(), ["one.yaml"]),
    "a table of one's own": (
        lambda home: [(home / "assumptions").mkdir(), (home / "assumptions/cold-b2b-2025.yaml").write_text("email: 3\n", "utf-8")],
        ["one.yaml"],
    ),
    "the same bytes again": (lambda home: replace(home / "playbooks/two.yaml", "name: two", "name: two"), []),
    "a file that nobody reads": (lambda home: (home / "playbooks/notes.txt").write_text("hello", "utf-8"), []),
    "another playbook": (lambda home: (home / "playbooks/three.yaml").write_text("cadenza: 1\nextends: base.yaml\nname: three\n", "utf-8"), []),
    "a message that became a link": (
        lambda home: [
            (home / "playbooks/messages/intro.md").rename(home / "elsewhere.md"),
            (home / "playbooks/messages/intro.md").symlink_to(home / "elsewhere.md"),
        ],
        BOTH,
    ),
    "a message that leads out of the workspace": (
        lambda home: [
            (home / "playbooks/messages/intro.md").rename(home.parent / "elsewhere.md"),
            (home / "playbooks/messages/intro.md").symlink_to(home.parent / "elsewhere.md"),
        ],
        BOTH,
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_seen(what: str, home: Path, check: Check, judged: list[str]) -> None:
    change, again = CHANGES[what]
    check()
    judged.clear()
    change(home)
    report = check()
    assert judged == again
    assert shown(report) == shown(fresh(home))


def test_what_was_missing_is_seen_when_it_comes(home: Path, check: Check, judged: list[str]) -> None:
    message = home / "playbooks" / "messages" / "intro.md"
    text = message.read_text("utf-8")
    message.unlink()
    assert "Y004" in {finding.code for finding in check().findings}
    judged.clear()
    message.write_text(text, "utf-8")
    assert shown(check()) == shown(fresh(home))
    assert judged[:2] == BOTH


def test_a_near_name_that_is_offered_is_not_offered_once_it_is_gone(home: Path, check: Check) -> None:
    messages = home / "playbooks" / "messages"
    (messages / "intro.md").rename(messages / "intros.md")
    assert any("intros.md" in finding.help for finding in check().findings)
    (messages / "intros.md").unlink()
    after = check()
    assert not any("intros.md" in finding.help for finding in after.findings)
    assert shown(after) == shown(fresh(home))


@pytest.mark.parametrize(
    "asked", [{"profile": "strict"}, {"profile": "minimal"}, {"select": ("R001",)}, {"ignore": ("E001",)}, {"strict": True}], ids=str
)
def test_another_question_has_another_answer(asked: dict[str, object], home: Path, check: Check, judged: list[str]) -> None:
    check()
    judged.clear()
    assert shown(check(**asked)) == shown(fresh(home, **asked))
    assert judged[:2] == BOTH
    check()
    assert len(judged) == 4  # two from the cache, and the two that `fresh` judged


def test_a_waiver_ends_on_its_day(home: Path, check: Check) -> None:
    two = home / "playbooks" / "two.yaml"
    two.write_text(two.read_text("utf-8").replace("name: two", "# cadenza: ignore[R001] until 2027-01-04: they agreed\nname: two"), "utf-8")
    for day in (date(2027, 1, 4), date(2027, 1, 5), date(2027, 1, 4)):
        assert shown(check(as_of=day)) == shown(fresh(home, as_of=day))


def test_a_list_grows_old(home: Path, check: Check) -> None:
    codes = []
    for day in (TODAY, date(2028, 6, 1)):
        report = check(as_of=day)
        assert shown(report) == shown(fresh(home, as_of=day))
        codes.append({finding.code for finding in report.findings})
    assert codes[0] != codes[1]


def test_a_result_that_no_day_matters_for_holds_on_any_day(check: Check, judged: list[str]) -> None:
    check(select=("Y009",))
    judged.clear()
    check(select=("Y009",), as_of=date(2031, 1, 1))
    assert judged == []


# ---------------------------------------------------------------- the tool


@pytest.mark.parametrize(
    "relative", ["rules/respect/ignores_no.py", "schema/playbook.schema.json", "rules/text/english/asks.txt", "world/tables/cold-b2b-2025.yaml"]
)
def test_the_tool_is_its_files(relative: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    package = Path(cache_module.PACKAGE)
    copy = tmp_path / "cadenza"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(cache_module.schema_folder(), copy / "schema", dirs_exist_ok=True)
    monkeypatch.setattr(cache_module, "PACKAGE", str(copy))
    monkeypatch.setattr(cache_module, "schema_folder", lambda: copy / "schema")
    before = tool_digest()
    file = copy / relative
    times = file.stat()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1  # as long as before, and as old as before
    file.write_bytes(bytes(data))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert tool_digest() != before
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    assert tool_digest() == before


def test_the_tool_is_what_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    (site / "tzdata-2026.1.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(site))
    before = tool_digest()
    (site / "tzdata-2026.1.dist-info").rename(site / "tzdata-2026.2.dist-info")
    assert tool_digest() != before


def test_another_tool_judges_anew(check: Check, judged: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    check()
    monkeypatch.setattr(cache_module, "tool_digest", lambda: "another")
    check()
    assert judged == BOTH * 2


# ---------------------------------------------------------------- while it runs


def test_a_file_that_changes_while_it_is_judged_is_not_kept(home: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judge = run._judge

    def meddling(path: Path, *rest: object, **named: object) -> object:
        found = judge(path, *rest, **named)  # type: ignore[arg-type]
        replace(home / "cadenza.yaml", "people: 2", "people: 2 ")
        return found

    monkeypatch.setattr(run, "_judge", meddling)
    run.lint([home / "playbooks" / "two.yaml"], as_of=TODAY, cache=store)
    assert not (store / FORMAT).exists()


def test_what_is_read_past_the_doors_counts_for_every_later_judgement(tmp_path: Path) -> None:
    """Somebody may have kept it for the next file."""
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(name, "utf-8")
    with notes(tmp_path) as first:
        (tmp_path / "a").read_text("utf-8")
        note(tmp_path / "b")
        (tmp_path / "b").read_text("utf-8")
    with notes(tmp_path) as second:
        (tmp_path / "c").read_text("utf-8")
    assert list(first.everything()) == ["a", "b", "c"]
    assert list(second.everything()) == ["a", "c"]


# ---------------------------------------------------------------- any sequence of changes


def write(name: str, *texts: str) -> Callable[[Path], object]:
    """Each time the next of `texts`; an empty one removes the file."""

    def change(home: Path) -> None:
        file = home / name
        now = file.read_text("utf-8") if file.exists() else ""
        after = texts[(texts.index(now) + 1) % len(texts)] if now in texts else texts[0]
        if after:
            file.parent.mkdir(exist_ok=True)
            file.write_text(after, "utf-8")
        else:
            file.unlink(missing_ok=True)

    return change


edits: dict[str, Callable[[Path], object]] = {
    "message": write("playbooks/messages/intro.md", "---\nsubject: Hello\n---\nHi\n", "", "---\nsubject: {{ nobody }}\n---\nHi {{ x }}\n", "---\n"),
    "playbook": write("playbooks/two.yaml", "cadenza: 1\nextends: base.yaml\nname: two\nreplies: {negative: {go_on: true}}\n", "", "cadenza: 1\n"),
    "base": write("playbooks/base.yaml", "cadenza: 1\nname: base\n", "cadenza: [\n", "cadenza: 1\nextends: two.yaml\n"),
    "workspace": write("cadenza.yaml", "cadenza: 1\norganization: {name: Other}\nlint: {profile: strict}\n", "cadenza: 1\n"),
    "table": write("assumptions/cold-b2b-2025.yaml", "cadenza: 1\nname: own\nemail: {bounced: 3%}\n", "", "email: nonsense\n"),
    "list": write("lists/people.csv", "email\nx@y.example\nx@y.example\n", "", "phone\n1\n"),
}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(sorted(edits)), min_size=2, max_size=4))
def test_whatever_is_changed_the_cache_says_what_lint_says(steps: list[str], home: Path, check: Check) -> None:
    before = {file: file.read_bytes() for file in sorted(home.rglob("*")) if file.is_file()}
    try:
        for step in steps:
            edits[step](home)
            assert shown(check()) == shown(fresh(home))
            assert shown(check()) == shown(fresh(home))
    finally:
        for file in sorted(home.rglob("*")):
            if file.is_file() and file not in before:
                file.unlink()
        for file, data in before.items():
            file.write_bytes(data)
