"""Sizes as JSON, in the shape of `schema/sizing.schema.json`: either what a target takes, or the curve over touches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cadenza import __version__
from cadenza.render.ansi import inert
from cadenza.render.forecast_json import interval_of, laid_out, number

if TYPE_CHECKING:
    from cadenza.forecast.results import Difference
    from cadenza.forecast.sizing import Mass, Need, Rule, Setting, Sizes, TouchCurve
    from cadenza.forecast.sizing.mass import Spread
    from cadenza.forecast.sizing.need import Chance

FORMAT_VERSION = 1


def render(found: Sizes) -> str:
    """The document of a sizing, with a newline at its end."""
    return inert(laid_out(document(found), "")) + "\n"


def render_curve(name: str, curve: TouchCurve) -> str:
    """The document of a touch curve, with a newline at its end."""
    return inert(laid_out(curve_document(name, curve), "")) + "\n"


def document(found: Sizes) -> dict[str, Any]:
    return {
        "format": "cadenza.sizing",
        "format_version": FORMAT_VERSION,
        "cadenza": found.version,
        "kind": "need",
        "name": found.name,
        "file": found.file,
        "playbooks": list(found.playbooks),
        "start": found.start,
        "horizon": found.horizon,
        "seed": found.seed,
        "engine": found.engine,
        "currency": found.currency or None,
        "replications": found.replications,
        "runs": found.runs,
        "need": _need(found.need),
        "critical_mass": _mass(found.mass),
        "rule": [_rule(each) for each in found.rule],
        "notes": list(found.notes),
    }


def curve_document(name: str, curve: TouchCurve) -> dict[str, Any]:
    return {
        "format": "cadenza.sizing",
        "format_version": FORMAT_VERSION,
        "cadenza": __version__,
        "kind": "touches",
        "name": name,
        "currency": curve.currency or None,
        "replications": curve.replications,
        "best": {"touches": curve.best, "by": curve.by},
        "touches": [
            {
                "touches": point.touches,
                "means": {key: number(value) for key, value in point.means.items()},
                "adds": {key: _difference(item) for key, item in point.adds.items()},
            }
            for point in curve.points
        ],
    }


def _chance(chance: Chance | None) -> dict[str, Any] | None:
    if chance is None:
        return None
    return {
        "met": chance.met,
        "runs": chance.n,
        "share": number(chance.share),
        "interval": interval_of(chance.interval),
        "p50": number(chance.median),
    }


def _difference(found: Difference | None) -> dict[str, Any] | None:
    return None if found is None else {"mean": number(found.mean), "interval": interval_of(found.interval), "verdict": found.verdict}


def _setting(setting: Setting | None) -> dict[str, Any] | None:
    return None if setting is None else {"enroll": number(setting.enroll), "people": dict(setting.people), "mailboxes": dict(setting.mailboxes)}


def _need(need: Need) -> dict[str, Any]:
    return {
        "target": need.wanted.written,
        "metric": need.wanted.metric,
        "needed": number(need.wanted.needed),
        "probability": number(need.probability),
        "now": {"setting": _setting(need.present), "chance": _chance(need.now)},
        "it_takes": None if need.setting is None else {"setting": _setting(need.setting), "chance": _chance(need.chance)},
        "contacts": number(need.contacts) if need.setting is not None else None,
        "out_of_reach": None if need.best is None else {"enroll": number(need.limit), "chance": _chance(need.best)},
        "binds": need.binds,
        "relaxed": [{"what": each.what or None, "chance": _chance(each.chance), "more": _difference(each.more)} for each in need.short],
        "changes": dict(need.changes),
    }


def _mass(mass: Mass) -> dict[str, Any]:
    return {
        "probability": number(mass.probability),
        "weeks": mass.weeks,
        "now": {"enroll": number(mass.present), "share": number(mass.now)},
        "enroll": None if mass.enroll is None else number(mass.enroll),
        "share": number(mass.share),
        "interval": interval_of(mass.interval),
        "from_week": mass.from_week,
        "in_motion": number(mass.contacts),
        "four_in_a_row": None if mass.row is None else number(mass.row),
        "weekly": [number(share) for share in mass.weekly],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "weeks": rule.weeks,
        "enroll": number(rule.enroll),
        "used": {name: number(load) for name, load in rule.load},
        "opportunities": _spread(rule.opportunities),
        "opportunities_with_enough": _spread(rule.opportunities_enough),
        "meetings": _spread(rule.meetings),
        "touches_late": number(rule.late),
        "share": number(rule.share),
    }


def _spread(spread: Spread) -> dict[str, Any]:
    return {name: number(value) for name, value in spread._asdict().items()}
