from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from byname.local.clock import LocalClock, keep_clock, restore_clock
from chalicelib.errors import Misconfigured, Refused

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


def test_a_kept_clock_goes_on_where_it_would_stand_by_now(tmp_path: Path) -> None:
    clock, again = LocalClock(), LocalClock()
    keep_clock(clock, tmp_path / "clock")
    clock.turn(NIGHT)
    restore_clock(again, tmp_path / "clock")
    assert again.ahead == clock.ahead
    assert NIGHT <= again.now() < NIGHT + timedelta(minutes=1)


def test_a_clock_turned_before_it_is_kept_is_kept_too(tmp_path: Path) -> None:
    clock, again = LocalClock(), LocalClock()
    clock.turn(NIGHT)
    keep_clock(clock, tmp_path / "clock")
    restore_clock(again, tmp_path / "clock")
    assert again.ahead == clock.ahead


def test_real_time_leaves_nothing_to_restore(tmp_path: Path) -> None:
    clock, again = LocalClock(), LocalClock()
    keep_clock(clock, tmp_path / "clock")
    clock.turn(NIGHT)
    clock.reset()
    restore_clock(again, tmp_path / "clock")
    assert not again.turned
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", ["", "tomorrow", "nan", "1e12", "1e300", "ü"])
def test_a_broken_clock_file_is_named_with_the_mend(tmp_path: Path, words: str) -> None:
    (tmp_path / "clock").write_text(words, "utf-8")
    with pytest.raises(Misconfigured, match=r"clock does not say .* delete it"):
        restore_clock(LocalClock(), tmp_path / "clock")
