"""Waivers: `# cadenza: ignore[ignores-no] until 2027-03-01: reason`, on the line of a finding or on the line before it.

A waiver says which rules, until when (if it ends), and why. One without a reason, or past its date, waives nothing and is itself a finding; so
is one that no longer waives anything, because what it excused is gone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from ..language.findings import Edit, Finding, Fix, Level
from ..language.near import near
from ..language.nodes import Span
from ..language.records import record
from .legal.names import is_pack, is_shipped
from .registry import LATER, catalogue, meant

if TYPE_CHECKING:
    from ..language.model import Comment, PathWaiver

_OPENS = re.compile(r"\s*cadenza:\s*(ignore|waive|disable|noqa)\b", re.IGNORECASE)
_FORM = re.compile(r"\s*cadenza:\s*ignore\s*\[(?P<rules>[^\]]*)\](?:\s+until\s+(?P<until>[^\s:]+))?\s*(?::\s*(?P<why>.*?))?\s*$")
_GOOD = "Write `# cadenza: ignore[ignores-no] until 2027-03-01: why this may stand`."
GUARDED = ("Y001", "Y002", "Y003", "Y004", "Y005", "Y006", "Y007", "Y008", "Y011", "Y012", "Y013", "Y014", "M012")
"""What cannot be waived: what keeps a file from being read or its machine from being proved, and findings about waivers."""


@dataclass(slots=True)
class Waiver:
    """One waiver. It covers `line` of `file`, or every file that `pattern` matches. `stale` says why it waives nothing; `used` what it waived."""

    rules: tuple[str, ...]
    until: str
    why: str
    span: Span
    line: int = 0
    pattern: Glob | None = None
    unreadable: bool = False
    used: set[str] = field(default_factory=set)

    def covers(self, finding: Finding, as_of: date) -> bool:
        if self.unreadable or not self.why or self.past(as_of) or finding.code in GUARDED:
            return False
        place = self.pattern.matches(finding.span.file) if self.pattern else (finding.span.file, finding.span.line) == (self.span.file, self.line)
        return bool(place) and any(word == finding.name or finding.code.startswith(word.upper()) for word in self.rules if word)

    def past(self, as_of: date) -> bool:
        """Whether its date is over; one that is no date counts as over."""
        try:
            return bool(self.until) and date.fromisoformat(self.until) < as_of
        except ValueError:
            return True


def in_comments(comments: Sequence[Comment]) -> list[Waiver]:
    """The waivers among a file's comments. One on a line of its own covers the next line that is no comment."""
    alone = {comment.span.line for comment in comments if not comment.trailing}
    found = []
    for comment in comments:
        if not _OPENS.match(comment.text):
            continue
        line = comment.span.line
        while not comment.trailing and line in alone:
            line += 1
        form = _FORM.match(comment.text)
        if form is None:
            found.append(Waiver((), "", "", comment.span, line, unreadable=True))
            continue
        rules = tuple(word.strip() for word in form["rules"].split(",") if word.strip())
        found.append(Waiver(rules, form["until"] or "", form["why"] or "", comment.span, line, unreadable=not rules))
    return found


def in_workspace(waivers: Iterable[PathWaiver]) -> list[Waiver]:
    """The workspace's waivers: for every finding of a rule in the files that a pattern names (`**` spans folders, `*` does not)."""
    return [Waiver(w.rules, w.until or "", w.because, w.span, pattern=Glob.of(w.path)) for w in waivers]


_MOST_PARTS = 200
MOST_FINDINGS = 200


@record
class Glob:
    """A pattern of paths: `**/` is any folders or none, `**` anything, `*` and `?` anything within one name.

    Matched by going over pattern and path once, and not by a regular expression: those take for ever where stars follow stars. One with more than
    a hundred stars is for no path, so what it was to waive stands.
    """

    parts: tuple[str, ...]

    @staticmethod
    def of(path: str) -> Glob:
        parts = [part for part in re.split(r"(\*\*/|\*\*|\*|\?)", path.removeprefix("./")) if part]
        return Glob(tuple(part for at, part in enumerate(parts) if "*" not in part or at == 0 or parts[at - 1] != part))

    def matches(self, path: str) -> bool:
        if len(self.parts) > _MOST_PARTS:
            return False
        ends = {0}  # how far into the path the parts so far may reach
        for part in self.parts:
            if not ends:
                return False
            ends = self._after(part, path, ends)
        return len(path) in ends

    def _after(self, part: str, path: str, ends: set[int]) -> set[int]:
        first = min(ends)
        if part == "**":
            return set(range(first, len(path) + 1))
        if part == "**/":
            return ends | {at + 1 for at in range(first, len(path)) if path[at] == "/"}
        if part == "?":
            return {at + 1 for at in ends if path[at : at + 1] not in ("", "/")}
        if part != "*":
            return {at + len(part) for at in ends if path.startswith(part, at)}
        found: set[int] = set()
        for at in range(first, len(path) + 1):
            if at in ends or (at - 1 in found and path[at - 1] != "/"):
                found.add(at)
        return found


def apply(findings: Iterable[Finding], waivers: Sequence[Waiver], as_of: date) -> list[Finding]:
    """The findings, those that a waiver covers with its reason in `waived`; each waiver remembers what it was used for."""
    result = []
    for finding in findings:
        waiver = None if finding.code in GUARDED else next((waiver for waiver in waivers if waiver.covers(finding, as_of)), None)
        if waiver is not None:
            waiver.used.update(word for word in waiver.rules if word == finding.name or finding.code.startswith(word.upper()))
            finding = replace(finding, waived=waiver.why)
        result.append(finding)
    return result


def judge(waivers: Iterable[Waiver], as_of: date, ran: set[str] | None, checks: Collection[str] = ()) -> Iterator[Finding]:
    """Y011 and Y012 about the waivers themselves. `ran`: the codes of the rules that did run; None: the file could not be judged. `checks`: the
    names of the workspace's policies. After the first MOST_FINDINGS nothing more is said: whoever wrote thousands of them knows by then."""
    yield from islice(_judged(waivers, as_of, ran, checks), MOST_FINDINGS)


def _judged(waivers: Iterable[Waiver], as_of: date, ran: set[str] | None, checks: Collection[str]) -> Iterator[Finding]:
    for waiver in waivers:
        if waiver.unreadable:
            yield _finding("Y012", "this waiver does not say which rules it is for", waiver, _GOOD)
        elif not waiver.why:
            yield _finding("Y012", f"the waiver of {_said(waiver.rules)} gives no reason, so it waives nothing", waiver, _GOOD)
        elif waiver.past(as_of):
            yield _stale(waiver, as_of)
        elif ran is not None and waiver.pattern is None:
            yield from _unused(waiver, ran, checks)


def _stale(waiver: Waiver, as_of: date) -> Finding:
    try:
        days = (as_of - date.fromisoformat(waiver.until)).days
    except ValueError:
        return _finding("Y011", f"the waiver's end `{waiver.until}` is no date, so it waives nothing", waiver, _GOOD)
    ago = f"{days} day{'s' if days != 1 else ''} ago"
    help = "Mend what it excuses, or write a new date and say why it still stands."
    return _finding("Y011", f"the waiver of {_said(waiver.rules)} ended on {waiver.until}, {ago}", waiver, help)


def _unused(waiver: Waiver, ran: set[str], checks: Collection[str]) -> Iterator[Finding]:
    for word in waiver.rules:
        rules = [rule for rule in meant(word) if rule.code not in GUARDED and (rule.on != "loader" or rule.code == "Y010")]
        if is_pack(word):
            help = f"`cadenza explain {word}` lists its checks."
            yield _finding("Y011", f"`{word}` is a pack: a waiver names the check that it waives", waiver, help)
        elif word in checks:
            if word not in waiver.used and "L001" in ran:
                yield _finding("Y011", f"the waiver of `{word}` waives nothing here", waiver, "Remove it: what it excused is gone.")
        elif not meant(word) and is_shipped(word):
            yield _finding("Y011", f"the waiver of `{word}` waives nothing: `policies` does not name its pack", waiver, "Remove it.")
        elif not meant(word):
            guess = near(word, [*(name for rule in catalogue() for name in (rule.name, rule.code)), *checks])
            help = f"Did you mean `{guess}`?" if guess else "`cadenza explain` lists all rules."
            yield _finding("Y011", f"the waiver names `{word}`, which is no rule", waiver, help)
        elif not rules:
            yield _finding("Y011", f"`{word}` cannot be waived: it keeps the file from being read", waiver, "Remove the waiver.")
        elif word not in waiver.used and any(rule.code in ran for rule in rules):
            yield _useless(waiver, word)


def unused_later(waivers: Iterable[Waiver], as_of: date, ran: set[str]) -> Iterator[Finding]:
    """Y011 about waivers of rules that are judged when all files have been. `ran`: the codes of those that did run. Words that mean other rules,
    too, are left alone: each file was asked about them."""
    live = (one for one in waivers if one.pattern is None and one.why and not one.unreadable and not one.past(as_of))
    for waiver, word in islice(((one, word) for one in live for word in one.rules if word not in one.used), MOST_FINDINGS):
        rules = meant(word)
        if all(rule.on in LATER for rule in rules) and any(rule.code in ran for rule in rules):
            yield _useless(waiver, word)


def _useless(waiver: Waiver, word: str) -> Finding:
    fix = Fix("remove the waiver", (Edit(waiver.span, ""),)) if len(waiver.rules) == 1 else None
    return replace(_finding("Y011", f"the waiver of `{word}` waives nothing here", waiver, "Remove it: what it excused is gone."), fix=fix)


def _said(rules: Sequence[str]) -> str:
    return ", ".join(f"`{rule}`" for rule in rules)


def _finding(code: str, message: str, waiver: Waiver, help: str) -> Finding:
    name = "stale-waiver" if code == "Y011" else "waiver-without-reason"
    return Finding(code, name, Level.warning, message, waiver.span, help)
