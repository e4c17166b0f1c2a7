"""Fuzz messages: any text as a message or a script is read, and filled in for a person with everything and a person with nothing."""

from __future__ import annotations

from collections.abc import Iterable

from harness import ROOT, refused, run

FULL = {
    "first_name": "Ann",
    "company": "One Ltd",
    "title": "{{ first_name }}{% for a in b %}",
    "email": "ann@one.example\r\nBcc: all@two.example",
    "country": "GB",
    "sender": {"name": "Bo", "first_name": "Bo"},
    "organization": {"name": "Acme", "postal_address": "1 Way"},
    "link": {"peer_story": "https://one.example/x"},
    "unsubscribe_link": "https://one.example/u",
}


def one(data: bytes) -> None:
    from cadenza.language.messages import parse_message, render_message
    from cadenza.language.model import Message

    message = refused(lambda: parse_message(data.decode("utf-8", "replace"), "messages/x.md"))
    if isinstance(message, Message):
        for person in (FULL, {}):
            refused(lambda person=person: render_message(message, person))


def seeds() -> Iterable[bytes]:
    for path in sorted((ROOT / "playbooks/messages").glob("*.md")):
        yield path.read_bytes()
    yield b"{% if company %}{{ company | upcase | truncate: 12 }}{% else %}{{ first_name | default: 'you' }}{% endif %}"
    yield b"{% for i in (1..3) %}{{ i }}{% if i == 2 %}{% break %}{% endif %}{% endfor %}"
    yield b"{% assign a = company | split: ' ' %}{{ a[0] | append: a.last }}"
    yield b"---\nsubject: '{{ first_name }}, a word'\n---\n{% case country %}{% when 'GB' %}Hi{% else %}Ho{% endcase %}"
    yield b"{% capture x %}y{% endcapture %}{{ x }}"
    yield b"{% raw %}{{ x }}{% endraw %}{% comment %}{{ y }}{% endcomment %}{%- unless title contains 'VP' -%}a{%- endunless -%}"


if __name__ == "__main__":
    run("messages", one, seeds)
