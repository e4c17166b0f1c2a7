"""Text rules are quick, also over texts that were written to be slow."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest
from rules_text.conftest import AFTER, JUDGED, MAILS

from cadenza.language import load_playbook
from cadenza.language.messages import parse_message
from cadenza.rules.context import Context, Subject
from cadenza.rules.registry import named

ROOT = MAILS.parent.parent.parent
SIZE = 255_000
HOSTILE: dict[str, Callable[[], str]] = {
    "one letter": lambda: "a" * SIZE,
    "words": lambda: "a " * (SIZE // 2),
    "dashes": lambda: "a-" * (SIZE // 2),
    "apostrophes": lambda: "a" + "'" * SIZE,
    "quotes": lambda: '"' * SIZE,
    "open quotes": lambda: "“a" * (SIZE // 2),
    "question marks": lambda: "a? " * (SIZE // 3),
    "dots": lambda: "." * SIZE,
    "dots and words": lambda: "a. " * (SIZE // 3),
    "new lines": lambda: "\n" * SIZE,
    "blank lines": lambda: " \n" * (SIZE // 2),
    "blanks": lambda: " " * SIZE + "x",
    "almost a nag": lambda: "just just checking have you did you get my last " * (SIZE // 49),
    "nags": lambda: "just bumping this up " * (SIZE // 21),
    "we": lambda: "we our us " * (SIZE // 10),
    "links": lambda: "https://a " * (SIZE // 10),
    "copied mails": lambda: "on a wrote\n" * (SIZE // 11),
    "dashes of a copied mail": lambda: "-" * SIZE,
    "fields": lambda: "{{ company }} " * (SIZE // 14),
    "ways out": lambda: "{{ unsubscribe_link }}\n" * (SIZE // 23),
    "greetings": lambda: "Hi, " * (SIZE // 4),
    "numbers": lambda: "1a" * (SIZE // 2),
    "another language": lambda: "der die das " * (SIZE // 12),
}


def judged(subject: Subject) -> float:
    start = time.process_time()  # others may be busy on the same machine
    for code in JUDGED:
        rule = named(code)
        assert rule is not None and rule.check is not None
        list(rule.check(Context(rule, subject)))
    return time.process_time() - start


def fresh(body: str | None = None) -> Subject:
    """The example playbook as a subject that nobody has read; with `body` in place of every message."""
    from dataclasses import replace

    playbook = load_playbook(ROOT / "playbooks" / "platform-cold.yaml")
    if body is not None:
        text = (
            f'---\nsubject: "{body[:2000].replace(chr(34), "").replace(chr(10), " ").replace("{", "").replace("}", "").strip() or "x"}"\n---\n{body}'
        )
        files = [name for name in playbook.messages if name.endswith("intro.md")]
        messages = {name: parse_message(text if name in files else AFTER, name) for name in playbook.messages}
        playbook = replace(playbook, messages=messages)
    subject = Subject(playbook.node, date(2027, 1, 4), playbook)
    _ = subject.graph  # the proof of P010 reads it; it is not what is measured here
    return subject


def test_the_example_is_read_and_judged_at_once() -> None:
    judged(fresh())
    assert min(judged(fresh()) for _ in range(5)) < 0.1


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_judged_in_seconds(name: str) -> None:
    text = HOSTILE[name]()
    assert min(judged(fresh(text)) for _ in range(2)) < 5.0
