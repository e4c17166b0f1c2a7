"""A playbook's tree as a value, with every default applied."""

from __future__ import annotations

from typing import Any, cast

from .build_cadence import Paths, build_route, build_step, build_stop_rule
from .model import (
    Audience,
    Channel,
    ChannelUse,
    Comment,
    Experiment,
    Field,
    Icp,
    Message,
    OptOut,
    OptOutPage,
    Persona,
    Playbook,
    Qualification,
    Reenroll,
    Screening,
    Source,
    Workspace,
)
from .nodes import Map, Node, Scalar, Seq
from .take import is_yes, maps, need, number, section, sections, text, unit, value, wanted, whole, words
from .values import ALWAYS, Duration, Flow, Range, Rate, Target, Window

PRIORITIES = {"inbound": 2, "warm": 3, "cold": 4}
"""Who is served first when people are short, where the playbook does not say."""


def build_playbook(workspace: Workspace, file: str, node: Map, paths: Paths, messages: dict[str, Message], comments: tuple[Comment, ...]) -> Playbook:
    """A validated tree (bases and tables laid under it) as a Playbook; `paths` gives the file that a key names, relative to the root."""
    motion = cast("Any", text(node, "motion") or "cold")
    assumptions, opt_out, qualification = (node.entries.get(key) for key in ("assumptions", "opt_out", "qualification"))
    return Playbook(
        workspace=workspace,
        file=file,
        name=wanted(node, "name"),
        owner=text(node, "owner"),
        description=text(node, "description") or "",
        motion=motion,
        circle=whole(node, "circle"),
        priority=number(node, "priority", PRIORITIES[motion]),
        icp=_icp(section(node, "icp")),
        audience=_audience(section(node, "audience"), paths),
        channels={cast("Channel", name): _channel(name, item) for name, item in sections(node, "channels")},
        cadence=tuple(build_step(item, paths) for item in maps(node, "cadence")),
        replies={name: build_route(item) for name, item in sections(node, "replies")},
        stop_rules=tuple(build_stop_rule(item) for item in maps(node, "stop_rules")),
        opt_out=_opt_out(opt_out) if isinstance(opt_out, Map) else None,
        qualification=_qualification(qualification) if isinstance(qualification, Map) else None,
        experiments=tuple(_experiment(item) for item in maps(node, "experiments")),
        assumptions=assumptions if isinstance(assumptions, Map) else None,
        targets={name: need(Target, section(node, "targets"), name) for name in section(node, "targets").entries},
        messages=messages,
        comments=comments,
        node=node,
    )


def _icp(node: Map) -> Icp:
    accounts = section(node, "accounts")
    return Icp(
        industries=words(accounts, "industries"),
        employees=unit(Range, accounts, "employees"),
        countries=words(accounts, "countries"),
        signals=words(accounts, "signals"),
        personas=tuple(Persona(wanted(item, "id"), words(item, "titles"), words(item, "pains"), item) for item in maps(node, "personas")),
        exclude=words(node, "exclude"),
        node=node,
    )


def _audience(node: Map, paths: Paths) -> Audience:
    source, again, fields = (node.entries.get(key) for key in ("source", "reenroll", "fields"))
    return Audience(
        source=_source(source, paths) if isinstance(source, Map) else None,
        consent=text(node, "consent"),
        size=number(node, "size", 0),
        enroll=need(Flow, node, "enroll"),
        fields=tuple(_field(item) for item in fields.items) if isinstance(fields, Seq) else (),
        reenroll=Reenroll(need(Duration, again, "after"), whole(again, "at_most"), again) if isinstance(again, Map) else None,
        node=node,
        subscriber_types=words(node, "subscriber_types"),
        market=text(node, "market"),
    )


def _source(node: Map, paths: Paths) -> Source:
    return Source(wanted(node, "kind"), text(node, "verified"), unit(Rate, node, "valid_emails"), paths(node, "list"), node)


def _field(node: Node) -> Field:
    if isinstance(node, Map):
        return Field(wanted(node, "name"), is_yes(node, "required"), node)
    return Field(node.text if isinstance(node, Scalar) else "", False, node)


def _channel(name: str, node: Map) -> ChannelUse:
    screened = node.entries.get("screened")
    return ChannelUse(
        channel=cast("Channel", name),
        window=unit(Window, node, "window", ALWAYS) or ALWAYS,
        senders=text(node, "senders"),
        screened=Screening(words(screened, "lists"), need(Duration, screened, "every"), screened) if isinstance(screened, Map) else None,
        weekly_cap=whole(node, "weekly_cap"),
        daily_cap=whole(node, "daily_cap"),
        automation=is_yes(node, "automation"),
        role=text(node, "role"),
        node=node,
    )


def _opt_out(node: Map) -> OptOut:
    channels, page, keep = node.entries.get("channels"), node.entries.get("page"), node.entries.get("keep")
    forever = keep is None or (isinstance(keep, Scalar) and keep.value in (None, "forever"))
    return OptOut(
        ways=words(node, "ways"),
        page=OptOutPage(number(page, "steps", 0), is_yes(page, "login"), is_yes(page, "asks_reason"), page) if isinstance(page, Map) else None,
        honour_within=unit(Duration, node, "honour_within"),
        scope=cast("Any", text(node, "scope") or "person"),
        channels=words(node, "channels") if isinstance(channels, Seq) else ("all",),
        reaches={name: need(Duration, section(node, "reaches"), name) for name in section(node, "reaches").entries},
        undo=text(node, "undo"),
        keep="forever" if forever else need(Duration, node, "keep"),
        node=node,
    )


def _qualification(node: Map) -> Qualification:
    return Qualification(wanted(node, "framework"), dict(value(node, "criteria", {})), node)


def _experiment(node: Map) -> Experiment:
    return Experiment(
        wanted(node, "id"), wanted(node, "step"), wanted(node, "metric"), need(Rate, node, "detect"), need(Rate, node, "power", "80%"), node
    )
