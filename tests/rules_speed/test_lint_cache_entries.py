"""What is damaged, or lies where others may write, is not there: a result that is kept can never say that all is well when it is not."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import pytest
from support.judged import BOTH, TODAY, Check, entries, fresh, shown

from cadenza.rules import cache as cache_module
from cadenza.rules import run
from cadenza.rules.cache import FORMAT, Cache

# ---------------------------------------------------------------- entries that are no entries


def signed(body: bytes) -> bytes:
    return blake2b(body, digest_size=20).hexdigest().encode() + b"\n" + body


def altered(change: Callable[[dict[str, object]], object]) -> Callable[[bytes], bytes]:
    def alter(data: bytes) -> bytes:
        entry = json.loads(data.partition(b"\n")[2])
        change(entry)
        return signed(json.dumps(entry).encode())

    return alter


FINDING = ["R001", "ignores-no", "error", "no", ["a.yaml", 1, 1, 1, 2], "", [], None, None, "", "", {}]
BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut off": lambda data: data[:-20],
    "one letter changed": lambda data: data[:-30] + bytes([data[-30] ^ 1]) + data[-29:],
    "no JSON": lambda _: signed(b"\x80\x04\x95."),
    "a list": lambda _: signed(b"[]"),
    "nested without end": lambda _: signed(b"[" * 200_000),
    "of another file": altered(lambda entry: entry.update(name="0" * 40)),
    "of another day": altered(lambda entry: entry.update(today="2020-01-01")),
    "without its reads": altered(lambda entry: entry.pop("reads")),
    "reads that are a list": altered(lambda entry: entry.update(reads=[])),
    "findings that are a map": altered(lambda entry: entry.update(findings={})),
    "a finding that is too short": altered(lambda entry: entry.update(findings=[FINDING[:-1]])),
    "a level that there is not": altered(lambda entry: entry.update(findings=[[*FINDING[:2], "fatal", *FINDING[3:]]])),
    "a line that is a text": altered(lambda entry: entry.update(findings=[[*FINDING[:4], ["a", "1", 1, 1, 1], *FINDING[5:]]])),
    "a message that is a number": altered(lambda entry: entry.update(findings=[[*FINDING[:3], 7, *FINDING[4:]]])),
    "a fix that is a yes": altered(lambda entry: entry.update(findings=[[*FINDING[:8], True, *FINDING[9:]]])),
    "larger than it may be": lambda data: data + b" " * 4_000_000,
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_damaged_entry_is_not_there(what: str, check: Check, store: Path, judged: list[str]) -> None:
    first = check()
    for entry in entries(store):
        entry.write_bytes(BROKEN[what](entry.read_bytes()))
    assert shown(check()) == shown(first)
    assert judged == BOTH * 2
    check()
    assert judged == BOTH * 2  # the damaged ones were written anew


def test_an_entry_that_is_a_folder_is_not_there(check: Check, store: Path, judged: list[str]) -> None:
    first = check()
    for entry in entries(store):
        entry.unlink()
        entry.mkdir()
    assert shown(check()) == shown(first)
    assert judged == BOTH * 2
    assert all(entry.is_dir() for entry in entries(store))  # and nothing is left aside


# ---------------------------------------------------------------- where it may lie


@pytest.mark.parametrize("inside", [".cache", "playbooks/.cache", "."])
def test_a_cache_in_the_workspace_is_never_used(inside: str, home: Path, judged: list[str]) -> None:
    for _ in range(2):
        run.lint([home / "playbooks" / "two.yaml"], as_of=TODAY, cache=home / inside)
    assert judged == ["two.yaml"] * 2
    assert not (home / inside / FORMAT).exists()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="there are no owners of files here")
def test_a_folder_that_others_may_write_is_not_used(check: Check, store: Path, judged: list[str]) -> None:
    check()
    (store / FORMAT).chmod(0o777)
    check()
    assert judged == BOTH * 2


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="there are no owners of files here")
@pytest.mark.parametrize(("mode", "kept"), [(0o777, False), (0o1777, True)])
def test_a_folder_that_others_may_exchange_is_not_used(mode: int, kept: bool, check: Check, store: Path, judged: list[str]) -> None:
    store.mkdir()
    store.chmod(mode)
    check()
    check()
    assert judged == BOTH * (1 if kept else 2)
    assert (store / FORMAT).exists() == kept


def test_a_folder_of_ones_own_is_for_nobody_else(check: Check, store: Path) -> None:
    check()
    assert (store / FORMAT).stat().st_mode & 0o777 == 0o700


def test_where_nothing_can_be_written_nothing_is_kept(home: Path, store: Path, judged: list[str], check: Check) -> None:
    store.write_text("a file where the folder should be", "utf-8")
    assert shown(check()) == shown(fresh(home))
    check()
    assert judged == BOTH * 3


def test_the_oldest_entries_go_when_there_are_too_many(check: Check, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "MOST", 3)
    monkeypatch.setattr(cache_module, "KEPT", 2)
    check(select=("R001",))
    first = set(entries(store))
    for entry in first:
        os.utime(entry, (1, 1))
    check(select=("R002",))
    assert len(entries(store)) == 2
    assert not first & set(entries(store))


def test_a_file_below_a_link_is_judged_each_time(home: Path, store: Path, judged: list[str]) -> None:
    """Names in findings may follow the link; so nothing is kept."""
    (home.parent / "other").symlink_to(home)
    for _ in range(2):
        run.lint([home.parent / "other" / "playbooks" / "two.yaml"], as_of=TODAY, cache=store)
    assert judged == ["two.yaml"] * 2


def test_a_cache_that_cannot_be_used_makes_no_names(tmp_path: Path) -> None:
    (tmp_path / FORMAT).write_text("", "utf-8")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "a.yaml").write_text("a: 1\n", "utf-8")
    assert Cache(tmp_path, "", TODAY).name(tmp_path / "home", "a.yaml") is None
