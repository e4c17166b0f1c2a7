"""Playbooks for tests: from YAML text in a folder of their own, and generated ones.

`make_playbook(folder, text)` puts a small workspace around a playbook and loads it; `playbooks()` is a Hypothesis strategy over documents
(plain data, as YAML would give them) that use branches, loops, pauses, scopes, re-enrolment and per-step routes; `load_document` loads one.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from cadenza.language import Playbook, load_playbook
from cadenza.language.model import SIGNALS_OF

WORKSPACE = """\
cadenza: 1
organization: {name: Acme, postal_address: "1 Example Way, Dublin D02 X576, Ireland", holidays: [IE]}
team:
  sdr: {people: 2, hours: mon-fri 09:00-17:00, timezone: Europe/Dublin, selling_time: 60%}
  ae: {people: 1, hours: mon-fri 09:00-17:00, timezone: Europe/Dublin, selling_time: 40%}
work:
  email.templated: {role: sdr, takes: 0 minutes}
  phone.attempt: {role: sdr, takes: 2 minutes}
  linkedin.action: {role: sdr, takes: 3 minutes}
  reply.positive: {role: sdr, takes: 15 minutes}
  reply.other: {role: sdr, takes: 2 minutes}
  meeting: {role: ae, takes: 45 minutes}
senders:
  pool: {mailboxes: 2, domain: mail.acme.example, daily_cap: 50}
"""

MESSAGE = """\
---
subject: Hello
---
Hello {{ first_name | default: "there" }}.

{{ organization.postal_address }}
Unsubscribe: {{ unsubscribe_link }}
"""

HEAD = """\
cadenza: 1
name: tried
audience:
  size: 100
  enroll: 10 per business day
  fields: [email, phone, first_name]
channels:
  email: {senders: pool, window: mon-fri 09:00-17:00}
  phone: {window: mon-fri 09:00-12:00}
  linkedin: {window: mon-fri 09:00-18:00}
"""
"""What a playbook in a test need not say again: a text without the key `cadenza` is put below this."""
_WHOLE = re.compile(r'^ *"?cadenza"?:', re.MULTILINE)


def make_playbook(folder: Path, text: str, *, workspace: str = WORKSPACE, name: str = "tried", **files: str) -> Playbook:
    """Load `text` as `playbooks/<name>.yaml` of a small workspace in `folder`. `files` are further files: `peer="..."` is messages/peer.md;
    messages/hello.md is always there, for steps that need one."""
    return load_playbook(write_playbook(folder, text, workspace=workspace, name=name, **files))


def write_playbook(folder: Path, text: str, *, workspace: str = WORKSPACE, name: str = "tried", **files: str) -> Path:
    """As `make_playbook`, without loading it: the path of the playbook."""
    (folder / "playbooks" / "messages").mkdir(parents=True, exist_ok=True)
    (folder / "cadenza.yaml").write_text(workspace, "utf-8")
    for stem, content in {"hello": MESSAGE, **files}.items():
        (folder / "playbooks" / "messages" / f"{stem}.md").write_text(content, "utf-8")
    path = folder / "playbooks" / f"{name}.yaml"
    path.write_text(text if _WHOLE.search(text) else HEAD + text, "utf-8")
    return path


def load_document(folder: Path, document: dict[str, Any]) -> Playbook:
    """Load a generated document (JSON is YAML)."""
    return make_playbook(folder, json.dumps(document, indent=1))


# ---------------------------------------------------------------- generated documents

IDS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")
DELAYS = ("0 minutes", "30 minutes", "4 hours", "2 business hours", "1 business day", "3 days", "2 weeks")
COOLDOWNS = ("forever", "30 days", "365 days", "10 business days")
CLASSES = ("positive", "negative", "not_now", "out_of_office", "wrong_person")
ACCOUNT = ("account.meeting_booked", "account.became_customer", "account.replied_negative", "account.opted_out")


@st.composite
def playbooks(draw: st.DrawFn, most: int = 5) -> dict[str, Any]:
    """A document that loads: up to `most` steps with conditions and branches, routes, stop rules and an opt-out, each of them optional."""
    ids = IDS[: draw(st.integers(1, most))]
    channels = {id: draw(st.sampled_from(("email", "email", "phone", "linkedin"))) for id in ids}
    document: dict[str, Any] = {
        "cadenza": 1,
        "name": "generated",
        "audience": {"size": 50, "enroll": "5 per business day", "fields": ["email", "phone", "first_name"]},
        "channels": {"email": {"senders": "pool", "window": "mon-fri 09:00-17:00"}, "phone": {"window": "mon-fri 09:00-12:00"}, "linkedin": {}},
        "cadence": [draw(_steps(id, ids, channels)) for id in ids],
        "replies": draw(_replies(ids)),
        "stop_rules": draw(_stop_rules()),
    }
    if draw(st.booleans()):
        document["audience"]["reenroll"] = draw(_some({"after": st.sampled_from(("30 days", "180 days"))}, {"at_most": st.integers(1, 2)}))
    if draw(st.booleans()):
        document["opt_out"] = draw(_opt_outs(sorted(set(channels.values()))))
    return document


def _some(always: dict[str, st.SearchStrategy[Any]], sometimes: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(always, optional=sometimes)


def _signals(ids: tuple[str, ...], channels: dict[str, str]) -> list[tuple[str, str]]:
    return [(signal, id) for id in ids for signal in SIGNALS_OF[channels[id]]]


@st.composite
def _steps(draw: st.DrawFn, id: str, ids: tuple[str, ...], channels: dict[str, str]) -> dict[str, Any]:
    step: dict[str, Any] = {"id": id, "channel": channels[id], "message" if channels[id] != "phone" else "script": "messages/hello.md"}
    before = _signals(ids[: ids.index(id)], channels)
    if draw(st.booleans()):
        step["after"] = draw(st.sampled_from(DELAYS))
    if before and draw(st.integers(0, 2)) == 0:
        step[draw(st.sampled_from(("when", "skip_if")))] = draw(_conditions(before))
    if draw(st.integers(0, 2)) == 0:
        step["on"] = {draw(st.sampled_from(SIGNALS_OF[channels[id]])): draw(_routes(ids))}
    if draw(st.integers(0, 3)) == 0:
        step["replies"] = draw(_replies(ids))
    return step


def _conditions(pairs: list[tuple[str, str]]) -> st.SearchStrategy[dict[str, Any]]:
    one = st.sampled_from(pairs).map(lambda pair: {pair[0]: pair[1]})
    some = st.lists(st.sampled_from(pairs), min_size=1, max_size=2).map(lambda chosen: dict(chosen))
    nested = st.lists(one, min_size=1, max_size=3).map(lambda items: {"any": items})
    return st.one_of(one, some, nested, one.map(lambda item: {"not": item}), nested.map(lambda item: {"not": item}))


def _routes(ids: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    step = st.sampled_from(ids)
    outcome = st.sampled_from(("later", "said_no", "wrong_person", "bye"))
    return st.one_of(
        _some({"stop": outcome}, {"cooldown": st.sampled_from(COOLDOWNS)}),
        _some({"pause": st.sampled_from(("3 days", "90 days"))}, {"resume": step, "at_most": st.integers(1, 2)}),
        _some({"handoff": st.sampled_from(("ae", "sdr"))}, {"within": st.just("1 business hour"), "then": st.just("meeting")}),
        step.map(lambda target: {"goto": target}),
        st.just({"go_on": True}),
    )


@st.composite
def _replies(draw: st.DrawFn, ids: tuple[str, ...]) -> dict[str, Any]:
    replies = {}
    for name in CLASSES:
        if draw(st.integers(0, 3)):
            away = name == "out_of_office" and draw(st.booleans())
            replies[name] = {"pause": "until_return", "assume": "7 days"} if away else draw(_routes(ids))
    return replies or {"positive": {"handoff": "ae"}}


@st.composite
def _stop_rules(draw: st.DrawFn) -> list[dict[str, Any]]:
    when = st.one_of(
        st.sampled_from(("bounced", "clicked", *ACCOUNT)).map(lambda event: {"event": event}),
        st.integers(1, 7).map(lambda touches: {"touches": touches}),
        st.sampled_from(("10 days", "45 days")).map(lambda elapsed: {"elapsed": elapsed}),
    )
    chosen = draw(st.lists(st.tuples(when, st.sampled_from(("exhausted", "engaged", "gone")), st.sampled_from((None, *COOLDOWNS))), max_size=3))
    return [
        {"id": f"rule-{at}", "when": condition, "stop": outcome, **({"cooldown": cooldown} if cooldown else {})}
        for at, (condition, outcome, cooldown) in enumerate(chosen)
    ]


@st.composite
def _opt_outs(draw: st.DrawFn, channels: list[str]) -> dict[str, Any]:
    some = st.lists(st.sampled_from(channels), min_size=1, unique=True)
    return {
        "ways": ["body_link", "reply"],
        "scope": draw(st.sampled_from(("person", "account", "domain"))),
        "channels": draw(st.one_of(st.just("all"), some)),
        "undo": draw(st.sampled_from(("by_request", "never"))),
    }
