"""Fuzz waivers: any text as the comments of a playbook, and as the paths and rules of a workspace's waivers."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from time import perf_counter

from harness import TODAY, Fault, run, shown


def one(data: bytes) -> None:
    from cadenza.language.findings import Finding, Level
    from cadenza.language.model import Comment, PathWaiver
    from cadenza.language.nodes import Map, Span
    from cadenza.rules import waivers

    lines = data.decode("utf-8", "replace").split("\n")
    comments = [Comment(text.strip(), Span("playbooks/p.yaml", at + 1, 1, at + 1, 2 + len(text)), at % 3 == 0) for at, text in enumerate(lines)]
    node = Map(Span("cadenza.yaml"), {}, {})
    paths = [PathWaiver(text, tuple(then.split(",")), "because", None, node) for text, then in pairwise(lines)]
    written = [*waivers.in_comments(comments), *waivers.in_workspace(paths[:20])]
    about = [Finding("P001", "too-many-touches", Level.error, "too many", Span(name, line, 1, line, 2)) for name in FILES for line in (1, 2, 3)]
    before = perf_counter()
    told = waivers.apply(about, written, TODAY)
    if perf_counter() - before > 1:
        raise Fault("a waiver takes a second")
    shown([*told, *waivers.judge(written, TODAY, {"P001"})])


FILES = ("playbooks/p.yaml", "a" * 60 + "/" + "b" * 60, "x/" * 40 + "y")


def seeds() -> Iterable[bytes]:
    yield b"cadenza: ignore[P001] until 2027-03-01: a reason\nplaybooks/**/*.yaml\nP001,too-many-touches"
    yield b"**/a/**/b/**\nP001\n?*?*?*x\ncadenza: ignore[]\ncadenza: ignore [R001, P001]:\ncadenza:ignore[x] until tomorrow: y"


if __name__ == "__main__":
    run("waivers", one, seeds, "cadenza.rules")
