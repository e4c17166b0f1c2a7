"""A reading: what is known of one message's text, each thing computed when a rule first asks for it.

Nothing here judges. A `Prose` is one text (a body, a subject) as words, sentences and phrases with their offsets; a `Reading` is a message: its two
texts, its language, its links, its footer, its asks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ...language.template import Flaw, blanked, tags_of
from .branches import Choice, most, parts
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
WAY_OUT = "unsubscribe_link"
FOOTERS = (WAY_OUT, "organization.", "sender.")
"""A line with one of these fields is no part of what the message says: the way out, the address, the signature."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as phrases know it, and its place. `key` is in small letters; a merge field is `{}`, and `path` is what it reads."""

    key: str
    start: int
    end: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Its place, and which words it has (`first` to before `last`)."""

    start: int
    end: int
    first: int
    last: int
    question: bool


@dataclass(frozen=True, slots=True)
class Phrase:
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
            said = match[0].rstrip("'’-_")
            found.append(Word(_key(said), match.start(), match.start() + len(said)))
        merges = [_merge(tag.inner, tag.start, tag.end) for tag in self._tags if tag.kind == "output"]
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
        """The first word of each sentence, and the one after a greeting (`Hi Ann, just ...`) or a dash."""
        begins = {sentence.first for sentence in self.sentences}
        between = ((index, self.plain[one.end : two.start]) for index, (one, two) in enumerate(zip(self.words, self.words[1:], strict=False)))
        return frozenset(begins | {index + 1 for index, gap in between if "\n" in gap or "," in gap or ":" in gap or "–" in gap or "—" in gap})

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
        return next(sentence for sentence in reversed(self.sentences) if sentence.start <= offset)


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
        """The lines that hold the way out, the address or the signature."""
        found = []
        for word in self.body.words:
            if word.path.startswith(FOOTERS):
                start = self.body.text.rfind("\n", 0, word.start) + 1
                end = self.body.text.find("\n", word.end)
                found.append((start, len(self.body.text) if end < 0 else end))
        return tuple(dict.fromkeys(found))

    def footer(self, offset: int) -> bool:
        """Whether the place belongs to the footer."""
        return any(start <= offset < end for start, end in self.footers)

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
        """What the reader is asked for, each once: a question, or a call to do something.

        "Or is another week better?" goes on asking what stands before it; a call right after a question says how to answer. The way out is
        no ask.
        """
        calls = {self.body.sentence_at(phrase.start).first for phrase in self.body.phrases.get("asks", ())}
        goes_on = {phrase.first for phrase in self.body.phrases.get("continues", ())}
        ways_out = {self.body.sentence_at(phrase.start).first for phrase in self.body.phrases.get("way_out", ())}
        found: list[Sentence] = []
        before = False
        for sentence in self.body.sentences:
            asking = (sentence.question or sentence.first in calls) and sentence.first not in ways_out and not self.footer(sentence.end - 1)
            if asking and not (found and (sentence.first in goes_on or not sentence.question) and before):
                found.append(sentence)
            before = asking
        return tuple(found)

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
