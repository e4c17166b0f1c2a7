"""What fuzzing found stays mended: every harness comes back from its seeds and from what was found with it; no pattern takes for ever."""

from __future__ import annotations

import ast
import importlib
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FUZZ = ROOT / "scripts" / "fuzz"
NAMES = ("checkpoints", "lint", "loader", "logs", "messages", "people", "policies", "simulation", "values", "waivers")


def harness(name: str) -> ModuleType:
    """A harness by its name. They import one another by plain names, as scripts do."""
    sys.path.insert(0, str(FUZZ))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(FUZZ))


@pytest.mark.parametrize("name", NAMES)
def test_a_harness_comes_back_from_its_seeds_and_from_what_was_found(name: str) -> None:
    module = harness(name)
    inputs = [*module.seeds(), *harness("harness").found(name)]
    assert inputs
    for data in inputs[:: 4 if name == "lint" else 1]:
        module.one(data)


def test_every_harness_is_run_here_and_the_corpus_is_small() -> None:
    assert {path.stem for path in FUZZ.glob("*.py")} == {*NAMES, "harness"}
    folder = Path(__file__).parent
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts) < 100_000


# ---------------------------------------------------------------- regular expressions


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern of the package: those that modules hold, and those that are written where they are used."""
    for path in sorted((ROOT / "src/cadenza").rglob("*.py")):
        name = path.relative_to(ROOT / "src").with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
        text = path.read_text("utf-8")
        if "re." not in text and "compile" not in text:
            continue
        held = [] if name.endswith("__main__") else vars(importlib.import_module(name)).items()
        for key, value in held:
            if isinstance(value, re.Pattern):
                yield (
                    f"{name}.{key}",
                    re.compile(value.pattern.decode("latin-1"), value.flags & ~re.UNICODE) if isinstance(value.pattern, bytes) else value,
                )
        for call in ast.walk(ast.parse(text)):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and isinstance(call.func.value, ast.Name)
                and call.func.value.id == "re"
            ):
                first = call.args[0] if call.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield f"{name}:{call.lineno}", re.compile(first.value)


PATTERNS = dict(patterns())
PIECES = (
    "a",
    " ",
    "1",
    "-",
    "{{",
    "{% ",
    ": ",
    ".",
    "1.",
    "a.",
    "'",
    '"',
    "|",
    "/",
    "[",
    "](",
    "cadenza: ignore[",
    "\n",
    "http://",
    "a b ",
    ",",
    "Re: ",
    "#",
    "(",
)


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_no_pattern_takes_for_ever(name: str) -> None:
    """A thousand letters are read in a moment: no cube, no power. (Squares are left to the corpus, which has the texts of full length.)"""
    pattern = PATTERNS[name]
    for piece in PIECES:
        for end in ("", "!", "\x00", "}", "\n"):
            text = (piece * 1_000)[:1_000] + end
            before = time.process_time()
            pattern.search(text)
            pattern.fullmatch(text)
            assert time.process_time() - before < 5, f"{pattern.pattern!r} on {piece!r} * {1_000 // len(piece)} + {end!r}"
