"""The compiled solver: made once, on first use, as the kernel is; where it cannot be made the reference does the same, slower."""

from __future__ import annotations

import ctypes
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from ..kernel import build
from .compiled import declare
from .given import header

HERE = Path(__file__).parent / "compiled"
SOURCES = ("solver.c", *(f"{name}.h" for name in ("colleagues", "touches", "machine", "heard", "waiting", "walk", "split", "hours", "shares")))
RECIPE = build.Recipe("solver of means", HERE, SOURCES, header)
_lock = threading.Lock()
_library: list[ctypes.CDLL | None] = []


def library(tell: Callable[[str], None] | None = None) -> ctypes.CDLL | None:
    """The library, loaded; compiled first where it was not yet. None where there is no compiler, or none that does: `tell` is given a sentence."""
    with _lock:
        if not _library:
            _library.append(_load(tell or (lambda _: None)))
        return _library[0]


def _load(tell: Callable[[str], None]) -> ctypes.CDLL | None:
    try:
        made = build.make(build.cache_folder(), tell, RECIPE)
    except build.NoKernel as error:
        tell(f"{str(error).partition('; ')[0]}: the means are found without, which is slower")
        return None
    try:
        found = ctypes.CDLL(str(made.path))
        fits = declare(found)
    except (OSError, AttributeError):
        fits = False
    finally:
        if made.alone:
            shutil.rmtree(made.path.parent, ignore_errors=True)
    if not fits:
        tell(f"{made.path.name} cannot be loaded: the means are found without, which is slower")
    return found if fits else None
