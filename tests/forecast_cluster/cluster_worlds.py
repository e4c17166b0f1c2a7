"""Workspaces whose people share little: mail that machines send, territories with teams of their own. Small, and a lot happens in them."""

from __future__ import annotations

from pathlib import Path

from cadenza.language import load_playbook
from cadenza.language.values import Duration
from cadenza.world import Program, build

WORKSPACE = """\
cadenza: 1
organization: {{name: Acme, postal_address: "1 Example Way, Dublin", timezone: Europe/Dublin, holidays: []}}
team:
{team}
work:
{work}
senders:
{senders}
"""
PLAYBOOK = """\
cadenza: 1
name: {name}
audience: {{{market}size: {size}, enroll: {enroll} per business day, fields: [email, phone]}}
channels:
  email: {{{channel}window: mon-fri 09:00-17:00}}
cadence:
  - {{id: one, channel: email, message: messages/m.md}}
  - {{id: two, channel: email, after: 2 business days, message: messages/m.md}}
  - {{id: three, channel: email, after: 3 business days, message: messages/m.md}}
replies:
  positive: {{handoff: {role}, then: meeting}}
  negative: {{stop: said_no{cooldown}}}
stop_rules:
  - {{id: bad-address, when: {{event: bounced}}, stop: invalid_address}}
  - {{id: colleague, when: {{event: account.replied_negative}}, stop: account_engaged}}
opt_out: {{ways: [reply], channels: all, scope: account}}
assumptions:
  email:
    bounced: 3%
    unsubscribed: 4%..6%
    complained: 1%
    reply: {{positive: 6%, negative: 5%..9%, not_now: 3%, out_of_office: 2%, wrong_person: 1%}}
    reply_delay: {{median: 540 minutes, p90: 1945 minutes}}
  phone: {{connected: 20%, reply: {{positive: 9%, negative: 10%}}}}
  meeting: {{booked: 60%, held: 80%, opportunity: 50%, lead_time: {{median: 4 days, p90: 9 days}}}}
  opportunity: {{won: 40%, value: {{median: 20000 EUR, p90: 60000 EUR}}, cycle: {{median: 10 days, p90: 30 days}}}}
  accounts: {{people: {people}}}
  reputation: {{complaints: {complaints}, bounces: 1x}}
"""


GIVEN = {
    "size": "240",
    "enroll": "24",
    "people": "2.5",
    "complaints": "1x",
    "cooldown": "",
    "takes": "0 minutes",
    "boxes": "3",
    "cap": "6",
    "sends": "mailboxes",
    "market": "",
}
MESSAGE = "---\nsubject: W\n---\nW {{ unsubscribe_link }}\n{{ organization.postal_address }}\n"


def write(folder: Path, *, territories: int = 1, **changes: str) -> list[Path]:
    """A workspace with so many territories, each a playbook with a role and a sender of its own; the playbooks' paths."""
    given = GIVEN | changes
    names = [f"t{number}" for number in range(territories)]
    team = "\n".join(f"  {name}: {{people: 2, hours: mon-fri 09:00-17:00, timezone: Europe/Dublin, selling_time: 60%}}" for name in names)
    senders = "\n".join(f"  {name}: {{mailboxes: {given['boxes']}, domain: {name}.acme.example, daily_cap: {given['cap']}}}" for name in names)
    work = "\n".join(f"  {kind}: {{role: t0, takes: {given['takes']}}}" for kind in ("reply.positive", "meeting")) if territories == 1 else "  {}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cadenza.yaml").write_text(WORKSPACE.format(team=team, work=work, senders=senders), "utf-8")
    (folder / "playbooks" / "messages").mkdir(parents=True)
    (folder / "playbooks" / "messages" / "m.md").write_text(MESSAGE, "utf-8")
    paths = []
    for name in names:
        channel = f"senders: {name}, " if given["sends"] == "mailboxes" else ""
        text = PLAYBOOK.format(name=name, role=name, channel=channel, **given)
        paths.append(folder / "playbooks" / f"{name}.yaml")
        paths[-1].write_text(text, "utf-8")
    return paths


def world(folder: Path, weeks: int = 4, **changes: object) -> Program:
    """The program of such a workspace."""
    return build(tuple(load_playbook(path) for path in write(folder, **changes)), "2027-01-04", Duration(weeks, "week"), 7)  # type: ignore[arg-type]
