"""Opening hours in words, as they would stand on the shop's door."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from chalicelib.desk import hours
from chalicelib.desk.hours import Calendar
from chalicelib.desk.team import LanguageNames

Spans = tuple[tuple[int, int], ...]


def week(calendar: Calendar, names: LanguageNames) -> tuple[tuple[str, str], ...]:
    """The open days of a week, equal neighbours together: (("Monday to Friday", "08:00 to 17:30"),)."""
    runs = groupby(zip(names.days, calendar.week, strict=True), key=lambda day: day[1])
    return tuple((_days([name for name, _ in run]), _clock(spans)) for spans, run in runs if spans)


def today(now: datetime, calendar: Calendar) -> str:
    """`08:00 to 17:30`, or `closed`, with the holiday's name when it is one."""
    day = hours.local(now, calendar).date()
    holiday = dict(calendar.closed).get(day)
    if holiday is not None:
        return f"closed ({holiday})" if holiday else "closed"
    return _clock(calendar.week[day.weekday()]) or "closed"


def _days(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def _clock(spans: Iterable[tuple[int, int]]) -> str:
    return " and ".join(f"{_time(opens)} to {_time(closes)}" for opens, closes in spans)


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
