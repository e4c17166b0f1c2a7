"""Steps, conditions and routes as values: what is done, when, and what each answer leads to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from .model import SIGNALS, Condition, Route, Step, StopRule, Variant
from .nodes import Map, Scalar, Seq
from .take import maps, need, number, read_unit, section, sections, text, unit, wanted, whole
from .values import Duration

ACTIONS = {"linkedin": "message", "direct_mail": "parcel"}
"""What a step does where it does not say: a note on LinkedIn, a parcel by post."""

Paths = Callable[[Map, str], "str | None"]
"""The file that a key of a map names, relative to the workspace root."""


def build_step(node: Map, paths: Paths) -> Step:
    """One step; `paths` gives the files of its message and script."""
    channel = cast("Any", wanted(node, "channel"))
    return Step(
        id=wanted(node, "id"),
        channel=channel,
        kind=(text(node, "kind") or "templated") if channel == "email" else None,
        action=text(node, "action") or ACTIONS.get(channel),
        after=unit(Duration, node, "after"),
        thread=cast("Any", text(node, "thread") or "new"),
        message=paths(node, "message"),
        script=paths(node, "script"),
        subject=text(node, "subject"),
        variants=tuple(_variant(item, paths) for item in maps(node, "variants")),
        when=_condition_at(node, "when"),
        skip_if=_condition_at(node, "skip_if"),
        on={name: build_route(item) for name, item in sections(node, "on")},
        replies={name: build_route(item) for name, item in sections(node, "replies")},
        role=text(node, "role"),
        node=node,
    )


def _variant(node: Map, paths: Paths) -> Variant:
    return Variant(wanted(node, "id"), number(node, "weight", 1), paths(node, "message"), paths(node, "script"), node)


def _condition_at(node: Map, key: str) -> Condition | None:
    found = node.entries.get(key)
    return build_condition(found) if isinstance(found, Map) else None


def build_condition(node: Map) -> Condition:
    """`{accepted: connect}` and what nests in it."""
    signals = tuple((key, item.text) for key, item in node.entries.items() if key in SIGNALS and isinstance(item, Scalar))
    denied = node.entries.get("not")
    return Condition(
        all_of=signals,
        any_of=tuple(build_condition(item) for item in maps(node, "any")),
        none_of=(build_condition(denied),) if isinstance(denied, Map) else (),
        node=node,
    )


def build_route(node: Map) -> Route:
    """A route: the one of its five keys that is written says what it does."""
    kind = next(name for name in ("stop", "pause", "handoff", "goto", "go_on") if name in node)
    if kind == "stop":
        return Route("stop", node, outcome=wanted(node, "stop"), cooldown=_cooldown(node))
    if kind == "pause":
        return _pause(node)
    if kind == "handoff":
        return Route("handoff", node, role=wanted(node, "handoff"), within=unit(Duration, node, "within"), then=text(node, "then"))
    if kind == "goto":
        return Route("goto", node, step=wanted(node, "goto"))
    return Route("go_on", node)


def _pause(node: Map) -> Route:
    until = node.entries["pause"]
    assert isinstance(until, Scalar)  # the schema says so
    length = None if until.value == "until_return" else read_unit(Duration, until)
    return Route(
        "pause",
        node,
        until=length or "until_return",
        assume=need(Duration, node, "assume", "7 days") if length is None else None,
        resume=text(node, "resume"),
        at_most=whole(node, "at_most"),
    )


def _cooldown(node: Map) -> Duration | None:
    found = node.entries.get("cooldown")
    return None if isinstance(found, Scalar) and found.value == "forever" else unit(Duration, node, "cooldown")


def build_stop_rule(node: Map) -> StopRule:
    when = section(node, "when")
    return StopRule(
        id=wanted(node, "id"),
        event=text(when, "event"),
        touches=whole(when, "touches"),
        elapsed=unit(Duration, when, "elapsed"),
        outcome=wanted(node, "stop"),
        cooldown=_cooldown(node),
        node=node,
    )


def files_of(node: Map) -> list[Scalar]:
    """Every message and script that a step's map names, in the order of the file."""
    named = [node.entries.get(key) for key in ("message", "script")]
    variants = node.entries.get("variants")
    for item in variants.items if isinstance(variants, Seq) else ():
        if isinstance(item, Map):
            named += [item.entries.get(key) for key in ("message", "script")]
    return [item for item in named if isinstance(item, Scalar) and isinstance(item.value, str)]
