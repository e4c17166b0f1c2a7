"""How places become states: a readable id for each, unique in its machine.

A length of time in an id is a stand-in of the pattern, between two GAPs; `filled` writes there what it stands for.
"""

from __future__ import annotations

from ..language.nodes import Span
from ..language.values import Duration
from .frame import Frame
from .places import End, Going, Owned, Place, Pool
from .types import State

GAP = "\0"
"""No name that a person writes holds it."""
_NOWHERE = Span("")


def named(frame: Frame, places: list[Place]) -> tuple[State, ...]:
    """The states of these places, nowhere yet. Where two places would have one name, what sets them apart is added (`within 1 hour`, `#2`)."""
    names = [_name(frame, place) for place in places]
    taken = _counts(names)
    names = [name if taken[name] == 1 else name + _mark(place) for name, place in zip(names, places, strict=True)]
    used: dict[str, int] = {}
    ids = []
    for name in names:
        used[name] = used.get(name, 0) + 1
        ids.append(name if used[name] == 1 else f"{name} #{used[name]}")
    return tuple(_state(frame, index, id, place) for index, (id, place) in enumerate(zip(ids, places, strict=True)))


def filled(id: str, lasting: dict[Duration, Duration]) -> str:
    """An id with its lengths of time."""
    names = {str(stand_in): str(duration) for stand_in, duration in lasting.items()}
    return "".join(names[part] if at % 2 else part for at, part in enumerate(id.split(GAP)))


def _gap(stand_in: Duration) -> str:
    return f"{GAP}{stand_in}{GAP}"


def _counts(names: list[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


def _mark(place: Place) -> str:
    """What sets two hand-offs to one role apart; everything else already says all of it."""
    if not isinstance(place, Owned):
        return ""
    return (f" within {_gap(place.within)}" if place.within is not None else "") + (f" then {place.then}" if place.then else "")


def _name(frame: Frame, place: Place) -> str:
    if isinstance(place, Owned):
        return f"{place.task} {place.role}"
    if isinstance(place, Pool):
        base = "start"
    elif isinstance(place, End):
        base = f"end {place.outcome}" + (f" for {_gap(place.back)}" if place.back is not None else "")
    else:
        base = _going(place, frame.cells[place.step].id)
    words = [f"+{flag}" for flag in _flags(frame, place.flags)]
    if isinstance(place, Going) and frame.touches is not None:
        words.append("1 touch" if place.touches == 1 else f"{place.touches} touches")
    words += [f"{count} {name}" for name, count in _rounds(frame, place)]
    return " ".join([base, *words])


def _going(place: Going, step: str) -> str:
    to = "to" if place.named else "before"
    if place.kind == "review":
        return f"review in {place.pause} {to} {step}" if place.pause else f"review before {step}"
    return f"hold {place.pause} {to} {step}" if place.kind == "hold" else f"{place.kind} {step}"


def _flags(frame: Frame, flags: int) -> tuple[str, ...]:
    return tuple(name for at, name in enumerate(frame.flags) if flags >> at & 1) if flags else ()


def _rounds(frame: Frame, place: Pool | Going | End) -> tuple[tuple[str, int], ...]:
    counts = place.rounds if isinstance(place, Going) else ()
    if not place.again and not any(counts):
        return ()
    used = [(name, count) for (name, _), count in zip(frame.counters, counts, strict=False) if count]
    return (*used, *([("reenrolled", place.again)] if place.again else []))


def _state(frame: Frame, index: int, id: str, place: Place) -> State:
    if isinstance(place, Owned):
        return State(index, id, "task", _NOWHERE, task=place.task, role=place.role, within=place.within)
    flags, rounds = _flags(frame, place.flags), _rounds(frame, place)
    if isinstance(place, Pool):
        return State(index, id, "start", _NOWHERE, flags=flags, rounds=rounds)
    if isinstance(place, End):
        return State(index, id, "end", _NOWHERE, outcome=place.outcome, flags=flags, rounds=rounds)
    step = frame.cells[place.step]
    review = place.kind == "review"
    return State(
        index,
        id,
        "task" if place.kind == "review" else place.kind,
        _NOWHERE,
        step=step.id,
        channel=step.channel if place.kind in ("wait", "touch") else None,
        task="review" if review else None,
        role=frame.reviewer[0].role or None if review else None,
        pause=place.pause or None,
        flags=flags,
        touches=place.touches if frame.touches is not None else None,
        rounds=rounds,
    )
