"""What the flows need from the outside: Protocols as small as their callers, and the keys and settings beside them.

`aws/` implements them for the platform, `tests/fakes.py` for tests; both pass the same contract tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.desk.decision import Decision, Known, Letter, LetterState, Outgoing, Question
from chalicelib.desk.model import Message, Receipt, Thread
from chalicelib.desk.signed_addresses import KeyRing
from chalicelib.desk.team import Team


@dataclass(frozen=True, slots=True)
class Sent:
    """SES took the letter."""

    ses_id: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """SES certainly did not take it. `again`: worth another try (a throttle, an outage); else refused for good."""

    why: str
    again: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """The answer got lost: it may or may not be on its way."""

    why: str


Outcome = Sent | NotSent | Unknown


@dataclass(frozen=True, slots=True)
class Dispatched:
    """A letter and what became of it, to be marked."""

    letter: Letter
    outcome: Outcome
    at: datetime


class Store(Protocol):
    """The one table. Raises Unavailable when the table does not answer; nothing was written then."""

    def look_up(self, question: Question) -> Known:
        """One strongly consistent batch read, plus one more only for threads found by message id."""

    def commit(self, decision: Decision, now: datetime, lease: timedelta) -> None:
        """Everything the decision says in one transaction; its letters are written already leased to the caller.

        Raises Conflict (nothing written) when the receipt or fingerprint is there already or a version moved on.
        """

    def letters(self, thread_id: str, keys: Iterable[str]) -> tuple[Outgoing, ...]:
        """These rows of the outbox; missing ones are left out."""

    def claim(self, thread_id: str, key: str, now: datetime, lease: timedelta) -> bool:
        """Lease one letter that is NEW with its time come, or SENDING with lease and `try_at` over.

        False: somebody else has it, or it is final.
        """

    def mark(self, dispatched: Iterable[Dispatched]) -> None:
        """What became of letters leased to the caller, in one transaction.

        Sent → SENT with the id, a sent-id row for letters in a thread (so an answer finds it), and the promise an
        acknowledgement names is `told`. NotSent(again) → NEW, `try_at` backed off (1, 2, 4 … 60 min). NotSent → FAILED.
        Unknown → stays SENDING until its lease ends and evidence or the sweep decides.
        """

    def settle(self, thread_id: str, key: str, state: LetterState, why: str, ses_id: str = "") -> Outgoing | None:
        """The word of evidence on a letter: SENT, FAILED (also after SENT: it bounced), HELD or NEW.

        Returns it as it is now; None when there is no such letter.
        """

    def unsent(self, now: datetime, limit: int) -> tuple[Outgoing, ...]:
        """Letters not final whose `try_at` has come, oldest first."""

    def due(self, now: datetime, limit: int) -> tuple[Thread, ...]:
        """Threads whose next moment (nudge or promise) has come, oldest first."""

    def thread(self, thread_id: str) -> Thread | None: ...

    def messages(self, thread_id: str) -> tuple[Message, ...]:
        """Oldest first."""

    def receipt(self, key: str) -> Receipt | None: ...

    def note_events_alive(self, at: datetime) -> None:
        """SES told us something at this time: its event channel works."""

    def events_alive_at(self) -> datetime | None: ...


class Sender(Protocol):
    """Hands a finished mail to SES: one attempt, never a silent retry."""

    def send(self, mime: bytes, sender: str, to: str, letter: str, thread_id: str) -> Outcome:
        """`sender` and `to` are bare addresses. Letter key and thread id go along as tags that SES's events return."""


class Files(Protocol):
    """The mail bucket. Raises Unavailable; `read` raises KeyError for an object that is not there."""

    def read(self, key: str) -> bytes: ...

    def write(self, key: str, content: bytes, content_type: str) -> None:
        """Durable when it returns. The same key again with the same bytes is harmless."""

    def link(self, key: str, name: str, content_type: str, seconds: int) -> str:
        """A presigned address to download the object under `name`, good for that long."""


class Clock(Protocol):
    def now(self) -> datetime:
        """This instant, in UTC, aware."""


class Again(Protocol):
    """The inbound queue, for a delivery that is safe in S3 but could not be committed now."""

    def put(self, key: str) -> None:
        """`key` will come back through the mail door."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a flow may touch."""

    store: Store
    sender: Sender
    files: Files
    clock: Clock
    again: Again
    team: Team
    ring: KeyRing
    instance: str
    """Names this byname in its loop mark: `help.acme.example`."""
    pages_url: str
    """Where our pages are, without a trailing slash; empty when unknown."""
