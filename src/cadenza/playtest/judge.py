"""What a case expects against what happened: every expectation as a check, and both told as one timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ..calendars import NEVER
from ..language.model import CHANNELS
from ..language.near import near
from ..language.nodes import Span
from ..machine import Machine, State
from .model import Bound, Case, Wanted
from .moments import DAY
from .run import Beat, Story, Trouble

Mark = Literal[" ", "-", "+"]


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation: its key, its place in the case, what it wants, what happened, and the line of the playbook that made that so.

    `rows` are what it adds to the timeline where it fails."""

    key: str
    ok: bool
    span: Span
    wanted: str
    happened: str
    line: Span | None = None
    rows: tuple[Row, ...] = ()


class Row(NamedTuple):
    """A line of the timeline. `-` was expected and did not happen, `+` happened and was not expected; `case` and `line` are the places in the
    case and in the playbook that it comes from."""

    at: int
    mark: Mark
    what: str
    line: Span | None = None
    case: Span | None = None
    whole_day: bool = False  # expected at any time of that day


class Verdict(NamedTuple):
    """A judged case. `rows` is the whole timeline in its order, `first` the index of the first difference (None where all is well)."""

    case: Case
    story: Story
    checks: tuple[Check, ...]
    rows: tuple[Row, ...]
    first: int | None

    @property
    def ok(self) -> bool:
        return all(check.ok for check in self.checks)


def judge(machine: Machine, case: Case, story: Story) -> Verdict:
    """Every expectation of the case, held against its story."""
    checks = tuple(_checks(machine, case, story))
    rows = _timeline(story, checks)
    first = next((index for index, row in enumerate(rows) if row.mark != " "), None)
    return Verdict(case, story, checks, rows, first)


def _timeline(story: Story, checks: Sequence[Check]) -> tuple[Row, ...]:
    """The story with what the checks add to it; what happened and was not expected stands there once, with its mark."""
    added = [row for check in checks for row in check.rows]
    marked = {(row.at, row.what) for row in added if row.mark == "+"}
    told = [Row(beat.at, " ", beat.what, beat.line, beat.case) for beat in story.beats if (beat.at, beat.what) not in marked]
    unique = list(dict.fromkeys([*told, *added]))
    return tuple(sorted(unique, key=lambda row: row.at))


def _checks(machine: Machine, case: Case, story: Story) -> Iterator[Check]:
    expect, end = case.expect, story.end
    yield from (_trouble(trouble) for trouble in story.troubles)
    if expect.touches is not None:
        yield _touches(expect.touches, expect.touches_span or expect.span, story)
    if expect.next_touch is not None:
        yield _next_touch(expect.next_touch, story)
    if expect.silent_from is not None or expect.silent_until is not None:
        yield _silent(expect.silent_from, expect.silent_until, story)
    for moment, words in expect.states:
        at = moment.instant(story.scene)
        yield _state("at", words.words, words.span, at if at is not None else end, story, machine)
    if expect.handoff is not None:
        yield _handoff(case, story, machine)
    if expect.suppressed is not None:
        yield _suppressed(machine, expect.suppressed.words, expect.suppressed.span, story)
    if expect.outcome is not None:
        yield _outcome(expect.outcome.words[0], expect.outcome.span, story, machine)
    if expect.state is not None:
        yield _state("state", expect.state.words, expect.state.span, end, story, machine)


def _trouble(trouble: Trouble) -> Check:
    rows = (Row(trouble.at, "-", trouble.wanted, None, trouble.span), Row(trouble.at, "+", trouble.happened, None, trouble.span))
    return Check("case", False, trouble.span, trouble.wanted, trouble.happened, None, rows)


# ---------------------------------------------------------------- touches


def _touches(wanted: Sequence[Wanted], span: Span, story: Story) -> Check:
    """All touches, in order, and no other."""
    made = story.touches
    pairs = _aligned(wanted, made, story)
    rows: list[Row] = []
    before = story.scene.start
    for item, beat in pairs:
        if beat is not None:
            before = beat.at
        if beat is None and item is not None:
            rows.append(_missing(item, str(item), story, before))
        elif beat is not None and item is None:
            rows.append(Row(beat.at, "+", beat.what, beat.line))
    first = next(((item, beat) for item, beat in pairs if item is None or beat is None), None)
    if first is None:
        return Check("touches", True, span, _listed(wanted), _made(made, story))
    return _missed(wanted, pairs, span, story, tuple(rows))


def _missed(
    wanted: Sequence[Wanted],
    pairs: Sequence[tuple[Wanted | None, Beat | None]],
    span: Span,
    story: Story,
    rows: tuple[Row, ...],
) -> Check:
    """The first touch that differs, named; and where both sides have that step, what it was instead."""
    item, beat = next((item, beat) for item, beat in pairs if item is None or beat is None)
    if item is not None:
        other = next((found for none, found in pairs if none is None and found is not None and found.step == item.step), None)
        happened = f"{other.step} at {story.scene.written(other.at)}" if other is not None else f"no such touch of {item.step}"
        return Check("touches", False, item.span, str(item), happened, other.line if other is not None else None, rows)
    assert beat is not None, "a pair has one side at least"
    other_item = next((found for found, none in pairs if none is None and found is not None and found.step == beat.step), None)
    place = other_item.span if other_item is not None else span
    want = str(other_item) if other_item is not None else "no touch then" if wanted else "no touch"
    return Check("touches", False, place, want, f"{beat.step} at {story.scene.written(beat.at)}", beat.line, rows)


def _aligned(wanted: Sequence[Wanted], made: Sequence[Beat], story: Story) -> list[tuple[Wanted | None, Beat | None]]:
    """Both lists side by side, with as many matches as there can be in order (a longest common subsequence)."""
    fits = [[item.step == beat.step and (item.at is None or item.at.holds(beat.at, story.scene)) for beat in made] for item in wanted]
    best = [[0] * (len(made) + 1) for _ in range(len(wanted) + 1)]
    for i in reversed(range(len(wanted))):
        for j in reversed(range(len(made))):
            best[i][j] = best[i + 1][j + 1] + 1 if fits[i][j] else max(best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[Wanted | None, Beat | None]] = []
    i = j = 0
    while i < len(wanted) or j < len(made):
        if i < len(wanted) and j < len(made) and fits[i][j]:
            pairs.append((wanted[i], made[j]))
            i, j = i + 1, j + 1
        elif j == len(made) or (i < len(wanted) and best[i + 1][j] >= best[i][j + 1]):
            pairs.append((wanted[i], None))
            i += 1
        else:
            pairs.append((None, made[j]))
            j += 1
    return pairs


def _missing(item: Wanted, what: str, story: Story, otherwise: int) -> Row:
    """An expected touch that was not made: at its moment, else after what was made before it."""
    at = item.at.instant(story.scene) if item.at is not None else None
    whole = item.at is not None and item.at.kind != "after" and item.at.time is None
    return Row(otherwise if at is None else at, "-", what, None, item.span, whole)


def _listed(wanted: Sequence[Wanted]) -> str:
    return ", ".join(map(str, wanted)) or "no touch"


def _made(made: Sequence[Beat], story: Story) -> str:
    return ", ".join(f"{beat.step} at {story.scene.written(beat.at)}" for beat in made) or "no touch"


def _next_touch(wanted: Wanted, story: Story) -> Check:
    """The first touch after the last event (after the start, where there is none)."""
    since, before = story.last_event(NEVER)
    beat = next((touch for touch in story.beats[before:] if touch.kind == "touch"), None)
    happened = "no touch" if beat is None else f"{beat.step} at {story.scene.written(beat.at)}"
    line = beat.line if beat is not None else None
    if wanted.step is None or beat is None:
        ok = wanted.step is None and beat is None
    else:
        ok = wanted.step == beat.step and (wanted.at is None or wanted.at.holds(beat.at, story.scene))
    rows: list[Row] = []
    if not ok and wanted.step is not None:
        rows.append(_missing(wanted, f"{wanted} (next)", story, since))
    if not ok and beat is not None:
        rows.append(Row(beat.at, "+", beat.what, beat.line))
    return Check("next_touch", ok, wanted.span, str(wanted), happened, line, tuple(rows))


def _silent(first: Bound | None, last: Bound | None, story: Story) -> Check:
    """No touch in [from, until). Where `from` is not said: from the last event before `until` on (from the start, where there is none); where
    `until` is not: for good. A day is shut out whole by `silent_from`, and let in whole by `silent_until`."""
    scene = story.scene
    key, bound = ("silent_from", first) if first is not None else ("silent_until", last)
    assert bound is not None, "one of the two is there"
    words = " ".join(f"{word} {side.at}" for word, side in (("from", first), ("until", last)) if side is not None)
    end = last.at.instant(scene, 0) if last is not None else story.end + DAY
    begin = first.at.instant(scene, 0) if first is not None else story.last_event(end or 0)[0]
    if begin is None or end is None or begin >= end:
        unknown = next((side.at.anchor for side, at in ((first, begin), (last, end)) if side is not None and at is None), "")
        why = f"`{unknown}` was never made" if unknown else f"the silence would begin only at {scene.written(begin or 0)}"
        return Check(key, False, bound.span, f"no touch {words}", why, None, (Row(story.end, "-", f"silence {words}", None, bound.span),))
    since = 0 if first is not None else story.last_event(end)[1]
    loud = [beat for beat in story.beats[since:] if beat.kind == "touch" and begin <= beat.at < end]
    if not loud:
        return Check(key, True, bound.span, f"no touch {words}", "no touch")
    silence = Row(begin, "-", f"silence {words}", None, bound.span)
    rows = (silence, *(Row(beat.at, "+", beat.what, beat.line) for beat in loud))
    return Check(key, False, bound.span, f"no touch {words}", f"{loud[0].step} at {scene.written(loud[0].at)}", loud[0].line, rows)


# ---------------------------------------------------------------- what became of the person


def _differs(key: str, span: Span, wanted: str, happened: str, line: Span | None, at: int, hint: str = "") -> Check:
    name = "state" if key == "at" else key
    rows = (Row(at, "-", f"{name}: {wanted}", None, span), Row(at, "+", f"{name}: {happened}", line))
    return Check(key, False, span, wanted + hint, happened, line, rows)


def _hint(word: str, known: Iterable[str]) -> str:
    """Said where the playbook does not know the word at all."""
    names = list(dict.fromkeys(known))
    if word in names:
        return ""
    meant = near(word, names)
    return f" (the playbook has none; did you mean `{meant}`?)" if meant else " (the playbook has none)"


def _outcome(wanted: str, span: Span, story: Story, machine: Machine) -> Check:
    happened, line = story.outcome if story.outcome is not None else ("none", None)
    if wanted == happened:
        return Check("outcome", True, span, wanted, happened, line)
    known = ("none", *(state.outcome for state in machine.states if state.outcome is not None))
    return _differs("outcome", span, wanted, happened, line or story.states[-1][2], story.end, _hint(wanted, known))


def _state(key: str, words: tuple[str, ...], span: Span, at: int, story: Story, machine: Machine) -> Check:
    state, line = story.state_at(at)
    wanted, happened = " ".join(words), state.id
    if _begins(state, words):
        return Check(key, True, span, wanted, happened, line)
    known = (" ".join(state.id.split()[: len(words)]) for state in machine.states)
    return _differs(key, span, wanted, happened, line, at, _hint(wanted, known))


def _begins(state: State, words: tuple[str, ...]) -> bool:
    return tuple(state.id.split()[: len(words)]) == words


def _handoff(case: Case, story: Story, machine: Machine) -> Check:
    wanted = case.expect.handoff
    assert wanted is not None, "asked only where it is expected"
    said = [
        (f"{handed.action.role} within {handed.action.within}" if handed.action.within is not None else handed.action.role, handed)
        for handed in story.handed
    ]
    happened = ", ".join(text for text, _ in said) or "none"
    fits = [handed for _, handed in said if handed.action.role == wanted.role and (wanted.within is None or handed.action.within == wanted.within)]
    if bool(fits) if wanted.role is not None else not said:
        return Check("handoff", True, wanted.span, str(wanted), happened, fits[0].line if fits else None)
    roles = ("none", *(action.role for move in machine.transitions for action in move.actions if action.kind == "handoff"))
    line, at = (said[0][1].line, said[0][1].at) if said else (None, story.end)
    return _differs("handoff", wanted.span, str(wanted), happened, line, at, _hint(wanted.role or "none", roles))


def _suppressed(machine: Machine, words: tuple[str, ...], span: Span, story: Story) -> Check:
    """The channels that matter are those that the cadence uses; `all` is every one."""
    happened = set(CHANNELS) if "all" in story.suppressed else set(story.suppressed)
    wanted = set(CHANNELS) if "all" in words else set(words)
    used = set(machine.channels)
    said = ", ".join(sorted(story.suppressed)) or "none"
    line = next(iter(story.suppressed.values()), None)
    if ("all" in words or wanted <= happened) and happened & used <= wanted and wanted & used <= happened:
        return Check("suppressed", True, span, ", ".join(words) or "none", said, line)
    return _differs("suppressed", span, ", ".join(words) or "none", said, line, story.end)
