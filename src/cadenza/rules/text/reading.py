"""A reading: what is known of one message's text, each thing computed when a rule first asks for it.

Nothing here judges. A `Prose` is one text (a body, a subject) as words, sentences and phrases with their offsets; a `Reading` is a message: its two
texts, its language, its links, its footer, its asks.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ...language.template import Flaw, blanked, tags_of
from .branches import Choice, live, most, parts
from .languages import spoken
from .passages import Passage, written
from .phrases import Net, english, find

if TYPE_CHECKING:
    from ...language.model import Playbook
    from ...language.nodes import Span

_WORD = re.compile(r"[^\W_][\w'’-]*")
_NUMBER = re.compile(r"[0-9]+")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"']+")
_QUOTED = re.compile(r"[\"“][^\"“”\n]{1,120}[\"”]")
_STOP = re.compile(r"[.!?…]+(?=[\s\"”')\]]|$)|\n[ \t]*(?=\n|[-*•>] )")
MERGE = "{}"
GREETING = 4
"""The most words of a greeting."""
WAY_OUT = "unsubscribe_link"
FOOTERS = (WAY_OUT, "organization.", "sender.")
"""A line with one of these fields is no part of what the message says: the way out, the address, the signature."""


class Word(NamedTuple):
    """A word as phrases know it, and its place. `key` is in small letters; a merge field is `{}`, and `path` is what it reads."""

    key: str
    start: int
    end: int
    path: str = ""


class Sentence(NamedTuple):
    """Its place, and which words it has (`first` to before `last`)."""

    start: int
    end: int
    first: int
    last: int
    question: bool


class Phrase(NamedTuple):
    """A phrase found: where, which words, and what is said of it."""

    start: int
    end: int
    first: int
    reason: str


class Prose:
    """One text with Liquid in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tags = tags_of(text)

    @cached_property
    def links(self) -> tuple[tuple[int, int], ...]:
        """Addresses of pages that are written out."""
        return tuple((found.start(), found.end()) for found in _LINK.finditer(self._blank))

    @cached_property
    def plain(self) -> str:
        """The text with tags and written-out links made blank, as long as the text."""
        out, at = [], 0
        for start, end in self.links:
            out += [self._blank[at:start], " " * (end - start)]
            at = end
        return "".join([*out, self._blank[at:]])

    @cached_property
    def _blank(self) -> str:
        return blanked(self.text, self._tags)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        found = []
        for match in _WORD.finditer(self.plain):
            said, start = match[0].rstrip("'’-_"), match.start()
            found.append(Word(_key(said), start, start + len(said)))
        merges = [_merge(tag.inner, tag.start, tag.end) for tag in live(self._tags) if tag.kind == "output"]
        return tuple(sorted([*found, *merges], key=lambda word: word.start)) if merges else tuple(found)

    @cached_property
    def keys(self) -> list[str]:
        return [word.key for word in self.words]

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """From one full stop, question mark, blank line or list item to the next; what has no word is none."""
        starts = [word.start for word in self.words]
        found, at = [], 0
        for stop in (*_STOP.finditer(self.plain), None):
            end = stop.end() if stop else len(self.plain)
            first, last = bisect_left(starts, at), bisect_left(starts, end)
            if first < last:
                found.append(Sentence(starts[first], max(self.words[last - 1].end, _shown(stop)), first, last, bool(stop and "?" in stop[0])))
            at = end
        return tuple(found)

    @cached_property
    def openings(self) -> frozenset[int]:
        """The first word of each sentence; the one after a greeting (`Hi Ann, just ...`), a colon, or a dash between blanks."""
        found = {sentence.first for sentence in self.sentences}
        for sentence in self.sentences:
            for index in range(sentence.first + 1, sentence.last):
                gap = self.plain[self.words[index - 1].end : self.words[index].start]
                if gap.isspace() and (gap != "\n" or index > sentence.first + GREETING):
                    continue
                if ":" in gap or " – " in gap or "—" in gap or " - " in gap or (index <= sentence.first + GREETING and ("," in gap or "\n" in gap)):
                    found.add(index)
        return frozenset(found)

    @cached_property
    def phrases(self) -> dict[str, tuple[Phrase, ...]]:
        """Every phrase of `english/`, by family."""
        return self.search(english())

    def search(self, net: Net) -> dict[str, tuple[Phrase, ...]]:
        """The phrases of a net, by family, in their places. What stands in quotation marks is somebody else's, and left out."""
        quoted = self._quoted
        found = {}
        for family, hits in find(net, self.keys, self.openings).items():
            placed = (Phrase(self.words[hit.first].start, self.words[hit.last - 1].end, hit.first, hit.reason) for hit in hits)
            found[family] = tuple(one for one in placed if not quoted or not any(start < one.start < end for start, end in quoted))
        return found

    @cached_property
    def _quoted(self) -> tuple[tuple[int, int], ...]:
        return tuple((found.start(), found.end()) for found in _QUOTED.finditer(self.plain))

    def sentence_at(self, offset: int) -> Sentence:
        return self.sentences[bisect_right(self._sentence_starts, offset) - 1]

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]


@lru_cache(maxsize=10_000)
def _key(said: str) -> str:
    key = said.lower().replace("’", "'")
    return _NUMBER.sub("<n>", key, count=1) if key[0].isdigit() else key


def _merge(inner: str, start: int, end: int) -> Word:
    return Word(MERGE, start, end, inner.partition("|")[0].strip())


def _shown(stop: re.Match[str] | None) -> int:
    """Where a sentence's mark ends; a blank line is no mark."""
    return stop.end() if stop and stop[0][0] != "\n" else 0


class Reading:
    """A message as the rules read it."""

    def __init__(self, passage: Passage) -> None:
        self.passage = passage
        self.body = Prose(passage.message.body)

    @cached_property
    def subject(self) -> Prose | None:
        try:
            return Prose(self.passage.message.subject) if self.passage.message.subject else None
        except Flaw:  # a message with such a subject was refused; this one was made by hand
            return None

    @property
    def file(self) -> str:
        return self.passage.message.file

    @cached_property
    def declared(self) -> str:
        """The language that the front matter names, without its region; empty where it names none."""
        return self.passage.message.language.partition("-")[0].lower() if "language" in self.passage.message.front else ""

    @cached_property
    def language(self) -> str:
        """What the text is written in: as declared, where that is not English; else as its small words say. `und` is none that we know."""
        if self.declared not in ("", "en"):
            return self.declared
        return spoken(self.body.keys)

    @property
    def english(self) -> bool:
        return self.language == "en"

    @cached_property
    def choices(self) -> Choice:
        """Which stretches of the body exclude each other."""
        return parts(self.body.text)

    @cached_property
    def footers(self) -> tuple[tuple[int, int], ...]:
        """Where the way out, the address and the signature stand, in order: their line, from the sentence on that has them; from its beginning,
        where it begins a paragraph that is not the first ("Found what you needed? {{ unsubscribe_link }} ends this.")."""
        text, found = self.body.text, list[tuple[int, int]]()
        for word in self.body.words:
            if word.path.startswith(FOOTERS) and not (found and word.start < found[-1][1]):
                line, end = text.rfind("\n", 0, word.start) + 1, text.find("\n", word.end)
                apart = line > self.body.words[0].start and text[max(0, line - 2) : line] == "\n\n"
                start = line if apart else max(line, self.body.sentence_at(word.start).start)
                found.append((start, len(text) if end < 0 else end))
        return tuple(found)

    def footer(self, offset: int) -> bool:
        """Whether the place belongs to the footer."""
        if not self.footers:
            return False
        at = bisect_right(self.footers, (offset, len(self.body.text))) - 1
        return at >= 0 and offset < self.footers[at][1]

    @cached_property
    def core(self) -> tuple[Word, ...]:
        """What the message says: its words without the footer."""
        return tuple(word for word in self.body.words if not self.footer(word.start))

    @cached_property
    def length(self) -> tuple[Word, ...]:
        """The words that one person gets who gets the most of them."""
        return tuple(most(self.choices, self.core, lambda word: word.start))

    @cached_property
    def links(self) -> tuple[tuple[int, int], ...]:
        """Every link but the way out: written out, or one of the workspace's."""
        named = [(word.start, word.end) for word in self.body.words if word.path.startswith("link.")]
        return tuple(sorted([*self.body.links, *named]))

    @cached_property
    def asks(self) -> tuple[Sentence, ...]:
        """What the reader is asked for, each once: a question, or a call to do something; an invitation to answer where there is neither.

        "Or is another week better?" goes on asking what stands before it; a call right after a question says how to answer. The way out is
        no ask.
        """
        calls, ways_out, goes_on = self._saying("asks"), self._saying("way_out"), {one.first for one in self.body.phrases.get("continues", ())}
        found: list[Sentence] = []
        before = False
        for sentence in self._said:
            asking = (sentence.question or sentence.first in calls) and sentence.first not in ways_out
            if asking and not (before and (sentence.first in goes_on or not sentence.question)):
                found.append(sentence)
            before = asking
        invited = self._saying("invites")
        return tuple(found) or tuple(one for one in self._said if one.first in invited and one.first not in ways_out)[:1]

    @cached_property
    def _said(self) -> tuple[Sentence, ...]:
        """The sentences without the footer's."""
        return tuple(sentence for sentence in self.body.sentences if not self.footer(sentence.end - 1))

    def _saying(self, family: str) -> set[int]:
        """The sentences (by their first word) with a phrase of a family."""
        return {self.body.sentence_at(phrase.start).first for phrase in self.body.phrases.get(family, ())}

    def one_way(self, items: tuple[Sentence, ...], choose: Callable[..., list[Sentence]] = most) -> list[Sentence]:
        """Of sentences in branches that exclude each other, those of one."""
        return choose(self.choices, items, lambda sentence: sentence.start)

    def spans(self, family: str, net: Net | None = None) -> list[tuple[str, Span, str]]:
        """The phrases of a family in the subject and in the body: the words, their place, what is said of them. `net`: others than English's own."""
        found = []
        for prose, place in ((self.subject, self.passage.subject), (self.body, self.passage.span)):
            if prose is None:
                continue
            phrases = prose.phrases if net is None else prose.search(net)
            found += [(prose.text[one.start : one.end], place(one.start, one.end), one.reason) for one in phrases.get(family, ())]
        return found


def readings(playbook: Playbook) -> tuple[Reading, ...]:
    """What people read, in the order of the cadence. Scripts are left out: who speaks one hears what it sounds like."""
    return tuple(Reading(passage) for passage in written(playbook))
