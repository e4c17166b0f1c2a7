"""What is wanted: a target for a forecast as a person says it, `20 meetings per month` or `750000 EUR of pipeline per quarter`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ...language.model import Playbook
from ...language.near import near
from ...language.values import Target, UnitError
from ..metrics import HEADLINE, METRICS
from ..targets import MONEY, needed

NAMES: dict[str, str] = {
    **{metric.key: metric.key for metric in METRICS if metric.better == "up" and metric.unit in ("count", "money") and not metric.of},
    "meeting": "meetings",
    "opportunity": "opportunities",
    "deals": "won",
    "deal": "won",
    "booked": "meetings.booked",
}
"""What a target can be about, by the words people use."""
_PARTS = re.compile(r"(?P<amount>(?:at least )?[0-9][0-9.]*(?: ?[A-Z]{3})?) ?(?:of )?(?P<name>[a-z_.]*)(?P<per>(?: per .+)?)")


class NoTarget(ValueError):
    """No target can be read, or none is there. `str(error)` says what to write."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """At least `needed` (in the metric's unit, over the horizon), as `written`."""

    metric: str
    written: str
    needed: float


def wanted_of(text: str | None, playbooks: Iterable[Playbook], days: float) -> Wanted:
    """The target that `text` says, or that a playbook has (of meetings, else the first one that asks for more of something)."""
    if text is not None:
        name, target = _read(text)
        return Wanted(name, _written(name, target), needed(target, days))
    for playbook in playbooks:
        wanted = {name: target for name, target in playbook.targets.items() if name in NAMES and _asks(target)}
        name = HEADLINE if HEADLINE in wanted else next(iter(wanted), "")
        if name:
            key = MONEY.get(name, name) if wanted[name].of == "money" else name
            return Wanted(key, _written(key, wanted[name]), needed(wanted[name], days))
    raise NoTarget("no playbook has a target that asks for more of something; say one: --target '20 meetings per month'")


def _read(text: str) -> tuple[str, Target]:
    found = _PARTS.fullmatch(" ".join(text.split()))
    if found is None:
        raise NoTarget(f"{text!r} is no target; a good one is '20 meetings per month'")
    word = found["name"] or HEADLINE
    if word not in NAMES:
        meant = near(word, NAMES)
        raise NoTarget(
            f"no target is about {word!r}: " + (f"did you mean {meant!r}?" if meant else "there are " + ", ".join(sorted(set(NAMES.values()))))
        )
    try:
        target = Target.parse(f"{found['amount']}{found['per']}")
    except UnitError as problem:
        raise NoTarget(f"{text!r} is no target: {problem}; a good one is '20 meetings per month'") from None
    if not _asks(target):
        raise NoTarget(f"{text!r} does not ask for more of something; a good one is '20 meetings per month'")
    name = NAMES[word]
    return (MONEY.get(name, name) if target.of == "money" else name), target


def _asks(target: Target) -> bool:
    """Whether it is about more of something: what enrolment can bring."""
    return target.bound == "at least" and target.of != "share" and target.amount > 0


def _written(name: str, target: Target) -> str:
    from ..metrics import metric

    amount, per, period = str(target).removeprefix("at least ").partition(" per ")
    return f"{amount} {metric(name).label}{per}{period}"
