"""Waiting for something to happen elsewhere: look, wait a little longer each time, and give up in the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Found = TypeVar("Found")

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 4.0
GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one step may take. Clock and pause are arguments, so that tests need not wait."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep

    def until(self, look: Callable[[], Found | None]) -> Found | None:
        """What `look` finds; None when it has not found anything in time. It is asked once more at the very end."""
        ends, pause = self.clock() + self.seconds, FIRST_PAUSE
        while True:
            found = look()
            left = ends - self.clock()
            if found is not None or left <= 0:
                return found
            self.pause(min(pause, left))
            pause = min(pause * GROWTH, LONGEST_PAUSE)
