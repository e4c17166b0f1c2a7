"""E015: what is not English is left alone, and said so."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.nodes import Scalar
from ..context import Context
from ..registry import rule
from ..text.languages import UNKNOWN

LANGUAGES = {
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
    "pl": "Polish",
    "sv": "Swedish",
    "da": "Danish",
    "fi": "Finnish",
}


@rule(code="E015", name="other-language", level="advice")
def other_language(ctx: Context) -> Iterator[Finding]:
    """Messages in another language, declared so or found so by their small words: one finding a file."""
    for reading in ctx.readings:
        if reading.english:
            continue
        language, related = reading.language, reading.passage.sent_by()
        said = reading.passage.message.front.get("language")
        if reading.declared == language and isinstance(said, Scalar):
            help = "Have somebody read it who speaks it."
            yield ctx.finding(
                f"rules about words read English only: this is {LANGUAGES.get(language, f'`{language}`')}", said.span, help=help, related=related
            )
            continue
        what = "does not read like English" if language == UNKNOWN else f"reads like {LANGUAGES[language]}"
        code = "its language" if language == UNKNOWN else f"`language: {language}`"
        yield ctx.finding(
            f"{reading.file} {what}, and rules about words read English only",
            reading.passage.whole(),
            help=f"Write {code} into its front matter, and have somebody read it who speaks it.",
            related=related,
        )
