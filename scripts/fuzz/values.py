"""Fuzz the little languages: any text as a duration, a window, a rate and so on; what is read prints as something that reads as the same."""

from __future__ import annotations

from collections.abc import Iterable

from harness import Fault, run


def one(data: bytes) -> None:
    from cadenza.language.scalars import resolve
    from cadenza.language.values import Change, Duration, Factor, Flow, Money, Range, Rate, Target, Window
    from cadenza.language.words import UnitError

    kinds = (Duration, Window, Range, Rate, Money, Flow, Factor, Target, Change)
    text = data.decode("utf-8", "replace")
    resolve(text)
    for kind in kinds:
        try:
            value = kind.parse(text)
        except UnitError as problem:
            _good(kind, problem.good)
            continue
        again = kind.parse(str(value))
        if str(again) != str(value):
            raise Fault(f"{kind.__name__}: {text!r} prints as {str(value)!r}, which prints as {str(again)!r}")


def _good(kind: object, good: str) -> None:
    """The value that an error shows must be a good one."""
    from cadenza.language.words import UnitError

    try:
        kind.parse(good)  # type: ignore[attr-defined]
    except UnitError as problem:
        raise Fault(f"{kind}: shows {good!r} as a good value, and says of it: {problem}") from None


def seeds() -> Iterable[bytes]:
    texts = (
        "5 minutes|4 hours|2 business hours|2 business days|90 days|13 weeks|mon-fri 09:00-17:00|mon-fri 09:00-12:00, mon-fri 14:00-17:00|always|"
        "200..2000|200..|..50|3%|0.35%|312/12480|3%..8%|18000 EUR|120 per business day|30 per month|0.5x|+1|at most 0.1%|35 per month|"
        "750000 EUR per quarter|{median: 4 hours, p90: 3 days}|at least 3 per week|€1,200.50|1.2k EUR|1e9|0x1f|.inf|-0|1_000"
    )
    for text in texts.split("|"):
        yield text.encode()


if __name__ == "__main__":
    run("values", one, seeds)
