"""P010: a subject that pretends to answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...language.findings import Finding
from ...language.model import Step
from ...language.nodes import Span
from ..context import Context
from ..proof.graph import Move
from ..proof.search import BAD, shortest
from ..registry import rule

_ANSWERS = re.compile(r"\s*(re|fwd?|aw|wg|tr|sv|antw)\s*:", re.IGNORECASE)


@rule(
    code="P010",
    name="fake-thread",
    level="error",
    source="15 USC 7704(a)(2) (CAN-SPAM): no deceptive subject headings",
)
def fake_thread(ctx: Context) -> Iterator[Finding]:
    """`Re:` or `Fwd:` in the subject of a mail that can be the first one a person gets, on some path, or that opens a new thread."""
    for step in ctx.playbook.cadence:
        for subject, place in _subjects(ctx, step):
            if not _ANSWERS.match(subject):
                continue
            mark = subject.strip().partition(":")[0]
            if step.thread == "new":
                message = f'`{step.id}` opens a new thread, and its subject pretends to answer: "{mark}:"'
                yield ctx.finding(message, place, help="Take the mark out of the subject, or write `thread: reply` where a mail came before.")
                continue
            path = _first_mail(ctx, step)
            if path is not None:
                yield ctx.finding(
                    f'"{mark}:" answers nothing: on some path no mail came before `{step.id}`',
                    place,
                    help="Take the mark out of the subject.",
                    witness=ctx.subject.teller.tell(path),
                )


def _subjects(ctx: Context, step: Step) -> Iterator[tuple[str, Span]]:
    if step.channel != "email":
        return
    if step.subject:
        yield step.subject, step.place("subject")
    for file in (step.message, *(variant.message for variant in step.variants)):
        message = ctx.playbook.messages.get(file or "")
        if message is not None and message.subject:
            yield message.subject, message.front.get("subject").span if "subject" in message.front else message.front.span  # type: ignore[union-attr]


def _first_mail(ctx: Context, step: Step) -> tuple[Move, ...] | None:
    """The shortest path to this step on which no mail was sent."""
    states = ctx.graph.states
    if not _may_be_first(ctx, step):
        return None

    def judge(memory: int, move: Move) -> int:
        target = states[move.target]
        if target.kind == "touch" and target.step == step.id and not memory:
            return BAD
        mailed = states[move.source].kind == "touch" and move.event == "done" and states[move.source].channel == "email"
        return 1 if mailed else memory

    return shortest(ctx.graph, judge)


def _may_be_first(ctx: Context, step: Step) -> bool:
    """Whether the step's touch can be reached at all without a mail before it; the order of answers plays no part yet."""
    graph, seen, todo = ctx.graph, {ctx.graph.start}, [ctx.graph.start]
    while todo:
        state = graph.states[todo.pop()]
        if state.kind == "touch" and state.step == step.id:
            return True
        for event, move in graph.out[state.index].items():
            if move.target not in seen and not (state.channel == "email" and state.kind == "touch" and event == "done"):
                seen.add(move.target)
                todo.append(move.target)
    return False
