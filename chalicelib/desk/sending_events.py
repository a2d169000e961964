"""What became of a letter after SES took it, as SES's events tell us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Event(StrEnum):
    """One kind of news about a letter. They may come in any order, and more than once."""

    SENT = "sent"
    """SES took it and will try."""
    DELIVERED = "delivered"
    """The recipient's server took it."""
    BOUNCED = "bounced"
    """The recipient's server refused it."""
    COMPLAINED = "complained"
    """The recipient marked it as spam."""
    REJECTED = "rejected"
    """SES took it and then would not send it: it holds a virus."""
    DELAYED = "delayed"
    """Not through yet; SES goes on trying."""


@dataclass(frozen=True, slots=True)
class SendingEvent:
    """One piece of news about one letter."""

    event: Event
    permanent: bool
    """True when this letter will certainly not arrive, and the same again would not either."""
    letter: str
    """The letter's key, from its tag; empty for mail that is not ours."""
    thread_id: str
    ses_id: str
    recipient: str
    """The address it is about, lower case."""
    at: datetime
    """When it happened (UTC)."""
    reason: str = ""
    """Why, for a person: what the other server said. Empty when all is well."""
