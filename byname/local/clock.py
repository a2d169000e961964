"""The laboratory's clock: real time, moved to where you want to look."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.errors import Fault, Refused

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
    def turned(self) -> bool:
        """True when it does not show real time."""
        with self._lock:
            return bool(self._offset)

    def turn(self, instant: datetime) -> None:
        """It is this instant now, and time goes on from there."""
        self._move(instant - datetime.now(UTC))

    def reset(self) -> None:
        """Back to real time."""
        self._move(timedelta(0))

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

    def _move(self, offset: timedelta) -> None:
        with self._lock:
            self._offset = offset
        for act in self._on_turn:
            act()
