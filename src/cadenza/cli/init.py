"""`cadenza init DIR`: a workspace that lints clean and forecasts at once.

The files come from `starter/`: what all workspaces share, and one folder for each motion. (What `lint` would take for a playbook ends in
`.in` there: with its blanks unfilled it is none.) Everything is written into a folder beside its
destination first and moved in when it is whole; what is already there is never touched, and a failure leaves nothing behind.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadenza import __version__
from cadenza.cli import door

if TYPE_CHECKING:
    from datetime import date

STARTER = Path(__file__).parent / "starter"
CI = {"github": (".github/workflows/playbooks.yml", "github/playbooks.yml"), "gitlab": (".gitlab-ci.yml", "gitlab/gitlab-ci.yml")}
DOTTED = {"gitignore": ".gitignore", "pre-commit-config.yaml": ".pre-commit-config.yaml"}


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--motion", type=click.Choice(["cold", "warm", "inbound"]), default="cold", show_default=True, help="Which first playbook to write.")
@click.option("--name", help="The organization's name. [default: from DIR]")
@click.option("--ci", type=click.Choice(list(CI)), default="github", show_default=True, help="For which service to write the workflow.")
@door.format_option("terminal", "json", help="How to say what was written.")
@door.as_of_option("The day on which the workspace begins; its simulation starts on the next Monday.")
def command(folder: Path, motion: str, name: str | None, ci: str, format: str, as_of: date) -> int:
    """Write a new workspace into DIR: a playbook with its messages, lists, a simulation, a pre-commit hook and a CI workflow.

    Nothing that is already there is overwritten.

    \b
    Examples:
      cadenza init sales
      cadenza init sales --motion inbound --name "Harbour Supplies"
      cadenza init . --ci gitlab
    """
    files = dict(starter(motion, name or _name_of(folder), ci, as_of))
    in_the_way = blocked(folder, files)
    if in_the_way:
        listing = "".join(f"\n  {path}" for path in in_the_way)
        raise click.ClickException(f"nothing was written, because this is in the way:{listing}\nMove it away, or name another folder.")
    install(folder, files)
    then = [f"cd {folder}", "cadenza lint", f"cadenza compile playbooks/{motion}.yaml", "cadenza forecast simulations/first-quarter.yaml"]
    if format == "json":
        told = {"format_version": 1, "kind": "workspace", "folder": str(folder), "files": sorted(files), "next": then}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(f"wrote {len(files)} files into {folder}{os.sep}\n\nNext:\n" + "\n".join(f"  {line}" for line in then))
    return 0


def starter(motion: str, name: str, ci: str, as_of: date) -> Iterator[tuple[str, str]]:
    """The files of a new workspace: (path with forward slashes, text). The same arguments give the same bytes."""
    from datetime import timedelta

    words = {
        "NAME": name,
        "MOTION": motion,
        "TODAY": as_of.isoformat(),
        "MONDAY": (as_of + timedelta(days=7 - as_of.weekday())).isoformat(),
        "VERSION": __version__,
    }
    target, template = CI[ci]
    sources = {target: STARTER / "common" / template}
    for folder in (STARTER / "common", STARTER / motion):
        for path in sorted(folder.rglob("*")):
            relative = path.relative_to(folder).as_posix()
            if path.is_file() and relative.partition("/")[0] not in CI:
                sources[DOTTED.get(relative, relative.removesuffix(".in"))] = path
    for relative, path in sorted(sources.items()):
        here = {**words, "NAME": json.dumps(name, ensure_ascii=False)} if relative.endswith(".yaml") else words
        yield relative, _filled(path.read_text("utf-8"), here)
    yield from _schemas()


def _filled(text: str, words: dict[str, str]) -> str:
    return re.sub(r"__([A-Z]+)__", lambda word: words[word[1]], text)


def _schemas() -> Iterator[tuple[str, str]]:
    from cadenza.language import schema_folder

    for kind in ("assumptions", "message", "playbook", "simulation", "test", "workspace"):
        file = f"{kind}.schema.json"
        yield f".cadenza/schema/{file}", (schema_folder() / file).read_text("utf-8")


def _name_of(folder: Path) -> str:
    words = folder.resolve().name.replace("_", " ").replace("-", " ").split()
    return " ".join(word[:1].upper() + word[1:] for word in words) or "Our company"


def blocked(folder: Path, files: dict[str, str]) -> list[str]:
    """What stands where a file or one of its folders has to go, as paths to show, in order."""
    found: set[str] = set()
    for ancestor in (folder, *folder.parents):
        if os.path.lexists(ancestor) and not ancestor.is_dir():
            return [str(ancestor)]
    for relative in files:
        target = folder / relative
        if os.path.lexists(target):
            found.add(str(target))
        for parent in target.relative_to(folder).parents:
            if os.path.lexists(folder / parent) and not (folder / parent).is_dir():
                found.add(str(folder / parent))
    return sorted(found)


def install(folder: Path, files: dict[str, str]) -> None:
    """Write all of `files` below `folder`, or none of them. `OSError` with the folder where that fails.

    A new folder appears by one rename; in a folder that exists the files are moved in one by one, and taken back if one of them cannot be.
    """
    made: list[Path] = []
    fresh = not folder.exists()
    stage = folder.parent / f".{folder.name}.{os.getpid()}.part" if fresh else folder / f".cadenza-init.{os.getpid()}.part"
    try:
        made += _make_folder(stage.parent)
        for relative, text in files.items():
            aside = stage / relative
            aside.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(text, "utf-8", newline="\n")
        if fresh:
            stage.rename(folder)
        else:
            _move_in(stage, folder, list(files), made)
    except BaseException as error:
        shutil.rmtree(stage, ignore_errors=True)
        _undo(made)
        if isinstance(error, OSError):
            error.writing, error.filename, error.filename2 = True, str(folder), None  # type: ignore[attr-defined]
        raise
    shutil.rmtree(stage, ignore_errors=True)


def _move_in(stage: Path, folder: Path, files: list[str], made: list[Path]) -> None:
    for relative in files:
        target = folder / relative
        made += _make_folder(target.parent)
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        (stage / relative).rename(target)
        made.append(target)


def _make_folder(folder: Path) -> list[Path]:
    """Make `folder` and what is missing above it; the ones that were made, outermost first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir()
    return missing[::-1]


def _undo(made: list[Path]) -> None:
    for path in reversed(made):
        with suppress(OSError):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()
