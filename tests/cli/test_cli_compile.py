"""`cadenza compile`: the summary for people, the machine for tools."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from cadenza.language import load_playbook
from cadenza.machine import dumps, lower

PLAYBOOK = "playbooks/platform-cold.yaml"
HERE = Path(__file__).parent


def compile_(cwd: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "cadenza", "compile", *arguments], cwd=cwd, capture_output=True, env={**os.environ, "PYTHONUTF8": "1", **environment}
    )


def test_the_summary(EXAMPLES: Path, golden: Callable[[str, Path], None]) -> None:
    result = compile_(EXAMPLES, PLAYBOOK, COLUMNS="100", NO_COLOR="1")
    assert (result.returncode, result.stderr) == (0, b"")
    machine = lower(load_playbook(EXAMPLES / PLAYBOOK))
    text = result.stdout.decode()
    assert f"sha-256 {machine.hash}" in text
    golden(text.replace(machine.hash, "..."), HERE / "compile_summary.out")


def test_a_narrow_terminal_gets_narrow_lines(EXAMPLES: Path) -> None:
    text = compile_(EXAMPLES, PLAYBOOK, COLUMNS="60", NO_COLOR="1").stdout.decode()
    rows = [line for line in text.splitlines() if line.startswith("  ")]
    assert max(map(len, rows)) == 60
    assert any("…" in line for line in rows)


def test_colour_only_where_it_is_wanted(EXAMPLES: Path) -> None:
    assert b"\x1b[1mSteps\x1b[0m" in compile_(EXAMPLES, PLAYBOOK, FORCE_COLOR="1", NO_COLOR="").stdout
    assert b"\x1b" not in compile_(EXAMPLES, PLAYBOOK).stdout


def test_json_is_the_canonical_machine_whatever_the_hash_seed(EXAMPLES: Path, tmp_path: Path) -> None:
    machine = lower(load_playbook(EXAMPLES / PLAYBOOK))
    digests = set()
    for seed in ("0", "1", "77"):
        target = tmp_path / f"{seed}.json"
        result = compile_(EXAMPLES, PLAYBOOK, "--format", "json", "--output", str(target), PYTHONHASHSEED=seed)
        assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
        digests.add(hashlib.sha256(target.read_bytes()).hexdigest())
        assert str(json.loads(target.read_bytes())["format_version"]).partition(".")[0] == "1"
    assert digests == {hashlib.sha256(dumps(machine).encode()).hexdigest()}


def test_the_views_are_what_their_tools_read(EXAMPLES: Path) -> None:
    shown = {form: compile_(EXAMPLES, PLAYBOOK, "-f", form).stdout.decode() for form in ("mermaid", "dot", "scxml", "xstate")}
    assert shown["mermaid"].startswith("stateDiagram-v2\n")
    assert shown["dot"].startswith("digraph ") and shown["dot"].rstrip().endswith("}")
    assert ElementTree.fromstring(shown["scxml"]).tag == "{http://www.w3.org/2005/07/scxml}scxml"
    assert json.loads(shown["xstate"])["initial"]


def test_an_unknown_format_lists_the_known_ones(EXAMPLES: Path) -> None:
    result = compile_(EXAMPLES, PLAYBOOK, "--format", "jsn")
    assert result.returncode == 2
    for form in ("summary", "json", "mermaid", "dot", "scxml", "xstate"):
        assert form.encode() in result.stderr


def test_the_order_of_keys_plays_no_part(EXAMPLES: Path, tmp_path: Path) -> None:
    for part in ("cadenza.yaml", "playbooks", "lists"):
        (shutil.copytree if (EXAMPLES / part).is_dir() else shutil.copy)(EXAMPLES / part, tmp_path / part)
    path = tmp_path / PLAYBOOK
    text = path.read_text("utf-8")
    first, second = "  wrong_person:  {stop: wrong_person}\n", "  negative:      {stop: said_no, cooldown: 365 days}\n"
    assert first + second in text
    path.write_text(text.replace(first + second, second + first), "utf-8")
    assert lower(load_playbook(path)).hash == lower(load_playbook(EXAMPLES / PLAYBOOK)).hash
