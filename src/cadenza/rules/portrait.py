"""What other playbooks need to know of a playbook: whom it selects, who goes first, how hard it presses, what it takes of whom.

Playbooks are judged one by one, in any process, perhaps long ago (the cache). What the rules over several of them compare is therefore a small
plain value, a `Portrait`, which travels with a file's findings as the facts of a carrier that nobody is shown.
"""

from __future__ import annotations

import os
from dataclasses import field
from typing import TYPE_CHECKING, Any

from ..language.findings import Finding, Level
from ..language.nodes import Scalar, Span
from ..language.records import record
from .words import known, top

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..language.model import Playbook
    from .context import Subject
    from .waivers import Waiver

CARRIER = "X000"
SPANS = (1, 7, 30)
MOST = 60
"""Touches beyond which nobody counts."""


@record
class Portrait:
    """`extends`: the playbook that this one is laid on. `low` and `high` employees are None where open; empty lists of an ideal customer mean
    everybody. `minutes` and `mails`: role or sender -> on a business day, before a single answer. `most`: days -> the most touches that least
    times allow in any so many days. `home`: the market or the list that its people are of, which others may share; empty where none is named."""

    file: str
    name: str
    motion: str
    circle: int | None
    priority: int
    countries: tuple[str, ...]
    industries: tuple[str, ...]
    titles: tuple[str, ...]
    low: int | None
    high: int | None
    exclude: tuple[str, ...]
    extends: str
    minutes: dict[str, float]
    mails: dict[str, float]
    most: dict[int, int]
    places: dict[str, Span]
    waivers: tuple[Waiver, ...] = field(default=(), compare=False)
    home: str = ""


def carrier(subject: Subject, waivers: Iterable[Waiver]) -> Finding:
    """The portrait of a playbook as a finding that only `together.py` reads."""
    from .capacity._demand import demand

    playbook = subject.playbook
    icp, node = playbook.icp, playbook.node
    minutes, mails = demand(subject)
    facts: dict[str, object] = {
        "name": playbook.name,
        "motion": playbook.motion,
        "circle": playbook.circle,
        "priority": playbook.priority,
        "countries": icp.countries,
        "industries": icp.industries,
        "titles": [title for persona in icp.personas for title in persona.titles],
        "low": icp.employees.low if icp.employees else None,
        "high": icp.employees.high if icp.employees else None,
        "exclude": icp.exclude,
        "extends": _base(playbook),
        "home": _home(playbook),
        "minutes": minutes,
        "mails": mails,
        "most": {str(days): _most(subject, days) for days in SPANS},
        "places": {
            "icp": list(known(node, "icp")),
            "enroll": list(known(node, "audience", "enroll")),
            "cadence": list(known(node, "cadence")),
            "priority": list(known(node, "priority")),
        },
        "waivers": [[list(w.rules), w.until, w.why, list(w.span), w.line] for w in waivers if not w.unreadable and w.pattern is None],
    }
    return Finding(CARRIER, "portrait", Level.advice, playbook.file, top(node), facts=facts)


def _base(playbook: Playbook) -> str:
    """The playbook that this one is laid on, relative to the root; empty where there is none."""
    found = playbook.node.entries.get("extends")
    return os.path.normpath(os.path.join(os.path.dirname(playbook.file), found.text)).replace(os.sep, "/") if isinstance(found, Scalar) else ""


def _home(playbook: Playbook) -> str:
    """The list or the market; a list says who the people are."""
    source, market = playbook.audience.source, playbook.audience.market
    if source is not None and source.list is not None:
        return f"list/{source.list}"
    return f"market/{market}" if market is not None else ""


def _most(subject: Subject, days: int) -> int:
    from .proof.pace import DAY
    from .proof.shape import remembered

    return remembered(subject.graph, ("most", days), lambda: subject.pace.most(days * DAY, MOST))


def portrait(finding: Finding) -> Portrait:
    """The portrait that a carrier carries."""
    from .waivers import Waiver

    facts: dict[str, Any] = finding.facts
    return Portrait(
        finding.message,
        facts["name"],
        facts["motion"],
        facts["circle"],
        facts["priority"],
        tuple(facts["countries"]),
        tuple(facts["industries"]),
        tuple(facts["titles"]),
        facts["low"],
        facts["high"],
        tuple(facts["exclude"]),
        facts["extends"],
        facts["minutes"],
        facts["mails"],
        {int(days): most for days, most in facts["most"].items()},
        {key: Span(*place) for key, place in facts["places"].items()},
        tuple(Waiver(tuple(rules), until, why, Span(*span), line) for rules, until, why, span, line in facts["waivers"]),
        facts["home"],
    )
