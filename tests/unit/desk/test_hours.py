"""Working time, told in the clock times of the shop and checked in UTC."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.desk import hours
from chalicelib.desk.hours import Calendar
from chalicelib.errors import Misconfigured
from tests.builders import SHOP

BERLIN = replace(SHOP, zone="Europe/Berlin")
LUNCH = Calendar("Europe/London", (((480, 720), (780, 1020)),) * 5 + ((), ()))
"""08:00-12:00 and 13:00-17:00, Monday to Friday."""
ALWAYS = Calendar("Europe/London", (((0, 1440),),) * 7)
NEVER = Calendar("Europe/London", ((),) * 7)
HOUR = timedelta(hours=1)


def on_sundays(opens: int, closes: int) -> Calendar:
    """Open on Sundays only, when London's clocks change."""
    return Calendar("Europe/London", ((),) * 6 + (((opens, closes),),))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("calendar", "start", "working", "due"),
    [
        pytest.param(SHOP, "2026-11-23 09:07", HOUR, "2026-11-23 10:07", id="within one morning"),
        pytest.param(SHOP, "2026-11-20 16:55", HOUR, "2026-11-23 08:25", id="Friday 16:55 ends on Monday"),
        pytest.param(SHOP, "2026-11-23 05:00", HOUR, "2026-11-23 09:00", id="before opening counts from opening"),
        pytest.param(SHOP, "2026-11-23 22:40", HOUR, "2026-11-24 09:00", id="at night counts from the morning"),
        pytest.param(SHOP, "2026-11-23 17:30", HOUR, "2026-11-24 09:00", id="the closing minute counts for nothing"),
        pytest.param(SHOP, "2026-11-23 08:00", 9.5 * HOUR, "2026-11-23 17:30", id="a whole day ends at closing"),
        pytest.param(SHOP, "2026-11-23 09:07", 9.5 * HOUR, "2026-11-24 09:07", id="a whole day later is tomorrow"),
        pytest.param(SHOP, "2026-11-23 08:00", 47.5 * HOUR, "2026-11-27 17:30", id="a whole week"),
        pytest.param(SHOP, "2026-12-24 17:00", HOUR, "2026-12-29 08:30", id="Christmas and its substitute are skipped"),
        pytest.param(SHOP, "2026-12-25 10:00", HOUR, "2026-12-29 09:00", id="a bank holiday waits for the next day"),
        pytest.param(LUNCH, "2026-11-23 11:30", HOUR, "2026-11-23 13:30", id="lunch is not working time"),
        pytest.param(LUNCH, "2026-11-23 12:20", HOUR, "2026-11-23 14:00", id="written at lunch, counted from its end"),
        pytest.param(LUNCH, "2026-11-23 11:00", HOUR, "2026-11-23 12:00", id="an hour up to lunch ends at lunch"),
        pytest.param(SHOP, "2026-03-27 17:00", HOUR, "2026-03-30 07:30", id="London, into summer time"),
        pytest.param(SHOP, "2026-10-23 16:00", HOUR, "2026-10-26 08:30", id="London, back to winter time"),
        pytest.param(BERLIN, "2026-03-27 16:00", HOUR, "2026-03-30 06:30", id="Berlin, into summer time"),
        pytest.param(BERLIN, "2026-10-23 15:00", HOUR, "2026-10-26 07:30", id="Berlin, back to winter time"),
        pytest.param(ALWAYS, "2026-03-28 22:00", 24 * HOUR, "2026-03-29 22:00", id="24 hours are 24 hours in spring"),
        pytest.param(ALWAYS, "2026-10-24 22:00", 24 * HOUR, "2026-10-25 22:00", id="24 hours are 24 hours in autumn"),
        pytest.param(on_sundays(0, 360), "2026-03-28 12:00", 5 * HOUR, "2026-03-29 05:00", id="a short night: 5 hours"),
        pytest.param(on_sundays(0, 360), "2026-10-24 12:00", 7 * HOUR, "2026-10-25 06:00", id="a long night: 7 hours"),
    ],
)
def test_working_time_passes_only_while_somebody_works(
    calendar: Calendar, start: str, working: timedelta, due: str
) -> None:
    assert hours.add(utc(start), working, calendar) == utc(due)


@pytest.mark.parametrize(
    ("calendar", "end", "working", "start"),
    [
        pytest.param(SHOP, "2026-11-23 10:07", HOUR, "2026-11-23 09:07", id="within one morning"),
        pytest.param(SHOP, "2026-11-23 08:25", HOUR, "2026-11-20 16:55", id="Monday leads back to Friday"),
        pytest.param(SHOP, "2026-12-29 08:30", HOUR, "2026-12-24 17:00", id="back over Christmas"),
        pytest.param(LUNCH, "2026-11-23 13:30", HOUR, "2026-11-23 11:30", id="back over lunch"),
        pytest.param(SHOP, "2026-11-22 12:00", HOUR, "2026-11-20 16:30", id="from a Sunday, out of hours"),
        pytest.param(SHOP, "2026-03-30 07:30", HOUR, "2026-03-27 17:00", id="London, back out of summer time"),
        pytest.param(BERLIN, "2026-10-26 07:30", HOUR, "2026-10-23 15:00", id="Berlin, back into summer time"),
    ],
)
def test_working_time_is_counted_back_the_same_way(
    calendar: Calendar, end: str, working: timedelta, start: str
) -> None:
    assert hours.subtract(utc(end), working, calendar) == utc(start)


@pytest.mark.parametrize(
    ("calendar", "at", "there"),
    [
        pytest.param(SHOP, "2026-11-23 08:00", True, id="the opening minute"),
        pytest.param(SHOP, "2026-11-23 07:59:59", False, id="a second before opening"),
        pytest.param(SHOP, "2026-11-23 17:29:59", True, id="a second before closing"),
        pytest.param(SHOP, "2026-11-23 17:30", False, id="the closing minute"),
        pytest.param(SHOP, "2026-11-22 12:00", False, id="Sunday"),
        pytest.param(SHOP, "2026-12-25 12:00", False, id="Christmas Day, a Friday"),
        pytest.param(LUNCH, "2026-11-23 12:30", False, id="lunch"),
        pytest.param(ALWAYS, "2026-11-24 00:00", True, id="midnight of a shop that never shuts"),
        pytest.param(SHOP, "2026-07-06 07:00", True, id="08:00 in summer is 07:00 UTC"),
        pytest.param(SHOP, "2026-07-06 16:30", False, id="17:30 in summer is 16:30 UTC"),
    ],
)
def test_the_opening_minute_is_open_and_the_closing_minute_is_not(calendar: Calendar, at: str, there: bool) -> None:
    assert hours.is_open(utc(at), calendar) is there


@pytest.mark.parametrize(
    ("calendar", "at", "opens"),
    [
        pytest.param(SHOP, "2026-11-23 09:07", "2026-11-23 09:07", id="open already"),
        pytest.param(SHOP, "2026-11-20 17:30", "2026-11-23 08:00", id="from Friday's closing to Monday"),
        pytest.param(SHOP, "2026-12-24 18:00", "2026-12-29 08:00", id="over Christmas"),
        pytest.param(LUNCH, "2026-11-23 12:00", "2026-11-23 13:00", id="after lunch"),
        pytest.param(
            on_sundays(90, 180), "2026-03-28 12:00", "2026-03-29 01:00", id="01:30 skipped: opens at the jump"
        ),
        pytest.param(on_sundays(60, 120), "2026-03-28 12:00", "2026-04-05 00:00", id="a window skipped whole"),
        pytest.param(on_sundays(90, 180), "2026-10-24 12:00", "2026-10-25 00:30", id="01:30 twice: opens at the first"),
    ],
)
def test_the_next_opening_is_found(calendar: Calendar, at: str, opens: str) -> None:
    assert hours.next_open(utc(at), calendar) == utc(opens)


@pytest.mark.parametrize(
    ("calendar", "at", "said"),
    [
        pytest.param(SHOP, "2026-11-23 09:07", "2026-11-23 09:15", id="up to the quarter"),
        pytest.param(SHOP, "2026-11-23 09:15", "2026-11-23 09:15", id="a full quarter stays"),
        pytest.param(SHOP, "2026-11-23 09:15:01", "2026-11-23 09:30", id="one second more is the next quarter"),
        pytest.param(SHOP, "2026-11-23 17:20", "2026-11-23 17:30", id="up to closing"),
        pytest.param(SHOP, "2026-11-23 17:30", "2026-11-23 17:30", id="closing itself stays"),
        pytest.param(
            replace(SHOP, week=(((480, 1040),),) * 7), "2026-11-23 17:16", "2026-11-23 17:20", id="closing at 17:20"
        ),
        pytest.param(SHOP, "2026-11-23 22:41", "2026-11-23 22:45", id="at night there is no closing to mind"),
        pytest.param(ALWAYS, "2026-11-23 23:52", "2026-11-24 00:00", id="up to midnight"),
        pytest.param(ALWAYS, "2026-03-29 00:50", "2026-03-29 01:00", id="up to the moment clocks go forward"),
        pytest.param(
            replace(ALWAYS, zone="Asia/Kathmandu"), "2026-11-23 09:01", "2026-11-23 09:15", id="Nepal, at UTC+05:45"
        ),
    ],
)
def test_a_time_is_rounded_to_what_a_person_would_say(calendar: Calendar, at: str, said: str) -> None:
    assert hours.rounded_up(utc(at), calendar) == utc(said)


def test_a_full_hour_is_one_on_the_local_clock() -> None:
    nepal = replace(ALWAYS, zone="Asia/Kathmandu")
    assert hours.rounded_up(utc("2026-11-23 09:01"), nepal, minutes=60) == utc("2026-11-23 09:15")


@pytest.mark.parametrize(
    ("calendar", "at", "closes"),
    [
        pytest.param(SHOP, "2026-11-23 09:07", utc("2026-11-23 17:30"), id="this evening"),
        pytest.param(LUNCH, "2026-11-23 09:07", utc("2026-11-23 17:00"), id="lunch is not closing for good"),
        pytest.param(LUNCH, "2026-11-23 12:30", None, id="shut for lunch"),
        pytest.param(SHOP, "2026-11-22 09:07", None, id="shut on Sunday"),
        pytest.param(SHOP, "2026-07-06 09:00", utc("2026-07-06 16:30"), id="17:30 in summer"),
        pytest.param(ALWAYS, "2026-11-23 09:07", utc("2026-11-24 00:00"), id="a shop that never shuts: midnight"),
        pytest.param(on_sundays(0, 90), "2026-10-25 00:10", utc("2026-10-25 00:30"), id="01:30 twice: the first"),
    ],
)
def test_closing_time_is_that_days_last(calendar: Calendar, at: str, closes: datetime | None) -> None:
    assert hours.closes_at(utc(at), calendar) == closes


def test_local_is_the_clock_on_the_shops_wall() -> None:
    assert hours.local(utc("2026-07-06 16:30"), SHOP).isoformat() == "2026-07-06T17:30:00+01:00"


def test_no_working_time_at_all_is_now_or_the_next_opening() -> None:
    assert hours.add(utc("2026-11-23 09:07"), timedelta(), SHOP) == utc("2026-11-23 09:07")
    assert hours.add(utc("2026-11-23 05:00"), timedelta(), SHOP) == utc("2026-11-23 08:00")


def test_the_answer_is_in_utc_whatever_zone_the_question_was_in() -> None:
    asked = hours.local(utc("2026-07-06 09:00"), BERLIN)
    assert hours.add(asked, HOUR, SHOP).isoformat() == "2026-07-06T10:00:00+00:00"


def test_working_time_is_never_negative() -> None:
    with pytest.raises(ValueError, match="working time runs forward only"):
        hours.add(utc("2026-11-23 09:07"), -HOUR, SHOP)


NEVER_OPEN = (
    "Nobody works within 370 days of 2026-11-23 (Europe/London): give at least one day of the week some `hours` "
    "in team.toml, or take days out of `closed`."
)


@pytest.mark.parametrize(
    "shut",
    [
        pytest.param(NEVER, id="no hours on any day"),
        pytest.param(
            replace(
                on_sundays(60, 120), closed=tuple((date(2025, 11, 2) + timedelta(weeks=n), "") for n in range(120))
            ),
            id="the one open day is always a holiday",
        ),
    ],
)
def test_a_calendar_that_never_opens_says_what_to_mend(shut: Calendar) -> None:
    with pytest.raises(Misconfigured) as raised:
        hours.next_open(utc("2026-11-23 09:07"), shut)
    assert str(raised.value) == NEVER_OPEN


@pytest.mark.parametrize("count", [hours.add, hours.subtract])
def test_working_time_never_passes_where_nobody_works(
    count: Callable[[datetime, timedelta, Calendar], datetime],
) -> None:
    with pytest.raises(Misconfigured) as raised:
        count(utc("2026-11-23 09:07"), HOUR, NEVER)
    assert str(raised.value) == NEVER_OPEN


def test_an_unknown_time_zone_says_what_to_mend() -> None:
    with pytest.raises(Misconfigured) as raised:
        hours.is_open(utc("2026-11-23 09:07"), replace(SHOP, zone="Europe/Lundun"))
    assert str(raised.value) == ("'Europe/Lundun' is not a time zone; write one like 'Europe/London' in team.toml.")
