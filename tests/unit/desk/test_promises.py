"""When is the answer due, and when is its owner nudged?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.desk import hours, promises
from chalicelib.desk.model import PromiseState
from tests.builders import ANNA, BOB, MONDAY, a_promise, a_team

TEAM = a_team()
FRIDAY = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)


def due(now: datetime, category: str = "repairs", *, urgent: bool = False, away: datetime | None = None) -> datetime:
    return promises.make(promises.Terms(BOB, category, urgent, away), TEAM, now).due


@pytest.mark.parametrize(
    ("now", "category", "expected"),
    [
        (MONDAY, "repairs", datetime(2026, 11, 23, 13, 15, tzinfo=UTC)),
        (FRIDAY, "repairs", datetime(2026, 11, 30, 11, 30, tzinfo=UTC)),
        (FRIDAY - timedelta(minutes=5), "billing", datetime(2026, 11, 30, 16, 30, tzinfo=UTC)),
        (datetime(2026, 12, 24, 16, 0, tzinfo=UTC), "repairs", datetime(2026, 12, 29, 10, 30, tzinfo=UTC)),
        (MONDAY, "", datetime(2026, 11, 24, 8, 45, tzinfo=UTC)),
    ],
    ids=["a quarter past", "over the weekend", "Friday 16:55", "over Christmas", "no category: the firm's own time"],
)
def test_the_time_is_one_a_person_would_say_and_lies_in_working_hours(
    now: datetime, category: str, expected: datetime
) -> None:
    assert due(now, category) == expected


def test_urgent_cover_runs_at_night_when_the_firm_says_so() -> None:
    night = datetime(2026, 11, 28, 2, 7, tzinfo=UTC)
    promise = promises.make(promises.Terms(ANNA, "", urgent=True), TEAM, night)
    assert (promise.due, promise.around_the_clock) == (datetime(2026, 11, 28, 3, 15, tzinfo=UTC), True)


def test_who_is_away_promises_from_their_return() -> None:
    assert due(MONDAY, away=datetime(2026, 11, 25, 8, 0, tzinfo=UTC)) == datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@given(st.datetimes(datetime(2026, 11, 1), datetime(2027, 2, 1), timezones=st.just(UTC)))  # noqa: DTZ001 (hypothesis wants them naive)
def test_the_nudge_comes_in_working_hours_and_before_the_time(now: datetime) -> None:
    for category in ("repairs", "billing"):
        promise = promises.make(promises.Terms(BOB, category, urgent=False), TEAM, now)
        assert promise.nudge_at is not None
        assert now <= promise.nudge_at <= promise.due
        assert hours.is_open(promise.nudge_at, BOB.calendar) or promise.nudge_at == promise.due


def test_a_short_promise_over_the_weekend_nudges_nobody_on_saturday() -> None:
    from dataclasses import replace

    quick = a_team(categories=(replace(TEAM.categories[0], answer_within=timedelta(hours=1)),))
    promise = promises.make(promises.Terms(BOB, "repairs", urgent=False), quick, FRIDAY)
    assert (promise.due, promise.nudge_at) == (
        datetime(2026, 11, 30, 8, 30, tzinfo=UTC),
        datetime(2026, 11, 30, 8, 0, tzinfo=UTC),
    )


def test_an_answer_in_time_keeps_it_and_a_late_one_does_not() -> None:
    promise = a_promise()
    on_time, late = promises.kept(promise, promise.due), promises.kept(promise, promise.due + timedelta(seconds=1))
    assert on_time is not None
    assert late is not None
    assert (on_time.state, late.state) == (PromiseState.KEPT, PromiseState.MISSED)
