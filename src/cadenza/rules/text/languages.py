"""Which language a text is in, by its small words: enough to leave alone what is not English, no more.

`languages.txt` has a few words a language that English does not have. A text is English if it has three times as many English ones as those of any
other, and if it has some at all; a text too short to tell counts as English, as messages do by default.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

SHORT = 12
"""Words below which the lack of English ones says nothing."""
SPARSE = 0.08
"""Share of English small words below which a text is not English: business mail has 0.3 and more, names and numbers apart."""
UNKNOWN = "und"
MIXED = 3
"""A text with a third as many small words of another language is not English throughout."""


@cache
def small_words() -> dict[str, str]:
    """Word -> language."""
    found: dict[str, str] = {}
    for line in (Path(__file__).parent / "languages.txt").read_text("utf-8").splitlines():
        code, _, words = line.partition(":")
        if not line.startswith("#"):
            found.update({word: code.strip() for word in words.split() if word not in found})
    return found


def spoken(keys: Sequence[str]) -> str:
    """The language of a text, given its words in small letters: `en`, another one (ISO 639), or `und` where it is none that we know."""
    known = small_words()
    said = [key for key in keys if key[0] not in "{<"]
    hits = Counter(known[key] for key in said if key in known)
    english = hits.pop("en", 0)
    best, count = max(sorted(hits.items()), key=lambda pair: pair[1], default=("", 0))
    if count >= 3 and count * MIXED > english:
        return best
    if len(said) >= SHORT and english < SPARSE * len(said):
        return UNKNOWN
    return "en"
