"""The desk's words as values: frozen, closed, in UTC. (design: one word, one thing)"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.desk.report import Report
from chalicelib.desk.says_away import SaysAway

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
"""Base32 without i, l, o, u: survives being read aloud and being lower-cased by mail servers."""


def digest_base32(text: str, length: int) -> str:
    """`length` characters (5 bits each, at most 51) of the SHA-256 of `text`, in lower-case Crockford base32."""
    number = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest(), "big")
    return "".join(CROCKFORD[(number >> (251 - 5 * place)) & 31] for place in range(length))


class Channel(StrEnum):
    """How an Inbound reached us."""

    MAIL = "mail"
    FORM = "form"


class Kind(StrEnum):
    """What screening says an Inbound is."""

    LOOP = "loop"
    OPAQUE = "opaque"
    COMPLAINT = "complaint"
    BOUNCE = "bounce"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    READ_RECEIPT = "read_receipt"
    CHALLENGE = "challenge"
    OUT_OF_OFFICE = "out_of_office"
    AUTOMATIC = "automatic"
    BULK = "bulk"
    NO_REPLY = "no_reply"
    STAFF = "staff"
    CUSTOMER = "customer"


class Trust(StrEnum):
    """How sure we are that the sender is who the From line says. From the mail provider's verdicts only."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    FAILING = "failing"


class Verdict(StrEnum):
    """One of SES's answers; anything we do not know, or that is missing, is NONE."""

    PASS = "pass"  # noqa: S105 (a verdict, no password)
    FAIL = "fail"
    GRAY = "gray"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the mail provider found out about a mail; nothing the sender wrote can set it."""

    spf: Verdict = Verdict.NONE
    dkim: Verdict = Verdict.NONE
    dmarc: Verdict = Verdict.NONE
    spam: Verdict = Verdict.NONE
    virus: Verdict = Verdict.NONE
    dkim_domains: tuple[str, ...] = ()
    """Domains whose DKIM signature passed, by the provider's own Authentication-Results; lower case."""


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox with the name shown beside it. `email` is lower case ASCII; both may be empty."""

    email: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]

    @property
    def local(self) -> str:
        return self.email.rpartition("@")[0]


@dataclass(frozen=True, slots=True)
class AttachmentRef:
    """A file somebody sent, kept in S3. `name` is safe to show and to use as a file name."""

    name: str
    content_type: str
    size: int
    """Bytes, decoded."""
    key: str
    """Where it is kept: derived from the delivery, so a repeat writes the same object."""
    inline: bool = False
    """True for a picture shown in the text (Content-ID) and not offered as a file."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail just parsed: its reference, and its bytes until they are kept."""

    ref: AttachmentRef
    content: bytes = field(repr=False, compare=False, default=b"")


@dataclass(frozen=True, slots=True)
class Marks:
    """What the headers say about who or what wrote a mail. Screening reads these; nobody else does."""

    auto_submitted: str = ""
    """First token of Auto-Submitted, lower case (`no`, `auto-replied`, `auto-generated` …); empty when absent."""
    precedence: str = ""
    """Precedence, lower case (`bulk`, `list`, `junk`, `auto_reply` …)."""
    list_mail: bool = False
    """Some List-Id, List-Unsubscribe, List-Post … header is there."""
    suppress: str = ""
    """X-Auto-Response-Suppress, lower case: a wish for no automatic answer, not proof of a machine."""
    autoreply: bool = False
    """X-Autoreply, X-Autorespond, X-Auto-Reply-From … is there."""
    redirected: bool = False
    """Resent-From, X-Forwarded-For … is there: a mailbox passed on what came to it, and may have marked it itself."""
    says: str = ""
    """What its words say it is: `challenge`, `absence`, `automatic`. Weak: people write such words, too."""
    report_type: str = ""
    """`delivery-status`, `disposition-notification`, `feedback-report` of a multipart/report; else empty."""
    loops: tuple[str, ...] = ()
    """Values of our X-Byname-Loop header: names of byname instances this mail was written by."""


@dataclass(frozen=True, slots=True)
class FormExtras:
    """What a contact form carries besides name, address and message."""

    phone: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    """Further fields of the firm's own form, in order: (label, words)."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing the outside hands us, still unread: where its raw bytes lie and what the provider says of it."""

    key: str
    """S3 key of the raw mail (`inbound/<SES id>`) or form post (`form/<hash>`)."""
    channel: Channel
    received_at: datetime
    recipients: tuple[str, ...] = ()
    """Envelope recipients, lower case."""
    envelope_from: str = ""
    verdicts: Verdicts = Verdicts()
    """From the notification alone; `dkim_domains` come from the provider's header block when the mail is parsed."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """What a person or machine sent, in one shape whatever the channel."""

    key: str
    """The delivery key: the S3 key of the raw mail or post. Receipts, thread and letter ids derive from it."""
    channel: Channel
    received_at: datetime
    """When the door accepted it (UTC)."""
    sender: Address
    """The From line's one mailbox; empty `email` when there is none that can be used."""
    sender_certain: bool
    """Exactly one From header with exactly one plain mailbox and no defect: without it nobody is verified."""
    text: str
    """Everything they wrote, quotes and all, as plain text with \\n line ends, capped."""
    fresh_text: str
    """What they wrote this time: without the quoted part. Never empty when `text` is not."""
    subject: str = ""
    message_id: str = ""
    """Their Message-ID without angle brackets; empty when absent."""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    """Message ids without angle brackets, oldest first."""
    recipients: tuple[str, ...] = ()
    """Envelope recipients, lower case: the only ones that count for routing."""
    envelope_from: str = ""
    """MAIL FROM, lower case; empty for the null return path."""
    null_return_path: bool = False
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    verdicts: Verdicts = Verdicts()
    marks: Marks = Marks()
    attachments: tuple[Attachment, ...] = ()
    defect: str = ""
    """Why this mail could not be read (then it is opaque); empty when it could."""
    form: FormExtras | None = None
    report: Report | None = None
    """What it reports on a letter, when it is a report, by the book or not."""
    away: SaysAway | None = None
    """What it says of its sender's absence, when it reads like an out-of-office answer."""
    dated: str = ""
    """Their Date line as it stands: the same mail has the same, the next one from the same robot another."""
    size: int = 0
    """Bytes of the raw mail."""
    cut: bool = False
    """`text` had to be cut: the whole is in the raw mail only."""

    @property
    def is_reply(self) -> bool:
        return bool(self.in_reply_to or self.references)

    @property
    def fingerprint(self) -> str:
        """Names a second copy of the same mail under another delivery key; empty when the mail has no Message-ID.

        Never the Message-ID alone, which anyone can squat: sender and words count too.
        """
        if not self.message_id:
            return ""
        dated = self.dated or self.received_at.date().isoformat()
        marks = (self.sender.email, self.message_id, dated, self.subject, self.text)
        return digest_base32("\n".join(marks), 32)


@dataclass(frozen=True, slots=True)
class Reading:
    """What triage makes of the words: facts with the words that gave them away."""

    category: str = ""
    """Key of the category that fits best; empty when none does, or a person should choose."""
    category_words: tuple[str, ...] = ()
    urgent_words: tuple[str, ...] = ()
    """Empty: not clearly urgent."""
    unhappy_words: tuple[str, ...] = ()
    """Empty: no sign of it."""
    language: str = ""
    """`de`, one of the firm's; empty when it is another, or we cannot tell."""
    someone_else_words: tuple[str, ...] = ()
    """They would rather talk to another person."""
    phone: str = ""
    """A number they give as theirs; empty when they give none."""
    category_like: str = ""
    """`the mail Anna moved there on 3 May`, when it is like one that somebody has settled before."""
    confidence: float = 0.0
    """0 to 1: how often a category said like this is the right one."""
    doubt: tuple[str, ...] = ()
    """Keys of the two categories it may be, when a person should choose between them."""
    unhappiness: float = 0.0
    """0 to 1: how unhappy the whole of it sounds."""
    lead: float = 0.0
    """0 to 1: how much it sounds like somebody who would like to buy."""
    pitch: float = 0.0
    """0 to 1: how much it sounds like somebody who would like to sell to us."""

    @property
    def urgent(self) -> bool:
        return bool(self.urgent_words)

    @property
    def unhappy(self) -> bool:
        return bool(self.unhappy_words)


def first_words(text: str, length: int = 200) -> str:
    """The start of a text on one line, cut at a word with an ellipsis: for cards, lists and nudges."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[: length - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


class Party(StrEnum):
    """Who speaks in a message."""

    CUSTOMER = "customer"
    STAFF = "staff"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Message:
    """One entry in a thread."""

    key: str
    """The delivery key it came by."""
    at: datetime
    party: Party
    author: str
    """The address it came from (customer, machine) or the staff member's key (`bob`)."""
    snippet: str
    """The first words, for cards and lists; the whole is in S3 under `key`."""
    because: str
    """What the desk made of it, in words a shop owner can read."""
    trust: Trust = Trust.UNVERIFIED
    note: bool = False
    """True when it must never leave the firm: a private note, a held or unconfirmed message, a machine's report."""
    attachments: tuple[AttachmentRef, ...] = ()
    message_id: str = ""


class ThreadStatus(StrEnum):
    OURS = "ours"
    """It is our turn: there is an owner, and a promise runs or a person was told that it has none."""
    THEIRS = "theirs"
    CLOSED = "closed"


class PromiseState(StrEnum):
    WAITING = "waiting"
    KEPT = "kept"
    MOVED = "moved"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Promise:
    """An answer by this instant."""

    number: int
    """1 for the thread's first promise, and so on: letters name the promise they speak of."""
    due: datetime
    made_at: datetime
    state: PromiseState = PromiseState.WAITING
    told: bool = False
    """A letter naming this time is known to have been sent to the customer. Without it no letter says "promised"."""
    nudge_at: datetime | None = None
    """When the owner is to be nudged; None once done or when there is nothing to nudge for."""
    around_the_clock: bool = False
    """True for urgent cover outside hours: its nudge may come at night, too."""


@dataclass(frozen=True, slots=True)
class Thread:
    """All messages about one matter: one customer, one owner, at most one running promise."""

    id: str
    """10 characters of Crockford base32 (50 bits), from the delivery key that opened it."""
    customer: str
    """The customer's address; empty when an opaque mail did not give one."""
    customer_name: str
    subject: str
    mailbox: str
    """Key of the mailbox it came to."""
    owner: str
    """Key of the responsible staff member."""
    status: ThreadStatus
    opened_at: datetime
    because: str
    """Why this owner: said on the card, in the log and to whoever asks."""
    kind: Kind = Kind.CUSTOMER
    trust: Trust = Trust.UNVERIFIED
    """The best level at which the customer has written here; UNVERIFIED until the first verified mail."""
    category: str = ""
    """Key of the category; empty when none fitted."""
    urgent: bool = False
    unhappy: bool = False
    promise: Promise | None = None
    last_message_id: str = ""
    """The customer's newest Message-ID: what a letter to them answers."""
    last_key: str = ""
    """Delivery key of what the customer wrote last: an answer to anything older leaves this unanswered."""
    last_words: str = ""
    """The beginning of what the customer wrote last: for nudges and escalations."""
    last_wrote_at: datetime | None = None
    references: tuple[str, ...] = ()
    """Message ids of the matter as the customer's client knows them, oldest first, capped."""
    last_letter_at: datetime | None = None
    """When we last wrote to the customer."""
    last_human_letter: bool = False
    """True when that last letter to the customer was a person's reply."""
    confirmed: tuple[str, ...] = ()
    """Further addresses a staff member accepted as participants."""
    phone: str = ""
    """The number they gave in this matter, as they wrote it: the other way when mail does not reach them."""
    spoken: bool = False
    """They rang or came by: `subject` is from a colleague's note, and no letter to them may show it."""
    version: int = 0
    """0 before it is first written; every write demands the version it read."""

    @property
    def reference(self) -> str:
        """`K7Q-3MD`: for people to say aloud. May repeat; routes only for a participant."""
        return f"{self.id[:3]}-{self.id[3:6]}".upper()

    def has_participant(self, address: str) -> bool:
        return bool(address) and (address == self.customer or address in self.confirmed)


@dataclass(frozen=True, slots=True)
class ThreadSummary:
    """What a card needs of an earlier thread."""

    id: str
    subject: str
    opened_at: datetime
    owner: str
    category: str = ""
    unhappy: bool = False


@dataclass(frozen=True, slots=True)
class Customer:
    """Who asks. Everything the card needs, so that one batch read is enough."""

    address: str
    name: str
    since: datetime
    helped_by: str = ""
    """Key of the person who answered them last; empty before anybody did."""
    helped_at: datetime | None = None
    threads: tuple[ThreadSummary, ...] = ()
    """The newest few, newest first; the whole history is under CUSTOMER#address."""
    thread_count: int = 0
    no_automatic_letters: bool = False
    """They complained about automatic mail, or it bounced there for good: only people write to them."""
    phone: str = ""
    """The number they gave last, in a mail somebody vouches for."""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Absence:
    """A staff member is away until this instant."""

    person: str
    until: datetime
    because: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What we did with one delivery; its key makes a repeat harmless. Permanent."""

    key: str
    at: datetime
    kind: Kind
    because: str
    thread_id: str = ""
    letters: tuple[str, ...] = ()
    """Keys of the letters this delivery caused: a repeat finishes them and adds none."""
    owner: str = ""
    due: datetime | None = None
    """Owner and time as answered at the door (the thank-you page), so a repeat says the same."""
    urgent: bool = False


def files_folder(delivery_key: str) -> str:
    """Where the files of one delivery are kept in S3, and what a link to them is signed for."""
    return f"parts/{digest_base32(delivery_key, 20)}"


def folder_of(ref: AttachmentRef) -> str:
    """The folder a file belongs to; the raw mail itself belongs to the folder of its own files."""
    return ref.key.rpartition("/")[0] if ref.key.startswith("parts/") else files_folder(ref.key)


def thread_id_for(delivery_key: str) -> str:
    """The id of the thread a delivery opens: 50 bits, always the same for the same delivery."""
    return digest_base32(f"thread\n{delivery_key}", 10)


def letter_key_for(kind: str, delivery_key: str, recipient: str) -> str:
    """The key of a letter a delivery causes; fit to be an SES tag value (`[a-z0-9-]`)."""
    cause = "\n".join(("letter", kind, delivery_key, recipient))
    return f"{kind}-{digest_base32(cause, 20)}"
