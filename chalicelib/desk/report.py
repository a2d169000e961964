"""What a mail system tells us became of a letter."""

from __future__ import annotations

from dataclasses import dataclass

ACTIONS = ("failed", "complained", "delayed", "delivered", "relayed", "expanded", "displayed")
"""RFC 3464 2.3.3, and what complaints (RFC 5965) and read receipts (RFC 8098) say. The one that matters most first.

A delayed letter is still being tried: not a failure."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report on a letter: what became of it, for whom, and why."""

    action: str = ""
    """One of ACTIONS; empty when the report is about nobody it names."""
    recipients: tuple[str, ...] = ()
    """Whom it is about, lower case: as we wrote to them first, then as their mail was passed on."""
    status: str = ""
    """`5.1.1` (RFC 3463); empty when absent."""
    reason: str = ""
    """In plain words; empty when nothing is known."""

    @property
    def sentence(self) -> str:
        """For a person: `Could not be delivered to jane@customer.example: mailbox unavailable (5.1.1)`."""
        whom = " and ".join(self.recipients) or "one of its recipients"
        status = f" ({self.status})" if self.status else ""
        reason = f": {self.reason}{status}" if self.reason else status
        match self.action:
            case "failed":
                return f"Could not be delivered to {whom}{reason}"
            case "delayed":
                return f"Not delivered to {whom} yet, still being tried{reason}"
            case "delivered" | "relayed" | "expanded":
                return f"Was delivered to {whom}"
            case "complained":
                return f"Was reported as spam by {whom}"
            case "displayed":
                return f"Was opened by {whom}, their mail program says"
            case _:
                return ""
