"""How the kernel comes to be: compiled once into a folder that is the user's alone, found again, and refused where others could write."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from cadenza import engines
from cadenza.engines import LONG, choose, expect, kernel_engine
from cadenza.engines.expected import library as means
from cadenza.engines.kernel import build
from cadenza.language import load_playbook
from cadenza.language.values import Duration
from cadenza.world import Program
from cadenza.world import build as build_program

needs_compiler = pytest.mark.skipif(build.compiler() is None, reason="there is no C compiler")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile without optimizing: the tests are about files."""
    monkeypatch.setattr(build, "FLAGS", tuple(flag for flag in build.FLAGS if flag != "-O3"))


@pytest.fixture
def nothing_loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """As in a process that never had a kernel, with an empty cache."""
    monkeypatch.setattr(kernel_engine, "_library", None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def program(EXAMPLES: Path) -> Callable[[int], Program]:
    playbook = load_playbook(EXAMPLES / "benchmarks" / "w" / "playbooks" / "w.yaml")
    return lambda people: build_program((playbook,), "2027-01-04", Duration(8, "week"), 1, people)


@needs_compiler
@pytest.mark.usefixtures("quick")
def test_it_is_compiled_once_and_said_so(tmp_path: Path) -> None:
    folder, said = tmp_path / "cache" / "kernel", []
    made = build.make(folder, said.append)
    assert [line.partition(" in ")[0] for line in said] == ["compiling the kernel, once ...", "compiled the kernel"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700 and [path.name for path in folder.iterdir()] == [made.path.name]
    assert build.make(folder, said.append) == made == build.find(folder) and len(said) == 2


@needs_compiler
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("spoil", ["open folder", "open above", "link"])
def test_a_folder_that_others_could_write_to_is_not_used(tmp_path: Path, spoil: str) -> None:
    folder = tmp_path / "cache" / "kernel"
    folder.mkdir(parents=True, mode=0o700)
    if spoil == "open folder":
        folder.chmod(0o770)
    elif spoil == "open above":
        folder.parent.chmod(0o777)
    else:
        folder.rename(tmp_path / "elsewhere")
        folder.symlink_to(tmp_path / "elsewhere")
    said: list[str] = []
    made = build.make(folder, said.append)
    assert made.alone and not made.path.is_relative_to(tmp_path / "cache") and list(folder.iterdir()) == []
    assert said[1].endswith(" s for this run only: the cache folder is not yours alone")
    kernel_engine._load(made)
    assert not made.path.parent.exists()


@needs_compiler
@pytest.mark.usefixtures("quick")
def test_a_library_that_others_could_write_is_made_again(tmp_path: Path) -> None:
    made = build.make(tmp_path / "kernel", lambda _: None)
    made.path.write_bytes(b"planted")
    made.path.chmod(0o777)
    assert build.find(tmp_path / "kernel") is None
    assert build.make(tmp_path / "kernel", lambda _: None).path.read_bytes()[:4] != b"plan"


@pytest.mark.usefixtures("nothing_loaded")
def test_without_a_compiler_auto_is_simpy_and_kernel_says_what_to_do(monkeypatch: pytest.MonkeyPatch, program: Callable[[int], Program]) -> None:
    monkeypatch.setattr(build, "compiler", lambda: None)
    monkeypatch.setattr(engines, "_said", set())
    said: list[str] = []
    assert [choose("auto", program(600), tell=said.append) for _ in range(2)] == ["simpy", "simpy"]
    assert said == ["there is no C compiler to compile the kernel with; install one (gcc or clang, as `cc`): simpy is used instead"]
    with pytest.raises(build.NoKernel, match=r"^there is no C compiler .*; install one .*, or use --engine simpy$"):
        choose("kernel", program(600))


def test_a_compiler_that_fails_is_quoted(tmp_path: Path) -> None:
    broken = tmp_path / "cc"
    broken.write_text("#!/bin/sh\necho 'kernel.c:1: error: no such thing' >&2\nexit 1\n", "utf-8")
    broken.chmod(0o755)
    with pytest.raises(build.NoKernel) as failed:
        build.compile_to(tmp_path, str(broken))
    assert str(failed.value) == f"{broken} cannot compile the kernel (kernel.c:1: error: no such thing); mend the compiler, or use --engine simpy"


def test_a_compiler_that_writes_nothing_or_is_none_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "cc"
    for text, why in (
        (b"#!/bin/sh\nprintf '\\033[31m\\377' >&2\n", "cannot compile the kernel (?[31m\ufffd)"),
        (b"\1\2", "cannot be started (Exec format error)"),
    ):
        broken.write_bytes(text)
        broken.chmod(0o755)
        with pytest.raises(build.NoKernel) as failed:
            build.compile_to(tmp_path, str(broken))
        assert str(failed.value) == f"{broken} {why}; mend the compiler, or use --engine simpy"


@needs_compiler
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("damage", [lambda data: data[:5000], lambda data: data[:9000] + b"\0" * 500 + data[9500:]])
def test_a_damaged_library_is_made_again(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    made = build.make(tmp_path / "kernel", lambda _: None)
    whole = made.path.read_bytes()
    made.path.write_bytes(damage(whole))
    assert build.find(tmp_path / "kernel") is None
    assert build.make(tmp_path / "kernel", lambda _: None).path.read_bytes()[:5000] == whole[:5000]


@needs_compiler
@pytest.mark.usefixtures("quick")
def test_auto_compiles_where_it_pays(nothing_loaded: Path, program: Callable[[int], Program]) -> None:
    said: list[str] = []
    assert choose("auto", program(400), tell=said.append) == "simpy"
    assert said == [] and not (nothing_loaded / "cadenza").exists()
    assert choose("auto", program(600), tell=said.append) == "kernel" and len(said) == 2
    assert choose("auto", program(400), tell=said.append) == "kernel" and len(said) == 2


@needs_compiler
@pytest.mark.usefixtures("quick")
def test_long_lists_are_reason_enough_before_they_are_drawn(nothing_loaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    expect("kernel", LONG - 1, said.append)
    expect("simpy", LONG, said.append)
    assert said == [] and not (nothing_loaded / "cadenza").exists()
    expect("auto", LONG, said.append)
    assert said[0] == "compiling the kernel, once ..." and len(said) == 2 and kernel_engine.available()
    monkeypatch.setattr(kernel_engine, "_library", None)
    monkeypatch.setattr(build, "find", lambda *_: None)
    monkeypatch.setattr(build, "compiler", lambda: None)
    expect("kernel", LONG, said.append)  # who asks for it is told later, when it is taken
    assert len(said) == 2


def test_the_engine_of_means_says_when_it_goes_on_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "compiler", lambda: None)
    monkeypatch.setattr(build, "find", lambda *_: None)
    monkeypatch.setattr(means, "_library", [])
    said: list[str] = []
    assert [means.library(said.append) for _ in range(2)] == [None, None]
    assert said == ["there is no C compiler to compile the solver of means with: the means are found without, which is slower"]
