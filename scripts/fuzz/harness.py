"""Coverage-guided fuzzing: what every harness shares.

A harness is a file with `one(data)`, which must come back whatever the bytes are, and `seeds()`, the inputs to start from. Here is what runs it:
atheris with the package instrumented, a dictionary, a limit of five seconds and 512 MB for one input. `one` itself needs no atheris, so the
project's tests run it over the seeds and over everything that was ever found.
"""

from __future__ import annotations

import atexit
import importlib
import json
import pkgutil
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from hashlib import sha1
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SEED = ROOT / "tests" / "hostile" / "seed"
FOUND = ROOT / "tests" / "hostile" / "found"
DICTIONARY = HERE / "words.dict"
TODAY = date(2026, 11, 21)
SECONDS, MEGABYTES, LONGEST = 5, 512, 20_000

# A terminal or a CI log acts on these: control characters, changes of direction, invisible letters, lines that begin with a workflow command.
EXECUTED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]|^[ \t]*::[a-z]|##[a-z]*\\[",
    re.MULTILINE | re.IGNORECASE,
)


class Fault(AssertionError):
    """What a fuzzer reports: not a crash of the program under test, but something that it must never say."""


def shown(findings: Iterable[object], files: Iterable[str] = ()) -> None:
    """Render findings in every format; Fault where a terminal or a CI log would act on the text, or a place is none."""
    from cadenza.language.findings import Finding
    from cadenza.render import findings_json, findings_terminal

    told = [finding for finding in findings if isinstance(finding, Finding)]
    for finding in told:
        span = finding.span
        if span.line < 1 or span.column < 1 or (span.end_line, span.end_column) < (span.line, span.column):
            raise Fault(f"{finding.code} is placed at {span!r}")
    texts = [findings_terminal.render(told, colour=False, width=80, verbose=verbose, files=tuple(files)) for verbose in (False, True)]
    texts.append(findings_json.render(told, files=tuple(files)))
    json.loads(texts[-1])
    for text in texts:
        acted = EXECUTED.search(text)
        if acted:
            raise Fault(f"{acted.group()!r} would be acted on: {text[max(0, acted.start() - 60) : acted.end() + 60]!r}")


def refused(work: Callable[[], object]) -> object:
    """What `work` gives; None where it refuses with findings that can be shown."""
    from cadenza.language.findings import Refused

    try:
        return work()
    except Refused as problem:
        if not problem.findings:
            raise Fault("refused without a reason") from None
        shown(problem.findings)
        return None


@cache
def workspace() -> tuple[Path, dict[str, str]]:
    """A fresh copy of the small workspace that harnesses change, and the files in it as they were."""
    root = Path(tempfile.mkdtemp(prefix="cadenza-fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    shutil.copytree(SEED, root, dirs_exist_ok=True)
    return root, {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in sorted(root.rglob("*")) if path.is_file()}


def found(name: str) -> list[bytes]:
    """What fuzzing found for a harness, kept in the repository."""
    return [path.read_bytes() for path in sorted((FOUND / name).glob("*"))]


def run(name: str, one: Callable[[bytes], None], seeds: Callable[[], Iterable[bytes]], *rooms: str) -> None:
    """Fuzz until told to stop. Arguments are libFuzzer's: options (`-max_total_time=600`, `-runs=1000`) and folders of inputs, the first of
    which gets what is new. `rooms` are the packages to watch beside `cadenza.language`."""
    import atheris  # type: ignore[import-not-found]

    with atheris.instrument_imports(include=["cadenza", "liquid"]):
        _import_all("cadenza.language", *rooms)
    with tempfile.TemporaryDirectory() as folder:
        for data in [*seeds(), *found(name)]:
            (Path(folder) / sha1(data).hexdigest()).write_bytes(data)
        given = sys.argv[1:]
        options = [f"-timeout={SECONDS * 4}", f"-rss_limit_mb={MEGABYTES * 2}", f"-max_len={LONGEST}", f"-dict={DICTIONARY}", "-len_control=20"]
        options = [option for option in options if not any(mine.startswith(option.partition("=")[0] + "=") for mine in given)]
        atheris.Setup([sys.argv[0], *options, *given, folder], one)
        atheris.Fuzz()


def _import_all(*packages: str) -> None:
    for package in packages:
        home = importlib.import_module(package)
        for module in pkgutil.walk_packages(home.__path__, package + "."):
            if "._" not in module.name:
                importlib.import_module(module.name)
