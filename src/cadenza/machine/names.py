"""How places become states: a readable id for each, unique in its machine."""

from __future__ import annotations

from ..language.nodes import Span
from .frame import Frame
from .places import End, Going, Owned, Place, Pool
from .types import State


def named(frame: Frame, places: list[Place], origins: list[Span]) -> tuple[State, ...]:
    """The states of these places. Where two places would have one name, what sets them apart is added (`within 1 hour`, `#2`)."""
    names = [_name(frame, place) for place in places]
    taken = _counts(names)
    names = [name if taken[name] == 1 else name + _mark(place) for name, place in zip(names, places, strict=True)]
    used: dict[str, int] = {}
    ids = []
    for name in names:
        used[name] = used.get(name, 0) + 1
        ids.append(name if used[name] == 1 else f"{name} #{used[name]}")
    return tuple(_state(frame, index, id, place, origins[index]) for index, (id, place) in enumerate(zip(ids, places, strict=True)))


def _counts(names: list[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


def _mark(place: Place) -> str:
    """What sets two hand-offs to one role apart; everything else already says all of it."""
    if not isinstance(place, Owned):
        return ""
    return (f" within {place.within}" if place.within is not None else "") + (f" then {place.then}" if place.then else "")


def _name(frame: Frame, place: Place) -> str:
    if isinstance(place, Owned):
        return f"{place.task} {place.role}"
    if isinstance(place, Pool):
        base = "start"
    elif isinstance(place, End):
        base = f"end {place.outcome}" + (f" for {place.back}" if place.back is not None else "")
    else:
        base = _going(place, frame.cells[place.step].step.id)
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


def _state(frame: Frame, index: int, id: str, place: Place, origin: Span) -> State:
    if isinstance(place, Owned):
        return State(index, id, "task", origin, task=place.task, role=place.role, within=place.within)
    flags, rounds = _flags(frame, place.flags), _rounds(frame, place)
    if isinstance(place, Pool):
        return State(index, id, "start", origin, flags=flags, rounds=rounds)
    if isinstance(place, End):
        return State(index, id, "end", origin, outcome=place.outcome, flags=flags, rounds=rounds)
    step = frame.cells[place.step].step
    review = place.kind == "review"
    return State(
        index,
        id,
        "task" if place.kind == "review" else place.kind,
        origin,
        step=step.id,
        channel=step.channel if place.kind in ("wait", "touch") else None,
        task="review" if review else None,
        role=frame.reviewer[0].role or None if review else None,
        pause=place.pause or None,
        flags=flags,
        touches=place.touches if frame.touches is not None else None,
        rounds=rounds,
    )
