"""A witness in words: `Mon 4 Jan 09:10 intro → Tue 5 Jan 10:00 replied: negative → Wed 6 Jan 09:10 first-call`."""

from __future__ import annotations

from datetime import UTC, datetime

from ..language.findings import Beat, Witness

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def wall(beat: Beat) -> datetime | None:
    """The beat's local date and time, without its zone."""
    if beat.at is None:
        return None
    if beat.zone == "UTC":
        return datetime.fromtimestamp(beat.at, UTC).replace(tzinfo=None)
    from ..calendars import zone

    return datetime.fromtimestamp(zone(beat.zone).to_wall(beat.at), UTC).replace(tzinfo=None)


def dated(witness: Witness) -> list[tuple[str, Beat]]:
    """Each beat with its date in words, empty where time plays no part. The year stands where it is not that of the beat before."""
    result = []
    year = None
    for beat in witness.beats:
        when = wall(beat)
        if when is None:
            result.append(("", beat))
            continue
        date = f"{DAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]}"
        if year is not None and when.year != year:
            date += f" {when.year}"
        year = when.year
        result.append((f"{date} {when:%H:%M}", beat))
    return result


def told(witness: Witness) -> str:
    """The whole story on one line."""
    return " → ".join(f"{date} {beat.what}".strip() for date, beat in dated(witness))
