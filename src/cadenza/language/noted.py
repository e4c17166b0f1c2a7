"""What a judgement was made from: each file that was read, each folder listed, each path looked for, and whether its date mattered.

A result may be kept only as long as all of that is the same. So while somebody takes `notes`, an audit hook of the interpreter sees each file
that Python opens below the workspace, whoever opens it. What goes through a door of the language (`read_text`, `open_file`, `locate`) is noted as
this judgement's own. What was opened past the doors may have been kept by somebody for the next file; it counts for every later judgement of
the process, too: a result may depend on too much, never on too little.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TypeAlias

Mark: TypeAlias = tuple[int, int, int, int] | None
"""By what a change of a file is seen that happens while it is judged: times, size and number; None where nothing is there."""
PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100 - not at every start
_CODE = (".py", ".pyc", ".so", ".pyd", ".pth")
_EVENTS = ("open", "os.listdir", "os.scandir")


class Notes:
    """What was read below `root`, as absolute paths with their marks at that moment; `aged`: whether it was asked what day it is."""

    def __init__(self, root: Path) -> None:
        self.root = str(root).rstrip(os.sep) + os.sep
        self.paths: dict[str, Mark] = {}
        self.opened: dict[str, Mark] = {}
        self.aged = False

    def add(self, other: Notes) -> None:
        """What an earlier judgement read, and this one has from it."""
        self.paths = {**other.paths, **self.paths}
        self.aged |= other.aged

    def everything(self) -> dict[str, Mark]:
        """All that the result depends on, relative to the root, in order."""
        found = {**{path: mark for path, mark in _ambient.items() if path.startswith(self.root)}, **self.opened, **self.paths}
        return {path[len(self.root) :]: found[path] for path in sorted(found)}


_taking: ContextVar[Notes | None] = ContextVar("cadenza_notes", default=None)
_ambient: dict[str, Mark] = {}
_hooked = False


@contextmanager
def notes(root: Path) -> Iterator[Notes]:
    """Take notes of what is read below `root` until the block ends. Blocks may be nested; each takes its own."""
    global _hooked
    if not _hooked:
        sys.addaudithook(_seen)  # for good: a hook cannot be taken away, but without notes it does nothing
        _hooked = True
    taken = Notes(root)
    token = _taking.set(taken)
    try:
        yield taken
    finally:
        _taking.reset(token)
        _ambient.update({path: mark for path, mark in taken.opened.items() if path not in taken.paths})


def note(path: Path | str) -> None:
    """This judgement depends on `path`: on what it holds, on what lies in it, or on its not being there."""
    taken = _taking.get()
    if taken is not None:
        full = os.path.abspath(path)  # noqa: PTH100 - links are not followed here
        if full.startswith(taken.root) and full not in taken.paths:
            taken.paths[full] = mark(full)


def taking() -> bool:
    """Whether somebody takes notes."""
    return _taking.get() is not None


def mark(path: str) -> Mark:
    """The mark of what lies at a path now."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def note_again(earlier: Notes) -> None:
    """This judgement uses what was read while `earlier` was taken."""
    taken = _taking.get()
    if taken is not None:
        taken.add(earlier)


def note_date() -> None:
    """This judgement depends on what day it is."""
    taken = _taking.get()
    if taken is not None:
        taken.aged = True


def _seen(event: str, arguments: tuple[object, ...]) -> None:
    if event not in _EVENTS:
        return
    taken = _taking.get()
    if taken is None or not arguments or isinstance(arguments[0], int):
        return
    path = arguments[0]
    name = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else "."
    full = os.path.abspath(name)  # noqa: PTH100
    if full.startswith(taken.root) and full not in taken.opened and not _own(full):
        taken.opened[full] = mark(full)


def _own(path: str) -> bool:
    """Whether a path is of the tool or of Python: what is installed has a digest of its own."""
    schemas = os.path.join(os.path.dirname(os.path.dirname(PACKAGE)), "schema")
    return path.endswith(_CODE) or path.startswith((PACKAGE, schemas, sys.prefix, sys.base_prefix)) or path in sys.path
