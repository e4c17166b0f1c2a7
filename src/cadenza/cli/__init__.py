"""The command line: read arguments, call a room, render what it says.

One file a command, each with `command: click.Command`; `group.py` imports a command's file when that command is asked for and not before.
What all commands share (options, colours, writing files) is in `door.py`; what becomes of an error is in `failures.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code: 0 clean, 1 findings or missed targets, 2 usage, files, or a fault of our own."""
    from cadenza.cli.group import run

    sys.exit(run(arguments))
