"""A command leaves fast and leaves nothing undone."""

from __future__ import annotations

import subprocess
import sys

import pytest

BEFORE = """
import atexit, sys, threading, time
from cadenza.cli import main

atexit.register(print, "registered for the end")
threading.Thread(target=lambda: (time.sleep(0.2), print("a thread that others wait for"))).start()
sys.argv = ["cadenza", {argument!r}]
"""


def leave(argument: str, call: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", BEFORE.format(argument=argument) + call], capture_output=True, text=True, encoding="utf-8")


@pytest.mark.parametrize(("argument", "code", "said"), [("--version", 0, "cadenza "), ("lnt", 2, "")])
def test_what_waits_for_the_end_happens_before_it(argument: str, code: int, said: str) -> None:
    result = leave(argument, "main()")
    assert result.returncode == code
    lines = result.stdout.splitlines()
    assert [line for line in lines if line.startswith("cadenza ")] == lines[: bool(said)]
    assert lines[bool(said) :] == ["a thread that others wait for", "registered for the end"]
    assert ("Did you mean 'lint'?" in result.stderr) == (code == 2)


def test_who_calls_it_with_arguments_or_watches_it_is_not_left() -> None:
    call = "\ntry:\n    {0}\nexcept SystemExit as leaving:\n    print('still here', leaving.code)"
    assert "still here 0" in leave("--help", call.format("main(['--version'])")).stdout
    assert "still here 0" in leave("--version", call.format("sys.setprofile(lambda *_: None); main()")).stdout
    assert "still here" not in leave("--version", call.format("main()")).stdout
