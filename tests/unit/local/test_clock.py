from datetime import UTC, datetime, timedelta

import pytest

from byname.local.clock import LocalClock
from chalicelib.errors import Refused

NIGHT = datetime(2026, 11, 23, 22, 40, tzinfo=UTC)


def test_it_shows_real_time_until_turned() -> None:
    clock = LocalClock()
    before, shown, after = datetime.now(UTC), clock.now(), datetime.now(UTC)
    assert before <= shown <= after
    assert not clock.turned


def test_turned_it_goes_on_from_there() -> None:
    clock = LocalClock()
    clock.turn(NIGHT)
    first = clock.now()
    assert NIGHT <= first < NIGHT + timedelta(minutes=1)
    assert clock.now() >= first
    assert clock.turned


def test_reset_brings_real_time_back() -> None:
    clock = LocalClock()
    clock.turn(NIGHT)
    clock.reset()
    assert not clock.turned
    assert clock.now() <= datetime.now(UTC)


def test_whoever_waits_for_time_hears_of_each_turn() -> None:
    clock, heard = LocalClock(), []
    clock.on_turn(lambda: heard.append(clock.now().year))
    clock.turn(datetime(2030, 1, 2, tzinfo=UTC))
    assert heard == [2030]


@pytest.mark.parametrize("text", ["2026-07-01 09:40", "2026-07-01T09:40", " 2026-07-01 09:40:00 "])
def test_what_is_typed_is_the_firms_time(text: str) -> None:
    assert LocalClock("Europe/London").read(text) == datetime(2026, 7, 1, 8, 40, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01 09:00", "0001-01-01 00:00"])
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Refused, match="2026-11-24 09:40"):
        LocalClock("Asia/Tokyo").read(text)
