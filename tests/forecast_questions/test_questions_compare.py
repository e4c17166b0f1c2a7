"""Comparisons: what is the same is called so, what differs is named by its path, and both sides meet the same people."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from cadenza.cli.group import run
from cadenza.forecast.comparison import Comparison, Pair, compare, side
from cadenza.forecast.differences import Change, values
from cadenza.forecast.results import Difference, Interval
from cadenza.forecast.trials import Bench
from cadenza.language import read, schema_folder
from cadenza.render.compare_markdown import _plain
from cadenza.render.compare_markdown import render as markdown
from cadenza.render.compare_terminal import render as terminal
from cadenza.render.compare_words import change as told_of
from cadenza.render.compare_words import headline
from cadenza.render.forecast_numbers import Numbers

GOLDEN = Path(__file__).parent / "golden"
AS_OF = date(2027, 1, 1)
COLD = "playbooks/platform-cold.yaml"


def bench() -> Bench:
    return Bench("simpy", 1)


def changed(folder: Path, *edits: tuple[str, str], name: str = "other.yaml") -> Path:
    """A copy of the playbook beside it, with each text replaced once."""
    text = (folder / COLD).read_text("utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / "playbooks" / name).write_text(text, "utf-8")
    return folder / "playbooks" / name


def both(folder: Path, other: Path, n: int = 4) -> Comparison:
    return compare(side("a", folder / COLD, AS_OF), side("b", other, AS_OF), as_of=AS_OF, replications=n, bench=bench())


def test_a_copy_is_the_same(small: Path) -> None:
    found = both(small, changed(small))
    assert found.same and found.same_machine
    assert {pair.difference.verdict for pair in found.pairs} == {"same"}
    assert "meetings" in {pair.key for pair in found.pairs}


def test_what_is_written_proved_and_found_differently(small: Path, golden: Callable[[str, Path], None]) -> None:
    other = changed(
        small,
        (
            "  - id: connect\n    channel: linkedin\n    action: invite\n    after: 1 business day",
            "  - id: connect\n    channel: linkedin\n    action: invite\n    after: 0 minutes",
        ),
        ("  negative:      {stop: said_no, cooldown: 365 days}\n", ""),
    )
    found = both(small, other)
    assert found.changes == (
        Change("cadence.connect.after", "1 business day", "0 minutes"),
        Change("replies.negative", "{stop: said_no, cooldown: 365 days}", None),
    )
    assert Change("touches_max_in[1d]", "1 touch", "2 touches") in found.proofs
    assert Change("after_no.touch_reachable", "no", "yes") in found.proofs
    assert "ignores-no" in [finding.name for finding in found.came]
    assert not found.went
    assert not found.same_machine
    for pair in found.pairs:
        assert pair.difference.mean == pytest.approx(pair.b.mean - pair.a.mean)
    assert {pair.key: pair.difference.verdict for pair in found.pairs}["touches.step.first-call"] != "same"
    golden(terminal(found), GOLDEN / "compare.out")
    golden(terminal(found, width=60, plain=True), GOLDEN / "compare-plain.out")
    golden(markdown(found), GOLDEN / "compare.md")
    assert max(map(len, terminal(found, width=60).splitlines())) <= 60


def test_a_headline_says_first_what_moved_most_in_proportion(small: Path) -> None:
    found = both(small, changed(small))

    def moved(pair: Pair) -> Pair:
        by = {"meetings": 2.0, "unsubscribed": 1.0, "contacts_after_no": 60.0, "touches": 100.0, "opportunities": -3.0}.get(pair.key)
        if by is None:
            return pair
        a, b = (replace(side, mean=mean) for side, mean in ((pair.a, 64.0), (pair.b, 64.0 + by)))
        interval = Interval(by - 0.5, by + 0.5)
        return Pair(pair.key, a, b, Difference(pair.key, by, interval, "higher" if by > 0 else "lower"))

    expected = "Meetings held: 64 to 66 (+2.0 ±0.5). Worse: contacts after a no, opportunities, opt-outs."
    assert headline(replace(found, pairs=tuple(map(moved, found.pairs)), changes=(Change("a", "1", "2"),)), Numbers()) == expected


def test_a_playbook_runs_in_the_weeks_of_a_simulation(small: Path) -> None:
    (small / "simulations/2027-q1.yaml").write_text(
        "cadenza: 1\nname: q\nplaybooks: [../playbooks/platform-cold.yaml]\nstart: 2027-02-01\nhorizon: 4 weeks\nreplications: 3\nseed: 7\n", "utf-8"
    )
    found = compare(side("a", small / "simulations/2027-q1.yaml", AS_OF), side("b", changed(small), AS_OF), as_of=AS_OF, bench=bench())
    assert (found.start, found.horizon, found.seed, found.replications) == ("2027-02-01", "4 weeks", 7, 3)
    assert {pair.difference.verdict for pair in found.pairs} == {"same"}
    assert found.notes == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{a: 1, b: 2}", "{b: 2, a: 1}", []),
        ("{a: {b: 2 days}}", "{a: {b: 3 days}}", [Change("a.b", "2 days", "3 days")]),
        ("{s: [{id: x, k: 1}, {id: y}]}", "{s: [{id: y}, {id: x, k: 2}]}", [Change("s.x.k", "1", "2"), Change("s (order)", "x, y", "y, x")]),
        ("{s: [{id: x}]}", "{s: [{id: x}, {id: y, k: [1, 2]}]}", [Change("s.y", None, "{id: y, k: [1, 2]}")]),
        ("{a: [1, 2]}", "{a: [2, 1]}", [Change("a", "[1, 2]", "[2, 1]")]),
        ("{a: }", "{a: no}", [Change("a", "null", "no")]),
    ],
)
def test_values_that_differ(old: str, new: str, expected: list[Change]) -> None:
    assert list(values(read(old, "a.yaml")[0], read(new, "b.yaml")[0])) == expected


# ---------------------------------------------------------------- at the door


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workspace in a folder of a repository, committed; then the last step comes later, uncommitted."""
    root = small / "repository"
    root.mkdir()
    for name in ("cadenza.yaml", "playbooks", "lists", "simulations"):
        (small / name).rename(root / name)
    (root / "playbooks/link.yaml").symlink_to("/etc/hostname")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "one")
    changed(root, ("after: 5 business days", "after: 7 business days"), name="platform-cold.yaml")
    monkeypatch.chdir(root / "playbooks")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    return root


OPTIONS = ["-n", "3", "-j", "1", "--engine", "simpy", "--as-of", "2027-01-01"]


@pytest.mark.slow
@pytest.mark.usefixtures("repository")
def test_a_revision_with_the_file_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", "platform-cold.yaml", *OPTIONS, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["a"]["name"], document["b"]["name"]) == ("HEAD:./platform-cold.yaml", "platform-cold.yaml")
    assert document["written"] == [{"path": "cadence.goodbye.after", "before": "5 business days", "after": "7 business days"}]
    shared = [(f"https://cadenza.example/schema/{path.name}", json.loads(path.read_text("utf-8"))) for path in schema_folder().glob("*.schema.json")]
    registry: Any = Registry().with_resources([(name, Resource.from_contents(schema)) for name, schema in shared])
    Draft202012Validator(dict(shared)["https://cadenza.example/schema/comparison.schema.json"], registry=registry).validate(document)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nowhere:playbooks/platform-cold.yaml", "the repository has no revision 'nowhere'"),
        ("main:playbooks/none.yaml", "main has no file 'playbooks/none.yaml'"),
        ("main:playbooks/link.yaml", "main has no file 'playbooks/link.yaml'"),
        ("main:../../x.yaml", "main has no file '../../x.yaml'"),
        ("--output=x:playbooks/platform-cold.yaml", "'--output=x' names no revision"),
    ],
)
@pytest.mark.usefixtures("repository")
def test_a_revision_that_is_not_there(name: str, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", *OPTIONS, "--", name, "platform-cold.yaml"]) == 2
    assert reason in capsys.readouterr().err


@pytest.mark.usefixtures("repository")
def test_one_side_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", "none.yaml", *OPTIONS]) == 2
    assert "there is no file `playbooks/none.yaml`" in capsys.readouterr().err
    assert run(["compare", "main:./platform-cold.yaml", *OPTIONS]) == 2
    expected = "Error: main:./platform-cold.yaml is one side; name the other, too, for instance ./platform-cold.yaml."
    assert expected in capsys.readouterr().err


@pytest.mark.usefixtures("repository")
def test_nothing_is_written_where_nothing_is_different(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", "main:playbooks/platform-cold.yaml", "main:./platform-cold.yaml", *OPTIONS, "--unless-same"]) == 0
    assert capsys.readouterr().out == ""
    assert run(["compare", "main:playbooks/platform-cold.yaml", "main:./platform-cold.yaml", *OPTIONS]) == 0
    assert "Nothing is different: not in what is written, not in what is proved, not in what comes of it." in capsys.readouterr().out


def test_a_comment_shows_what_strangers_wrote_as_it_is() -> None:
    assert _plain("<img src=x> @everyone #12 `a` | [b](c)") == "\\<img src=x\\> @\u2060everyone #\u206012 \\`a\\` \\| \\[b\\]\\(c\\)"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("a, b, c", "a, c, b", "s (order): b after c"),
        ("a, b, c, d", "b, c, d, a", "s (order): a after d"),
        ("a, b, c, d", "d, a, b, c", "s (order): d first"),
        ("a, b, c, d", "a, c, d, b", "s (order): b after d"),
        ("a, b", "b, a", "s (order): a after b"),
    ],
)
def test_another_order_is_told_by_what_moves(before: str, after: str, told: str) -> None:
    assert told_of(Change("s (order)", before, after), "→") == told
