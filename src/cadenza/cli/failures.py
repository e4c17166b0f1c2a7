"""What becomes of an error: the one place where exceptions turn into words and exit codes.

A document that cannot be used (`Refused`) is shown as findings; a file that cannot be read or written as one line with its reason; a closed
pipe ends quietly; Ctrl-C is 130; anything else is a fault of ours, said in three lines, with the traceback only for those who ask.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from cadenza import __version__

if TYPE_CHECKING:
    from cadenza.language.findings import Finding

DEBUG = "cadenza.debug"
FORMAT = "cadenza.format"
FAILED, INTERRUPTED, PIPE_CLOSED = 2, 130, 141
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)

_PLAIN = dict(
    zip("→←·–—×│─█✓✗", ["->", "<-", "-", "-", "-", "x", "|", "-", "#", "ok", "x"], strict=True),
    **{"…": "...", "≤": "<=", "≥": ">="},
)


def prepare_streams() -> None:
    """Let output survive a terminal that is not UTF-8: what it cannot show is written in ASCII, never a crash."""
    codecs.register_error("cadenza", _in_ascii)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="cadenza")  # type: ignore[union-attr]


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(_PLAIN.get(letter, "?") for letter in text), error.end


def guard(work: Callable[[], Any], ctx: click.Context) -> Any:
    """Run a command; turn what it raises into words on stderr and an exit code. click's own exceptions go on to `finish`."""
    try:
        return work()
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except BrokenPipeError:
        _silence()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return _tell("Stopped.", INTERRUPTED)
    except OSError as error:
        return _tell(_about_file(error))
    except MemoryError as error:
        return _tell(f"error: {error or 'there is not enough memory for this'}; ask for fewer people, or a shorter time, or use a larger machine")
    except Exception as error:
        return _about_exception(error, ctx)


def _about_exception(error: Exception, ctx: click.Context) -> int:
    from cadenza.language.findings import Refused

    if isinstance(error, Refused):
        return _show_refused(error.findings, str(ctx.meta.get(FORMAT, "")))
    if ctx.meta.get(DEBUG) or os.environ.get("CADENZA_TRACEBACK", "") not in ("", "0"):
        from traceback import print_exception

        print_exception(error)
    return _tell(_about_fault(error))


def finish(work: Callable[[], Any]) -> int:
    """Run everything, flush what was written, and give the exit code (a command may give its own as an int)."""
    try:
        code = _run(work)
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        _silence()
        return PIPE_CLOSED
    except OSError as error:
        _silence()
        return _tell(_about_file(error))
    return code


def _run(work: Callable[[], Any]) -> int:
    try:
        result = work()
    except click.ClickException as error:
        said = io.StringIO()
        error.show(said)
        return _tell(said.getvalue().rstrip("\n"))
    except (click.Abort, KeyboardInterrupt):
        return _tell("Stopped.", INTERRUPTED)
    except SystemExit as leaving:
        result = leaving.code
    return result if isinstance(result, int) else 0


def _silence() -> None:
    """Nobody reads stdout any more, or it is full: keep the interpreter from failing once more when it closes it."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(text: str, code: int = FAILED) -> int:
    with suppress(OSError):
        print(_harmless(text), file=sys.stderr)
    return code


def _harmless(text: str) -> str:
    """Names of files come from strangers, too: nothing in them may drive a terminal or a CI log."""
    from cadenza.render.ansi import clean

    return "\n".join(map(clean, text.split("\n")))


def _about_file(error: OSError) -> str:
    reason = error.strerror or str(error)
    if error.filename is None:
        return f"error: cannot write the output: {reason}" if error.errno in FULL else f"error: {reason}"
    name = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes, os.PathLike)) else str(error.filename)
    writing = getattr(error, "writing", False) or error.errno in FULL
    return f"error: cannot {'write' if writing else 'read'} {name}: {reason}"


def _about_fault(error: Exception) -> str:
    kind = type(error).__name__
    return (
        f"error: cadenza {__version__} failed where it should not ({kind}: {error}).\n"
        "This is a fault of cadenza, not of your files. Nothing that was written is half-written.\n"
        "Please report it with the file that shows it; `cadenza --debug ...` prints what the report needs."
    )


def _show_refused(findings: list[Finding], form: str) -> int:
    """JSON goes where the JSON was expected, to stdout; words go to stderr."""
    from cadenza.cli import door

    if form == "json":
        from cadenza.render.findings_json import render

        door.write(None, render(findings))
    else:
        from cadenza.render.findings_terminal import render as render_text

        print(render_text(findings, colour=door.colour(sys.stderr), width=door.width()), file=sys.stderr)
    return FAILED
