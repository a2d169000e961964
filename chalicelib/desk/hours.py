"""Working time. Time zones, daylight saving and public holidays live here and nowhere else.

Everything outside this module is an instant in UTC. Inside it, a day's opening hours are first turned into stretches
between two instants; from there on all arithmetic is on instants, so an hour is always an hour that really passes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib.errors import Misconfigured

_DAY = timedelta(days=1)
_PATIENCE = 370
"""Days without a single opening before we call a calendar wrong: a year, and some."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody works."""

    zone: str
    """IANA name, `Europe/London`."""
    week: tuple[tuple[tuple[int, int], ...], ...]
    """Seven days, Monday first; each a tuple of (opens, closes) in minutes after local midnight, in order, apart."""
    closed: tuple[tuple[date, str], ...] = ()
    """Whole days off with their names: public holidays and the firm's own, sorted by date."""


def is_open(at: datetime, calendar: Calendar) -> bool:
    """Is somebody there at this instant? Opening minute yes, closing minute no."""
    return any(stretch.opens <= at < stretch.closes for stretch in _around(at, calendar))


def next_open(at: datetime, calendar: Calendar) -> datetime:
    """`at` itself when open, else the next opening instant. Raises Misconfigured when there is none in 370 days."""
    for stretch in _onwards(at, calendar):
        if at < stretch.closes:
            return max(stretch.opens, at.astimezone(UTC))
    raise _never_open(at, calendar)


def add(start: datetime, working: timedelta, calendar: Calendar) -> datetime:
    """The instant when `working` time has passed since `start`. Ends inside opening hours (or exactly at closing)."""
    left = _not_negative(working)
    for stretch in _onwards(start, calendar):
        begin = max(stretch.opens, start.astimezone(UTC))
        if left <= stretch.closes - begin:
            return begin + left
        left -= stretch.closes - begin
    raise _never_open(start, calendar)


def subtract(end: datetime, working: timedelta, calendar: Calendar) -> datetime:
    """The instant from which `working` time leads up to `end`."""
    left = _not_negative(working)
    for stretch in _backwards(end, calendar):
        finish = min(stretch.closes, end.astimezone(UTC))
        if left <= finish - stretch.opens:
            return finish - left
        left -= finish - stretch.opens
    raise _never_open(end, calendar)


def rounded_up(at: datetime, calendar: Calendar, minutes: int = 15) -> datetime:
    """The next clock time a person would say (a full quarter hour, local), but never past that day's closing."""
    clock = local(at, calendar).replace(tzinfo=None)
    past = (clock - datetime.combine(clock.date(), time())) % timedelta(minutes=minutes)
    said = at.astimezone(UTC) + (timedelta(minutes=minutes) - past if past else timedelta())
    closing = next((s.closes for s in _around(at, calendar) if s.opens <= at <= s.closes), said)
    return min(said, closing)


def local(at: datetime, calendar: Calendar) -> datetime:
    """The same instant as a wall-clock time in the calendar's zone."""
    return at.astimezone(_zone(calendar))


def closes_at(at: datetime, calendar: Calendar) -> datetime | None:
    """When the shop that is open at `at` closes that day for good; None when it is shut."""
    for day in _days_around(at, calendar):
        stretches = _stretches(day, calendar)
        if any(stretch.opens <= at < stretch.closes for stretch in stretches):
            return stretches[-1].closes
    return None


class _Stretch(NamedTuple):
    """Open from one instant to the next, both in UTC."""

    opens: datetime
    closes: datetime


def _stretches(day: date, calendar: Calendar) -> tuple[_Stretch, ...]:
    """When that day is open, in order; nothing on a closed day, and nothing that daylight saving swallowed whole."""
    if _is_closed(day, calendar):
        return ()
    zone = _zone(calendar)
    found = (
        _Stretch(_instant(day, opens, zone), _instant(day, closes, zone))
        for opens, closes in calendar.week[day.weekday()]
    )
    return tuple(stretch for stretch in found if stretch.opens < stretch.closes)


def _is_closed(day: date, calendar: Calendar) -> bool:
    place = bisect_left(calendar.closed, day, key=lambda entry: entry[0])
    return place < len(calendar.closed) and calendar.closed[place][0] == day


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """When the clock on the wall first shows, or jumps past, this minute of the day.

    In autumn a time that comes twice means its first coming; in spring a time that is skipped means the jump itself.
    So later minutes never come earlier, and one day's 24:00 is the next day's 00:00. (PEP 495 explains `fold`.)
    """
    clock = datetime.combine(day, time(), zone) + timedelta(minutes=minute)
    first, second = clock.astimezone(UTC), clock.replace(fold=1).astimezone(UTC)
    return first if first <= second else _jump(second, first, zone)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second between these two instants at which the zone's clock jumps."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def _zone(calendar: Calendar) -> ZoneInfo:
    try:
        return ZoneInfo(calendar.zone)  # the standard library keeps these: the second call costs nothing
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Misconfigured(
            f"{calendar.zone!r} is not a time zone; write one like 'Europe/London' in team.toml."
        ) from error


def _days_around(at: datetime, calendar: Calendar) -> tuple[date, date, date]:
    """Yesterday, today and tomorrow: where midnight itself is moved, a local date alone may be one day out."""
    today = local(at, calendar).date()
    return today - _DAY, today, today + _DAY


def _around(at: datetime, calendar: Calendar) -> Iterator[_Stretch]:
    """The stretches that could hold this instant."""
    for day in _days_around(at, calendar):
        yield from _stretches(day, calendar)


def _onwards(at: datetime, calendar: Calendar) -> Iterator[_Stretch]:
    """Every stretch that is not over before `at`, in order, until a whole year brings none."""
    for stretches in _days(_days_around(at, calendar)[0], _DAY, calendar):
        yield from (stretch for stretch in stretches if stretch.closes >= at)


def _backwards(at: datetime, calendar: Calendar) -> Iterator[_Stretch]:
    """Every stretch that has begun by `at`, newest first, until a whole year brings none."""
    for stretches in _days(_days_around(at, calendar)[2], -_DAY, calendar):
        yield from (stretch for stretch in reversed(stretches) if stretch.opens <= at)


def _days(day: date, step: timedelta, calendar: Calendar) -> Iterator[tuple[_Stretch, ...]]:
    """Day after day's stretches; ends rather than search for ever."""
    idle = 0
    while idle <= _PATIENCE:
        stretches = _stretches(day, calendar)
        yield stretches
        idle = 0 if stretches else idle + 1
        day += step


def _not_negative(working: timedelta) -> timedelta:
    if working < timedelta():
        raise ValueError(f"working time runs forward only: {working}")
    return working


def _never_open(at: datetime, calendar: Calendar) -> Misconfigured:
    return Misconfigured(
        f"Nobody works within {_PATIENCE} days of {local(at, calendar):%Y-%m-%d} ({calendar.zone}): "
        "give at least one day of the week some `hours` in team.toml, or take days out of `closed`."
    )
