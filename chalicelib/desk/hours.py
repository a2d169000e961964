"""Working time. Time zones, daylight saving and public holidays live here and nowhere else.

Everything outside this module is an instant in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta


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
    raise NotImplementedError


def next_open(at: datetime, calendar: Calendar) -> datetime:
    """`at` itself when open, else the next opening instant. Raises Misconfigured when there is none in 370 days."""
    raise NotImplementedError


def add(start: datetime, working: timedelta, calendar: Calendar) -> datetime:
    """The instant when `working` time has passed since `start`. Ends inside opening hours (or exactly at closing)."""
    raise NotImplementedError


def subtract(end: datetime, working: timedelta, calendar: Calendar) -> datetime:
    """The instant from which `working` time leads up to `end`."""
    raise NotImplementedError


def rounded_up(at: datetime, calendar: Calendar, minutes: int = 15) -> datetime:
    """The next clock time a person would say (a full quarter hour, local), but never past that day's closing."""
    raise NotImplementedError


def local(at: datetime, calendar: Calendar) -> datetime:
    """The same instant as a wall-clock time in the calendar's zone."""
    raise NotImplementedError


def closes_at(at: datetime, calendar: Calendar) -> datetime | None:
    """When the shop that is open at `at` closes that day for good; None when it is shut."""
    raise NotImplementedError
