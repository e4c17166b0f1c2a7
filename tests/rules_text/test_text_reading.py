"""What a reading knows of a message: words, sentences, asks, phrases, branches, and the place of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadenza.language.findings import Finding
from cadenza.rules.text import languages
from cadenza.rules.text.branches import least, most, parts
from cadenza.rules.text.languages import small_words, spoken
from cadenza.rules.text.phrases import BadPhrase, Net, english, find, own
from cadenza.rules.text.reading import Prose

Judge = Callable[..., list[Finding]]


def said(text: str, family: str) -> list[str]:
    prose = Prose(text)
    return [text[one.start : one.end] for one in prose.phrases.get(family, ())]


def test_words_fields_and_links_have_their_places() -> None:
    text = 'Hi {{ first_name | default: "there" }}, see https://example.com/a-b?c=d. We’re 15-minute people.'
    prose = Prose(text)
    assert [(word.key, text[word.start : word.end], word.path) for word in prose.words] == [
        ("hi", "Hi", ""),
        ("{}", '{{ first_name | default: "there" }}', "first_name"),
        ("see", "see", ""),
        ("we're", "We’re", ""),
        ("<n>-minute", "15-minute", ""),
        ("people", "people", ""),
    ]
    assert [text[start:end] for start, end in prose.links] == ["https://example.com/a-b?c=d."]


def test_sentences_end_at_marks_blank_lines_and_list_items_but_not_at_line_breaks() -> None:
    text = "Is this\nyours? We grew 3.5 times.\n\nKind regards\n\n- one\n- two"
    assert [(text[one.start : one.end], one.question) for one in Prose(text).sentences] == [
        ("Is this\nyours?", True),
        ("We grew 3.5 times.", False),
        ("Kind regards", False),
        ("one", False),
        ("two", False),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Just bumping this up.", ["Just bumping this up"]),
        ("I'm JUST\n  checking in.", ["JUST\n  checking in"]),
        ("Guests checking in late.", []),
        ('No "just checking in" from us.', []),
        ("Checking in.", ["Checking in"]),
        ("Hi Ann, checking in.", ["checking in"]),
        ("It’s the third time I’ve written.", ["third time I’ve written"]),
        ("The speed bump on this road.", []),
    ],
)
def test_nags_are_found_as_words_not_as_letters(text: str, expected: list[str]) -> None:
    found = said(text, "nags")
    assert [one for one in found if one in expected] == expected
    assert bool(found) == bool(expected)


def asks(judge: Judge, body: str) -> list[str]:
    return [finding.message for finding in judge(f'---\nsubject: "{{{{ company }}}}"\ngives: table\n---\n{body}\n') if finding.code == "E006"]


@pytest.mark.parametrize(
    "body",
    [
        "Which row is yours?",
        "Would Tuesday suit you? Or is Friday better?",
        "Which row is yours? Just reply with a number.",
        "Which row is yours?\n\nNot for you? Say so, and I stop.",
        "Reply with a number.",
        "Which row is yours? {{ unsubscribe_link }} Not yours?",
        "{% if industry == 'bakery' %}Do you bake?{% else %}Do you fry?{% endif %}",
        "See https://example.com/?a=1&b=2. Which row is yours?",
    ],
)
def test_one_ask_is_one(judge: Judge, body: str) -> None:
    assert asks(judge, body) == []


def test_none_and_two_are_told(judge: Judge) -> None:
    assert asks(judge, "The table is attached.") == ["messages/mail.md asks nothing: whoever likes it has nothing to do"]
    assert asks(judge, "Is it yours? It has nine rows. Who reads it?") == ["messages/mail.md asks 2 things; the limit is 1"]
    assert asks(judge, "{% if industry %}Is it yours?{% endif %}") == [
        "messages/mail.md asks nothing in one of its branches: whoever likes it has nothing to do"
    ]


def test_a_finding_has_the_place_of_the_phrase_and_the_steps_that_send_it(judge: Judge) -> None:
    text = '---\nsubject: "Checking in, {{ company }}"\n---\n{{ first_name }}, is it\nyours? Just bumping\nthis up.\n'
    found = [finding for finding in judge(text, place="later") if finding.code == "P012"]
    assert [(str(finding.span), finding.span.end_line, finding.span.end_column, finding.message) for finding in found] == [
        ("messages/mail.md:2:11", 2, 22, '"Checking in" says nothing new'),
        ("messages/mail.md:5:8", 6, 8, '"Just bumping this up" says nothing new'),
    ]
    assert [[str(related.span).partition(":")[0] + " " + related.note for related in finding.related] for finding in found] == [
        ["playbook.yaml sent by `mail`"],
        ["playbook.yaml sent by `mail`"],
    ]


def test_settings_allow_and_add_phrases(judge: Judge) -> None:
    text = '---\nsubject: "{{ company }}"\n---\nLast chance to see the barn owls. Per my last mail, is it yours?\n'
    settings = 'lint: {overrides: {nag: {allow: ["last chance to see", "per my last mail"], also: ["barn (owl|owls)"]}}}\n'
    assert [finding.message for finding in judge(text, place="later") if finding.code == "P012"] == [
        '"Last chance to see" makes a false hurry',
        '"Per my last mail" says nothing new',
    ]
    assert [finding.message for finding in judge(text, place="later", settings=settings) if finding.code == "P012"] == [
        '"barn owls" is not what we say'
    ]


@pytest.mark.parametrize("phrase", ["(a", "a)", "[a", "a]", "", "[a]", "(a|)", "((a)"])
def test_a_phrase_that_cannot_be_read_says_so(phrase: str) -> None:
    with pytest.raises(BadPhrase):
        own((phrase,), "x")


@given(st.lists(st.sampled_from(["a", "b", "c", "_"]), min_size=1, max_size=4), st.lists(st.sampled_from("abc"), max_size=12))
def test_a_plain_phrase_is_found_exactly_where_its_words_stand(phrase: list[str], keys: list[str]) -> None:
    net = Net()
    net.add(" ".join(phrase), "own", "why")
    fits = [
        at
        for at in range(len(keys) - len(phrase) + 1)
        if all(word in ("_", key) for word, key in zip(phrase, keys[at : at + len(phrase)], strict=True))
    ]
    assert [hit.first for hit in find(net, keys, frozenset()).get("own", [])] == fits


def test_every_phrase_of_the_files_can_be_read() -> None:
    assert english().next


BRANCHED = (
    "a {% if x %}b b{% elsif y %}c{% else %}d d d{% endif %} e {% unless z %}f{% endunless %} {% case w %}{% when 1 %}g{% when 2 %}h h{% endcase %}"
)


def test_of_branches_that_exclude_each_other_one_counts() -> None:
    places = [index for index, letter in enumerate(BRANCHED) if letter in "abcdefgh" and BRANCHED[index - 1] in " }" and BRANCHED[index + 1] in " {"]
    whole = parts(BRANCHED)
    assert [BRANCHED[place] for place in most(whole, places, lambda place: place)] == list("adddefhh")
    assert [BRANCHED[place] for place in least(whole, places, lambda place: place)] == list("ace")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("we measured your team and the table is yours", "en"),
        ("die Tabelle ist für Sie und nicht für uns", "de"),
        ("le tableau est pour vous et votre équipe", "fr"),
        ("la tabla es para usted y su equipo", "es"),
        ("taulukko kuuluu tiimillenne riippumatta siitä mitä päätätte tehdä seuraavaksi kaikkien kanssa tänään", "und"),
        ("Acme Observability Dublin", "en"),
        ("Hi Anna, the table of Van der Berg and De Vries is yours. Which row is it?", "en"),
        ("Bonjour, le tableau est à vous. Hello, the table is yours, and it is free for you to use.", "fr"),
    ],
)
def test_a_language_is_told_by_its_small_words(text: str, language: str) -> None:
    assert spoken(Prose(text).keys) == language


def test_no_small_word_of_another_language_is_english() -> None:
    words = small_words()
    lines = (Path(languages.__file__).parent / "languages.txt").read_text("utf-8").splitlines()
    others = {word for line in lines if not line.startswith(("#", "en:")) for word in line.partition(":")[2].split()}
    assert {word for word, language in words.items() if language == "en"} & others == set()
