"""Opening a file that somebody else named: inside the workspace, an ordinary file, and no larger than it may be."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import BinaryIO

from .findings import Refused
from .nodes import Span
from .noted import note
from .places import locate
from .report import error


def read_bytes(path: Path | str, root: Path | None, limit: int, referred: Span | None = None, what: str = "file") -> bytes:
    """The bytes of a file of at most `limit` bytes.

    With a `root`, `path` is relative to it (or absolute and below it) and must stay inside, links followed; without one it may lie anywhere:
    only for paths that the person at the keyboard typed. `referred` is the place that names the file, and carries the finding.
    Raises Refused: Y004 (missing, a folder, unreadable), Y006 (too large; never read whole), Y007 (outside the workspace).
    """
    with open_file(path, root, limit, referred, what) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise too_large(name_of(path, root), limit, referred, what)
    return data


def open_file(path: Path | str, root: Path | None, limit: int, referred: Span | None = None, what: str = "file") -> BinaryIO:
    """As `read_bytes`, for a reader who takes the file piece by piece."""
    name = name_of(path, root)
    here = referred or Span(name)
    if root is not None:
        found = locate(root, name, here, base="", what=what)
        if not isinstance(found, str):
            raise Refused([found])
    full = root / name if root is not None else Path(path)
    note(full)
    try:
        state = full.stat()
        if stat.S_ISDIR(state.st_mode):
            raise Refused([error("Y004", f"`{name}` is a folder; a {what} is wanted here", here, f"name the {what} itself")])
        if not stat.S_ISREG(state.st_mode):
            raise Refused([error("Y004", f"`{name}` is no ordinary file", here, f"name a {what}")])
        if state.st_size > limit:
            raise too_large(name, limit, referred, what)
        return full.open("rb")
    except FileNotFoundError:
        raise Refused([error("Y004", f"there is no {what} `{name}`", here, "check the path")]) from None
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        raise Refused([error("Y004", f"`{name}` cannot be read: {why.lower()}", here, "check the path and its permissions")]) from None


def name_of(path: Path | str, root: Path | None) -> str:
    """The file's name in findings: relative to the root where it lies below it, with forward slashes."""
    text = path.as_posix() if isinstance(path, Path) else path
    home = root.as_posix().rstrip("/") + "/" if root is not None else ""
    return text.removeprefix(home) if home else text


def too_large(name: str, limit: int, referred: Span | None, what: str) -> Refused:
    size = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1000} kB"
    return Refused([error("Y006", f"`{name}` is larger than {size}", referred or Span(name), f"a {what} is at most {size}; split it")])
