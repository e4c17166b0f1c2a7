"""The metrics a forecast is read by: for each its words, its unit, which way is better, and exactly what it counts.

An engine counts many things (`touches.step.intro`, `minutes.sdr`); all of them are in the result. The ones here have names that people use,
and the shares are computed here, replication by replication, from two counts: a share's band is the band of the shares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Unit: TypeAlias = Literal["count", "money", "share", "seconds", "minutes"]


@dataclass(frozen=True, slots=True)
class Metric:
    """`of` and `per`: for a computed metric, count `of` divided by count `per` (0 where both are 0, as with no e-mails there are no complaints).

    `at_least_one`: what is divided by counts as one where it is 0 (people per meeting in a run without a meeting).
    """

    key: str
    label: str
    unit: Unit
    better: Literal["up", "down", ""]
    definition: str
    of: str = ""
    per: str = ""
    at_least_one: bool = False


HEADLINE = "meetings"

METRICS: tuple[Metric, ...] = (
    Metric("meetings.booked", "meetings booked", "count", "up", "Meetings agreed on within the horizon."),
    Metric("meetings", "meetings held", "count", "up", "Meetings that took place within the horizon."),
    Metric("opportunities", "opportunities", "count", "up", "Opportunities that meetings turned into within the horizon."),
    Metric("pipeline", "pipeline created", "money", "up", "Value of the opportunities created within the horizon, won or not."),
    Metric("won", "deals won", "count", "up", "Opportunities won within the horizon; most close after it."),
    Metric("won_value", "value won", "money", "up", "Value of the opportunities won within the horizon."),
    Metric(
        "pipeline.expected",
        "pipeline, weighted",
        "money",
        "up",
        "Value of the opportunities created, times the chance to win one: what they can be expected to bring in the end.",
    ),
    Metric("cost", "cost", "money", "down", "What people, tools and lists cost over the horizon, as far as they have a price."),
    Metric(
        "cost.people",
        "cost of people",
        "money",
        "down",
        "Of the roles that have a `cost`: all of it, or with `charge: used` the share of their time.",
    ),
    Metric("cost.tools", "cost of tools", "money", "down", "What the workspace's `tools` cost over the horizon."),
    Metric("cost.lists", "cost of contacts", "money", "down", "People enrolled, times what a contact costs."),
    Metric("enrolled", "people enrolled", "count", "", "People who entered a cadence within the horizon."),
    Metric("touches", "touches made", "count", "", "Touches on all channels, made within the horizon."),
    Metric(
        "touches.without_consent",
        "touches without consent",
        "count",
        "down",
        "Touches of people who neither asked for it nor agreed: the audience's consent is legitimate_interest, none, or not said.",
    ),
    Metric("replies", "replies", "count", "", "Answers of every class that came within the horizon, unsubscribes and complaints not among them."),
    Metric("unsubscribed", "opt-outs", "count", "down", "Times that somebody opted out, on any channel."),
    Metric(
        "complained",
        "complaints",
        "count",
        "down",
        "Times that somebody complained, on any channel: marked a mail as spam, reported an invitation or a call.",
    ),
    Metric("contacts_after_no", "contacts after a no", "count", "down", "Touches made to a person after that person had said no or opted out."),
    Metric("handoffs", "hand-offs", "count", "", "Positive answers handed to somebody."),
    Metric("in_flight", "people in flight", "count", "", "People who are on their way at the horizon: neither ended nor waiting to come back."),
    Metric("list.used", "list used", "share", "", "Share of the audience enrolled by the horizon; people who ask by themselves are no list."),
    Metric(
        "list.weeks", "weeks that the list lasts", "count", "up", "Weeks from the start until all of the audience has been enrolled, at this pace."
    ),
    Metric("people_without_answer", "people without answer", "count", "", "People enrolled who never answered anything within the horizon."),
    Metric("late.touch.p90", "touches, how late", "seconds", "down", "Nine of ten touches were made no later than this after they were due."),
    Metric("late.handoff.p90", "hand-offs, how late", "seconds", "down", "Nine of ten hand-offs were begun no later than this after they were due."),
    Metric(
        "unsubscribed.share",
        "opt-outs per e-mail",
        "share",
        "down",
        "Opt-outs in answer to an e-mail, divided by e-mails sent, in each replication.",
        of="unsubscribed.email",
        per="touches.email",
    ),
    Metric(
        "complained.share",
        "complaints per e-mail",
        "share",
        "down",
        "Complaints about an e-mail, divided by e-mails sent, in each replication.",
        of="complained.email",
        per="touches.email",
    ),
    Metric(
        "cost_per_meeting",
        "cost per meeting",
        "money",
        "down",
        "Cost divided by meetings held, in each replication; none held counts as one.",
        of="cost",
        per="meetings",
        at_least_one=True,
    ),
    Metric(
        "cost_per_opportunity",
        "cost per opportunity",
        "money",
        "down",
        "Cost divided by opportunities created, in each replication; none created counts as one.",
        of="cost",
        per="opportunities",
        at_least_one=True,
    ),
    Metric(
        "return_on_cost",
        "return on cost",
        "count",
        "up",
        "What the opportunities created can be expected to bring in the end, for each unit of money spent: above 1 the money comes back.",
        of="pipeline.expected",
        per="cost",
    ),
    Metric(
        "without_consent.share",
        "touched without consent",
        "share",
        "down",
        "Touches without consent, divided by touches made, in each replication.",
        of="touches.without_consent",
        per="touches",
    ),
    Metric(
        "touches_per_meeting",
        "touches per meeting",
        "count",
        "down",
        "Touches made divided by meetings held, in each replication; none held counts as one.",
        of="touches",
        per="meetings",
        at_least_one=True,
    ),
    Metric(
        "unsubscribed_per_meeting",
        "opt-outs per meeting",
        "count",
        "down",
        "Opt-outs divided by meetings held, in each replication; none held counts as one.",
        of="unsubscribed",
        per="meetings",
        at_least_one=True,
    ),
    Metric(
        "complained_per_meeting",
        "complaints per meeting",
        "count",
        "down",
        "Complaints divided by meetings held, in each replication; none held counts as one.",
        of="complained",
        per="meetings",
        at_least_one=True,
    ),
    Metric(
        "people_per_meeting",
        "people per meeting",
        "count",
        "down",
        "People bothered for each meeting: people enrolled divided by meetings held, in each replication; none held counts as one.",
        of="enrolled",
        per="meetings",
        at_least_one=True,
    ),
)

MONEY: tuple[str, ...] = (
    "cost",
    "cost.people",
    "cost.tools",
    "cost.lists",
    "cost_per_meeting",
    "cost_per_opportunity",
    "pipeline.expected",
    "return_on_cost",
)
"""What only a forecast with prices has."""
BY_KEY: dict[str, Metric] = {metric.key: metric for metric in METRICS}
COMPUTED: tuple[Metric, ...] = tuple(metric for metric in METRICS if metric.of)


def metric(key: str) -> Metric:
    """The metric of any count of an engine; one that is not registered is described by its name.

    `warm:meetings` is what the playbook `warm` has of `meetings`, where several run side by side.
    """
    playbook, colon, own = key.rpartition(":")
    found = BY_KEY.get(own) or _named(own)
    return replace(found, key=key, definition=f"Of the playbook {playbook}: {found.definition}") if colon else found


def _named(key: str) -> Metric:
    family, _, rest = key.partition(".")
    if family == "load":
        who = rest.removeprefix("sender.")
        what = "caps" if rest != who else "selling time"
        return Metric(key, who, "share", "", f"Share of the {what} of {who} that was used.")
    if family == "late":
        return Metric(key, key.replace(".", " "), "seconds", "down", "How late it was, in seconds.")
    if family == "minutes":
        return Metric(key, f"minutes of {rest}", "minutes", "", f"Minutes that {rest} worked.")
    return Metric(key, key.replace(".", " "), "count", "", "As counted by the engine.")


def computed(counts: Mapping[str, float]) -> dict[str, float]:
    """The counts of one replication, of all and of each playbook, together with what is computed from them; a share whose counts the engine
    does not give is left out."""
    values = dict(counts)
    prefixes = dict.fromkeys(key[: key.rfind(":") + 1] for key in counts)
    for prefix in prefixes:
        for each in COMPUTED:
            if prefix + each.of in counts and prefix + each.per in counts:
                below = counts[prefix + each.per]
                values[prefix + each.key] = counts[prefix + each.of] / (max(below, 1.0) if each.at_least_one else below or 1.0)
    return values
