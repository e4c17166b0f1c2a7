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

_ANSWERS = re.compile(r"\s*((?:re|fwd?|aw|wg|tr|sv|antw|rv|vs|odp)(?:\[[0-9]{1,3}\])?)\s?[:：]", re.IGNORECASE)
_COPIED = re.compile(
    r"^[ \t]*(-{2,20} ?(?:original|forwarded) message\b[^\n]{0,100}|begin forwarded message:|on [^\n]{4,100}\bwrote:)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


@rule(
    code="P010",
    name="fake-thread",
    level="error",
    source="15 USC 7704(a)(2) (CAN-SPAM): no deceptive subject headings",
)
def fake_thread(ctx: Context) -> Iterator[Finding]:
    """`Re:` or `Fwd:` in the subject of a mail that can be the first one a person gets, on some path, or that opens a new thread; and a first
    message that quotes a mail or a talk that never was."""
    for step in ctx.playbook.cadence:
        for subject, place in _subjects(ctx, step):
            mark = _ANSWERS.match(subject)
            if not mark:
                continue
            if step.thread == "new":
                message = f'`{step.id}` opens a new thread, and its subject pretends to answer: "{mark[1]}:"'
                yield ctx.finding(message, place, help="Take the mark out of the subject, or write `thread: reply` where a mail came before.")
                continue
            path = _first_mail(ctx, step)
            if path is not None:
                yield ctx.finding(
                    f'"{mark[1]}:" answers nothing: on some path no mail came before `{step.id}`',
                    place,
                    help="Take the mark out of the subject.",
                    witness=ctx.subject.teller.tell(path),
                )
    yield from _pretended(ctx)


def _pretended(ctx: Context) -> Iterator[Finding]:
    """What the first touch says of mails and talks before it. Whoever is warm or has asked may have had them."""
    first = ctx.playbook.cadence[0].id if ctx.playbook.cadence else ""
    for reading in ctx.readings:
        if reading.passage.step.id != first:
            continue
        for found in _COPIED.finditer(reading.body.plain):
            message = f"{reading.file} is the first touch, and quotes a mail that never was"
            yield ctx.finding(message, reading.passage.span(*found.span(1)), help="Take it out.", related=reading.passage.sent_by())
        claims = reading.spans("claims") if reading.english and ctx.playbook.motion == "cold" else []
        for phrase, place, why in claims:
            message = f'"{" ".join(phrase.split())}" {why}, and {reading.file} is the first touch of a cold cadence'
            yield ctx.finding(message, place, help="Say why you write to this person; that is enough.", related=reading.passage.sent_by())


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
