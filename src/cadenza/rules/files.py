"""Which files there are to judge: what was named, and every playbook, simulation, workspace, policy pack and file of tests below the folders
that were named."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["playbook", "simulation", "workspace", "test", "pack"]
WORKSPACE = "cadenza.yaml"
TESTS = (".test.yaml", ".test.yml")
_SKIPPED = {"node_modules", "__pycache__", "site-packages", "_build", "build", "dist"}
_VERSION = re.compile(rb"^cadenza[ \t]*:", re.MULTILINE)
_PLAYBOOK = re.compile(rb"^(cadence|extends)[ \t]*:", re.MULTILINE)
_SIMULATION = re.compile(rb"^(playbooks|horizon|replications|scenarios)[ \t]*:", re.MULTILINE)
_PACK = re.compile(rb"^pack[ \t]*:", re.MULTILINE)
_SNIFFED = 1 << 20


def find(paths: Iterable[Path]) -> list[tuple[Path, Kind]]:
    """The files to judge, each once, in the order of their paths within each path that was named.

    A file that was named is always judged: as a workspace, a simulation, a pack or tests if it looks like one, else as a playbook. FileNotFoundError
    where a path does not exist.
    """
    found: dict[Path, tuple[Path, Kind]] = {}
    for path in paths:
        if path.is_dir():
            for file in sorted(_yaml_below(path)):
                kind = sniff(file)
                if kind is not None:
                    found.setdefault(file.resolve(), (file, kind))
        elif path.exists():
            otherwise: Kind = "test" if path.name.endswith(TESTS) else "playbook"
            found.setdefault(path.resolve(), (path, sniff(path) or otherwise))
        else:
            raise FileNotFoundError(2, os.strerror(2), str(path))
    return list(found.values())


def _yaml_below(folder: Path) -> Iterator[Path]:
    inside = any((above / WORKSPACE).is_file() for above in (folder.resolve(), *folder.resolve().parents))
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _SKIPPED]
        if inside:  # another workspace below this one is judged when it is asked for
            folders[:] = [name for name in folders if not Path(here, name, WORKSPACE).is_file()]
        for name in files:
            if name.endswith((".yaml", ".yml")) and not name.startswith("."):
                yield Path(here, name)


def sniff(file: Path) -> Kind | None:
    """What a file is by the keys at its left margin, or None where it is none of ours. Never fails: what cannot be read is none of ours."""
    if file.name == WORKSPACE:
        return "workspace"
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # a pipe would be waited for
            return None
        with file.open("rb") as stream:
            head = stream.read(_SNIFFED)
    except OSError:
        return None
    if not _VERSION.search(head):
        return None
    if file.name.endswith(TESTS):
        return "test"
    if _PLAYBOOK.search(head):
        return "playbook"
    if _PACK.search(head):
        return "pack"
    return "simulation" if _SIMULATION.search(head) else None


def root_of(path: Path) -> Path:
    """The folder of the workspace that a file belongs to; the file's own where there is none."""
    folder = path.resolve().parent
    return next((above for above in (folder, *folder.parents) if (above / WORKSPACE).is_file()), folder)
