"""What every e-mail says: by field, by words, in every branch."""

from __future__ import annotations

from pathlib import Path

import pytest
from rules_text.conftest import MAILS, Mail, build

from cadenza.language import load_playbook
from cadenza.rules.text.facts import opt_out_in_every_email, postal_address_in_every_email

ADDRESS = "1 Example Way, Dublin"


def facts(body: str, folder: Path) -> tuple[bool, bool]:
    """Whether the first of three mails has them; the others do not count here."""
    mail = Mail("x", f'---\nsubject: "x"\n---\n{body}\n', frozenset(), "first", "", "email")
    playbook = load_playbook(build(mail, folder))
    both = opt_out_in_every_email(playbook), postal_address_in_every_email(playbook)
    first, second = ([span for span in one.lacking if span.file == "messages/mail.md"] for one in both)
    assert all(span.line == 4 for span in (*first, *second))
    return not first, not second


@pytest.mark.parametrize(
    ("body", "out", "address"),
    [
        ("Hello.", False, False),
        ("Hello. {{ unsubscribe_link }}", True, False),
        ("{{ unsubscribe_link }}\n{{ organization.postal_address }}", True, True),
        ("Hello from 1 Example Way,\nDublin. Reply with stop.", True, True),
        ("Hello. https://example.com/unsubscribe?me", True, False),
        ("Guten Tag. Hier können Sie sich abmelden.", True, False),
        ("{% if company %}{{ unsubscribe_link }}{% endif %}", False, False),
        ("{% if company %}{{ unsubscribe_link }}{% else %}Reply with stop.{% endif %}", True, False),
        ("{% comment %}{{ unsubscribe_link }}{% endcomment %}Hello.", False, False),
        ("{% for n in (1..2) %}{{ organization.postal_address }}{% endfor %}", False, True),
    ],
)
def test_a_mail_says_it_only_where_everybody_gets_it(body: str, out: bool, address: bool, tmp_path: Path) -> None:
    assert facts(body, tmp_path) == (out, address)


def test_all_mails_of_the_example_say_both() -> None:
    playbook = load_playbook(MAILS.parent.parent.parent / "playbooks" / "platform-cold.yaml")
    for one in (opt_out_in_every_email(playbook), postal_address_in_every_email(playbook)):
        assert (one.holds, one.lacking) == (True, ())
        assert len({span.file for span in one.giving}) == 5


def test_one_mail_without_it_is_enough(tmp_path: Path) -> None:
    mail = Mail("x", '---\nsubject: "x"\n---\n{{ unsubscribe_link }}\n', frozenset(), "first", "", "email")
    found = opt_out_in_every_email(load_playbook(build(mail, tmp_path)))
    assert not found.holds
    assert [str(span) for span in found.lacking] == ["messages/ending.md:4:1"]
    assert [str(span) for span in found.giving] == ["messages/mail.md:4:1"]
