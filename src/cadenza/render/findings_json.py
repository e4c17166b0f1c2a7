"""Findings as JSON, in the shape of `schema/finding.schema.json` (format version 1): for editors, CI and whoever builds on lint."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..language.findings import Beat, Finding, Fix, Level, Witness
from ..language.nodes import Span
from .ansi import inert

if TYPE_CHECKING:
    from ..rules.scorecard import Scorecard

FORMAT_VERSION = 1


def render(
    findings: Sequence[Finding],
    *,
    waived: Sequence[Finding] = (),
    files: Sequence[str] | None = None,
    mended: Sequence[Finding] = (),
    known: tuple[int, int] | None = None,
    cards: Sequence[Scorecard] = (),
) -> str:
    """One JSON document; the same findings give the same bytes. `files`: what was judged (default: the files that the findings are in).

    `mended`: what `--fix` mended, as it was found. `known`: how many findings a baseline held, and how many of its entries are gone.
    `cards`: the scorecards that were asked for.
    """
    data = document(findings, waived=waived, files=files)
    if mended:
        data["mended"] = [one(finding) for finding in mended]
    if known is not None:
        data["baseline"] = {"known": known[0], "gone": known[1]}
    if cards:
        from .scorecard import document as scored

        data["scorecards"] = scored(cards)
    return inert(json.dumps(data, ensure_ascii=False, indent=2)) + "\n"


def document(findings: Sequence[Finding], *, waived: Sequence[Finding] = (), files: Sequence[str] | None = None) -> dict[str, Any]:
    """The same as plain data."""
    judged = list(files) if files is not None else sorted({finding.span.file for finding in findings})
    counts = {f"{level.name}s" if level is not Level.advice else "advice": sum(f.level is level for f in findings) for level in reversed(Level)}
    return {
        "format_version": FORMAT_VERSION,
        "kind": "findings",
        "summary": {**counts, "waived": len(waived), "files": len(judged)},
        "files": judged,
        "findings": [one(finding) for finding in (*findings, *waived)],
    }


def one(finding: Finding) -> dict[str, Any]:
    """A finding; what it does not have is null or empty, never missing. A waived one has its reason in `waived`."""
    return {
        "code": finding.code,
        "name": finding.name,
        "level": finding.level.name,
        "message": finding.message,
        "help": finding.help,
        "source": finding.source,
        "place": _place(finding.span),
        "related": [{"place": _place(related.span), "note": related.note} for related in finding.related],
        "witness": None if finding.witness is None else _witness(finding.witness),
        "fix": None if finding.fix is None else _fix(finding.fix),
        "waived": finding.waived or None,
        "facts": {key: _plain(value) for key, value in finding.facts.items()},
    }


def _place(span: Span) -> dict[str, Any]:
    return dict(zip(("file", "line", "column", "end_line", "end_column"), span, strict=True))


def _witness(witness: Witness) -> dict[str, Any]:
    from .stories import told

    return {
        "story": told(witness),
        "beats": [_beat(beat) for beat in witness.beats],
        "events": [{"event": event, "at": at} for event, at in witness.events],
    }


def _beat(beat: Beat) -> dict[str, Any]:
    from .stories import wall

    local = wall(beat)
    return {
        "at": beat.at,
        "local": local.isoformat() if local else None,
        "zone": beat.zone,
        "what": beat.what,
        "place": _place(beat.span) if beat.span else None,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {"title": fix.title, "safe": fix.safe, "edits": [{"place": _place(edit.span), "text": edit.text} for edit in fix.edits]}


def _plain(value: object) -> Any:
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else str(value)
