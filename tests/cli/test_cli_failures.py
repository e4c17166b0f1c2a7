"""Every way in which a command can fail gives words and an exit code, and no traceback unless it is asked for."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from cadenza import __version__
from cadenza.cli import completion, failures
from cadenza.cli.group import COMMANDS, group, run


def cadenza(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return subprocess.run(
        [sys.executable, "-m", "cadenza", *arguments],
        cwd=cwd,
        env={**known, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


def failing(error: BaseException) -> Callable[[], int]:
    def work() -> int:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "x.csv"), 2, "error: cannot read x.csv: No such file or directory\n"),
        (OSError(errno.ENOSPC, "No space left on device", "x.csv"), 2, "error: cannot write x.csv: No space left on device\n"),
        (OSError(errno.ENOSPC, "No space left on device"), 2, "error: cannot write the output: No space left on device\n"),
        (KeyboardInterrupt(), 130, "Stopped.\n"),
        (
            MemoryError("there is not enough memory for this many people"),
            2,
            "error: there is not enough memory for this many people; ask for fewer people, or a shorter time, or use a larger machine\n",
        ),
        (
            ValueError("odd"),
            2,
            f"error: cadenza {__version__} failed where it should not (ValueError: odd).\n"
            "This is a fault of cadenza, not of your files. Nothing that was written is half-written.\n"
            "Please report it with the file that shows it; `cadenza --debug ...` prints what the report needs.\n",
        ),
    ],
)
def test_an_exception_becomes_words_and_a_code(error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert failures.guard(failing(error), click.Context(group)) == code
    assert capsys.readouterr().err == said


def test_the_traceback_comes_for_those_who_ask(capsys: pytest.CaptureFixture[str]) -> None:
    context = click.Context(group)
    context.meta[failures.DEBUG] = True
    assert failures.guard(failing(ValueError("odd")), context) == 2
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_a_command_may_give_its_own_exit_code() -> None:
    assert failures.finish(lambda: 1) == 1
    assert failures.finish(lambda: None) == 0
    assert failures.finish(failing(SystemExit(1))) == 1


def test_version_and_help_import_no_command() -> None:
    for flag in ("--version", "--help"):
        result = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "cadenza", flag], capture_output=True, text=True, encoding="utf-8", check=True
        )
        imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
        ours = sorted(name for name in imported if name.startswith("cadenza"))
        assert ours == ["cadenza", "cadenza.__main__", "cadenza.cli", "cadenza.cli.failures", "cadenza.cli.group"] or ours == [
            "cadenza",
            "cadenza.cli",
            "cadenza.cli.failures",
            "cadenza.cli.group",
        ]


def test_version() -> None:
    assert cadenza("--version").stdout == f"cadenza {__version__}\n"


def test_an_unknown_command_names_the_near_one() -> None:
    result = cadenza("lnit")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.endswith("Error: There is no command 'lnit'. Did you mean 'lint'?\n")


def test_an_unknown_option_is_a_usage_error() -> None:
    result = cadenza("compile", "--fromat", "json", "x.yaml")
    assert result.returncode == 2
    assert "Error: No such option: --fromat" in result.stderr or "Error: No such option '--fromat'" in result.stderr


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_with_examples(name: str) -> None:
    result = cadenza(name, "--help", COLUMNS="100")
    assert (result.returncode, result.stderr) == (0, "")
    assert f"Usage: cadenza {name} " in result.stdout
    assert "Examples:" in result.stdout and f"cadenza {name} " in result.stdout.partition("Examples:")[2]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(shell: str) -> None:
    result = cadenza("completion", shell)
    assert (result.returncode, result.stderr) == (0, "")
    assert "_CADENZA_COMPLETE" in result.stdout and f"{shell}_complete" in result.stdout


def test_the_shell_completes_commands() -> None:
    result = cadenza(_CADENZA_COMPLETE="bash_complete", COMP_WORDS="cadenza fo", COMP_CWORD="1")
    assert result.stdout == "plain,forecast\n"


def test_rule_names_are_read_from_the_rules_files() -> None:
    names = completion.rule_names()
    assert "R001" in names and "ignores-no" in names


def test_output_that_nobody_reads_ends_quietly() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    result = subprocess.run([sys.executable, "-m", "cadenza", "completion", "bash"], stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert (result.returncode, result.stderr) == (failures.PIPE_CLOSED, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_behind_stdout_is_said() -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run([sys.executable, "-m", "cadenza", "completion", "bash"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert (result.returncode, result.stderr) == (2, "error: cannot write the output: No space left on device\n")


@pytest.mark.parametrize(("encoding", "shown"), [("ascii", b"a -> b - c ? ok\n"), ("latin-1", b"a -> b \xb7 c \xe9 ok\n")])
def test_a_terminal_that_is_not_utf8_gets_what_it_can_show(encoding: str, shown: bytes) -> None:
    program = "from cadenza.cli import failures; failures.prepare_streams(); print('a → b · c é ✓')"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, env={**os.environ, "PYTHONIOENCODING": encoding})
    assert (result.stdout, result.stderr) == (shown, b"")


def test_run_gives_the_code_of_usage_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compile"]) == 2
    assert "Missing argument 'PLAYBOOK'" in capsys.readouterr().err
