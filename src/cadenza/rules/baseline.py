"""A baseline: the findings that a team has already, so that lint shows only what is new.

A finding is known by its rule, its file, its message and the text of its line, with blanks folded, and by how many such there are; not by
the line's number. So moving lines brings nothing back, and a second finding of the same kind on the same words is new.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..language.findings import Finding, Level, Refused
from ..language.nodes import Span

FORMAT_VERSION = 1
LIMIT = 16_000_000


def fingerprint(finding: Finding, base: Path) -> str:
    """A finding's identity: hex of 128 bits over code, file, message without its numbers, and the words of its line."""
    message = re.sub(r"[0-9]+", "#", finding.message)
    words = " ".join(_line(base / finding.span.file, finding.span.line).split())
    return hashlib.blake2b("\0".join((finding.code, finding.span.file, message, words)).encode("utf-8", "replace"), digest_size=16).hexdigest()


def _line(path: Path, number: int) -> str:
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return lines[number - 1] if 0 < number <= len(lines) else ""


def write(findings: Iterable[Finding], base: Path) -> str:
    """The baseline of these findings as JSON (`schema/baseline.schema.json`), one a line, sorted, so that a merge is readable."""
    rows = Counter((finding.span.file, finding.code, finding.name, fingerprint(finding, base)) for finding in findings)
    listed = [
        json.dumps({"file": file, "code": code, "name": name, "fingerprint": mark, "count": count}, ensure_ascii=False)
        for (file, code, name, mark), count in sorted(rows.items())
    ]
    body = ",\n    ".join(listed)
    return f'{{\n  "format_version": {FORMAT_VERSION},\n  "kind": "baseline",\n  "findings": [' + (f"\n    {body}\n  " if body else "") + "]\n}\n"


def read(path: Path, shown: str) -> Counter[str]:
    """How often each fingerprint stands in the baseline at `path`. Refused where it is none, with what to do about it."""
    try:
        if path.stat().st_size > LIMIT:
            raise ValueError(f"it has more than {LIMIT:,} bytes")
        data = json.loads(path.read_text("utf-8"))
        if data["kind"] != "baseline" or data["format_version"] != FORMAT_VERSION:
            raise ValueError(f"it is no baseline of version {FORMAT_VERSION}")
        found: Counter[str] = Counter()
        for row in data["findings"]:
            if not isinstance(row["fingerprint"], str) or not isinstance(row["count"], int) or isinstance(row["count"], bool) or row["count"] < 1:
                raise ValueError("an entry has no fingerprint or no count")
            found[row["fingerprint"]] += row["count"]
        return found
    except FileNotFoundError:
        why = "there is no such file"
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        why = error.strerror or str(error) if isinstance(error, OSError) else str(error) or type(error).__name__
        why = f"a key is missing: {why}" if isinstance(error, KeyError) else why
    message = f"`{shown}` cannot be read as a baseline: {why}"
    raise Refused([Finding("Y001", "not-yaml", Level.error, message, Span(shown), help="Make one with `cadenza lint --write-baseline FILE`.")])


def new(findings: Sequence[Finding], known: Counter[str], base: Path) -> tuple[tuple[Finding, ...], int, int]:
    """The findings that `known` does not hold, how many it held, and how many of its entries no longer occur."""
    left = Counter(known)
    fresh = []
    for finding in findings:
        mark = fingerprint(finding, base)
        if left[mark] > 0:
            left[mark] -= 1
        else:
            fresh.append(finding)
    return tuple(fresh), len(findings) - len(fresh), sum(left.values())
