"""Which files of tests there are: those that were named, those beside a playbook that was named, and all below a folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..language.places import WORKSPACE
from .load import ENDINGS, neighbour

_SKIPPED = {"node_modules", "__pycache__", "site-packages", "_build", "build", "dist"}
_VERSION = re.compile(rb"^cadenza[ \t]*:", re.MULTILINE)
_SNIFFED = 1 << 20


def find_suites(paths: Iterable[Path]) -> list[Path]:
    """Each file once, in the order of paths, and of names within a folder. What lies in another workspace below a folder is left to that one.

    In a folder, a file of this name is ours if it says `cadenza:` or has a neighbour that could be its playbook; others have such names, too.
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
        yield from (Path(here, name) for name in files if is_suite(name) and (_has_neighbour(here, name) or _says_so(Path(here, name))))


def _has_neighbour(folder: str, name: str) -> bool:
    return Path(folder, neighbour(name)).is_file()


def _says_so(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            return _VERSION.search(stream.read(_SNIFFED)) is not None
    except OSError:
        return True  # it is said where it is read
