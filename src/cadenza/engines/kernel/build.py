"""Compiling the kernel: once, on first use, from the sources in this package, with the C compiler that is there.

The library lies in a folder of the user's cache under a name made from what it was made of (sources, flags, compiler), so a new version or another
compiler makes another file, and nothing is ever out of date. It is written aside and renamed: several processes may do it at once. The name ends in
a hash of what is in the file: one that was damaged is not there, for half a library ends the process that loads it.

A shared library is code that runs as you, so a folder that others could write to is not used: it must belong to the user, like every folder above it
(or to root), and be writable by nobody else. Where that cannot be had, the kernel is compiled for this process alone.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .layout import header

HERE = Path(__file__).parent
SOURCES = (
    *("kernel.c", "crowd.h", "begin.h", "opening.h", "events.h", "touches.h", "crew.h", "funnel.h", "answers.h"),
    *("others.h", "people.h", "queues.h", "agenda.h", "clocks.h", "lates.h", "rows.h", "common.h"),
)
COMPILERS = ("cc", "gcc", "clang")
FLAGS = ("-std=c11", "-O3", "-fPIC", "-shared", "-fno-fast-math", "-ffp-contract=off", "-fno-strict-aliasing", "-fvisibility=default")
"""Doubles as Python has them: no contraction, no reordering."""
SECONDS = 300


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a library is made of: sources in a folder, the first of which is compiled, and the text of `generated.h`; and what people call it."""

    name: str
    folder: Path
    sources: tuple[str, ...]
    header: Callable[[], str]


KERNEL = Recipe("kernel", HERE, SOURCES, header)


class NoKernel(ValueError):
    """There is no compiled kernel and none can be made. `str(error)` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Made:
    """A library that was found or compiled; `alone` where it lies in a folder for this process only, to be removed once it is loaded."""

    path: Path
    alone: bool = False


def compiler() -> str | None:
    """The path of the C compiler that would be used."""
    return next((found for name in COMPILERS if (found := shutil.which(name))), None)


def cache_folder() -> Path:
    """Where compiled kernels lie: the user's cache."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "cadenza" / "kernel"
    named = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(named) if Path(named).is_absolute() else Path.home() / ".cache") / "cadenza" / "kernel"


def source_hash(recipe: Recipe = KERNEL) -> str:
    """What the library is made of, but for the compiler."""
    found = hashlib.sha256(recipe.header().encode())
    for name in recipe.sources:
        found.update((recipe.folder / name).read_bytes())
    found.update(" ".join((*FLAGS, sys.platform, platform.machine(), str(sys.maxsize))).encode())
    return found.hexdigest()[:24]


def compiler_hash(path: str) -> str:
    """Which compiler it is: the file and its version, without starting it."""
    real = Path(path).resolve()
    about = real.stat()
    return hashlib.sha256(f"{real} {about.st_size} {about.st_mtime_ns}".encode()).hexdigest()[:8]


def trusted(folder: Path) -> bool:
    """Whether nobody else can put a file into the folder or exchange it: it is ours with mode 0700, and all above it are ours or root's and
    writable by their owner alone (or sticky)."""
    try:
        own = folder.lstat()
        if not stat.S_ISDIR(own.st_mode) or own.st_uid != os.geteuid() or stat.S_IMODE(own.st_mode) & 0o077:
            return False
        real = folder.resolve(strict=True)
        return all(_held(parent.stat()) for parent in real.parents)
    except OSError:
        return False


def _held(about: os.stat_result) -> bool:
    open_to_others = about.st_mode & 0o022 and not about.st_mode & stat.S_ISVTX
    return about.st_uid in (0, os.geteuid()) and not open_to_others


def trusted_file(path: Path) -> bool:
    """Whether it is a plain file of ours that nobody else may write."""
    try:
        about = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(about.st_mode) and about.st_uid == os.geteuid() and not about.st_mode & 0o022


def find(folder: Path, recipe: Recipe = KERNEL) -> Made | None:
    """The library that was compiled from these sources; by the compiler that is here, or by any where there is none."""
    if os.name != "posix" or not trusted(folder):
        return None
    cc = compiler()
    pattern = f"{source_hash(recipe)}-{compiler_hash(cc) if cc else '*'}-*.so"
    return next((Made(path) for path in sorted(folder.glob(pattern)) if trusted_file(path) and _whole(path)), None)


def _whole(path: Path) -> bool:
    """Whether it holds what was written."""
    try:
        return path.stem.rpartition("-")[2] == _digest(path)
    except OSError:
        return False


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def make(folder: Path, tell: Callable[[str], None], recipe: Recipe = KERNEL) -> Made:
    """The library, compiled now if it was not yet. `tell` is given one sentence before and one after. Raises NoKernel."""
    found = find(folder, recipe)
    if found is not None:
        return found
    if os.name != "posix":
        raise NoKernel(f"the {recipe.name} is compiled on Linux, macOS and other POSIX systems only; use --engine simpy")
    cc = compiler()
    if cc is None:
        raise NoKernel(f"there is no C compiler to compile the {recipe.name} with; install one (gcc or clang, as `cc`), or use --engine simpy")
    begin = time.perf_counter()
    tell(f"compiling the {recipe.name}, once ...")
    made = _into_cache(folder, cc, recipe) or _alone(cc, recipe)
    alone = " for this run only: the cache folder is not yours alone" if made.alone else ""
    tell(f"compiled the {recipe.name} in {time.perf_counter() - begin:.1f} s{alone}")
    return made


def _into_cache(folder: Path, cc: str, recipe: Recipe) -> Made | None:
    """Into the cache; None where that is no place for code."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    if not trusted(folder):
        return None
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as aside:
            library = compile_to(Path(aside), cc, recipe)
            target = folder / f"{source_hash(recipe)}-{compiler_hash(cc)}-{_digest(library)}.so"
            library.replace(target)
    except OSError:
        return None
    return Made(target)


def _alone(cc: str, recipe: Recipe) -> Made:
    try:
        folder = Path(tempfile.mkdtemp(prefix="cadenza-kernel-"))
    except OSError as error:
        raise NoKernel(f"the kernel cannot be compiled: {error}; use --engine simpy") from None
    try:
        return Made(compile_to(folder, cc, recipe), alone=True)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise NoKernel(f"the kernel cannot be compiled: {error}; use --engine simpy") from None
        raise


def compile_to(folder: Path, cc: str, recipe: Recipe = KERNEL) -> Path:
    """Compile a library in an empty folder of ours; the path of the library. Raises NoKernel with what the compiler said."""
    (folder / "generated.h").write_text(recipe.header(), encoding="utf-8")
    for name in recipe.sources:
        shutil.copyfile(recipe.folder / name, folder / name)
    library = folder / "kernel.so"
    command = [cc, *FLAGS, "-o", str(library), str(folder / recipe.sources[0]), "-lm"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise NoKernel(f"{cc} did not finish compiling the {recipe.name} within {SECONDS} s; use --engine simpy") from None
    except OSError as error:
        raise NoKernel(f"{cc} cannot be started ({error.strerror}); mend the compiler, or use --engine simpy") from None
    if done.returncode != 0 or not library.is_file():
        raise NoKernel(f"{cc} cannot compile the {recipe.name} ({_said(done.stderr)}); mend the compiler, or use --engine simpy")
    library.chmod(0o700)
    return library


def _said(errors: bytes) -> str:
    """What the compiler complained of first, in a line of letters."""
    lines = errors.decode("utf-8", "replace").split("\n")
    first = next((line for line in lines if "error" in line), next(filter(str.strip, lines), "it says nothing"))
    return "".join(letter if letter.isprintable() else "?" for letter in first.strip()[:200])
