"""Which files of tests there are: those that were named, those beside a playbook that was named, and all below a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..language.places import WORKSPACE
from .load import ENDINGS

_SKIPPED = {"node_modules", "__pycache__", "site-packages", "_build", "build", "dist"}


def find_suites(paths: Iterable[Path]) -> list[Path]:
    """Each file once, in the order of paths, and of names within a folder. A folder in another workspace below is left to that one.

    FileNotFoundError where a path does not exist; a playbook that has no tests beside it gives none.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(2, os.strerror(2), str(path))
        for file in sorted(_below(path)) if path.is_dir() else _beside(path):
            found.setdefault(file.resolve(), file)
    return list(found.values())


def is_suite(name: str) -> bool:
    """Whether a file of this name holds tests."""
    return name.endswith(ENDINGS) and not name.startswith(".")


def _beside(path: Path) -> list[Path]:
    if path.name.endswith(ENDINGS):
        return [path]
    stem = path.name.removesuffix(".yaml").removesuffix(".yml")
    return [file for ending in ENDINGS if (file := path.with_name(stem + ending)).is_file()]


def _below(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _SKIPPED]
        folders[:] = [name for name in folders if not Path(here, name, WORKSPACE).is_file()]
        yield from (Path(here, name) for name in files if is_suite(name))
