"""Terms: what no engine counts and a leader asks for: what it costs, what it brings in, and who asked to be contacted.

Prices stand in the workspace (`team.<role>.cost`, `tools`) and in the playbook (`audience.source.cost`). What has no price is absent from a
forecast, not free: with no price at all there is no cost. Everything here is arithmetic over the counts of one replication, so all engines have it,
and a scenario may change a price as it changes anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ..language.findings import Finding, Refused
from ..language.nodes import Map, Node, Scalar, at
from ..language.report import error
from ..language.values import Price

if TYPE_CHECKING:
    from ..language.model import Playbook, Workspace

CONSENT = ("express", "implied", "existing_customer", "inbound_request")
"""The grounds on which people asked for it, or agreed. A legitimate interest is the sender's, not theirs."""


@dataclass(frozen=True, slots=True)
class Pay:
    """What the people of one role cost over the horizon, in cents. `used`: only the share of their selling time that the work takes is charged."""

    role: str
    cents: float
    used: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """`tools`: cents over the horizon, or None. By playbook: what a contact costs in cents, the chance that an opportunity is won, and whether its
    people asked to be contacted. `alone`: the playbook has no other beside it, so its counts carry no name."""

    pay: tuple[Pay, ...]
    tools: float | None
    contact: tuple[tuple[str, float], ...]
    won: tuple[tuple[str, float], ...]
    asked: tuple[tuple[str, bool], ...]
    alone: bool

    def counted(self, counts: Mapping[str, float]) -> dict[str, float]:
        """The counts of one replication with what the terms add to them."""
        return {**counts, **dict(self._intrusion(counts)), **dict(self._money(counts))}

    @property
    def priced(self) -> bool:
        """Whether anything has a price."""
        return bool(self.pay or self.contact) or self.tools is not None

    def own(self, playbook: str, key: str) -> str:
        """A count of one playbook."""
        return key if self.alone else f"{playbook}:{key}"

    def _intrusion(self, counts: Mapping[str, float]) -> Iterator[tuple[str, float]]:
        total = 0.0
        for playbook, asked in self.asked:
            made = 0.0 if asked else counts.get(self.own(playbook, "touches"), 0.0)
            total += made
            if not self.alone:
                yield f"{playbook}:touches.without_consent", made
        yield "touches.without_consent", total

    def _money(self, counts: Mapping[str, float]) -> Iterator[tuple[str, float]]:
        parts: dict[str, float] = {}
        for pay in self.pay:
            spent = pay.cents * (counts.get(f"load.{pay.role}", 0.0) if pay.used else 1.0)
            yield f"cost.people.{pay.role}", spent
            parts["cost.people"] = parts.get("cost.people", 0.0) + spent
        if self.tools is not None:
            parts["cost.tools"] = self.tools
        for playbook, cents in self.contact:
            spent = cents * counts.get(self.own(playbook, "enrolled"), 0.0)
            parts["cost.lists"] = parts.get("cost.lists", 0.0) + spent
        if parts:
            yield from parts.items()
            yield "cost", sum(parts.values())
            yield "pipeline.expected", sum(share * counts.get(self.own(playbook, "pipeline"), 0.0) for playbook, share in self.won)


def terms_of(playbooks: Sequence[Playbook], start: str, days: float) -> Terms:
    """The terms of these playbooks (of one workspace) over so many days from the ISO date `start`. Refused where prices are in several currencies."""
    workspace = playbooks[0].workspace
    prices = list(_prices(workspace, playbooks))
    _one_currency(prices, playbooks)
    tools = [price.a_day * _tool_days(workspace, item, start, days) for item, price in _tools(workspace)]
    contact = [(playbook.name, price) for playbook in playbooks if (price := price_at(playbook.node, "audience", "source", "cost"))]
    return Terms(
        pay=tuple(_pay(workspace, start, days)),
        tools=sum(tools) if tools else None,
        contact=tuple((name, float(price.money.cents)) for name, price in contact),
        won=tuple((playbook.name, figure_at(playbook, "won", 1.0)) for playbook in playbooks),
        asked=tuple((playbook.name, playbook.audience.consent in CONSENT) for playbook in playbooks),
        alone=len(playbooks) == 1,
    )


def price_at(node: Node, *route: str) -> Price | None:
    """The price at a route; None where none is written."""
    found = at(node, route)
    if not isinstance(found, Scalar) or found.value is None:
        return None
    return found.value if isinstance(found.value, Price) else Price.parse(found.text)


def _pay(workspace: Workspace, start: str, days: float) -> Iterator[Pay]:
    for role in workspace.team:
        price = price_at(workspace.node, "team", role, "cost")
        if price is not None:
            charge = at(workspace.node, ("team", role, "charge"))
            yield Pay(role, price.a_day * _person_days(workspace, role, start, days), isinstance(charge, Scalar) and charge.value == "used")


def _person_days(workspace: Workspace, role: str, start: str, days: float) -> float:
    """Days for which somebody is paid: who is there for all of them, who is hired from the first day on."""
    who = workspace.team[role]
    total = who.people * days
    for hire in who.hires:
        late = (date.fromisoformat(hire.starts) - date.fromisoformat(start)) / timedelta(days=1)
        total += hire.people * min(days, max(0.0, days - late))
    return total


def _tools(workspace: Workspace) -> Iterator[tuple[Map, Price]]:
    tools = workspace.node.get("tools")
    for item in tools.entries.values() if isinstance(tools, Map) else ():
        price = price_at(item, "cost")
        if isinstance(item, Map) and price is not None:
            yield item, price


def _tool_days(workspace: Workspace, item: Map, start: str, days: float) -> float:
    """Days for which a tool is paid: one, a seat for every person from their first day on, or one for each mailbox."""
    each = item.get("each")
    if not isinstance(each, Scalar) or each.value is None:
        return days
    if each.text in workspace.team:
        return _person_days(workspace, each.text, start, days)
    return workspace.senders[each.text].mailboxes * days


def figure_at(playbook: Playbook, name: str, absent: float) -> float:
    """A share under `opportunity`, in the middle of what is believed of it: the chance to win (`won`), what is left of a deal (`margin`)."""
    from ..language.values import Factor
    from ..world import resolve

    figures = resolve(playbook).figure("opportunity", name)
    share = 1.0 if figures else absent
    for figure in figures:
        value = figure.value
        believed = value.high is not None and (isinstance(value, Factor) or value.kind == "believed")
        middle = (value.low + value.high) / 2 if believed and value.high is not None else value.low
        share *= middle * (1.0 if isinstance(value, Factor) else value.scale)
    return min(1.0, share)


def _prices(workspace: Workspace, playbooks: Sequence[Playbook]) -> Iterator[tuple[Price, Node]]:
    routes: list[tuple[Node, tuple[str, ...]]] = [(workspace.node, ("team", role, "cost")) for role in workspace.team]
    routes += [(item, ("cost",)) for item, _ in _tools(workspace)]
    routes += [(playbook.node, ("audience", "source", "cost")) for playbook in playbooks]
    for node, route in routes:
        price, place = price_at(node, *route), at(node, route)
        if price is not None and place is not None:
            yield price, place


def _one_currency(prices: Sequence[tuple[Price, Node]], playbooks: Sequence[Playbook]) -> None:
    """Refused where what is added up, or set against the pipeline, is in different currencies."""
    from ..world import resolve
    from ..world.build import currency_of

    if not prices:
        return
    wanted = currency_of(resolve(playbooks[0])) or prices[0][0].money.currency
    findings: list[Finding] = [
        error(
            "Y005",
            f"this price is in {price.money.currency}, and the opportunities are in {wanted}: a forecast adds up one currency",
            node.span,
            f"write it in {wanted}",
        )
        for price, node in prices
        if price.money.currency != wanted
    ]
    if findings:
        raise Refused(findings)
