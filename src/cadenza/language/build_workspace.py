"""The workspace's tree as a value, with every default applied."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from .build_team import build_team
from .model import HouseRule, LintConfig, Organization, PathWaiver, Role, Sender, Suppression, WarmUp, Work, Workspace
from .nodes import Map, Node, Scalar, Seq
from .places import locate
from .take import is_yes, maps, need, number, section, sections, text, value, wanted, words
from .values import Duration, Flow


def build_workspace(root: Path, node: Map) -> Workspace:
    """A validated tree as a Workspace. Paths in it are relative to `root` already checked."""
    team = build_team(node)
    return Workspace(
        root=root,
        organization=_organization(node, team),
        team=team,
        work={name: Work(name, wanted(item, "role"), need(Duration, item, "takes"), item) for name, item in sections(node, "work")},
        senders={name: _sender(name, item) for name, item in sections(node, "senders")},
        links=dict(value(node, "links", {})),
        suppression=_suppression(root, node),
        policies=words(node, "policies"),
        house=tuple(HouseRule(wanted(item, "id"), wanted(item, "require"), text(item, "because") or "", item) for item in maps(node, "house")),
        lint=_lint(node),
        node=node,
    )


def _organization(node: Map, team: dict[str, Role]) -> Organization:
    own = section(node, "organization")
    first = next(iter(team.values()), None)
    zone = text(own, "timezone") or (first.timezone if first else "UTC")
    return Organization(wanted(own, "name"), text(own, "postal_address") or "", words(own, "holidays"), zone, own)


def _sender(name: str, node: Map) -> Sender:
    warm_up = node.entries.get("warm_up")
    return Sender(
        id=name,
        mailboxes=number(node, "mailboxes", 1),
        domain=wanted(node, "domain"),
        daily_cap=number(node, "daily_cap", 50),
        warm_up=WarmUp(number(warm_up, "start", 1), need(Flow, warm_up, "add"), warm_up) if isinstance(warm_up, Map) else None,
        authentication=words(node, "authentication"),
        one_click_unsubscribe=is_yes(node, "one_click_unsubscribe"),
        node=node,
    )


def _suppression(root: Path, node: Map) -> Suppression:
    own = section(node, "suppression")
    lists = own.entries.get("lists")
    files = tuple(found for item in (lists.items if isinstance(lists, Seq) else ()) if (found := _file(root, item)))
    return Suppression(files, _file(root, own.entries.get("customers")), own)


def _file(root: Path, node: Node | None) -> str | None:
    if not isinstance(node, Scalar) or node.value is None:
        return None
    found = locate(root, node.text, node.span)
    return found if isinstance(found, str) else None


def _lint(node: Map) -> LintConfig:
    own = section(node, "lint")
    profile = cast("Any", text(own, "profile") or "standard")
    waivers = tuple(
        PathWaiver(wanted(item, "path"), words(item, "rules"), text(item, "until"), wanted(item, "because"), item) for item in maps(own, "waivers")
    )
    return LintConfig(profile, words(own, "ignore"), dict(value(own, "overrides", {})), waivers, own)
