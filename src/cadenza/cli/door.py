"""What every command shares: its options, whether there is colour, how wide a line is, and how a file is written.

The environment, the clock and the terminal are read here and nowhere else; every room gets them as arguments.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO, TypeVar

import click

from cadenza.cli.failures import FORMAT

if TYPE_CHECKING:
    from datetime import date

    from rich.console import Console

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Result = TypeVar("Result", contravariant=True)
FILE = click.Path(path_type=Path)
"""A file or folder that a command reads. Whether it exists and what is wrong with it is said by the room that reads it, with a place."""


# ---------------------------------------------------------------- options


def format_option(*formats: str, help: str = "How to show the result.") -> Callable[[Decorated], Decorated]:
    """`--format`, the first of `formats` being the default. Errors follow it: under `json` a refused file is JSON too."""

    def remember(ctx: click.Context, _: click.Parameter, value: str) -> str:
        ctx.meta[FORMAT] = value
        return value

    return click.option(
        "--format", "-f", "format", type=click.Choice(formats), default=formats[0], show_default=True, is_eager=True, callback=remember, help=help
    )


def output_option(help: str = "Write here instead of to the terminal.") -> Callable[[Decorated], Decorated]:
    """`--output FILE`, given to the command as `output: Path | None`; pass it to `write`."""
    return click.option("--output", "-o", "output", type=click.Path(path_type=Path), default=None, help=help)


def by_ending(format: str, output: Path | None, endings: Mapping[str, str]) -> str:
    """`--format` where it was given, else what the ending of the output file asks for; a file without an ending, or no file, gets the default.

    An ending that is none of `endings` (ending -> format) is a usage error: a table in a file that is called .xlsx helps nobody.
    """
    from click.core import ParameterSource

    given = click.get_current_context().get_parameter_source("format") is not ParameterSource.DEFAULT
    if given or output is None or not output.suffix or not (output.is_file() or not output.exists()):
        return format
    if output.suffix.lower() not in endings:
        known = ", ".join(endings)
        raise click.BadParameter(
            f"{output.name}: nothing is known of {output.suffix}; the ending is {known}, or say --format.", param_hint="--output"
        )
    return endings[output.suffix.lower()]


def read_day(value: str) -> date:
    """The date that an option says."""
    from datetime import date

    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no date; a good one is 2027-01-04.") from None
    if found.year not in range(1970, 3000):  # as `language.units.YEARS`, which takes a while to import
        raise click.BadParameter(f"{found} is not in the years 1970 to 2999; a good one is 2027-01-04.")
    return found


def as_of_option(help: str = "The day that counts as today, for what ages: lists, waivers, laws with a date.") -> Callable[[Decorated], Decorated]:
    """`--as-of 2027-01-04`, given to the command as `as_of: date`. Without it today's date, read once."""

    def read(_: click.Context, __: click.Parameter, value: str | None) -> date:
        from datetime import date

        return date.today() if value is None else read_day(value)

    return click.option("--as-of", "as_of", metavar="DATE", default=None, callback=read, help=help + " [default: today]")


# ---------------------------------------------------------------- the terminal


def colour(stream: TextIO | None = None) -> bool:
    """Whether `stream` (default stdout) gets colours: `NO_COLOR` says no, `FORCE_COLOR` says yes, else only a terminal does."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "") not in ("", "0"):
        return True
    target = stream or sys.stdout
    return os.environ.get("TERM") != "dumb" and target.isatty()


def width(default: int = 100) -> int:
    """Columns of a line: `COLUMNS` where it is set, else the terminal's, else `default` (a pipe or a file)."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdigit() and int(asked) > 0:
        return max(40, int(asked))
    with suppress(OSError, ValueError, AttributeError):
        return max(40, os.get_terminal_size(sys.stdout.fileno()).columns)
    return default


def console(stream: TextIO | None = None) -> Console:
    """A rich console that follows `colour` and `width`. Imports rich; for commands that draw tables and progress."""
    from rich.console import Console

    target = stream or sys.stdout
    wanted = colour(target)
    return Console(file=target, width=width(), force_terminal=wanted or None, no_color=not wanted, highlight=False, soft_wrap=False, emoji=False)


class Terminal(Protocol[Result]):
    """A renderer of pages for people."""

    def __call__(self, result: Result, /, *, colour: bool = ..., width: int = ..., plain: bool = ...) -> str: ...


def page(result: Result, render: Terminal[Result], output: Path | None) -> None:
    """Write a page: as wide as the terminal and coloured there, plain and 100 wide into a file."""
    if output is not None and str(output) != "-":
        write(output, render(result, width=100))
        return
    plain = "utf" not in (sys.stdout.encoding or "").lower()
    write(output, render(result, colour=colour(), width=width(), plain=plain))


# ---------------------------------------------------------------- writing


def write(path: Path | None, content: str | bytes) -> None:
    """Write `content` to `path`, or to stdout where that is None or `-`.

    A file is written aside, in the same folder, flushed to the disk and then renamed: whoever reads `path` sees the old content or the
    new one, never half of it. The file's mode is kept. On failure the old file stands, nothing is left beside it, and the `OSError`
    carries the path that was asked for.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if path is None or str(path) == "-":
        _write_stdout(content)
        return
    try:
        if path.exists() and not path.is_file():
            with path.open("wb", buffering=0) as device:  # a pipe or a device: there is nothing to rename over
                _write_all(device.fileno(), data)
        else:
            _write_aside(Path(os.path.realpath(path)), data)
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        error.writing = True  # type: ignore[attr-defined]
        raise


def check_target(path: Path | None) -> None:
    """Before long work: the `OSError` that writing to `path` would end in, where its folder is not there or it is one."""
    if path is not None and str(path) != "-":
        wrong = errno.EISDIR if path.is_dir() else errno.ENOENT if not path.parent.is_dir() else 0
        if wrong:
            error = OSError(wrong, os.strerror(wrong), str(path))
            error.writing = True  # type: ignore[attr-defined]
            raise error


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """For what is too large to be held: a path beside `path` to write to, which takes its place when the block ends well, if it is there.

    A pipe or a device is given as it is: there is nothing to rename over.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    real = Path(os.path.realpath(path))
    beside = real.with_name(f".{real.name[:200]}.{os.getpid()}.part")
    try:
        yield beside
        if beside.exists():
            with beside.open("rb+") as file:
                os.fsync(file.fileno())
            beside.replace(real)
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        error.writing = True  # type: ignore[attr-defined]
        raise
    finally:
        with suppress(OSError):
            beside.unlink()


def _write_stdout(content: str | bytes) -> None:
    if isinstance(content, str):
        sys.stdout.write(content)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
    sys.stdout.flush()


def _write_aside(path: Path, data: bytes) -> None:
    aside = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        try:
            if path.exists():
                os.fchmod(handle, path.stat().st_mode & 0o7777)
            _write_all(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        aside.replace(path)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise


def _write_all(handle: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]


# ---------------------------------------------------------------- completion


def complete_rules(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Rule codes and names that begin with what was typed, for `shell_complete=`. Reads the file names of the rules, imports none of them."""
    from cadenza.cli.completion import rule_names

    return [name for name in rule_names() if name.lower().startswith(incomplete.lower())]
