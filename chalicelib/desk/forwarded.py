"""A letter that somebody passed on: whose it is, and what was said about it on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

from chalicelib.desk.model import Address, Reading, Receipt


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The letter inside a forward. Nothing in it is proven: it is what the person who passed it on lets us see."""

    sender: Address
    """Who wrote it; `email` is empty when the forward names nobody's address."""
    sender_certain: bool = True
    """Nothing else in the forward could be its sender's address: without it nobody is written to."""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    dated: str = ""
    """When it was written, as the forward says it."""
    comment: str = ""
    """What the person who passed it on wrote above it."""
    below: str = ""
    """What stands below it, where its end can be told: often a signature."""
    body: str = ""
    message_id: str = ""
    """Only an attached mail tells."""
    fingerprint: str = ""
    """That of the same mail, had it come to us by itself. Only an attached mail tells."""


@dataclass(frozen=True, slots=True)
class HandedOn:
    """What a colleague hands on to the firm's mailbox: a customer's letter, or a call they took."""

    letter: Forwarded | None = None
    """None: they hand nothing on; their mail is just theirs."""
    reading: Reading = field(default_factory=Reading)
    """What the customer's words tell."""
    spoken: bool = False
    """The customer rang or came by, and the colleague wrote down what they want."""
    in_doubt: bool = False
    """Several people may be meant."""
    came_as: Receipt | None = None
    """What we did with the very same letter when its sender sent it to us; None when that never came."""


NOTHING = HandedOn()
"""Most mail."""
