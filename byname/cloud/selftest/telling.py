"""Each step of the test with how it came out: told as it happens, kept for the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from byname.console import Console

Value = TypeVar("Value")


class Outcome(StrEnum):
    """How a step came out."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_TRIED = "not tried"


class Failed(Exception):  # noqa: N818 - a step that failed is what it is
    """This step did not come out: what was seen, and what it is most likely to mean, most likely first."""

    def __init__(self, words: str, causes: Sequence[str] = ()) -> None:
        super().__init__(words)
        self.words, self.causes = words, tuple(causes)


class NotTried(Exception):  # noqa: N818 - not an error at all
    """This step cannot be played here, and why. Neither passed nor failed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One step, done."""

    name: str
    """For programs: `acknowledgement`."""
    title: str
    outcome: Outcome
    said: str
    """What was seen, or why it was not tried."""
    seconds: float
    causes: tuple[str, ...] = ()
    """When it failed: what to look at, most likely first."""
    notes: tuple[str, ...] = ()
    """It works, but somebody should know this."""


@dataclass(slots=True)
class Said:
    """What a step that is under way has to tell."""

    words: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells the person at the terminal of each step, and keeps what was found."""

    console: Console
    findings: list[Finding] = field(default_factory=list)

    def step(self, name: str, title: str, act: Callable[[Said], Value]) -> Value | None:
        """What `act` gives; None when it failed or could not be tried, which is told and kept. Other errors pass."""
        value: Value | None = None
        with suppress(_Cross), self.console.step(title) as shown:
            finding, value = _done(name, title, act)
            shown.said(finding.said, unchanged=finding.outcome is Outcome.NOT_TRIED)
            self.findings.append(finding)
            if finding.outcome is Outcome.FAILED:
                raise _Cross
        self._tell_more(finding)
        return value

    def not_tried(self, name: str, title: str, because: str) -> None:
        def refuse(_: Said) -> None:
            raise NotTried(because)

        self.step(name, title, refuse)

    def _tell_more(self, finding: Finding) -> None:
        for number, cause in enumerate(finding.causes, 1):
            self.console.warn(f"    {number}. {cause}")
        for note in finding.notes:
            self.console.warn(f"    note: {note}")


class _Cross(Exception):  # noqa: N818 - the console's mark for what went wrong
    """Has the console show a cross; whoever raises it has kept everything else."""


def _done(name: str, title: str, act: Callable[[Said], Value]) -> tuple[Finding, Value | None]:
    said, began = Said(), time.monotonic()
    try:
        value = act(said)
    except Failed as failed:
        return Finding(name, title, Outcome.FAILED, failed.words, _since(began), failed.causes), None
    except NotTried as reason:
        return Finding(name, title, Outcome.NOT_TRIED, str(reason), _since(began)), None
    return Finding(name, title, Outcome.PASSED, said.words, _since(began), notes=tuple(said.notes)), value


def _since(began: float) -> float:
    return round(time.monotonic() - began, 2)
