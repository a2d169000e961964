"""Opening hours read as they would on the shop's door."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from chalicelib.desk.hours import Calendar
from chalicelib.web import opening
from tests.builders import ENGLISH, SHOP

DAY = ((8 * 60, 17 * 60 + 30),)
LUNCH = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))


@pytest.mark.parametrize(
    ("week", "expected"),
    [
        pytest.param(SHOP.week, (("Monday to Friday", "08:00 to 17:30"),), id="working days"),
        pytest.param((DAY,) * 7, (("Monday to Sunday", "08:00 to 17:30"),), id="every day"),
        pytest.param(((),) * 7, (), id="never"),
        pytest.param(
            (DAY, DAY, LUNCH, DAY, DAY, (), ()),
            (
                ("Monday to Tuesday", "08:00 to 17:30"),
                ("Wednesday", "09:00 to 12:00 and 13:00 to 18:00"),
                ("Thursday to Friday", "08:00 to 17:30"),
            ),
            id="one day differs",
        ),
        pytest.param(
            (DAY, (), DAY, (), (), (), ()), (("Monday", "08:00 to 17:30"), ("Wednesday", "08:00 to 17:30")), id="gaps"
        ),
    ],
)
def test_equal_neighbours_stand_together(
    week: tuple[tuple[tuple[int, int], ...], ...], expected: tuple[tuple[str, str], ...]
) -> None:
    assert opening.week(Calendar("Europe/London", week), ENGLISH) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(datetime(2026, 11, 23, 9, 7, tzinfo=UTC), "08:00 to 17:30", id="a working day"),
        pytest.param(datetime(2026, 11, 22, 9, 7, tzinfo=UTC), "closed", id="a Sunday"),
        pytest.param(datetime(2026, 12, 25, 9, 7, tzinfo=UTC), "closed (Christmas Day)", id="a holiday"),
        pytest.param(datetime(2026, 6, 28, 23, 30, tzinfo=UTC), "08:00 to 17:30", id="already Monday in London"),
    ],
)
def test_today_is_the_day_it_is_in_the_shop(now: datetime, expected: str) -> None:
    assert opening.today(now, SHOP) == expected


def test_a_closed_day_without_a_name_is_just_closed() -> None:
    calendar = Calendar("Europe/London", SHOP.week, closed=((date(2026, 11, 23), ""),))
    assert opening.today(datetime(2026, 11, 23, 9, 7, tzinfo=UTC), calendar) == "closed"
