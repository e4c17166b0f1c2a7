"""The workshop: a copy of the workspace in which candidates are written down, loaded and judged, and nobody's files are touched."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ...language.findings import Finding, Level, Refused

if TYPE_CHECKING:
    from ...language.model import Playbook, Simulation

READ = (".yaml", ".yml", ".md", ".csv", ".txt", ".json", ".liquid")
"""What files of a workspace are called; nothing else is copied."""
SKIPPED = ("node_modules", "__pycache__", "_build", "site-packages")


class Workshop:
    """`root` is the copy. `refused` counts what lint said of candidates, by rule."""

    def __init__(self, root: Path, simulation: Simulation, as_of: date) -> None:
        self.root, self.simulation, self.as_of = root, simulation, as_of
        self.refused: Counter[str] = Counter()
        self._written: dict[str, str] = {}
        self._known: Counter[str] = Counter()
        self.originals = {file: _text(simulation.workspace.root / file) for file in ("cadenza.yaml", *simulation.playbooks)}

    def judge_base(self) -> list[Finding]:
        """What lint says of the playbooks as they are; its warnings are the ones that a candidate may have, too."""
        findings = self._lint()
        self._known = Counter(finding.name for finding in findings if finding.level is Level.warning)
        return [finding for finding in findings if finding.level is Level.error]

    def playbooks(self, texts: Mapping[str, str]) -> tuple[Playbook, ...] | None:
        """The playbooks as these texts say; None where they cannot be loaded."""
        self._write(texts)
        try:
            return self._load()
        except Refused as refused:
            self.refused.update({finding.name for finding in refused.findings if finding.level is Level.error})
            return None

    def passes(self, texts: Mapping[str, str]) -> bool:
        """Whether lint finds neither an error nor a warning more than there was."""
        self._write(texts)
        bad = self._bad(self._lint())
        self.refused.update(bad)
        return not bad

    def _bad(self, findings: list[Finding]) -> set[str]:
        warnings = Counter(finding.name for finding in findings if finding.level is Level.warning)
        more = {name for name, count in warnings.items() if count > self._known[name]}
        return more | {finding.name for finding in findings if finding.level is Level.error}

    def _load(self) -> tuple[Playbook, ...]:
        from dataclasses import replace

        from ...language import load_workspace, playbooks_of

        workspace = load_workspace(self.root / "cadenza.yaml")
        return playbooks_of(replace(self.simulation, workspace=workspace), {})

    def _lint(self) -> list[Finding]:
        from ...rules import lint

        files = [self.root / file for file in self.simulation.playbooks]
        workspace = self.root / "cadenza.yaml"
        return list(lint([*files, workspace], as_of=self.as_of, base=self.root).findings)

    def _write(self, texts: Mapping[str, str]) -> None:
        for file in dict.fromkeys((*self._written, *texts)):
            (self.root / file).write_bytes(texts.get(file, self.originals[file]).encode("utf-8"))
        self._written = dict(texts)


@contextmanager
def workshop(simulation: Simulation, as_of: date) -> Iterator[Workshop]:
    """A workshop for a simulation, gone when the block ends."""
    with TemporaryDirectory(prefix="cadenza-") as folder:
        root = Path(folder).resolve()
        _copy(simulation.workspace.root, root)
        yield Workshop(root, simulation, as_of)


def _copy(source: Path, target: Path) -> None:
    """Regular files of the workspace that a load may read. Hidden folders, links and other people's packages are left out."""
    for folder, folders, files in os.walk(source):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED and not (Path(folder) / name).is_symlink())
        for name in files:
            path = Path(folder, name)
            if name.endswith(READ) and not path.is_symlink():
                there = target / path.relative_to(source)
                there.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, there)


def _text(path: Path) -> str:
    """The text as it is, its line ends with it."""
    return path.read_bytes().decode("utf-8")
