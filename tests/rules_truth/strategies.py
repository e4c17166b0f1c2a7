"""Generated playbooks whose time is as awkward as their logic: other weekends and clocks, windows at night and at weekends, odd delays."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from support.playbooks import playbooks

from cadenza.calendars import Calendar, RecipientClock, instant, zone, zones_for
from cadenza.language import Playbook

MARKETS = ([], ["GB"], ["US"], ["AE"], ["DE", "AU"], ["JP"])
WINDOWS = (
    "mon-fri 09:00-17:00",
    "mon-fri 09:00-12:00, mon-fri 14:00-17:00",
    "mon-sun 08:00-20:00",
    "sat-sun 10:00-11:00, wed 22:00-24:00",
    "tue 00:00-24:00",
)
DELAYS = ("5 hours", "36 hours", "1 day", "0 business days", "5 business hours", "20 business hours", "2 business days", "7 days", "45 minutes")
QUIET = ("10 business days", "90 days")
REACHES = ("5 minutes", "4 hours", "30 hours", "12 business hours", "1 business day", "5 business days")
DAYS = (("2027-01-11", "09:00"), ("2027-03-25", "16:59"), ("2027-03-28", "00:30"), ("2027-10-29", "11:59"))


@st.composite
def timed_playbooks(draw: st.DrawFn, most: int = 4) -> dict[str, Any]:
    """As `refusing_playbooks` or, without an opt-out for some, `support.playbooks.playbooks`: in some market, with windows and delays drawn anew for
    half of them, colleagues who are heard, short pauses, refusals that take their time, and subjects that claim to answer."""
    document = draw(st.one_of(playbooks(most=most), refusing_playbooks(most=most)))
    countries = draw(st.sampled_from(MARKETS))
    if countries:
        document["icp"] = {"accounts": {"countries": list(countries)}}
    for channel in ("email", "phone", "linkedin"):
        if draw(st.booleans()):
            document["channels"][channel]["window"] = draw(st.sampled_from(WINDOWS))
    for step in document["cadence"]:
        if draw(st.booleans()):
            step["after"] = draw(st.sampled_from(DELAYS))
        if step["channel"] == "email" and draw(st.booleans()):
            step["subject"] = "Re: Hello"
            step["thread"] = draw(st.sampled_from(("new", "reply")))
    if draw(st.booleans()):
        quiet = {"id": "colleague", "when": {"event": "account.replied_negative"}, "stop": "gone", "cooldown": draw(st.sampled_from(QUIET))}
        document["stop_rules"] = [quiet, *(rule for rule in document["stop_rules"] if rule["when"] != quiet["when"])]
    if draw(st.booleans()):
        _route(document, "not_now", {"pause": draw(st.sampled_from(("3 days", "90 days")))})
    if "opt_out" in document and draw(st.booleans()):
        document["opt_out"]["reaches"] = draw(st.dictionaries(st.sampled_from(("email", "phone", "linkedin")), st.sampled_from(REACHES), min_size=1))
    return document


@st.composite
def refusing_playbooks(draw: st.DrawFn, most: int = 5) -> dict[str, Any]:
    """As `support.playbooks.playbooks`, with an opt-out always. Half of them hear a no wherever it comes, and two in three close one
    channel only: drawn freely, four in five would ignore a no, and one opt-out in ten would leak."""
    document = draw(playbooks(most=most))
    used = list(dict.fromkeys(step["channel"] for step in document["cadence"]))
    if draw(st.booleans()):
        stop = {"stop": "said_no", **draw(st.sampled_from(({}, {"cooldown": "30 days"}, {"cooldown": "forever"})))}
        _route(document, "negative", stop)
    channels = draw(st.sampled_from(("all", used[:1], used[-1:])))
    document["opt_out"] = {
        "ways": ["body_link", "reply"],
        "scope": draw(st.sampled_from(("account", "domain", "account", "domain", "person"))),
        "channels": channels,
        "undo": draw(st.sampled_from(("by_request", "never"))),
    }
    return document


def _route(document: dict[str, Any], reply: str, route: dict[str, Any]) -> None:
    """One route for a class of replies, whichever step it answers."""
    document["replies"][reply] = route
    for step in document["cadence"]:
        own = {name: to for name, to in step.get("replies", {}).items() if name != reply}
        step.pop("replies", None)
        if own:
            step["replies"] = own


def clocks(playbook: Playbook) -> list[RecipientClock]:
    """A few of the calendars that people in the playbook's market have: the first and the last zone of each country; else the organization's."""
    organization = playbook.workspace.organization
    places = [((name,), (country,)) for country in playbook.icp.countries for name in dict.fromkeys((zones_for(country)[0], zones_for(country)[-1]))]
    windows = {channel: use.window for channel, use in playbook.channels.items()}
    return [RecipientClock(Calendar(*place), windows) for place in places or [((organization.timezone,), organization.holidays)]]


def every_clock(playbook: Playbook) -> list[RecipientClock]:
    """All of them."""
    organization = playbook.workspace.organization
    places = [((name,), (country,)) for country in playbook.icp.countries for name in zones_for(country)]
    windows = {channel: use.window for channel, use in playbook.channels.items()}
    return [RecipientClock(Calendar(*place), windows) for place in places or [((organization.timezone,), organization.holidays)]]


def starts(clock: RecipientClock) -> list[int]:
    """Instants to be enrolled at: an ordinary Monday, before the clocks change in spring and in autumn, and in that night itself."""
    where = zone(clock.calendar.zones[0])
    return [instant(day, where, time) for day, time in DAYS]
