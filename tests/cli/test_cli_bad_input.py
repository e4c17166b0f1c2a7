"""Bad input through the real command line: an exit code, a place, a reason, no traceback, and nothing left behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cadenza.cli import init

PLAYBOOK = "playbooks/cold.yaml"


def cadenza(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the real thing; whatever happens, it says no traceback."""
    result = subprocess.run(
        [sys.executable, "-m", "cadenza", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "400", "NO_COLOR": "1"},
        timeout=120,
    )
    assert "Traceback" not in result.stderr + result.stdout
    return result


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "w"
    init.install(folder, dict(init.starter("cold", "W", "github", date(2026, 11, 21))))
    return folder


Damage = Callable[[str], str | bytes]
BOMB = "x0: &x0 [a, a]\n" + "".join(f"x{n}: &x{n} [*x{n - 1}, *x{n - 1}, *x{n - 1}, *x{n - 1}, *x{n - 1}, *x{n - 1}]\n" for n in range(1, 9))

CASES: dict[str, tuple[Damage, list[tuple[str, int, int, str]]]] = {
    "no YAML": (lambda _: "cadenza: 1\nname: [a\ncadence: {", [("Y001", 3, 8, "the `[` of line 2 is not closed before this")]),
    "a tab": (
        lambda text: text.replace("  accounts:", "\taccounts:"),
        [("Y001", 10, 1, "YAML indents with blanks; this line begins with a tab")],
    ),
    "a key twice": (
        lambda text: text + "name: again\n",
        [("Y002", 80, 1, "the key `name` stands here for the second time; the first one is on line 3")],
    ),
    "an unknown key": (
        lambda text: text.replace("channel: phone, after", "chanel: phone, after", 1),
        [("Y003", 37, 22, "unknown key `chanel`: did you mean `channel`?")],
    ),
    "a wrong type": (lambda text: text.replace("size: 1200", "size: many"), [("Y003", 24, 9, "`size` takes a whole number, not a text")]),
    "a wrong unit": (
        lambda text: text.replace("after: 2 business days", "after: 2 bussiness days", 1),
        [("Y005", 37, 45, "`after` takes a duration: unknown unit `bussiness days`: did you mean `business days`?")],
    ),
    "a message that is missing": (
        lambda text: text.replace("messages/intro.md", "messages/intrro.md"),
        [("Y004", 36, 62, "there is no message file `messages/intrro.md`")],
    ),
    "a message outside": (
        lambda text: text.replace("messages/intro.md", "../../../etc/passwd"),
        [("Y007", 36, 62, "the path `../../../etc/passwd` leads out of the workspace")],
    ),
    "an alias bomb": (lambda text: BOMB + text, [("Y006", 7, 20, "the file stands for more than 100,000 values once its aliases are written out")]),
    "deep nesting": (lambda text: text + "x: " + "[" * 5000 + "]" * 5000 + "\n", [("Y006", 80, 67, "nested deeper than 64 levels")]),
    "a tag": (
        lambda text: text + "x: !!python/object/apply:os.system [id]\n",
        [("Y001", 80, 4, "the tag `!!python/object/apply:os.system` is refused: a playbook is plain data")],
    ),
    "no text": (lambda _: b"\x00\xff\xfe\x80", [("Y001", 1, 2, "byte 0xff is no UTF-8; a playbook is UTF-8")]),
    "nothing": (lambda _: "", [("Y001", 1, 1, "the file is empty")]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_playbook_is_refused_with_its_place(case: str, workspace: Path) -> None:
    damage, expected = CASES[case]
    path = workspace / PLAYBOOK
    damaged = damage(path.read_text("utf-8"))
    path.write_bytes(damaged if isinstance(damaged, bytes) else damaged.encode())
    before = files(workspace)
    lint = cadenza(workspace, "lint", PLAYBOOK, "--format", "json", "--as-of", "2026-11-21")
    found = [(f["code"], f["place"]["line"], f["place"]["column"], f["message"]) for f in json.loads(lint.stdout)["findings"]]
    assert (found, lint.returncode, lint.stderr) == (expected, 1, "")
    compiled = cadenza(workspace, "compile", PLAYBOOK, "--output", "machine.json")
    code, line, column, message = expected[0]
    assert (compiled.returncode, compiled.stdout) == (2, "")
    assert compiled.stderr.startswith(f"{PLAYBOOK}:{line}:{column} error {code} ")
    assert message in compiled.stderr
    assert files(workspace) == before


def test_references_to_nothing_name_what_is_near(workspace: Path) -> None:
    path = workspace / PLAYBOOK
    text = path.read_text("utf-8")
    for right, wrong in (("resume: checklist", "resume: cheklist"), ("senders: team-mail", "senders: team-mial"), ("handoff: ae", "handoff: am")):
        assert right in text
        text = text.replace(right, wrong)
    path.write_text(text, "utf-8")
    result = cadenza(workspace, "lint", PLAYBOOK, "--format", "json", "--as-of", "2026-11-21")
    found = [(f["code"], f["place"]["line"], f["place"]["column"]) for f in json.loads(result.stdout)["findings"]]
    assert (found, result.returncode) == ([("Y004", 29, 20), ("Y004", 44, 28), ("Y004", 45, 43)], 1)


def test_a_file_of_100_mb_is_refused_before_it_is_read(workspace: Path) -> None:
    with (workspace / PLAYBOOK).open("wb") as stream:
        stream.truncate(100_000_000)
    result = cadenza(workspace, "compile", PLAYBOOK)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{PLAYBOOK}:1:1 error Y006 too-large: the file is larger than 1,000,000 bytes\n")


def test_a_folder_in_place_of_a_file(workspace: Path) -> None:
    result = cadenza(workspace, "compile", "playbooks")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("playbooks:1:1 error Y001 not-yaml: `playbooks` is a folder; a file is wanted here\n")


def test_a_message_behind_a_link_that_leads_out(workspace: Path) -> None:
    (workspace.parent / "secret.md").write_text("---\nsubject: x\n---\nsecret\n")
    message = workspace / "playbooks/messages/intro.md"
    message.unlink()
    message.symlink_to(workspace.parent / "secret.md")
    result = cadenza(workspace, "compile", PLAYBOOK)
    assert result.returncode == 2
    assert result.stderr.startswith(f"{PLAYBOOK}:36:62 error Y007 outside-workspace: ")
    assert "secret\n" not in result.stderr


def test_outside_a_workspace_the_way_in_is_named(workspace: Path) -> None:
    (workspace / "cadenza.yaml").unlink()
    result = cadenza(workspace, "compile", PLAYBOOK)
    assert (result.returncode, result.stdout) == (2, "")
    assert "cadenza init" in result.stderr and PLAYBOOK in result.stderr


def test_json_errors_are_json_on_stdout(workspace: Path) -> None:
    (workspace / PLAYBOOK).write_text("")
    result = cadenza(workspace, "compile", PLAYBOOK, "--format", "json")
    document = json.loads(result.stdout)
    assert (result.returncode, result.stderr, document["format_version"]) == (2, "", 1)
    assert [(finding["code"], finding["message"]) for finding in document["findings"]] == [("Y001", "the file is empty")]


# ---------------------------------------------------------------- output that cannot be written


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("no/such/folder/machine.json", "No such file or directory"),
        ("cadenza.yaml/machine.json", "Not a directory"),
        ("playbooks", "Is a directory"),
        ("/proc/machine.json", "No such file or directory"),
    ],
)
def test_output_that_cannot_be_written(target: str, reason: str, workspace: Path) -> None:
    before = files(workspace)
    result = cadenza(workspace, "compile", PLAYBOOK, "--format", "json", "--output", target)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", f"error: cannot write {target}: {reason}\n")
    assert files(workspace) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_to_a_full_device(workspace: Path) -> None:
    result = cadenza(workspace, "compile", PLAYBOOK, "--format", "json", "--output", "/dev/full")
    assert (result.returncode, result.stdout, result.stderr) == (2, "", "error: cannot write /dev/full: No space left on device\n")
    assert Path("/dev/full").is_char_device()


def test_a_file_that_may_not_grow_keeps_its_old_content(workspace: Path) -> None:
    """A real limit of the system in place of a full disk: no file of more than 8 KiB."""
    (workspace / "machine.json").write_text("old")
    before = files(workspace)
    program = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192));"
        f"from cadenza.cli import main; main(['compile', {PLAYBOOK!r}, '--format', 'json', '--output', 'machine.json'])"
    )
    result = subprocess.run([sys.executable, "-B", "-c", program], cwd=workspace, capture_output=True, text=True)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", "error: cannot write machine.json: File too large\n")
    assert files(workspace) == before


# ---------------------------------------------------------------- lists of people


def plan(workspace: Path, content: bytes) -> subprocess.CompletedProcess[str]:
    (workspace / "people.csv").write_bytes(content)
    return cadenza(workspace, "plan", PLAYBOOK, "--prospects", "people.csv", "--start", "2027-01-04", "--output", "plan.jsonl")


HEADER = b"id,email,phone,first_name,title,company,domain,country,timezone\n"
ROW = b"p-1,ann@one.example,+442079460001,Ann,Head,One,one.example,GB,Europe/London\n"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        pytest.param(ROW + ROW, "people.csv:1:", id="no header"),
        pytest.param(HEADER + ROW + b"p-2,bob@two.example\n", "people.csv:3:", id="a broken row"),
        pytest.param(b"", "people.csv:1:", id="an empty file"),
        pytest.param(HEADER + b'p-1,"ann@one.example,+44\n', "people.csv:2:", id="an open quote"),
        pytest.param(HEADER + b"p-1,\xff\xfe,,,,,,,\n", "people.csv:2:", id="a byte that is no text"),
    ],
)
def test_a_bad_list_is_refused_with_its_line(content: bytes, place: str, workspace: Path) -> None:
    result = plan(workspace, content)
    assert (result.returncode, result.stdout) == (2, "")
    assert place in result.stderr
    assert not (workspace / "plan.jsonl").exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_list_in_another_encoding_is_the_same_list(encoding: str, workspace: Path) -> None:
    content = (HEADER + ROW.replace(b"Ann", "Änn".encode())).decode()
    assert plan(workspace, content.encode()).returncode == 0
    expected = (workspace / "plan.jsonl").read_bytes()
    encoded = content.encode(encoding)
    result = plan(workspace, b"\xff\xfe" + encoded if encoding == "utf-16-le" else encoded)
    assert (result.returncode, (workspace / "plan.jsonl").read_bytes()) == (0, expected)
    assert "Änn".encode() in expected


def test_a_list_that_is_a_folder(workspace: Path) -> None:
    result = cadenza(workspace, "plan", PLAYBOOK, "--prospects", "lists", "--start", "2027-01-04")
    assert (result.returncode, result.stdout) == (2, "")
    assert "lists" in result.stderr


# ---------------------------------------------------------------- interruption


@pytest.mark.slow
def test_an_interrupted_forecast_ends_with_130_and_leaves_no_process(workspace: Path) -> None:
    import signal
    import time

    process = subprocess.Popen(
        [sys.executable, "-m", "cadenza", "forecast", "simulations/first-quarter.yaml", "--replications", "100000"],
        cwd=workspace,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(6)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process of the group
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in output + errors
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    assert shutil.which("cadenza") is None or not (workspace / "forecast.json").exists()
