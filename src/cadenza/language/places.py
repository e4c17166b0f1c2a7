"""Where files are: the workspace's root, and paths that stay inside it.

Every path in a file counts from the folder of that file. It must exist, and it must stay inside the workspace, also after symbolic links
are followed: playbooks come in pull requests from people whom nobody knows yet.
"""

from __future__ import annotations

import os
import posixpath
import stat
from pathlib import Path

from .findings import Finding, Refused
from .near import near
from .nodes import Span
from .noted import note
from .report import error

WORKSPACE = "cadenza.yaml"


def find_root(path: Path) -> Path:
    """The folder of the nearest `cadenza.yaml`, from `path` upwards, as git finds `.git`. Refused, with the way out, where there is none."""
    start = Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve() would follow links out of the workspace
    for folder in (start, *start.parents):
        if (folder / WORKSPACE).is_file():
            return folder
    message = f"no `{WORKSPACE}` here or in any folder above: a playbook belongs to a workspace"
    raise Refused([error("Y004", message, Span(path.as_posix()), "run `cadenza init` in the folder that should be the workspace")])


def check_root(root: Path) -> None:
    """Refused (Y007) where the workspace's own file is a link that leads out: it would be read, and shown, whatever it is."""
    if not _stays(root, WORKSPACE):
        raise Refused([error("Y007", f"`{WORKSPACE}` is a link that leads out of its folder", Span(WORKSPACE), "put the file itself there")])


def within(root: Path, path: Path) -> str:
    """`path` relative to the root, with forward slashes. Refused (Y007) where it lies outside."""
    full = os.path.abspath(path)  # noqa: PTH100
    name = os.path.relpath(full, root).replace(os.sep, "/")
    if name.startswith("../") or name == ".." or not _stays(root, name):
        raise Refused(
            [error("Y007", f"`{path.as_posix()}` lies outside the workspace", Span(path.as_posix()), "move it below the folder of `cadenza.yaml`")]
        )
    return name


def locate(root: Path, written: str, span: Span, *, base: str | None = None, what: str = "file") -> str | Finding:
    """A path as written at `span`, relative to the root; or the finding that says why it names no file of the workspace.

    `base` is the file whose folder the path counts from, where that is not the file it is written in.
    """
    folder = posixpath.dirname(base if base is not None else span.file)
    name = posixpath.normpath(posixpath.join(folder, written))
    note(root / name)
    if written.startswith("/") or name == ".." or name.startswith("../") or "\0" in written or not _stays(root, name):
        return error("Y007", f"the path `{written}` leads out of the workspace", span, "keep every file below the folder of `cadenza.yaml`")
    target = root / name
    mode = _mode(target)
    if stat.S_ISDIR(mode):
        return error("Y004", f"`{written}` is a folder; a {what} is wanted here", span, f"name the {what} itself")
    if not stat.S_ISREG(mode):
        found = near(posixpath.basename(name), _names(target.parent))
        meant = (
            f"did you mean `{posixpath.join(posixpath.dirname(written), found)}`?"
            if found
            else f"paths count from the folder of this file (`{folder or '.'}`)"
        )
        return error("Y004", f"there is no {what} `{written}`", span, meant)
    return name


def _stays(root: Path, name: str) -> bool:
    """Whether the path, with every link followed, is still below the root."""
    try:
        real, home = os.path.realpath(root / name), os.path.realpath(root)
    except (OSError, ValueError):
        return False
    return real == home or real.startswith(home.rstrip(os.sep) + os.sep)


def _mode(path: Path) -> int:
    """What kind of file is there; 0 where there is none, or no file can be called so."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0


def _names(folder: Path) -> list[str]:
    note(folder)
    try:
        return sorted(os.listdir(folder))[:1000]
    except OSError:
        return []
