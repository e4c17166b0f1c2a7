"""`REV:PATH`: a file as some revision of its git repository has it, with the whole of its workspace, in a temporary folder.

git is asked for names and contents (`rev-parse`, `ls-tree`, `cat-file`) and for nothing else: no checkout, no filters, no hooks, no
network. Links and submodules are left out, so nothing in a revision can lead out of the folder; what is larger than any file of a workspace
is refused.
"""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

WORKSPACE = "cadenza.yaml"
MOST_FILES, MOST_BYTES = 20_000, 512 << 20
"""More than any workspace has; a revision with more below its workspace is refused rather than written out."""


def is_revision(name: str) -> bool:
    """Whether an argument means a revision: it has a colon (not that of a drive, `C:\\`), and there is no such file."""
    head, colon, _ = name.partition(":")
    return bool(colon) and bool(head) and not (len(head) == 1 and os.name == "nt") and not Path(name).exists()


@contextmanager
def checked_out(name: str) -> Iterator[Path]:
    """The file that `REV:PATH` names, inside its whole workspace; the folder is gone when the block ends.

    PATH counts from the root of the repository, as git has it; `./PATH` from here, and so does what is not found from the root. Raises
    click.BadParameter where there is no git, repository, revision, file or workspace.
    """
    revision, _, path = name.partition(":")
    commit = _commit(revision)
    file = _file(commit, revision, path)
    root = _workspace(commit, revision, file)
    with TemporaryDirectory(prefix="cadenza-") as folder:
        there = Path(folder).resolve()
        _write(there, commit, root)
        yield there / posixpath.relpath(file, root or ".")


def _commit(revision: str) -> str:
    if not revision or revision.startswith("-"):
        raise click.BadParameter(f"{revision!r} names no revision; write for instance HEAD~1:playbooks/cold.yaml")
    found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", fails=True)
    if found is None:
        _git("rev-parse", "--git-dir")  # says so where this is no repository at all
        raise click.BadParameter(f"the repository has no revision {revision!r}; `git log --oneline` lists some")
    return found.decode().strip()


def _file(commit: str, revision: str, path: str) -> str:
    """The path of the file from the root of the repository."""
    here = (_git("rev-parse", "--show-prefix") or b"").decode().strip()
    from_here = posixpath.normpath(posixpath.join(here, path))
    from_root = posixpath.normpath(path)
    for tried in (from_here,) if path.startswith(("./", "../")) else (from_root, from_here):
        if tried.startswith(("/", "../")) or tried in ("", ".", ".."):
            continue
        if _kind(commit, tried) == "blob":
            return tried
    raise click.BadParameter(f"{revision} has no file {path!r}; a path counts from the root of the repository, `./path` from here")


def _workspace(commit: str, revision: str, file: str) -> str:
    """The folder of the nearest workspace above the file, from the root of the repository; "" for the root itself."""
    folder = posixpath.dirname(file)
    while True:
        if _kind(commit, posixpath.join(folder, WORKSPACE)) == "blob":
            return folder
        if not folder:
            raise click.BadParameter(f"{revision} has no {WORKSPACE} above {file}")
        folder = posixpath.dirname(folder)


def _kind(commit: str, path: str) -> str:
    """What stands at a path: `blob` for a regular file, `tree`, or "" for nothing, a link, a submodule."""
    listed = _git("ls-tree", "-z", "--full-tree", commit, "--", path, fails=True) or b""
    entry = listed.split(b"\0")[0].partition(b"\t")[0].split()
    return entry[1].decode() if len(entry) == 3 and entry[0] in (b"100644", b"100755", b"040000") else ""


def _write(there: Path, commit: str, root: str) -> None:
    """Every regular file of the workspace, below `there`. Hidden folders are no part of one."""
    listed = (_git("ls-tree", "-r", "-z", "-l", "--full-tree", commit, *(["--", f"{root}/"] if root else [])) or b"").split(b"\0")
    chosen: list[tuple[str, str]] = []
    size = 0
    for entry in listed:
        about, _, name = entry.partition(b"\t")
        words = about.split()
        if len(words) == 4 and words[0] in (b"100644", b"100755"):
            path = posixpath.relpath(os.fsdecode(name), root or ".")
            parts = path.split("/")
            if ".." not in parts and not any(part.startswith(".") for part in parts):
                size += int(words[3])
                chosen.append((words[2].decode(), path))
    if len(chosen) > MOST_FILES or size > MOST_BYTES:
        limit = f"at most {MOST_FILES:,} and {MOST_BYTES >> 20} MB are taken"
        raise click.BadParameter(f"the workspace of this revision has {len(chosen):,} files and {size >> 20:,} MB; {limit}")
    for path, content in zip((path for _, path in chosen), _contents([blob for blob, _ in chosen]), strict=True):
        target = there / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _contents(blobs: Sequence[str]) -> Iterator[bytes]:
    answer = _git("cat-file", "--batch", given="".join(f"{blob}\n" for blob in blobs).encode()) or b""
    at = 0
    for _ in blobs:
        head = answer.index(b"\n", at)
        length = int(answer[at:head].rsplit(b" ", 1)[1])
        yield answer[head + 1 : head + 1 + length]
        at = head + length + 2


def _git(*arguments: str, given: bytes = b"", fails: bool = False) -> bytes | None:
    """What git says; None where it fails and may. Nothing is fetched, no lock is taken, no prompt is shown."""
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C"}
    environment = {**os.environ, **quiet, "GIT_ALLOW_PROTOCOL": "none"}
    try:
        done = subprocess.run(["git", "--no-pager", *arguments], input=given, capture_output=True, env=environment, check=False)
    except FileNotFoundError:
        raise click.BadParameter("a revision needs git, and there is no `git` here") from None
    if done.returncode:
        if fails:
            return None
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise click.BadParameter(f"git says: {said.splitlines()[0] if said else 'nothing'}")
    return done.stdout
