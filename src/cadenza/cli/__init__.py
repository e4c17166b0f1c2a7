"""The command line: read arguments, call a room, render what it says.

One file a command, each with `command: click.Command`; `group.py` imports a command's file when that command is asked for and not before.
What all commands share (options, colours, writing files) is in `door.py`; what becomes of an error is in `failures.py`.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

PATIENCE = (200_000, 20, 50)
"""When to look for garbage. What a command imports and makes it keeps until it ends: looking as often as Python does by itself costs a sixth of a
short command, most of it while modules are imported."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code: 0 clean, 1 findings or missed targets, 2 usage, files, or a fault of our own."""
    gc.set_threshold(*PATIENCE)
    from cadenza.cli.group import run

    code = run(arguments)
    if arguments is None and sys.gettrace() is None and sys.getprofile() is None:
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> NoReturn:
    """As `sys.exit`, but the memory goes back whole: taking it apart, object by object, takes a fifth of a short command.

    All that may have to be done before goes as it would: threads and pools are waited for, what was registered for the end runs, and what was
    written is written out.
    """
    threading = sys.modules.get("threading")
    with suppress(KeyboardInterrupt):  # whoever is in a hurry leaves at once
        if threading is not None:
            threading._shutdown()
        atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # closed, by whoever read it or by us
            stream.flush()
    os._exit(code)
