"""Names that must mean something: steps, roles, senders, channels, files, time zones.

What refers to nothing is Y004, with the name that was meant; an id that stands twice is Y002; a key that its channel cannot use is Y003.
These checks read trees, not values, and take nothing for granted about their shape: so they speak beside the schema's errors, not after them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from .findings import Finding, Related
from .model import SIGNALS, SIGNALS_OF, Workspace
from .near import near
from .nodes import Map, Node, Scalar, Seq, Span
from .places import locate
from .report import error, listed
from .trees import is_shipped

CHANNEL_WORDS = {"email": "an e-mail", "phone": "a call", "linkedin": "a LinkedIn step", "sms": "a text message", "direct_mail": "a piece of post"}
KEYS_OF: dict[str, tuple[str, ...]] = {
    "kind": ("email",),
    "thread": ("email",),
    "subject": ("email",),
    "action": ("linkedin", "direct_mail"),
    "script": ("phone",),
}
"""Keys of a step that only some channels can use."""
ACTIONS_OF: dict[str, tuple[str, ...]] = {"linkedin": ("invite", "message", "view"), "direct_mail": ("parcel", "letter", "card")}


# ---------------------------------------------------------------- workspace


def check_workspace(root: Path, node: Map) -> list[Finding]:
    """Roles of works, files of suppression, time zones, ids of house rules and of what changes in the team."""
    return [*_works(node), *_tools(node), *_suppressed(root, node), *_zones(node), *_twice(node, "house"), *_changing(node)]


def _changing(node: Map) -> Iterator[Finding]:
    """Hires and periods of leave: each id once, and no stretch of days that ends before it begins."""
    for _, role in _maps(node.get("team")):
        yield from _twice(role, "hires")
        leave = role.get("leave")
        if not isinstance(leave, Map):
            continue
        yield from _twice(leave, "periods")
        periods = leave.get("periods")
        for period in periods.items if isinstance(periods, Seq) else ():
            ends = [found for key in ("from", "until") if isinstance(period, Map) and isinstance(found := period.get(key), Scalar)]
            if len(ends) == 2 and ends[1].text.strip() < ends[0].text.strip():
                yield error("Y005", f"it ends on {ends[1].text.strip()[:20]}, before it begins", ends[1].span, "write the last day, after `from:`")


def _works(node: Map) -> Iterator[Finding]:
    roles = _keys(node, "team")
    for _, item in _maps(node.get("work")):
        yield from _unknown(item.get("role"), roles, "role", "under `team:` in the workspace")


def _tools(node: Map) -> Iterator[Finding]:
    """What a tool is paid for each of: a role or a sender."""
    known = [*_keys(node, "team"), *_keys(node, "senders")]
    for _, item in _maps(node.get("tools")):
        yield from _unknown(item.get("each"), known, "role or sender", "under `team:` or `senders:`")


def _suppressed(root: Path, node: Map) -> Iterator[Finding]:
    own = node.get("suppression")
    if isinstance(own, Map):
        for item in (*_texts(own.get("lists")), *_texts(own.get("customers"))):
            found = locate(root, item.text, item.span, what="list")
            if isinstance(found, Finding):
                yield found


def _zones(node: Map) -> Iterator[Finding]:
    places = [node.get("organization"), *(item for _, item in _maps(node.get("team")))]
    for item in (text for place in places if isinstance(place, Map) for text in _texts(place.get("timezone"))):
        if not is_zone(item.text):
            found = near(item.text, zone_names()) or near(item.text, {name.rpartition("/")[2]: None for name in zone_names()})
            meant = next((name for name in zone_names() if name == found or name.endswith(f"/{found}")), None) if found else None
            yield error(
                "Y004",
                f"there is no time zone `{item.text[:60]}`",
                item.span,
                f"did you mean `{meant}`?" if meant else "write an IANA name, such as `Europe/Dublin`",
            )


def _tzdata() -> Path | None:
    found = find_spec("tzdata")
    return Path(next(iter(found.submodule_search_locations))) if found and found.submodule_search_locations else None


def is_zone(name: str) -> bool:
    """Whether the tzdata package has a zone of this name. Its folder is looked into; the package is not imported."""
    home = _tzdata()
    parts = name.split("/")
    safe = all(part and part.replace("_", "").replace("-", "").replace("+", "").isalnum() for part in parts)
    return home is None or (name.isascii() and safe and home.joinpath("zoneinfo", *parts).is_file() and parts[-1][0].isupper())


def zone_names() -> list[str]:
    home = _tzdata()
    return (home / "zones").read_text(encoding="ascii").split() if home else []


# ---------------------------------------------------------------- playbook


def check_playbook(workspace: Workspace, node: Map) -> list[Finding]:
    """Every reference of a playbook, to itself and to its workspace."""
    steps = [item for item in _items(node.get("cadence")) if isinstance(item, Map)]
    channels = {name: channel for step in steps if (name := _text(step, "id")) and (channel := _text(step, "channel"))}
    findings = [*_twice(node, "cadence"), *_twice(node, "stop_rules"), *_twice(node, "experiments"), *_fields(node), *_people(node)]
    icp = node.get("icp")
    findings += _twice(icp, "personas") if isinstance(icp, Map) else ()
    findings += _channels(workspace, node)
    for step in steps:
        findings += [*_step(workspace, node, step, channels), *_twice(step, "variants")]
    findings += _replies(workspace, node.get("replies"), channels)
    for item in _items(node.get("experiments")):
        findings += _unknown(item.get("step"), channels, "step", "in the cadence") if isinstance(item, Map) else ()
    return [*findings, *_assumed(node, steps, channels)]


def _people(node: Map) -> Iterator[Finding]:
    """A list says who the people are; a market is one of people that nobody has listed."""
    audience = node.get("audience")
    source = audience.get("source") if isinstance(audience, Map) else None
    if isinstance(audience, Map) and isinstance(source, Map) and "list" in source.entries and "market" in audience.entries:
        yield error(
            "Y003",
            "`market` means nothing beside `source.list`: playbooks that name the same list have its people in common",
            audience.keys["market"],
            "remove one of them",
        )


def _channels(workspace: Workspace, node: Map) -> Iterator[Finding]:
    for _, item in _maps(node.get("channels")):
        yield from _unknown(item.get("senders"), workspace.senders, "sender", "under `senders:` in the workspace")
        yield from _unknown(item.get("role"), workspace.team, "role", "under `team:` in the workspace")


def _fields(node: Map) -> Iterator[Finding]:
    audience = node.get("audience")
    items = _items(audience.get("fields")) if isinstance(audience, Map) else ()
    names = [item.get("name") if isinstance(item, Map) else item for item in items]
    yield from _repeated([name for name in names if isinstance(name, Scalar)], "field", "fields")


def _step(workspace: Workspace, playbook: Map, step: Map, channels: dict[str, str]) -> Iterator[Finding]:
    yield from _unknown(step.get("channel"), _keys(playbook, "channels"), "channel", "under `channels:`", known=SIGNALS_OF)
    yield from _unknown(step.get("role"), workspace.team, "role", "under `team:` in the workspace")
    yield from _fitting(step)
    for key in ("when", "skip_if"):
        yield from _condition(step.get(key), channels)
    own = _text(step, "channel")
    signals = step.get("on")
    for name, item in _maps(signals):
        if isinstance(signals, Map) and own in SIGNALS_OF and name in SIGNALS and name not in SIGNALS_OF[own]:
            yield _no_signal(name, own, signals.keys[name])
        yield from _route(workspace, item, channels)
    yield from _replies(workspace, step.get("replies"), channels)


def _fitting(step: Map) -> Iterator[Finding]:
    """Keys that this step's channel cannot use, and texts that are given twice."""
    channel = _text(step, "channel")
    for key, users in KEYS_OF.items():
        if key in step and channel in SIGNALS_OF and channel not in users:
            hint = (
                "; what is said on the phone stands under `script`"
                if key == "subject"
                else f"; {CHANNEL_WORDS[channel]} has `message`"
                if key == "script"
                else ""
            )
            yield error(
                "Y003", f"{CHANNEL_WORDS[channel]} has no `{key}`: {listed(users)} has one", step.keys[key], f"remove it, or change the channel{hint}"
            )
    for action in _texts(step.get("action")):
        fitting = ACTIONS_OF.get(channel or "", ())
        known = any(action.text in names for names in ACTIONS_OF.values())
        if fitting and known and action.text not in fitting:
            yield error(
                "Y003",
                f"{CHANNEL_WORDS[channel or '']} cannot have the action `{action.text}`",
                action.span,
                f"its actions are {listed(fitting, 'and')}",
            )
    if "variants" in step and ("message" in step or "script" in step):
        key = "message" if "message" in step else "script"
        yield error(
            "Y003",
            f"a step has one text or variants of it: this one has `{key}` and `variants`",
            step.keys[key],
            "move the text into a variant of its own",
        )


def _condition(node: Node | None, channels: dict[str, str]) -> Iterator[Finding]:
    if not isinstance(node, Map):
        return
    for key, item in node.entries.items():
        if key == "not":
            yield from _condition(item, channels)
        elif key == "any":
            for inner in _items(item):
                yield from _condition(inner, channels)
        elif key in SIGNALS and isinstance(item, Scalar):
            yield from _unknown(item, channels, "step", "in the cadence")
            channel = channels.get(item.text)
            if channel in SIGNALS_OF and key not in SIGNALS_OF[channel]:
                yield _no_signal(key, channel, item.span, item.text)


def _no_signal(signal: str, channel: str, span: Span, step: str = "") -> Finding:
    who = f"`{step}` is {CHANNEL_WORDS[channel]}, which" if step else CHANNEL_WORDS[channel]
    return error("Y004", f"{who} is never {signal}", span, f"its signals are {listed(SIGNALS_OF[channel], 'and')}")


def _replies(workspace: Workspace, node: Node | None, channels: dict[str, str]) -> Iterator[Finding]:
    for _, item in _maps(node):
        yield from _route(workspace, item, channels)


def _route(workspace: Workspace, route: Map, channels: dict[str, str]) -> Iterator[Finding]:
    yield from _unknown(route.get("handoff"), workspace.team, "role", "under `team:` in the workspace")
    yield from _unknown(route.get("goto"), channels, "step", "in the cadence")
    yield from _unknown(route.get("resume"), channels, "step", "in the cadence")
    if "assume" in route and _text(route, "pause") not in (None, "until_return"):
        yield error(
            "Y003",
            "`assume` says how long an absence lasts, and this pause has its own length",
            route.keys["assume"],
            "remove it, or write `pause: until_return`",
        )


def _assumed(node: Map, steps: list[Map], channels: dict[str, str]) -> Iterator[Finding]:
    """Steps and variants that the playbook's own assumptions name; those of a table that ships are not its business."""
    own = node.get("assumptions")
    if not isinstance(own, Map):
        return
    variants = {name for step in steps for item in _items(step.get("variants")) if isinstance(item, Map) and (name := _text(item, "id"))}
    for key, known, what, where in (("steps", channels, "step", "in the cadence"), ("variants", variants, "variant", "in the cadence")):
        part = own.get(key)
        for name in part.entries if isinstance(part, Map) else ():
            if isinstance(part, Map) and not is_shipped(part.keys[name]):
                yield from _unknown(Scalar(part.keys[name], name, name), known, what, where)


# ---------------------------------------------------------------- simulation


def check_simulation(node: Map) -> list[Finding]:
    """Scenarios that change nothing but their name; a base that is none."""
    scenarios = node.get("scenarios")
    base = scenarios.get("base") if isinstance(scenarios, Map) else None
    if isinstance(scenarios, Map) and isinstance(base, Map) and base.entries:
        first = next(iter(base.keys.values()))
        return [error("Y003", "`base` is the playbooks as they are; it changes nothing", first, "give the changes a scenario of their own")]
    return []


# ---------------------------------------------------------------- the tools


def _unknown(node: Node | None, names: Iterable[str], what: str, where: str, known: Iterable[str] | None = None) -> Iterator[Finding]:
    """Y004 where a text is none of the names. `known`: where the text must be one of these to be judged at all."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or node.text in names or (known is not None and node.text not in known):
        return
    listing = list(names)
    found = near(node.text, listing)
    way_out = f"did you mean `{found}`?" if found else f"there is {listed(listing[:12], 'and')}" if listing else f"add one {where}"
    yield error("Y004", f"there is no {what} `{node.text[:60]}` {where}", node.span, way_out)


def _twice(node: Map, key: str) -> list[Finding]:
    """Y002 for ids that stand twice in a list."""
    ids = [item.get("id") for item in _items(node.get(key)) if isinstance(item, Map)]
    return list(_repeated([id for id in ids if isinstance(id, Scalar)], "id", key))


def _repeated(names: list[Scalar], what: str, key: str) -> Iterator[Finding]:
    first: dict[str, Scalar] = {}
    for name in names:
        seen = first.setdefault(name.text, name)
        if seen is not name:
            related = [Related(seen.span, "the first one")]
            yield error(
                "Y002",
                f"the {what} `{name.text}` stands twice in `{key}`; the first one is on line {seen.span.line}",
                name.span,
                "give one of them another name",
                related=related,
            )


def _text(node: Map, key: str) -> str | None:
    found = node.get(key)
    return found.value if isinstance(found, Scalar) and isinstance(found.value, str) else None


def _texts(node: Node | None) -> list[Scalar]:
    """The texts of a list, or the one text that stands there."""
    items = node.items if isinstance(node, Seq) else (node,)
    return [item for item in items if isinstance(item, Scalar) and isinstance(item.value, str)]


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Seq) else ()


def _maps(node: Node | None) -> list[tuple[str, Map]]:
    return [(name, item) for name, item in node.entries.items() if isinstance(item, Map)] if isinstance(node, Map) else []


def _keys(node: Map, key: str) -> list[str]:
    found = node.get(key)
    return list(found.entries) if isinstance(found, Map) else []
