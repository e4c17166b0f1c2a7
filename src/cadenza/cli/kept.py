"""Where results of earlier runs are kept: the user's cache folder, never the workspace, which others send changes to."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cadenza.cli import door

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def cache_options(command: Decorated) -> Decorated:
    """`--cache-dir` and `--no-cache`, given to the command as `cache: Path | None`: the folder to use, or none at all."""

    def chosen(ctx: click.Context, _: click.Parameter, value: Path | None) -> Path | None:
        return None if ctx.params.pop("no_cache", False) else value or folder()

    off = click.option("--no-cache", is_flag=True, is_eager=True, help="Judge everything anew, and keep nothing.")
    where = click.option(
        "--cache-dir", "cache", type=door.FILE, metavar="DIR", callback=chosen, help="Keep results here. [default: the user's cache folder]"
    )
    return off(where(command))


def jobs_option(command: Decorated) -> Decorated:
    """`--jobs N`, given as `jobs: int | None`."""
    shown = "The most processes that judge. [default: one for each processor]"
    return click.option("--jobs", "-j", type=click.IntRange(1), metavar="N", help=shown)(command)


def folder() -> Path | None:
    """`$CADENZA_CACHE_DIR`, else cadenza's own folder among the user's caches; None where the user has none."""
    named = os.environ.get("CADENZA_CACHE_DIR")
    if named:
        return Path(named)
    home = os.path.expanduser("~")  # noqa: PTH111 - what Path.home() raises where there is none
    if sys.platform == "win32":
        above = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        above = os.path.join(home, "Library", "Caches")
    else:
        above = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    return Path(above, "cadenza") if os.path.isabs(above) else None
