"""SPIN as a judge: machines from their JSON, as tables for one compiled interpreter, or as models of their own.

Nothing here uses the code that the rules use: the table is read off the machine's JSON, and what its states and events mean to a property is said
in `interpreter.pml`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Literal

Property = Literal[1, 2, 3]
NO: Property = 1
OPT_OUT: Property = 2
COLLEAGUE: Property = 3
ANSWERS = ("replied.", "unsubscribed", "complained", "bounced", "opened", "clicked", "accepted", "connected", "delivered")
KINDS = {"touch": 1, "end": 2, "task": 3}
WHAT = {"replied.negative": 1, "unsubscribed": 2, "account.opted_out": 3, "replied.positive": 4, "cooled": 5, "asked_back": 6, "done": 7}
DEPTHS = (20_000, 2_000_000)
"""How deep a search may go: what small machines need, and what is enough for all of them (its stack takes seconds to set up)."""
missing = next((name for name in ("spin", "gcc") if shutil.which(name) is None), None)
"""The tool that is not there, if one is not."""


def table(text: str, property: Property) -> str:
    """The machine (its canonical JSON) as the numbers that the interpreter reads."""
    machine: dict[str, Any] = json.loads(text)
    steps = [step["id"] for step in machine["steps"]]
    states = {state["id"]: at for at, state in enumerate(machine["states"])}
    events = sorted({move["on"] for move in machine["transitions"]} | {"replied.negative", "unsubscribed", "account.opted_out"})
    target = {(move["from"], move["on"]): states[move["to"]] for move in machine["transitions"]}
    rows = [[property, 0, len(states), len(events), len(steps)]]
    rows += [[KINDS.get(state["kind"], 0), steps.index(state["step"]) if state["kind"] == "touch" else -1] for state in machine["states"]]
    for event in events:
        name, _, step = event.partition(":")
        rows.append([WHAT.get(name, 0), int(name.startswith(ANSWERS)), steps.index(step) if step else -1])
    rows += [[target.get((state, event), -1) for event in events] for state in states]
    return "\n".join(" ".join(map(str, row)) for row in rows)


def build(model: Path, folder: Path, *options: str) -> Path:
    """The verifier of a model, compiled in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    _run([_tool("spin"), "-a", *options, str(model.resolve())], folder)
    _run([_tool("gcc"), "-O0", "-w", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c"], folder)
    return folder / "pan"


def violated(pan: Path, machine: Path | None = None) -> bool:
    """Whether some run reaches a violated assertion. A verdict needs a whole search: one that was cut off is an error."""
    for deep in DEPTHS:
        done = subprocess.run(
            [str(pan), "-E", f"-m{deep}", "-w16"],
            cwd=pan.parent,
            env={**os.environ, **({"MACHINE": str(machine)} if machine is not None else {})},
            capture_output=True,
            text=True,
            timeout=120,
        )
        if "assertion violated" in done.stdout:
            return True
        if "max search depth too small" not in done.stdout:
            break
    if "errors: 0" not in done.stdout or "max search depth too small" in done.stdout or "Search not completed" in done.stdout:
        raise RuntimeError(f"no verdict: {done.stdout[-800:]}{done.stderr[-400:]}")
    return False


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is not installed")
    return found


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout[-800:]}{done.stderr[-800:]}")
