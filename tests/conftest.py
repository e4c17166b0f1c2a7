"""What all rooms' tests share: the example workspace, golden files, and tests that need a folder which not everybody has."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("CADENZA_SHARED", ROOT.parent / "shared"))

settings.register_profile("cadenza", max_examples=60, deadline=None, derandomize=True, print_blob=True)
settings.register_profile("long", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("CADENZA_HYPOTHESIS", "cadenza"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what the tests produced into their golden files")
    parser.addoption("--examples", type=int, default=0, help="at most so many examples for each property, while one works (0: as many as each says)")


@pytest.fixture(autouse=True)
def _cache_of_their_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests neither read nor fill the cache of whoever runs them."""
    monkeypatch.setenv("CADENZA_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    most = config.getoption("--examples")
    for item in items:
        if most:
            _fewer_examples(getattr(item, "obj", None), most)
        if not SHARED.is_dir() and item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason="the folder of shared data is not beside this checkout (CADENZA_SHARED names another)"))


def _fewer_examples(test: object, most: int) -> None:
    """Hypothesis keeps a test's settings on the test; what stands there is taken before what a profile says."""
    function = getattr(test, "__func__", test)
    said = getattr(function, "_hypothesis_internal_use_settings", None)
    if said is not None and said.max_examples > most:
        function._hypothesis_internal_use_settings = settings(said, max_examples=most)  # type: ignore[attr-defined]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Skipped tests are said aloud, each with its reason: a test that silently never runs proves nothing."""
    for report in terminalreporter.stats.get("skipped", []):
        terminalreporter.write_line(f"skipped {report.nodeid}: {report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr}")


@pytest.fixture(scope="session")
def compiled() -> None:
    """What is compiled on first use is there, so that no page begins with the word of it."""
    from cadenza.engines import kernel_engine
    from cadenza.engines.expected.library import library
    from cadenza.engines.kernel.build import compiler

    if compiler() is not None:
        kernel_engine.ready()
        library()


@pytest.fixture(scope="session")
def EXAMPLES() -> Path:
    """The example workspace: the repository's own root, which holds cadenza.yaml, playbooks/, lists/ and simulations/."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data; tests that use it carry `@pytest.mark.shared`."""
    return SHARED


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, Path], None]:
    """`golden(text, path)`: the text equals the file's content, all of it. `--update-golden` writes the file instead."""

    def compare(text: str, path: Path) -> None:
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
        assert path.is_file(), f"{path} is missing: run once with --update-golden and read what it wrote"
        assert text == path.read_text("utf-8"), f"differs from {path}: read the difference; --update-golden accepts it"

    return compare
