"""Bad files: everything that is said about each of them, word for word, beside the file (`x.yaml`, `x.out`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cadenza.language import Finding, Refused, collect_playbook, load_simulation, load_workspace, playbooks_of
from cadenza.language.yaml import read

HOSTILE = Path(__file__).parent / "hostile"
Golden = Callable[[str, Path], None]


def told(findings: list[Finding]) -> str:
    """Findings as text, with all that a person may be shown of them."""
    lines: list[str] = []
    for found in findings:
        span = found.span
        lines.append(f"{span.file}:{span.line}:{span.column}-{span.end_line}:{span.end_column} {found.code} {found.name} {found.level.name}")
        lines.append(f"    {found.message}")
        lines += [f"    help: {found.help}"] if found.help else []
        lines += [f"    see {related.span}: {related.note}" for related in found.related]
        for edit in found.fix.edits if found.fix else ():
            safe = "safe" if found.fix and found.fix.safe else "unsafe"
            lines.append(f"    fix ({safe}): {edit.span.line}:{edit.span.column}-{edit.span.end_line}:{edit.span.end_column} -> {edit.text}")
    return "".join(f"{line}\n" for line in lines)


def files(folder: str) -> list[Path]:
    return sorted((HOSTILE / folder).glob("*.yaml"))


@pytest.mark.parametrize("path", files("yaml"), ids=lambda path: path.stem)
def test_what_is_no_yaml(path: Path, golden: Golden) -> None:
    with pytest.raises(Refused) as refused:
        read(path, path.name)
    golden(told(refused.value.findings), path.with_suffix(".out"))


@pytest.mark.parametrize("path", [path for path in files("playbooks") if path.stem != "good"], ids=lambda path: path.stem)
def test_what_is_no_playbook(path: Path, golden: Golden) -> None:
    playbook, findings = collect_playbook(path)
    assert playbook is None
    golden(told(findings), path.with_suffix(".out"))


@pytest.mark.parametrize("name", ["bad", "empty-map"])
def test_what_is_no_workspace(name: str, golden: Golden) -> None:
    with pytest.raises(Refused) as refused:
        load_workspace(HOSTILE / "workspaces" / name)
    golden(told(refused.value.findings), HOSTILE / "workspaces" / f"{name}.out")


def test_what_is_no_simulation(golden: Golden) -> None:
    with pytest.raises(Refused) as refused:
        load_simulation(HOSTILE / "simulations" / "bad.yaml")
    golden(told(refused.value.findings), HOSTILE / "simulations" / "bad.out")


def test_scenarios_that_lead_nowhere(golden: Golden) -> None:
    simulation = load_simulation(HOSTILE / "simulations" / "paths.yaml")
    text = ""
    points = [(scenario.name, scenario.changes) for scenario in simulation.scenarios]
    points += [(f"sweep {path}", {path: value}) for path, values in simulation.sweep.items() for value in values]
    for name, changes in points[1:]:
        with pytest.raises(Refused) as refused:
            playbooks_of(simulation, changes)  # type: ignore[arg-type]
        text += f"== {name}\n{told(refused.value.findings)}"
    golden(text, HOSTILE / "simulations" / "paths.out")
