"""How hours, times and days off may be written in team.toml, and what is said when they cannot be read."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from byname.team.notation import Span, Week, read_address, read_days_off, read_hours, read_span, write_hours, write_span

MORNING, AFTERNOON, WHOLE = (480, 720), (780, 1020), (480, 1020)
EXAMPLE = "write it like 'Mon-Fri 08:00-17:30' or 'Sat 09:00-12:00, 13:00-16:00'"


@pytest.mark.parametrize(
    ("lines", "week"),
    [
        pytest.param(["Mon-Fri 08:00-17:00"], ((WHOLE,),) * 5 + ((), ()), id="weekdays"),
        pytest.param(["Mon-Fri 8:00-17:00"], ((WHOLE,),) * 5 + ((), ()), id="one digit for the hour"),
        pytest.param(["monday - friday: 08:00 – 17:00"], ((WHOLE,),) * 5 + ((), ()), id="as people write it"),
        pytest.param(["Sat 08:00-12:00, 13:00-17:00"], ((),) * 5 + ((MORNING, AFTERNOON), ()), id="a lunch break"),
        pytest.param(["Sat 08:00-12:00 and 13:00-17:00"], ((),) * 5 + ((MORNING, AFTERNOON), ()), id="and"),
        pytest.param(["Sat 13:00-17:00", "Sat 08:00-12:00"], ((),) * 5 + ((MORNING, AFTERNOON), ()), id="any order"),
        pytest.param(["Tue, Thu 08:00-17:00"], ((), (WHOLE,), (), (WHOLE,), (), (), ()), id="two days"),
        pytest.param(["Sat-Mon 08:00-17:00"], ((WHOLE,), (), (), (), (), (WHOLE,), (WHOLE,)), id="over the weekend"),
        pytest.param(["Mon-Sun 00:00-24:00"], (((0, 1440),),) * 7, id="around the clock"),
    ],
)
def test_hours_are_read_as_people_write_them(lines: list[str], week: Week) -> None:
    assert read_hours(lines) == week


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Mon-Fri 8-5", f"cannot read the hours 'Mon-Fri 8-5'; {EXAMPLE}"),
        ("08:00-17:00", f"cannot read the hours '08:00-17:00'; {EXAMPLE}"),
        ("Mon 08:00-17:00 or so", f"cannot read the hours 'Mon 08:00-17:00 or so'; {EXAMPLE}"),
        ("Mon-Fry 08:00-17:00", "'Fry' is not a day of the week; did you mean 'Fri'?"),
        ("Wensday 08:00-17:00", "'Wensday' is not a day of the week; did you mean 'Wed'?"),
        ("Mon 08:00-25:00", "'25:00' is not a time of day; write 00:00 to 24:00"),
        ("Mon 08:70-09:00", "'08:70' is not a time of day; write 00:00 to 24:00"),
        (
            "Fri 22:00-02:00",
            "22:00-02:00 closes before it opens; a night is written on two days: "
            "'Fri 22:00-24:00' and 'Sat 00:00-02:00'",
        ),
        (
            "Mon 08:00-12:30, 12:00-17:00",
            "on Mon the hours 08:00-12:30 and 12:00-17:00 overlap; write them as one: 'Mon 08:00-17:00'",
        ),
    ],
)
def test_hours_that_cannot_be_say_what_would_be_right(line: str, message: str) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the whole message is compared
        read_hours([line])
    assert str(raised.value) == message


def test_a_week_is_written_with_like_days_together() -> None:
    lines = ["Mon-Fri 08:00-12:00, 13:00-17:00", "Sat 09:00-12:00"]
    assert write_hours(read_hours(lines)) == "Mon-Fri 08:00-12:00 13:00-17:00, Sat 09:00-12:00"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30m", Span(0, 30)),
        ("45 minutes", Span(0, 45)),
        ("4h", Span(0, 240)),
        ("4 hours", Span(0, 240)),
        ("1h 30m", Span(0, 90)),
        ("1h30m", Span(0, 90)),
        ("1 day", Span(1, 0)),
        ("2 days", Span(2, 0)),
        ("1 day 2h", Span(1, 120)),
        ("1D", Span(1, 0)),
    ],
)
def test_times_are_read_as_people_write_them(text: str, span: Span) -> None:
    assert read_span(text) == span


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("soon", "cannot read the time 'soon'; write '30m', '4h', '1 day' or '1h 30m'"),
        ("4", "cannot read the time '4'; write '30m', '4h', '1 day' or '1h 30m'"),
        ("1 week", "cannot read the time '1 week'; write '30m', '4h', '1 day' or '1h 30m'"),
        ("1 month", "cannot read the time '1 month'; write '30m', '4h', '1 day' or '1h 30m'"),
        ("", "cannot read the time ''; write '30m', '4h', '1 day' or '1h 30m'"),
        ("0h", "'0h' is no time at all; write '30m', '4h', '1 day' or '1h 30m'"),
    ],
)
def test_times_that_cannot_be_say_what_would_be_right(text: str, message: str) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the whole message is compared
        read_span(text)
    assert str(raised.value) == message


def test_a_day_is_as_long_as_the_firms_usual_day() -> None:
    assert Span(days=2, minutes=30).as_time(usual_day=timedelta(hours=8)) == timedelta(hours=16, minutes=30)


@pytest.mark.parametrize(
    ("span", "text"),
    [(timedelta(hours=9, minutes=30), "9h 30m"), (timedelta(hours=4), "4h"), (timedelta(minutes=45), "45m")],
)
def test_times_are_written_short(span: timedelta, text: str) -> None:
    assert write_span(span) == text


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-12-24 Christmas Eve", ((date(2026, 12, 24), "Christmas Eve"),)),
        ("2026-12-24", ((date(2026, 12, 24), "closed"),)),
        ("2026-12-31 to 2027-01-01 Party", ((date(2026, 12, 31), "Party"), (date(2027, 1, 1), "Party"))),
        ("2026-12-24 - 2026-12-24 A day", ((date(2026, 12, 24), "A day"),)),
    ],
)
def test_days_off_are_one_day_or_several(text: str, days: tuple[tuple[date, str], ...]) -> None:
    assert read_days_off(text) == days


DAY_OFF = "write '2026-12-24 Christmas Eve' or '2026-12-24 to 2027-01-02 Winter break'"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("24.12.2026 Christmas Eve", f"cannot read the day '24.12.2026 Christmas Eve'; {DAY_OFF}"),
        ("2026-02-30 Nothing", "'2026-02-30' is not in the calendar; write year-month-day, like 2026-12-24"),
        (
            "2027-01-02 to 2026-12-24 Break",
            "'2027-01-02 to 2026-12-24 Break' should run from a first to a later last day, three months at most; "
            + DAY_OFF,
        ),
        (
            "2026-12-24 to 2027-12-24 Sabbatical",
            "'2026-12-24 to 2027-12-24 Sabbatical' should run from a first to a later last day, three months at most; "
            + DAY_OFF,
        ),
    ],
)
def test_days_off_that_cannot_be_say_what_would_be_right(text: str, message: str) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the whole message is compared
        read_days_off(text)
    assert str(raised.value) == message


@pytest.mark.parametrize("text", ["bob", "bob@", "Bob <bob@acme.example>", "b b@acme.example", "bob@-x.example"])
def test_an_address_is_written_bare(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a mail address; write it bare, like 'bob@acme\.example'"):
        read_address(text)


def test_an_address_without_its_ending_is_told_what_it_lacks() -> None:
    with pytest.raises(
        ValueError, match=r"'Bob@acme' has no ending; write all of the address, like 'bob@acme\.example'"
    ):
        read_address("Bob@acme")


def test_addresses_are_kept_in_lower_case() -> None:
    assert read_address(" Bob.Harris+x@Acme.Example ") == "bob.harris+x@acme.example"
