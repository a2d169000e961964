"""Times as people say them. Monday is 2026-11-23; the shop is in London, open 08:00-17:30 on working days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.desk.hours import Calendar
from chalicelib.mail import phrases
from tests.builders import MONDAY, MONDAY_NIGHT, SHOP, a_team


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "decided_at", "said"),
    [
        ("2026-11-23 13:15", "2026-11-23 09:07", "by 13:15 today"),
        ("2026-11-23 08:05", "2026-11-23 07:00", "by 08:05 today"),
        ("2026-11-24 11:00", "2026-11-23 15:20", "by 11:00 tomorrow, Tuesday"),
        ("2026-11-26 11:00", "2026-11-23 09:07", "by 11:00 on Thursday"),
        ("2026-11-29 11:00", "2026-11-23 09:07", "by 11:00 on Sunday"),
        ("2026-11-30 11:00", "2026-11-23 09:07", "by 11:00 on Monday 30 November"),
        ("2026-12-03 11:00", "2026-11-23 09:07", "by 11:00 on Thursday 3 December"),
        ("2027-01-04 11:00", "2026-12-23 09:07", "by 11:00 on Monday 4 January"),
        ("2027-11-22 11:00", "2026-11-23 09:07", "by 11:00 on Monday 22 November 2027"),
        ("2026-11-23 23:45", "2026-11-23 22:40", "by 23:45 tonight"),
        ("2026-11-24 00:45", "2026-11-23 23:40", "by 00:45 tonight"),
        ("2026-11-24 00:00", "2026-11-23 22:55", "by midnight tonight"),
        ("2026-11-24 02:30", "2026-11-24 01:25", "by 02:30 tonight"),
        ("2026-11-24 09:15", "2026-11-24 01:25", "by 09:15 today, Tuesday"),
        ("2026-11-22 11:00", "2026-11-23 09:07", "by 11:00 yesterday"),
        ("2026-11-19 11:00", "2026-11-23 09:07", "by 11:00 on Thursday 19 November"),
        ("2026-06-15 10:00", "2026-06-15 08:00", "by 11:00 today"),
    ],
)
def test_a_promised_time_is_a_day_and_a_clock_time(due: str, decided_at: str, said: str) -> None:
    assert phrases.by_when(at(due), at(decided_at), a_team(), "en") == said


def test_the_day_changes_at_midnight_in_the_shop_not_in_greenwich() -> None:
    berlin = replace(a_team().firm, calendar=replace(SHOP, zone="Europe/Berlin"))
    said = phrases.by_when(at("2026-11-24 09:00"), at("2026-11-23 23:30"), a_team(firm=berlin), "en")
    assert said == "by 10:00 today, Tuesday"


def test_a_language_without_a_folder_is_written_in_the_firms() -> None:
    assert phrases.by_when(at("2026-11-23 13:15"), MONDAY, a_team(), "tlh") == "by 13:15 today"


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        ("2026-11-23 08:01", "today at 08:01"),
        ("2026-11-22 16:20", "yesterday at 16:20"),
        ("2026-11-19 16:20", "on Thursday at 16:20"),
        ("2026-11-03 16:20", "on 3 November"),
        ("2025-11-03 16:20", "on 3 November 2025"),
    ],
)
def test_a_past_time_is_said_as_closely_as_it_matters(happened: str, said: str) -> None:
    assert phrases.past(at(happened), MONDAY, a_team(), "en") == said


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        ("2026-11-23 08:01", "today"),
        ("2026-11-02 08:01", "this month"),
        ("2026-03-09 08:01", "in March"),
        ("2014-03-09 08:01", "in March 2014"),
    ],
)
def test_help_long_ago_is_remembered_by_its_month(happened: str, said: str) -> None:
    assert phrases.month(at(happened), MONDAY, a_team(), "en") == said


@pytest.mark.parametrize(
    ("first_seen", "said"),
    [
        ("2014-03-03 08:00", "customer since 2014"),
        ("2026-03-03 08:00", "customer since March"),
        ("2026-11-23 09:00", "new today"),
    ],
)
def test_the_card_says_how_long_somebody_is_a_customer(first_seen: str, said: str) -> None:
    assert phrases.since(at(first_seen), MONDAY, a_team(), "en") == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "now"),
        (1, "in one minute"),
        (50, "in 50 minutes"),
        (60, "in an hour"),
        (90, "in 90 minutes"),
        (180, "in 3 hours"),
        (3 * 24 * 60, "in 3 days"),
        (-1, "one minute ago"),
        (-20, "20 minutes ago"),
        (-60, "an hour ago"),
        (-180, "3 hours ago"),
        (-3 * 24 * 60, "3 days ago"),
    ],
)
def test_a_nudge_says_how_long_is_left(minutes: int, said: str) -> None:
    assert phrases.distance(MONDAY + timedelta(minutes=minutes), MONDAY, a_team(), "en") == said


@pytest.mark.parametrize(
    ("due", "decided_at", "said"),
    [
        ("2026-12-29 11:45", "2026-12-24 15:00", "by 11:45 on Tuesday 29 December"),
        ("2026-12-29 11:45", "2026-12-25 15:00", "by 11:45 on Tuesday"),
        ("2026-12-15 11:45", "2026-12-10 15:00", "by 11:45 on Tuesday"),
    ],
    ids=["over Christmas", "four days", "no holiday between"],
)
def test_beyond_a_long_holiday_the_date_is_given(due: str, decided_at: str, said: str) -> None:
    assert phrases.by_when(at(due), at(decided_at), a_team(), "en") == said


def without_cover() -> dict[str, object]:
    return {"urgent": None}


def firm(**over: object) -> dict[str, object]:
    return {"firm": replace(a_team().firm, **over)}  # type: ignore[arg-type]


ALL_DAY = Calendar("Europe/London", tuple(((0, 24 * 60),) for _ in range(7)))
LATE_BAR = Calendar("Europe/London", tuple(((18 * 60, 24 * 60),) for _ in range(7)))
NEVER = Calendar("Europe/London", ((),) * 7)


@pytest.mark.parametrize(
    ("team", "now", "said"),
    [
        (
            {},
            MONDAY,
            "If it can't wait, ring us on 0161 496 0123; we're here until 17:30, "
            "and Anna Harris answers for emergencies after that on 07700 900100.",
        ),
        (without_cover(), MONDAY, "If it can't wait, ring us on 0161 496 0123; we're here until 17:30."),
        (
            {},
            MONDAY_NIGHT,
            "In an emergency Anna Harris answers on 07700 900100, at any hour; "
            "otherwise we're back on 0161 496 0123 from 08:00 tomorrow, Tuesday.",
        ),
        (without_cover(), MONDAY_NIGHT, "We're back on the phone from 08:00 tomorrow, Tuesday: 0161 496 0123."),
        (firm(phone=""), MONDAY, "In an emergency Anna Harris answers on 07700 900100."),
        ({**firm(phone=""), **without_cover()}, MONDAY, ""),
        ({**firm(calendar=ALL_DAY), **without_cover()}, MONDAY, "If it can't wait, ring us on 0161 496 0123."),
        ({**firm(calendar=NEVER), **without_cover()}, MONDAY, "If it can't wait, ring us on 0161 496 0123."),
        (
            {**firm(calendar=LATE_BAR), **without_cover()},
            MONDAY_NIGHT,
            "If it can't wait, ring us on 0161 496 0123; we're here until midnight.",
        ),
    ],
    ids=["open", "open alone", "shut", "shut alone", "cover only", "no phone", "never shuts", "no hours", "midnight"],
)
def test_the_phone_line_says_who_can_be_rung_when(team: dict[str, object], now: datetime, said: str) -> None:
    assert phrases.phone_line(a_team(**team), now, "en") == said


LUNCH = Calendar("Europe/London", tuple(((480, 750), (795, 1050)) for _ in range(7)))
COFFEE = Calendar("Europe/London", tuple(((480, 600), (615, 750), (795, 1050)) for _ in range(7)))


@pytest.mark.parametrize(
    ("calendar", "now", "said"),
    [
        (
            LUNCH,
            "12:25",
            "If it can't wait, ring us on 0161 496 0123; we're here until 12:30 and again from 13:15 to 17:30.",
        ),
        (LUNCH, "12:30", "We're back on the phone from 13:15 today: 0161 496 0123."),
        (LUNCH, "13:15", "If it can't wait, ring us on 0161 496 0123; we're here until 17:30."),
        (
            COFFEE,
            "09:00",
            "If it can't wait, ring us on 0161 496 0123; "
            "we're here until 10:00 and again from 10:15 to 12:30 and again from 13:15 to 17:30.",
        ),
    ],
)
def test_a_lunch_break_is_said_before_somebody_rings_into_it(calendar: Calendar, now: str, said: str) -> None:
    team = a_team(**firm(calendar=calendar), **without_cover())
    assert phrases.phone_line(team, at(f"2026-11-23 {now}"), "en") == said


def test_a_clock_put_back_in_opening_hours_still_gives_a_closing_time() -> None:
    early = Calendar("Europe/London", tuple(((0, 90),) for _ in range(7)))
    team = a_team(**firm(calendar=early), **without_cover())
    assert phrases.phone_line(team, at("2026-10-25 00:15"), "en").endswith("; we're here until 01:30.")


@pytest.mark.parametrize(
    ("team", "now", "said"),
    [
        ({}, MONDAY, "we're here until 17:30. In an emergency ring 07700 900100, at any hour."),
        ({}, MONDAY_NIGHT, "In an emergency ring 07700 900100, at any hour; otherwise we're back on 0161 496 0123"),
        (firm(phone=""), MONDAY, "In an emergency ring 07700 900100, at any hour."),
        (firm(calendar=ALL_DAY), MONDAY, "0161 496 0123; in an emergency ring 07700 900100, at any hour."),
    ],
    ids=["open", "shut", "cover only", "never shuts"],
)
def test_of_somebody_named_already_only_the_number_is_said(team: dict[str, object], now: datetime, said: str) -> None:
    line = phrases.phone_line(a_team(**team), now, "en", named=("Anna Harris",))
    assert said in line
    assert "Anna" not in line


@pytest.mark.parametrize(
    ("name", "now", "expected"),
    [("Anna Harris", MONDAY_NIGHT, True), ("Anna Harris", MONDAY, False), ("Bob Harris", MONDAY_NIGHT, False)],
)
def test_only_the_cover_is_on_call_and_only_when_the_shop_is_shut(name: str, now: datetime, expected: bool) -> None:
    assert phrases.on_call(name, now, a_team()) is expected


def test_without_cover_nobody_is_on_call() -> None:
    assert phrases.on_call("Anna Harris", MONDAY_NIGHT, a_team(urgent=None)) is False


def test_cover_that_sleeps_at_night_is_not_promised_for_it() -> None:
    cover = a_team().urgent
    assert cover is not None
    team = a_team(urgent=replace(cover, outside_hours=False))
    assert (
        phrases.phone_line(team, MONDAY, "en") == "If it can't wait, ring us on 0161 496 0123; we're here until 17:30."
    )


@pytest.mark.parametrize(
    ("photos", "files", "said"),
    [
        (0, 0, ""),
        (1, 0, "photo"),
        (2, 0, "two photos"),
        (0, 1, "file"),
        (0, 13, "13 files"),
        (2, 1, "two photos and one file"),
        (1, 3, "one photo and three files"),
    ],
)
def test_what_came_along_is_counted_as_people_count(photos: int, files: int, said: str) -> None:
    assert phrases.what_came(photos, files, "en") == said


@pytest.mark.parametrize(
    ("byte_count", "said"),
    [(0, "1 KB"), (640_300, "640 KB"), (949_999, "950 KB"), (950_001, "1.0 MB"), (12_345_678, "12.3 MB")],
)
def test_sizes_are_said_in_round_numbers(byte_count: int, said: str) -> None:
    assert phrases.size(byte_count, "en") == said
