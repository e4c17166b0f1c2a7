"""`cadenza explain us.canspam.honour`, `cadenza explain can-spam`: a check or a pack, as text and as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..rules.legal.pack import GRADES, Applies, Check, Pack
from .ansi import clean, paint, wrap


def text(found: Check | Pack, *, colour: bool, width: int) -> str:
    """A check with all that is known of it, or a pack with its checks and what it cannot see."""
    lines = _check(found, width, colour=colour) if isinstance(found, Check) else _pack(found, width, colour=colour)
    return "\n".join(lines).rstrip() + "\n"


def _check(check: Check, width: int, *, colour: bool) -> Iterator[str]:
    yield paint(clean(check.id), "bold", on=colour)
    facts = f"{check.level.name} · pack {clean(check.pack)} · waive with `# cadenza: ignore[{clean(check.id)}]: reason`"
    yield paint(facts, "dim", on=colour)
    yield ""
    rows = {
        "says": check.message,
        "requires": " ".join(check.require.text.split()),
        "for": applies(check.applies),
        "help": check.help,
        "from": check.effective and f"{check.effective}; advice before that day",
        "source": check.source,
        "grade": check.grade and f"{check.grade}: {GRADES[check.grade]}",
        "verified": check.verified_on,
    }
    for label, said in rows.items():
        if said:
            yield from wrap(f"{label:<9} {clean(said)}", width, " " * 10)


def _pack(pack: Pack, width: int, *, colour: bool) -> Iterator[str]:
    yield paint(clean(f"{pack.name}  {pack.title}"), "bold", on=colour)
    if pack.description:
        yield from wrap(clean(pack.description), width)
    yield ""
    for check in pack.checks:
        yield paint(clean(check.id), "bold", on=colour)
        yield from wrap("  " + clean(check.message or " ".join(check.require.text.split())), width, "  ")
    if pack.unseen:
        yield ""
        yield paint("What no playbook shows, and somebody has to see to", "bold", on=colour)
        for duty in pack.unseen:
            remembered = " (remembered, not read)" if duty.grade == "memory" else ""
            yield from wrap(f"  {clean(duty.id)}: {clean(duty.duty)}{remembered}", width, "    ")
    yield ""
    yield from wrap("None of this is legal advice.", width)


def applies(to: Applies) -> str:
    """Whom a check is for, in words."""
    parts = [
        to.countries and f"recipients in {', '.join(to.countries)}",
        to.channels and f"by {', '.join(to.channels)}",
        to.subscriber_types and f"who may be {', '.join(kind.replace('_', ' ') for kind in to.subscriber_types)}",
        to.consent and f"on the ground {', '.join(to.consent)}",
        to.automation and "where software does it",
        to.bulk and "from a bulk sender",
    ]
    return "; ".join(part for part in parts if part) or "everybody"


def data(found: Check | Pack) -> dict[str, Any]:
    """The same as plain data."""
    return {"kind": "check", **check_data(found)} if isinstance(found, Check) else {"kind": "pack", **_pack_data(found)}


def check_data(check: Check) -> dict[str, Any]:
    to = check.applies
    return {
        "id": check.id,
        "pack": check.pack,
        "level": check.level.name,
        "applies_to": {
            "countries": list(to.countries),
            "channels": list(to.channels),
            "subscriber_types": list(to.subscriber_types),
            "consent": list(to.consent),
            "automation": to.automation,
            "bulk": to.bulk,
        },
        "require": check.require.text,
        "message": check.message,
        "help": check.help,
        "source": check.source,
        "verified_on": check.verified_on or None,
        "effective": check.effective or None,
        "grade": check.grade or None,
    }


def _pack_data(pack: Pack) -> dict[str, Any]:
    return {
        "name": pack.name,
        "title": pack.title,
        "description": pack.description,
        "checks": [check_data(check) for check in pack.checks],
        "unseen": [{"id": duty.id, "duty": duty.duty, "source": duty.source, "grade": duty.grade or None} for duty in pack.unseen],
    }
