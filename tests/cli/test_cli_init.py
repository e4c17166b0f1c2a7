"""`cadenza init`: what it writes is clean and runs at once, nothing is overwritten, a failure leaves nothing."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml

from cadenza.cli import init
from cadenza.cli.group import run

MOTIONS = ("cold", "warm", "inbound")


def cadenza(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cadenza", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )


def tree(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("motion", MOTIONS)
def test_a_new_workspace_lints_clean_compiles_forecasts_and_plans(motion: str, tmp_path: Path) -> None:
    made = cadenza("init", "sales", "--motion", motion, "--as-of", "2026-11-21", cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    workspace = tmp_path / "sales"
    lint = cadenza("lint", "--as-of", "2026-11-21", "--format", "json", cwd=workspace)
    assert (json.loads(lint.stdout)["findings"], lint.stderr, lint.returncode) == ([], "", 0)
    tested = cadenza("test", cwd=workspace)
    assert (tested.stdout.splitlines()[-2], tested.stderr, tested.returncode) == ("5 cases in 1 file: all as expected", "", 0)
    compiled = cadenza("compile", f"playbooks/{motion}.yaml", "--format", "json", cwd=workspace)
    assert (json.loads(compiled.stdout)["name"], compiled.returncode) == (motion, 0)
    forecast = cadenza("forecast", "simulations/first-quarter.yaml", "--replications", "2", "--format", "json", cwd=workspace)
    assert forecast.returncode in (0, 1), forecast.stderr
    assert json.loads(forecast.stdout)["format_version"] == 1
    plan = cadenza("plan", f"playbooks/{motion}.yaml", "--prospects", "lists/prospects.csv", "--start", "2027-01-04", "-f", "jsonl", cwd=workspace)
    assert plan.returncode == 0, plan.stderr
    assert {line["prospect"] for line in map(json.loads, plan.stdout.splitlines()) if "prospect" in line} == {"p-0001", "p-0002", "p-0003"}


def test_init_says_what_it_wrote_and_what_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init", "sales"]) == 0
    assert capsys.readouterr().out == (
        f"wrote {len(tree(tmp_path / 'sales'))} files into sales/\n\nNext:\n"
        "  cd sales\n  cadenza lint\n  cadenza compile playbooks/cold.yaml\n  cadenza forecast simulations/first-quarter.yaml\n"
    )


def test_every_yaml_file_names_a_schema_that_is_there(tmp_path: Path) -> None:
    init.install(tmp_path / "w", dict(init.starter("cold", "W", "github", date(2026, 11, 21))))
    named = {}
    for file in [*sorted((tmp_path / "w").glob("[!.]*/**/*.yaml")), tmp_path / "w" / "cadenza.yaml"]:
        first = file.read_text("utf-8").partition("\n")[0]
        assert first.startswith("# yaml-language-server: $schema=")
        named[file.relative_to(tmp_path / "w").as_posix()] = (file.parent / first.partition("=")[2]).resolve().relative_to((tmp_path / "w").resolve())
    assert named == {
        "cadenza.yaml": Path(".cadenza/schema/workspace.schema.json"),
        "playbooks/cold.test.yaml": Path(".cadenza/schema/test.schema.json"),
        "playbooks/cold.yaml": Path(".cadenza/schema/playbook.schema.json"),
        "simulations/first-quarter.yaml": Path(".cadenza/schema/simulation.schema.json"),
    }
    assert all((tmp_path / "w" / schema).is_file() for schema in named.values())


@pytest.mark.parametrize("ci", ["github", "gitlab"])
def test_the_ci_workflow_and_the_hook_are_yaml_and_run_lint(ci: str) -> None:
    files = dict(init.starter("cold", "W", ci, date(2026, 11, 21)))
    assert {path for path in files if path in (".gitlab-ci.yml", ".github/workflows/playbooks.yml")} == {init.CI[ci][0]}
    assert "cadenza lint" in json.dumps(yaml.safe_load(files[init.CI[ci][0]]))
    assert yaml.safe_load(files[".pre-commit-config.yaml"])["repos"][0]["hooks"][0]["entry"] == "cadenza lint"


@pytest.mark.parametrize("name", ['Häfen "& Söhne"', "a: b # c", "x\\y", "no", "__MOTION__"])
def test_any_name_survives_the_yaml(name: str, tmp_path: Path) -> None:
    from cadenza.language import load_workspace

    init.install(tmp_path / "w", dict(init.starter("cold", name, "github", date(2026, 11, 21))))
    assert load_workspace(tmp_path / "w" / "cadenza.yaml").organization.name == name


def test_the_simulation_starts_on_the_monday_after() -> None:
    for day, monday in ((date(2026, 11, 20), "2026-11-23"), (date(2026, 11, 23), "2026-11-30")):
        assert yaml.safe_load(dict(init.starter("cold", "W", "github", day))["simulations/first-quarter.yaml"])["start"] == date.fromisoformat(monday)


def test_the_same_arguments_give_the_same_files() -> None:
    arguments = ("warm", "W", "github", date(2026, 11, 21))
    assert dict(init.starter(*arguments)) == dict(init.starter(*arguments))
    assert not any("__" in text for path, text in init.starter(*arguments) if not path.endswith(".json"))


def test_what_is_in_the_way_is_listed_and_nothing_is_written(tmp_path: Path) -> None:
    workspace = tmp_path / "sales"
    (workspace / "playbooks").mkdir(parents=True)
    (workspace / "cadenza.yaml").write_text("mine")
    (workspace / "lists").write_text("a file where a folder has to go")
    before = tree(tmp_path)
    result = cadenza("init", "sales", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "Error: nothing was written, because this is in the way:\n  sales/cadenza.yaml\n  sales/lists\nMove it away, or name another folder.\n"
    )
    assert tree(tmp_path) == before


def test_a_file_in_place_of_the_folder_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "sales").write_text("a file")
    result = cadenza("init", "sales/here", cwd=tmp_path)
    assert (result.returncode, result.stderr.splitlines()[1]) == (2, "  sales")
    assert tree(tmp_path) == {"sales": "a file"}


def test_a_folder_with_other_things_keeps_them(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "playbooks").mkdir()
    files = dict(init.starter("cold", "W", "github", date(2026, 11, 21)))
    init.install(tmp_path, files)
    assert tree(tmp_path) == {**files, "notes.txt": "mine"}


@pytest.mark.parametrize("there", [False, True])
def test_a_disk_that_fills_up_leaves_what_was_there(there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "deep" / "sales"
    if there:
        (target / "playbooks").mkdir(parents=True)
        (target / "notes.txt").write_text("mine")
    before = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*"))
    real = Path.write_text
    written: list[Path] = []

    def fills_up(self: Path, *arguments: object, **named: object) -> int:
        written.append(self)
        if len(written) > 5:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))
        return real(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "write_text", fills_up)
    with pytest.raises(OSError) as caught:
        init.install(target, dict(init.starter("cold", "W", "github", date(2026, 11, 21))))
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(target))
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == before


def test_a_move_that_fails_takes_back_what_was_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    real = Path.rename
    moved: list[Path] = []

    def fails_at_last(self: Path, target: Path) -> Path:
        moved.append(target)
        if len(moved) == 7:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(self))
        return real(self, target)

    monkeypatch.setattr(Path, "rename", fails_at_last)
    with pytest.raises(OSError):
        init.install(tmp_path, dict(init.starter("cold", "W", "github", date(2026, 11, 21))))
    assert [path.name for path in tmp_path.rglob("*")] == ["notes.txt"]
