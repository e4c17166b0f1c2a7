"""M002: somebody who never answers, and for whom it is never over."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..proof.search import reach
from ..proof.shut import shut_steps
from ..registry import rule

SILENT = ("due", "done", "elapsed")


@rule(code="M002", name="never-ends", level="error", profile="minimal")
def never_ends(ctx: Context) -> Iterator[Finding]:
    """A state from which neither timers nor finished work ever lead to an end or to a human. One finding for each step that is waited for."""
    graph, shut = ctx.graph, shut_steps(ctx.playbook)
    inward: list[list[int]] = [[] for _ in graph.states]
    for move in (move for event in SILENT for move in graph.named(event)):
        if not (graph.states[move.target].kind == "touch" and graph.states[move.target].step in shut):
            inward[move.target].append(move.source)
    over = {state.index for state in graph.states if state.kind in ("end", "task", "start")}
    todo = list(over)
    while todo:
        fresh = [source for source in inward[todo.pop()] if source not in over]
        over.update(fresh)
        todo += fresh
    told: set[str | None] = set()
    for state in graph.states:
        if state.index in over or state.step in told or (shut and state.step not in shut):
            continue
        told.add(state.step)
        path = reach(graph, state.index) or ()
        why = (
            f"the window of {state.channel or shut.get(state.step or '')} never opens"
            if state.step in shut
            else "nothing but the person's own answer ends it"
        )
        yield ctx.finding(
            f"a person who never answers waits for `{state.step}` for ever: {why}",
            state.origin,
            help="Bound it: `stop_rules: [{id: too-long, when: {elapsed: 45 days}, stop: exhausted}]`.",
            witness=ctx.subject.teller.tell(path),
        )
