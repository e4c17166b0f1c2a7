"""What was judged before and has not changed since: results in a folder of the user's, found by what went into them.

An entry's name is a hash of the tool (its own files, every installed distribution, the interpreter), of what was asked, and of the file's name and
bytes. In it stands what else the result depends on (`language/noted.py`), each with its hash; an entry counts only while all of that is as it
was. Nothing goes by time stamps. An entry that is damaged, in part or by design, is not there. The folder may be deleted at any time.

The cache never lies in the workspace: whoever sends a changed playbook could send a result with it that says all is well.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from ..language.findings import Finding
from ..language.noted import PACKAGE, Mark, Notes, mark
from ..language.schemas import schema_folder
from .portable import packed, unpacked

FORMAT = "lint-1"
LARGEST = 4_000_000
"""Bytes that an entry may have."""
LARGEST_INPUT = 100_000_000
"""Bytes of a file that is read to see whether it changed; larger ones are refused by all who read them."""
MOST, KEPT = 20_000, 15_000
"""Entries before the oldest ones are removed, and how many stay."""
_DATA = (".py", ".json", ".yaml", ".txt", ".cel")


class Cache:
    """Results of one run's questions: `wanted` is what was asked, as text; `as_of` the day that counts as today."""

    def __init__(self, folder: Path, wanted: str, as_of: date) -> None:
        self.folder = os.path.join(os.path.realpath(folder), FORMAT)
        self.wanted = wanted
        self.today = as_of.isoformat()
        self.usable = _is_ours(self.folder)
        self.tool = tool_digest() if self.usable else ""
        self._seen: dict[str, tuple[str, Mark]] = {}

    def name(self, root: Path, file: str) -> str | None:
        """The name of the entry for a file (relative to the root) as it is now; None where there can be none."""
        if not self.usable or f"{self.folder}{os.sep}".startswith(f"{os.path.realpath(root)}{os.sep}"):
            return None
        content = _content(f"{root}{os.sep}{file}")
        return None if content is None else _hash("\0".join((self.tool, self.wanted, file, _hash(content))).encode("utf-8", "surrogateescape"))

    def get(self, name: str, root: Path) -> list[Finding] | None:
        """The findings of an entry, or None where there is none that still holds."""
        try:
            with open(self._path(name), "rb") as stream:  # noqa: PTH123 - a thousand times in a run
                data = stream.read(LARGEST + 1)
            check, _, body = data.partition(b"\n")
            if len(data) > LARGEST or _hash(body).encode() != check:
                return None
            entry = json.loads(body)
            if not isinstance(entry, dict) or entry.get("name") != name or entry.get("today") not in (None, self.today):
                return None
            reads = entry["reads"]
            if not isinstance(reads, dict) or any(self.state(root, file)[0] != digest for file, digest in reads.items()):
                return None
            return unpacked(entry["findings"])
        except (OSError, ValueError, KeyError, RecursionError):
            return None

    def put(self, name: str, root: Path, taken: Notes, findings: list[Finding]) -> None:
        """Keep a result; not where it cannot be written, or where a file changed while it was judged."""
        reads: dict[str, str] = {}
        for file, before in taken.everything().items():
            reads[file], now = self.state(root, file)
            if now != before:
                return
        entry = {"name": name, "today": self.today if taken.aged else None, "reads": reads, "findings": packed(findings)}
        body = json.dumps(entry, separators=(",", ":")).encode("ascii")
        path = self._path(name)
        aside = f"{path}.{os.getpid()}.part"
        with suppress(OSError):
            os.makedirs(self.folder, mode=0o700, exist_ok=True)  # noqa: PTH103
            if not _is_ours(self.folder):
                return
            try:
                with open(aside, "xb") as stream:  # noqa: PTH123
                    stream.write(_hash(body).encode() + b"\n" + body)
                os.replace(aside, path)  # noqa: PTH105
            except OSError:
                os.unlink(aside)  # noqa: PTH108
                raise

    def state(self, root: Path, file: str) -> tuple[str, Mark]:
        """What lies at a path below the root: the hash of a file, of a folder's names, or that nothing does; and where links lead. With
        its mark from before it was read."""
        path = f"{root}{os.sep}{file}"
        if path not in self._seen:
            before = mark(path)
            self._seen[path] = _state(root, file), before
        return self._seen[path]

    def sweep(self) -> None:
        """Remove the entries that were written first, where there are too many."""
        with suppress(OSError):
            with os.scandir(self.folder) as entries:
                found = [(entry.stat().st_mtime, entry.path) for entry in entries] if self.usable else []
            if len(found) > MOST:
                for _, path in sorted(found)[:-KEPT]:
                    os.unlink(path)  # noqa: PTH108

    def _path(self, name: str) -> str:
        return f"{self.folder}{os.sep}{name}.json"


def _state(root: Path, file: str) -> str:
    path = f"{root}{os.sep}{file}"
    try:
        real, home = os.path.realpath(path), os.path.realpath(root)
        leads = "" if real == f"{home}{os.sep}{file}" else os.path.relpath(real, home)
        if leads.startswith(".."):
            return f"outside {leads}"  # whatever it holds: it is refused
        mode = os.stat(path).st_mode  # noqa: PTH116
        if stat.S_ISDIR(mode):
            return f"folder {_hash(json.dumps(sorted(os.listdir(path))).encode())} {leads}"
        content = _content(path) if stat.S_ISREG(mode) else None
        return f"no file {leads}" if content is None else f"{_hash(content)} {leads}"
    except (OSError, ValueError):
        return "nothing"


def _content(path: str) -> bytes | None:
    """The bytes of an ordinary file; None for what is none (a pipe would be waited for) or is larger than anything that is read."""
    try:
        found = os.stat(path)  # noqa: PTH116
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST_INPUT:
            return None
        with open(path, "rb") as stream:  # noqa: PTH123
            return stream.read()
    except (OSError, ValueError):
        return None


def _is_ours(folder: str) -> bool:
    """Whether nobody else can write there, or put another folder into its place: what others write might say that all is well. A folder that is
    not there yet is judged by those above it, and again once it is made."""
    if not hasattr(os, "geteuid"):
        return os.path.isdir(folder) or not os.path.lexists(folder)  # noqa: PTH112
    mine = (0, os.geteuid())
    try:
        if os.path.lexists(folder):
            found = os.stat(folder)  # noqa: PTH116
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != mine[1] or found.st_mode & 0o022:
                return False
        above = [os.stat(each) for each in _above(os.path.realpath(folder))]  # noqa: PTH116
    except OSError:
        return False
    return all(each.st_uid in mine and (each.st_mode & 0o1002) != 0o002 for each in above)


def _above(folder: str) -> Iterator[str]:
    """The folders above one that are there."""
    while (above := os.path.dirname(folder)) != folder:
        folder = above
        if os.path.lexists(folder):
            yield folder


# ---------------------------------------------------------------- the tool


def tool_digest() -> str:
    """A hash of all that judges: the bytes of the package's and the schemas' files, the installed distributions by name and version (the
    time zones, the holidays, the parsers), and the interpreter."""
    from hashlib import blake2b

    total = blake2b(digest_size=20)
    for said in (sys.version, sys.platform, *sorted(_distributions())):
        total.update(said.encode("utf-8", "surrogateescape") + b"\0")
    for folder in dict.fromkeys((PACKAGE, str(schema_folder()))):
        for file in sorted(_files(folder)):
            total.update(os.path.relpath(file, folder).encode("utf-8", "surrogateescape") + b"\0" + (_content(file) or b"") + b"\0")
    return total.hexdigest()


def _files(folder: str) -> Iterator[str]:
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (f"{here}{os.sep}{name}" for name in files if name.endswith(_DATA))


def _distributions() -> Iterator[str]:
    """What is installed, as the names of `NAME-VERSION.dist-info` folders say it. (`importlib.metadata` takes longer to import than lint takes.)"""
    for folder in sys.path:
        with suppress(OSError):
            yield from (name for name in os.listdir(folder or ".") if name.endswith((".dist-info", ".egg-info", ".egg-link")))


def _hash(data: bytes) -> str:
    from hashlib import blake2b  # it loads OpenSSL, which who keeps nothing need not wait for

    return blake2b(data, digest_size=20).hexdigest()
