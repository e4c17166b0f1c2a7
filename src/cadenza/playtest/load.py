"""From a `NAME.test.yaml` to a Suite, or to everything that is wrong with it: shape, moments, and steps that the playbook does not have.

Outcomes, roles and states that it does not have are no mistakes of the file: they are what a test is there to find.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar, cast

from ..calendars import RecipientClock
from ..language import load_playbook, load_workspace
from ..language.findings import Edit, Finding, Fix, Level, Refused
from ..language.model import SIGNALS, SIGNALS_OF, Playbook
from ..language.near import near
from ..language.nodes import Map, Scalar, Seq, Span
from ..language.places import locate, within
from ..language.report import error, listed
from ..language.take import maps, section, text
from ..language.trees import read_map
from ..language.validate import validate
from ..language.values import Duration, UnitError
from ..machine import lower
from .model import Bound, Case, Expect, Handoff, Happening, Made, Suite, Wanted, Words
from .moments import DUE, START, Moment
from .whose import clock_of

ENDINGS = (".test.yaml", ".test.yml")
DEFAULT_START = "2027-01-04 08:00"
_WANTED = re.compile(r"(?P<step>[A-Za-z0-9][A-Za-z0-9_-]*)(?: at (?P<at>.+))?")
_HANDOFF = re.compile(r"(?P<role>[A-Za-z0-9][A-Za-z0-9_-]*)(?: within (?P<within>.+))?")
Read = TypeVar("Read")


def load_suite(path: Path) -> Suite:
    """The cases at `path` with their playbook and its machine. Refused: everything that is wrong with either."""
    workspace = load_workspace(path)
    root, file = workspace.root, within(workspace.root, path)
    node, _ = read_map(root / file, file, "test")
    findings = validate(node, "test")
    playbook = _playbook(root, file, node, findings)
    reader = _Reader(playbook, findings)
    cases = [reader.case(item, node) for item in maps(node, "cases")]
    reader.twice(maps(node, "cases"))
    if any(finding.level is Level.error for finding in findings):
        raise Refused(list({finding.order(): finding for finding in findings}.values()))
    assert playbook is not None, "without a playbook there is a finding"
    return Suite(file, root, playbook, lower(playbook), tuple(case for case in cases if case is not None))


def neighbour(file: str) -> str:
    """The playbook beside a file of tests: `playbooks/cold.test.yaml` → `cold.yaml`."""
    name = posixpath.basename(file)
    for ending in ENDINGS:
        if name.endswith(ending):
            return name.removesuffix(ending) + ending.removeprefix(".test")
    return name


def _playbook(root: Path, file: str, node: Map, findings: list[Finding]) -> Playbook | None:
    named = node.get("playbook")
    written = named.text if isinstance(named, Scalar) else neighbour(file)
    span = named.span if isinstance(named, Scalar) else Span(file)
    if not isinstance(named, Scalar) and not (root / posixpath.dirname(file) / written).is_file():
        findings.append(error("Y004", f"there is no playbook `{written}` beside this file", span, "name the one that is tested: `playbook: FILE`"))
        return None
    found = locate(root, written, span, base=file, what="playbook")
    if isinstance(found, Finding):
        findings.append(found)
        return None
    try:
        return load_playbook(root / found)
    except Refused as refused:
        findings += refused.findings
        return None


class _Reader:
    """Reads what the schema let pass, and more: it steps over what is misshapen, since that has been told already."""

    def __init__(self, playbook: Playbook | None, findings: list[Finding]) -> None:
        self.playbook, self.findings = playbook, findings
        self.steps = {step.id: step for step in playbook.cadence} if playbook is not None else None

    # ------------------------------------------------------------ words

    def _say(self, code: str, message: str, span: Span, help: str = "", fix: str = "") -> None:
        self.findings.append(error(code, message, span, help, fix=Fix(f"write `{fix}`", (Edit(span, fix),), safe=False) if fix else None))

    def _read(self, read: Callable[[str], Read], node: Scalar, what: str, head: str = "") -> Read | None:
        """What `read` makes of the text; `head` stands before it in the file."""
        try:
            return read(node.text)
        except UnitError as problem:
            self._say("Y005", f"{what}: {problem}", node.span, f"write `{head}{problem.good}`", head + problem.good)
            return None

    def _known(self, name: str, known: Iterable[str] | None, what: str, span: Span) -> None:
        """A name that must be one of those; None: nobody knows (the playbook could not be read)."""
        names = list(dict.fromkeys(known)) if known is not None else [name]
        if name not in names:
            meant = near(name, names)
            way_out = f"did you mean `{meant}`?" if meant else f"there are {listed(names[:12], 'and')}"
            self._say("Y004", f"{what} `{name[:60]}`", span, way_out)

    def _step(self, name: str, span: Span) -> None:
        self._known(name, self.steps, "the playbook has no step", span)

    def _moment(self, node: object, what: str, more: tuple[str, ...] = (), head: str = "") -> Moment | None:
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            return None
        moment = self._read(Moment.parse, node, f"`{what}` takes a moment", head)
        return self._anchored(moment, node.span, more)

    def _anchored(self, moment: Moment | None, span: Span, more: tuple[str, ...] = ()) -> Moment | None:
        if moment is not None and moment.kind == "after" and self.steps is not None:
            self._known(moment.anchor, (*self.steps, START, *more), "the playbook has no step", span)
        return moment

    # ------------------------------------------------------------ cases

    def twice(self, cases: list[Map]) -> None:
        """Two cases of one name could not be told apart."""
        seen: dict[str, Span] = {}
        for case in cases:
            name = case.get("name")
            if isinstance(name, Scalar) and name.text in seen:
                self._say(
                    "Y003", f"two cases are called `{name.text[:60]}`", name.span, f"the first stands in line {seen[name.text].line}; rename one"
                )
            elif isinstance(name, Scalar):
                seen[name.text] = name.span

    def case(self, node: Map, file: Map) -> Case | None:
        """One case; None where so much is wrong that there is none."""
        start = self._start(node if "start" in node else file)
        made = {name: made for name, item in section(node, "made").entries.items() if (made := self._made(name, item, section(node, "made")))}
        events = [found for item in maps(node, "events") if (found := self._event(item)) is not None]
        expect = self._expect(section(node, "expect"))
        until = self._moment(node.get("until"), "until")
        clock = self._clock(section(file, "person"), section(node, "person"))
        if start is None or clock is None or self.playbook is None:
            return None
        name = node.get("name")
        own = section(node, "person")
        person = ", ".join(f"{key}: {json.dumps(text(own, key) or '', ensure_ascii=False)}" for key in own.entries)
        place = name.span if name is not None else node.span
        return Case(text(node, "name") or "", clock, start, made, tuple(events), expect, place, until, f"{{{person}}}" if person else "")

    def _start(self, node: Map) -> Moment | None:
        found = node.get("start")
        if found is None:
            return Moment.parse(DEFAULT_START)
        moment = self._moment(found, "start")
        if moment is not None and moment.kind != "date":
            self._say("Y005", "`start` takes a date: nothing comes before it to count from", found.span, f"write `{DEFAULT_START}`")
        return moment

    def _clock(self, common: Map, own: Map) -> RecipientClock | None:
        if self.playbook is None:
            return None
        person = Map(own.span, {**common.entries, **own.entries}, {**common.keys, **own.keys})
        found = clock_of(self.playbook, person)
        if isinstance(found, Finding):
            self.findings.append(found)
            return None
        return found

    def _made(self, name: str, node: object, home: Map) -> Made | None:
        self._step(name, home.keys[name])
        if isinstance(node, Scalar) and node.text == "never":
            return Made(None, node.span)
        moment = self._moment(node, name, (DUE,))
        return Made(moment, cast(Scalar, node).span) if moment is not None else None

    # ------------------------------------------------------------ events

    def _event(self, node: Map) -> Happening | None:
        at = self._moment(node.get("at"), "at")
        head = next((key for key in node.entries if key in _EVENTS), None)
        value = node.get(head or "")
        if head is None or not isinstance(value, Scalar):
            return None
        event, step, said = _EVENTS[head](head, value.text)
        to = node.get("to")
        if isinstance(to, Scalar):
            step, said = to.text, f"{said}, to {to.text}"
        if step is not None:
            self._step(step, to.span if to is not None else value.span)
            self._can_signal(head, step, value.span)
        until = self._until(node, value.text)
        task = value.text if head == "done" else None
        return Happening(at, event, said, node.span, step, until, task) if at is not None else None

    def _until(self, node: Map, reply: str) -> Moment | None:
        found = node.get("until")
        if found is not None and reply != "out_of_office":
            self._say(
                "Y003", "only who is out of the office comes back: `until` belongs to `replied: out_of_office`", node.keys["until"], "remove it"
            )
        return self._moment(found, "until")

    def _can_signal(self, signal: str, step: str, span: Span) -> None:
        found = self.steps.get(step) if self.steps is not None else None
        if found is None or signal not in SIGNALS or signal in SIGNALS_OF[found.channel]:
            return
        gives = listed(SIGNALS_OF[found.channel], "and")
        self._say("Y003", f"`{step}` goes by {found.channel}, which is never `{signal}`", span, f"a touch by {found.channel} gives {gives}")

    # ------------------------------------------------------------ expectations

    def _expect(self, node: Map) -> Expect:
        touches = node.get("touches")
        items = touches.items if isinstance(touches, Seq) else ()
        wanted = [found for item in items if (found := self._wanted(item, "touches")) is not None]
        next_touch = self._wanted(node.get("next_touch"), "next_touch") if "next_touch" in node else None
        return Expect(
            node.span,
            tuple(wanted) if isinstance(touches, Seq) else None,
            node.keys.get("touches"),
            next_touch,
            self._bound(node, "silent_from"),
            self._bound(node, "silent_until"),
            self._outcome(node.get("outcome")),
            self._words(node.get("suppressed")),
            self._handoff(node.get("handoff")),
            self._state(node.get("state")),
            tuple(self._states(section(node, "at"))),
        )

    def _bound(self, node: Map, key: str) -> Bound | None:
        found = node.get(key)
        moment = self._moment(found, key)
        return Bound(moment, found.span) if moment is not None and found is not None else None

    def _wanted(self, node: object, what: str) -> Wanted | None:
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            return None
        if node.text == "none" and what == "next_touch":
            return Wanted(None, None, node.span)
        found = _WANTED.fullmatch(" ".join(node.text.split()))
        if found is None:
            self._say("Y005", f"`{what}` takes a step and when it is touched", node.span, "write `intro at 2027-01-04 08:30`")
            return None
        self._step(found["step"], node.span)
        if found["at"] is None:
            return Wanted(found["step"], None, node.span)
        moment = self._moment(Scalar(node.span, found["at"], found["at"]), what, head=f"{found['step']} at ")
        return Wanted(found["step"], moment, node.span) if moment is not None else None

    def _words(self, node: object) -> Words | None:
        if not isinstance(node, Seq):
            return None
        return Words(tuple(item.text for item in node.items if isinstance(item, Scalar)), node.span)

    def _outcome(self, node: object) -> Words | None:
        if not isinstance(node, Scalar):
            return None
        return Words((node.text,), node.span)

    def _handoff(self, node: object) -> Handoff | None:
        if not isinstance(node, Scalar):
            return None
        if node.text == "none":
            return Handoff(None, None, node.span)
        found = _HANDOFF.fullmatch(" ".join(node.text.split()))
        if found is None:
            self._say("Y005", "`handoff` takes a role and how soon", node.span, "write `ae within 1 business hour`")
            return None
        within = (
            self._read(Duration.parse, Scalar(node.span, "", found["within"]), "`handoff`", f"{found['role']} within ") if found["within"] else None
        )
        return Handoff(found["role"], within, node.span)

    def _states(self, node: Map) -> Iterable[tuple[Moment, Words]]:
        for key, item in node.entries.items():
            moment = self._moment(Scalar(node.keys[key], key, key), "at")
            words = self._state(item)
            if moment is not None and words is not None:
                yield moment, words

    def _state(self, node: object) -> Words | None:
        if not isinstance(node, Scalar):
            return None
        return Words(tuple(node.text.split()), node.span)


_EVENTS: dict[str, Callable[[str, str], tuple[str, str | None, str]]] = {
    "replied": lambda _, value: (f"replied.{value}", None, f"replied: {value}"),
    **{signal: lambda head, value: (head, value, f"{head}: {value}") for signal in SIGNALS},
    **{word: lambda head, _: (head, None, head) for word in ("unsubscribed", "complained", "enrolled")},
    "asked_back": lambda head, _: (head, None, "asked to come back"),
    "account": lambda _, value: (f"account.{value}", None, f"account: {value}"),
    "meeting": lambda _, value: (f"meeting.{value}", None, f"meeting: {value}"),
    "done": lambda _, value: ("done", None, f"done: {value}"),
}
"""A case's key and its value → the machine's event, the step that it answers, how it is told."""
