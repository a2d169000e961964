"""Laws of working time: for any calendar, in any zone, at any instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.desk import hours
from chalicelib.desk.hours import Calendar

ZONES = (
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",  # clocks change at midnight
    "Asia/Kathmandu",  # UTC+05:45
    "Australia/Lord_Howe",  # clocks change by half an hour
    "Africa/Cairo",  # midnight itself is skipped in spring
    "UTC",
)
QUARTER = timedelta(minutes=15)


@st.composite
def windows(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """One day's opening hours: up to three windows, in order, apart."""
    edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple(zip(edges[0::2], edges[1::2], strict=False))


def long_enough_in_any_night(week: tuple[tuple[tuple[int, int], ...], ...]) -> bool:
    """At least one window that no change of the clocks can swallow."""
    return any(closes - opens > 60 for day in week for opens, closes in day)


def instants_between(first: datetime, last: datetime) -> st.SearchStrategy[datetime]:
    milliseconds = (last - first) // timedelta(milliseconds=1)
    return st.integers(0, milliseconds).map(lambda n: first + timedelta(milliseconds=n))


weeks = st.tuples(*[windows()] * 7).filter(long_enough_in_any_night)
closed_days = st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=30).map(
    lambda days: tuple((day, "closed") for day in sorted(days))
)
calendars = st.builds(Calendar, st.sampled_from(ZONES), weeks, closed_days)
# two instants in three lie around a change of the clocks, where the mistakes are
instants = st.one_of(
    instants_between(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)),
    instants_between(datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC)),
    instants_between(datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC)),
)
spans = st.integers(0, 60 * 60 * 60).map(lambda seconds: timedelta(seconds=seconds))

AROUND_THE_CLOCK = Calendar("Africa/Cairo", (((0, 1440),),) * 7)
SPRING_MIDNIGHT = datetime(2026, 4, 23, 22, 0, tzinfo=UTC)


def at_closing(at: datetime, calendar: Calendar) -> bool:
    """Somebody was there until just now."""
    return hours.is_open(at - timedelta(microseconds=1), calendar)


@settings(deadline=None)
@given(instants, spans, calendars)
@example(SPRING_MIDNIGHT, timedelta(hours=24), AROUND_THE_CLOCK)
def test_what_is_due_is_never_before_the_start(start: datetime, working: timedelta, calendar: Calendar) -> None:
    assert hours.add(start, working, calendar) - start >= working


@settings(deadline=None)
@given(instants, spans, spans, calendars)
def test_more_working_time_is_never_due_earlier(
    start: datetime, less: timedelta, more: timedelta, calendar: Calendar
) -> None:
    less, more = sorted((less, more))
    assert hours.add(start, less, calendar) <= hours.add(start, more, calendar)


@settings(deadline=None)
@given(instants, instants, spans, calendars)
def test_who_starts_later_is_never_due_earlier(
    start: datetime, later: datetime, working: timedelta, calendar: Calendar
) -> None:
    start, later = sorted((start, later))
    assert hours.add(start, working, calendar) <= hours.add(later, working, calendar)


@settings(deadline=None)
@given(instants, spans, spans, calendars)
def test_a_and_then_b_is_a_plus_b(start: datetime, a: timedelta, b: timedelta, calendar: Calendar) -> None:
    assert hours.add(hours.add(start, a, calendar), b, calendar) == hours.add(start, a + b, calendar)


@settings(deadline=None)
@given(instants, spans, calendars)
def test_what_is_due_lands_inside_opening_hours_or_at_closing(
    start: datetime, working: timedelta, calendar: Calendar
) -> None:
    due = hours.add(start, working, calendar)
    assert hours.is_open(due, calendar) or at_closing(due, calendar)


@settings(deadline=None)
@given(instants, spans, calendars)
def test_counting_back_undoes_counting_on_from_an_open_instant(
    start: datetime, working: timedelta, calendar: Calendar
) -> None:
    start = hours.next_open(start, calendar)
    assert hours.subtract(hours.add(start, working, calendar), working, calendar) == start


@settings(deadline=None)
@given(instants, spans, spans, calendars)
def test_counting_on_undoes_counting_back_from_a_due_time(
    start: datetime, working: timedelta, back: timedelta, calendar: Calendar
) -> None:
    due = hours.add(start, working + timedelta(seconds=1), calendar)
    assert hours.add(hours.subtract(due, back, calendar), back, calendar) == due


@settings(deadline=None)
@given(instants, calendars)
def test_the_next_opening_is_open_and_nothing_opens_before_it(at: datetime, calendar: Calendar) -> None:
    opens = hours.next_open(at, calendar)
    assert hours.is_open(opens, calendar)
    assert opens == at or not hours.is_open(at + (opens - at) / 2, calendar)


@settings(deadline=None)
@given(instants, calendars)
def test_rounding_up_stays_within_a_quarter_of_an_hour(at: datetime, calendar: Calendar) -> None:
    assert at <= hours.rounded_up(at, calendar) < at + QUARTER


@settings(deadline=None)
@given(instants, spans, calendars)
def test_a_rounded_due_time_stays_inside_opening_hours(start: datetime, working: timedelta, calendar: Calendar) -> None:
    said = hours.rounded_up(hours.add(start, working, calendar), calendar)
    assert hours.is_open(said, calendar) or at_closing(said, calendar)


@settings(deadline=None)
@given(instants, calendars)
def test_a_rounded_time_is_a_full_quarter_unless_it_is_closing_time(at: datetime, calendar: Calendar) -> None:
    said = hours.rounded_up(at, calendar)
    clock = hours.local(said, calendar)
    assert (clock.minute % 15, clock.second, clock.microsecond) == (0, 0, 0) or at_closing(said, calendar)


@settings(deadline=None)
@given(instants, calendars)
def test_closing_time_is_ahead_of_everyone_who_is_there(at: datetime, calendar: Calendar) -> None:
    closes = hours.closes_at(at, calendar)
    assert (closes is not None) == hours.is_open(at, calendar)
    assert closes is None or (closes > at and at_closing(closes, calendar))
