"""A case as text: written from a run, with everything that happened as what is expected."""

from __future__ import annotations

import json
import re

from ..language.model import SIGNALS
from .model import Case, Happening
from .moments import Scene
from .run import Story

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _,.()'-]*")


def drafted(case: Case, story: Story) -> str:
    """The case as an item of `cases:`, indented by two."""
    scene = story.scene
    lines = [f"  - name: {_quoted(case.name)}"]
    if case.person:
        lines.append(f"    person: {case.person}")
    lines.append(f"    start: {scene.written(scene.start)}")
    if case.made:
        made = ", ".join(f"{step}: {made.at if made.at is not None else 'never'}" for step, made in case.made.items())
        lines.append(f"    made: {{{made}}}")
    if case.events:
        lines += ["    events:", *(f"      - {event_text(event, scene)}" for event in case.events)]
    if case.until is not None:
        lines.append(f"    until: {case.until}")
    return "\n".join([*lines, "    expect:", *(f"      {line}" for line in expected(story))]) + "\n"


def expected(story: Story) -> list[str]:
    """What happened, as the lines under `expect:`."""
    touches = [f"{beat.step} at {story.scene.written(beat.at)}" for beat in story.touches]
    lines = ["touches:", *(f"  - {touch}" for touch in touches)] if touches else ["touches: []"]
    if story.handed:
        last = story.handed[-1].action
        lines.append(f"handoff: {last.role}" + (f" within {last.within}" if last.within is not None else ""))
    if story.suppressed:
        lines.append(f"suppressed: [{', '.join(sorted(story.suppressed))}]")
    return [*lines, f"outcome: {story.outcome[0]}"] if story.outcome is not None else [*lines, f"state: {story.state_at(story.end)[0].id}"]


def event_text(event: Happening, scene: Scene) -> str:
    """An event as a flow map: `{at: 2027-01-06 10:15, replied: negative, to: first-call}`."""
    at = event.at.instant(scene)
    words = [f"at: {scene.written(at) if at is not None else event.at}", *_what(event)]
    if event.until is not None:
        words.append(f"until: {event.until}")
    return f"{{{', '.join(words)}}}"


def _what(event: Happening) -> list[str]:
    head, _, rest = event.event.partition(".")
    answered = [f"to: {event.step}"] if event.step is not None else []
    if head in SIGNALS:
        return [f"{head}: {event.step}"]
    if head in ("replied", "account", "meeting"):
        return [f"{head}: {rest}", *answered]
    return [f"done: {event.task}"] if head == "done" else [f"{head}: true", *answered]


def _quoted(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text not in ("true", "false", "null") else json.dumps(text, ensure_ascii=False)
