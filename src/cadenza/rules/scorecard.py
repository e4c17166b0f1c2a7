"""The scorecard: does the playbook serve those it contacts, who answers for it, what does it reward, does it learn, what would break it?

Seven pillars, after the outbound-sales pattern of the Commons OS library (DOMAIN, A), each from 1 to 5: one point to begin with, and one for each of
four plain questions that is answered with yes. Every point has its reason, and the line that it rests on. A question is answered from the
findings of a run (all rules, whatever was selected) and from what the playbook says; nothing is weighed, so a score can be checked by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..language.findings import Finding
from ..language.model import Playbook
from ..language.nodes import Map, Span, span_at
from ..language.values import Rate


@dataclass(frozen=True, slots=True)
class Point:
    """One question: whether it is answered with yes, why, and where that stands."""

    question: str
    held: bool
    reason: str
    span: Span


@dataclass(frozen=True, slots=True)
class Pillar:
    """`score` is 1 and one more for each point that is held."""

    name: str
    asks: str
    points: tuple[Point, ...]

    @property
    def score(self) -> int:
        return 1 + sum(point.held for point in self.points)


@dataclass(frozen=True, slots=True)
class Scorecard:
    file: str
    name: str
    pillars: tuple[Pillar, ...]


class _Sheet:
    """What the questions are answered from: the playbook, its findings by code, and whether tests stand beside it."""

    def __init__(self, playbook: Playbook, findings: Iterable[Finding], waived: int) -> None:
        self.playbook, self.waived = playbook, waived
        self.findings = {finding.code: finding for finding in reversed(list(findings))}
        self.tests = (playbook.workspace.root / playbook.file).with_suffix(".test.yaml")

    def at(self, *route: str | int) -> Span:
        return span_at(self.playbook.node, *route)

    def clean(self, question: str, codes: str, good: str, *route: str | int) -> Point:
        """Yes where none of the rules found anything; else the finding is the reason, at its place."""
        found = next((self.findings[code] for code in codes.split() if code in self.findings), None)
        if found is not None:
            return Point(question, False, f"{found.code} {found.name}: {found.message}", found.span)
        return Point(question, True, f"{good} ({', '.join(codes.split())})", self.at(*route))

    def said(self, question: str, held: bool, good: str, bad: str, *route: str | int) -> Point:
        return Point(question, held, good if held else bad, self.at(*route))


def score(playbook: Playbook, findings: Sequence[Finding], waived: int) -> Scorecard:
    """The scorecard of a playbook: `findings` of a run with every rule, `waived` how many more of them are waived."""
    sheet = _Sheet(playbook, findings, waived)
    return Scorecard(playbook.file, playbook.name, tuple(Pillar(name, asks, tuple(ask(sheet))) for name, (asks, ask) in PILLARS.items()))


def scorecards(paths: Iterable[Path], as_of: date) -> list[Scorecard]:
    """The scorecards of all playbooks among `paths`, in their order. Files that cannot be built have none: lint says why."""
    from ..language import collect_playbook
    from .files import find
    from .run import lint

    cards = []
    for path, kind in find(paths):
        playbook = collect_playbook(path)[0] if kind == "playbook" else None
        if playbook is not None:
            report = lint([path], as_of=as_of, profile="strict", base=playbook.workspace.root)
            cards.append(score(playbook, report.findings, len(report.waived)))
    return cards


# ---------------------------------------------------------------- the questions


def _purpose(sheet: _Sheet) -> Iterable[Point]:
    playbook = sheet.playbook
    yield sheet.clean("Are people chosen, not blasted?", "P005 P008 P007", "the profile selects somebody out, and nobody's list was bought", "icp")
    yield sheet.clean("Does the first message give something?", "E007", "it gives before it asks", "cadence", 0)
    ground = playbook.audience.consent
    named = ground not in (None, "none")
    yield sheet.said(
        "Is there a ground to contact them?", named, f"consent: {ground}", "no `audience.consent` says why they may be contacted", "audience"
    )
    yield sheet.clean("Do messages speak of the reader?", "E003 E004", "they speak to this person, not about us", "cadence")


def _governance(sheet: _Sheet) -> Iterable[Point]:
    playbook = sheet.playbook
    owner, policies = playbook.owner, playbook.workspace.policies
    yield sheet.said("Does somebody answer for it?", bool(owner), f"owner: {owner}", "no `owner`", "owner")
    yield sheet.said("Is it held against policies?", bool(policies), f"policies: {', '.join(policies)}", "the workspace names no `policies`")
    yield sheet.said("Does every rule apply?", not sheet.waived, "nothing is waived", f"{sheet.waived} findings are waived")
    yield sheet.clean("Do policies hold?", "L001", "no check of a policy fails", "policies")


def _culture(sheet: _Sheet) -> Iterable[Point]:
    yield sheet.clean("Is a no the end?", "R001 R003 R009 R010", "proved: nothing follows a no, an opt-out or a complaint", "replies")
    yield sheet.clean("Is the way out one click?", "R002 R005", "no login, no form, no reason", "opt_out")
    yield sheet.clean("Are colleagues left in peace?", "R011 R015", "after a no, or once somebody talks to them", "stop_rules")
    yield sheet.clean("Does it never nag?", "P012 R012 R013", "no guilt, no false urgency, and a way back", "cadence")


def _incentives(sheet: _Sheet) -> Iterable[Point]:
    targets = sheet.playbook.targets
    beyond = sorted(set(targets) & {"pipeline", "opportunities", "won", "won_value"})
    bounds = sorted(name for name, target in targets.items() if target.bound == "at most")
    framework = sheet.playbook.qualification
    yield sheet.said(
        "Does it count more than meetings?",
        bool(beyond),
        f"targets: {', '.join(beyond)}",
        "no target beyond meetings: quantity is rewarded",
        "targets",
    )
    yield sheet.said("Is harm limited?", bool(bounds), f"at most: {', '.join(bounds)}", "no target bounds complaints or opt-outs", "targets")
    yield sheet.said(
        "Is a lead qualified?", framework is not None, f"by {framework.framework}" if framework else "", "no `qualification`", "qualification"
    )
    yield sheet.clean("Is interest answered in time?", "E008 M008", "a positive reply has an owner and a limit", "replies", "positive")


def _knowledge(sheet: _Sheet) -> Iterable[Point]:
    playbook = sheet.playbook
    tried, seen = [experiment.id for experiment in playbook.experiments], _seen(playbook)
    yield sheet.said("Does it try something?", bool(tried), f"experiments: {', '.join(tried)}", "no `experiments`", "experiments")
    yield sheet.said(
        "Does it know its own rates?", seen > 0, f"{seen} rates were counted", "every rate is a belief; `calibrate` counts", "assumptions"
    )
    yield sheet.clean("Is the list known?", "D003 D004", "verified lately, and its addresses hold", "audience", "source")
    yield sheet.said("Is it tested?", sheet.tests.is_file(), f"{sheet.tests.name} stands beside it", f"no {sheet.tests.name} beside it")


def _technology(sheet: _Sheet) -> Iterable[Point]:
    playbook = sheet.playbook
    use = playbook.channels.get("email")
    sender = playbook.workspace.senders.get(use.senders or "") if use else None
    proved = sender is None or {"spf", "dkim", "dmarc"} <= set(sender.authentication)
    click = sender is None or sender.one_click_unsubscribe
    warm = sender is None or sender.warm_up is not None
    where = ("channels", "email", "senders")
    yield sheet.said("Is the sender who it says?", proved, "SPF, DKIM and DMARC", "the sender lacks SPF, DKIM or DMARC", *where)
    yield sheet.said("Can machines unsubscribe?", click, "one-click unsubscribe (RFC 8058)", "no one-click unsubscribe (RFC 8058)", *where)
    yield sheet.clean("Does a no arrive in time?", "R004", "it reaches every channel before the next touch", "opt_out", "reaches")
    yield sheet.said("Are mailboxes warmed up?", warm, "the caps rise day by day", "the sender has no `warm_up`", *where)


def _resilience(sheet: _Sheet) -> Iterable[Point]:
    steps = Counter(step.channel for step in sheet.playbook.cadence)
    most, touches = max(steps.values(), default=0), sum(steps.values())
    first = max(steps, key=lambda channel: (steps[channel], channel), default="email")
    yield sheet.said("Is it more than one channel?", len(steps) > 1, f"{len(steps)} channels", "one channel carries everything", "cadence")
    yield sheet.said(
        "Does no channel carry most of it?",
        3 * most <= 2 * touches,
        f"{first} has {most} of {touches} steps",
        f"{first} has {most} of {touches} steps",
        "cadence",
    )
    yield sheet.clean("Does everything end?", "P004 M002 M003", "touches or time are bounded on every path", "stop_rules")
    yield sheet.clean("Can the team carry it?", "C001 C002", "people and senders have room for what is enrolled", "audience", "enroll")


def _seen(playbook: Playbook) -> int:
    """How many rates of the playbook's own were counted, not believed: those whose text names hits and trials."""
    count, todo = 0, [playbook.node.get("assumptions")]
    while todo:
        node = todo.pop()
        if isinstance(node, Map):
            todo += node.entries.values()
        elif node is not None and node.span.file == playbook.file:
            text = str(getattr(node, "text", ""))
            count += "/" in text and Rate.parse(text).kind == "seen" if _is_share(text) else 0
    return count


def _is_share(text: str) -> bool:
    hits, _, trials = text.partition("/")
    return hits.strip().isdigit() and trials.strip().isdigit()


PILLARS: dict[str, tuple[str, Callable[[_Sheet], Iterable[Point]]]] = {
    "purpose": ("Does it serve those it contacts?", _purpose),
    "governance": ("Who answers for it?", _governance),
    "culture": ("Is a no respected?", _culture),
    "incentives": ("What does it reward?", _incentives),
    "knowledge": ("Does it learn?", _knowledge),
    "technology": ("Is it sent as it should be?", _technology),
    "resilience": ("How far is it from failing?", _resilience),
}
