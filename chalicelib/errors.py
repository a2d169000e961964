"""Errors, named by who must act.

BynameError
├── Refused         the sender must change something (a form field, a setting, a file)
├── Conflict        somebody else wrote first: look again and decide again
├── Unavailable     the platform did not answer: try later, nothing was decided
└── Misconfigured   we must mend the settings or the deployment
"""

from __future__ import annotations

from dataclasses import dataclass


class BynameError(Exception):
    """The root: catch it only where a whole delivery is given up for now."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend: where it is, what is wrong, and what would be right."""

    place: str
    """A form field (`email`) or a settings path (`categories[2].owner`)."""
    message: str
    """A whole sentence for the person who can mend it."""
    code: str = ""
    """For programs: `REQUIRED`, `TYPE_EMAIL`, `TOO_LONG` …"""


class Refused(BynameError):  # noqa: N818 (the words of the design)
    """The sender must change something. Carries every fault at once, never only the first."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{fault.place}: {fault.message}" for fault in faults))


class Conflict(BynameError):  # noqa: N818 (the words of the design)
    """Somebody else wrote first. Nothing was written; gather and decide again."""


class Unavailable(BynameError):  # noqa: N818 (the words of the design)
    """The platform did not do it, and said so or did not answer. The delivery stays queued."""


class Misconfigured(BynameError):  # noqa: N818 (the words of the design)
    """A setting is missing or wrong. The message names it and the mend."""
