"""What is under way in this process, so that whoever waits for an end can be told of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Activity:
    """Counts pieces of work between their start and end. Waiting is for a notice, never for a nap."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running = 0
        self._ended = 0

    @contextmanager
    def doing(self) -> Iterator[None]:
        """Around one piece of work: a handler's run, a letter on its way."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    def begin(self) -> None:
        """For work that ends in another thread than it began in; `doing` for all else."""
        with self._changed:
            self._running += 1

    def end(self) -> None:
        with self._changed:
            self._running -= 1
            self._ended += 1
            self._changed.notify_all()

    def wait_until_quiet(self, nothing_waits: Callable[[], bool], timeout: float) -> bool:
        """Until nothing runs here *and* `nothing_waits` elsewhere (the queues). False when time ran out first.

        `nothing_waits` is asked once each time all work here has ended. When it says no, a pump is about to
        take what waits there, and the end of that run is the next notice.
        """
        deadline = time.monotonic() + timeout
        while True:
            with self._changed:
                if not self._changed.wait_for(lambda: self._running == 0, deadline - time.monotonic()):
                    return False
                seen = self._ended
            if nothing_waits() and self._still_as(seen):
                return True
            if not self._wait_for_news(seen, deadline - time.monotonic()):
                return False

    def _wait_for_news(self, seen: int, left: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._ended != seen or self._running > 0, left)

    def _still_as(self, seen: int) -> bool:
        """Nothing began or ended while the queues were asked."""
        with self._changed:
            return self._running == 0 and self._ended == seen
