"""What the desk decided: changes to what we know, letters to send, and because.

The letters' types keep what is private from leaving: a letter to a customer has no field for a note, a card, a
history or a staff member's mailbox address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.desk.model import (
    Absence,
    AttachmentRef,
    Customer,
    Kind,
    Message,
    Receipt,
    Thread,
    ThreadSummary,
)
from chalicelib.desk.team import PublicPerson


class LetterState(StrEnum):
    """NEW → SENDING (leased) → SENT, FAILED or HELD."""

    NEW = "new"
    """Committed, waiting for its (next) try."""
    SENDING = "sending"
    """Somebody holds a lease and may be talking to SES right now."""
    SENT = "sent"
    """SES gave an id, or its Send event came."""
    FAILED = "failed"
    """SES refused it for good; somebody was told."""
    HELD = "held"
    """Not known whether it left; a person decides."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """To the customer: who answers, by when, what next."""

    key: str
    thread_id: str
    to: str
    mailbox: str
    owner: PublicPerson
    due: datetime
    decided_at: datetime
    """`now` when the letter was decided: "tomorrow" is counted from here."""
    promise_number: int
    language: str
    full: bool
    """False: the fixed letter, to a sender nobody vouches for. It repeats nothing they wrote; what follows is empty."""
    urgent: bool = False
    again: bool = False
    """They wrote again before we answered: one line."""
    helped_before: bool = False
    """The owner helped this customer before (full letter only)."""
    to_name: str = ""
    subject: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachment_count: int = 0
    photo_count: int = 0
    unhappy: bool = False

    kind = "acknowledgement"


@dataclass(frozen=True, slots=True)
class Reply:
    """A staff member's own words, relayed to the customer."""

    key: str
    thread_id: str
    to: str
    to_name: str
    mailbox: str
    author: PublicPerson
    text: str
    """Cleaned: without quote, card or signed addresses."""
    subject: str
    author_key: str = ""
    """For us, when it bounces: whose letter it was. Never rendered."""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[AttachmentRef, ...] = ()
    language: str = "en"
    spoken: bool = False
    """They rang or came by, so there is no subject of theirs."""

    kind = "reply"


@dataclass(frozen=True, slots=True)
class Card:
    """What stands above a forward. For staff only: no letter to a customer has a field for it."""

    reference: str
    customer: str
    customer_name: str
    trust: str
    owner: str
    """The responsible person's name."""
    owner_because: str
    due: datetime | None
    told: bool
    """The customer is being told this time."""
    untold_because: str = ""
    """Why they are not; empty when nothing is odd about it."""
    category: str = ""
    customer_since: datetime | None = None
    helped_by: str = ""
    """Name of the person who answered this customer last."""
    helped_at: datetime | None = None
    earlier: tuple[ThreadSummary, ...] = ()
    thread_count: int = 0
    urgent: bool = False
    unhappy: bool = False
    phone: str = ""
    credit: str = ""
    """Which colleague handed it on, and how; empty when it came by itself."""
    fields: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    """Sentences that must be read first: "The mail provider says this may be forged …"."""


@dataclass(frozen=True, slots=True)
class Forward:
    """To the owner's ordinary mailbox: the customer's words under a short card."""

    key: str
    thread_id: str
    to: str
    to_name: str
    to_key: str
    """Staff key the signed reply address is made for."""
    mailbox: str
    card: Card
    subject: str
    source: str
    """Delivery key: the words are read from the raw mail or post again when the letter is made."""
    decided_at: datetime
    language: str = "en"
    attachments: tuple[AttachmentRef, ...] = ()
    raw_attached: bool = False
    """The mail itself travels as an attachment, because it could not be read, or (`cut`) not be shown whole."""
    raw_size: int = 0
    """Bytes of that mail."""
    cut: bool = False
    """The words are too long to stand in the letter whole: the mail travels as an attachment as well."""
    withheld: bool = False
    """A virus was found: no file travels."""
    instead_of: str = ""
    """Staff key of the colleague whose mailbox refused it first."""
    quiet: bool = False
    """Nobody is waiting (a newsletter, a machine): no promise, and the subject says so."""

    kind = "forward"


@dataclass(frozen=True, slots=True)
class Nudge:
    """To the owner: somebody expects you soon."""

    key: str
    thread_id: str
    to: str
    to_name: str
    to_key: str
    mailbox: str
    customer_name: str
    customer: str
    subject: str
    snippet: str
    due: datetime
    decided_at: datetime
    told: bool
    written_at: datetime
    source: str = ""
    """Delivery key of the customer's newest mail when it was written: what an answer to this letter answers."""
    language: str = "en"

    kind = "nudge"


class Topic(StrEnum):
    """What a notice or an escalation is about: one template each, `notice_<topic>` or `escalation_<topic>`."""

    HELD_STRANGER = "held_stranger"
    """Somebody who is no staff member wrote to a staff address. To the owner."""
    HELD_UNPROVEN = "held_unproven"
    """It says it is from you, but your mail provider does not vouch for it. To the staff member."""
    HELD_COMMAND = "held_command"
    """A line looks like a command; commands are not understood. To its author."""
    HELD_EMPTY = "held_empty"
    """Nothing was left to relay after the quote was cut. To its author."""
    HELD_ASTRAY = "held_astray"
    """Escalation: an answer came by an address that is not its author's for it. To its author, to be sent again."""
    HELD_SEVERAL = "held_several"
    """It came to several of our addresses at once: for whom is it? To its author."""
    HELD_INSIDE = "held_inside"
    """They answered between the quoted lines, and part of it would be lost. To its author."""
    HELD_ABSENCE = "held_absence"
    """Its subject reads like an automatic answer. To its author."""
    HELD_CUT = "held_cut"
    """It is too long to relay whole. To its author."""
    HELD_NO_ADDRESS = "held_no_address"
    """There is no customer's address to send it to. To its author."""
    HELD_CARD = "held_card"
    """Parts of the card are still in it: sending it would show the customer what is private. To its author."""
    COLLEAGUE_ANSWERED = "colleague_answered"
    """Somebody else answered your customer. To the owner."""
    UNCONFIRMED = "unconfirmed"
    """The customer's address was used by an address we don't know. To the owner."""
    MACHINE_REPORT = "machine_report"
    """A bounce or an automatic answer on a thread. To the person concerned."""
    MAIL_REPORT = "mail_report"
    """A mail system reports by mail that a letter failed, is late, or was marked as spam. To the owner."""
    REPLY_BOUNCED = "reply_bounced"
    """Your reply did not reach the customer. To its author."""
    ASK_WHOSE = "ask_whose"
    """You passed on a letter or a call, and we cannot tell whose. To whoever did."""
    HERE_ALREADY = "here_already"
    """The letter you passed on reached us itself. To whoever did."""
    NOTE = "note"
    """A colleague left a private note. To the owner."""
    UNSENT = "unsent"
    """A letter could not be sent, or nobody knows whether it was. To the owner, or the principal."""
    AWAY = "away"
    """Escalation: the owner's mailbox says they are away while a customer waits. To whoever covers for them."""
    UNHAPPY = "unhappy"
    """Escalation: an unhappy customer wrote. To the principal."""
    SOMEONE_ELSE = "someone_else"
    """Escalation: a customer would rather talk to somebody else. To the principal."""
    URGENT = "urgent"
    """Escalation: something urgent came in. To the principal, when somebody else covers it."""
    MISSED = "missed"
    """Escalation: a promise passed without an answer. To the principal and the owner."""


@dataclass(frozen=True, slots=True)
class Notice:
    """To a staff member: something they should know. A reply to it is a private note and can reach nobody outside."""

    key: str
    thread_id: str
    to: str
    to_name: str
    to_key: str
    mailbox: str
    topic: Topic
    subject: str
    customer_name: str
    decided_at: datetime
    detail: str = ""
    """One line for the template: the line that looks like a command, the reason a server gave."""
    words: str = ""
    """What was written and is kept, shown again so that nothing is lost."""
    who: str = ""
    """Name or address of the person it is about."""
    due: datetime | None = None
    language: str = "en"
    attachments: tuple[AttachmentRef, ...] = ()
    customer: str = ""
    """Of a letter to a customer that did not arrive: the address it went to."""
    phone: str = ""
    """… and the other ways to reach them: the number they gave,"""
    also_at: tuple[str, ...] = ()
    """… and addresses they use as well."""

    kind = "notice"


@dataclass(frozen=True, slots=True)
class Escalation:
    """To the principal, at once: a customer needs the person who can put it right."""

    key: str
    thread_id: str
    to: str
    to_name: str
    to_key: str
    mailbox: str
    topic: Topic
    subject: str
    customer_name: str
    customer: str
    owner_name: str
    snippet: str
    decided_at: datetime
    due: datetime | None
    because: str
    source: str = ""
    """Delivery key of the customer's newest mail when it was written: what an answer to this letter answers."""
    language: str = "en"

    kind = "escalation"


type_of_letter = {cls.kind: cls for cls in (Acknowledgement, Reply, Forward, Nudge, Notice, Escalation)}
CustomerLetter = Acknowledgement | Reply
StaffLetter = Forward | Nudge | Notice | Escalation
Letter = CustomerLetter | StaffLetter


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter with where it is on its way: one row of the outbox."""

    letter: Letter
    state: LetterState
    attempts: int = 0
    lease_until: datetime | None = None
    """SENDING: until when its holder may be at work (UTC)."""
    try_at: datetime | None = None
    """NEW: not before (UTC). SENDING: when the sweep decides what became of it."""
    ses_id: str = ""
    why: str = ""
    """FAILED or HELD: the reason, for a person."""


# --- changes ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """A thread that was not there before. Written only if its id is free."""

    thread: Thread


@dataclass(frozen=True, slots=True)
class Updated:
    """A thread as it is to be; `thread.version` is the version that was read, and the write demands it."""

    thread: Thread


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message added to a thread."""

    thread_id: str
    message: Message


@dataclass(frozen=True, slots=True)
class Logged:
    """Something happened to a thread without a message: a nudge, a missed promise."""

    thread_id: str
    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """A customer as we know them now; `customer.version` is the version that was read (0: new)."""

    customer: Customer


@dataclass(frozen=True, slots=True)
class Heard:
    """A customer's Message-ID belongs to this thread. Kept under id *and* sender, so nobody can squat another's."""

    message_id: str
    sender: str
    thread_id: str


@dataclass(frozen=True, slots=True)
class Away:
    """A staff member is away, or (until == since) back."""

    absence: Absence


@dataclass(frozen=True, slots=True)
class Counted:
    """One more automatic letter to this address today: the cap that ends any loop no header gave away."""

    what: str
    day: str


Change = Opened | Updated | Recorded | Logged | Remembered | Heard | Away | Counted


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything one delivery causes: written in one transaction, then the letters are sent."""

    receipt: Receipt
    changes: tuple[Change, ...] = ()
    letters: tuple[Letter, ...] = ()
    copy_of: str = ""
    """Fingerprint to claim beside the receipt, so a second copy of the same mail is known; empty: none."""

    @property
    def because(self) -> str:
        return self.receipt.because

    @property
    def kind(self) -> Kind:
        return self.receipt.kind


@dataclass(frozen=True, slots=True)
class Known:
    """What we knew when the desk decided: one batch read."""

    receipt: Receipt | None = None
    """Of this very delivery: it was handled before."""
    copy: Receipt | None = None
    """Of another delivery with the same fingerprint."""
    threads: tuple[Thread, ...] = ()
    """Threads that the signed addresses and message ids point at."""
    by_message_id: tuple[tuple[str, str], ...] = ()
    """(message id, thread id) for those of In-Reply-To and References that are known."""
    sources: tuple[tuple[str, str], ...] = ()
    """(message id of a forward we sent, delivery key of the mail it passed on)."""
    customer: Customer | None = None
    absences: tuple[Absence, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    """How far the counters asked for (`limits.py`) have run today."""

    def thread(self, thread_id: str) -> Thread | None:
        return next((thread for thread in self.threads if thread.id == thread_id), None)

    def counted(self, what: str) -> int:
        """Today's state of a counter."""
        return dict(self.counts).get(what, 0)

    def away_until(self, person: str, now: datetime) -> datetime | None:
        """Until when this person is away, as of now; None when they are here."""
        return next((a.until for a in self.absences if a.person == person and a.until > now), None)


@dataclass(frozen=True, slots=True)
class Question:
    """What gather asks the store, in one batch read. Every field may be empty."""

    receipt_key: str
    fingerprint: str = ""
    thread_ids: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    """In-Reply-To first, then References newest first, at most 20, without angle brackets."""
    sender: str = ""
    customer: str = ""
    people: tuple[str, ...] = field(default=())
    """Staff keys whose absence matters."""
    limits: tuple[str, ...] = ()
    """Names of counters of automatic letters."""
    day: str = ""
    """`2026-11-23`: which day's."""
