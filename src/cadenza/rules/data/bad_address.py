"""D006: addresses that are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ._people import people, tally, told

if TYPE_CHECKING:
    from ...language.rows import Row

USES = {"email": "email", "phone": "phone", "sms": "phone"}
"""The column that a channel reads."""


@rule(code="D006", name="bad-address", level="warning", source="RFC 5321 and RFC 1035 (addresses); ITU-T E.164 (numbers)", options={"show": 5})
def bad_address(ctx: Context) -> Iterator[Finding]:
    """The e-mail addresses and numbers of the list, in the columns that the cadence needs; and rows that cannot be read at all."""
    listed = people(ctx)
    if listed is None:
        return
    columns = dict.fromkeys(USES[step.channel] for step in ctx.playbook.cadence if step.channel in USES)
    wrong = tally(ctx)
    for row in listed:
        for column in columns:
            why = _why(row, column)
            if why:
                wrong.add(row, column, why)
                break  # rows are counted
    yield from told(ctx, wrong, "has an address that is none", "have addresses that are none", HELP)


HELP = "Mend or remove them: `plan` leaves these people out. An address is `name@domain.example`, a number has its country: `+442079460001`."


def _why(row: Row, column: str) -> str:
    value = row.cells.get(column, "")
    if not value:
        return ""  # a person whom this channel does not reach; `plan` says so
    return why_no_email(value) if column == "email" else why_no_phone(value, row.cells.get("country", ""))


def why_no_email(text: str) -> str:
    """Why a text is no e-mail address, in words that repeat nothing of it; empty where it is one."""
    local, at, domain = text.rpartition("@")
    if not at:
        return "no `@`"
    if any(letter.isspace() or letter in '<>,;:"()[]\\' for letter in text):
        return "a blank, or a mark that no address has"
    if not local or "@" in local:
        return "two `@`" if local else "nothing before the `@`"
    if len(local) > 64 or len(text) > 254:
        return "longer than an address can be"
    if local.startswith(".") or local.endswith(".") or ".." in text:
        return "a dot too many"
    return _why_no_domain(domain)


def _why_no_domain(domain: str) -> str:
    labels = domain.split(".")
    if len(labels) < 2:
        return "no domain after the `@`"
    if any(not label or len(label) > 63 or label.startswith("-") or label.endswith("-") or "_" in label for label in labels):
        return "no domain after the `@`"
    return "no domain after the `@`" if labels[-1].isdigit() else ""


def why_no_phone(text: str, country: str) -> str:
    """Why a text is no telephone number; empty where it is one, by itself or with its country."""
    import phonenumbers

    if not text.startswith("+") and not country.strip():
        return "no country: neither `+` and its code, nor the column `country`"
    if any(letter.isalpha() for letter in text.partition(" ext")[0]):
        return "letters in it"
    try:
        number = phonenumbers.parse(text, country.strip().upper() or None)
        possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    except phonenumbers.NumberParseException:
        return "no number of any country"
    return "" if possible else "too long or too short for its country"
