"""One self test's own names, and the row in the table by which the next one finds what this one left behind.

The row is written before anything else is made and deleted after everything else is gone:

    SELFTEST / <nonce>      when it began, the last sign of life, where it runs, whose mail is still on its way
"""

from __future__ import annotations

import os
import re
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.aws.codec import from_json, to_json
from chalicelib.aws.items import Row
from chalicelib.desk.model import CROCKFORD

LOCAL_PART = "selftest"
SILENT_FOR = timedelta(minutes=20)
"""Without a sign of life for so long, a test counts as dead, wherever it runs. Longer than any step may take."""
KEPT_FOR = timedelta(days=15)
"""Longer than a queue keeps a mail that nobody took (two weeks): then nothing of it can turn up any more."""
PARTITION = "SELFTEST"
_NONCE_LETTERS = 8
_STACK_IN_NAMES = 40
"""A receipt rule's name has 64 characters at most; a stack's may have 128."""


@dataclass(frozen=True, slots=True)
class Run:
    """One self test, by its nonce: everything it makes is called after it."""

    nonce: str
    stack: str
    domain: str
    """The domain SES receives for; the test customer's, too."""
    began: datetime
    alive_at: datetime
    host: str
    process: int
    awaited: tuple[str, ...] = ()
    """Message-IDs of what it sent and never saw handled: it may still turn up."""
    ended: bool = False
    """It is over, and its row stays: something may still turn up, or somebody wanted to look at it."""

    @property
    def customer(self) -> str:
        return f"{LOCAL_PART}-{self.nonce}@{self.domain}"

    @property
    def bouncing_customer(self) -> str:
        """SES's mailbox simulator refuses what goes there; the label tells the tests apart."""
        return f"bounce+{LOCAL_PART}-{self.nonce}@simulator.amazonses.com"

    @property
    def customers(self) -> tuple[str, ...]:
        return self.customer, self.bouncing_customer

    @property
    def rule(self) -> str:
        """Of the receipt rule that catches the test customer's mail."""
        return rule_prefix(self.stack) + self.nonce

    @property
    def queue(self) -> str:
        """Where we hear SES's events."""
        return rule_prefix(self.stack) + self.nonce

    @property
    def folder(self) -> str:
        """In the mail bucket."""
        return f"{LOCAL_PART}/{self.nonce}/"


def rule_prefix(stack: str) -> str:
    """How the names of a stack's self tests begin."""
    return f"{stack[:_STACK_IN_NAMES].rstrip('-')}-{LOCAL_PART}-"


def is_named_after_one(stack: str, name: str) -> bool:
    """Is this rule of one of the stack's self tests? `shop-selftest-store` is another stack's: shop-selftest's."""
    return re.fullmatch(f"{re.escape(rule_prefix(stack))}[{CROCKFORD}]{{{_NONCE_LETTERS}}}", name) is not None


def new_run(stack: str, domain: str, now: datetime) -> Run:
    nonce = "".join(secrets.choice(CROCKFORD) for _ in range(_NONCE_LETTERS))
    return Run(nonce, stack, domain, now, now, socket.gethostname(), os.getpid())


def is_over(run: Run, now: datetime, host: str, is_alive: Callable[[int], bool]) -> bool:
    """Nobody is at this test any more: it ended, its process here is gone, or it gave no sign of life for long."""
    is_gone = run.host == host and not is_alive(run.process)
    return run.ended or is_gone or now - run.alive_at > SILENT_FOR


def is_running(process: int) -> bool:
    """Is there such a process on this machine?"""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's
    return True


def to_row(run: Run) -> Row:
    gone_after = int((run.began + KEPT_FOR).timestamp())
    return {"pk": PARTITION, "sk": run.nonce, "type": LOCAL_PART, "body": to_json(run), "ttl": gone_after}


def from_row(row: Row) -> Run:
    return from_json(Run, str(row["body"]))
