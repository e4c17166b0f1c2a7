"""Who must not be contacted: lists of addresses, numbers, domains and accounts, and the organization's customers.

The comparison errs on the side of silence: it matches more rather than less. `ada+news@x.example` is `ada@x.example`; `mail.x.example` belongs
to `x.example`; `Bletchley Ltd.` is `bletchley`. A list that cannot be read stops everything: nobody is contacted because a file was missing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal, Protocol

from .findings import Finding, Refused
from .model import Workspace
from .nodes import Map, Seq, Span, span_at
from .rows import Row, read_rows

COLUMNS: tuple[str, ...] = ("email", "phone", "domain", "account", "company")
_LATIN = frozenset(("ab", "ag", "aps", "as", "asa", "bv", "ek", "gmbh", "gbr", "kg", "kk", "mbh", "nv", "ohg", "oy", "oyj", "sa", "sas", "sarl"))
_SUFFIXES = (
    _LATIN
    | frozenset(("se", "sl", "sp", "spa", "srl", "ug", "ltda", "teo", "teoranta", "dac", "clg", "plc", "pte", "pty", "lp", "llp", "llc"))
    | {*("co", "company", "corp", "corporation", "inc", "incorporated", "limited", "ltd")}
)
_FEWEST_DIGITS = 7
_TELLING = ("+", "*", "/", ":", ".\n", "@.", "@www.", "gmail", "googlemail")
"""Where none of these is in addresses of small ASCII letters, `same_email` changes nothing."""
_PLAIN_NUMBER = re.compile(r"[+0-9 ()./-]+")


class _Fields(Protocol):
    """Whoever has fields: a Person."""

    @property
    def fields(self) -> Mapping[str, str]: ...


@dataclass(slots=True)
class Suppressed:
    """Everybody who must not be contacted. Ask with `reason(person)`; the lists say why, and where it is written."""

    emails: dict[str, str] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    """E.164 (`+442079460001`), or the national digits where a list gave no country (`2079460001`)."""
    domains: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    _endings: dict[str, list[str]] = field(default_factory=dict)
    _tails: list[tuple[int, frozenset[str]]] = field(default_factory=list)

    def reason(self, person: _Fields) -> str | None:
        """Why this person must not be contacted, or None where nothing speaks against it.

        `on a list of people not to contact, by e-mail address (lists/do-not-contact.csv:2: replied no)`.
        """
        cells = person.fields
        email = cells.get("email", "")
        if email and (found := self.emails.get(same_email(email))):
            return found
        if found := self._phone(cells.get("phone", ""), cells.get("country", "")):
            return found
        for domain in (email.rpartition("@")[2], cells.get("domain", "")):
            if domain and (found := self._domain(domain)):
                return found
        if not self.accounts:
            return None
        names = (same_name(cells.get(column, "")) for column in ("account", "company"))
        return next((self.accounts[name] for name in names if name in self.accounts), None)

    def silent(self, columns: Mapping[str, Sequence[str]], emails: Sequence[str]) -> set[int]:
        """The rows of a table of whom `reason` says something; `emails` are those of the table, as `same_emails` gives them."""
        found = {row for row, email in enumerate(emails) if email in self.emails} if self.emails.keys() & set(emails) else set[int]()
        if self.domains:
            written = columns.get("email", ())
            told = self._listed if emails is written else self._domain
            found |= _which([email.rpartition("@")[2] for email in written], told)
            found |= _which(columns.get("domain", ()), self._domain)
        if self.accounts:
            for column in ("account", "company"):
                found |= _which(columns.get(column, ()), lambda text: self.accounts.get(same_name(text)))
        if self.phones and (phones := columns.get("phone")):
            countries = columns.get("country") or [""] * len(phones)
            found |= {row for row, pair in enumerate(zip(phones, countries, strict=True)) if self._may_be(pair[0]) and self._phone(*pair)}
        return found

    def _may_be(self, phone: str) -> bool:
        """Whether a number that is written in plain digits may be one of the list: its last ones are, however it begins."""
        last = _PLAIN_NUMBER.fullmatch(phone)
        return bool(phone) and (last is None or (digits := re.sub("[^0-9]", "", last[0])[-4:]) in self._last() or len(digits) < 4)

    def _last(self) -> frozenset[str]:
        if len(self._tails) != 1 or self._tails[0][0] != len(self.phones):
            self._tails[:] = [(len(self.phones), frozenset(number[-4:] for number in self.phones))]
        return self._tails[0][1]

    def add_phone(self, number: str, text: str) -> None:
        if number not in self.phones:
            self.phones[number] = text
            self._endings.setdefault(number[-_FEWEST_DIGITS:], []).append(number)

    def _phone(self, text: str, country: str) -> str | None:
        if not text or not self.phones:
            return None
        number = same_phone(text, country)
        if number in self.phones:
            return self.phones[number]
        # A number without its country, on either side, is compared by its end: one match too many is better than one too few.
        digits = number.lstrip("+")
        for listed in self._endings.get(digits[-_FEWEST_DIGITS:], ()):
            other = listed.lstrip("+")
            both_known = number.startswith("+") and listed.startswith("+")
            if not both_known and len(digits) >= _FEWEST_DIGITS and (other.endswith(digits) or digits.endswith(other)):
                return self.phones[listed]
        return None

    def _domain(self, text: str) -> str | None:
        return self._listed(same_domain(text))

    def _listed(self, domain: str) -> str | None:
        """The domain or one that it belongs to."""
        while domain not in self.domains:
            _, dot, domain = domain.partition(".")
            if not dot:
                return None
        return self.domains[domain]


def read_suppression(workspace: Workspace) -> Suppressed:
    """The workspace's lists and customers. Raises Refused where any of them cannot be read, whole."""
    own = workspace.suppression
    node = own.node
    lists = node.get("lists") if isinstance(node, Map) else None
    places = [item.span for item in lists.items] if isinstance(lists, Seq) and len(lists.items) == len(own.lists) else [node.span] * len(own.lists)
    return read_lists(workspace.root, own.lists, own.customers, referred=(*places, span_at(node, "customers")))


def read_lists(root: Path, lists: Iterable[str], customers: str | None = None, *, referred: tuple[Span, ...] = ()) -> Suppressed:
    """Suppression lists (CSV with any of the columns email, phone, domain, account, company; `reason` and `since` are told, `country` helps
    to read a phone number) and the customers' list (domain, account or company). Paths are relative to the root; `referred` are the places
    that name the files, the customers' last. Raises Refused with everything that is wrong with any of them.
    """
    found, findings = Suppressed(), list[Finding]()
    files = [*((path, "on a list of people not to contact") for path in lists), *([(customers, "a customer")] if customers else [])]
    places = (*referred[: len(files) - bool(customers)], *referred[-1:]) if referred and customers else referred
    for index, (path, why) in enumerate(files):
        try:
            findings += _read(root, path, why, found, places[index] if index < len(places) else None)
        except Refused as refused:
            findings += refused.findings
    if findings:
        raise Refused(findings)
    return found


def _read(root: Path, path: str, why: str, found: Suppressed, referred: Span | None) -> list[Finding]:
    table, rows = read_rows(path, root, COLUMNS, referred, what="suppression list")
    for row in rows:
        named = [column for column in COLUMNS if row.cells.get(column)]
        for column in named:
            _TAKERS[column](row, column, row.cells[column], why, found)
        if not named:
            column = next(name for name in COLUMNS if name in row.cells)
            row.wrong(column, "this row names nobody", "fill in an address, a number, a domain or an account, or remove the row")
    return table.findings


def _said(row: Row, why: str, what: str) -> str:
    since = row.cells.get("since")
    notes = "; ".join(part for part in (row.cells.get("reason"), since and f"since {since}") if part)
    return f"{why}, by {what} ({row.table.file}:{row.line}{': ' if notes else ''}{notes})"


def _take_email(row: Row, column: str, value: str, why: str, found: Suppressed) -> None:
    local, at, domain = value.rpartition("@")
    if at and domain and local in ("", "*"):
        _take_domain(row, column, domain, why, found)
    elif not at or not local or not domain or " " in value:
        row.wrong(column, f"`{value[:60]}` is no e-mail address", "write `name@domain`, or put a domain into a column `domain`")
    else:
        found.emails.setdefault(same_email(value), _said(row, why, "e-mail address"))


def _take_phone(row: Row, column: str, value: str, why: str, found: Suppressed) -> None:
    number = same_phone(value, row.cells.get("country", ""))
    if len(number.lstrip("+")) < _FEWEST_DIGITS:
        row.wrong(column, f"`{value[:60]}` is no phone number", "write it with its country: `+442079460001`")
    else:
        found.add_phone(number, _said(row, why, "phone number"))


def _take_domain(row: Row, column: str, value: str, why: str, found: Suppressed) -> None:
    domain = same_domain(value)
    if "." not in domain or not re.fullmatch(r"[^\s@/]+", domain):
        row.wrong(column, f"`{value[:60]}` is no domain", "write it as in an e-mail address, after the `@`: `competitor.example`")
    else:
        found.domains.setdefault(domain, _said(row, why, "domain"))


def _take_account(row: Row, column: str, value: str, why: str, found: Suppressed) -> None:
    name = same_name(value)
    if not name:
        row.wrong(column, f"`{value[:60]}` is no name", "write the company's name")
    else:
        found.accounts.setdefault(name, _said(row, why, "account"))


_TAKERS = {"email": _take_email, "phone": _take_phone, "domain": _take_domain, "account": _take_account, "company": _take_account}


# ---------------------------------------------------------------- what counts as the same


def _which(texts: Sequence[str], told: Callable[[str], str | None]) -> set[int]:
    """The places of the texts of which something is told; each text is looked at once."""
    those = {text for text in set(texts) if text and told(text) is not None}
    return {row for row, text in enumerate(texts) if text in those} if those else set()


def same_emails(texts: Sequence[str]) -> Sequence[str]:
    """`same_email` of each; empty ones stay empty."""
    return texts if _are_plain(texts) else [text and same_email(text) for text in texts]


def _are_plain(texts: Sequence[str]) -> bool:
    """Whether `same_email` changes none of them, as far as that can be told of all at once."""
    together, count = "\n".join(texts) + "\n", len(texts) - texts.count("")
    if not together.isascii() or together != together.lower() or any(mark in together for mark in _TELLING):
        return False
    return len(together.split()) == together.count("@") == sum("@" in text for text in texts) == count


def same_email(text: str) -> str:
    """An address for comparison: folded, without `+tag`, and for Gmail without dots and under one name."""
    local, _, domain = _folded("".join(text.split()), "NFKC").removeprefix("mailto:").rpartition("@")
    local, domain = local.partition("+")[0] or local, same_domain(domain)
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


@lru_cache(maxsize=1 << 14)
def same_domain(text: str) -> str:
    """A domain for comparison: folded, without scheme, path, `www.`, wildcards and a last dot; international ones in their ASCII form."""
    name = re.sub(r"^[a-z][a-z0-9+.-]*://", "", _folded("".join(text.split()), "NFKC")).partition("/")[0].partition(":")[0]
    name = name.rpartition("@")[2].removeprefix("*").strip(".").removeprefix("www.")
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return name
    return name


def _folded(text: str, form: Literal["NFKC", "NFKD"]) -> str:
    """Small letters in one form; twice, since a letter may become another only once it is folded (and the other way round)."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize(form, unicodedata.normalize(form, text).casefold()).casefold()


def same_name(text: str) -> str:
    """A company's name for comparison: letters and digits only, folded, without its legal form: `Bletchley Ltd.` → `bletchley`."""
    folded = _folded(text, "NFKD")
    if not folded.isascii():
        folded = "".join(letter for letter in folded if not unicodedata.combining(letter))
    words = re.findall(r"\w+", re.sub(r"[.'’]", "", folded.replace("&", " and ")))
    while len(words) > 1 and (words[-1] in _SUFFIXES or words[-1] == "and"):
        words.pop()
    while len(words) > 1 and words[0] == "the":
        words.pop(0)
    return " ".join(words)


def same_phone(text: str, country: str = "") -> str:
    """A number for comparison: E.164 where it or the country says which country it is in, else its national digits."""
    import phonenumbers  # only lists with numbers pay for it

    written = text.strip()
    plain = re.sub(r"^00(?=[1-9])", "+", re.sub(r"[^0-9+]", "", written)) if re.match(r"\s*00", text) else written
    try:
        number = phonenumbers.parse(plain, country.strip().upper() or None)
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    except phonenumbers.NumberParseException:
        return re.sub(r"[^0-9]", "", written).lstrip("0")
