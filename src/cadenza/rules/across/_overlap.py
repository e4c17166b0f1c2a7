"""Who is in two audiences: an example of a person whom both profiles select, or the proof that there is none."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.records import record
from ..context import Context
from ..portrait import Portrait

LEAVES_OUT = "recently_contacted"


@record
class Overlap:
    """`first` comes before `second`: by priority, then by file. `person` is somebody whom both select, in words. `alike`: further
    playbooks that are to this pair as its second is: they select, press and rank just as it does."""

    first: Portrait
    second: Portrait
    person: str
    alike: int = 0

    @property
    def settled(self) -> bool:
        """Whether something says which of the two has the person: a priority, or that one leaves out who was contacted by the other."""
        return self.first.priority != self.second.priority or self._leaves_out

    @property
    def apart(self) -> bool:
        """Whether nobody is in both at a time: one of them leaves out who was contacted recently, or they say that their people are the same, and a
        person of a market or a list is in one cadence at a time."""
        return self._leaves_out or (self.first.home != "" and self.first.home == self.second.home)

    @property
    def _leaves_out(self) -> bool:
        return LEAVES_OUT in self.first.exclude or LEAVES_OUT in self.second.exclude


def overlaps(ctx: Context) -> tuple[Overlap, ...]:
    """Every pair of playbooks that can select one person, in the order of their files. Worked out once for all rules."""
    found = ctx.subject.memory.get("overlaps")
    if not isinstance(found, tuple):
        found = tuple(_pairs(ctx.group))
        ctx.subject.memory["overlaps"] = found
    return found


def _pairs(group: tuple[Portrait, ...]) -> Iterator[Overlap]:
    """Playbooks that are alike in all that counts here are compared once, so that a thousand copies of one are no half million of pairs."""
    kinds: dict[tuple[object, ...], list[Portrait]] = {}
    for one in group:
        kinds.setdefault(_signature(one), []).append(one)
    shown = [(one, max(0, len(kind) - 2)) for kind in kinds.values() for one in kind[:2]]
    for index, (one, _) in enumerate(shown):
        for other, alike in shown[index + 1 :]:
            person = somebody(one, other)
            if person:
                first, second = sorted((one, other), key=lambda each: (each.priority, each.file))
                yield Overlap(first, second, person, alike)


def _signature(one: Portrait) -> tuple[object, ...]:
    profile = (one.circle, one.countries, one.industries, one.titles, one.low, one.high, one.exclude, one.home)
    return (*profile, one.motion, one.priority, tuple(sorted(one.most.items())))


def somebody(one: Portrait, other: Portrait) -> str:
    """A person whom both select, or nothing. Where both name one market or list, it is anybody of it in a country of both; where each names another
    market, nobody. Else the profiles decide: what one does not say, it does not ask; a person is in one circle only."""
    if one.home and one.home == other.home:
        kind, _, name = one.home.partition("/")
        return f"anybody of the {kind} `{name}`" if _shared(one.countries, other.countries) is not None else ""
    if one.home.startswith("market/") and other.home.startswith("market/"):
        return ""
    if one.circle is not None and other.circle is not None and one.circle != other.circle:
        return ""
    if _customers_apart(one, other) or _customers_apart(other, one):
        return ""
    low = max(one.low or 0, other.low or 0)
    high = min(end for end in (one.high, other.high, 1 << 40) if end is not None)
    parts = [_shared(getattr(one, name), getattr(other, name)) for name in ("titles", "industries", "countries")]
    if None in parts or low > high:
        return ""
    title, industry, country = parts
    words = [f"a {title}" if title else "anybody", f"in {industry}" if industry else ""]
    words += [f"with {max(low, 1)} employees" if one.low or one.high or other.low or other.high else "", f"in {country}" if country else ""]
    return " ".join(word for word in words if word)


def _customers_apart(one: Portrait, other: Portrait) -> bool:
    """Circles 1 and 2 pay: they are customers, and a playbook that leaves customers out has none of them."""
    return one.circle in (1, 2) and "customers" in other.exclude


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> str | None:
    """The first that both name; one that names nothing takes all; None where they have nothing in common."""
    if not one or not other:
        return next(iter(one or other), "")
    folded = {word.casefold() for word in other}
    return next((word for word in one if word.casefold() in folded), None)
