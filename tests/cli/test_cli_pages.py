"""The commands in the README and the tutorial are run, and say what the pages say that they say.

A block fenced as `console` is a session in a copy of the example workspace: lines after `$ ` are run by a shell, the lines below are their
output, to the letter. `...` alone on a line stands for lines that the page leaves out. `# exit 1` after a command is its exit code.
`--update-golden` writes what was said into the page (a session with `...` is left as it is).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = ("README.md", "docs/tutorial.md", *(f"docs/how-to/{name}.md" for name in ("forecast", "money", "together", "test-a-playbook")))
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Run:
    command: str
    code: int
    output: str


def sessions(text: str) -> list[Run]:
    """The commands of a page in order, each with what the page says it prints."""
    runs: list[Run] = []
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = part.partition("\n")
            command, _, code = line.partition("  # exit ")
            runs.append(Run(command.strip(), int(code or 0), output))
    return runs


def matches(said: str, shown: str) -> bool:
    """Whether `said` is what the page shows, `...` lines standing for any lines."""
    pattern = "".join(".*" if line == "...\n" else re.escape(line) for line in shown.splitlines(keepends=True))
    return re.fullmatch(pattern, said, re.DOTALL) is not None


def play(command: str, folder: Path) -> tuple[int, str]:
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    result = subprocess.run(
        ["bash", "-c", command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", env=environment
    )
    return result.returncode, result.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_shows_is_what_happens(page: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for part in ("cadenza.yaml", "playbooks", "lists", "simulations", "schema"):
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / part)
    text = (ROOT / page).read_text("utf-8")
    reached = 0
    for run in sessions(text):
        code, said = play(run.command, tmp_path)
        assert code == run.code, f"$ {run.command}\n{said}"
        if request.config.getoption("--update-golden") and "...\n" not in run.output:
            head = f"$ {run.command}{f'  # exit {code}' if code else ''}\n"
            reached = text.index(head + run.output, reached) + len(head)
            text = text[:reached] + said + text[reached + len(run.output) :]
            (ROOT / page).write_text(text, "utf-8")
        else:
            assert matches(said, run.output), f"$ {run.command}\n{said}"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/tutorial.md", "docs/index.md"])
def test_every_make_target_that_a_page_names_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^ *|[`$] ?)make ([a-z]+)", (ROOT / page).read_text("utf-8"), re.MULTILINE))
    assert named <= targets


def test_a_page_that_says_something_else_is_noticed() -> None:
    assert sessions("```console\n$ echo a  # exit 1\na\n...\nb\n$ true\n```\n") == [Run("echo a", 1, "a\n...\nb\n"), Run("true", 0, "")]
    assert matches("a\nx\ny\nb\n", "a\n...\nb\n")
    assert not matches("a\nx\nc\n", "a\n...\nb\n")
    assert not matches("a b\n", "a.b\n")
