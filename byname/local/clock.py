"""The laboratory's clock: real time, moved to where you want to look."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from chalicelib.errors import Fault, Misconfigured, Refused

_FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")


class LocalClock:
    """Runs as fast as the real one, but may be turned: to see tonight's cover by day, or tomorrow's missed promise."""

    def __init__(self, zone: str = "UTC") -> None:
        self.zone = ZoneInfo(zone)
        """The firm's zone: what is typed in and shown is in it."""
        self._offset = timedelta(0)
        self._lock = threading.Lock()
        self._on_turn: list[Callable[[], None]] = []

    def now(self) -> datetime:
        with self._lock:
            return datetime.now(UTC) + self._offset

    @property
    def ahead(self) -> timedelta:
        """Of real time; negative when it is behind."""
        with self._lock:
            return self._offset

    @property
    def turned(self) -> bool:
        """True when it does not show real time."""
        return bool(self.ahead)

    def turn(self, instant: datetime) -> None:
        """It is this instant now, and time goes on from there."""
        self.put_ahead(instant - datetime.now(UTC))

    def reset(self) -> None:
        """Back to real time."""
        self.put_ahead(timedelta(0))

    def on_turn(self, act: Callable[[], None]) -> None:
        """`act` is called after each turn: what has become due shall not wait for the next minute."""
        self._on_turn.append(act)

    def read(self, text: str) -> datetime:
        """What a person typed (`2026-11-24 09:40`, the firm's time) as an instant. Raises Refused with the mend."""
        for form in _FORMS:
            try:
                return datetime.strptime(text.strip(), form).replace(tzinfo=self.zone).astimezone(UTC)
            except (ValueError, OverflowError):
                continue
        raise Refused(Fault("clock", f'"{text}" is not a day and time: write it like 2026-11-24 09:40.', "CLOCK"))

    def put_ahead(self, offset: timedelta) -> None:
        """That much ahead of real time."""
        with self._lock:
            self._offset = offset
        for act in self._on_turn:
            act()


def keep_clock(clock: LocalClock, file: Path) -> None:
    """Writes down how far ahead the clock is, now and after each turn: promises made in that time outlive the process.

    The file holds seconds; a clock that shows real time has none.
    """

    def write() -> None:
        if not clock.turned:
            file.unlink(missing_ok=True)
            return
        half = file.with_suffix(".half")
        half.write_text(f"{clock.ahead.total_seconds()}\n", "ascii")
        half.replace(file)

    write()
    clock.on_turn(write)


def restore_clock(clock: LocalClock, file: Path) -> None:
    """Turns the clock as the file says; it went on meanwhile. Without the file it stays. Raises Misconfigured."""
    try:
        ahead = timedelta(seconds=float(file.read_text("ascii")))
        datetime.now(UTC) + ahead  # the calendar ends somewhere
    except FileNotFoundError:
        return
    except (ValueError, OverflowError):
        raise Misconfigured(f"{file} does not say how far ahead the clock is: delete it for real time") from None
    clock.put_ahead(ahead)
