"""What a check says: the state, the words for it, and the mend."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it is with one thing."""

    WELL = "well"
    WARN = "could be better"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, in words a shop owner can read."""

    state: State
    words: str
    mend: str = ""
    """What to do; empty when there is nothing to do."""
    command: str = ""
    """What to type for it, to be copied whole."""


def well(words: str) -> Finding:
    return Finding(State.WELL, words)


def warn(words: str, mend: str, command: str = "") -> Finding:
    return Finding(State.WARN, words, mend, command)


def broken(words: str, mend: str, command: str = "") -> Finding:
    return Finding(State.BROKEN, words, mend, command)


def counted(number: int, one: str) -> str:
    """`1 mail`, `2 mails`."""
    return f"{number} {one if number == 1 else one + 's'}"
